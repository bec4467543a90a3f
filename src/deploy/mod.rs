//! What a repository deploys where.

mod apart;
mod application_set;
mod argocd;
mod asked;
mod chart_files;
mod chart_use;
mod charts;
mod clusters;
mod copied;
mod environment;
mod evidence;
mod files;
mod flux;
mod foreign;
mod layout;
mod list;
mod loose;
mod names;
mod patches;
mod printed;
mod programs;
mod records;
mod repository_url;
pub(crate) mod rules;
mod settle;
mod starts;
mod target;
mod templates;
mod value_files;

pub use apart::{Apart, is_local_name, is_test_data, is_wrong_on_purpose};
pub use argocd::cluster_of as cluster_of_application;
pub use asked::{Asked, Asking, MissingChart, Sourced, is_range};
pub use chart_use::{ChartUse, Pulled, ValuesFrom, Word};
pub use charts::{ChartLayout, is_chart};
pub use clusters::Clusters;
pub use copied::Copies;
pub use environment::{
    Environment, cluster_of_path, environment_of_path, folder_of_bases, holds_environments,
    tier_named,
};
pub use evidence::Evidence;
pub use files::{FileKind, Kinds};
pub use flux::Sources;
pub(crate) use flux::{bootstrapped_from, folders_built};
pub use list::items_of_list;
pub(crate) use loose::LOCKED;
pub use loose::{Around, Loose, find, find_alone};
pub use names::{application_across, application_of, application_of_path};
pub(crate) use printed::printed_by;
pub(crate) use repository_url::normal as normal_address;
pub use repository_url::{Addresses, Whose};
pub use settle::{Placed, settle};
pub use starts::Starts;
pub use target::{Content, LooseFile, Overrides, Role, TargetSpec};
pub use templates::{TemplateFolder, Why, folders as template_folders};

use std::hash::{Hash, Hasher};

use ::argocd::Cluster;
use helm::Shelf;
use manifest::{Node, Object, Snapshot};
use rustc_hash::FxHasher;

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
    /// The clusters that the Argo CD of the object knows, as far as Secrets in the repository or
    /// the configuration tell.
    pub clusters: &'a [Cluster],
    /// The charts that are kept outside the repository.
    pub shelf: &'a Shelf,
    /// The target whose objects are looked at.
    pub asker: Option<&'a TargetSpec>,
}

/// The environment of an object that asks for something to be deployed, as far as it tells.
pub fn environment_of_object(object: &Object, config: &Config) -> Option<Environment> {
    let told = asked::environment_told(object, std::iter::empty(), config);
    told.map(|told| told.environment)
}

/// What an object asks to be deployed: an Argo CD Application, a Flux Kustomization or
/// HelmRelease; nothing, if it is none of these.
pub fn asked_by(known: Known<'_>, object: &Object) -> Asked {
    let mut asked = asked(known, object);
    let is_changed = !matches!(object.node, Node::Src(_));
    let is_flux = object.id.gvk.group.ends_with(".toolkit.fluxcd.io");
    if is_changed && is_flux && !asked.targets.is_empty() {
        let mut hasher = FxHasher::default();
        if let Ok(text) = manifest::print(object.node.view()) {
            text.hash(&mut hasher);
        }
        let state = hasher.finish();
        asked.targets.iter_mut().for_each(|spec| spec.state = state);
    }
    asked
}

fn asked(known: Known<'_>, object: &Object) -> Asked {
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
