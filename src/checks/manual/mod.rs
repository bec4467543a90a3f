//! What people deploy by hand: a command in a README, a script or a workflow names it, or a comment
//! in an Application says where to put it.

mod command;
mod commented;

use camino::{Utf8Path, Utf8PathBuf};
use manifest::{Location, Snapshot};
use spanned_yaml::Span;

use self::command::{Command, Verb, commands};
use self::commented::{Entry, Gathered, entries};
use crate::checks::applications::UNDEPLOYED_OVERLAY;
use crate::checks::charts::UNUSED_VALUES_FILE;
use crate::checks::kustomizations::UNREFERENCED_MANIFEST;
use crate::problem::Problem;
use crate::rule::Severity;

/// Longer texts are no instructions.
const LONGEST: usize = 1 << 20;

/// A text, and what it tells people to run.
struct Guide<'a> {
    path: &'a Utf8Path,
    commands: Vec<Command>,
}

/// What a problem says that nothing deploys.
struct Subject {
    path: Utf8PathBuf,
    verb: Verb,
}

/// Lowers what is said of things that nothing deploys, where somebody is told how to do that.
pub fn soften(problems: &mut Vec<Problem>, snapshot: &dyn Snapshot, files: &[Utf8PathBuf]) {
    let mut texts: Option<Texts<'_>> = None;
    let mut gathered = Gathered::default();
    for at in 0..problems.len() {
        let Some(subject) = subject(&problems[at]) else {
            continue;
        };
        let texts = texts.get_or_insert_with(|| Texts::of(snapshot, files));
        let (guides, comments) = (&texts.guides, &texts.comments);
        let command = guides
            .iter()
            .find_map(|own| Some((own.path, own.names(&subject)?, "command")));
        let comment = || {
            let mut comments = comments.iter();
            comments.find_map(|own| Some((own.path, own.name(&subject)?, "comment")))
        };
        if let Some((path, span, what)) = command.or_else(comment)
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
    guides: Vec<Guide<'a>>,
    comments: Vec<Comments<'a>>,
    entries: Vec<Entry<'a>>,
}

impl<'a> Texts<'a> {
    fn of(snapshot: &dyn Snapshot, files: &'a [Utf8PathBuf]) -> Self {
        let files = || files.iter().map(Utf8PathBuf::as_path);
        Self {
            guides: files().filter_map(|file| guide(snapshot, file)).collect(),
            comments: files()
                .filter_map(|file| comments_of(snapshot, file))
                .collect(),
            entries: files().flat_map(|file| entries(snapshot, file)).collect(),
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

/// A text that may tell people what to run.
fn guide<'a>(snapshot: &dyn Snapshot, path: &'a Utf8Path) -> Option<Guide<'a>> {
    if !is_guide(path) {
        return None;
    }
    let text = text_of(snapshot, path)?;
    let commands = commands(&text);
    (!commands.is_empty()).then_some(Guide { path, commands })
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

impl Guide<'_> {
    /// Where a command of it deploys something.
    fn names(&self, subject: &Subject) -> Option<Span> {
        let mut commands = self.commands.iter();
        let command = commands.find(|own| own.verb == subject.verb && self.is_about(own, subject));
        command.map(|own| own.span)
    }

    fn is_about(&self, command: &Command, subject: &Subject) -> bool {
        let parent = || subject.path.parent().unwrap_or(Utf8Path::new(""));
        let is_meant = |path: &Utf8Path| match command.is_folder_of_files {
            true => path == parent(),
            false => path == subject.path || subject.verb == Verb::Apply && path == parent(),
        };
        let mut starts = self.starts(command);
        starts.any(|start| {
            manifest::normalize(start, &command.path).is_some_and(|own| is_meant(&own))
        })
    }

    /// The folders that a path may start from: the text's own, those above it, and where the text
    /// goes before.
    fn starts<'c>(&'c self, command: &'c Command) -> impl Iterator<Item = &'c Utf8Path> {
        let own = self.path.parent().unwrap_or(Utf8Path::new(""));
        let is_here = matches!(&*command.path, "." | "./");
        let above = own.ancestors().take(if is_here { 1 } else { usize::MAX });
        above.chain(command.folder.as_deref().map(Utf8Path::new))
    }
}

/// The comments of a file of Applications, and what the file says otherwise.
struct Comments<'a> {
    path: &'a Utf8Path,
    text: String,
}

fn comments_of<'a>(snapshot: &dyn Snapshot, path: &'a Utf8Path) -> Option<Comments<'a>> {
    if !matches!(path.extension(), Some("yaml" | "yml")) {
        return None;
    }
    let bytes = snapshot.bytes(path).ok()?;
    let text = str::from_utf8(&bytes).ok()?;
    let is_application = text.contains("kind: Application") && text.contains('#');
    (is_application && text.len() <= LONGEST).then(|| Comments {
        path,
        text: text.to_owned(),
    })
}

impl Comments<'_> {
    /// Where a comment names something beside what the Application deploys.
    fn name(&self, subject: &Subject) -> Option<Span> {
        let folder = subject.path.parent()?.as_str();
        let own = self.text.lines().filter(|line| comment(line).is_none());
        // Of an overlay the Application names the folder with all of them, of values the chart.
        if folder.is_empty() || !own.into_iter().any(|line| line.contains(folder)) {
            return None;
        }
        let mut start = 0;
        for line in self.text.split_inclusive('\n') {
            let words = comment(line).into_iter().flat_map(str::split_whitespace);
            let mut words =
                words.map(|word| word.trim_matches(['"', '\'', '`', ',', '.', ':', ')', '(']));
            if words.any(|word| is_name_of(word, subject)) {
                let end = start + line.trim_end().len();
                return Some(Span::new(
                    u32::try_from(start).ok()?,
                    u32::try_from(end).ok()?,
                ));
            }
            start += line.len();
        }
        None
    }
}

/// What a line says in a comment.
fn comment(line: &str) -> Option<&str> {
    let rest = line.trim_start();
    if let Some(rest) = rest.strip_prefix('#') {
        return Some(rest);
    }
    line.split_once(" #").map(|(_, rest)| rest)
}

/// Whether a word of a comment names a path: by its end, and of a folder by more than its name.
fn is_name_of(word: &str, subject: &Subject) -> bool {
    let word = Utf8Path::new(word.trim_start_matches("./").trim_end_matches('/'));
    let least = match subject.verb {
        Verb::Build => 2,
        Verb::Apply | Verb::Values => 1,
    };
    word.components().count() >= least && subject.path.ends_with(word)
}

#[cfg(test)]
mod tests;
