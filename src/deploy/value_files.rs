//! Entries that name values files, where a template printed nothing for a part of them.

use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};
use manifest::{Fault, FaultKind, Gap, Snapshot, Source, Span, View, glob};

use super::asked::place_of;
use super::{Content, Known, TargetSpec};

/// What an entry names that a value is missing from.
pub(super) enum Gapped {
    /// Nothing at all.
    Nothing(Box<Fault>),
    /// Any file whose path fits a pattern.
    Pattern(String),
}

/// What an entry names, if an action of a template printed nothing in it, or nothing else stands
/// there.
pub(super) fn gapped(known: Known<'_>, entry: View<'_>) -> Option<Gapped> {
    let src = entry.origin()?;
    let text = entry.text();
    let span = src.source.tree.span(src.node);
    if text.is_empty() {
        let gap = src.source.gap_at(span);
        return Some(Gapped::Nothing(Box::new(empty(known, entry, gap))));
    }
    let gaps = src.source.gaps(span);
    let pattern = pattern(&src.source, span, &gaps)?;
    Some(match pattern.as_str() {
        "*" => Gapped::Nothing(Box::new(empty(known, entry, gaps.into_iter().next()))),
        _ => Gapped::Pattern(pattern),
    })
}

/// What is written in a range, with `*` for what is missing; none if nothing is.
fn pattern(source: &Arc<Source>, span: Span, gaps: &[Gap]) -> Option<String> {
    let text = source.tree.text();
    let mut pattern = String::new();
    let mut from = span.start;
    for gap in gaps {
        pattern.push_str(text.get(from as usize..gap.span.start as usize)?);
        pattern.push('*');
        from = gap.span.end;
    }
    pattern.push_str(text.get(from as usize..span.end as usize)?);
    let unquoted = pattern.trim_matches(['"', '\'']);
    (!gaps.is_empty()).then(|| unquoted.to_owned())
}

fn empty(known: Known<'_>, entry: View<'_>, gap: Option<Gap>) -> Fault {
    let value = gap.as_ref().and_then(Gap::value);
    let message = match value {
        Some(value) => format!("this entry of `valueFiles` is empty: `{value}` has no value"),
        None => "this entry of `valueFiles` is empty".to_owned(),
    };
    let mut fault = Fault::new(FaultKind::Missing, message);
    if let Some(value) = value
        && let Some(place) = known.asker.and_then(|asker| null_of(known, asker, value))
    {
        fault = fault.related("it is empty here", place);
    }
    fault.at = gap.map(|gap| gap.action).or_else(|| place_of(entry));
    fault.help("Helm does not render without a file: name one, or leave the entry out")
}

/// Where the values of the chart that is deployed have a key without a value.
fn null_of(known: Known<'_>, asker: &TargetSpec, value: &str) -> Option<manifest::Location> {
    let Content::Chart(used) = &asker.content else {
        return None;
    };
    let keys: Vec<&str> = value.strip_prefix(".Values.")?.split('.').collect();
    let own = used.chart.join("values.yaml");
    let files: Vec<&Utf8PathBuf> = std::iter::once(&own).chain(used.files()).collect();
    files.into_iter().rev().find_map(|file| {
        let source = known.snapshot.source(file).ok()?;
        let root = source.tree.documents().next()?;
        let value = View::Src(&source, root).get_path(&keys)?;
        let is_empty = value.is_null() || value.text().is_empty();
        place_of(value).filter(|_| is_empty)
    })
}

/// The files whose paths fit a pattern, of which each part may be one.
pub(super) fn matching(snapshot: &dyn Snapshot, pattern: &Utf8Path) -> Vec<Utf8PathBuf> {
    let mut found = vec![Utf8PathBuf::new()];
    for part in pattern.components() {
        let part = part.as_str();
        if !part.contains('*') {
            found.iter_mut().for_each(|path| path.push(part));
            continue;
        }
        let Some(fits) = glob::Pattern::compile(part, glob::Dialect::GoPath) else {
            return Vec::new();
        };
        let fits = |path: &Utf8PathBuf| path.file_name().is_some_and(|name| fits.is_match(name));
        let entries = found.iter().flat_map(|folder| snapshot.list(folder));
        found = entries.filter(fits).collect();
    }
    found.retain(|path| snapshot.kept(path) == manifest::Kept::File);
    found
}
