//! Findings that a baseline has.

use std::collections::{BTreeMap, BTreeSet};

use super::finding::{Affected, Finding, Suppression};
use crate::settings::baseline::{Baseline, Counts, Subject, UNASSIGNED};

/// What came of a baseline.
#[derive(Clone, Debug, Default)]
pub struct Excused {
    /// What was found of it.
    pub used: BTreeMap<Subject, Counts>,
    /// What was not.
    pub left: BTreeMap<Subject, Counts>,
}

impl Excused {
    /// How many of its findings are no more, as far as that can be told: what it has in
    /// environments of which something does not render may come back.
    pub fn fixed(&self, unknown: &BTreeSet<&str>) -> usize {
        let is_known = |counts: &&Counts| counts.keys().any(|name| !unknown.contains(&**name));
        self.left.values().filter(is_known).count()
    }

    /// What a baseline keeps once what was fixed is gone.
    pub fn pruned(&self, unknown: &BTreeSet<&str>) -> BTreeMap<Subject, Counts> {
        let mut kept = self.used.clone();
        for (subject, counts) in &self.left {
            let counts = counts.iter();
            for (name, count) in counts.filter(|(name, _)| unknown.contains(&***name)) {
                let of_subject = kept.entry(subject.clone()).or_default();
                *of_subject.entry(name.clone()).or_default() += count;
            }
        }
        kept
    }
}

/// How a baseline names the environment of a target.
pub fn environment_name(environment: Option<&str>) -> &str {
    environment.unwrap_or(UNASSIGNED)
}

/// What a baseline has to hold to excuse findings.
pub fn counts<'a>(findings: impl Iterator<Item = &'a Finding>) -> BTreeMap<Subject, Counts> {
    let mut all: BTreeMap<Subject, Counts> = BTreeMap::new();
    for finding in findings {
        let counts = all.entry(finding.subject.clone()).or_default();
        if finding.affected.is_empty() {
            *counts.entry("".into()).or_default() += 1;
        }
        for affected in &finding.affected {
            let name = environment_name(affected.environment.as_deref());
            *counts.entry(name.into()).or_default() += 1;
        }
    }
    all
}

/// Suppresses the findings that a baseline has, where it has them. What affects something else,
/// too, is told for that alone, and nothing excuses a rule that is locked.
pub(super) fn excuse(
    findings: Vec<Finding>,
    baseline: &Baseline,
    locked: &BTreeSet<Box<str>>,
) -> (Vec<Finding>, Excused) {
    let mut left: BTreeMap<Subject, Counts> = baseline
        .entries()
        .filter(|(subject, ..)| !locked.contains(&*subject.rule))
        .map(|(subject, counts, _)| (subject.clone(), counts.clone()))
        .collect();
    let mut used: BTreeMap<Subject, Counts> = BTreeMap::new();
    let mut told = Vec::with_capacity(findings.len());
    for finding in findings {
        let entry = baseline.get(&finding.subject);
        let entry = entry.filter(|_| finding.suppressed.is_none());
        let Some(((_, at), left)) = entry.zip(left.get_mut(&finding.subject)) else {
            told.push(finding);
            continue;
        };
        let used = used.entry(finding.subject.clone()).or_default();
        let mut take = |name: &str| {
            let is_left = left.get_mut(name).filter(|count| **count > 0);
            let is_left = is_left.map(|count| *count -= 1).is_some();
            if is_left {
                *used.entry(name.into()).or_default() += 1;
            }
            is_left
        };
        let suppression = || {
            Box::new(Suppression {
                reason: "it is in the baseline".to_owned(),
                place: at.clone(),
                in_baseline: true,
            })
        };
        if finding.affected.is_empty() {
            let suppressed = take("").then(suppression);
            told.push(Finding {
                suppressed,
                ..finding
            });
            continue;
        }
        let is_old = |affected: &Affected| take(environment_name(affected.environment.as_deref()));
        let (old, new): (Vec<Affected>, Vec<Affected>) =
            finding.affected.iter().cloned().partition(is_old);
        if !new.is_empty() {
            told.push(part(&finding, new, None));
        }
        if !old.is_empty() {
            told.push(part(&finding, old, Some(suppression())));
        }
    }
    for counts in left.values_mut() {
        counts.retain(|_, count| *count > 0);
    }
    left.retain(|_, counts| !counts.is_empty());
    used.retain(|_, counts| !counts.is_empty());
    (told, Excused { used, left })
}

/// A finding for some of what it affects.
fn part(
    finding: &Finding,
    affected: Vec<Affected>,
    suppressed: Option<Box<Suppression>>,
) -> Finding {
    let severities = affected.iter().map(|affected| affected.severity);
    Finding {
        severity: severities.max().unwrap_or(finding.severity),
        affected,
        suppressed,
        ..finding.clone()
    }
}
