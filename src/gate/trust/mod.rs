//! The gate that a change is judged by is not read from the change: configuration, policies and
//! baseline come from a revision that is trusted. What the change would have made of them is
//! told.

mod config;
mod definitions;
mod moved;
mod policies;

use std::collections::BTreeSet;

use manifest::{Fault, Location};

use crate::judge::finding::{Finding, GateSummary, Suppression};
use crate::judge::introduced::introduced;
use crate::problem::Problem;
use crate::rule::Severity;
use crate::settings::trust::GATE_WEAKENED;
use crate::snapshot::Repository;
use crate::{Checked, Request, Setup};

/// What is trusted, beside what is judged.
pub struct Gate<'a> {
    /// What the trusted revision is called.
    pub name: &'a str,
    /// What is judged by: the trusted revision's.
    pub setup: &'a Setup,
    /// The trusted revision.
    pub trusted: &'a dyn Repository,
    /// What the change would be judged by if it decided itself, or what is wrong with that.
    pub own: Result<&'a Setup, &'a [Fault]>,
    /// The change.
    pub changed: &'a dyn Repository,
}

/// What a change would have made of the gate.
#[derive(Debug, Default)]
pub struct Weakened {
    /// What is told.
    pub findings: Vec<Finding>,
    /// How many findings its own configuration would add and drop, if that is another one.
    pub effect: Option<(usize, usize)>,
}

impl Weakened {
    /// Adds what is told to what was found.
    pub fn tell(self, checked: &mut Checked, name: &str) {
        let report = &mut checked.report;
        report.add(self.findings);
        report.summary.gate = Some(GateSummary {
            from: name.to_owned(),
            effect: self.effect,
        });
    }
}

impl Gate<'_> {
    /// Tells what the change does to the gate. `after` is the change judged by the gate, and
    /// `before` the trusted revision. Where the gate refuses new ignores, what they excuse
    /// counts.
    pub fn hold(&self, after: &mut Checked, before: &Checked, request: &Request) -> Weakened {
        let mut problems = Vec::new();
        let mut effect = None;
        match self.own {
            Ok(own) => {
                problems.extend(config::problems(self, own));
                problems.extend(policies::problems(self, own));
                if self.is_another(own) {
                    let findings = own.check(self.changed, request).report.findings;
                    let counted = |findings: &[Finding]| -> Vec<Finding> {
                        let counted = findings.iter();
                        let counted = counted.filter(|finding| {
                            finding.suppressed.is_none() && finding.severity >= Severity::Warning
                        });
                        counted.cloned().collect()
                    };
                    let (theirs, ours) = (counted(&findings), counted(&after.report.findings));
                    let added = introduced(&theirs, &[&ours]).len();
                    let dropped = introduced(&ours, &[&theirs]).len();
                    effect = Some((added, dropped));
                }
            }
            Err(faults) => problems.extend(faults.iter().map(|fault| {
                let message = format!("this is not valid, and not used: {}", fault.message);
                let problem = Problem::new(&GATE_WEAKENED, message);
                match &fault.at {
                    Some(place) => problem.at(place.clone()),
                    None => problem,
                }
            })),
        }
        problems.extend(definitions::problems(before, after));
        problems.extend(moved::problems(self, before, after));
        problems.extend(moved::renamed(self));
        problems.extend(self.new_ignores(after, before));
        Weakened {
            findings: self.setup.judge_apart(&problems, request),
            effect,
        }
    }

    /// Whether the change decides by anything else.
    fn is_another(&self, own: &Setup) -> bool {
        let paths = |setup: &Setup| setup.files();
        let all: BTreeSet<_> = paths(self.setup).into_iter().chain(paths(own)).collect();
        all.iter()
            .any(|path| self.trusted.bytes(path).ok() != self.changed.bytes(path).ok())
    }

    /// The ignores beside the source that excuse something now and did not before.
    fn new_ignores(&self, after: &mut Checked, before: &Checked) -> Vec<Problem> {
        let mine = &after.report.findings;
        let new: Vec<Finding> = introduced(mine, &[&before.report.findings])
            .into_iter()
            .filter(|finding| {
                finding
                    .suppressed
                    .as_ref()
                    .is_some_and(|why| self.is_inline(why))
            })
            .collect();
        let refuses = self.setup.config().refuses_new_ignores();
        let mut told: BTreeSet<(String, u32, String)> = BTreeSet::new();
        let mut problems = Vec::new();
        for finding in &new {
            let Some(why) = &finding.suppressed else {
                continue;
            };
            let rule = finding.rule.id.to_string();
            let key = (
                why.place.path().to_string(),
                why.place.span.start,
                rule.clone(),
            );
            if told.insert(key) {
                let message = match refuses {
                    true => format!("a new ignore of `{rule}` is not accepted here"),
                    false => format!("`{rule}` is newly ignored here: {}", why.reason),
                };
                let mut problem = Problem::new(&GATE_WEAKENED, message).at(why.place.clone());
                problem.at_most = Some(Severity::Warning);
                problems.push(problem);
            }
        }
        if refuses {
            let is_new = |finding: &Finding| {
                new.iter().any(|new| {
                    new.rule == finding.rule
                        && same(new.place.as_ref(), finding.place.as_ref())
                        && new.message == finding.message
                })
            };
            for finding in &mut after.report.findings {
                if finding.suppressed.is_some() && is_new(finding) {
                    finding.suppressed = None;
                }
            }
        }
        problems
    }

    fn is_inline(&self, why: &Suppression) -> bool {
        !why.in_baseline && !self.setup.is_own(why.place.path())
    }
}

fn same(a: Option<&Location>, b: Option<&Location>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => a.span == b.span && a.path() == b.path(),
        (None, None) => true,
        _ => false,
    }
}
