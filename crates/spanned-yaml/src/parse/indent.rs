//! Quoted text whose lines are indented less than its key.
//!
//! YAML forbids that; Go's readers, and so kustomize and the API server, take it, and many
//! generated CustomResourceDefinitions rely on it. The strict parser is given the text with such
//! lines indented deeper, which changes no content, and its offsets are mapped back.

use std::borrow::Cow;

use granit_parser::{ErrorKind, Options, Parser};

/// How many quoted scalars are fixed. Each takes one more reading of the text; the fast parser
/// knows no such limit.
const MAX_SCALARS: usize = 64;

/// How many bytes may be read for that, but for the first scalars.
const MAX_READ: usize = 64 << 20;
const FIRST_SCALARS: usize = 2;

/// In longer lines no quote is looked for.
const MAX_LINE: usize = 8 << 10;

/// How many times its length a text may grow.
const MAX_GROWTH: usize = 4;

/// A text with some lines indented deeper.
pub(super) struct Indented<'a> {
    /// What the parser reads.
    pub(super) text: Cow<'a, str>,
    /// Offsets in the source before which spaces were inserted, in order.
    lines: Vec<usize>,
    /// How many spaces, each time.
    width: usize,
}

/// Indents the lines that the parser refuses for that reason.
pub(super) fn deepen_quoted_lines<'a>(source: &'a str, options: &Options) -> Indented<'a> {
    let mut indented = Indented {
        text: Cow::Borrowed(source),
        lines: Vec::new(),
        width: 0,
    };
    let readings = (MAX_READ / source.len().max(1)).clamp(FIRST_SCALARS, MAX_SCALARS);
    for _ in 0..readings {
        let Some(at) = first_refused(&indented.text, options) else {
            break;
        };
        let at = indented.source_offset(at);
        if indented.width == 0 {
            indented.width = deepest(source) + 1;
        }
        if !indented.add_scalar(source, at) {
            break;
        }
    }
    indented
}

impl Indented<'_> {
    /// The offset in the source of an offset in the text.
    pub(super) fn source_offset(&self, offset: usize) -> usize {
        // How many lines have all of their spaces before the offset.
        let (mut before, mut end) = (0, self.lines.len());
        while before < end {
            let middle = before + (end - before) / 2;
            match self.lines[middle] + (middle + 1) * self.width <= offset {
                true => before = middle + 1,
                false => end = middle,
            }
        }
        let inserted = before * self.width;
        match self.lines.get(before) {
            // Inside inserted spaces it is the line that they stand before.
            Some(line) => (offset - inserted).min(*line),
            None => offset - inserted,
        }
    }

    /// Indents the line at `at` and those behind it up to the closing quote. `false` if nothing
    /// is left to indent.
    fn add_scalar(&mut self, source: &str, at: usize) -> bool {
        let bytes = source.as_bytes();
        let Some(quote) = opening_quote(bytes, at) else {
            return false;
        };
        let mut line = bytes[..at]
            .iter()
            .rposition(|b| *b == b'\n')
            .map_or(0, |n| n + 1);
        let mut added = Vec::new();
        let mut next = at;
        while let Some(byte) = bytes.get(next) {
            if *byte == b'\n' || *byte == quote {
                let is_mark =
                    bytes[line..].starts_with(b"---") || bytes[line..].starts_with(b"...");
                if is_mark {
                    break;
                }
                if self.lines.binary_search(&line).is_err() {
                    added.push(line);
                }
                if *byte == quote {
                    break;
                }
                line = next + 1;
            }
            next += if *byte == b'\\' && quote == b'"' {
                2
            } else {
                1
            };
        }
        let growth = (self.lines.len() + added.len()).saturating_mul(self.width);
        if added.is_empty() || growth > source.len().saturating_mul(MAX_GROWTH) {
            return false;
        }
        self.lines.extend(added);
        self.lines.sort_unstable();
        let mut text = String::with_capacity(source.len() + growth);
        let mut from = 0;
        for line in &self.lines {
            text.push_str(&source[from..*line]);
            text.extend(std::iter::repeat_n(' ', self.width));
            from = *line;
        }
        text.push_str(&source[from..]);
        self.text = Cow::Owned(text);
        true
    }
}

/// Where the parser first refuses a line between quotes.
fn first_refused(text: &str, options: &Options) -> Option<usize> {
    let fault = Parser::new_from_str_with_options(text, options.clone()).find_map(Result::err)?;
    matches!(fault.kind(), ErrorKind::InvalidQuotedScalarIndent)
        .then(|| fault.marker().byte_offset())
        .flatten()
}

/// The quote that opens the text in which a line is refused: the first of its line that stands
/// where a value starts.
fn opening_quote(bytes: &[u8], at: usize) -> Option<u8> {
    let before = &bytes[..at];
    let mut end = before.iter().rposition(|b| *b == b'\n')?;
    loop {
        let start = before[..end]
            .iter()
            .rposition(|b| *b == b'\n')
            .map_or(0, |n| n + 1);
        let line = &before[start..end];
        if line.len() > MAX_LINE {
            return None;
        }
        let opens = |n: &usize| matches!(line[*n], b'"' | b'\'') && starts_value(&line[..*n]);
        if let Some(n) = (0..line.len()).find(opens) {
            return Some(line[n]);
        }
        end = start.checked_sub(1)?;
    }
}

/// Whether a value starts behind the beginning of a line: nothing stands between but its anchor
/// and its tag.
fn starts_value(before: &[u8]) -> bool {
    let mut before = before.trim_ascii_end();
    loop {
        let word = before
            .iter()
            .rposition(|b| *b == b' ')
            .map_or(0, |at| at + 1);
        match before.get(word) {
            Some(b'&' | b'!') => before = before[..word].trim_ascii_end(),
            _ => return before.last().is_none_or(|b| b":-?".contains(b)),
        }
    }
}

/// The largest indentation of any line.
fn deepest(text: &str) -> usize {
    let indentation = |line: &str| line.len() - line.trim_start_matches(' ').len();
    text.lines().map(indentation).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use crate::Tree;

    /// The scalars of a text that both parsers must read alike.
    fn check(text: &str, expect: &[&str]) {
        let full = super::super::parse_full(text.into());
        let fast = super::super::parse_fast(text.into()).expect("the fast parser takes it");
        let scalars = |tree: &Tree| -> Vec<(String, crate::Span)> {
            let root = tree.documents().next().expect("one document");
            let values = tree
                .entries(root)
                .map(|(_, v)| (tree.scalar(v).to_owned(), tree.span(v)));
            values.collect()
        };
        assert_eq!(full.errors(), [], "{text}");
        assert_eq!(scalars(&full), scalars(&fast), "{text}");
        let contents: Vec<String> = scalars(&full).into_iter().map(|(c, _)| c).collect();
        assert_eq!(contents, expect);
    }

    #[test]
    fn reads_lines_that_are_indented_too_little() {
        check("a: 'one\n two'\nb: c\n", &["one two", "c"]);
        check("a: 'one\ntwo\n\n  three'\nb: c\n", &["one two\nthree", "c"]);
        check(
            "a: &x 'one\ntwo'\nb: !!str &y \"c\nd\"\n",
            &["one two", "c d"],
        );
        check(
            "a: \"one\ntwo \\\" more\nend\"\nb: 'x\ny'\n",
            &["one two \" more end", "x y"],
        );
    }

    #[test]
    fn many_lines_take_no_longer_for_each() {
        let lines = "x\n".repeat(200_000);
        let full = super::super::parse_full(format!("a: '{lines}'\nb: c\n").into());
        assert_eq!(full.errors(), []);
        let root = full.documents().next().expect("one document");
        let [_, (_, last)] = full.entries(root).collect::<Vec<_>>()[..] else {
            panic!("two entries");
        };
        assert_eq!(full.position(full.span(last).start).line, 200_002);
        // One deep line would have all others indented as deeply.
        let deep = " ".repeat(10_000);
        let text = format!("a: '{lines}'\nb:\n{deep}- c\n");
        assert!(!super::super::parse_full(text.into()).errors().is_empty());
    }

    #[test]
    fn still_refuses_the_end_of_the_document_between_quotes() {
        let tree = Tree::parse("a: 'one\n---\ntwo'\n");
        assert_eq!(tree.errors().len(), 1);
    }
}
