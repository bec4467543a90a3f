//! What is said about single rules.

use std::collections::BTreeMap;

use camino::Utf8Path;
use globset::GlobSet;
use manifest::{Fault, FaultKind, Node, Src};

use crate::rule::{Severities, Severity, Tier};
use crate::suggest;

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

    pub(super) fn unknown_parameters(&self, rule: &str, known: &[&str]) -> Vec<Fault> {
        let all = self.parameters.iter().chain(self.tiers.values().flatten());
        all.filter(|(name, _)| !known.contains(&name.as_ref()))
            .map(|(name, (at, _))| {
                let message = format!("`{rule}` has no parameter `{name}`");
                let fault = Fault::new(FaultKind::Field, message).at(at);
                match suggest::advice(name, known.iter().copied()) {
                    Some(advice) => fault.help(advice),
                    None => fault.help("it has no parameters"),
                }
            })
            .collect()
    }
}
