//! Lines and columns.

use crate::Position;

/// What stands before each block of a text: looking through one block is quick, and a table of
/// all lines would take an eighth of the memory of the text.
#[derive(Debug)]
pub(crate) struct Lines(Box<[Before]>);

#[derive(Clone, Copy, Debug, Default)]
struct Before {
    /// How many lines have ended.
    lines: u32,
    /// Where the line starts in which the block does.
    start: u32,
    /// How many characters there are: a line may be all of a large text.
    characters: u32,
}

/// How many bytes a block has.
const BLOCK: usize = 1024;

impl Lines {
    pub(crate) fn of(text: &[u8]) -> Self {
        let is_ascii = text.is_ascii();
        let mut before = Before::default();
        // The last block may be empty: a place may be behind the text.
        let blocks = (0..=text.len() / BLOCK).map(|block| {
            let here = before;
            let from = block * BLOCK;
            let block = text.get(from..text.len().min(from + BLOCK));
            let block = block.unwrap_or_default();
            before.pass(block, from);
            before.characters += match is_ascii {
                true => block.len() as u32,
                false => characters(block),
            };
            here
        });
        Self(blocks.collect())
    }

    /// The line and column of a byte of the text.
    pub(crate) fn position(&self, text: &[u8], offset: u32) -> Position {
        let offset = (offset as usize).min(text.len());
        let (mut here, from) = self.before(offset);
        here.pass(&text[from..offset], from);
        let column = self.characters(text, offset) - self.characters(text, here.start as usize);
        Position {
            line: here.lines + 1,
            column: column + 1,
        }
    }

    /// How many characters stand before a byte.
    fn characters(&self, text: &[u8], offset: usize) -> u32 {
        let (before, from) = self.before(offset);
        before.characters + characters(&text[from..offset])
    }

    /// What stands before the block of a byte, and where that starts.
    fn before(&self, offset: usize) -> (Before, usize) {
        let block = offset / BLOCK;
        let before = self.0.get(block).copied().unwrap_or_default();
        (before, block * BLOCK)
    }
}

impl Before {
    /// Counts the lines that end in bytes from an offset.
    fn pass(&mut self, bytes: &[u8], from: usize) {
        for at in memchr::memchr_iter(b'\n', bytes) {
            self.lines += 1;
            self.start = (from + at) as u32 + 1;
        }
    }
}

/// How many characters begin in bytes of UTF-8.
fn characters(bytes: &[u8]) -> u32 {
    bytes.iter().filter(|b| (**b & 0xC0) != 0x80).count() as u32
}
