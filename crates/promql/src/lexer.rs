//! Text to tokens.

use std::ops::Range;

use crate::Error;
use crate::literal::{self, Literal};

/// A token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Token {
    /// A name or a keyword; only names of metrics hold colons.
    Word,
    /// A number or a length of time.
    Number(Literal),
    /// A string, with what it holds.
    String(String),
    /// An operator, a bracket, a comma, `@`, or a colon within brackets.
    Sign(&'static str),
    /// Nothing is left.
    End,
}

/// Longer signs come before those that they begin with.
const SIGNS: [&str; 23] = [
    "==", "!=", "=~", "!~", "<=", ">=", "<", ">", "=", "+", "-", "*", "/", "%", "^", "@", ",", "(",
    ")", "{", "}", "[", "]",
];

/// Reads tokens one after the other.
pub(crate) struct Lexer<'a> {
    text: &'a str,
    at: usize,
    /// Whether `[` is open, where a colon stands for itself.
    in_brackets: bool,
}

impl<'a> Lexer<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        Self {
            text,
            at: 0,
            in_brackets: false,
        }
    }

    /// The next token and its bytes.
    pub(crate) fn next(&mut self) -> Result<(Token, Range<usize>), Error> {
        self.skip();
        let start = self.at;
        let rest = self.text.get(start..).unwrap_or_default();
        let Some(first) = rest.chars().next() else {
            return Ok((Token::End, start..start));
        };
        let token = match first {
            '"' | '\'' | '`' => self.string(rest, first)?,
            ':' if self.in_brackets => {
                self.at += 1;
                Token::Sign(":")
            }
            '0'..='9' => self.number(rest)?,
            '.' if rest[1..].starts_with(|c: char| c.is_ascii_digit()) => self.number(rest)?,
            'a'..='z' | 'A'..='Z' | '_' | ':' => {
                let is_of_word = |c: char| {
                    c.is_ascii_alphanumeric() || c == '_' || c == ':' && !self.in_brackets
                };
                let length = rest.find(|c| !is_of_word(c)).unwrap_or(rest.len());
                self.at += length;
                Token::Word
            }
            _ => {
                let sign = SIGNS.into_iter().find(|sign| rest.starts_with(sign));
                let Some(sign) = sign else {
                    let span = start..start + first.len_utf8();
                    return Err(Error::wrong(
                        span,
                        format!("unexpected character `{first}`"),
                    ));
                };
                match sign {
                    "[" => self.in_brackets = true,
                    "]" => self.in_brackets = false,
                    _ => {}
                }
                self.at += sign.len();
                Token::Sign(sign)
            }
        };
        Ok((token, start..self.at))
    }

    /// Spaces and comments.
    fn skip(&mut self) {
        loop {
            let rest = self.text.get(self.at..).unwrap_or_default();
            let text = rest.trim_start_matches([' ', '\t', '\n', '\r']);
            self.at += rest.len() - text.len();
            if !text.starts_with('#') {
                return;
            }
            self.at += text.find('\n').unwrap_or(text.len());
        }
    }

    fn string(&mut self, rest: &str, quote: char) -> Result<Token, Error> {
        let start = self.at;
        let mut is_escaped = false;
        for (at, c) in rest.char_indices().skip(1) {
            if is_escaped {
                is_escaped = false;
            } else if c == '\\' && quote != '`' {
                is_escaped = true;
            } else if c == quote {
                self.at += at + 1;
                let text = literal::unquote(&rest[..=at]).map_err(|at| {
                    let span = start + 1 + at..start + 2 + at;
                    Error::wrong(span, "unknown escape in the string")
                })?;
                return Ok(Token::String(text));
            } else if c == '\n' && quote != '`' {
                break;
            }
        }
        Err(Error::wrong(start..start + 1, "the string is not closed"))
    }

    fn number(&mut self, rest: &str) -> Result<Token, Error> {
        let start = self.at;
        let is_hex = rest.starts_with("0x") || rest.starts_with("0X");
        let mut before = ' ';
        let end = rest.find(|c: char| {
            let is_sign = matches!(c, '+' | '-') && matches!(before, 'e' | 'E') && !is_hex;
            before = c;
            !(c.is_ascii_alphanumeric() || matches!(c, '.' | '_') || is_sign)
        });
        let text = &rest[..end.unwrap_or(rest.len())];
        self.at += text.len();
        let literal = literal::number(text).ok_or_else(|| {
            let text: String = text.chars().take(40).collect();
            let message = format!("`{text}` is neither a number nor a duration");
            Error::wrong(start..self.at, message)
        })?;
        Ok(Token::Number(literal))
    }
}
