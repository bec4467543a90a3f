//! What a repository deploys where.

mod application_set;
mod argocd;
mod asked;
mod chart_use;
mod charts;
mod environment;
mod files;
mod flux;
mod layout;
mod list;
mod loose;
mod repository_url;
pub(crate) mod rules;
mod target;

pub use asked::{Asked, is_range};
pub use chart_use::{ChartUse, ValuesFrom, Word};
pub use charts::{ChartLayout, is_chart};
pub use environment::{
    Environment, application_of_path, cluster_of_path, environment_of_path, tier_of_word,
};
pub use files::{FileKind, Kinds};
pub use flux::Sources;
pub use list::items_of_list;
pub use loose::{Loose, find};
pub use repository_url::{Addresses, Whose};
pub use target::{Content, LooseFile, Overrides, Role, TargetSpec};

use ::argocd::Cluster;
use manifest::{Object, Snapshot};

use crate::settings::Config;

/// What has to be known to tell what an object asks for.
#[derive(Clone, Copy)]
pub struct Known<'a> {
    /// The files.
    pub snapshot: &'a dyn Snapshot,
    /// What the configuration says of environments.
    pub config: &'a Config,
    /// The addresses of this repository.
    pub addresses: &'a Addresses,
    /// The sources that Flux objects name.
    pub sources: &'a Sources,
    /// The clusters whose Secrets the repository holds.
    pub clusters: &'a [Cluster],
}

/// The environment of an object that asks for something to be deployed, as far as it tells.
pub fn environment_of_object(object: &Object, config: &Config) -> Option<Environment> {
    asked::environment_of(object, std::iter::empty(), config)
}

/// The clusters whose Secrets stand among some objects.
pub fn clusters_of<'a>(objects: impl Iterator<Item = &'a Object>) -> Vec<Cluster> {
    application_set::clusters_of(objects)
}

/// What an object asks to be deployed: an Argo CD Application, a Flux Kustomization or
/// HelmRelease; nothing, if it is none of these.
pub fn asked_by(known: Known<'_>, object: &Object) -> Asked {
    match (&*object.id.gvk.group, &*object.id.gvk.kind) {
        ("argoproj.io", "Application") => argocd::asked_by(known, object),
        ("argoproj.io", "ApplicationSet") => application_set::asked_by(known, object),
        ("helm.toolkit.fluxcd.io", "HelmRelease") => flux::asked_by_release(known, object),
        ("kustomize.toolkit.fluxcd.io", "Kustomization") => {
            flux::asked_by_kustomization(known, object)
        }
        _ => Asked::default(),
    }
}

#[cfg(test)]
mod tests;
