//! Where parameters came from: go-template's tags to places and back.

use std::ops::Range;

use go_template::{Piece, Relation, SourceId, Tag, Text, TextBuilder, Trace};
use manifest::{Made, Node, Part, Span, Src, Step, Style, View};

/// The template that a text was rendered from. There is one at a time.
pub(super) const TEMPLATE: SourceId = SourceId(0);

/// What the tags of one ApplicationSet stand for.
#[derive(Debug, Default)]
pub(super) struct Places(Vec<Src>);

impl Places {
    /// A tag for a place.
    pub(super) fn tag(&mut self, src: &Src) -> Tag {
        self.0.push(src.clone());
        Tag(u32::try_from(self.0.len() - 1).unwrap_or(u32::MAX))
    }

    /// The trace of what stands at a place, if that is known.
    pub(super) fn trace(&mut self, src: Option<&Src>) -> Trace {
        src.map_or(Trace::default(), |src| Trace::tagged(self.tag(src)))
    }

    /// The place that a tag stands for.
    pub(super) fn get(&self, tag: Tag) -> Option<&Src> {
        self.0.get(tag.0 as usize)
    }

    /// A scalar's content. Of a made one, each piece knows where it came from.
    pub(super) fn text(&mut self, scalar: View<'_>) -> Text {
        match scalar {
            View::Made(made) => self.made_text(made),
            _ => Text::from(scalar.text()),
        }
    }

    fn made_text(&mut self, made: &Made) -> Text {
        let mut built = TextBuilder::new(usize::MAX);
        let rest = self.trace(made.step.by.as_ref());
        let mut done = 0;
        let bytes = |range: Range<usize>| made.text.as_bytes().get(range).unwrap_or_default();
        for part in &made.parts {
            let range = part.span.range();
            built.push_made(bytes(done..range.start), rest);
            let trace = Trace::tagged(self.tag(&part.from));
            match part.of.len() == part.span.len() {
                true => built.push_value(bytes(range.clone()), trace, part.of.start as usize),
                false => built.push_made(bytes(range.clone()), trace),
            }
            done = range.end;
        }
        built.push_made(bytes(done..made.text.len()), rest);
        built.finish().unwrap_or_else(|_| Text::from(&*made.text))
    }

    /// What a template was rendered to: its parts are what parameters brought, and the gaps
    /// between them are the template's own.
    pub(super) fn node(&self, text: &Text, template: View<'_>) -> Node {
        let content = text.to_str();
        let mut parts: Vec<Part> = Vec::new();
        // Places are lost where bytes had to be replaced.
        if content.len() == text.len() {
            for (range, piece) in text.pieces_in(0..text.len()) {
                self.push_parts(&mut parts, range, &piece, template);
            }
        }
        let step = Step {
            name: "template",
            by: template.origin(),
        };
        Node::made(&*content, Style::DoubleQuoted, parts, step)
    }

    fn push_parts(
        &self,
        parts: &mut Vec<Part>,
        range: Range<usize>,
        piece: &Piece,
        template: View<'_>,
    ) {
        let Some(from) = piece.trace.tag.and_then(|tag| self.get(tag)) else {
            if let (Relation::Template, Some(place), View::Made(made)) =
                (piece.relation, piece.place, template)
            {
                push_own(parts, range, place.span.start, made);
            }
            return;
        };
        let length = position(from.text().len());
        let of = match piece.relation {
            Relation::Value { offset } => {
                Span::new(offset, offset.saturating_add(position(range.len())))
            }
            _ => Span::new(0, length),
        };
        let of = match of.end > length {
            true => Span::new(0, length),
            false => of,
        };
        let span = Span::new(position(range.start), position(range.end));
        match parts.last_mut() {
            Some(last) if last.span.end == span.start && last.from == *from && last.of == of => {
                last.span.end = span.end;
            }
            _ => parts.push(Part {
                span,
                from: from.clone(),
                of,
            }),
        }
    }
}

/// Adds what is known of a template's own bytes, which begin at `start`, where the template was
/// made itself.
fn push_own(parts: &mut Vec<Part>, range: Range<usize>, start: u32, made: &Made) {
    let shift = position(range.start);
    let end = start.saturating_add(position(range.len()));
    for part in &made.parts {
        let from = part.span.start.max(start);
        let to = part.span.end.min(end);
        if from >= to {
            continue;
        }
        let is_same = part.of.len() == part.span.len();
        let skip = from - part.span.start;
        parts.push(Part {
            span: Span::new(shift + from - start, shift + to - start),
            from: part.from.clone(),
            of: match is_same {
                true => Span::new(part.of.start + skip, part.of.start + skip + (to - from)),
                false => part.of,
            },
        });
    }
}

fn position(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}
