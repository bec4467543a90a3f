//! What a repository deploys where.

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
pub(crate) mod rules;
mod target;

pub use asked::{Asked, is_range};
pub use chart_use::{ChartUse, ValuesFrom, Word};
pub use charts::{ChartLayout, is_chart};
pub use environment::{Environment, application_of_path, cluster_of_path, environment_of_path};
pub use files::{FileKind, Kinds};
pub use list::items_of_list;
pub use loose::{Loose, find};
pub use target::{Content, LooseFile, Role, TargetSpec};

use manifest::{Object, Snapshot};

use crate::settings::Config;

/// What an object asks to be deployed: an Argo CD Application or a Flux HelmRelease; nothing, if
/// it is none of these.
pub fn asked_by(snapshot: &dyn Snapshot, object: &Object, config: &Config) -> Asked {
    match (&*object.id.gvk.group, &*object.id.gvk.kind) {
        ("argoproj.io", "Application") => argocd::asked_by(snapshot, object, config),
        ("helm.toolkit.fluxcd.io", "HelmRelease") => flux::asked_by(snapshot, object, config),
        _ => Asked::default(),
    }
}

#[cfg(test)]
mod tests;
