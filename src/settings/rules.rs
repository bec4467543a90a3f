//! What is said about single rules.

use std::collections::BTreeMap;

use camino::Utf8Path;
use globset::GlobSet;
use manifest::{Dialect, Fault, FaultKind, Node, Scalar, Src};
use serde_json::Value;

use crate::rule::{Severities, Severity, Tier};

/// What the configuration says about one rule.
#[derive(Debug, Default)]
pub(super) struct RuleSettings {
    pub(super) severity: Override,
    /// For parts of the repository; of those that fit the last one holds.
    pub(super) paths: Vec<(GlobSet, Override)>,
    pub(super) parameters: Parameters,
    /// Parameters that differ in a tier.
    pub(super) tiers: BTreeMap<Tier, Parameters>,
}

/// Values by name, each with its key's place.
pub(super) type Parameters = BTreeMap<Box<str>, (Src, Node)>;

/// Severities of the tiers for which one is given.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Override {
    given: [Option<Severity>; 3],
}

impl Override {
    pub(super) fn set(&mut self, tier: Tier, severity: Severity) {
        self.given[tier as usize] = Some(severity);
    }

    fn apply(self, base: Severities) -> Severities {
        let of = |tier: Tier| self.given[tier as usize].unwrap_or(base.of(tier));
        Severities {
            dev: of(Tier::Dev),
            stage: of(Tier::Stage),
            production: of(Tier::Production),
        }
    }
}

impl RuleSettings {
    pub(super) fn severities(&self, base: Severities, path: &Utf8Path) -> Severities {
        let everywhere = self.severity.apply(base);
        let here = self.paths.iter().rfind(|(globs, _)| globs.is_match(path));
        match here {
            Some((_, own)) => own.apply(everywhere),
            None => everywhere,
        }
    }

    /// The highest severities that any path has.
    pub(super) fn highest(&self, base: Severities) -> Severities {
        let everywhere = self.severity.apply(base);
        self.paths
            .iter()
            .map(|(_, own)| own.apply(everywhere))
            .fold(everywhere, Severities::at_least)
    }

    pub(super) fn parameters(&self, tier: Tier) -> BTreeMap<&str, &Node> {
        let of_tier = self.tiers.get(&tier).into_iter().flatten();
        self.parameters
            .iter()
            .chain(of_tier)
            .map(|(name, (_, value))| (name.as_ref(), value))
            .collect()
    }

    pub(super) fn wrong_parameters(&self, rule: &str, known: &[(&str, &Value)]) -> Vec<Fault> {
        let all = self.parameters.iter().chain(self.tiers.values().flatten());
        all.filter_map(|(name, (at, value))| {
            let Some((_, default)) = known.iter().find(|(known, _)| *known == name.as_ref()) else {
                let message = format!("`{rule}` has no parameter `{name}`");
                let names = known.iter().map(|(known, _)| *known);
                let advice = suggest::advice(name, names);
                let fault = Fault::new(FaultKind::Field, message).at(at);
                return Some(fault.help(advice.unwrap_or("it has no parameters".to_owned())));
            };
            let (given, asked) = (sort_of_node(value), sort_of_json(default));
            if given == asked || default.is_null() {
                return None;
            }
            let message = format!("`{name}` must be {asked}, not {given}");
            Some(Fault::new(FaultKind::Field, message).at(at))
        })
        .collect()
    }
}

fn sort_of_json(value: &Value) -> &'static str {
    match value {
        Value::Null => "nothing",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "text",
        Value::Array(_) => "a list",
        Value::Object(_) => "a mapping",
    }
}

fn sort_of_node(node: &Node) -> &'static str {
    let view = node.view();
    match view.scalar(Dialect::Kustomize) {
        Some(Scalar::Null) => "nothing",
        Some(Scalar::Bool(_)) => "true or false",
        Some(Scalar::Int(_) | Scalar::Uint(_) | Scalar::Float(_)) => "a number",
        Some(Scalar::Str(_)) => "text",
        None if view.is_seq() => "a list",
        None => "a mapping",
    }
}
