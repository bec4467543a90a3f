//! Kustomizations in the order of their bases, each rendered once.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use camino::{Utf8Path, Utf8PathBuf};
use kustomize::{Accumulated, Kustomization, Options};
use manifest::{Answer, Fault, FaultKind, Object, Reads, Recorder, Snapshot, path_order};
use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::Deeds;
use super::inflate::Inflater;

/// Kustomizations and how they refer to one another.
#[derive(Debug, Default)]
pub struct Graph {
    nodes: Vec<Loaded>,
    /// By the folder.
    index: FxHashMap<Box<str>, usize>,
}

/// One kustomization of a [`Graph`].
#[derive(Debug)]
struct Loaded {
    /// Its folder.
    folder: Utf8PathBuf,
    /// The kustomization, or why it could not be read.
    kustomization: Result<Arc<Kustomization>, Vec<Fault>>,
    /// The kustomizations whose results it needs.
    bases: Vec<usize>,
    /// What reading it asked of the snapshot.
    reads: Reads,
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
    /// The kustomization of this folder, on which it builds, failed.
    Blocked(Utf8PathBuf),
}

/// A kustomization's result for those that build on it.
type Shared = Result<Arc<Accumulated>, Failure>;

#[derive(Clone, Debug)]
enum Failure {
    Own(Vec<Fault>),
    Base(usize),
}

/// What rendering gave.
#[derive(Debug, Default)]
pub struct Rendering {
    /// The outcome for each folder asked for, in the same order.
    pub outcomes: Vec<Outcome>,
    /// What was asked of the snapshot on the way, besides what [`Graph::take_reads`] tells.
    pub reads: Vec<Reads>,
    /// What the directives of all kustomizations on the way did.
    pub deeds: Deeds,
}

impl Graph {
    /// Reads the kustomizations of `folders` and all that they build on.
    pub fn load(
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
                .map(|folder| Loaded::read(snapshot, folder, options))
                .collect();
            wave = Vec::new();
            for node in loaded {
                if let Ok(kustomization) = &node.kustomization {
                    wave.extend(kustomization.bases().into_iter().map(Utf8Path::to_owned));
                }
                graph
                    .index
                    .insert(node.folder.as_str().into(), graph.nodes.len());
                graph.nodes.push(node);
            }
            wave.retain(|folder| !graph.index.contains_key(folder.as_str()));
        }
        for node in &mut graph.nodes {
            if let Ok(kustomization) = &node.kustomization {
                let bases: BTreeSet<usize> = kustomization
                    .bases()
                    .into_iter()
                    .map(|base| graph.index[base.as_str()])
                    .collect();
                node.bases = bases.into_iter().collect();
            }
        }
        graph
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

    /// What reading all kustomizations asked of the snapshot. It is told once.
    pub fn take_reads(&mut self) -> Reads {
        let mut all = Reads::default();
        for node in &mut self.nodes {
            all.merge(std::mem::take(&mut node.reads));
        }
        all
    }

    /// Why the kustomization of a folder does not render.
    pub fn faults_of(
        &self,
        folder: &Utf8Path,
        snapshot: &dyn Snapshot,
        options: Options,
    ) -> Vec<Fault> {
        let outcomes = self
            .render(snapshot, &[folder.to_owned()], options)
            .outcomes;
        outcomes
            .into_iter()
            .flat_map(|outcome| match outcome {
                Outcome::Failed(faults) | Outcome::Partial(_, faults) => faults,
                Outcome::Objects(_) | Outcome::Blocked(_) => Vec::new(),
            })
            .collect()
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

    /// Renders `folders`, which must have been loaded. Each kustomization on the way is
    /// accumulated once, as soon as its bases are done; no worker waits for another.
    pub fn render(
        &self,
        snapshot: &dyn Snapshot,
        folders: &[Utf8PathBuf],
        options: Options,
    ) -> Rendering {
        let wanted: Vec<usize> = folders.iter().map(|f| self.index[f.as_str()]).collect();
        let run = Run::new(self, &wanted);
        let ready: Vec<usize> = run
            .order
            .iter()
            .copied()
            .filter(|at| self.nodes[*at].bases.is_empty())
            .collect();
        rayon::scope(|scope| {
            for at in ready {
                let run = &run;
                scope.spawn(move |scope| run.accumulate(scope, snapshot, at, options));
            }
        });
        let outcomes = wanted
            .par_iter()
            .map(|at| run.finish(*at, options))
            .collect();
        let deeds = run.deeds();
        let reads = run.reads.into_iter().filter_map(OnceLock::into_inner);
        Rendering {
            outcomes,
            reads: reads.collect(),
            deeds,
        }
    }
}

impl Loaded {
    fn read(snapshot: &dyn Snapshot, folder: Utf8PathBuf, options: Options) -> Self {
        let recorder = Recorder::new(snapshot);
        let kustomization = kustomize::load(&recorder, &folder, options);
        Self {
            folder,
            kustomization,
            bases: Vec::new(),
            reads: recorder.into_reads(),
        }
    }
}

/// One run over the part of a graph that is asked for.
struct Run<'g> {
    graph: &'g Graph,
    /// The nodes of that part.
    order: Vec<usize>,
    /// The nodes of that part that build on a node.
    dependents: FxHashMap<usize, Vec<usize>>,
    /// How many bases of a node are still to come.
    pending: Vec<AtomicUsize>,
    results: Vec<OnceLock<Shared>>,
    reads: Vec<OnceLock<Reads>>,
}

impl<'g> Run<'g> {
    fn new(graph: &'g Graph, wanted: &[usize]) -> Self {
        let mut order = Vec::new();
        let mut seen = vec![false; graph.nodes.len()];
        let mut stack = wanted.to_vec();
        let mut dependents: FxHashMap<usize, Vec<usize>> = FxHashMap::default();
        while let Some(at) = stack.pop() {
            if std::mem::replace(&mut seen[at], true) {
                continue;
            }
            order.push(at);
            for base in &graph.nodes[at].bases {
                dependents.entry(*base).or_default().push(at);
                stack.push(*base);
            }
        }
        Self {
            graph,
            order,
            dependents,
            pending: graph
                .nodes
                .iter()
                .map(|n| AtomicUsize::new(n.bases.len()))
                .collect(),
            results: graph.nodes.iter().map(|_| OnceLock::new()).collect(),
            reads: graph.nodes.iter().map(|_| OnceLock::new()).collect(),
        }
    }

    fn accumulate<'s>(
        &'s self,
        scope: &rayon::Scope<'s>,
        snapshot: &'s dyn Snapshot,
        at: usize,
        options: Options,
    ) {
        let node = &self.graph.nodes[at];
        let failed = node
            .bases
            .iter()
            .find(|base| !matches!(self.results[**base].get(), Some(Ok(_))));
        let result = match (&node.kustomization, failed) {
            (Err(faults), _) => Err(Failure::Own(faults.clone())),
            (Ok(_), Some(base)) => Err(Failure::Base(*base)),
            (Ok(kustomization), None) => {
                let recorder = Recorder::new(snapshot);
                let base = |folder: &Utf8Path| {
                    let at = self.graph.index.get(folder.as_str())?;
                    self.results[*at].get()?.as_ref().ok().cloned()
                };
                let charts = Inflater {
                    snapshot: &recorder,
                };
                let result =
                    kustomize::accumulate_with(&recorder, kustomization, &base, &charts, options);
                // The cell is empty: a node is accumulated once.
                let _ = self.reads[at].set(recorder.into_reads());
                result.map(Arc::new).map_err(Failure::Own)
            }
        };
        let _ = self.results[at].set(result);
        for next in self.dependents.get(&at).into_iter().flatten() {
            if self.pending[*next].fetch_sub(1, Ordering::AcqRel) == 1 {
                scope.spawn(move |scope| self.accumulate(scope, snapshot, *next, options));
            }
        }
    }

    fn finish(&self, at: usize, options: Options) -> Outcome {
        let done = match self.results[at].get() {
            Some(Ok(accumulated)) => kustomize::finish(accumulated, options),
            Some(Err(Failure::Own(faults))) => Err(faults.clone()),
            Some(Err(Failure::Base(base))) => return Outcome::Blocked(self.culprit(*base)),
            None => Err(vec![self.cycle(at)]),
        };
        let left_out = match self.results[at].get() {
            Some(Ok(accumulated)) => accumulated.left_out(),
            _ => &[],
        };
        match done {
            Ok(objects) if left_out.is_empty() => Outcome::Objects(objects),
            Ok(objects) => Outcome::Partial(objects, left_out.to_vec()),
            Err(faults) => Outcome::Failed(faults),
        }
    }

    /// What the directives of all kustomizations did.
    fn deeds(&self) -> Deeds {
        let mut deeds = Deeds::default();
        for at in &self.order {
            let node = &self.graph.nodes[*at];
            if let Some(Ok(accumulated)) = self.results[*at].get()
                && accumulated.left_out().is_empty()
            {
                let effects = accumulated.effects().clone();
                deeds.add(&node.folder, effects);
                continue;
            }
            let rendering = self.reads[*at].get();
            let answers = [&node.reads].into_iter().chain(rendering);
            let answers = answers.flat_map(Reads::answers);
            let parsed = answers.filter(|(_, answer)| matches!(answer, Answer::Parsed(_)));
            deeds
                .unknown
                .extend(parsed.map(|(path, _)| path.to_owned()));
        }
        deeds
    }

    /// The kustomization at the end of a chain of failures.
    fn culprit(&self, mut at: usize) -> Utf8PathBuf {
        while let Some(Err(Failure::Base(base))) = self.results[at].get() {
            at = *base;
        }
        self.graph.nodes[at].folder.clone()
    }

    /// What to say of a kustomization whose bases never got ready, because they wait for one
    /// another.
    fn cycle(&self, from: usize) -> Fault {
        let mut path = vec![from];
        let mut at = from;
        let closed = loop {
            let stuck = |base: &&usize| self.results[**base].get().is_none();
            let Some(next) = self.graph.nodes[at].bases.iter().find(stuck) else {
                break from;
            };
            if path.contains(next) {
                break *next;
            }
            path.push(*next);
            at = *next;
        };
        let start = path.iter().position(|node| *node == closed).unwrap_or(0);
        let mut circle = path.split_off(start);
        // From wherever it is entered, it is the same circle.
        let folder = |at: &usize| self.graph.nodes[*at].folder.as_path();
        let first = (0..circle.len()).min_by_key(|at| folder(&circle[*at]));
        circle.rotate_left(first.unwrap_or(0));
        let closed = circle.first().copied().unwrap_or(from);
        let next = circle.get(1).copied().unwrap_or(closed);
        circle.push(closed);
        let circle: Vec<&str> = circle.iter().map(|at| folder(at).as_str()).collect();
        let fault = Fault::new(
            FaultKind::Cycle,
            format!(
                "these kustomizations build on one another in a circle: {}",
                circle.join(" → ")
            ),
        )
        .help("remove one of these references; what both need belongs in a base of its own");
        let place = self.graph.nodes[closed]
            .kustomization
            .as_ref()
            .ok()
            .and_then(|k| k.reference_to(&self.graph.nodes[next].folder));
        match place {
            Some(place) => fault.at_location(place),
            None => fault,
        }
    }
}
