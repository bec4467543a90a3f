//! Where something stands.

use std::ops::Range;

/// Bytes of a template's text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Span {
    /// The first byte.
    pub start: u32,
    /// The byte behind the last one.
    pub end: u32,
}

/// The caller's number for a text that was parsed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SourceId(pub u32);

/// Bytes of a text that was parsed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Place {
    /// The text.
    pub source: SourceId,
    /// The bytes.
    pub span: Span,
}

impl Span {
    /// The bytes from `start` up to `end`; positions past 4 GiB stand at its end.
    pub fn new(start: usize, end: usize) -> Self {
        let clamp = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        Self {
            start: clamp(start),
            end: clamp(end),
        }
    }

    /// From the start of this to the end of the other.
    pub fn to(self, other: Self) -> Self {
        Self {
            start: self.start,
            end: other.end,
        }
    }

    /// As a range of indices.
    pub fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }

    /// The bytes in the text that it belongs to; empty where it lies outside.
    pub fn of(self, text: &[u8]) -> &[u8] {
        text.get(self.range()).unwrap_or_default()
    }
}

/// Line and column, both from 1, of a position; the column counts characters.
pub(crate) fn line_column(text: &[u8], at: u32) -> (u32, u32) {
    let before = text.get(..at as usize).unwrap_or(text);
    let line = memchr::memchr_iter(b'\n', before).count();
    let start = memchr::memrchr(b'\n', before).map_or(0, |newline| newline + 1);
    let last = before.get(start..).unwrap_or_default();
    // Continuation bytes do not begin a character.
    let column = last.iter().filter(|&&byte| byte & 0xC0 != 0x80).count();
    let number = |n: usize| u32::try_from(n + 1).unwrap_or(u32::MAX);
    (number(line), number(column))
}
