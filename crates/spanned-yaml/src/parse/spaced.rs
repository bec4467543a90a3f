//! Text that YAML forbids for want of a space, and that Go's readers take, and so kustomize and
//! the API server:
//!
//! - lines between quotes that are indented less than their key: many generated
//!   CustomResourceDefinitions rely on it;
//! - a comment right behind a quote or a bracket;
//! - an alias that is a key, with its colon right behind it: YAML's names may hold colons, Go's
//!   may not.
//!
//! The strict parser is given the text with the spaces, which change no content, and its offsets
//! are mapped back.

use std::borrow::Cow;

use granit_parser::{ErrorKind, Event, Options, Parser, ScanError};

/// How many places are fixed. Each takes one more reading of the text, but for aliases; the fast
/// parser knows no such limit.
const MAX_READINGS: usize = 64;

/// How many bytes may be read for that, but for the first places.
const MAX_READ: usize = 64 << 20;
const FIRST_READINGS: usize = 2;

/// In longer lines no quote is looked for.
const MAX_LINE: usize = 8 << 10;

/// How many times its length a text may grow.
const MAX_GROWTH: usize = 4;

/// A text with some spaces more.
pub(super) struct Spaced<'a> {
    /// What the parser reads.
    pub(super) text: Cow<'a, str>,
    source: &'a str,
    /// Where spaces were inserted, in order.
    spaces: Vec<Spaces>,
}

/// Spaces before an offset in the source.
#[derive(Clone, Copy)]
struct Spaces {
    at: usize,
    width: usize,
    /// How many were inserted further up.
    before: usize,
}

/// Where spaces are missing: offsets in what was read.
enum Missing {
    /// Before the line between quotes that is refused here, and before those behind it.
    Quoted(usize),
    /// One before each of these.
    One(Vec<usize>),
}

/// Inserts the spaces that the parser misses.
pub(super) fn insert_missing<'a>(source: &'a str, options: &Options) -> Spaced<'a> {
    let mut spaced = Spaced {
        text: Cow::Borrowed(source),
        source,
        spaces: Vec::new(),
    };
    let readings = (MAX_READ / source.len().max(1)).clamp(FIRST_READINGS, MAX_READINGS);
    let mut deepest = None;
    for _ in 0..readings {
        let added = match missing(&spaced.text, options) {
            None => break,
            Some(Missing::One(all)) => all
                .into_iter()
                .map(|at| (spaced.source_offset(at), 1))
                .collect(),
            Some(Missing::Quoted(at)) => {
                let width = *deepest.get_or_insert_with(|| deepest_indentation(source) + 1);
                let lines = lines_to_quote(source, spaced.source_offset(at));
                lines.into_iter().map(|line| (line, width)).collect()
            }
        };
        if !spaced.insert(added) {
            break;
        }
    }
    spaced
}

impl Spaced<'_> {
    /// The offset in the source of an offset in the text.
    pub(super) fn source_offset(&self, offset: usize) -> usize {
        // How many places have all of their spaces before the offset.
        let is_before = |it: &Spaces| it.at + it.before + it.width <= offset;
        let passed = self.spaces.partition_point(is_before);
        let last = passed.checked_sub(1).map(|at| self.spaces[at]);
        let offset = offset - last.map_or(0, |last| last.before + last.width);
        // Inside inserted spaces it is the place that they stand before.
        let next = self.spaces.get(passed);
        next.map_or(offset, |next| offset.min(next.at))
    }

    /// Inserts so many spaces before each of these offsets in the source, if there are none yet.
    /// `false` if nothing is left to insert.
    fn insert(&mut self, mut added: Vec<(usize, usize)>) -> bool {
        let has = |at: usize| self.spaces.binary_search_by_key(&at, |it| it.at).is_ok();
        added.retain(|(at, _)| !has(*at));
        if added.is_empty() {
            return false;
        }
        let mut spaces = self.spaces.clone();
        let added = added.into_iter();
        spaces.extend(added.map(|(at, width)| Spaces {
            at,
            width,
            before: 0,
        }));
        spaces.sort_unstable_by_key(|it| it.at);
        let mut total: usize = 0;
        for it in &mut spaces {
            it.before = total;
            total = total.saturating_add(it.width);
        }
        if total > self.source.len().saturating_mul(MAX_GROWTH) {
            return false;
        }
        let mut text = String::with_capacity(self.source.len() + total);
        let mut from = 0;
        for it in &spaces {
            text.push_str(&self.source[from..it.at]);
            text.extend(std::iter::repeat_n(' ', it.width));
            from = it.at;
        }
        text.push_str(&self.source[from..]);
        self.text = Cow::Owned(text);
        self.spaces = spaces;
        true
    }
}

/// Where the parser first misses spaces.
fn missing(text: &str, options: &Options) -> Option<Missing> {
    let mut colons = Vec::new();
    let mut events = Parser::new_from_str_with_options(text, options.clone());
    let fault = events.find_map(|event| match event {
        Ok((Event::Alias(_) | Event::UnresolvedAlias(_), span)) => {
            let start = span.byte_range().map(|range| range.start);
            colons.extend(start.and_then(|start| colon_of_alias(text, start)));
            None
        }
        Ok(_) => None,
        Err(fault) => Some(fault),
    });
    let at = fault
        .as_ref()
        .and_then(|fault| fault.marker().byte_offset());
    // Between quotes, what looks like an alias is text.
    let is_quoted = |fault: &ScanError| *fault.kind() == ErrorKind::InvalidQuotedScalarIndent;
    let outside = at.filter(|_| !fault.as_ref().is_some_and(is_quoted));
    colons.extend(outside.and_then(|at| colon_of_alias(text, at)));
    if !colons.is_empty() {
        return Some(Missing::One(colons));
    }
    let at = at?;
    match fault?.kind() {
        ErrorKind::InvalidQuotedScalarIndent => Some(Missing::Quoted(at)),
        ErrorKind::CommentNotSeparated if text.as_bytes().get(at) == Some(&b'#') => {
            Some(Missing::One(vec![at]))
        }
        _ => None,
    }
}

/// The colon right behind an alias that stands here, if it makes the alias a key.
fn colon_of_alias(text: &str, at: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let name = bytes.get(at..)?.strip_prefix(b"*")?;
    let is_in_name = |b: &u8| b.is_ascii_alphanumeric() || b"_-".contains(b);
    let length = name.iter().position(|b| !is_in_name(b))?;
    let (colon, behind) = (name[length], name.get(length + 1));
    let is_key = length > 0 && colon == b':' && behind.is_none_or(|b| b" \t\r\n".contains(b));
    is_key.then_some(at + 1 + length)
}

/// The starts of the line at `at` and of those behind it up to the closing quote.
fn lines_to_quote(source: &str, at: usize) -> Vec<usize> {
    let bytes = source.as_bytes();
    let mut lines = Vec::new();
    let Some(quote) = opening_quote(bytes, at) else {
        return lines;
    };
    let before = bytes[..at].iter().rposition(|b| *b == b'\n');
    let mut line = before.map_or(0, |n| n + 1);
    let mut next = at;
    while let Some(byte) = bytes.get(next) {
        if *byte == b'\n' || *byte == quote {
            if bytes[line..].starts_with(b"---") || bytes[line..].starts_with(b"...") {
                break;
            }
            lines.push(line);
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
    lines
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

/// The largest indentation of any line, which the marks of items are part of.
fn deepest_indentation(text: &str) -> usize {
    let indentation = |line: &str| {
        let mut rest = line.trim_start_matches(' ');
        while let Some(inner) = ["- ", "? "].iter().find_map(|mark| rest.strip_prefix(mark)) {
            rest = inner.trim_start_matches(' ');
        }
        line.len() - rest.len()
    };
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
        check("a: 'one\n*two: three'\n", &["one *two: three"]);
        for line in ["two", "%two"] {
            let text = format!("- - a: 'one\n{line}'\n");
            let full = super::super::parse_full(text.as_str().into());
            assert_eq!(full.errors(), [], "{text}");
            assert_eq!(Some(full), super::super::parse_fast(text.into()));
        }
    }

    #[test]
    fn reads_comments_right_behind_a_value() {
        let tree = Tree::parse("a: ['x',# why\n  y]# what\nb: 'd'#\n");
        assert_eq!(tree.errors(), []);
        let comments: Vec<&str> = tree
            .comments()
            .iter()
            .map(|it| &tree.text()[it.range()])
            .collect();
        assert_eq!(comments, ["# why", "# what", "#"]);
    }

    #[test]
    fn reads_aliases_as_keys() {
        let text = "a: &x b\n*x: c\nd: {*x: e}\n*x : f\n";
        let tree = Tree::parse(text);
        assert_eq!(tree.errors(), []);
        let root = tree.documents().next().expect("one document");
        let keys: Vec<_> = tree
            .entries(root)
            .map(|(key, value)| {
                let text = |id| &tree.text()[tree.span(id).range()];
                (text(key), text(value))
            })
            .collect();
        assert_eq!(
            keys,
            [("a", "b"), ("*x", "c"), ("d", "{*x: e}"), ("*x", "f")]
        );
        // It is not told apart from a name that ends with a colon, which Go's readers refuse.
        assert!(!Tree::parse("a: &x: b\nc: *x:\n").errors().is_empty());
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
