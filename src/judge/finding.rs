//! What is reported: one type for every rule and every format.

use std::collections::BTreeSet;
use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};
use manifest::{Location, ObjectId};
use serde::{Deserialize, Serialize};

use crate::problem::Related;
use crate::rule::{RuleId, Severity, Tier};
use crate::settings::baseline::Subject;
use crate::settings::owners::Names;

/// A violation or fault, located in the source and told once for all targets that it affects.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The rule.
    pub rule: RuleId,
    /// The highest severity among the affected targets.
    pub severity: Severity,
    /// What is wrong, in one sentence without a full stop.
    pub message: String,
    /// How to fix it.
    pub help: Option<Arc<str>>,
    /// The bytes that are wrong; none only where no file is to blame.
    pub place: Option<Location>,
    /// Other places that matter, such as the base's value that a patch overrode.
    pub related: Vec<Related>,
    /// What it affects, in the order of tier, environment and path.
    pub affected: Vec<Affected>,
    /// Stays the same while the fault stays, however lines move.
    pub fingerprint: String,
    /// By what a baseline knows it.
    pub subject: Subject,
    /// Why it is not counted, if somebody said so.
    pub suppressed: Option<Box<Suppression>>,
    /// Who owns the file, as the repository's CODEOWNERS says.
    pub owners: Names,
}

impl Finding {
    /// Its place and those that are related: what it shows.
    pub fn places(&self) -> impl Iterator<Item = &Location> {
        let related = self.related.iter().map(|related| &related.place);
        self.place.iter().chain(related)
    }

    /// Makes it as severe as what it affects.
    pub fn take_severity(&mut self) {
        let severities = self.affected.iter().map(|affected| affected.severity);
        self.severity = severities.max().unwrap_or(self.severity);
    }
}

/// A target, and the object in it, that a finding affects.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Affected {
    /// The target's folder or file.
    pub target: Arc<Utf8Path>,
    /// Its environment, if one could be told.
    pub environment: Option<Arc<str>>,
    /// The environment's tier.
    pub tier: Tier,
    /// The AppProject of the Application that deploys the target, if one does.
    pub project: Option<Arc<str>>,
    /// The object, if it is about one.
    pub object: Option<Arc<ObjectId>>,
    /// The finding's severity there.
    pub severity: Severity,
}

/// Why a finding is not counted.
#[derive(Clone, Debug)]
pub struct Suppression {
    /// The reason that was given.
    pub reason: String,
    /// Where it was given.
    pub place: Location,
    /// Whether it is in the baseline, rather than ignored.
    pub in_baseline: bool,
}

/// What a baseline was good for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BaselineSummary {
    /// Findings that are not counted because it has them.
    pub held: usize,
    /// Findings that it has and that are no more.
    pub fixed: usize,
}

/// Something that was not checked, and why; never hidden.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Unchecked {
    /// What: `objects without a schema`, `charts`.
    pub what: String,
    /// Which ones, with how many of each.
    pub which: Vec<(String, usize)>,
}

/// What a change is about, where only what it brings is told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangeSummary {
    /// How many files it changes, adds or removes.
    pub files: usize,
    /// How many targets read one of them.
    pub targets: usize,
    /// How many findings there were before and are no more.
    pub fixed: usize,
}

/// By what a change was judged, where that is not its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GateSummary {
    /// The revision that was trusted.
    pub from: String,
    /// How many findings the change's own configuration and policies would add and drop, if they
    /// differ.
    pub effect: Option<(usize, usize)>,
}

/// How every file, target and object was accounted for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    /// The change, if only what it brings is told.
    pub change: Option<ChangeSummary>,
    /// What the change does to what it is judged by, if that is not its own.
    pub gate: Option<GateSummary>,
    /// The baseline, if there is one.
    pub baseline: Option<BaselineSummary>,
    /// Files that some target reads.
    pub files_used: usize,
    /// Files that hold no Kubernetes manifest.
    pub files_not_kubernetes: usize,
    /// Files of charts and templates that are not rendered.
    pub files_not_rendered: usize,
    /// Manifests that no target reads.
    pub unreferenced: Vec<Utf8PathBuf>,
    /// Targets that rendered.
    pub targets: usize,
    /// Targets of which a part rendered.
    pub targets_partial: usize,
    /// Targets that did not render at all.
    pub targets_failed: usize,
    /// Rendered objects of all targets.
    pub objects: usize,
    /// The AppProjects of the Applications that deploy targets.
    pub projects: BTreeSet<Arc<str>>,
    /// What was not checked.
    pub unchecked: Vec<Unchecked>,
}

impl Summary {
    /// All targets, rendered or not.
    pub fn all_targets(&self) -> usize {
        self.targets + self.targets_partial + self.targets_failed
    }
}

/// The whole result of a check.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// Every finding, suppressed ones included, in the order of their places.
    pub findings: Vec<Finding>,
    /// How every file, target and object was accounted for.
    pub summary: Summary,
}

impl Report {
    /// Adds findings at the places where they belong.
    pub fn add(&mut self, findings: Vec<Finding>) {
        if findings.is_empty() {
            return;
        }
        self.findings.extend(findings);
        self.findings.sort_by_cached_key(|finding| {
            let place = finding.place.as_ref();
            let at = place.map(|place| (place.path().to_string(), place.span));
            (at, finding.rule.id.to_string())
        });
    }

    /// How many findings of a severity count: suppressed ones do not.
    pub fn count(&self, severity: Severity) -> usize {
        self.findings
            .iter()
            .filter(|f| f.suppressed.is_none() && f.severity == severity)
            .count()
    }
}
