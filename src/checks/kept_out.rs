//! Files that targets need and that git leaves out.

use std::collections::{BTreeMap, BTreeSet};

use camino::{Utf8Path, Utf8PathBuf};
use manifest::{Fault, Location, Snapshot};

use super::guides;
use super::rendering::of_fault;
use crate::problem::{MISSING_RESOURCE, Problem};
use crate::rule::Severity;
use crate::snapshot::GitIgnores;

const HELP: &str = "this builds only in a clone where somebody has created the file; to build from \
                    git, encrypt or seal it, or let an operator such as External Secrets create \
                    the object";

/// How many ignored files are looked up in scripts and READMEs.
const LOOKED_FOR: usize = 20;

/// What is missing because a `.gitignore` names it.
pub(super) struct KeptOut<'a> {
    ignores: GitIgnores<'a>,
    /// The files of the repository.
    walked: &'a [Utf8PathBuf],
    looked_for: usize,
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
    pub(super) fn of(files: &'a dyn Snapshot, walked: &'a [Utf8PathBuf]) -> Self {
        Self {
            ignores: GitIgnores::of(files),
            walked,
            looked_for: 0,
            undeployed: BTreeMap::new(),
        }
    }

    /// The line that keeps out what a fault is about.
    pub(super) fn line(&mut self, fault: &Fault) -> Option<Location> {
        self.ignores.line(fault.absent()?)
    }

    /// What to say of a target that is deployed from git, where the file never is.
    pub(super) fn problem(fault: &Fault, line: Location) -> Option<Problem> {
        let path = fault.absent()?;
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
        lacking.files.extend(fault.absent());
        lacking.targets.insert(target);
    }

    /// Whether a kustomization takes a file that is left out for an object of its own, and nobody is
    /// told to make it: who leaves such a file out has hardly meant to, other than with a Secret and
    /// what one is made from.
    pub(super) fn is_forgotten(&mut self, fault: &Fault) -> bool {
        let Some(path) = fault.absent() else {
            return false;
        };
        // It is called what nobody is to commit.
        let is_secret = path.file_name().is_some_and(|name| name.contains("secret"));
        is_resource(fault) && !is_secret && self.made(path).is_none()
    }

    /// Where a script or a README says how to make a file: whoever follows it has the file.
    fn made(&mut self, path: &Utf8Path) -> Option<Location> {
        self.looked_for += 1;
        let is_looked_for = self.looked_for <= LOOKED_FOR;
        let files = self.ignores.files();
        is_looked_for.then(|| guides::mention(files, self.walked, path))?
    }

    /// What was noted, once for each line.
    pub(super) fn problems(mut self) -> Vec<Problem> {
        let undeployed = std::mem::take(&mut self.undeployed).into_values();
        let problems = undeployed.filter_map(|lacking| {
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
            let made = self.made(first);
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
                Some(place) => problem.related("requested here", place.clone()),
                None => problem,
            })
        });
        problems.collect()
    }
}

/// Whether a fault is with an entry of a kustomization that brings objects as they stand.
fn is_resource(fault: &Fault) -> bool {
    let Some(place) = &fault.at else { return false };
    let tree = &place.file.tree;
    let entries = tree.documents().next().map(|root| tree.entries(root));
    let mut entries = entries.into_iter().flatten();
    let field = entries.find(|(_, value)| {
        let span = tree.span(*value);
        span.start <= place.span.start && place.span.end <= span.end
    });
    field.is_some_and(|(key, _)| matches!(tree.scalar(key), "resources" | "bases" | "components"))
}
