//! What a repository deploys where.

mod argocd;
mod chart_use;
mod charts;
mod environment;
mod files;
mod flux;
mod layout;
mod loose;
mod target;

pub use argocd::is_range;
pub use chart_use::{ChartUse, ValuesFrom};
pub use charts::{Charts, is_chart};
pub use environment::{Environment, application_of_path, cluster_of_path, environment_of_path};
pub use files::{FileKind, Kinds};
pub use loose::{Loose, find, items_of_list};
pub use target::{Content, LooseFile, TargetSpec};

use manifest::{Fault, Object, Snapshot};

use crate::config::Config;

/// What an object asks to be deployed.
#[derive(Debug, Default)]
pub struct Asked {
    /// The charts that are in the repository.
    pub targets: Vec<TargetSpec>,
    /// What charts are given that are elsewhere.
    pub values: Vec<ValuesFrom>,
    /// What is wrong with what is asked for, under the rule's id.
    pub faults: Vec<(&'static str, Fault)>,
}

/// The rule behind a chart that something asks for and that stands elsewhere.
pub const CHART_ELSEWHERE: &str = "chart-not-available";
/// The rule behind a chart that may be another one tomorrow.
pub const FLOATING_CHART: &str = "floating-chart-version";
/// The rule behind values files that are not there.
pub const MISSING_FILE: &str = "missing-resource";
/// The rule behind values files outside the repository.
pub const OUTSIDE: &str = "outside-root";

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
