//! Kustomizations that may read files outside their folders.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use camino::Utf8PathBuf;
use kustomize::Options;
use manifest::Snapshot;
use rustc_hash::FxHashMap;

use super::Graph;
use super::loaded::Loaded;

impl Graph {
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
}
