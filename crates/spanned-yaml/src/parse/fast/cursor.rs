//! A place in the text, and how to move on from it.

use super::search::spaces;
use crate::Span;

#[derive(Clone, Copy)]
pub(super) struct Cursor<'a> {
    pub(super) bytes: &'a [u8],
    pub(super) at: usize,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(bytes: &'a [u8], at: usize) -> Self {
        Self { bytes, at }
    }

    #[inline]
    pub(super) fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    #[inline]
    pub(super) fn peek_at(&self, offset: usize) -> Option<u8> {
        self.bytes.get(self.at + offset).copied()
    }

    /// What is still to be read.
    pub(super) fn rest(&self) -> &'a [u8] {
        self.bytes.get(self.at..).unwrap_or_default()
    }

    /// Whether this character stands here, with white space or the end of the text behind it.
    #[inline]
    pub(super) fn is_indicator(&self, indicator: u8) -> bool {
        self.peek() == Some(indicator)
            && matches!(self.peek_at(1), None | Some(b' ' | b'\t' | b'\n' | b'\r'))
    }

    /// Whether a mark between documents stands here: `---` or `...`.
    pub(super) fn is_marker(&self) -> bool {
        let marks = self.rest().get(..3);
        matches!(marks, Some(b"---" | b"..."))
            && matches!(self.peek_at(3), None | Some(b' ' | b'\t' | b'\n' | b'\r'))
    }

    #[inline]
    pub(super) fn skip_spaces(&mut self) {
        self.at += spaces(self.rest());
    }

    /// Goes over a line break, which may have a carriage return.
    #[inline]
    pub(super) fn skip_break(&mut self) {
        if self.peek() == Some(b'\r') {
            self.at += 1;
        }
        if self.peek() == Some(b'\n') {
            self.at += 1;
        }
    }

    /// Goes to the next line, and gives the end of this one.
    pub(super) fn skip_line(&mut self) -> usize {
        let mut end = match memchr::memchr(b'\n', self.rest()) {
            Some(len) => self.at + len,
            None => self.bytes.len(),
        };
        self.at = (end + 1).min(self.bytes.len());
        if end > 0 && self.bytes[end - 1] == b'\r' {
            end -= 1;
        }
        end
    }

    /// Letters, digits and these marks; at least one.
    pub(super) fn word(&mut self, marks: &[u8]) -> Option<Span> {
        let start = self.at;
        while let Some(b) = self.peek() {
            if !b.is_ascii_alphanumeric() && !marks.contains(&b) {
                break;
            }
            self.at += 1;
        }
        (self.at > start).then(|| Span::new(start as u32, self.at as u32))
    }
}
