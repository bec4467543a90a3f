//! Files of `KEY=value` lines.

use manifest::{Fault, FaultKind, Location, Span};
use spanned_yaml::Tree;

use crate::text::span;

/// From this length on kustomize's reader gives up without a word, so that the rest of the file
/// would be missing.
const MAX_LINE: usize = 64 * 1024;

/// The bytes of a line's key and value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Pair {
    pub(crate) key: Span,
    pub(crate) value: Span,
}

/// What is wrong with a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Wrong {
    /// A line is too long; it starts at this offset.
    LongLine(usize),
}

/// The pairs of a file. Only space before a key is dropped; a line without `=` is a key without
/// a value.
pub(crate) fn pairs(text: &str) -> Result<Vec<Pair>, Wrong> {
    let mut pairs = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let body = line.strip_suffix('\n').unwrap_or(line);
        if body.len() >= MAX_LINE {
            return Err(Wrong::LongLine(start));
        }
        let body = body.strip_suffix('\r').unwrap_or(body);
        let content = match start {
            0 => body.strip_prefix('\u{feff}').unwrap_or(body),
            _ => body,
        };
        let content = content.trim_start();
        let at = start + body.len() - content.len();
        start += line.len();
        if content.is_empty() || content.starts_with('#') || content.starts_with('=') {
            continue;
        }
        let end = at + content.len();
        let key_end = content.find('=').map_or(end, |equals| at + equals);
        pairs.push(Pair {
            key: span(at, key_end),
            value: span((key_end + 1).min(end), end),
        });
    }
    Ok(pairs)
}

impl Wrong {
    pub(crate) fn to_fault(&self, path: &camino::Utf8Path, text: &str) -> Fault {
        let Self::LongLine(at) = self;
        let place = span(*at, *at + 1);
        let file = manifest::Source::file(path, Tree::of_spans(text, [place]));
        Fault::new(
            FaultKind::Limit,
            format!("a line has {MAX_LINE} bytes or more"),
        )
        .at_location(Location { file, span: place })
        .help("kustomize would silently drop it and everything after it")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str) -> Vec<(&str, &str)> {
        pairs(text)
            .unwrap()
            .into_iter()
            .map(|pair| (&text[pair.key.range()], &text[pair.value.range()]))
            .collect()
    }

    #[test]
    fn only_leading_space_is_dropped() {
        assert_eq!(
            check("A=1\n  B = x=y \r\n# no\n\nC\nD=\n=lost\n"),
            [("A", "1"), ("B ", " x=y "), ("C", ""), ("D", "")]
        );
    }

    #[test]
    fn quotes_and_a_byte_order_mark() {
        assert_eq!(check("\u{feff}A=\"1\""), [("A", "\"1\"")]);
    }

    #[test]
    fn a_line_that_would_be_lost() {
        let text = format!("A=1\nB={}\nC=3\n", "x".repeat(MAX_LINE));
        assert_eq!(pairs(&text), Err(Wrong::LongLine(4)));
    }
}
