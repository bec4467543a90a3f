//! Strings that know where their bytes came from.

mod builder;
mod edit;
mod view;

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

pub use builder::TextBuilder;
pub use view::View;

use crate::{Place, Span, Trace};

/// A string of bytes, cheap to clone, with a map of its bytes to where they came from.
#[derive(Clone)]
pub struct Text(Arc<Inner>);

struct Inner {
    bytes: Box<[u8]>,
    /// In order, without gaps; empty if nothing is known.
    pieces: Box<[Piece]>,
}

/// A run of bytes with one origin. It begins where the previous one ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Piece {
    /// The byte behind the last one.
    pub end: u32,
    /// The template text, or the action that printed it. Without one while a value is under way.
    pub place: Option<Place>,
    /// The value it came from.
    pub trace: Trace,
    /// How the bytes relate to their origin.
    pub relation: Relation,
}

/// How bytes relate to their origin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relation {
    /// They are the bytes of the template at the piece's place.
    Template,
    /// Each stands for the byte at the same position of the traced value's own text, which
    /// begins at `offset`.
    Value {
        /// The position in the value's text.
        offset: u32,
    },
    /// They were made: an escaped or computed text, or one of many values.
    Made,
}

impl Text {
    /// A text of which no origin is known.
    pub fn new(bytes: impl Into<Box<[u8]>>) -> Self {
        Self::with_pieces(bytes.into(), Box::default())
    }

    fn with_pieces(bytes: Box<[u8]>, pieces: Box<[Piece]>) -> Self {
        Self(Arc::new(Inner { bytes, pieces }))
    }

    /// The bytes.
    pub fn bytes(&self) -> &[u8] {
        &self.0.bytes
    }

    /// The bytes as characters; what is not UTF-8 is replaced.
    pub fn to_str(&self) -> Cow<'_, str> {
        match std::str::from_utf8(self.bytes()) {
            Ok(text) => Cow::Borrowed(text),
            Err(_) => String::from_utf8_lossy(self.bytes()),
        }
    }

    /// Whether both are one text in memory.
    pub(crate) fn is_shared_with(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    /// How many bytes it has.
    pub fn len(&self) -> usize {
        self.0.bytes.len()
    }

    /// Whether it has no bytes.
    pub fn is_empty(&self) -> bool {
        self.0.bytes.is_empty()
    }

    /// How many bytes of memory it takes, the map of its bytes included.
    pub fn weight(&self) -> usize {
        self.0.bytes.len() + size_of_val(&*self.0.pieces)
    }

    /// The runs of bytes in order, without gaps; none if no origin is known.
    pub fn pieces(&self) -> &[Piece] {
        &self.0.pieces
    }

    /// The run that a byte belongs to, and where it begins.
    pub fn piece_at(&self, at: usize) -> Option<(usize, Piece)> {
        let index = self.pieces().partition_point(|p| p.end as usize <= at);
        let piece = *self.pieces().get(index)?;
        Some((self.start_of(index), piece))
    }

    fn start_of(&self, index: usize) -> usize {
        let before = index.checked_sub(1).and_then(|i| self.pieces().get(i));
        before.map_or(0, |piece| piece.end as usize)
    }

    /// The runs that touch a range, cut to it.
    pub fn pieces_in(&self, range: Range<usize>) -> impl Iterator<Item = (Range<usize>, Piece)> {
        let first = self
            .pieces()
            .partition_point(|p| p.end as usize <= range.start);
        let mut start = self.start_of(first);
        let rest = self.pieces().get(first..).unwrap_or_default();
        rest.iter().map_while(move |piece| {
            let from = start.max(range.start);
            let to = (piece.end as usize).min(range.end);
            let cut = piece.narrow(from - start, to.saturating_sub(from));
            start = piece.end as usize;
            (from < range.end).then_some((from..to, cut))
        })
    }

    /// What all runs together came from: the first tag, and whether any is a placeholder.
    pub fn trace(&self) -> Trace {
        self.pieces()
            .iter()
            .fold(Trace::default(), |all, piece| all.or(piece.trace))
    }
}

impl Piece {
    /// Known to come from nowhere in particular.
    pub(crate) const UNKNOWN: Self = Self {
        end: 0,
        place: None,
        trace: Trace {
            tag: None,
            placeholder: false,
            open: false,
        },
        relation: Relation::Made,
    };

    /// The part of it that begins `skip` bytes behind its start and has `len` bytes.
    fn narrow(mut self, skip: usize, len: usize) -> Self {
        match (&mut self.relation, &mut self.place) {
            (Relation::Template, Some(place)) => {
                let start = place.span.start as usize + skip;
                place.span = Span::new(start, start + len);
            }
            (Relation::Value { offset }, _) => *offset += u32::try_from(skip).unwrap_or(u32::MAX),
            _ => {}
        }
        self
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Self::new(text.as_bytes())
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Self::new(text.into_bytes())
    }
}

impl From<Vec<u8>> for Text {
    fn from(bytes: Vec<u8>) -> Self {
        Self::new(bytes)
    }
}

impl PartialEq for Text {
    /// Bytes are compared, origins are not.
    fn eq(&self, other: &Self) -> bool {
        self.bytes() == other.bytes()
    }
}

impl Eq for Text {}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.to_str(), f)
    }
}
