//! Two revisions side by side: what changes in what would be applied, production first.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use promotion::Environments;
use promotion::objects::{self, Scope};

use super::{
    Application, Comparison, ObjectRow, Pair, Unit, UnitKey, row_of, units_without_files, with_name,
};
use crate::deploy::Environment;
use crate::judge::finding::Finding;
use crate::judge::introduced::introduced;
use crate::judge::redact;
use crate::pipeline::{Checked, Deployed};
use crate::rule::{Severity, Tier};
use crate::settings::Config;

/// What belongs to no known environment.
pub const UNASSIGNED: &str = "unassigned";

/// The findings that a change brings, and those that it fixes.
#[derive(Clone, Debug, Default)]
pub struct FindingChanges {
    /// Those that were not there before.
    pub introduced: Vec<Finding>,
    /// Those that are no longer there.
    pub fixed: Vec<Finding>,
}

/// What a change does to each environment, production first: a comparison of each with itself.
/// Applications that apply the same are counted and not listed.
pub fn revisions(
    before: &Deployed,
    after: &Deployed,
    config: &Config,
    with_noise: bool,
) -> Vec<Comparison> {
    let mut pairs: BTreeMap<UnitKey, [Option<Unit>; 2]> = BTreeMap::new();
    for (side, deployed) in [before, after].into_iter().enumerate() {
        for unit in units_without_files(deployed, config) {
            let pair = pairs.entry(unit.key()).or_default();
            pair[side] = Some(unit);
        }
    }
    let mut comparisons: BTreeMap<(Reverse<Tier>, Arc<str>), Comparison> = BTreeMap::new();
    for ((name, ..), [from, to]) in pairs {
        let known = to.as_ref().or(from.as_ref());
        let environment = known.and_then(|unit| unit.environment.clone());
        let environment = environment.unwrap_or_else(|| Environment {
            name: UNASSIGNED.into(),
            tier: Tier::Stage,
        });
        let key = (Reverse(environment.tier), environment.name.clone());
        let comparison = comparisons.entry(key).or_insert_with(|| Comparison {
            from: environment.clone(),
            to: environment,
            names: Environments::default(),
            applications: Vec::new(),
        });
        comparison
            .applications
            .push(application(Pair { name, from, to }, with_noise));
    }
    comparisons.into_values().collect()
}

fn application(pair: Pair, with_noise: bool) -> Application {
    let none = Vec::new();
    let left = pair.from.as_ref().map_or(&none, |unit| &unit.objects);
    let right = pair.to.as_ref().map_or(&none, |unit| &unit.objects);
    let mut both = left.iter().zip(right);
    let is_same =
        left.len() == right.len() && both.all(|(a, b)| a.node.view().same_content(b.node.view()));
    if is_same {
        return Application {
            equal: left.len(),
            objects: Vec::new(),
            files: Vec::new(),
            pair,
        };
    }
    let scope = Scope {
        guard: Some(&redact::looks_sensitive),
        ..Scope::default()
    };
    let found = objects::differences(left, right, &scope);
    let alone = found.iter().filter(|own| own.left.is_none()).count();
    let objects: Vec<ObjectRow> = found
        .into_iter()
        .map(|own| row_of(with_name(own, left, right), &[], with_noise))
        .collect();
    let told = objects.iter().filter(|own| own.is_told()).count();
    Application {
        equal: (left.len() + alone).saturating_sub(told),
        objects,
        files: Vec::new(),
        pair,
    }
}

/// The findings that come and go, of those that are printed.
pub fn findings(before: &Checked, after: &Checked) -> FindingChanges {
    let counts =
        |finding: &Finding| finding.suppressed.is_none() && finding.severity >= Severity::Warning;
    let (old, new) = (&before.report.findings, &after.report.findings);
    let told = |found: Vec<Finding>| found.into_iter().filter(counts).collect();
    FindingChanges {
        introduced: told(introduced(new, &[old])),
        fixed: told(introduced(old, &[new])),
    }
}

/// The applications that several environments have, and in which the same changes: a base, or
/// something else that they share, has changed.
pub fn shared(comparisons: &[Comparison]) -> BTreeSet<&str> {
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    for application in comparisons.iter().flat_map(|own| &own.applications) {
        if application.told().next().is_some() && !application.is_alone() {
            let name = application
                .pair
                .from
                .as_ref()
                .and_then(|unit| unit.folders.first());
            let file = application
                .told()
                .flat_map(|own| &own.rows)
                .find_map(|row| row.to.first());
            let is_outside = match (name, file) {
                (Some(folder), Some(place)) => !place.path().starts_with(folder),
                _ => false,
            };
            if is_outside {
                *seen.entry(&application.pair.name).or_default() += 1;
            }
        }
    }
    seen.into_iter()
        .filter(|(_, count)| *count > 1)
        .map(|(name, _)| name)
        .collect()
}
