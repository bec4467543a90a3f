//! Which bytes of a written scalar stand for which bytes of its content.

use std::ops::Range;

use go_template::{TextBuilder, View};

/// Adds a scalar as it was written, with the map of its content.
pub(super) fn push(out: &mut TextBuilder, written: &str, content: View<'_>) {
    if written.as_bytes() == content.bytes() {
        return out.push_view(content);
    }
    let mut align = Align {
        out,
        written,
        content,
        at: 0,
        passed: 0,
    };
    match written.as_bytes().first() {
        Some(b'|') => align.block(),
        Some(quote @ (b'"' | b'\'')) => align.flow(Some(*quote)),
        _ => align.flow(None),
    }
    align.rest();
}

struct Align<'a, 'b> {
    out: &'a mut TextBuilder,
    written: &'b str,
    content: View<'b>,
    /// How much of the written text is done.
    at: usize,
    /// How much of the content is done.
    passed: usize,
}

impl Align<'_, '_> {
    /// Written bytes that are not the content's.
    fn made(&mut self, end: usize) {
        let bytes = self
            .written
            .as_bytes()
            .get(self.at..end)
            .unwrap_or_default();
        self.out.push_instead(bytes, self.content, self.passed);
        self.at = end;
    }

    /// Bytes that stand for themselves.
    fn same(&mut self, len: usize) {
        let part: Range<usize> = self.passed..self.passed + len;
        self.out.push_part(self.content, part);
        self.at += len;
        self.passed += len;
    }

    fn rest(&mut self) {
        let end = self.written.len();
        if self.at < end {
            self.passed = self
                .passed
                .min(self.content.bytes().len().saturating_sub(1));
            self.made(end);
        }
    }

    /// Behind a header, the lines of the content stand indented.
    fn block(&mut self) {
        let Some(header) = self.written.find('\n') else {
            return;
        };
        self.made(header + 1);
        let content = self.content.bytes();
        while self.passed < content.len() && self.at < self.written.len() {
            let line = line_of(content, self.passed);
            let written = line_of(self.written.as_bytes(), self.at);
            let Some(indent) = written.len().checked_sub(line.len()) else {
                return;
            };
            if written.get(indent..) != Some(line) {
                return;
            }
            self.made(self.at + indent);
            self.same(line.len());
        }
    }

    /// Quotes, escapes and folded lines aside, the content stands as it is.
    fn flow(&mut self, quote: Option<u8>) {
        if quote.is_some() {
            self.made(1);
        }
        let written = self.written.as_bytes();
        let content = self.content.bytes();
        while let (Some(&here), Some(&wanted)) = (written.get(self.at), content.get(self.passed)) {
            let behind = written.get(self.at + 1);
            let escape = match (quote, here) {
                (Some(b'\''), b'\'') if behind == Some(&b'\'') => 2,
                (Some(b'"'), b'\\') => match behind {
                    Some(b'x') => 4,
                    Some(b'u') => 6,
                    Some(b'U') => 10,
                    _ => 2,
                },
                (_, b'\n') => {
                    let rest = written.get(self.at..).unwrap_or_default();
                    rest.iter()
                        .take_while(|b| matches!(b, b'\n' | b' '))
                        .count()
                }
                _ if here == wanted => {
                    let rest = written.get(self.at..).unwrap_or_default();
                    let wanted = content.get(self.passed..).unwrap_or_default();
                    let special = |b: u8| matches!(b, b'\n' | b'\\' | b'\'');
                    let pairs = rest.iter().zip(wanted);
                    let run = pairs.take_while(|(a, b)| a == b && !special(**a)).count();
                    self.same(run.max(1));
                    continue;
                }
                _ => return,
            };
            let end = (self.at + escape).min(written.len());
            if !self.written.is_char_boundary(end) {
                return;
            }
            self.made(end);
            self.passed += char_len(content, self.passed);
        }
    }
}

/// The line that begins at a position, with its end.
fn line_of(text: &[u8], start: usize) -> &[u8] {
    let rest = text.get(start..).unwrap_or_default();
    let len = memchr::memchr(b'\n', rest).map_or(rest.len(), |at| at + 1);
    rest.get(..len).unwrap_or_default()
}

fn char_len(text: &[u8], at: usize) -> usize {
    let rest = text.get(at + 1..).unwrap_or_default();
    1 + rest.iter().take_while(|b| **b & 0xC0 == 0x80).count()
}
