use std::ops::Range;

use crate::{Failure, Place, Relation, Span, Text, Trace};

use super::{Piece, View};

/// Puts a text together and keeps the map of where its bytes came from.
///
/// It takes no more than its limit, the map included; what was too much is told by
/// [`TextBuilder::finish`].
#[derive(Debug)]
pub struct TextBuilder {
    bytes: Vec<u8>,
    /// Empty as long as nothing is known of any byte.
    pieces: Vec<Piece>,
    limit: usize,
    overflow: bool,
    /// How much of its weight was told.
    told: usize,
}

impl TextBuilder {
    /// An empty text that may grow to `limit` bytes, its map included.
    pub fn new(limit: usize) -> Self {
        Self {
            bytes: Vec::new(),
            pieces: Vec::new(),
            limit: limit.min(u32::MAX as usize),
            overflow: false,
            told: 0,
        }
    }

    /// How many bytes it has.
    pub fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Whether it has no bytes.
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// Whether more was pushed than the limit allows.
    pub fn is_over(&self) -> bool {
        self.overflow
    }

    /// How many bytes of memory it has taken since this was last asked.
    pub(crate) fn grown(&mut self) -> usize {
        let weight = self.bytes.len() + size_of_val(&*self.pieces);
        weight - std::mem::replace(&mut self.told, weight)
    }

    /// Adds bytes of which nothing is known.
    pub fn push(&mut self, bytes: &[u8]) {
        self.push_piece(bytes, Piece::UNKNOWN);
    }

    /// Adds bytes that were made from a value.
    pub fn push_made(&mut self, bytes: &[u8], trace: Trace) {
        let piece = Piece {
            trace,
            ..Piece::UNKNOWN
        };
        self.push_piece(bytes, piece);
    }

    /// Adds bytes that are the value's text from `offset` on.
    pub fn push_value(&mut self, bytes: &[u8], trace: Trace, offset: usize) {
        let relation = Relation::Value {
            offset: u32::try_from(offset).unwrap_or(u32::MAX),
        };
        let piece = Piece {
            trace,
            relation,
            ..Piece::UNKNOWN
        };
        self.push_piece(bytes, piece);
    }

    /// Adds a text with its map.
    pub fn push_view(&mut self, view: View<'_>) {
        self.push_part(view, 0..view.text.len());
    }

    /// Adds a part of a text with its map.
    pub fn push_part(&mut self, view: View<'_>, range: Range<usize>) {
        self.push_placed(view, range, None, Trace::default());
    }

    /// Adds other bytes in the place of a part of a text, such as its escaped form.
    pub fn push_instead(&mut self, bytes: &[u8], view: View<'_>, part: usize) {
        let piece = view.text.piece_at(part).map(|(_, piece)| piece);
        let piece = piece.unwrap_or_else(|| view.unmapped(part));
        let relation = Relation::Made;
        self.push_piece(bytes, Piece { relation, ..piece });
    }

    /// Adds a part of a text; what has no place or trace yet gets the given ones.
    pub(crate) fn push_placed(
        &mut self,
        view: View<'_>,
        range: Range<usize>,
        place: Option<Place>,
        trace: Trace,
    ) {
        if self.overflow {
            return;
        }
        let bytes = view.bytes().get(range.clone()).unwrap_or_default();
        let fill = |piece: Piece| Piece {
            place: piece.place.or(place),
            trace: if piece.trace.is_unknown() && piece.place.is_none() {
                trace
            } else {
                piece.trace
            },
            ..piece
        };
        if view.text.pieces().is_empty() {
            return self.push_piece(bytes, fill(view.unmapped(range.start)));
        }
        for (part, piece) in view.text.pieces_in(range) {
            let bytes = view.bytes().get(part).unwrap_or_default();
            // A mapped text whose value has an origin: what the map leaves open came from it.
            let open = piece.trace.is_unknown() && piece.place.is_none();
            let known = if open { view.trace } else { piece.trace };
            self.push_piece(
                bytes,
                fill(Piece {
                    trace: known,
                    ..piece
                }),
            );
        }
    }

    /// Adds bytes of a template that stand at a place.
    pub fn push_template(&mut self, bytes: &[u8], place: Place) {
        let piece = Piece {
            place: Some(place),
            relation: Relation::Template,
            ..Piece::UNKNOWN
        };
        self.push_piece(bytes, piece);
    }

    fn push_piece(&mut self, bytes: &[u8], mut piece: Piece) {
        if bytes.is_empty() {
            return;
        }
        let map = size_of_val(&*self.pieces);
        let room = self.limit.saturating_sub(self.bytes.len() + map);
        if self.overflow || bytes.len() > room {
            self.overflow = true;
            return;
        }
        let start = self.bytes.len();
        self.bytes.extend_from_slice(bytes);
        let position = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        piece.end = position(self.bytes.len());
        if self.pieces.is_empty() {
            if is_unknown(&piece) {
                return;
            }
            if start > 0 {
                let end = position(start);
                self.pieces.push(Piece {
                    end,
                    ..Piece::UNKNOWN
                });
            }
        }
        let begin = match self.pieces.as_slice() {
            [.., before, _] => before.end,
            _ => 0,
        };
        match self.pieces.last_mut() {
            Some(last) if continues(last, begin, &piece) => extend(last, &piece),
            _ => self.pieces.push(piece),
        }
    }

    /// The text, if it did not grow past the limit.
    pub fn finish(self) -> Result<Text, Failure> {
        if self.overflow {
            return Err(Failure::too_long(self.limit));
        }
        Ok(Text::with_pieces(
            self.bytes.into_boxed_slice(),
            self.pieces.into_boxed_slice(),
        ))
    }
}

fn is_unknown(piece: &Piece) -> bool {
    piece.place.is_none() && piece.trace.is_unknown() && piece.relation == Relation::Made
}

/// Whether a piece goes on where the last one, which begins at `begin`, stopped.
fn continues(last: &Piece, begin: u32, next: &Piece) -> bool {
    if last.trace != next.trace {
        return false;
    }
    match (last.relation, next.relation) {
        (Relation::Made, Relation::Made) => last.place == next.place,
        (Relation::Value { offset }, Relation::Value { offset: other }) => {
            last.place == next.place && offset + (last.end - begin) == other
        }
        (Relation::Template, Relation::Template) => match (last.place, next.place) {
            (Some(a), Some(b)) => a.source == b.source && a.span.end == b.span.start,
            _ => false,
        },
        _ => false,
    }
}

fn extend(last: &mut Piece, next: &Piece) {
    last.end = next.end;
    if let (Relation::Template, Some(a), Some(b)) = (last.relation, &mut last.place, next.place) {
        a.span = Span {
            start: a.span.start,
            end: b.span.end,
        };
    }
}
