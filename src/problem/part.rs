//! Where parts of texts come from.

use manifest::{Location, Span, View};

/// The bytes behind a part of a text; `None` where the text is made up, or is that part.
pub fn part_of(view: View<'_>, span: Span) -> Option<Location> {
    match view {
        View::Src(source, node) => {
            let whole = source.tree.span(node);
            let is_made_up = source.is_placeholder(whole);
            let is_part = view.text().len() > span.range().len();
            (is_part && !is_made_up).then(|| view.origin().map(|src| src.locate_part(span)))?
        }
        View::Made(made) => {
            let mut parts = made.parts.iter();
            let piece = parts.find(|p| p.span.start <= span.start && span.end <= p.span.end)?;
            let start = span.start - piece.span.start + piece.of.start;
            let end = span.end - piece.span.start + piece.of.start;
            Some(piece.from.locate_part(Span::new(start, end)))
        }
        _ => None,
    }
}
