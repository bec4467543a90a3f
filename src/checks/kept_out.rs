//! Files that targets need and that git leaves out.

use std::collections::{BTreeMap, BTreeSet};

use camino::{Utf8Path, Utf8PathBuf};
use manifest::{Fault, Location, Snapshot};
use rustc_hash::FxHashMap;

use super::manual;
use super::rendering::of_fault;
use crate::problem::{MISSING_RESOURCE, Problem};
use crate::rule::Severity;
use crate::snapshot::ignored_by;

const HELP: &str = "only a clone in which somebody made the file builds this: where it is to be \
                    built from git, encrypt or seal it, or create the object with an operator \
                    such as External Secrets";

/// What is missing because a `.gitignore` names it.
pub(super) struct KeptOut<'a> {
    files: &'a dyn Snapshot,
    /// The lines that name what was asked for.
    lines: FxHashMap<&'a Utf8Path, Option<Location>>,
    /// What nothing here deploys, by the file and the first byte of the line that names it.
    undeployed: BTreeMap<(Utf8PathBuf, u32), Lacking<'a>>,
}

/// What one line keeps out of git.
struct Lacking<'a> {
    line: Location,
    files: BTreeSet<&'a Utf8Path>,
    targets: BTreeSet<usize>,
    /// The first place that asks for it.
    asks: Option<&'a Location>,
}

impl<'a> KeptOut<'a> {
    pub(super) fn of(files: &'a dyn Snapshot) -> Self {
        Self {
            files,
            lines: FxHashMap::default(),
            undeployed: BTreeMap::new(),
        }
    }

    /// The line that keeps out what a fault is about.
    pub(super) fn line(&mut self, fault: &'a Fault) -> Option<Location> {
        let path = fault.absent.as_deref()?;
        let files = self.files;
        let line = self.lines.entry(path);
        line.or_insert_with(|| ignored_by(files, path)).clone()
    }

    /// What to say of a target that is deployed from git, where the file never is.
    pub(super) fn problem(fault: &Fault, line: Location) -> Option<Problem> {
        let path = fault.absent.as_deref()?;
        Some(Problem {
            message: format!("`{path}` is not in git: `{}` leaves it out", line.path()),
            help: Some(HELP.to_owned()),
            ..of_fault(fault).related("it is left out here", line)
        })
    }

    /// Notes a target that nothing is known to deploy: whoever does has the files.
    pub(super) fn note(&mut self, target: usize, fault: &'a Fault, line: Location) {
        let spot = (line.path().to_owned(), line.span.start);
        let lacking = self.undeployed.entry(spot).or_insert_with(|| Lacking {
            line,
            files: BTreeSet::new(),
            targets: BTreeSet::new(),
            asks: fault.at.as_ref(),
        });
        lacking.files.extend(fault.absent.as_deref());
        lacking.targets.insert(target);
    }

    /// What was noted, once for each line.
    pub(super) fn problems(self, walked: &[Utf8PathBuf]) -> impl Iterator<Item = Problem> {
        let snapshot = self.files;
        self.undeployed.into_values().filter_map(move |lacking| {
            let first = lacking.files.first()?;
            let message = match (lacking.files.len(), lacking.targets.len()) {
                (1, _) => format!("git leaves out `{first}`, which is needed here"),
                (files, 1) => {
                    format!("git leaves out {files} files that one target needs, such as `{first}`")
                }
                (files, targets) => format!(
                    "git leaves out {files} files that {targets} targets need, such as `{first}`"
                ),
            };
            // Whoever follows a script or a README has what it makes.
            let made = manual::mention(snapshot, walked, first);
            let most = match made {
                Some(_) => Severity::Info,
                None => Severity::Warning,
            };
            let problem = Problem {
                help: Some(HELP.to_owned()),
                at_most: Some(most),
                ..Problem::new(&MISSING_RESOURCE, message)
            };
            let problem = problem.at(lacking.line).affecting(lacking.targets);
            let problem = match made {
                Some(place) => problem.related("it is named here", place),
                None => problem,
            };
            Some(match lacking.asks {
                Some(place) => problem.related("it is asked for here", place.clone()),
                None => problem,
            })
        })
    }
}
