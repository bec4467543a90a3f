//! What a change brings: a check of what is there now, beside checks of what was there before.

mod only;
pub mod trust;

use std::collections::BTreeSet;

use camino::Utf8Path;

use crate::Checked;
use crate::judge::finding::{Affected, ChangeSummary, Finding, Report};
use crate::judge::introduced::introduced;
use crate::pipeline::MadeFrom;
use crate::snapshot::FileChange;

pub use only::Only;

/// Which findings of a change are told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Scope {
    /// Those that there were not before.
    #[default]
    Introduced,
    /// Those of the targets that read what it changes, whether or not they are new.
    Targets,
}

/// A change, and what was found before it.
#[derive(Debug)]
pub struct Change<'a> {
    /// The files that it changes, adds or removes, sorted.
    pub files: &'a [FileChange],
    /// What was found before: of a merge, in each of what is merged; nothing, if nothing was
    /// there.
    pub before: &'a [Checked],
    /// Whether it changes how everything is judged, as configuration and policies do.
    pub is_judged_anew: bool,
    /// Which findings are told.
    pub scope: Scope,
    /// The targets whose findings are told.
    pub only: &'a Only,
}

/// What names a target before and after a change.
type Name<'a> = (&'a Utf8Path, Option<&'a str>);

impl Change<'_> {
    /// Leaves of what was found after the change what the change is about.
    #[must_use]
    pub fn narrow(&self, after: Checked) -> Checked {
        let fixed = self.fixed(&after);
        let touched = self.touched(&after);
        let summary = ChangeSummary {
            files: self.files.len(),
            targets: touched.len(),
            fixed,
        };
        let mut findings = match self.scope {
            Scope::Introduced => {
                let before: Vec<&[Finding]> = self
                    .before
                    .iter()
                    .map(|checked| checked.report.findings.as_slice())
                    .collect();
                introduced(&after.report.findings, &before)
            }
            Scope::Targets => {
                let findings = after.report.findings.iter();
                let told = findings.filter(|finding| self.is_about(finding, &touched));
                told.cloned().collect()
            }
        };
        drop(touched);
        self.only.keep(&mut findings);
        let environments = self.before.iter().flat_map(|before| &before.environments);
        let environments: BTreeSet<_> = environments.chain(&after.environments).cloned().collect();
        let mut report = Report {
            findings,
            ..after.report
        };
        report.summary.change = Some(summary);
        if let Some(baseline) = &mut report.summary.baseline {
            let suppressed = report.findings.iter().filter_map(|f| f.suppressed.as_ref());
            baseline.held = suppressed.filter(|why| why.in_baseline).count();
        }
        Checked {
            report,
            environments: environments.into_iter().collect(),
            unused_paths: self.only.unused().to_vec(),
            ..after
        }
    }

    /// How many findings there were and are no more. What a target had that does not render any
    /// more is not known to be gone.
    fn fixed(&self, after: &Checked) -> usize {
        let Some(before) = self.before.first() else {
            return 0;
        };
        let failed: BTreeSet<Name<'_>> = after
            .made_from
            .iter()
            .filter(|target| !target.is_rendered)
            .map(name)
            .collect();
        let is_known = |affected: &Affected| {
            !failed.contains(&(&*affected.target, affected.environment.as_deref()))
        };
        let mut gone = introduced(&before.report.findings, &[&after.report.findings]);
        self.only.keep(&mut gone);
        let gone = gone.iter().filter(|finding| finding.suppressed.is_none());
        gone.filter(|finding| finding.affected.is_empty() || finding.affected.iter().any(is_known))
            .count()
    }

    /// The targets that read what is changed, those that there were before included.
    fn touched<'a>(&'a self, after: &'a Checked) -> BTreeSet<Name<'a>> {
        let before = self.before.iter().flat_map(|before| &before.made_from);
        let targets = before.chain(&after.made_from);
        let targets = targets.filter(|one| self.only.has(&one.target, one.environment.as_ref()));
        let touched = targets.filter(|target| {
            let mut files = self.files.iter();
            self.is_judged_anew
                || files.any(|file| target.depends_on(&file.path, file.was != file.is))
        });
        touched.map(name).collect()
    }

    fn is_about(&self, finding: &Finding, touched: &BTreeSet<Name<'_>>) -> bool {
        let mut affected = finding.affected.iter();
        let affects =
            affected.any(|one| touched.contains(&(&*one.target, one.environment.as_deref())));
        let place = finding.place.as_ref();
        affects || place.is_none_or(|place| self.files.iter().any(|file| file.path == place.path()))
    }
}

fn name(target: &MadeFrom) -> Name<'_> {
    (&target.target, target.environment.as_deref())
}

#[cfg(test)]
mod tests;
