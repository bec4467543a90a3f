//! The targets that a change is looked at for.

use std::collections::BTreeSet;
use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};

use crate::Checked;
use crate::judge::finding::Finding;
use crate::pipeline::MadeFrom;

/// The targets that some paths name: those below them or, where none is below, those that are
/// made from what is there, before the change or after it.
#[derive(Debug)]
pub struct Only {
    paths: Vec<Utf8PathBuf>,
    targets: BTreeSet<(Utf8PathBuf, Option<Arc<str>>)>,
    unused: Vec<Utf8PathBuf>,
}

impl Only {
    /// What paths name; without any, it is everything.
    pub fn of(paths: Vec<Utf8PathBuf>, before: &[Checked], after: &Checked) -> Self {
        let all = || before.iter().chain([after]);
        let mut targets = BTreeSet::new();
        let mut unused = Vec::new();
        for path in &paths {
            let every = || all().flat_map(|checked| &checked.made_from);
            let is_below = |target: &&MadeFrom| target.target.starts_with(path);
            let mut named: Vec<&MadeFrom> = every().filter(is_below).collect();
            if named.is_empty() {
                named = every().filter(|target| target.is_made_from(path)).collect();
            }
            let mut findings = all().flat_map(|checked| &checked.report.findings);
            if named.is_empty() && !findings.any(|finding| is_at(finding, path)) {
                unused.push(path.clone());
            }
            let names = named.iter();
            targets.extend(names.map(|it| (it.target.clone(), it.environment.clone())));
        }
        Self {
            paths,
            targets,
            unused,
        }
    }

    /// The paths that name no target, and where nothing was found.
    pub fn unused(&self) -> &[Utf8PathBuf] {
        &self.unused
    }

    pub(super) fn has(&self, target: &Utf8Path, environment: Option<&Arc<str>>) -> bool {
        let name = || (target.to_owned(), environment.cloned());
        self.paths.is_empty() || self.targets.contains(&name())
    }

    /// Leaves what affects these targets, and what is wrong there without affecting any target.
    pub fn keep(&self, findings: &mut Vec<Finding>) {
        if self.paths.is_empty() {
            return;
        }
        findings.retain_mut(|finding| {
            if finding.affected.is_empty() {
                let place = finding.place.as_ref();
                return place.is_none() || self.paths.iter().any(|path| is_at(finding, path));
            }
            let affected = &mut finding.affected;
            affected.retain(|one| self.has(&one.target, one.environment.as_ref()));
            finding.take_severity();
            !finding.affected.is_empty()
        });
    }
}

fn is_at(finding: &Finding, path: &Utf8Path) -> bool {
    let place = finding.place.as_ref();
    place.is_some_and(|place| place.path().starts_with(path))
}
