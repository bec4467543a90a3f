//! A line, looked at to guess what its writer meant.

use crate::Span;

/// One line of a text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line<'a> {
    text: &'a str,
    /// Offset of its first byte.
    pub(super) start: usize,
    /// Offset behind its last byte, without the line break.
    end: usize,
}

impl<'a> Line<'a> {
    /// The line on which a byte stands.
    pub(super) fn at(text: &'a str, at: usize) -> Self {
        let bytes = text.as_bytes();
        let at = at.min(bytes.len());
        let start = memchr::memrchr(b'\n', &bytes[..at]).map_or(0, |found| found + 1);
        let end = memchr::memchr(b'\n', &bytes[at..]).map_or(bytes.len(), |len| at + len);
        let end = start + text[start..end].trim_end_matches('\r').len();
        Self { text, start, end }
    }

    /// The last line before this one that holds more than white space and comments.
    pub(super) fn above(self) -> Option<Self> {
        let mut line = self;
        while let Some(at) = line.start.checked_sub(1) {
            line = Self::at(self.text, at);
            if !line.code().is_empty() {
                return Some(line);
            }
        }
        None
    }

    /// The first of the lines up to this one that are indented alike and have no key.
    pub(super) fn first_without_key(self) -> Self {
        let has_no_key = |line: &Self| {
            let code = line.code();
            line.indent() == self.indent() && !code.contains(": ") && !code.ends_with(':')
        };
        let lines = std::iter::successors(Some(self), |line| line.above().filter(has_no_key));
        lines.last().unwrap_or(self)
    }

    pub(super) fn whole(self) -> &'a str {
        &self.text[self.start..self.end]
    }

    /// How many spaces and tabs stand before the first other character.
    pub(super) fn indent(self) -> usize {
        self.whole().len() - self.whole().trim_start_matches([' ', '\t']).len()
    }

    /// What stands on it, without indentation and comment.
    pub(super) fn code(self) -> &'a str {
        let code = self.whole().trim_start_matches([' ', '\t']);
        if code.starts_with('#') {
            return "";
        }
        let code = code.find(" #").map_or(code, |at| &code[..at]);
        code.trim_end()
    }

    /// The span of the code.
    pub(super) fn span(self) -> Span {
        let start = self.start + self.indent();
        Span::new(start as u32, (start + self.code().len()) as u32)
    }

    /// The first tab of the indentation.
    pub(super) fn tab(self) -> Option<usize> {
        let indent = &self.whole()[..self.indent()];
        indent.find('\t').map(|at| self.start + at)
    }

    /// The code behind the first `: `, with its place.
    pub(super) fn value(self) -> Option<(usize, &'a str)> {
        let at = self.code().find(": ")? + 2;
        let value = &self.code()[at..];
        let blank = value.len() - value.trim_start().len();
        let start = self.start + self.indent() + at + blank;
        Some((start, value.trim_start()))
    }

    /// The colon of a key that is written without the space behind it, such as `a:b`.
    pub(super) fn tight_colon(self) -> Option<usize> {
        let code = self.code().trim_start_matches("- ");
        let key = code
            .find(|c: char| !c.is_ascii_alphanumeric() && !"_-./".contains(c))
            .filter(|at| *at > 0)?;
        let rest = code[key..].strip_prefix(':')?;
        let tight = !rest.is_empty() && !rest.starts_with([' ', '/']) && !code.contains(": ");
        tight
            .then(|| self.start + self.whole().len() - self.whole().trim_start().len())
            .map(|start| start + self.code().len() - code.len() + key)
    }

    /// The dash of an item that is written without the space behind it, such as `-a`.
    pub(super) fn tight_dash(self) -> Option<usize> {
        let rest = self.code().strip_prefix('-')?;
        let tight = rest.starts_with(|c: char| c.is_alphanumeric() || c == '"' || c == '\'');
        tight.then_some(self.start + self.indent())
    }
}
