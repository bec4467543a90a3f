//! Where the lines of a block scalar stand.

use std::ops::Range;

use crate::content::{self, Block, Chomp, Pieces};

/// A block scalar's header, understood, and its lines.
pub(crate) struct Layout {
    /// Behind the header's last indicator.
    header_end: usize,
    /// Behind the header's line, up to a byte behind the last line of text.
    lines: Range<usize>,
    block: Block,
}

impl Layout {
    /// Of the block scalar whose header starts at `header`, whose lines end at `end` or before,
    /// and whose content is known.
    pub(crate) fn of(text: &str, header: usize, end: usize, content: &str) -> Self {
        let bytes = text.as_bytes();
        let indicators = bytes[header..]
            .iter()
            .take_while(|b| b"|>+-123456789".contains(b));
        let header_end = header + indicators.count();
        let chomp = match &text[header..header_end] {
            header if header.contains('+') => Chomp::Keep,
            header if header.contains('-') => Chomp::Strip,
            _ => Chomp::Clip,
        };
        let start = match memchr::memchr(b'\n', &bytes[header_end..]) {
            Some(len) => header_end + len + 1,
            None => bytes.len(),
        };
        let lines = start..end.max(start);
        let indent = indent(&text[lines.clone()], content);
        let block = Block {
            folded: bytes.get(header) == Some(&b'>'),
            chomp,
            indent,
        };
        Self {
            header_end,
            lines,
            block,
        }
    }

    /// Behind the last line, without its break.
    pub(crate) fn end(&self, text: &str) -> usize {
        let mut last = LastLine {
            text,
            end: self.header_end,
        };
        self.read(text, &mut last);
        last.end
    }

    /// Behind the header's last indicator.
    pub(crate) fn header_end(&self) -> usize {
        self.header_end
    }

    /// The start of the first line.
    pub(crate) fn start(&self) -> usize {
        self.lines.start
    }

    /// How far the lines are indented, if there is one that tells.
    pub(crate) fn indent(&self) -> Option<usize> {
        Some(self.block.indent).filter(|indent| *indent != usize::MAX)
    }

    pub(crate) fn read(&self, text: &str, out: &mut impl Pieces) {
        content::block(text, self.lines.clone(), self.block, out);
    }
}

/// How far the lines are indented: the first line that has content tells.
fn indent(lines: &str, content: &str) -> usize {
    let empty = content.bytes().take_while(|b| *b == b'\n').count();
    let spaces = |line: &str| line.len() - line.trim_start_matches(' ').len();
    if empty == content.len() {
        return usize::MAX;
    }
    let line = lines.split('\n').nth(empty).unwrap_or("");
    spaces(line).saturating_sub(spaces(&content[empty..]))
}

struct LastLine<'a> {
    text: &'a str,
    end: usize,
}

impl Pieces for LastLine<'_> {
    fn same(&mut self, from: Range<usize>) {
        self.end = match self.text.as_bytes()[from.start] {
            b'\n' => from.start,
            _ => from.end,
        };
    }

    fn made(&mut self, _: &str, from: Range<usize>) {
        self.end = from.start;
    }
}
