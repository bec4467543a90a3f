//! Places that the events do not tell: of values that are not written, and of block scalars'
//! headers.

use super::build::Builder;
use crate::Span;
use crate::block_scalar::Layout;
use crate::content::Collect;

/// Where a document without `---` starts: behind the marker that ended the one before.
pub(super) fn implicit_start(text: &str, first_node: u32) -> u32 {
    let before = &text[..first_node as usize];
    let begins_line = |at: &usize| {
        let line = &before[..*at];
        line.is_empty() || line.ends_with(['\n', '\r', '\u{FEFF}'])
    };
    let mut markers = before.rmatch_indices("...").map(|(at, _)| at);
    markers.find(begins_line).map_or(0, |at| at as u32 + 3)
}

/// Where a scalar that is not written would stand: behind its indicator and so many properties.
pub(super) fn absent(text: &str, builder: &Builder<'_>, properties: usize) -> u32 {
    let mut cursor = Cursor {
        text,
        at: builder.end as usize,
    };
    let mut end = cursor.at;
    let mut marked = false;
    cursor.skip_trivia();
    let indicators: &[u8] = match builder.at_key() {
        Some(true) if builder.in_flow() => b",?",
        Some(true) => b"?",
        Some(false) => b":",
        None if builder.in_flow() => b",",
        None => b"-",
    };
    while let Some(b) = cursor.peek().filter(|b| indicators.contains(b)) {
        let is_other = b != b',' && !cursor.is_indicator(builder.in_flow());
        if is_other || b == b':' && is_of_outer(text, builder, cursor.at) {
            break;
        }
        cursor.at += 1;
        end = cursor.at;
        cursor.skip_trivia();
        if b != b',' {
            marked = true;
            break;
        }
    }
    for _ in 0..properties {
        cursor.skip_trivia();
        cursor.skip_word();
        end = cursor.at;
    }
    if properties == 0 && !marked && builder.at_key() == Some(true) && cursor.peek() == Some(b':') {
        end = cursor.at;
    }
    end as u32
}

/// Whether a colon that begins its line is that of a mapping further out: after `?`, the colon
/// stands in the column of its mapping or is missing.
fn is_of_outer(text: &str, builder: &Builder<'_>, colon: usize) -> bool {
    let Some(map) = builder.open_block() else {
        return false;
    };
    let line_before = |at: usize| {
        let line = text[..at].rfind(['\n', '\r']).map_or(0, |end| end + 1);
        text[line..at].trim_start_matches('\u{FEFF}')
    };
    let (before_map, before) = (line_before(map as usize), line_before(colon));
    before.bytes().all(|b| b == b' ') && before.len() < before_map.len()
}

/// The bytes of a block scalar, from its header to the end of its last line, and its content,
/// given both as the parser tells them and the end of the node before. The parser adds a line
/// break at the end of the file, which Kubernetes' readers do not.
pub(super) fn block_scalar(text: &str, before: u32, lines: Span, content: &str) -> (Span, String) {
    let mut cursor = Cursor {
        text,
        at: before as usize,
    };
    loop {
        cursor.skip_trivia();
        match cursor.peek() {
            Some(b'|' | b'>') | None => break,
            Some(b'&' | b'!') => cursor.skip_word(),
            Some(_) => cursor.at += 1,
        }
    }
    let header = cursor.at.min(lines.start as usize);
    let layout = Layout::of(text, header, lines.end as usize, content);
    let mut collect = Collect {
        text,
        content: String::new(),
    };
    layout.read(text, &mut collect);
    let is_same = collect.content.trim_end_matches('\n') == content.trim_end_matches('\n');
    if !is_same {
        // Lines that end with a carriage return only.
        return (Span::new(header as u32, lines.end), content.to_owned());
    }
    let span = Span::new(header as u32, layout.end(text) as u32);
    (span, collect.content)
}

/// Where a block sequence starts that is a key or its value. The parser tells the place of its
/// first item's content, if the sequence stands in the column of its key.
pub(super) fn block_sequence(text: &str, before: u32) -> u32 {
    let mut cursor = Cursor {
        text,
        at: before as usize,
    };
    loop {
        cursor.skip_trivia();
        match cursor.peek() {
            Some(b'&' | b'!') => cursor.skip_word(),
            Some(b':' | b'?') => cursor.at += 1,
            _ => break,
        }
    }
    cursor.at as u32
}

struct Cursor<'a> {
    text: &'a str,
    at: usize,
}

impl Cursor<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// White space, line breaks, comments, and the byte order marks of documents.
    fn skip_trivia(&mut self) {
        while let Some(b) = self.peek() {
            match b {
                b' ' | b'\t' | b'\r' | b'\n' => self.at += 1,
                0xEF if self.text[self.at..].starts_with('\u{FEFF}') => self.at += 3,
                // Where a token may begin, it begins a comment, behind a quote or bracket, too.
                b'#' => {
                    let rest = &self.text.as_bytes()[self.at..];
                    self.at += memchr::memchr2(b'\n', b'\r', rest).unwrap_or(rest.len());
                }
                _ => break,
            }
        }
    }

    /// Whether `:`, `?` or `-` stands alone and does not begin a plain scalar.
    fn is_indicator(&self, in_flow: bool) -> bool {
        match self.text.as_bytes().get(self.at + 1) {
            None | Some(b' ' | b'\t' | b'\r' | b'\n') => true,
            Some(b',' | b'[' | b']' | b'{' | b'}') => in_flow,
            Some(_) => false,
        }
    }

    /// An anchor or a tag. In flow collections a comma or bracket ends it, too.
    fn skip_word(&mut self) {
        let verbatim = self.text[self.at..].starts_with("!<");
        while let Some(b) = self.peek() {
            match b {
                b' ' | b'\t' | b'\r' | b'\n' => break,
                b',' | b'[' | b']' | b'{' | b'}' if !verbatim => break,
                _ => self.at += 1,
            }
        }
    }
}
