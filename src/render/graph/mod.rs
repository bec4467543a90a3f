//! Kustomizations in the order of their bases, each rendered once.

mod earlier;
mod edited;
mod freed;
mod loaded;
mod run;
mod stuck;

use std::collections::BTreeSet;
use std::sync::{Arc, OnceLock};

use camino::{Utf8Path, Utf8PathBuf};
use kustomize::{Accumulated, Kustomization, Options};
use manifest::{Fault, Object, Reads, Snapshot, path_order};
use rayon::prelude::*;
use rustc_hash::FxHashMap;

use self::earlier::Earlier;
use self::loaded::Loaded;
use super::Deeds;

/// Kustomizations and how they refer to one another. What each came to is kept, so that it is
/// accumulated once however often it is asked for.
#[derive(Debug, Default)]
pub struct Graph {
    nodes: Vec<Loaded>,
    /// By the folder.
    index: FxHashMap<Box<str>, usize>,
    results: Vec<OnceLock<Shared>>,
    /// The objects that these were finished to: what the layout tells of is asked for again by who
    /// deploys it.
    finished: Vec<OnceLock<Arc<[Object]>>>,
    reads: Vec<OnceLock<Arc<Reads>>>,
    /// What each came to in an earlier snapshot, where it was read there as it is here.
    earlier: Vec<Option<Earlier>>,
    /// Which came to the same as in the earlier snapshot.
    taken_over: Vec<OnceLock<()>>,
}

/// What came of rendering a kustomization.
#[derive(Debug)]
pub enum Outcome {
    /// The objects.
    Objects(Vec<Object>),
    /// The objects without those that stand in another place, and what was left out.
    Partial(Vec<Object>, Vec<Fault>),
    /// It failed by itself.
    Failed(Vec<Fault>),
    /// Kustomizations that it builds on failed: the first one's folder, and why they did.
    Blocked(Utf8PathBuf, Vec<Fault>),
}

/// A kustomization's result for those that build on it.
type Shared = Result<Arc<Accumulated>, Failure>;

#[derive(Clone, Debug)]
enum Failure {
    Own(Vec<Fault>),
    /// These bases failed, or wait for one another.
    Bases(Vec<usize>),
}

/// What rendering gave.
#[derive(Debug, Default)]
pub struct Rendering {
    /// The outcome for each folder asked for, in the same order.
    pub outcomes: Vec<Outcome>,
    /// What the directives of all kustomizations did that were rendered first on this occasion.
    pub deeds: Deeds,
}

impl Graph {
    /// Reads the kustomizations of `folders` and all that they build on.
    pub fn load(
        snapshot: &dyn Snapshot,
        folders: impl IntoIterator<Item = Utf8PathBuf>,
        options: Options,
    ) -> Self {
        Self::load_after(None, snapshot, folders, options)
    }

    /// As [`Graph::load`]. What an earlier snapshot, read with the same options, answers as this
    /// one does is taken over from there.
    pub fn load_after(
        earlier: Option<&Self>,
        snapshot: &dyn Snapshot,
        folders: impl IntoIterator<Item = Utf8PathBuf>,
        options: Options,
    ) -> Self {
        let mut graph = Self::default();
        let mut wave: Vec<Utf8PathBuf> = folders.into_iter().collect();
        while !wave.is_empty() {
            wave.sort_unstable_by(|a, b| path_order(a, b));
            wave.dedup_by(|a, b| a.as_str() == b.as_str());
            let loaded: Vec<Loaded> = wave
                .into_par_iter()
                .map(|folder| {
                    let known = earlier.and_then(|earlier| earlier.loaded_alike(snapshot, &folder));
                    known.unwrap_or_else(|| Loaded::read(snapshot, folder, options))
                })
                .collect();
            wave = Vec::new();
            for node in loaded {
                wave.extend(node.named.iter().cloned());
                graph
                    .index
                    .insert(node.folder.as_str().into(), graph.nodes.len());
                graph.nodes.push(node);
            }
            wave.retain(|folder| !graph.index.contains_key(folder.as_str()));
        }
        for node in &mut graph.nodes {
            let named = std::mem::take(&mut node.named).into_iter();
            let bases: BTreeSet<usize> = named.map(|base| graph.index[base.as_str()]).collect();
            node.bases = bases.into_iter().collect();
        }
        graph.forget();
        if let Some(earlier) = earlier {
            let results = graph.nodes.iter().map(|node| earlier.result_of(node));
            graph.earlier = results.collect();
        }
        graph
    }

    /// How many kustomizations came to the same as in the earlier snapshot, without being
    /// accumulated again.
    pub fn count_taken_over(&self) -> usize {
        let taken = self.taken_over.iter().filter(|taken| taken.get().is_some());
        taken.count()
    }

    /// The kustomizations that no other one builds on: what is applied. Components are not;
    /// they only change others. Of those that only build on one another the first counts, so
    /// that a circle is not passed over.
    pub fn roots(&self) -> Vec<Utf8PathBuf> {
        let mut used = vec![false; self.nodes.len()];
        for base in self.nodes.iter().flat_map(|node| &node.bases) {
            used[*base] = true;
        }
        let is_component = |node: &Loaded| {
            let kustomization = node.kustomization.as_ref();
            kustomization.is_ok_and(|k| k.is_component())
        };
        let mut candidates: Vec<usize> = (0..self.nodes.len())
            .filter(|at| !is_component(&self.nodes[*at]))
            .collect();
        candidates.sort_unstable_by(|a, b| {
            let folders = (&self.nodes[*a].folder, &self.nodes[*b].folder);
            let by_folder = || path_order(folders.0, folders.1);
            used[*a].cmp(&used[*b]).then_with(by_folder)
        });
        let mut reached = vec![false; self.nodes.len()];
        let mut roots = Vec::new();
        for at in candidates {
            if reached[at] {
                continue;
            }
            roots.push(self.nodes[at].folder.clone());
            let mut open = vec![at];
            while let Some(at) = open.pop() {
                if !std::mem::replace(&mut reached[at], true) {
                    open.extend(&self.nodes[at].bases);
                }
            }
        }
        roots
    }

    /// Drops what kustomizations came to, once nobody will ask for it again. What was asked of
    /// the snapshot is still known.
    pub fn forget(&mut self) {
        self.results = self.nodes.iter().map(|_| OnceLock::new()).collect();
        self.finished = self.nodes.iter().map(|_| OnceLock::new()).collect();
        self.reads.resize_with(self.nodes.len(), OnceLock::new);
        self.taken_over.resize_with(self.nodes.len(), OnceLock::new);
        self.earlier.clear();
    }

    /// What reading and rendering a kustomization, and all that it builds on, asked of the
    /// snapshot, each part by itself.
    pub fn reads(&self, folder: &Utf8Path) -> Vec<Arc<Reads>> {
        let mut seen = BTreeSet::new();
        let mut open: Vec<usize> = self
            .index
            .get(folder.as_str())
            .copied()
            .into_iter()
            .collect();
        let mut all = Vec::new();
        while let Some(at) = open.pop() {
            if seen.insert(at) {
                all.push(self.nodes[at].reads.clone());
                all.extend(self.reads[at].get().cloned());
                open.extend(&self.nodes[at].bases);
            }
        }
        all
    }

    /// What reading and rendering all kustomizations asked of the snapshot.
    pub fn all_reads(&self) -> impl Iterator<Item = &Arc<Reads>> {
        let loading = self.nodes.iter().map(|node| &node.reads);
        loading.chain(self.reads.iter().filter_map(OnceLock::get))
    }

    /// Whether a folder holds a kustomization.
    pub fn holds(&self, folder: &Utf8Path) -> bool {
        self.index.contains_key(folder.as_str())
    }

    /// What a kustomization came to, if that is known.
    fn known(&self, folder: &Utf8Path) -> Option<Arc<Accumulated>> {
        let at = self.index.get(folder.as_str())?;
        self.results[*at].get()?.as_ref().ok().cloned()
    }

    fn get(&self, folder: &Utf8Path) -> Option<&Loaded> {
        self.index.get(folder.as_str()).map(|at| &self.nodes[*at])
    }

    /// The kustomizations that could be read, components among them, with their folders.
    pub fn kustomizations(&self) -> impl Iterator<Item = (&Utf8Path, &Kustomization)> {
        self.nodes.iter().filter_map(|node| {
            let kustomization = node.kustomization.as_ref().ok()?;
            Some((node.folder.as_path(), &**kustomization))
        })
    }

    /// The folders of those that could not be read.
    pub fn unreadable(&self) -> impl Iterator<Item = &Utf8Path> {
        let failed = self.nodes.iter().filter(|node| node.kustomization.is_err());
        failed.map(|node| node.folder.as_path())
    }

    /// The folders that a kustomization builds on directly.
    pub fn bases(&self, folder: &Utf8Path) -> impl Iterator<Item = &Utf8Path> {
        self.get(folder)
            .into_iter()
            .flat_map(|node| node.bases.iter().map(|at| self.nodes[*at].folder.as_path()))
    }

    /// The bases below a kustomization that came to something, as near to it as there are: what
    /// failed because of its bases has these looked for in its place.
    pub fn nearest_accumulated(&self, folder: &Utf8Path) -> Vec<&Utf8Path> {
        let mut found = Vec::new();
        let mut seen = vec![false; self.nodes.len()];
        let start = self.index.get(folder.as_str()).copied();
        let mut open: Vec<usize> = start
            .map(|at| self.nodes[at].bases.iter().rev().copied().collect())
            .unwrap_or_default();
        while let Some(at) = open.pop() {
            if std::mem::replace(&mut seen[at], true) {
                continue;
            }
            match self.results[at].get() {
                Some(Ok(_)) => found.push(self.nodes[at].folder.as_path()),
                _ => open.extend(self.nodes[at].bases.iter().rev()),
            }
        }
        found
    }

    /// Whether a kustomization builds, directly or not, on one that `is_meant`.
    pub fn builds_on(&self, folder: &Utf8Path, is_meant: &dyn Fn(&Utf8Path) -> bool) -> bool {
        let mut seen = BTreeSet::new();
        let mut open = vec![folder];
        while let Some(folder) = open.pop() {
            for base in self.bases(folder) {
                if is_meant(base) {
                    return true;
                }
                if seen.insert(base) {
                    open.push(base);
                }
            }
        }
        false
    }
}
