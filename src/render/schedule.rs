//! Kustomizations in the order of their bases, each rendered once.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use camino::{Utf8Path, Utf8PathBuf};
use kustomize::{Accumulated, Effects, Kustomization, Options};
use manifest::{
    Amounts, Budget, Fault, FaultKind, Node, Object, Reads, Recorder, Snapshot, Source, Total,
    path_order,
};
use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::Deeds;
use super::inflate::Inflater;
use super::over::{Over, finished};
use crate::deploy::TargetSpec;

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

/// How many kustomizations are asked for until it is counted what they took.
const ROUND: usize = 64;

/// What a kustomization came to in an earlier snapshot.
#[derive(Debug)]
struct Earlier {
    result: Shared,
    finished: Option<Arc<[Object]>>,
    reads: Arc<Reads>,
}

/// One kustomization of a [`Graph`].
#[derive(Debug)]
struct Loaded {
    /// Its folder.
    folder: Utf8PathBuf,
    /// The kustomization, or why it could not be read.
    kustomization: Result<Arc<Kustomization>, Vec<Fault>>,
    /// The folders of the kustomizations whose results it needs, until all are known.
    named: Vec<Utf8PathBuf>,
    /// The kustomizations whose results it needs.
    bases: Vec<usize>,
    /// What reading it asked of the snapshot.
    reads: Arc<Reads>,
    /// Whether it may read files outside its folder.
    is_free: bool,
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

    /// How a kustomization was read, if another snapshot gives the same.
    fn loaded_alike(&self, other: &dyn Snapshot, folder: &Utf8Path) -> Option<Loaded> {
        let is_alike = |node: &&Loaded| !node.is_free && node.reads.hold_in(other);
        let node = self.get(folder).filter(is_alike)?;
        let bases = node.bases.iter().map(|at| self.nodes[*at].folder.clone());
        Some(Loaded {
            folder: node.folder.clone(),
            kustomization: node.kustomization.clone(),
            named: bases.collect(),
            bases: Vec::new(),
            reads: node.reads.clone(),
            is_free: false,
        })
    }

    /// What a kustomization came to that was taken over from here.
    fn result_of(&self, node: &Loaded) -> Option<Earlier> {
        let at = *self.index.get(node.folder.as_str())?;
        if !Arc::ptr_eq(&self.nodes[at].reads, &node.reads) {
            return None;
        }
        let result = self.results[at].get()?;
        // Which bases fail is known before it would be taken over.
        let is_own = !matches!(result, Err(Failure::Bases(_)));
        Some(Earlier {
            result: is_own.then(|| result.clone())?,
            finished: self.finished[at].get().cloned(),
            reads: self.reads[at].get()?.clone(),
        })
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

    /// Lets the kustomizations of some folders, or else those below them, read files outside
    /// their folders, and all that they build on, as Flux does. Tells whether that may change
    /// what any of them comes to.
    pub fn free(
        &mut self,
        snapshot: &dyn Snapshot,
        folders: &[Utf8PathBuf],
        options: Options,
    ) -> bool {
        let options = Options {
            load_restrictor: false,
            ..options
        };
        let is_meant = |node: &Loaded| {
            let own = folders.binary_search(&node.folder).is_ok();
            let mut above = node.folder.ancestors().skip(1);
            own || above.any(|above| {
                !self.holds(above) && folders.binary_search_by(|f| f.as_path().cmp(above)).is_ok()
            })
        };
        let mut open: Vec<usize> = (0..self.nodes.len())
            .filter(|at| is_meant(&self.nodes[*at]))
            .collect();
        let mut changed = Vec::new();
        while let Some(at) = open.pop() {
            if self.nodes[at].is_free {
                continue;
            }
            self.nodes[at].is_free = true;
            changed.push(at);
            if self.nodes[at].kustomization.is_err() {
                let folder = self.nodes[at].folder.clone();
                let mut again = Loaded::read(snapshot, folder, options);
                // All kustomizations of the repository are loaded.
                let named = std::mem::take(&mut again.named).into_iter();
                let known = named.filter_map(|base| self.index.get(base.as_str()).copied());
                let bases: BTreeSet<usize> = known.collect();
                again.bases = bases.into_iter().collect();
                self.nodes[at] = again;
            }
            open.extend(&self.nodes[at].bases);
        }
        let any = !changed.is_empty();
        self.recall(changed);
        any
    }

    /// Drops what kustomizations came to, and all that build on them.
    fn recall(&mut self, mut open: Vec<usize>) {
        let mut dependents: FxHashMap<usize, Vec<usize>> = FxHashMap::default();
        for (at, node) in self.nodes.iter().enumerate() {
            for base in &node.bases {
                dependents.entry(*base).or_default().push(at);
            }
        }
        let mut seen = BTreeSet::new();
        while let Some(at) = open.pop() {
            if seen.insert(at) {
                self.results[at] = OnceLock::new();
                self.finished[at] = OnceLock::new();
                self.reads[at] = OnceLock::new();
                self.taken_over[at] = OnceLock::new();
                if let Some(earlier) = self.earlier.get_mut(at) {
                    *earlier = None;
                }
                open.extend(dependents.get(&at).into_iter().flatten());
            }
        }
    }

    /// Renders the kustomization of a folder with what its deployer makes of it first. What it
    /// builds on is taken from what is known already.
    pub fn render_edited(
        &self,
        snapshot: &dyn Snapshot,
        folder: &Utf8Path,
        edit: &dyn Fn(&Node) -> Result<Node, Vec<Fault>>,
        options: Options,
        budget: &Budget,
    ) -> Edited {
        let recorder = Recorder::new(snapshot);
        let mut effects = None;
        let outcome = match self.accumulate_edited(&recorder, folder, edit, options, budget) {
            Ok(accumulated) => {
                effects = Some(accumulated.effects().clone());
                match finished(&accumulated, options, budget) {
                    Ok(objects) if accumulated.left_out().is_empty() => Outcome::Objects(objects),
                    Ok(objects) => Outcome::Partial(objects, accumulated.left_out().to_vec()),
                    Err(faults) => Outcome::Failed(faults),
                }
            }
            Err(faults) => Outcome::Failed(faults),
        };
        Edited {
            outcome,
            reads: Arc::new(recorder.into_reads()),
            effects,
        }
    }

    fn accumulate_edited(
        &self,
        snapshot: &dyn Snapshot,
        folder: &Utf8Path,
        edit: &dyn Fn(&Node) -> Result<Node, Vec<Fault>>,
        options: Options,
        budget: &Budget,
    ) -> Result<Accumulated, Vec<Fault>> {
        let options = match self.get(folder) {
            Some(node) => node.options(options),
            None => options,
        };
        let (source, document) = kustomize::text(snapshot, folder)?;
        let edited = edit(&document)?;
        let kustomization = kustomize::load_document(snapshot, folder, &source, &edited, options)?;
        let base = |folder: &Utf8Path| self.known(folder);
        let charts = Inflater { snapshot };
        kustomize::accumulate_within(snapshot, &kustomization, &base, &charts, options, budget)
    }

    /// What a kustomization came to, if that is known.
    fn known(&self, folder: &Utf8Path) -> Option<Arc<Accumulated>> {
        let at = self.index.get(folder.as_str())?;
        self.results[*at].get()?.as_ref().ok().cloned()
    }

    /// Renders what stands below a folder without a kustomization as if there were one: objects,
    /// and kustomizations that must have been rendered.
    pub fn render_around(
        &self,
        snapshot: &dyn Snapshot,
        spec: &TargetSpec,
        objects: Vec<Node>,
        edit: &dyn Fn(&Node) -> Result<Node, Vec<Fault>>,
        options: Options,
        budget: &Budget,
    ) -> (Outcome, Arc<Reads>) {
        let recorder = Recorder::new(snapshot);
        let known = |folder: &Utf8Path| self.known(folder);
        let source = spec.by.as_ref().map(|by| by.file.clone());
        let over = Over {
            snapshot: &recorder,
            folder: &spec.path,
            source: &source.unwrap_or_else(|| Source::built_in("kustomization", "{}")),
            bases: &spec.takes_up,
            known: &known,
            options: Options {
                load_restrictor: false,
                ..options
            },
            budget,
        };
        let outcome = match over.render(objects, edit) {
            Ok((objects, left_out)) if left_out.is_empty() => Outcome::Objects(objects),
            Ok((objects, left_out)) => Outcome::Partial(objects, left_out),
            Err(faults) => Outcome::Failed(faults),
        };
        (outcome, Arc::new(recorder.into_reads()))
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

    /// Renders `folders`; one that was not loaded is no part of the repository. Each kustomization on
    /// the way is accumulated once, as soon as its bases are done; no worker waits for another.
    /// Those that take much follow one after the other, as long as the run has something left.
    pub fn render(
        &self,
        snapshot: &dyn Snapshot,
        folders: &[Utf8PathBuf],
        options: Options,
        total: &mut Total,
    ) -> Rendering {
        let known = |folder: &Utf8PathBuf| self.index.get(folder.as_str()).copied();
        let mut rendering = Rendering::default();
        for folders in folders.chunks(ROUND) {
            let wanted: Vec<usize> = folders.iter().filter_map(known).collect();
            let run = Run::new(self, &wanted);
            if !total.is_over() {
                run.accumulate_all(snapshot, options, total);
            }
            let affordable: Vec<bool> = folders
                .iter()
                .map(|folder| known(folder).is_none_or(|at| run.pays(at, total)))
                .collect();
            let outcomes = folders.par_iter().zip(affordable);
            let outcomes = outcomes.map(|(folder, is_affordable)| match known(folder) {
                Some(at) if is_affordable => run.finish(at, options),
                Some(at) => Outcome::Failed(vec![self.too_much(at)]),
                None => Outcome::Failed(vec![left_out(folder)]),
            });
            rendering.outcomes.par_extend(outcomes);
            rendering.deeds.extend(run.deeds());
        }
        rendering
    }

    /// Why a kustomization is not rendered for which nothing is left.
    fn too_much(&self, at: usize) -> Fault {
        let mut fault = Total::fault();
        if let Ok(kustomization) = &self.nodes[at].kustomization {
            fault.at = Some(kustomization.source().locate(manifest::Span::new(0, 0)));
        }
        fault
    }
}

impl Loaded {
    fn read(snapshot: &dyn Snapshot, folder: Utf8PathBuf, options: Options) -> Self {
        let recorder = Recorder::new(snapshot);
        let kustomization = kustomize::load(&recorder, &folder, options);
        let named = match &kustomization {
            Ok(known) => known.bases().into_iter().map(Utf8Path::to_owned).collect(),
            Err(_) => kustomize::named_bases(&recorder, &folder),
        };
        Self {
            folder,
            kustomization,
            named,
            bases: Vec::new(),
            reads: Arc::new(recorder.into_reads()),
            is_free: !options.load_restrictor,
        }
    }

    fn options(&self, options: Options) -> Options {
        Options {
            load_restrictor: options.load_restrictor && !self.is_free,
            ..options
        }
    }
}

/// What to say of a kustomization that stands on disk alone.
fn left_out(folder: &Utf8Path) -> Fault {
    Fault::new(
        FaultKind::Missing,
        format!("the kustomization in {folder} is not among the files of the repository"),
    )
    .help("git has to track it, or at least not ignore it, for a deployer to see it")
}

/// What came of a kustomization that its deployer changes first.
pub struct Edited {
    /// Its objects.
    pub outcome: Outcome,
    /// What was read for it.
    pub reads: Arc<Reads>,
    /// What its directives did; none if that is not known.
    pub effects: Option<Arc<Effects>>,
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
    /// The nodes that take too much to be accumulated beside others.
    large: Mutex<Vec<usize>>,
}

impl<'g> Run<'g> {
    fn new(graph: &'g Graph, wanted: &[usize]) -> Self {
        let mut order = Vec::new();
        let mut seen = vec![false; graph.nodes.len()];
        let mut stack = wanted.to_vec();
        let mut dependents: FxHashMap<usize, Vec<usize>> = FxHashMap::default();
        while let Some(at) = stack.pop() {
            if std::mem::replace(&mut seen[at], true) || graph.results[at].get().is_some() {
                continue;
            }
            order.push(at);
            for base in &graph.nodes[at].bases {
                dependents.entry(*base).or_default().push(at);
                stack.push(*base);
            }
        }
        let is_to_come = |base: &&usize| graph.results[**base].get().is_none();
        let pending = graph.nodes.iter().map(|node| {
            let bases = node.bases.iter().filter(is_to_come);
            AtomicUsize::new(bases.count())
        });
        Self {
            graph,
            order,
            dependents,
            pending: pending.collect(),
            large: Mutex::default(),
        }
    }

    /// Accumulates all nodes: many at once, and then those that take much, and what builds on
    /// them, one after the other.
    fn accumulate_all(&self, snapshot: &dyn Snapshot, options: Options, total: &mut Total) {
        let is_ready = |at: &usize| self.pending[*at].load(Ordering::Relaxed) == 0;
        let ready: Vec<usize> = self.order.iter().copied().filter(is_ready).collect();
        rayon::scope(|scope| {
            for at in ready {
                scope.spawn(move |scope| self.accumulate(scope, snapshot, at, options));
            }
        });
        for at in &self.order {
            if let Some(Ok(accumulated)) = self.graph.results[*at].get() {
                total.charge(&accumulated.own());
            }
        }
        let mut large = self.large.lock().unwrap_or_else(PoisonError::into_inner);
        let mut open: BTreeSet<usize> = std::mem::take(&mut *large).into_iter().collect();
        drop(large);
        while let Some(at) = open.pop_first() {
            let result = match total.is_over() {
                true => Err(Failure::Own(vec![self.graph.too_much(at)])),
                false => self.result(snapshot, at, options, &total.budget()),
            };
            if let Ok(accumulated) = &result {
                total.charge(&accumulated.own());
            }
            open.extend(self.settle(at, result));
        }
    }

    /// Keeps what a node came to. Returns the nodes that waited for it alone.
    fn settle(&self, at: usize, result: Shared) -> Vec<usize> {
        let _ = self.graph.results[at].set(result);
        let dependents = self.dependents.get(&at).into_iter().flatten().copied();
        let waited = |next: &usize| self.pending[*next].fetch_sub(1, Ordering::AcqRel) == 1;
        dependents.filter(waited).collect()
    }

    /// Whether the objects of a node can be paid for, which are made anew for whoever asks.
    fn pays(&self, at: usize, total: &mut Total) -> bool {
        let result = self.graph.results[at].get();
        if result.is_none() && total.is_over() {
            return false;
        }
        let Some(Ok(accumulated)) = result else {
            return true;
        };
        total.charge(&Amounts {
            objects: accumulated.count() as u64,
            ..Amounts::default()
        });
        !total.is_over()
    }

    fn accumulate<'s>(
        &'s self,
        scope: &rayon::Scope<'s>,
        snapshot: &'s dyn Snapshot,
        at: usize,
        options: Options,
    ) {
        let budget = Budget::new(Amounts::FEW);
        let result = self.result(snapshot, at, options, &budget);
        if budget.exceeded().is_some() {
            let mut large = self.large.lock().unwrap_or_else(PoisonError::into_inner);
            large.push(at);
            return;
        }
        for next in self.settle(at, result) {
            scope.spawn(move |scope| self.accumulate(scope, snapshot, next, options));
        }
    }

    /// What a node comes to whose bases are known, within what a budget has left.
    fn result(
        &self,
        snapshot: &dyn Snapshot,
        at: usize,
        options: Options,
        budget: &Budget,
    ) -> Shared {
        let node = &self.graph.nodes[at];
        let has_failed = |base: &usize| !matches!(self.graph.results[*base].get(), Some(Ok(_)));
        let failed: Vec<usize> = node.bases.iter().copied().filter(has_failed).collect();
        match &node.kustomization {
            Err(faults) => Err(Failure::Own(faults.clone())),
            Ok(_) if !failed.is_empty() => Err(Failure::Bases(failed)),
            Ok(kustomization) => match self.taken_over(snapshot, at) {
                Some(result) => result,
                None => self.accumulate_one(snapshot, at, kustomization, options, budget),
            },
        }
    }

    fn accumulate_one(
        &self,
        snapshot: &dyn Snapshot,
        at: usize,
        kustomization: &Arc<Kustomization>,
        options: Options,
        budget: &Budget,
    ) -> Shared {
        let recorder = Recorder::new(snapshot);
        let base = |folder: &Utf8Path| self.graph.known(folder);
        let charts = Inflater {
            snapshot: &recorder,
        };
        let options = self.graph.nodes[at].options(options);
        let result =
            kustomize::accumulate_within(&recorder, kustomization, &base, &charts, options, budget);
        // The second time the same is read, at least.
        let _ = self.graph.reads[at].set(Arc::new(recorder.into_reads()));
        result.map(Arc::new).map_err(Failure::Own)
    }

    /// What a kustomization came to in the earlier snapshot, if it comes to the same here: it is
    /// read alike, so are the files that it reads, and all that it builds on is taken over.
    fn taken_over(&self, snapshot: &dyn Snapshot, at: usize) -> Option<Shared> {
        let graph = self.graph;
        let earlier = graph.earlier.get(at)?.as_ref()?;
        let mut bases = graph.nodes[at].bases.iter();
        let is_alike = bases.all(|base| graph.taken_over[*base].get().is_some())
            && earlier.reads.hold_in(snapshot);
        if !is_alike {
            return None;
        }
        let _ = graph.taken_over[at].set(());
        let _ = graph.reads[at].set(earlier.reads.clone());
        if let Some(objects) = &earlier.finished {
            let _ = graph.finished[at].set(objects.clone());
        }
        Some(earlier.result.clone())
    }

    fn finish(&self, at: usize, options: Options) -> Outcome {
        let finished = &self.graph.finished[at];
        let done = match self.graph.results[at].get() {
            Some(Ok(_)) if let Some(objects) = finished.get() => Ok(objects.to_vec()),
            Some(Ok(accumulated)) => kustomize::finish(accumulated, options).inspect(|objects| {
                let _ = finished.set(objects.as_slice().into());
            }),
            Some(Err(Failure::Own(faults))) => Err(faults.clone()),
            Some(Err(Failure::Bases(_))) => return self.blocked(at),
            None => Err(vec![self.cycle(at)]),
        };
        let left_out = match self.graph.results[at].get() {
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
            if let Some(Ok(accumulated)) = self.graph.results[*at].get()
                && accumulated.left_out().is_empty()
            {
                let effects = accumulated.effects().clone();
                deeds.add(&node.folder, effects);
                continue;
            }
            let rendering = self.graph.reads[*at].get();
            let asked = [&node.reads].into_iter().chain(rendering);
            let parsed = asked.flat_map(|reads| reads.parsed());
            deeds.unknown.extend(parsed.map(Utf8Path::to_owned));
        }
        deeds
    }

    /// What keeps a kustomization from being rendered whose bases failed: the faults at the ends
    /// of all chains of failures.
    fn blocked(&self, from: usize) -> Outcome {
        let mut seen = vec![false; self.graph.nodes.len()];
        let mut open = vec![from];
        let mut first = None;
        let mut faults = Vec::new();
        while let Some(at) = open.pop() {
            if std::mem::replace(&mut seen[at], true) {
                continue;
            }
            let own = match self.graph.results[at].get() {
                Some(Err(Failure::Bases(bases))) => {
                    open.extend(bases.iter().rev());
                    continue;
                }
                Some(Err(Failure::Own(own))) => own.clone(),
                Some(Ok(_)) => continue,
                None => vec![self.cycle(at)],
            };
            first = first.or_else(|| Some(self.graph.nodes[at].folder.clone()));
            faults.extend(own);
        }
        Outcome::Blocked(first.unwrap_or_default(), faults)
    }

    /// What to say of a kustomization whose bases never got ready, because they wait for one
    /// another.
    fn cycle(&self, from: usize) -> Fault {
        let mut path = vec![from];
        let mut at = from;
        let closed = loop {
            let stuck = |base: &&usize| self.graph.results[**base].get().is_none();
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
                "these kustomizations include each other in a cycle: {}",
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
