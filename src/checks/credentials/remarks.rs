//! Comments that say that a value stands only for another.

use std::sync::{Arc, LazyLock};

use manifest::{Source, Span, Src, View};
use regex::Regex;

/// How many lines above a value are looked at.
const LINES: usize = 60;

#[expect(
    clippy::unwrap_used,
    reason = "the pattern is a constant that tests compile"
)]
static REMARK: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(concat!(
        r"(?i)^#+\s*replace\b|\breplace (?:all|before|by|for|in|it|me|placeholders?|the|them|these|this|values?|with|your)\b",
        r"|\b(?:must|needs? to|should|to) be (?:changed|filled|overridden|replaced)\b",
        r"|\boverrid(?:e|den) (?:by|in|it|me|this|with)\b|\bimplement(?:ed)? (?:by|in|this)\b",
        r"|\b(?:do not|don'?t|never) commit\b|\b(?:dummy|dummies|fake|placeholders?)\b|\bchange[ -]?(?:it|me|this)\b",
        r"|\bupdate (?:(?:it|this|these) )?with (?:the |your )?(?:actual|own|real|right)\b",
    ))
    .unwrap()
});

/// Whether a comment at the top of an object says so.
pub(super) fn is_on(object: View<'_>) -> bool {
    let Some(Src { source, node }) = object.origin() else {
        return false;
    };
    above(&source, source.tree.span(node).start as usize, true)
}

/// Whether a comment above an entry or behind its first line says so.
pub(super) fn is_beside(key: View<'_>) -> bool {
    let Some(Src { source, node }) = key.origin() else {
        return false;
    };
    let start = source.tree.span(node).start as usize;
    behind(&source, start) || above(&source, start, false)
}

/// Whether a comment in a text says so of a part of it: at the end of the line, or right above.
pub(super) fn is_in(text: &str, part: Span) -> bool {
    let (start, end) = (part.start as usize, part.end as usize);
    let rest = text.get(end..).unwrap_or_default();
    let line = rest.split('\n').next().unwrap_or_default();
    let behind = [" #", " //"].into_iter().find_map(|sign| line.find(sign));
    let before = text.get(..start).unwrap_or_default();
    let whole_lines = before.rfind('\n').map_or("", |end| &before[..end]);
    let lines = whole_lines.rsplit('\n').map(str::trim).take(LINES);
    let mut above = lines.take_while(|line| line.starts_with(['#', ';']) || line.starts_with("//"));
    behind.is_some_and(|at| REMARK.is_match(&line[at..])) || above.any(|line| REMARK.is_match(line))
}

/// Whether one of the comments right above a place says so. Blank lines may stand between those
/// at the top of an object.
fn above(source: &Arc<Source>, at: usize, is_top: bool) -> bool {
    let before = source.tree.text().get(..at).unwrap_or_default();
    let whole_lines = before.rfind('\n').map_or("", |end| &before[..end]);
    let lines = whole_lines.rsplit('\n').map(str::trim).take(LINES);
    let mut comments = lines.take_while(|line| line.starts_with('#') || is_top && line.is_empty());
    comments.any(|line| REMARK.is_match(line))
}

/// Whether the comment at the end of a line says so.
fn behind(source: &Arc<Source>, at: usize) -> bool {
    let tree = &source.tree;
    let comments = tree.comments();
    let next = comments.partition_point(|comment| (comment.start as usize) < at);
    let Some(comment) = comments.get(next) else {
        return false;
    };
    let text = tree.text();
    let is_same_line = text
        .get(at..comment.start as usize)
        .is_some_and(|between| !between.contains('\n'));
    is_same_line && REMARK.is_match(&text[comment.range()])
}
