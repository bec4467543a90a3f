//! From a scalar's bytes to its content: quotes, escapes, folding and block indentation.
//!
//! The readers here are given what a parser has already found well-formed. They report the
//! content in pieces, each with the bytes that it came from, so that the same reader serves
//! for reading and for the way back.

use std::ops::Range;

/// Takes the pieces of a content in order.
pub(crate) trait Pieces {
    /// Bytes that stand in the content as they stand in the text.
    fn same(&mut self, from: Range<usize>);
    /// Content that was written in another way.
    fn made(&mut self, content: &str, from: Range<usize>);
}

/// Collects the content itself.
pub(crate) struct Collect<'a> {
    pub(crate) text: &'a str,
    pub(crate) content: String,
}

impl Pieces for Collect<'_> {
    fn same(&mut self, from: Range<usize>) {
        self.content.push_str(self.text.get(from).unwrap_or(""));
    }

    fn made(&mut self, content: &str, _: Range<usize>) {
        self.content.push_str(content);
    }
}

/// A plain scalar of one line or more.
pub(crate) fn plain(text: &str, span: Range<usize>, out: &mut impl Pieces) {
    let mut at = span.start;
    while let Some(found) = find(text, at..span.end, b"\n") {
        at = fold(text, at, found, span.end, out);
    }
    same(out, at..span.end);
}

/// What stands between single quotes.
pub(crate) fn single_quoted(text: &str, span: Range<usize>, out: &mut impl Pieces) {
    let mut at = span.start;
    while let Some(found) = find(text, at..span.end, b"'\n") {
        if text.as_bytes()[found] == b'\n' {
            at = fold(text, at, found, span.end, out);
        } else {
            same(out, at..found);
            out.made("'", found..found + 2);
            at = found + 2;
        }
    }
    same(out, at..span.end);
}

/// What stands between double quotes. `None` where an escape means nothing.
pub(crate) fn double_quoted(text: &str, span: Range<usize>, out: &mut impl Pieces) -> Option<()> {
    let mut at = span.start;
    while let Some(found) = find(text, at..span.end, b"\\\n") {
        if text.as_bytes()[found] == b'\n' {
            at = fold(text, at, found, span.end, out);
            continue;
        }
        same(out, at..found);
        let rest = text.get(found + 1..span.end)?;
        if rest.starts_with(['\n', '\r']) {
            let first = found + 1 + rest.find('\n')?;
            at = empty_lines(text, first + 1, span.end, |breaks, end| {
                out.made(&"\n".repeat(breaks), found..end);
            });
        } else {
            let (c, len) = escape(rest)?;
            at = found + 1 + len;
            out.made(c.encode_utf8(&mut [0; 4]), found..at);
        }
        // White space that comes behind an escape is kept even at the end of a line's text,
        // and a fold looks back no further than this.
    }
    same(out, at..span.end);
    Some(())
}

/// The character that an escape stands for, and the length of what stands behind the
/// backslash.
fn escape(rest: &str) -> Option<(char, usize)> {
    let first = rest.chars().next()?;
    let simple = match first {
        '0' => '\0',
        'a' => '\x07',
        'b' => '\x08',
        't' | '\t' => '\t',
        'n' => '\n',
        'v' => '\x0B',
        'f' => '\x0C',
        'r' => '\r',
        'e' => '\x1B',
        ' ' | '"' | '/' | '\\' => first,
        'N' => '\u{85}',
        '_' => '\u{A0}',
        'L' => '\u{2028}',
        'P' => '\u{2029}',
        'x' => return Some((char::from_u32(hex(rest, 1, 2)?)?, 3)),
        'U' => return Some((char::from_u32(hex(rest, 1, 8)?)?, 9)),
        'u' => {
            let high = hex(rest, 1, 4)?;
            if !(0xD800..0xDC00).contains(&high) {
                return Some((char::from_u32(high)?, 5));
            }
            let low = hex(rest.get(5..)?.strip_prefix("\\u")?, 0, 4)?;
            let low = low.checked_sub(0xDC00).filter(|low| *low < 0x400)?;
            let code = 0x10000 + ((high - 0xD800) << 10) + low;
            return Some((char::from_u32(code)?, 11));
        }
        _ => return None,
    };
    Some((simple, 1))
}

fn hex(text: &str, from: usize, len: usize) -> Option<u32> {
    let digits = text.get(from..from + len)?;
    // Rust would take a sign here.
    if !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
        return None;
    }
    u32::from_str_radix(digits, 16).ok()
}

/// Folds a line break: what stands before it loses trailing white space, and one break
/// becomes a space, several become one less. Gives the start of the next text.
fn fold(text: &str, from: usize, line_feed: usize, end: usize, out: &mut impl Pieces) -> usize {
    let line = &text.as_bytes()[from..line_feed];
    let blank = |b: &&u8| matches!(b, b' ' | b'\t' | b'\r');
    let kept = line_feed - line.iter().rev().take_while(blank).count();
    same(out, from..kept);
    empty_lines(text, line_feed + 1, end, |breaks, next| {
        let content = if breaks == 0 {
            " "
        } else {
            &"\n".repeat(breaks)
        };
        out.made(content, kept..next);
    })
}

/// Skips empty lines and the white space before the next text; tells how many they were.
fn empty_lines(text: &str, from: usize, end: usize, tell: impl FnOnce(usize, usize)) -> usize {
    let mut breaks = 0;
    let mut at = from;
    while let Some(b' ' | b'\t' | b'\r' | b'\n') = text.as_bytes().get(at).filter(|_| at < end) {
        breaks += usize::from(text.as_bytes()[at] == b'\n');
        at += 1;
    }
    tell(breaks, at);
    at
}

/// What happens to the line breaks at the end of a block scalar.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Chomp {
    /// One is kept.
    Clip,
    /// None is kept.
    Strip,
    /// All are kept.
    Keep,
}

/// How a block scalar is to be read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Block {
    pub(crate) folded: bool,
    pub(crate) chomp: Chomp,
    /// How many spaces stand before each line.
    pub(crate) indent: usize,
}

/// The lines of a block scalar, from the first byte behind its header to the end of the text
/// or any later byte: reading stops at `end`.
pub(crate) fn block(text: &str, span: Range<usize>, style: Block, out: &mut impl Pieces) {
    let bytes = text.as_bytes();
    let mut at = span.start;
    // The break behind the last line of text, and those of the empty lines that follow.
    let mut text_break: Option<Range<usize>> = None;
    let mut empty_breaks: Vec<Range<usize>> = Vec::new();
    let mut was_indented = false;
    while at < span.end {
        let line_feed = memchr::memchr(b'\n', &bytes[at..span.end]).map(|len| at + len);
        let next = line_feed.map_or(span.end, |found| found + 1);
        let mut line_end = line_feed.unwrap_or(span.end);
        if line_feed.is_some() && line_end > at && bytes[line_end - 1] == b'\r' {
            line_end -= 1;
        }
        let spaces = bytes[at..line_end].iter().take_while(|b| **b == b' ');
        let start = at + spaces.count().min(style.indent);
        if start == line_end {
            if line_feed.is_some() {
                empty_breaks.push(line_end..next);
            }
            at = next;
            continue;
        }
        let is_indented = matches!(bytes[start], b' ' | b'\t');
        if let Some(text_break) = text_break.take() {
            if !style.folded || was_indented || is_indented {
                line_break(out, text, text_break);
            } else if empty_breaks.is_empty() {
                out.made(" ", text_break.start..start);
            }
        }
        for range in empty_breaks.drain(..) {
            line_break(out, text, range);
        }
        same(out, start..line_end);
        was_indented = is_indented;
        text_break = line_feed.map(|_| line_end..next);
        at = next;
    }
    if style.chomp != Chomp::Strip
        && let Some(range) = text_break
    {
        line_break(out, text, range);
    }
    if style.chomp == Chomp::Keep {
        for range in empty_breaks {
            line_break(out, text, range);
        }
    }
}

fn line_break(out: &mut impl Pieces, text: &str, range: Range<usize>) {
    if range.len() == 1 && text.as_bytes()[range.start] == b'\n' {
        out.same(range);
    } else {
        out.made("\n", range);
    }
}

fn same(out: &mut impl Pieces, range: Range<usize>) {
    if !range.is_empty() {
        out.same(range);
    }
}

fn find(text: &str, range: Range<usize>, needles: &[u8]) -> Option<usize> {
    let start = range.start;
    let bytes = text.as_bytes().get(range)?;
    let found = match needles {
        [one] => memchr::memchr(*one, bytes),
        [one, two] => memchr::memchr2(*one, *two, bytes),
        _ => None,
    };
    found.map(|len| start + len)
}
