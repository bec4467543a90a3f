//! What people deploy by hand: a command in a README, a script or a workflow names it, or a comment
//! in an Application says where to put it.

mod command;
mod commands;
mod commented;
mod comments;

use camino::{Utf8Path, Utf8PathBuf};
use manifest::{Location, Snapshot};
use spanned_yaml::Span;

use self::command::Verb;
use self::commands::Commands;
use self::commented::{Entry, Gathered, entries};
use self::comments::Comments;
use crate::checks::applications::UNDEPLOYED_OVERLAY;
use crate::checks::charts::UNUSED_VALUES_FILE;
use crate::checks::kustomizations::UNREFERENCED_MANIFEST;
use crate::problem::Problem;
use crate::rule::Severity;

/// Longer texts are no instructions.
const LONGEST: usize = 1 << 20;

/// What a problem says that nothing deploys.
struct Subject {
    path: Utf8PathBuf,
    verb: Verb,
}

/// So many problems are looked into; the others stay as they are told.
const MOST: usize = 2_000;

/// So many entries that are commented out are compared.
const MOST_ENTRIES: usize = 2_000;

/// Lowers what is said of things that nothing deploys, where somebody is told how to do that.
pub fn soften(problems: &mut Vec<Problem>, snapshot: &dyn Snapshot, files: &[Utf8PathBuf]) {
    let mut texts: Option<Texts<'_>> = None;
    let mut gathered = Gathered::default();
    let subjects = problems.iter().enumerate();
    let subjects = subjects.filter_map(|(at, problem)| Some((at, subject(problem)?)));
    let subjects: Vec<(usize, Subject)> = subjects.take(MOST).collect();
    for (at, subject) in subjects {
        let texts = texts.get_or_insert_with(|| Texts::of(snapshot, files));
        let command = texts.commands.find(&subject).map(|it| (it, "command"));
        let comment = || Some((texts.comments.find(&subject)?, "comment"));
        if let Some(((path, span), what)) = command.or_else(comment)
            && let Ok(source) = snapshot.source(path)
        {
            lower(&mut problems[at], &subject, what, source.locate(span));
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
        let entries = files().flat_map(|file| entries(snapshot, file));
        Self {
            commands: Commands::of(snapshot, files()),
            comments: Comments::of(snapshot, files()),
            entries: entries.take(MOST_ENTRIES).collect(),
        }
    }
}

/// Where a text that tells people what to run names a file.
pub(super) fn mention(
    snapshot: &dyn Snapshot,
    files: &[Utf8PathBuf],
    path: &Utf8Path,
) -> Option<Location> {
    let name = path.file_name()?;
    files.iter().filter(|file| is_guide(file)).find_map(|file| {
        let text = text_of(snapshot, file).filter(|text| text.contains(name))?;
        let folder = file.parent().unwrap_or(Utf8Path::new(""));
        let mut start = 0;
        for line in text.split_inclusive('\n') {
            let end = start + line.trim_end().len();
            let is_edge = |c: char| c.is_whitespace() || "\"'`()<>;,=".contains(c);
            let mut words = line.split(is_edge).filter(|word| word.ends_with(name));
            let is_meant = |word: &str| {
                let mut starts = folder.ancestors();
                starts.any(|start| manifest::normalize(start, word).as_deref() == Some(path))
            };
            if words.any(is_meant) {
                let span = Span::new(u32::try_from(start).ok()?, u32::try_from(end).ok()?);
                return Some(snapshot.source(file).ok()?.locate(span));
            }
            start += line.len();
        }
        None
    })
}

fn lower(problem: &mut Problem, subject: &Subject, what: &str, place: Location) {
    let lead = match subject.verb {
        Verb::Apply => "no kustomization refers to this manifest".to_owned(),
        Verb::Build => "no Application deploys this overlay".to_owned(),
        Verb::Values => format!("nothing passes {} to the chart", subject.path),
    };
    let (path, line) = (place.path(), place.start().line);
    problem.message = format!("{lead}, but a {what} in {path}:{line} names it");
    problem.at_most = Some(Severity::Info);
    *problem = problem.clone().related("it is named here", place);
}

fn subject(problem: &Problem) -> Option<Subject> {
    let file = problem.place()?.path();
    let is = |rule: &crate::rule::Rule| problem.rule.id == rule.id;
    // What is only noted already is so for a reason of its own.
    let is_told = problem.at_most.is_none();
    let (path, verb) = if is(&UNDEPLOYED_OVERLAY) && is_told {
        (file.parent()?, Verb::Build)
    } else if is(&UNUSED_VALUES_FILE) {
        (file, Verb::Values)
    } else if is(&UNREFERENCED_MANIFEST) {
        (file, Verb::Apply)
    } else {
        return None;
    };
    Some(Subject {
        path: path.to_owned(),
        verb,
    })
}

fn text_of(snapshot: &dyn Snapshot, path: &Utf8Path) -> Option<String> {
    let bytes = snapshot.bytes(path).ok()?;
    let bytes = bytes.get(..).filter(|bytes| bytes.len() <= LONGEST)?;
    String::from_utf8(bytes.to_vec()).ok()
}

fn is_guide(path: &Utf8Path) -> bool {
    let name = path.file_name().unwrap_or_default();
    let is_pipeline = path.starts_with(".github/workflows") || name == ".gitlab-ci.yml";
    is_pipeline
        || matches!(
            path.extension(),
            Some("md" | "markdown" | "adoc" | "sh" | "bash" | "mk")
        )
        || matches!(
            name,
            "README"
                | "Makefile"
                | "GNUmakefile"
                | "makefile"
                | "justfile"
                | "Justfile"
                | "Taskfile.yml"
                | "Taskfile.yaml"
                | "Tiltfile"
        )
}

#[cfg(test)]
mod tests;
