//! What is wrong, told in words that help to fix it.

mod line;
#[cfg(test)]
mod tests;

use granit_parser::ErrorKind as Kind;

use self::line::Line;
use super::build::MAX_DEPTH;
use crate::{Error, ErrorKind, Span};

/// How far back a bracket or quote that was not closed is looked for, in bytes.
const LOOK_BACK: usize = 4096;

/// The error for collections that nest too deeply.
pub(super) fn too_deep(span: Span) -> Error {
    Error {
        kind: ErrorKind::Limit,
        span,
        message: format!("this is nested more than {MAX_DEPTH} levels deep"),
    }
}

/// The error for a fault that the parser met at a byte.
pub(super) fn fault(text: &str, kind: &Kind, at: usize) -> Error {
    let at = floor_char(text, at);
    if *kind == Kind::RecursionLimitExceeded {
        return too_deep(Span::new(at as u32, at as u32));
    }
    let place = Place {
        text,
        at,
        line: Line::at(text, at),
    };
    let (span, message) = place
        .not_yaml()
        .or_else(|| place.explain(kind))
        .unwrap_or_else(|| (place.rest(), format!("invalid YAML: {kind}")));
    Error {
        kind: ErrorKind::Syntax,
        span,
        message,
    }
}

type Told = (Span, String);

struct Place<'a> {
    text: &'a str,
    at: usize,
    line: Line<'a>,
}

impl Place<'_> {
    /// What is not meant to be YAML.
    fn not_yaml(&self) -> Option<Told> {
        let code = self.line.code();
        if ["<<<<<<<", "=======", ">>>>>>>"]
            .iter()
            .any(|m| code.starts_with(m))
        {
            let message = "unresolved merge conflict: keep one side and remove the markers";
            return Some((self.line.span(), message.to_owned()));
        }
        let lines = [Some(self.line), self.line.above()];
        let template = lines
            .into_iter()
            .flatten()
            .find(|line| line.code().contains("{{"))?;
        let message = "this is a template (`{{`): it is YAML only once it is rendered";
        Some((template.span(), message.to_owned()))
    }

    fn explain(&self, kind: &Kind) -> Option<Told> {
        match kind {
            Kind::TabInBlockIndentation
            | Kind::TabInIndentation
            | Kind::TabNotAllowed
            | Kind::TabAtBlockScalarStart
            | Kind::TabInPlainScalar => self.tab(),
            Kind::UnclosedQuotedScalar
            | Kind::InvalidQuotedScalarIndent
            | Kind::DocumentIndicatorInQuotedScalar => self.open_quote(),
            Kind::InvalidTrailingSingleQuotedScalar => self.tell(
                self.rest(),
                "unexpected text after the closing quote: put the quotes around the whole value, \
                 and write a single quote inside it as `''`",
            ),
            Kind::InvalidTrailingDoubleQuotedScalar => self.tell(
                self.rest(),
                "unexpected text after the closing quote: put the quotes around the whole value, \
                 and write a double quote inside it as `\\\"`",
            ),
            Kind::UnknownQuotedScalarEscape => self.escape(),
            Kind::UnclosedFlowCollection { open } => {
                self.tell(self.char(), format!("this `{open}` is never closed"))
            }
            Kind::MismatchedFlowCollectionEnd { open, close } => {
                self.tell(self.char(), format!("this `{open}` is closed by `{close}`"))
            }
            Kind::MisplacedFlowCollectionEnd => self.tell(
                self.char(),
                "this bracket closes nothing: remove it, or add the one that opens it",
            ),
            Kind::InvalidColonPlacement
            | Kind::ExpectedFlowMappingSeparator
            | Kind::ExpectedFlowSequenceSeparator
            | Kind::UnexpectedEofFlowSequence
            | Kind::UnexpectedEofFlowMapping => self.open_bracket(),
            Kind::MappingValueNotAllowed => self.colon(),
            Kind::SimpleKeyExpected => self.missing_space(self.line).or_else(|| {
                self.tell(
                    self.line.span(),
                    "expected `key: value`; a line that continues the value above must be \
                     indented further than that value's key",
                )
            }),
            Kind::ExpectedBlockMappingKey
            | Kind::ExpectedBlockSequenceEntry
            | Kind::ExpectedDocumentStart
            | Kind::InvalidIndentation => self.misfit(kind),
            Kind::BlockSequenceEntryNotAllowed => self.tell(
                self.rest(),
                "a list cannot start here: put its first `- ` on the next line",
            ),
            Kind::InvalidBlockScalarHeader => self.tell(
                self.rest(),
                "only a number, `+` or `-` can follow `|` or `>`: start the text on the next line",
            ),
            Kind::MissingAnchorOrAliasName => self.tell(
                self.char(),
                "expected an anchor's name after this; if it is text, put quotes around it",
            ),
            Kind::UndeclaredTagHandle | Kind::InvalidTagTerminator => self.tell(
                self.rest(),
                "`!` starts a tag, but this is not a valid one; if it is text, put quotes around it",
            ),
            Kind::UnexpectedCharacter { character } if character.is_control() => self.tell(
                self.char(),
                format!(
                    "the control character U+{:04X} is not allowed in YAML: \
                     write it as an escape in double quotes",
                    u32::from(*character)
                ),
            ),
            _ => self.forbidden_start(),
        }
    }

    fn tell(&self, span: Span, message: impl Into<String>) -> Option<Told> {
        Some((span, message.into()))
    }

    /// The character at the place.
    fn char(&self) -> Span {
        let len = self.text[self.at..]
            .chars()
            .next()
            .map_or(0, char::len_utf8);
        Span::new(self.at as u32, (self.at + len) as u32)
    }

    /// From the place to the end of the line's code.
    fn rest(&self) -> Span {
        let end = self.line.span().end.max(self.at as u32);
        Span::new(self.at as u32, end)
    }

    fn tab(&self) -> Option<Told> {
        let below = memchr::memchr(b'\n', &self.text.as_bytes()[self.at..])
            .map(|len| Line::at(self.text, self.at + len + 1));
        let tab = self.line.tab().or_else(|| below?.tab())?;
        self.tell(
            Span::new(tab as u32, tab as u32 + 1),
            "this line is indented with a tab: YAML allows only spaces",
        )
    }

    fn open_quote(&self) -> Option<Told> {
        let starts_here = self.text[self.at..].starts_with(['"', '\'']);
        let before = &self.text[self.look_back()..self.at];
        let quote = if starts_here {
            self.at
        } else {
            let outside = |before: Option<char>| before.is_none_or(|c| " \t\n[{,".contains(c));
            let open = before.char_indices().rev().find(|(at, c)| {
                matches!(c, '"' | '\'') && outside(before[..*at].chars().next_back())
            });
            self.at - before.len() + open?.0
        };
        self.tell(
            Span::new(quote as u32, quote as u32 + 1),
            "this quote is not closed; quoted text that spans lines must be indented \
             further than its key",
        )
    }

    /// The escape that means nothing, in the quoted scalar that starts at the place.
    fn escape(&self) -> Option<Told> {
        let bytes = self.text.as_bytes();
        let mut at = self.at;
        loop {
            at += memchr::memchr(b'\\', bytes.get(at..)?)?;
            let next = self.text[at + 1..].chars().next()?;
            if !"0abt\tnvfre \"/\\N_LP\n\r".contains(next) {
                let len = 1 + next.len_utf8();
                let span = Span::new(at as u32, (at + len) as u32);
                let written = &self.text[at..at + len];
                let message = format!(
                    "`{written}` is not a valid escape: write `\\{written}`, or use single quotes"
                );
                return self.tell(span, message);
            }
            at += 2;
        }
    }

    /// The bracket before the place that is still open.
    fn open_bracket(&self) -> Option<Told> {
        let from = self.look_back();
        let mut closed = 0;
        for (at, c) in self.text[from..self.at].char_indices().rev() {
            match c {
                ']' | '}' => closed += 1,
                '[' | '{' if closed > 0 => closed -= 1,
                '[' | '{' => {
                    let at = (from + at) as u32;
                    let message = format!(
                        "this `{c}` is not closed, or a comma is missing between its items"
                    );
                    return self.tell(Span::new(at, at + 1), message);
                }
                _ => {}
            }
        }
        None
    }

    /// A colon that would start a mapping where none can stand.
    fn colon(&self) -> Option<Told> {
        let is_value = |(at, _): &(usize, _)| *at < self.at;
        if let Some((at, value)) = self.line.value().filter(is_value) {
            return self.tell(
                Span::new(at as u32, (at + value.len()) as u32),
                "this value contains a colon that YAML takes for the end of a key: \
                 put quotes around it",
            );
        }
        let above = self.line.above()?;
        self.missing_space(above).or_else(|| {
            if above.indent() >= self.line.indent() {
                let message = "expected `key: value`: there is no colon in this line";
                return self.tell(above.first_without_key().span(), message);
            }
            self.tell(
                self.line.span(),
                "this line is indented further than the one above, which already has a value: \
                 align them",
            )
        })
    }

    fn missing_space(&self, line: Line<'_>) -> Option<Told> {
        let (at, mark) = match line.tight_colon() {
            Some(at) => (at, "colon"),
            None => (line.tight_dash()?, "dash"),
        };
        let span = Span::new(at as u32, at as u32 + 1);
        self.tell(span, format!("a space is missing after this {mark}"))
    }

    /// A line that belongs to no open mapping or list.
    fn misfit(&self, kind: &Kind) -> Option<Told> {
        let code = self.line.code();
        let is_item = code == "-" || code.starts_with("- ");
        let at_start = self.at <= self.line.start + self.line.indent() || is_item;
        if !at_start {
            return self.tell(self.rest(), "unexpected text after the value");
        }
        let message = match kind {
            Kind::ExpectedBlockMappingKey if is_item && self.is_level() => {
                "a list item among the keys of a mapping: indent it below its key, \
                 or remove the `- `"
                    .to_owned()
            }
            Kind::ExpectedBlockSequenceEntry if self.is_level() => {
                "a key among the items of a list: add `- ` before it, or change its indentation"
                    .to_owned()
            }
            _ => {
                let indented = match self.line.indent() {
                    0 => "not indented".to_owned(),
                    1 => "indented by 1 space".to_owned(),
                    spaces => format!("indented by {spaces} spaces"),
                };
                format!(
                    "this line is {indented}, which matches no level above it: \
                     align it with the lines that it belongs to"
                )
            }
        };
        self.tell(self.line.span(), message)
    }

    /// Whether a line above, with nothing less indented between, is indented the same.
    fn is_level(&self) -> bool {
        let mut line = self.line;
        while let Some(above) = line.above() {
            if above.indent() <= self.line.indent() {
                return above.indent() == self.line.indent();
            }
            line = above;
        }
        false
    }

    /// A value that starts with a character that is reserved.
    fn forbidden_start(&self) -> Option<Told> {
        let first = self.text[self.at..].chars().next()?;
        if !"@`%,]}".contains(first) {
            return None;
        }
        self.tell(
            self.rest(),
            format!("text cannot start with `{first}`: put quotes around it"),
        )
    }

    fn look_back(&self) -> usize {
        floor_char(self.text, self.at.saturating_sub(LOOK_BACK))
    }
}

/// The start of the character that a byte belongs to.
fn floor_char(text: &str, at: usize) -> usize {
    let starts = (0..=at.min(text.len())).rev();
    let mut starts = starts.filter(|at| text.is_char_boundary(*at));
    starts.next().unwrap_or(0)
}
