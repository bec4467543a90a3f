//! What is taken over from an earlier snapshot that was asked and answered alike.

use std::sync::Arc;

use camino::Utf8Path;
use manifest::{Object, Reads, Snapshot};

use super::loaded::Loaded;
use super::run::Run;
use super::{Failure, Graph, Shared};

/// What a kustomization came to in an earlier snapshot.
#[derive(Debug)]
pub(super) struct Earlier {
    pub(super) result: Shared,
    pub(super) finished: Option<Arc<[Object]>>,
    pub(super) reads: Arc<Reads>,
}

impl Graph {
    /// How a kustomization was read, if another snapshot gives the same.
    pub(super) fn loaded_alike(&self, other: &dyn Snapshot, folder: &Utf8Path) -> Option<Loaded> {
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
    pub(super) fn result_of(&self, node: &Loaded) -> Option<Earlier> {
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
}

impl Run<'_> {
    /// What a kustomization came to in the earlier snapshot, if it comes to the same here: it is
    /// read alike, so are the files that it reads, and all that it builds on is taken over.
    pub(super) fn taken_over(&self, snapshot: &dyn Snapshot, at: usize) -> Option<Shared> {
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
}
