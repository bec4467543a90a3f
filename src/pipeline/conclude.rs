//! What can only be told of the whole.

use std::collections::BTreeSet;

use camino::Utf8PathBuf;

use super::account;
use crate::checks::policy::Spent;
use crate::evaluate::Tally;
use crate::judge::baselined::Excused;
use crate::judge::finding::{BaselineSummary, Finding, Report, Summary};
use crate::judge::judged::Judged;
use crate::judge::redact::Sensitive;
use crate::request::Request;
use crate::settings::owners::Owners;
use crate::setup::Setup;
use crate::snapshot::Repository;

/// What a run came to, or one of several that share it.
#[derive(Clone, Debug)]
pub struct Part {
    /// What was found.
    pub judged: Judged,
    /// How everything was accounted for, apart from the evaluation.
    pub summary: Summary,
    /// What the evaluation did not check.
    pub tally: Tally,
    /// What policies took.
    pub spent: Spent,
    /// A hash of what was there to be judged.
    pub seen: u64,
    /// What no output may show, as far as the objects tell.
    pub sensitive: Sensitive,
    /// The environments of which something does not render, as a baseline names them.
    pub unrendered: BTreeSet<String>,
    /// The paths asked for that no target is made from.
    pub unused_paths: Vec<Utf8PathBuf>,
}

/// What is reported.
#[derive(Debug)]
pub struct Concluded {
    /// The findings, and how everything was accounted for.
    pub report: Report,
    /// What no output of the findings may show.
    pub sensitive: Sensitive,
    /// What came of the baseline, if there is one.
    pub excused: Option<Excused>,
    /// The paths asked for that no target is made from, and where nothing was found.
    pub unused_paths: Vec<Utf8PathBuf>,
}

impl Part {
    /// Adds what another run came to that shares the same check.
    pub fn add(&mut self, other: Self) {
        self.judged.join(other.judged);
        self.tally.add(other.tally);
        self.spent.add(other.spent);
        self.sensitive.join(other.sensitive);
    }
}

impl Setup {
    /// Tells of a whole run what only the whole can tell.
    pub fn conclude(
        &self,
        repository: &dyn Repository,
        request: &Request,
        part: Part,
    ) -> Concluded {
        let Part {
            judged,
            mut summary,
            tally,
            mut sensitive,
            unrendered,
            mut unused_paths,
            ..
        } = part;
        account::add(&mut summary, &tally);
        let (mut findings, excused) = judged.finish(self.baseline(), self.config().locked());
        summary.baseline = excused.as_ref().map(|excused| {
            let held = findings.iter().filter_map(|f| f.suppressed.as_ref());
            let unrendered = unrendered.iter().map(String::as_str).collect();
            BaselineSummary {
                held: held.filter(|why| why.in_baseline).count(),
                // Of a part it is not known what would be found elsewhere.
                fixed: match request.is_complete() {
                    true => excused.fixed(&unrendered),
                    false => 0,
                },
            }
        });
        sensitive.learn(&findings);
        let owners = Owners::read(repository);
        for finding in &mut findings {
            sensitive.clean(finding);
            let path = finding.place.as_ref().map(|place| place.path());
            finding.owners = path.map(|path| owners.of(path)).unwrap_or_default();
        }
        unused_paths.retain(|path| {
            let is_at = |finding: &Finding| {
                let place = finding.place.as_ref();
                place.is_some_and(|place| place.path().starts_with(path))
            };
            !findings.iter().any(is_at)
        });
        Concluded {
            report: Report { findings, summary },
            sensitive,
            excused,
            unused_paths,
        }
    }
}
