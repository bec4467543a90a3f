//! What a run was asked to look at.

use camino::{Utf8Path, Utf8PathBuf};

use crate::date::Date;
use crate::deploy::TargetSpec;
use crate::render::Graph;
use crate::settings::Version;

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
    /// The day, for ignores that end.
    pub today: Date,
    /// Whether ignores in comments and annotations count.
    pub inline_ignores: bool,
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
            today,
            inline_ignores: true,
        }
    }

    /// Whether a target's findings are asked for.
    pub(crate) fn wants(&self, spec: &TargetSpec) -> bool {
        self.is_under(&spec.path) && self.is_of_environment(spec)
    }

    /// Marks the targets whose findings are asked for: those below the paths, or, where these
    /// hold only bases, those that build on them. All others are rendered for what an
    /// environment has as a whole.
    pub(crate) fn ask_for(&self, specs: &mut [TargetSpec], graph: &Graph) {
        for spec in specs.iter_mut() {
            spec.is_asked = self.wants(spec);
        }
        if specs.iter().any(|spec| spec.is_asked) {
            return;
        }
        for spec in specs {
            let builds_on = graph.builds_on(&spec.path, &|base| self.is_under(base));
            spec.is_asked = builds_on && self.is_of_environment(spec);
        }
    }

    /// Whether a path is below those that are checked.
    pub fn is_under(&self, path: &Utf8Path) -> bool {
        self.paths.is_empty() || self.paths.iter().any(|own| path.starts_with(own))
    }

    fn is_of_environment(&self, spec: &TargetSpec) -> bool {
        let is_named = |name: &String| {
            let own = spec.environment.as_ref();
            own.is_some_and(|own| *own.name == **name || own.tier.name() == name)
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

    /// Whether a rule is among those that are looked at.
    pub fn looks_at(&self, rule: &str) -> bool {
        let is_in = |list: &[String]| list.iter().any(|id| id == rule);
        (self.select.is_empty() || is_in(&self.select)) && !is_in(&self.skip)
    }
}
