//! What a run was asked to look at.

mod progress;
mod share;

use camino::{Utf8Path, Utf8PathBuf};

use crate::date::Date;
use crate::deploy::{TargetSpec, tier_named};
use crate::problem::TARGET_NOT_RENDERED;
use crate::render::Rendered;
use crate::rule::{RENDERING, Rule};
use crate::settings::Version;

pub use progress::{Progress, Stage};
pub use share::Share;

/// What is to be checked.
#[derive(Clone, Debug)]
pub struct Request {
    /// The folders and files below which targets are checked; empty for all.
    pub paths: Vec<Utf8PathBuf>,
    /// The environments and tiers that are checked; empty for all.
    pub environments: Vec<String>,
    /// The rules that are looked at; empty for all.
    pub select: Vec<String>,
    /// The rules that are not looked at.
    pub skip: Vec<String>,
    /// The Kubernetes version to check against, whatever the configuration says.
    pub kubernetes: Option<Version>,
    /// What charts are told of the APIs that their cluster serves.
    pub api_versions: ApiVersions,
    /// The day, for ignores that end.
    pub today: Date,
    /// Whether ignores in comments and annotations count.
    pub inline_ignores: bool,
    /// Which part of the evaluation is made, where several runs share it.
    pub share: Option<Share>,
    /// Where it is told how far the run has come.
    pub progress: Progress,
}

/// What charts are told of the APIs that a cluster serves, besides those that are configured.
#[derive(Clone, Debug)]
pub enum ApiVersions {
    /// Those of a cluster of the target's Kubernetes version.
    Cluster,
    /// What `helm template` takes for granted, and these.
    Template(Vec<String>),
}

impl Request {
    /// All of a repository, on a day.
    pub fn all(today: Date) -> Self {
        Self {
            paths: Vec::new(),
            environments: Vec::new(),
            select: Vec::new(),
            skip: Vec::new(),
            kubernetes: None,
            api_versions: ApiVersions::Cluster,
            today,
            inline_ignores: true,
            share: None,
            progress: Progress::default(),
        }
    }

    /// Marks the targets whose findings are asked for: those below the paths, or, where nothing
    /// is below a path, those that are made from what stands there. All others are rendered for
    /// what an environment has as a whole.
    pub(crate) fn mark(&self, rendered: &mut [Rendered]) {
        for target in rendered.iter_mut() {
            target.spec.is_asked = self.paths.is_empty();
        }
        for path in &self.paths {
            let is_below = |target: &Rendered| target.spec.path.starts_with(path);
            let is_any_below = rendered.iter().any(is_below);
            for target in rendered.iter_mut() {
                target.spec.is_asked |= match is_any_below {
                    true => is_below(target),
                    false => stands_for(path, target),
                };
            }
        }
        for target in rendered {
            target.spec.is_asked &= self.is_of_environment(&target.spec);
        }
    }

    /// Whether a path is below those that are checked.
    pub fn is_under(&self, path: &Utf8Path) -> bool {
        self.paths.is_empty() || self.paths.iter().any(|own| path.starts_with(own))
    }

    fn is_of_environment(&self, spec: &TargetSpec) -> bool {
        let is_named = |name: &String| {
            let own = spec.environment.as_ref();
            own.is_some_and(|own| *own.name == **name || tier_named(name) == Some(own.tier))
        };
        self.environments.is_empty() || self.environments.iter().any(is_named)
    }

    /// Whether every rule is looked at in all of the repository.
    pub fn is_complete(&self) -> bool {
        self.paths.is_empty()
            && self.environments.is_empty()
            && self.select.is_empty()
            && self.skip.is_empty()
    }

    /// Whether a rule is among those that are looked at. What cannot be read or rendered is
    /// reported even if its rule is not selected: nobody knows whether it breaks the others.
    pub fn looks_at(&self, rule: &Rule) -> bool {
        let is_in = |list: &[String]| list.iter().any(|id| *id == rule.id);
        let is_selected = self.select.is_empty() || is_in(&self.select);
        *rule == TARGET_NOT_RENDERED
            || (is_selected || rule.group == RENDERING) && !is_in(&self.skip)
    }
}

/// Whether a target stands below a path, or is made from what stands there.
pub(crate) fn stands_for(path: &Utf8Path, target: &Rendered) -> bool {
    target.spec.path.starts_with(path) || target.files().any(|file| file.starts_with(path))
}
