//! Rendered text as a source of its own, which knows where its bytes came from.

use std::sync::Arc;

use go_template::{Relation, Tag, Text};
use manifest::{Piece, Place, Printed, PrintedValue, Source, Src, TemplatePlace, View};
use rustc_hash::FxHashMap;
use spanned_yaml::{Span, Tree};

use super::places::Places;

/// What a template was rendered to, parsed.
pub(super) fn printed_source(text: &Text, template: View<'_>, places: &Places) -> Arc<Source> {
    let mut numbers: FxHashMap<Tag, u32> = FxHashMap::default();
    let mut values: Vec<Src> = Vec::new();
    let templates: Vec<Arc<Source>> = match template {
        View::Src(source, node) => vec![verbatim(Src::new(source, node))],
        _ => Vec::new(),
    };
    let has_template = !templates.is_empty();
    let content = text.to_str();
    let mut pieces = Vec::new();
    // Places are lost where bytes had to be replaced.
    if content.len() == text.len() {
        for piece in text.pieces() {
            let value = piece.trace.tag.and_then(|tag| {
                let src = places.get(tag)?;
                let index = *numbers.entry(tag).or_insert_with(|| {
                    values.push(src.clone());
                    u32::try_from(values.len() - 1).unwrap_or(u32::MAX)
                });
                let offset = match piece.relation {
                    Relation::Value { offset } if !src.text().is_empty() => Some(offset),
                    _ => None,
                };
                Some(PrintedValue { index, offset })
            });
            let place = piece.place.filter(|_| has_template);
            pieces.push(Piece {
                end: piece.end,
                template: place.map(|place| TemplatePlace {
                    file: 0,
                    span: Span::new(place.span.start, place.span.end),
                    is_text: piece.relation == Relation::Template,
                }),
                value,
                is_placeholder: piece.trace.placeholder,
            });
        }
    }
    let printed = Printed {
        templates: templates.into(),
        values: values.into(),
        pieces: pieces.into(),
        whole: None,
    };
    Source::printed(&*content, printed)
}

/// A scalar's content as a text of its own that is not YAML.
fn verbatim(host: Src) -> Arc<Source> {
    Arc::new(Source {
        tree: Arc::new(Tree::of_spans(host.text(), [])),
        place: Place::Embedded(host),
    })
}
