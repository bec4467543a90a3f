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
    /// What they did where who deploys a kustomization changes it first.
    edited: Vec<Arc<Effects>>,
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

    /// Adds what the directives of a kustomization did with what its deployer makes of it.
    pub fn add_edited(&mut self, effects: Arc<Effects>) {
        self.edited.push(effects);
    }

    /// What directives did where a deployer added something for them.
    pub fn edited(&self) -> impl Iterator<Item = &Effects> {
        self.edited.iter().map(|effects| &**effects)
    }

    /// Adds what others did.
    pub fn extend(&mut self, other: Self) {
        self.done.extend(other.done);
        self.edited.extend(other.edited);
        self.unknown.extend(other.unknown);
    }
}
