//! The page that scalars and punctuation are written on.

use std::ops::Range;

use super::allowed::{Allowed, Wish, is_break, is_printable};
use super::{STEP, WIDTH};

/// Where the lines of a scalar may be folded.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Folds {
    Nowhere,
    /// At single spaces.
    BetweenWords,
    /// At the first of several spaces, too.
    BeforeSpaces,
}

/// The text written so far, and where it ends.
#[derive(Debug)]
pub(super) struct Ink {
    pub(super) out: String,
    /// Where the scalar begins that was written last.
    pub(super) scalar_start: usize,
    /// Lines are folded behind this column.
    pub(super) width: usize,
    /// Whether block scalars may hold tabs.
    pub(super) tabs_in_blocks: bool,
    /// How many characters stand on the current line.
    column: usize,
    /// The indentation of the open collection; none outside of all.
    pub(super) indent: Option<usize>,
    /// Whether the last thing written was white space.
    after_space: bool,
    /// Whether the line holds nothing but indentation and the dashes of sequences.
    pub(super) only_indention: bool,
}

impl Default for Ink {
    fn default() -> Self {
        Self {
            out: String::new(),
            scalar_start: 0,
            width: WIDTH,
            tabs_in_blocks: false,
            column: 0,
            indent: None,
            after_space: true,
            only_indention: true,
        }
    }
}

impl Ink {
    /// Nothing yet, with room for so many bytes.
    pub(super) fn with_capacity(bytes: usize) -> Self {
        Self {
            out: String::with_capacity(bytes),
            ..Self::default()
        }
    }

    /// Goes to the column of the current indentation, on a new line if need be.
    pub(super) fn reach_indent(&mut self) {
        let indent = self.indent.unwrap_or(0);
        let beyond = self.column > indent || (self.column == indent && !self.after_space);
        if !self.only_indention || beyond {
            self.line_break();
        }
        self.pad(indent);
        self.after_space = true;
        self.only_indention = true;
    }

    /// Writes ASCII punctuation: `apart` from what stands before it, being white space itself
    /// (`space`), or part of the indentation (`indention`).
    pub(super) fn indicator(&mut self, mark: &str, apart: bool, space: bool, indention: bool) {
        if apart && !self.after_space {
            self.put(' ');
        }
        self.out.push_str(mark);
        self.column += mark.len();
        self.after_space = space;
        self.only_indention &= indention;
    }

    /// Writes a scalar. A `simple_key` stays on one line.
    pub(super) fn scalar(&mut self, text: &str, wish: Wish, simple_key: bool) {
        // What goes before it is one space at most.
        self.scalar_start = self.out.len() + usize::from(!self.after_space);
        if wish == Wish::Word {
            return self.word(text);
        }
        let outer = self.indent;
        self.indent = Some(outer.map_or(STEP, |column| column + STEP));
        let folds = |folds| if simple_key { Folds::Nowhere } else { folds };
        let allowed = match wish {
            Wish::Plain | Wish::Literal => self.allowed(text),
            _ => Allowed::default(),
        };
        match wish {
            Wish::Plain if allowed.plain => self.plain(text, folds(Folds::BetweenWords)),
            Wish::Plain if allowed.single_quoted => {
                self.single_quoted(text, folds(Folds::BetweenWords));
            }
            Wish::Literal if allowed.block && !simple_key => self.literal(text),
            _ => self.double_quoted(text, folds(Folds::BeforeSpaces)),
        }
        self.indent = outer;
    }

    fn allowed(&self, text: &str) -> Allowed {
        let mut allowed = Allowed::by(text);
        if self.tabs_in_blocks && text.contains('\t') {
            allowed.block = Allowed::by(&text.replace('\t', "-")).block;
        }
        allowed
    }

    /// Writes plain ASCII text that is never folded.
    fn word(&mut self, text: &str) {
        if !self.after_space {
            self.put(' ');
        }
        self.out.push_str(text);
        self.column += text.len();
        self.after_space = false;
        self.only_indention = false;
    }

    fn plain(&mut self, text: &str, folds: Folds) {
        if !self.after_space {
            self.put(' ');
        }
        self.words(text, 0..text.len(), folds);
        self.after_space = false;
        self.only_indention = false;
    }

    fn single_quoted(&mut self, text: &str, folds: Folds) {
        self.indicator("'", true, false, false);
        let mut at = 0;
        while at < text.len() {
            let end = find_break(text, at);
            if end > at {
                // The first line's text stands behind the quote.
                if at > 0 {
                    self.reach_indent();
                }
                self.only_indention = false;
                let quotes = memchr::memchr_iter(b'\'', &text.as_bytes()[at..end]);
                let mut from = at;
                for quote in quotes.map(|quote| at + quote) {
                    self.words(text, from..quote, folds);
                    self.put_all("''");
                    from = quote + 1;
                }
                self.words(text, from..end, folds);
            }
            at = self.copy_break(text, end);
        }
        self.indicator("'", false, false, false);
    }

    fn double_quoted(&mut self, text: &str, folds: Folds) {
        self.indicator("\"", true, false, false);
        // A byte order mark at the start makes go-yaml escape every character.
        let all = text.starts_with('\u{FEFF}');
        let mut at = 0;
        while at < text.len() {
            let end = if all { at } else { find_escaped(text, at) };
            self.words(text, at..end, folds);
            at = end;
            if let Some(c) = text[end..].chars().next() {
                self.escaped(c);
                at += c.len_utf8();
            }
        }
        self.indicator("\"", false, false, false);
    }

    fn escaped(&mut self, c: char) {
        let short = match c {
            '\0' => '0',
            '\x07' => 'a',
            '\x08' => 'b',
            '\t' => 't',
            '\n' => 'n',
            '\x0B' => 'v',
            '\x0C' => 'f',
            '\r' => 'r',
            '\x1B' => 'e',
            '"' => '"',
            '\\' => '\\',
            '\u{85}' => 'N',
            '\u{A0}' => '_',
            '\u{2028}' => 'L',
            '\u{2029}' => 'P',
            _ => {
                let code = u32::from(c);
                self.put_all(&match code {
                    0..=0xFF => format!("\\x{code:02X}"),
                    0x100..=0xFFFF => format!("\\u{code:04X}"),
                    _ => format!("\\U{code:08X}"),
                });
                return;
            }
        };
        self.put('\\');
        self.put(short);
    }

    fn literal(&mut self, text: &str) {
        self.indicator("|", true, false, false);
        if text.starts_with(|c| c == ' ' || is_break(c)) {
            self.indicator("2", false, false, false);
        }
        let mut back = text.chars().rev();
        match (back.next().is_some_and(is_break), back.next()) {
            (false, _) => self.indicator("-", false, false, false),
            (true, None) => self.indicator("+", false, false, false),
            (true, Some(c)) if is_break(c) => self.indicator("+", false, false, false),
            (true, Some(_)) => {}
        }
        self.line_break();
        self.only_indention = true;
        self.after_space = true;
        let mut at = 0;
        while at < text.len() {
            let end = find_break(text, at);
            if end > at {
                self.reach_indent();
                self.put_all(&text[at..end]);
                self.only_indention = false;
            }
            at = self.copy_break(text, end);
        }
    }

    /// Writes a part of a text that holds nothing to escape, on as many lines as it takes.
    fn words(&mut self, text: &str, part: Range<usize>, folds: Folds) {
        let mut at = part.start;
        while let Some(space) = self.find_fold(text, at..part.end, folds) {
            self.put_all(&text[at..space]);
            self.reach_indent();
            at = space + 1;
            // Leading spaces of a folded line are lost without this.
            if text.as_bytes().get(at) == Some(&b' ') {
                self.put('\\');
            }
        }
        self.put_all(&text[at..part.end]);
    }

    /// The first space in a part of a text behind the line's width at which it may be folded.
    fn find_fold(&self, text: &str, part: Range<usize>, folds: Folds) -> Option<usize> {
        if folds == Folds::Nowhere {
            return None;
        }
        let mut rest = text[part.clone()].chars();
        // Short text is the rule, and nothing in it can be folded.
        if let Some(room) = self.width.checked_sub(self.column) {
            if room >= part.len() {
                return None;
            }
            rest.nth(room);
        }
        let bytes = text.as_bytes();
        let is_space = |at: usize| bytes.get(at) == Some(&b' ');
        let start = part.end - rest.as_str().len();
        let mut spaces = memchr::memchr_iter(b' ', rest.as_str().as_bytes()).map(|at| start + at);
        spaces.find(|at| {
            let is_inner = *at > 0 && *at + 1 < text.len();
            let is_lone = folds == Folds::BeforeSpaces || !is_space(at + 1);
            is_inner && is_lone && !is_space(at - 1)
        })
    }

    /// Writes the break at this place of a text, if one is there, and tells what comes next.
    fn copy_break(&mut self, text: &str, at: usize) -> usize {
        let Some(c) = text[at..].chars().next() else {
            return at;
        };
        self.out.push(c);
        self.column = 0;
        self.only_indention = true;
        at + c.len_utf8()
    }

    fn line_break(&mut self) {
        self.out.push('\n');
        self.column = 0;
    }

    /// Fills the line with spaces up to a column.
    fn pad(&mut self, column: usize) {
        const SPACES: &str = "                                ";
        while self.column < column {
            let spaces = &SPACES[..SPACES.len().min(column - self.column)];
            self.out.push_str(spaces);
            self.column += spaces.len();
        }
    }

    fn put(&mut self, c: char) {
        self.out.push(c);
        self.column += 1;
    }

    fn put_all(&mut self, text: &str) {
        self.out.push_str(text);
        self.column += text.chars().count();
    }
}

/// The first break from `at` on, else the end. In printable text a break is a line feed or one
/// of the two characters that begin with the byte 0xE2.
fn find_break(text: &str, at: usize) -> usize {
    let rest = &text[at..];
    memchr::memchr2_iter(b'\n', 0xE2, rest.as_bytes())
        .find(|found| rest[*found..].starts_with(is_break))
        .map_or(text.len(), |found| at + found)
}

/// The first character from `at` on that double quotes hold only as an escape, else the end.
fn find_escaped(text: &str, at: usize) -> usize {
    let is_escaped = |c: char| matches!(c, '"' | '\\') || is_break(c) || !is_printable(c);
    text[at..]
        .find(is_escaped)
        .map_or(text.len(), |found| at + found)
}
