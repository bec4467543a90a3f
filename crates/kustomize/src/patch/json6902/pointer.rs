//! Paths into an object, such as `/metadata/annotations/example.com~1key`.

use manifest::{Dialect, Location, Node, Part, Scalar, Span, Src, Step, Style, View};

/// A path as a patch writes it.
#[derive(Clone, Debug)]
pub(super) struct Pointer {
    /// Its parts. There are none in an empty path, nor in one without a slash.
    pub(super) parts: Vec<PathPart>,
    text: Box<str>,
    place: Src,
}

#[derive(Clone, Debug)]
pub(super) struct PathPart {
    /// The key or index, unescaped.
    name: Box<str>,
    /// Its bytes in the path.
    span: Span,
}

impl Pointer {
    /// `None` if the value is not text.
    pub(super) fn read(value: View<'_>) -> Option<Self> {
        let place = value.origin()?;
        let Some(Scalar::Str(text)) = value.scalar(Dialect::Kubectl) else {
            return None;
        };
        // What stands before the first slash is not looked at.
        let mut parts = Vec::new();
        let mut start = text.find('/').map_or(text.len(), |slash| slash + 1);
        let rest = text.split_once('/').map(|(_, rest)| rest);
        for written in rest.into_iter().flat_map(|rest| rest.split('/')) {
            let end = start + written.len();
            parts.push(PathPart {
                name: unescape(written),
                span: Span::new(start as u32, end as u32),
            });
            start = end + 1;
        }
        let text = text.into();
        Some(Self { parts, text, place })
    }

    /// The path as it is written.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// Whether it is the empty path, which means all of the object.
    pub(super) fn is_root(&self) -> bool {
        self.text.is_empty()
    }

    /// The last key or index.
    pub(super) fn last(&self) -> &str {
        self.parts.last().map_or("", |part| &part.name)
    }

    /// The key or index that is the path's part with this index.
    pub(super) fn name(&self, part: usize) -> &str {
        self.parts.get(part).map_or("", |part| &part.name)
    }

    /// The path's first parts, as many as told.
    pub(super) fn up_to(&self, parts: usize) -> &str {
        let last = parts.checked_sub(1).and_then(|last| self.parts.get(last));
        let end = last.map_or(0, |part| part.span.end as usize);
        self.text.get(..end).unwrap_or_default()
    }

    /// Where the part with this index is written, or the path if there is none.
    pub(super) fn locate(&self, part: usize) -> Location {
        match self.parts.get(part) {
            Some(part) => self.place.locate_part(part.span),
            None => self.place.locate(),
        }
    }

    /// The last part as a mapping's key.
    pub(super) fn last_key(&self, step: &Step) -> Node {
        let parts = self.parts.last().map(|part| Part {
            span: Span::new(0, part.name.len() as u32),
            from: self.place.clone(),
            of: part.span,
        });
        let style = Style::DoubleQuoted;
        Node::made(self.last(), style, Vec::from_iter(parts), step.clone())
    }
}

fn unescape(written: &str) -> Box<str> {
    let mut name = String::with_capacity(written.len());
    let mut rest = written;
    while let Some((before, behind)) = rest.split_once('~') {
        name.push_str(before);
        rest = if let Some(rest) = behind.strip_prefix('1') {
            name.push('/');
            rest
        } else {
            name.push('~');
            behind.strip_prefix('0').unwrap_or(behind)
        };
    }
    name.push_str(rest);
    name.into()
}
