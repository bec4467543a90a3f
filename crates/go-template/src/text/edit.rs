//! Edits that keep the map.

use std::ops::Range;

use memchr::memmem;

use crate::{Failure, Text};

use super::{TextBuilder, View};

impl Text {
    /// A part of the text, with its map.
    pub fn slice(&self, range: Range<usize>) -> Text {
        self.as_view().part(range)
    }

    /// The text with every `old` replaced by `new`, as Go's `strings.ReplaceAll`. An empty `old`
    /// stands before every character and at the end.
    pub fn replace(&self, old: &[u8], new: &Text, limit: usize) -> Result<Text, Failure> {
        self.as_view().replace(old, new.as_view(), limit)
    }

    /// As a value of unknown origin.
    pub fn as_view(&self) -> View<'_> {
        View {
            text: self,
            trace: crate::Trace::default(),
        }
    }
}

impl View<'_> {
    /// A part of the text, with its map.
    pub fn part(self, range: Range<usize>) -> Text {
        let mut built = TextBuilder::new(usize::MAX);
        built.push_part(self, range);
        // It cannot have grown.
        built.finish().unwrap_or_else(|_| Text::new([]))
    }

    /// The text with every `old` replaced by `new`.
    pub fn replace(self, old: &[u8], new: View<'_>, limit: usize) -> Result<Text, Failure> {
        let mut built = TextBuilder::new(limit);
        let mut done = 0;
        for at in matches(self.bytes(), old) {
            built.push_part(self, done..at);
            built.push_view(new);
            done = at + old.len();
            if built.is_over() {
                break;
            }
        }
        built.push_part(self, done..self.text.len());
        built.finish()
    }

    /// The parts between separators, at most `limit` of them. An empty separator separates
    /// characters.
    pub fn split(self, separator: &[u8], limit: usize) -> Vec<Range<usize>> {
        let bytes = self.bytes();
        if separator.is_empty() {
            let mut starts: Vec<_> = crate::rune::runes(bytes).map(|(at, ..)| at).collect();
            starts.truncate(limit);
            let ends = starts.iter().copied().skip(1).chain([bytes.len()]);
            return starts
                .iter()
                .copied()
                .zip(ends)
                .map(|(a, b)| a..b)
                .collect();
        }
        let mut parts = Vec::new();
        let mut done = 0;
        for at in memmem::find_iter(bytes, separator) {
            if parts.len() + 1 >= limit {
                break;
            }
            parts.push(done..at);
            done = at + separator.len();
        }
        parts.push(done..bytes.len());
        parts
    }
}

/// Where `old` stands; an empty one before every character and at the end.
fn matches<'a>(bytes: &'a [u8], old: &'a [u8]) -> Box<dyn Iterator<Item = usize> + 'a> {
    if old.is_empty() {
        let starts = crate::rune::runes(bytes).map(|(at, ..)| at);
        return Box::new(starts.chain([bytes.len()]));
    }
    Box::new(memmem::find_iter(bytes, old))
}
