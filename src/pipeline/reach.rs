//! What something deploys of what stands here.

use std::collections::{BTreeMap, BTreeSet};

use camino::{Utf8Path, Utf8PathBuf};
use manifest::normalize;

use super::Deployed;
use crate::deploy::TargetSpec;
use crate::deploy::rules::{INVALID_APPLICATION_SET, UNKNOWN_APPLICATIONS};
use crate::rule::RuleId;

/// What Applications and Flux's objects reach, and thereby leave out.
pub(super) struct Reach<'a> {
    /// The folders of which something deploys one part after the other, so that it leaves out the
    /// rest.
    folders: BTreeSet<&'a Utf8Path>,
    /// The applications that something deploys, in any environment.
    applications: BTreeSet<String>,
    /// The folders that Applications name, whether or not they are rendered here.
    sources: BTreeSet<Utf8PathBuf>,
}

impl<'a> Reach<'a> {
    /// Nothing is left out where what only a server knows may deploy it.
    pub(super) fn of(deployed: &'a Deployed) -> Self {
        let open = [&UNKNOWN_APPLICATIONS, &INVALID_APPLICATION_SET].map(RuleId::from);
        let mut unmet = deployed.rendered.iter().flat_map(|target| &target.unmet);
        let mut reach = Self {
            folders: BTreeSet::new(),
            applications: BTreeSet::new(),
            sources: sources(deployed),
        };
        if unmet.any(|problem| open.contains(&problem.rule)) {
            return reach;
        }
        let mut parts: BTreeMap<&Utf8Path, BTreeSet<&Utf8Path>> = BTreeMap::new();
        for target in deployed.targets().filter(|own| own.spec.by.is_some()) {
            let name = target.spec.application_across();
            reach.applications.insert(name.into_owned());
            if let Some(parent) = target.spec.path.parent() {
                parts.entry(parent).or_default().insert(&target.spec.path);
            }
        }
        let several = parts.into_iter().filter(|(_, parts)| parts.len() > 1);
        reach.folders = several.map(|(folder, _)| folder).collect();
        reach
    }

    /// Whether something deploys a target, as far as this repository tells.
    pub(super) fn deploys(&self, spec: &TargetSpec) -> bool {
        if spec.by.is_some() || self.sources.contains(&spec.path) {
            return true;
        }
        let parent = spec.path.parent();
        let is_beside = parent.is_some_and(|parent| self.folders.contains(parent));
        let is_of_several =
            spec.environment.is_some() && self.applications.contains(&*spec.application_across());
        !(is_beside || is_of_several)
    }
}

/// The folders that Applications name.
fn sources(deployed: &Deployed) -> BTreeSet<Utf8PathBuf> {
    let applications = deployed.targets().flat_map(|target| &target.applications);
    let sources = applications.flat_map(|own| &own.application().sources);
    let paths = sources.filter_map(|source| {
        let path = source.path.as_ref()?.as_str().trim_start_matches('/');
        normalize(Utf8Path::new(""), path)
    });
    paths.collect()
}
