//! Entries of kustomizations that are commented out.

use std::rc::Rc;

use camino::{Utf8Path, Utf8PathBuf};
use manifest::Snapshot;
use rustc_hash::{FxHashMap, FxHashSet};
use spanned_yaml::Span;

use super::{Subject, Verb};
use crate::checks::applications::UNDEPLOYED_OVERLAY;
use crate::checks::guides::text_of;
use crate::problem::{Affects, Problem, Turn};
use crate::rule::Severity;

/// So many folders of those that a file names are compared.
const MOST_FOLDERS: usize = 20;

/// An entry that is commented out.
pub(super) struct Entry<'a> {
    kustomization: &'a Utf8Path,
    span: Span,
    /// What it names.
    path: Utf8PathBuf,
    /// The folders that the file which it names deploys.
    deploys: Rc<[String]>,
}

/// The entries of kustomizations that are commented out, up to so many.
pub(super) fn entries<'a>(
    snapshot: &dyn Snapshot,
    files: impl Iterator<Item = &'a Utf8Path>,
    most: usize,
) -> Vec<Entry<'a>> {
    let mut entries = Vec::new();
    let mut known = FxHashMap::default();
    let is_kustomization =
        |file: &&Utf8Path| kustomize::FILE_NAMES.contains(&file.file_name().unwrap_or_default());
    for file in files.filter(is_kustomization) {
        read(snapshot, file, most, &mut known, &mut entries);
        if entries.len() >= most {
            break;
        }
    }
    entries
}

/// The folders that files deploy, each read once.
type Known = FxHashMap<Utf8PathBuf, Rc<[String]>>;

fn read<'a>(
    snapshot: &dyn Snapshot,
    file: &'a Utf8Path,
    most: usize,
    known: &mut Known,
    entries: &mut Vec<Entry<'a>>,
) {
    let Some(text) = text_of(snapshot, file).filter(|text| text.contains('#')) else {
        return;
    };
    let folder = file.parent().unwrap_or(Utf8Path::new(""));
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let at = start + (line.len() - line.trim_start().len());
        let end = start + line.trim_end().len();
        start += line.len();
        let Some(path) = entry(line).and_then(|path| manifest::normalize(folder, path)) else {
            continue;
        };
        let span = u32::try_from(at).ok().zip(u32::try_from(end).ok());
        let Some((at, end)) = span.filter(|_| entries.len() < most) else {
            return;
        };
        let deploys = known.entry(path.clone()).or_insert_with(|| {
            let named = text_of(snapshot, &path).unwrap_or_default();
            let deploys = named.lines().filter_map(deployed).map(str::to_owned);
            deploys.take(MOST_FOLDERS).collect()
        });
        entries.push(Entry {
            kustomization: file,
            span: Span::new(at, end),
            deploys: deploys.clone(),
            path,
        });
    }
}

/// The path in `# - path`.
fn entry(line: &str) -> Option<&str> {
    let rest = line.trim().strip_prefix('#')?.trim_start_matches('#');
    let rest = rest.trim_start().strip_prefix("- ")?;
    let path = rest.split(" #").next()?.trim().trim_matches(['"', '\'']);
    let is_path = path.contains(['/', '.']) && !path.contains([' ', ':', '{', '$']);
    is_path.then_some(path)
}

/// The folder in `path: folder`.
fn deployed(line: &str) -> Option<&str> {
    let rest = line.trim().trim_start_matches("- ").strip_prefix("path:")?;
    let path = rest.split(" #").next()?.trim();
    Some(path.trim_matches(['"', '\'', '/']))
}

impl Entry<'_> {
    /// Whether it names an overlay or its Application: by the file, or where that is not there, by
    /// its name, in the environment's own list.
    pub(super) fn names(&self, subject: &Subject) -> bool {
        let overlay = &subject.path;
        let is_of_environment = || {
            let folder = self.kustomization.parent().and_then(Utf8Path::file_name);
            folder.is_some() && folder == overlay.file_name()
        };
        let is_called = || {
            let mut parts = overlay.components().map(|part| part.as_str());
            let name = self.path.file_stem();
            name.is_some() && parts.any(|part| Some(part) == name)
        };
        subject.verb == Verb::Build
            && (self.path == *overlay
                || self.deploys.iter().any(|own| own == overlay.as_str())
                || self.deploys.is_empty() && is_of_environment() && is_called())
    }
}

/// What is said of overlays whose entries are commented out: once for each environment and list.
#[derive(Default)]
pub(super) struct Gathered {
    /// The first problem of each, and how many there are.
    firsts: FxHashMap<(String, Utf8PathBuf), (usize, usize)>,
    /// The problems that others tell of.
    told: FxHashSet<usize>,
}

impl Gathered {
    /// Lowers a problem, or leaves it to the first of its kind.
    pub(super) fn take(
        &mut self,
        problems: &mut [(Turn, Problem)],
        at: usize,
        subject: &Subject,
        entry: &Entry<'_>,
        snapshot: &dyn Snapshot,
    ) {
        let Ok(source) = snapshot.source(entry.kustomization) else {
            return;
        };
        let name = subject.path.file_name().unwrap_or_default().to_owned();
        let key = (name.clone(), entry.kustomization.to_owned());
        let place = source.locate(entry.span);
        let file = entry.kustomization;
        let Some((first, count)) = self.firsts.get_mut(&key) else {
            let line = place.start().line;
            let lowered = Problem {
                at_most: Some(Severity::Info),
                help: Some(HELP.to_owned()),
                message: format!("the entry for this overlay is commented out in {file}:{line}"),
                ..problems[at].1.clone()
            };
            problems[at].1 = lowered.related("it is commented out here", place);
            self.firsts.insert(key, (at, 1));
            return;
        };
        *count += 1;
        let message = format!(
            "the entries for {count} `{name}` overlays are commented out in {file}, the one for this overlay among them"
        );
        let affected = problems[at].1.affects.clone();
        self.told.insert(at);
        let first = &mut problems[*first].1;
        first.message = message;
        if let (Affects::Targets(all), Affects::Targets(more)) = (&mut first.affects, affected) {
            all.extend(more);
        }
    }

    /// Leaves out the problems that others tell of.
    pub(super) fn leave_out(self, problems: &mut Vec<(Turn, Problem)>) {
        let mut at = 0;
        problems.retain(|(_, problem)| {
            let is_told = self.told.contains(&at) && problem.rule.id == UNDEPLOYED_OVERLAY.id;
            at += 1;
            !is_told
        });
    }
}

/// What is advised where an entry is commented out.
const HELP: &str = "Put the entry back, or remove it with the overlay.";
