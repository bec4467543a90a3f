//! What is wrong with the files themselves, before anything is made of them.

use std::sync::Arc;

use camino::Utf8Path;
use manifest::{Fault, FaultKind, Place, Source, View};
use rustc_hash::FxHashSet;
use spanned_yaml::{Error, ErrorKind, NodeId, Span, Tree};

use super::waiting;
use crate::deploy::{LOCKED, Loose};
use crate::problem::{
    DUPLICATE_KEY, INPUT_LIMIT, INVALID_YAML, LOCKED_FILE, Problem, UNREADABLE_FILE, whole_file,
};
use crate::render::Rendered;
use crate::rule::{Rule, Severity};
use crate::snapshot::Walk;

/// What is wrong with what was met on the walk, with the texts that rendering read, and with
/// those that nothing reads.
pub fn problems(walk: &Walk, read: &[Arc<Source>], loose: &Loose) -> Vec<Problem> {
    let mut problems = Vec::new();
    for path in &walk.stray_links {
        let message =
            format!("the symbolic link {path} points outside the repository, or to nothing");
        let fault = Fault::new(FaultKind::Outside, message)
            .at_location(whole_file(path))
            .help("remove the link, or point it at a file in the repository");
        problems.push(Problem::of_fault(fault));
    }
    for (path, reason) in &walk.unreadable {
        problems.push(unreadable(path, format!("{path}: {reason}")));
    }
    for source in read.iter().chain(&loose.faulty) {
        syntax(source, &mut problems);
    }
    for (path, reason) in &loose.unreadable {
        problems.push(unreadable(path, format!("{path} cannot be read: {reason}")));
    }
    problems
}

/// Equal keys in what charts print. Helm takes the last one, so that nothing is rejected.
pub fn printed_twice(rendered: &[Rendered]) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (at, target) in rendered.iter().enumerate() {
        let mut seen: FxHashSet<*const Source> = FxHashSet::default();
        let origins = target.objects.iter().map(|object| object.node.view());
        for origin in origins.filter_map(View::origin) {
            let source = origin.source;
            let is_new = matches!(source.place, Place::Printed(_))
                && !source.tree.errors().is_empty()
                && seen.insert(Arc::as_ptr(&source));
            let errors = source.tree.errors().iter().filter(|_| is_new);
            let twice = errors.filter(|own| matches!(own.kind, ErrorKind::DuplicateKey { .. }));
            problems.extend(twice.map(|error| Problem {
                at_most: Some(Severity::Warning),
                ..problem_of_text(&source, error).affecting([at])
            }));
        }
    }
    problems
}

fn unreadable(path: &Utf8Path, message: String) -> Problem {
    Problem::new(&UNREADABLE_FILE, message).at(whole_file(path))
}

fn syntax(source: &Arc<Source>, problems: &mut Vec<Problem>) {
    let expansion = source.documents().errors;
    let seams = seams(source);
    let is_behind_seam = |error: &&Error| {
        matches!(error.kind, ErrorKind::DuplicateKey { .. })
            && seams.iter().any(|seam| seam.repeats.contains(&error.span))
    };
    let errors = source.tree.errors().iter().chain(&expansion);
    let errors = errors.filter(|error| !is_behind_seam(error));
    problems.extend(errors.map(|error| problem_of_text(source, error)));
    problems.extend(seams.iter().map(|seam| {
        let message = "a second object starts here, in the document of the one before";
        Problem::new(&DUPLICATE_KEY, message)
            .at(source.locate(seam.start))
            .help("is a `---` missing before this line?")
    }));
}

/// Where another object starts in a document, because nothing separates the two.
struct Seam {
    start: Span,
    /// The keys behind it that only the objects before it have.
    repeats: Vec<Span>,
}

/// The seams of a text: each `apiVersion` of a document but its first, with a `kind` before it.
fn seams(source: &Source) -> Vec<Seam> {
    let tree = &source.tree;
    // Two objects have no other way to stand in one file, but JSON has no `---`.
    if tree.errors().is_empty() || source.path().extension() == Some("json") {
        return Vec::new();
    }
    tree.documents()
        .flat_map(|root| seams_of(tree, root))
        .collect()
}

fn seams_of(tree: &Tree, root: NodeId) -> Vec<Seam> {
    let keys: Vec<NodeId> = tree.entries(root).map(|(key, _)| key).collect();
    let is = |at: usize, name: &str| keys.get(at).is_some_and(|key| tree.scalar(*key) == name);
    let versions = (0..keys.len()).filter(|at| is(*at, "apiVersion"));
    let starts = versions.skip(1).map(|at| match at.checked_sub(1) {
        Some(before) if is(before, "kind") => before,
        _ => at,
    });
    let mut seams: Vec<Seam> = Vec::new();
    let mut starts = starts.peekable();
    while let Some(start) = starts.next() {
        let end = starts.peek().copied().unwrap_or(keys.len());
        let own = keys.get(start..end).unwrap_or_default();
        let mut seen = FxHashSet::default();
        let first = own.iter().filter(|key| seen.insert(tree.scalar(**key)));
        let repeats: Vec<Span> = first.map(|key| tree.span(*key)).collect();
        if let Some(start) = repeats.first().copied() {
            seams.push(Seam { start, repeats });
        }
    }
    seams
}

/// What is wrong with a text as such.
pub(super) fn problem_of_text(source: &Arc<Source>, error: &Error) -> Problem {
    if source.tree.text().starts_with(LOCKED) {
        let message = "encrypted with git-crypt: unlock the clone to have it checked";
        return Problem::new(&LOCKED_FILE, message).at(source.locate(Span::new(0, 0)));
    }
    let rule: &'static Rule = match error.kind {
        ErrorKind::DuplicateKey { .. } => &DUPLICATE_KEY,
        ErrorKind::Limit => &INPUT_LIMIT,
        ErrorKind::NotUtf8 => &UNREADABLE_FILE,
        ErrorKind::Syntax | ErrorKind::UnknownAnchor => &INVALID_YAML,
    };
    if is_second_value(source, error) {
        let message = "a JSON file holds one value, but a second one starts here";
        return Problem::new(rule, message)
            .at(source.locate(error.span))
            .help("put them into the `items` of a List, or each into a file of its own: kubectl reads several, Argo CD and kustomize do not");
    }
    let place = source.locate(error.span);
    if let Some(token) = waiting::token_at(source, error) {
        return waiting::told(token).at(place);
    }
    let problem = Problem::new(rule, error.message.clone()).at(place);
    if let Some((sign, span)) = late_block(source.tree.text(), error) {
        let place = source.locate(span);
        let line = place.start().line;
        return problem
            .help(format!(
                "`{sign}` starts a block of text only right after `- ` or `key: `; on line {line} it is the end of a value"
            ))
            .related("this is part of the value", place);
    }
    match error.kind {
        ErrorKind::DuplicateKey { first } => problem.related("the first one", source.locate(first)),
        _ => problem,
    }
}

/// So many lines above an error may be meant to be the text of a block.
const HIGHEST: usize = 20;

/// The sign of a block of text, where it ends the value that the lines up to an error were meant to
/// follow: behind other text it is part of that.
fn late_block<'t>(text: &'t str, error: &Error) -> Option<(&'t str, Span)> {
    if error.kind != ErrorKind::Syntax {
        return None;
    }
    let indent = |line: &str| line.len() - line.trim_start().len();
    let at = error.span.start as usize;
    let start = text.get(..at)?.rfind('\n')? + 1;
    let mut depth = indent(text.get(start..)?);
    let mut end = start - 1;
    for _ in 0..HIGHEST {
        let start = text.get(..end)?.rfind('\n').map_or(0, |at| at + 1);
        let line = text.get(start..end)?.trim_end();
        let is_blank = line.trim_start().is_empty() || line.trim_start().starts_with('#');
        if !is_blank && indent(line) <= depth {
            let sign = block_sign(line);
            let before = &line[..line.len() - sign.len()];
            let span = Span::new(
                u32::try_from(start + line.len() - sign.len()).ok()?,
                u32::try_from(start + line.len()).ok()?,
            );
            if !sign.is_empty() {
                return (!may_start_a_block(before)).then_some((sign, span));
            }
            // Lines of one depth are those that were meant to be the text, unless they are whole
            // by themselves.
            if indent(line) < depth || is_entry(line) {
                return None;
            }
        }
        depth = match is_blank {
            true => depth,
            false => depth.min(indent(line)),
        };
        end = start.checked_sub(1)?;
    }
    None
}

/// Whether a line is a key with its value.
fn is_entry(line: &str) -> bool {
    let line = line.trim_start().trim_start_matches("- ");
    let entry = line.split_once(": ");
    entry.is_some_and(|(key, value)| !key.contains(' ') && !value.trim().is_empty())
}

/// The sign at the end of a line that would start a block of text: by itself, or `|` behind a word,
/// which is hardly meant to be part of that.
fn block_sign(line: &str) -> &str {
    let rest = line.trim_end_matches(|c| matches!(c, '+' | '-' | '1'..='9'));
    let is_one = rest.ends_with(" >") || rest.ends_with('|') && !rest.ends_with("||");
    match is_one {
        true => &line[rest.len() - 1..],
        false => "",
    }
}

/// Whether a block of text may start behind this: a key, a list's dash, a tag or an anchor.
fn may_start_a_block(before: &str) -> bool {
    let word = before.split_whitespace().next_back().unwrap_or("-");
    word == "-" || word.ends_with(':') || word.starts_with(['!', '&'])
}

/// Whether a JSON file goes on with another value where it should end.
fn is_second_value(source: &Source, error: &Error) -> bool {
    let text = source.tree.text();
    let at = error.span.start as usize;
    let (Some(before), Some(rest)) = (text.get(..at), text.get(at..)) else {
        return false;
    };
    source.path().extension() == Some("json")
        && before.trim_end().ends_with(['}', ']'])
        && rest.starts_with(['{', '['])
}
