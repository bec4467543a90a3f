//! What `.gitopslint.yaml` asks for, and what holds without it.
//!
//! [`read`] goes from what is written ([`raw`]) to a [`Config`] that is valid ([`resolve`]), or
//! to every fault that it met, each with its place.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};
use manifest::{Fault, Node, Source};

use crate::rule::{Rule, Severities, Severity, Tier};
use crate::settings::ignores::Ignores;

pub mod baseline;
mod charts;
mod environments;
pub mod ignores;
pub mod owners;
mod pattern;
mod raw;
mod reader;
mod resolve;
mod rules;
pub mod trust;
mod version;

pub use charts::ChartSettings;
pub(crate) use trust::HOTFIX_LOST;
pub use version::Version;

use environments::Environments;
use rules::RuleSettings;

/// The file's name; it stands in the root.
pub const FILE_NAME: &str = ".gitopslint.yaml";

/// The configuration of one repository.
#[derive(Debug, Default)]
pub struct Config {
    profile: Profile,
    kubernetes: Kubernetes,
    environments: Environments,
    rules: BTreeMap<Box<str>, RuleSettings>,
    policies: Vec<Utf8PathBuf>,
    baseline: Option<Utf8PathBuf>,
    owned_namespaces: BTreeSet<Box<str>>,
    external_namespaces: BTreeSet<Box<str>>,
    clusters: Vec<Node>,
    ignores: Ignores,
    locked: BTreeSet<Box<str>>,
    refuses_new_ignores: bool,
    charts: Vec<ChartSettings>,
}

/// How severe the rules are before anything is said about single ones.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Profile {
    /// As the rules themselves say.
    #[default]
    Default,
    /// Hardening is demanded in every tier.
    Restricted,
}

/// Which Kubernetes the environments run.
#[derive(Debug, Default)]
struct Kubernetes {
    default: Option<Version>,
    /// By the name of an environment or a tier.
    environments: BTreeMap<Box<str>, Version>,
    /// What charts are told that the clusters serve, beside the usual.
    api_versions: Vec<Box<str>>,
}

/// Reads a configuration file. All faults are told at once, in the order of their places.
pub fn read(source: &Arc<Source>, known_rules: &[&str]) -> Result<Config, Vec<Fault>> {
    let mut faults = Vec::new();
    let raw = raw::read(source, &mut faults);
    let config = resolve::resolve(raw, known_rules, &mut faults);
    if faults.is_empty() {
        return Ok(config);
    }
    sort(&mut faults);
    Err(faults)
}

fn sort(faults: &mut [Fault]) {
    faults.sort_by_key(|fault| fault.at.as_ref().map(|at| at.span));
}

/// The folders and files of a configuration's own policies, for who needs the rules in them
/// before the rest can be read. Faults are left to [`read`].
pub fn policies(source: &Arc<Source>) -> Vec<Utf8PathBuf> {
    let raw = raw::read(source, &mut Vec::new());
    resolve::policies(&raw.policies, &mut Vec::new())
}

impl Config {
    /// The environment that the configuration assigns a path to, with its tier. `None` where it
    /// assigns none; the layout may tell then.
    pub fn environment_of<'a>(&'a self, path: &Utf8Path) -> Option<(&'a str, Tier)> {
        self.environments.of_path(path)
    }

    /// The tier that the configuration puts an environment into.
    pub fn tier_of(&self, environment: &str) -> Option<Tier> {
        self.environments.tier_of(environment)
    }

    /// The environments that the configuration puts into a tier, in the order it lists them.
    pub fn members(&self, tier: Tier) -> impl Iterator<Item = &str> {
        self.environments.members(tier)
    }

    /// How severe a rule is for what stands in the file at `path`.
    pub fn severities(&self, rule: &Rule, path: &Utf8Path) -> Severities {
        self.judged(rule, |settings, base| settings.severities(base, path))
    }

    /// The clusters that Argo CD knows, each a mapping with `name`, and `server`, `project`,
    /// `labels` and `annotations` if they are given.
    pub fn clusters(&self) -> &[Node] {
        &self.clusters
    }

    /// Whether a rule is looked for in a tier, wherever that may be.
    pub fn is_on(&self, rule: &Rule, tier: Tier) -> bool {
        let highest = self.judged(rule, RuleSettings::highest);
        highest.of(tier) != Severity::Off
    }

    /// Whether a rule is looked for in any tier.
    pub fn is_on_anywhere(&self, rule: &Rule) -> bool {
        Tier::ALL.iter().any(|tier| self.is_on(rule, *tier))
    }

    fn judged(
        &self,
        rule: &Rule,
        ask: impl Fn(&RuleSettings, Severities) -> Severities,
    ) -> Severities {
        let base = match self.profile {
            Profile::Restricted if rule.hardens() => rule.severities.restricted(),
            Profile::Default | Profile::Restricted => rule.severities,
        };
        let asked = match self.rules.get(&*rule.id) {
            Some(settings) => ask(settings, base),
            None => base,
        };
        if self.is_locked(&rule.id) {
            asked.at_least(base)
        } else {
            asked
        }
    }

    /// What the configuration sets of a rule's parameters in a tier.
    pub fn parameters(&self, rule: &str, tier: Tier) -> BTreeMap<&str, &Node> {
        self.rules
            .get(rule)
            .map(|settings| settings.parameters(tier))
            .unwrap_or_default()
    }

    /// A fault for each parameter that the configuration sets and its rule does not have, or
    /// takes another sort of value for. `known` tells the parameters of a rule with their
    /// defaults.
    pub fn wrong_parameters<'a>(
        &self,
        known: impl Fn(&str) -> Vec<(&'a str, &'a serde_json::Value)>,
    ) -> Vec<Fault> {
        let mut faults: Vec<Fault> = self
            .rules
            .iter()
            .flat_map(|(rule, settings)| settings.wrong_parameters(rule, &known(rule)))
            .collect();
        sort(&mut faults);
        faults
    }

    /// The Kubernetes version of an environment and its tier, if the configuration tells it.
    pub fn kubernetes(&self, environment: Option<&str>, tier: Tier) -> Option<Version> {
        let versions = &self.kubernetes.environments;
        environment
            .and_then(|name| versions.get(name))
            .or_else(|| versions.get(tier.name()))
            .copied()
            .or(self.kubernetes.default)
    }

    /// What charts are told that the clusters serve, beside the usual.
    pub fn api_versions(&self) -> impl Iterator<Item = &str> {
        self.kubernetes.api_versions.iter().map(|own| &**own)
    }

    /// What the chart of a folder is rendered with, if the configuration says so.
    pub fn chart(&self, folder: &Utf8Path) -> Option<&ChartSettings> {
        self.charts.iter().find(|own| own.globs.is_match(folder))
    }

    /// The folders and files of own policies.
    pub fn policies(&self) -> &[Utf8PathBuf] {
        &self.policies
    }

    /// Whether an ignore beside the source only counts if it was there before the change that
    /// is judged.
    pub fn refuses_new_ignores(&self) -> bool {
        self.refuses_new_ignores
    }

    /// Whether a rule has other severities in parts of the repository.
    pub fn has_paths(&self, rule: &str) -> bool {
        let settings = self.rules.get(rule);
        settings.is_some_and(|settings| !settings.paths.is_empty())
    }

    /// The file that says which findings are not new, from the root.
    pub fn baseline(&self) -> Option<&Utf8Path> {
        self.baseline.as_deref()
    }

    /// The namespaces that others answer for: those that are `external`, but for those that this
    /// repository `owns` all the same.
    pub fn external_namespaces(&self) -> impl Iterator<Item = &str> {
        let external = self.external_namespaces.difference(&self.owned_namespaces);
        external.map(|name| &**name)
    }

    /// The namespaces that this repository answers for, although it may not declare them.
    pub fn owned_namespaces(&self) -> impl Iterator<Item = &str> {
        self.owned_namespaces.iter().map(|name| &**name)
    }

    /// The ignores of the configuration itself.
    pub fn ignores(&self) -> &Ignores {
        &self.ignores
    }

    /// The rules that cannot be lowered, ignored or baselined.
    pub fn locked(&self) -> &BTreeSet<Box<str>> {
        &self.locked
    }

    /// Whether a rule cannot be lowered, ignored or baselined.
    pub fn is_locked(&self, rule: &str) -> bool {
        self.locked.contains(rule)
    }
}

#[cfg(test)]
mod schema_tests;
#[cfg(test)]
mod tests;
