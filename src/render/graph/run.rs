//! Kustomizations accumulated in the order of their bases.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use camino::{Utf8Path, Utf8PathBuf};
use kustomize::{Kustomization, Options};
use manifest::{Amounts, Budget, Recorder, Snapshot, Total};
use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::stuck::left_out;
use super::{Failure, Graph, Outcome, Rendering, Shared};
use crate::render::Deeds;
use crate::render::inflate::Inflater;

/// How many kustomizations are asked for until it is counted what they took.
const ROUND: usize = 64;

impl Graph {
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
}

/// One run over the part of a graph that is asked for.
pub(super) struct Run<'g> {
    pub(super) graph: &'g Graph,
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
}
