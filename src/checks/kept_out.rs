//! Files that targets need and that git leaves out.

use std::collections::{BTreeMap, BTreeSet};

use camino::{Utf8Path, Utf8PathBuf};
use manifest::{Fault, Location, Snapshot};

use super::rendering::of_fault;
use crate::problem::{MISSING_RESOURCE, Problem};
use crate::rule::Severity;
use crate::snapshot::GitIgnores;

const HELP: &str = "whoever builds this from git lacks it: commit it encrypted or sealed, or create \
                    the object with an operator such as External Secrets";

/// What is missing because a `.gitignore` names it.
pub(super) struct KeptOut<'a> {
    ignores: GitIgnores<'a>,
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
            ignores: GitIgnores::of(files),
            undeployed: BTreeMap::new(),
        }
    }

    /// The line that keeps out what a fault is about.
    pub(super) fn line(&mut self, fault: &Fault) -> Option<Location> {
        self.ignores.line(fault.absent.as_deref()?)
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
        lacking
            .files
            .extend(fault.absent.as_deref().map(Utf8PathBuf::as_path));
        lacking.targets.insert(target);
    }

    /// What was noted, once for each line.
    pub(super) fn problems(self) -> impl Iterator<Item = Problem> {
        self.undeployed.into_values().filter_map(|lacking| {
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
            let problem = Problem {
                help: Some(HELP.to_owned()),
                at_most: Some(Severity::Warning),
                ..Problem::new(&MISSING_RESOURCE, message)
            };
            let problem = problem.at(lacking.line).affecting(lacking.targets);
            Some(match lacking.asks {
                Some(place) => problem.related("it is asked for here", place.clone()),
                None => problem,
            })
        })
    }
}
