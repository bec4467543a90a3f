//! Strings put together from pieces that keep their origins.

use std::ops::Range;

use manifest::{Node, Part, Src, Step, Style, View};

use crate::text::{Text, part, span};

/// A string under construction.
#[derive(Default)]
pub(crate) struct Composer {
    text: String,
    parts: Vec<Part>,
    /// Whether a piece of it only stands for a value.
    is_placeholder: bool,
}

impl Composer {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// Adds characters that come from nowhere.
    pub(crate) fn str(mut self, text: &str) -> Self {
        self.text.push_str(text);
        self
    }

    /// Adds a configuration's string.
    pub(crate) fn text(mut self, text: &Text) -> Self {
        if !text.is_empty() {
            self.parts.push(text.part(self.text.len()));
        }
        self.text.push_str(text.as_str());
        self
    }

    /// Adds bytes of a scalar's content.
    pub(crate) fn src(mut self, from: &Src, of: Range<usize>) -> Self {
        let content = from.text().get(of.clone()).unwrap_or_default();
        if !content.is_empty() {
            self.parts.push(part(from, of, self.text.len()));
        }
        self.text.push_str(content);
        self
    }

    /// Adds a scalar.
    pub(crate) fn view(self, view: View<'_>) -> Self {
        self.slice(view, 0..view.text().len())
    }

    /// Adds bytes of a scalar's content, with the origins that they have.
    pub(crate) fn slice(mut self, view: View<'_>, range: Range<usize>) -> Self {
        let content = view.text().get(range.clone()).unwrap_or_default();
        let offset = self.text.len();
        match view {
            View::Made(made) => {
                self.is_placeholder |= made.is_placeholder;
                let moved = made.parts.iter().filter_map(|p| shifted(p, &range, offset));
                self.parts.extend(moved);
            }
            _ => {
                if let Some(at) = view.origin()
                    && !content.is_empty()
                {
                    self.parts.push(part(&at, range, offset));
                }
            }
        }
        self.text.push_str(content);
        self
    }

    /// The string as a scalar. `Plain` leaves open whether it is text at all.
    pub(crate) fn finish(self, style: Style, step: &Step) -> Node {
        let node = Node::made(self.text, style, self.parts, step.clone());
        match self.is_placeholder {
            true => node.as_placeholder(),
            false => node,
        }
    }

    /// The origins of what was added.
    pub(crate) fn into_parts(self) -> Vec<Part> {
        self.parts
    }

    /// The string in the place of a scalar, which decides whether it is text: kustomize keeps
    /// the quotes, or their absence.
    pub(crate) fn finish_like(self, old: View<'_>, step: &Step) -> Node {
        self.finish(old.style(), step)
    }
}

/// The piece of a part that falls into `range`, moved to stand where the range goes.
fn shifted(old: &Part, range: &Range<usize>, offset: usize) -> Option<Part> {
    let whole = old.span.range();
    let start = whole.start.max(range.start);
    let end = whole.end.min(range.end);
    if start >= end {
        return None;
    }
    let exact = whole.len() == old.of.range().len();
    // Where lengths differ (the piece was encoded on its way), only the whole is known.
    let of = match exact {
        true => {
            let of = old.of.range();
            span(of.start + start - whole.start, of.start + end - whole.start)
        }
        false => old.of,
    };
    Some(Part {
        span: span(offset + start - range.start, offset + end - range.start),
        from: old.from.clone(),
        of,
    })
}
