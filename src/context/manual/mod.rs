//! What people deploy by hand: a command in a README, a script or a workflow names it, a comment in
//! an Application says where to put it, or its own head says so.

mod command;
mod commands;
mod commented;
mod comments;
mod head;

use camino::Utf8PathBuf;
use manifest::{Location, Snapshot};

use self::command::Verb;
use self::commands::Commands;
use self::commented::{Entry, Gathered, entries};
use self::comments::Comments;
use self::head::{Said, said};
use super::{Context, Told};
use crate::checks::applications::UNDEPLOYED_OVERLAY;
use crate::checks::charts::UNUSED_VALUES_FILE;
use crate::checks::kustomizations::UNREFERENCED_MANIFEST;
use crate::problem::Problem;
use crate::rule::{Rule, Severity};

/// What a problem says that nothing deploys.
struct Subject {
    path: Utf8PathBuf,
    verb: Verb,
}

/// Bounds the work: further problems stay as they are told.
const MOST: usize = 2_000;

/// Bounds the work: further entries that are commented out are not compared.
const MOST_ENTRIES: usize = 2_000;

pub(super) fn concerns(problem: &Problem) -> bool {
    verb(problem).is_some()
}

/// Lowers what is said of things that nothing deploys, where somebody is told how to do that.
pub(super) fn amend(told: &mut Told<'_>, context: &Context<'_>) {
    let (problems, snapshot) = (&mut *told.problems, context.repository);
    let mut texts: Option<Texts<'_>> = None;
    let mut gathered = Gathered::default();
    let subjects = problems.iter().enumerate();
    let subjects = subjects.filter_map(|(at, (_, problem))| Some((at, subject(problem)?)));
    let subjects: Vec<(usize, Subject)> = subjects.take(MOST).collect();
    for (at, subject) in subjects {
        let own = (subject.verb == Verb::Apply).then(|| said(snapshot, &subject.path));
        if let Some((said, span)) = own.flatten()
            && let Ok(source) = snapshot.source(&subject.path)
        {
            let place = source.locate(span);
            match said {
                Said::Command => lower(&mut problems[at].1, &subject, "command", place),
                Said::LeftOut => left_out(&mut problems[at].1, place),
            }
            continue;
        }
        let texts = texts.get_or_insert_with(|| Texts::of(snapshot, context.files));
        let command = texts.commands.find(&subject).map(|it| (it, "command"));
        let comment = || Some((texts.comments.find(&subject)?, "comment"));
        if let Some(((path, span), what)) = command.or_else(comment)
            && let Ok(source) = snapshot.source(path)
        {
            lower(&mut problems[at].1, &subject, what, source.locate(span));
            continue;
        }
        let mut entries = texts.entries.iter();
        if let Some(entry) = entries.find(|entry| entry.names(&subject)) {
            gathered.take(problems, at, &subject, entry, snapshot);
        }
    }
    gathered.leave_out(problems);
}

/// What the files of a repository say of how to deploy it.
struct Texts<'a> {
    commands: Commands<'a>,
    comments: Comments<'a>,
    entries: Vec<Entry<'a>>,
}

impl<'a> Texts<'a> {
    fn of(snapshot: &dyn Snapshot, files: &'a [Utf8PathBuf]) -> Self {
        let files = || files.iter().map(Utf8PathBuf::as_path);
        Self {
            commands: Commands::of(snapshot, files()),
            comments: Comments::of(snapshot, files()),
            entries: entries(snapshot, files(), MOST_ENTRIES),
        }
    }
}

fn lower(problem: &mut Problem, subject: &Subject, what: &str, place: Location) {
    let lead = match subject.verb {
        Verb::Apply => "no kustomization lists this manifest".to_owned(),
        Verb::Build => "no Application deploys this overlay".to_owned(),
        Verb::Values => format!("nothing passes {} to the chart", subject.path),
    };
    let (path, line) = (place.path(), place.start().line);
    problem.message = format!("{lead}, but a {what} in {path}:{line} names it");
    problem.at_most = Some(Severity::Info);
    *problem = problem.clone().related("it is named here", place);
}

/// Lowers what is said of a manifest that says so itself.
fn left_out(problem: &mut Problem, place: Location) {
    let line = place.start().line;
    problem.message =
        format!("no kustomization lists this manifest, as the comment in line {line} says");
    problem.at_most = Some(Severity::Info);
    *problem = problem.clone().related("it is said here", place);
}

fn subject(problem: &Problem) -> Option<Subject> {
    let verb = verb(problem)?;
    let file = problem.place()?.path();
    let path = match verb {
        Verb::Build => file.parent()?,
        Verb::Apply | Verb::Values => file,
    };
    Some(Subject {
        path: path.to_owned(),
        verb,
    })
}

/// What deploys the subject of a problem.
fn verb(problem: &Problem) -> Option<Verb> {
    let is = |rule: &Rule| problem.rule.id == rule.id;
    // What is only noted already is so for a reason of its own.
    if is(&UNDEPLOYED_OVERLAY) && problem.at_most.is_none() {
        Some(Verb::Build)
    } else if is(&UNUSED_VALUES_FILE) {
        Some(Verb::Values)
    } else if is(&UNREFERENCED_MANIFEST) {
        Some(Verb::Apply)
    } else {
        None
    }
}

#[cfg(test)]
mod tests;
