//! What the directives of all kustomizations did.

use std::collections::BTreeSet;
use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};
use kustomize::Effects;
use manifest::path_order;

/// What the directives of all kustomizations did, in every rendering.
#[derive(Debug, Default)]
pub struct Deeds {
    done: Vec<(Utf8PathBuf, Arc<Effects>)>,
    /// Files that a kustomization read which could not be rendered: what their directives do
    /// there is not known.
    pub unknown: BTreeSet<Utf8PathBuf>,
}

impl Deeds {
    /// Adds what the directives of a kustomization and of its components did.
    pub fn add(&mut self, folder: &Utf8Path, effects: Arc<Effects>) {
        self.done.push((folder.to_owned(), effects));
    }

    /// The folders of the kustomizations that were rendered, sorted, and what the directives of
    /// each did.
    pub fn done(&self) -> Vec<(&Utf8PathBuf, &Effects)> {
        let mut done: Vec<_> = self.done.iter().map(|(f, done)| (f, &**done)).collect();
        done.sort_by(|(a, _), (b, _)| path_order(a, b));
        done.dedup_by(|(a, _), (b, _)| a.as_str() == b.as_str());
        done
    }

    /// Adds what others did.
    pub fn extend(&mut self, other: Self) {
        self.done.extend(other.done);
        self.unknown.extend(other.unknown);
    }
}
