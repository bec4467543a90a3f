use crate::{Relation, Text, Trace};

use super::Piece;

/// A text together with what its value as a whole came from.
#[derive(Clone, Copy, Debug)]
pub struct View<'a> {
    /// The text.
    pub text: &'a Text,
    /// Where the value came from; it speaks for bytes whose origin the text does not know.
    pub trace: Trace,
}

impl<'a> View<'a> {
    /// The bytes.
    pub fn bytes(self) -> &'a [u8] {
        self.text.bytes()
    }

    /// Where all of it together came from.
    pub fn whole(self) -> Trace {
        self.trace.or(self.text.trace())
    }

    /// The text with what is known of the value in its map.
    pub fn to_text(self) -> Text {
        if self.trace.is_unknown() {
            return self.text.clone();
        }
        self.part(0..self.text.len())
    }

    /// What is known of a text without a map: it is the value's own text.
    pub(super) fn unmapped(self, offset: usize) -> Piece {
        if self.trace.is_unknown() {
            return Piece::UNKNOWN;
        }
        let offset = u32::try_from(offset).unwrap_or(u32::MAX);
        Piece {
            trace: self.trace,
            // Without a value of the caller's there is nothing to have a position in.
            relation: match self.trace.tag {
                Some(_) => Relation::Value { offset },
                None => Relation::Made,
            },
            ..Piece::UNKNOWN
        }
    }
}
