//! What the directives of all kustomizations did.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use camino::Utf8PathBuf;
use kustomize::Effects;

/// What the directives of all kustomizations did, in every rendering.
#[derive(Debug, Default)]
pub struct Deeds {
    /// By the folder of the kustomization that was rendered: what its own directives did and
    /// those of its components.
    pub done: BTreeMap<Utf8PathBuf, Arc<Effects>>,
    /// Files that a kustomization read which could not be rendered: what their directives do
    /// there is not known.
    pub unknown: BTreeSet<Utf8PathBuf>,
}

impl Deeds {
    /// Adds what others did.
    pub fn extend(&mut self, other: Self) {
        self.done.extend(other.done);
        self.unknown.extend(other.unknown);
    }
}
