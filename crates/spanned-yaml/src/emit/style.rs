//! How a scalar is written, and the page it is written on.

use super::{STEP, WIDTH};
use crate::scalar;

/// The style that a scalar gets if its characters allow it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Wish {
    Plain,
    DoubleQuoted,
    Literal,
}

impl Wish {
    /// What suits a string: quotes where it would be read as something else without.
    pub(super) fn of(text: &str) -> Self {
        if text.contains('\n') {
            Self::Literal
        } else if scalar::is_plain_string(text) {
            Self::Plain
        } else {
            Self::DoubleQuoted
        }
    }
}

/// What the characters of a scalar allow.
#[derive(Debug)]
pub(crate) struct Allowed {
    pub(crate) plain: bool,
    pub(crate) single_quoted: bool,
    pub(crate) block: bool,
}

impl Allowed {
    pub(crate) fn by(text: &str) -> Self {
        let mut indicators = text.starts_with("---") || text.starts_with("...");
        let (mut breaks, mut special) = (false, false);
        let (mut break_space, mut space_break) = (false, false);
        let mut before = None;
        let mut chars = text.chars().peekable();
        while let Some(c) = chars.next() {
            let ends_word = chars.peek().is_none_or(|next| is_blank(*next));
            indicators |= match before {
                None => match c {
                    '#' | ',' | '[' | ']' | '{' | '}' | '&' | '*' | '!' | '|' | '>' | '\''
                    | '"' | '%' | '@' | '`' => true,
                    '?' | ':' | '-' => ends_word,
                    _ => false,
                },
                Some(previous) => match c {
                    ':' => ends_word,
                    '#' => is_blank(previous) || is_break(previous) || previous == '\0',
                    _ => false,
                },
            };
            special |= !is_printable(c);
            breaks |= is_break(c);
            break_space |= c == ' ' && before.is_some_and(is_break);
            space_break |= is_break(c) && before == Some(' ');
            before = Some(c);
        }
        let loose = |c: char| c == ' ' || is_break(c);
        let edges = text.starts_with(loose) || text.ends_with(loose);
        let torn = space_break || special;
        Self {
            plain: !(indicators || breaks || edges || torn),
            single_quoted: !(break_space || torn),
            block: !(text.is_empty() || text.ends_with(' ') || torn),
        }
    }
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
        while self.column < indent {
            self.put(' ');
        }
        self.after_space = true;
        self.only_indention = true;
    }

    /// Writes punctuation: `apart` from what stands before it, being white space itself
    /// (`space`), or part of the indentation (`indention`).
    pub(super) fn indicator(&mut self, mark: &str, apart: bool, space: bool, indention: bool) {
        if apart && !self.after_space {
            self.put(' ');
        }
        self.put_all(mark);
        self.after_space = space;
        self.only_indention &= indention;
    }

    /// Writes a scalar. A `simple_key` stays on one line.
    pub(super) fn scalar(&mut self, text: &str, wish: Wish, simple_key: bool) {
        // What goes before it is one space at most.
        self.scalar_start = self.out.len() + usize::from(!self.after_space);
        if wish == Wish::Plain && is_word(text) {
            if !self.after_space {
                self.put(' ');
            }
            self.out.push_str(text);
            self.column += text.len();
            self.after_space = false;
            self.only_indention = false;
            return;
        }
        let outer = self.indent;
        self.indent = Some(outer.map_or(STEP, |column| column + STEP));
        let mut allowed = Allowed::by(text);
        if self.tabs_in_blocks && text.contains('\t') {
            allowed.block = Allowed::by(&text.replace('\t', "-")).block;
        }
        match wish {
            Wish::Plain if allowed.plain => self.plain(text, simple_key),
            Wish::Plain if allowed.single_quoted => self.single_quoted(text, simple_key),
            Wish::Literal if allowed.block && !simple_key => self.literal(text),
            _ => self.double_quoted(text, simple_key),
        }
        self.indent = outer;
    }

    fn plain(&mut self, text: &str, one_line: bool) {
        if !self.after_space {
            self.put(' ');
        }
        // Short text is the rule, and nothing in it can be folded.
        if self.column + text.len() <= self.width {
            self.put_all(text);
        } else {
            let mut after_space = false;
            let mut chars = text.chars().peekable();
            while let Some(c) = chars.next() {
                let lone = c == ' ' && !after_space && chars.peek() != Some(&' ');
                if lone && !one_line && self.column > self.width {
                    self.reach_indent();
                } else {
                    self.put(c);
                }
                after_space = c == ' ';
            }
        }
        self.after_space = false;
        self.only_indention = false;
    }

    fn single_quoted(&mut self, text: &str, one_line: bool) {
        self.indicator("'", true, false, false);
        let (mut after_space, mut after_break) = (false, false);
        let mut chars = text.char_indices().peekable();
        while let Some((at, c)) = chars.next() {
            let next = chars.peek().map(|(_, c)| *c);
            if c == ' ' {
                let inner = at > 0 && next.is_some();
                let lone = inner && !after_space && next != Some(' ');
                if lone && !one_line && self.column > self.width {
                    self.reach_indent();
                } else {
                    self.put(c);
                }
                after_space = true;
            } else if is_break(c) {
                self.put_break(c);
                after_break = true;
            } else {
                if after_break {
                    self.reach_indent();
                }
                if c == '\'' {
                    self.put('\'');
                }
                self.put(c);
                self.only_indention = false;
                (after_space, after_break) = (false, false);
            }
        }
        self.indicator("'", false, false, false);
    }

    fn double_quoted(&mut self, text: &str, one_line: bool) {
        self.indicator("\"", true, false, false);
        // A byte order mark at the start makes go-yaml escape every character.
        let all = text.starts_with('\u{FEFF}');
        let mut after_space = false;
        let mut chars = text.char_indices().peekable();
        while let Some((at, c)) = chars.next() {
            if all || c == '"' || c == '\\' || is_break(c) || !is_printable(c) {
                self.escaped(c);
                after_space = false;
            } else if c == ' ' {
                let next = chars.peek().map(|(_, c)| *c);
                let inner = at > 0 && next.is_some();
                if inner && !after_space && !one_line && self.column > self.width {
                    self.reach_indent();
                    // Leading spaces of a folded line are lost without this.
                    if next == Some(' ') {
                        self.put('\\');
                    }
                } else {
                    self.put(c);
                }
                after_space = true;
            } else {
                self.put(c);
                after_space = false;
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
        let mut after_break = true;
        for c in text.chars() {
            if is_break(c) {
                self.put_break(c);
                after_break = true;
            } else {
                if after_break {
                    self.reach_indent();
                }
                self.put(c);
                self.only_indention = false;
                after_break = false;
            }
        }
    }

    fn put_break(&mut self, c: char) {
        self.out.push(c);
        self.column = 0;
        self.only_indention = true;
    }

    fn line_break(&mut self) {
        self.out.push('\n');
        self.column = 0;
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

/// Whether a text is a word of which nothing can be folded or read as punctuation, as most are.
fn is_word(text: &str) -> bool {
    let is_plain = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b'/');
    let bytes = text.as_bytes();
    bytes.first().is_some_and(u8::is_ascii_alphanumeric) && bytes.iter().all(is_plain)
}

fn is_blank(c: char) -> bool {
    c == ' ' || c == '\t'
}

/// Whether YAML 1.1 ends a line here.
pub(super) fn is_break(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// Whether a character stands for itself; those outside the basic plane, such as emoji, do
/// not.
fn is_printable(c: char) -> bool {
    matches!(c, '\n' | ' '..='~' | '\u{A0}'..='\u{FFFD}') && c != '\u{FEFF}'
}
