//! Where templates printed nothing: a value that nobody set, in the middle of what they wrote.

use std::ops::Range;
use std::sync::Arc;

use spanned_yaml::Span;

use crate::{Location, Piece, Place, Printed, Source, TemplatePlace};

/// What Go prints for a value that is not set, where it is printed as text.
const NIL: &str = "<nil>";

/// An action of a template that printed nothing, or Go's word for it.
#[derive(Clone, Debug)]
pub struct Gap {
    /// Its bytes in the printed text: none, or those of the word.
    pub span: Span,
    /// The action.
    pub action: Location,
}

impl Gap {
    /// The value that the action reads, such as `.Values.cluster.name`.
    pub fn value(&self) -> Option<&str> {
        let span = self.action.span;
        value_in(self.action.file.tree.text().get(span.range())?)
    }
}

impl Source {
    /// The actions that printed nothing in a range of this text, or at its ends.
    pub fn gaps(self: &Arc<Self>, span: Span) -> Vec<Gap> {
        match &self.place {
            Place::Printed(printed) => gaps_in(printed, self.tree.text(), span),
            _ => Vec::new(),
        }
    }

    /// The action that printed nothing where a text has a key without a value: `span` is that of
    /// the value.
    pub fn gap_at(self: &Arc<Self>, span: Span) -> Option<Gap> {
        match &self.place {
            Place::Printed(_) => {
                let rest = self.tree.text().get(span.start as usize..)?;
                let line = rest.split('\n').next()?;
                let end = span.start + (line.len() - line.trim_start().len()) as u32;
                let around = Span::new(span.start, end.max(span.end));
                self.gaps(around).into_iter().next()
            }
            Place::Embedded(host) => {
                let outer = host.source.tree.outer_span(host.node, span);
                host.source.gap_at(outer)
            }
            Place::File(_) | Place::Vendored { .. } | Place::BuiltIn(_) => None,
        }
    }

    /// What is probably wrong with a text that a template put together: an action that printed
    /// nothing, or else a value that was read as something other than it looks like, or else the
    /// template.
    pub fn flaw(self: &Arc<Self>, span: Span) -> Option<Location> {
        let Place::Printed(printed) = &self.place else {
            return None;
        };
        printed.pieces_in(span).nth(1)?;
        let gap = self.gaps(span).into_iter().next();
        gap.map(|gap| gap.action)
            .or_else(|| misread(printed, self.tree.text(), span))
            .or_else(|| printed.template(span))
    }
}

/// A value that YAML read as a number, so that it is not printed as it was written.
fn misread(printed: &Printed, text: &str, span: Span) -> Option<Location> {
    let mut pieces = printed.pieces_in(span);
    pieces.find_map(|(cut, piece)| {
        let value = piece.value.filter(|value| value.offset.is_none())?;
        let value = printed.values.get(value.index as usize)?;
        let (written, shown) = (value.text(), text.get(cut.range())?);
        let is_number = shown.parse::<f64>().is_ok() && written.parse::<f64>().is_ok();
        (is_number && written != shown).then(|| value.locate())
    })
}

fn gaps_in(printed: &Printed, text: &str, span: Span) -> Vec<Gap> {
    let mut gaps = Vec::new();
    let first = printed
        .pieces
        .partition_point(|piece| piece.end < span.start);
    let mut before = first.checked_sub(1).and_then(|at| printed.pieces.get(at));
    let mut start = before.map_or(0, |piece| piece.end);
    for piece in printed.pieces.get(first..).unwrap_or_default() {
        if start > span.end {
            break;
        }
        if let (Some(before), Some(place)) = (before.and_then(|own| own.template), piece.template) {
            gaps.extend(between(printed, before, place).map(|action| Gap {
                span: Span::new(start, start),
                action,
            }));
        }
        gaps.extend(named(printed, text, start, piece));
        before = Some(piece);
        start = piece.end;
    }
    gaps.retain(|gap| span.start <= gap.span.start && gap.span.end <= span.end);
    gaps
}

/// The action between what two pieces were printed by.
fn between(printed: &Printed, before: TemplatePlace, behind: TemplatePlace) -> Option<Location> {
    if before.file != behind.file || before.span.end >= behind.span.start {
        return None;
    }
    let file = printed.templates.get(before.file as usize)?;
    let skipped = Span::new(before.span.end, behind.span.start);
    let own = first_action(file.tree.text().get(skipped.range())?)?;
    let (start, end) = (own.start as u32, own.end as u32);
    Some(file.locate(Span::new(skipped.start + start, skipped.start + end)))
}

/// The first action in a part of a template that reads a value, if nothing before it decides
/// whether it is reached.
fn first_action(text: &str) -> Option<Range<usize>> {
    // The end of the action before.
    let mut at = match text.split_once("}}") {
        Some((before, _)) if !before.contains("{{") => before.len() + 2,
        _ => 0,
    };
    loop {
        let rest = text.get(at..)?;
        let start = at + (rest.len() - rest.trim_start().len());
        let inner = text.get(start..)?.strip_prefix("{{")?;
        let (inner, _) = inner.split_once("}}")?;
        let end = start + inner.len() + 4;
        match sort(inner) {
            Sort::Prints if value_in(inner).is_some() => return Some(start..end),
            Sort::Prints | Sort::Silent => at = end,
            Sort::Decides => return None,
        }
    }
}

/// Go's word for nothing, where an action printed it.
fn named(printed: &Printed, text: &str, start: u32, piece: &Piece) -> Option<Gap> {
    let place = piece.template.filter(|place| !place.is_text)?;
    let span = Span::new(start, piece.end);
    let file = printed.templates.get(place.file as usize)?;
    (piece.value.is_none() && text.get(span.range())? == NIL).then(|| Gap {
        span,
        action: file.locate(place.span),
    })
}

/// What an action does.
enum Sort {
    /// It prints a value.
    Prints,
    /// It is a comment, or gives a variable a value.
    Silent,
    /// It decides what is printed.
    Decides,
}

fn sort(inner: &str) -> Sort {
    const WORDS: [&str; 9] = [
        "if", "else", "end", "range", "with", "define", "block", "break", "continue",
    ];
    let inner = inner.trim_start_matches('-').trim_start();
    let word = inner.split(|c: char| !c.is_alphanumeric()).next();
    match word {
        Some(word) if WORDS.contains(&word) => Sort::Decides,
        _ if inner.starts_with("/*") || inner.contains("=") && inner.starts_with('$') => {
            Sort::Silent
        }
        _ => Sort::Prints,
    }
}

/// The first of the values of the chart that an action reads.
fn value_in(action: &str) -> Option<&str> {
    let start = action.find(".Values.")?;
    let rest = action.get(start..)?;
    let in_path = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.');
    let end = rest.find(|c| !in_path(c)).unwrap_or(rest.len());
    rest.get(..end)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use spanned_yaml::Tree;

    use super::*;
    use crate::{Piece, Printed};

    /// The gaps at a key without a value, or in its value.
    fn check(template: &str, printed: &str, pieces: &[(&str, &str)], key: &str) -> String {
        let file = Source::file("t.yaml", Tree::of_spans(template, []));
        let mut end = 0;
        let mut from = 0;
        let pieces = pieces.iter().map(|(written, text)| {
            end += text.len() as u32;
            let start = from + template[from..].find(written).unwrap();
            from = start + written.len();
            Piece {
                end,
                template: Some(TemplatePlace {
                    file: 0,
                    span: Span::new(start as u32, from as u32),
                    is_text: written == text,
                }),
                value: None,
                is_placeholder: false,
            }
        });
        let pieces = pieces.collect();
        let source = Source::printed(
            printed,
            Printed {
                templates: Arc::new([file]),
                pieces,
                ..Printed::default()
            },
        );
        let root = source.tree.documents().next().unwrap();
        let value = source.tree.get(root, key).unwrap();
        let span = source.tree.span(value);
        let gaps = match source.tree.scalar(value) {
            "" => source.gap_at(span).into_iter().collect(),
            _ => source.gaps(span),
        };
        let told = gaps.iter().map(|gap| {
            let place = gap.action.start();
            let value = gap.value().unwrap_or("-");
            format!("{}:{} {value}", place.line, place.column)
        });
        told.collect::<Vec<_>>().join(", ")
    }

    #[test]
    fn what_an_action_printed_nothing_for() {
        let template = "a: {{ .Values.of.a }}\n  {{- if .Values.no }}{{ end }}\nb: values-{{ print .Values.b }}.yaml\nc: {{ .Values.c }}x\n{{ if .Values.d }}{{ end }}d:\n";
        let pieces = [
            ("a: ", "a: "),
            ("\nb: values-", "\nb: values-"),
            ("{{ print .Values.b }}", "<nil>"),
            (".yaml\nc: ", ".yaml\nc: "),
            ("x\n", "x\n"),
            ("d:\n", "d:\n"),
        ];
        let printed = "a: \nb: values-<nil>.yaml\nc: x\nd:\n";
        assert_eq!(check(template, printed, &pieces, "a"), "1:4 .Values.of.a");
        assert_eq!(check(template, printed, &pieces, "b"), "3:11 .Values.b");
        assert_eq!(check(template, printed, &pieces, "c"), "4:4 .Values.c");
        assert_eq!(check(template, printed, &pieces, "d"), "");
    }
}
