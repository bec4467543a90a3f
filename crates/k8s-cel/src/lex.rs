//! Text → tokens.

use std::sync::Arc;

use crate::{CompileError, Value, literal};

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Token {
    Name(Arc<str>),
    /// A number is a token by itself: in front of it a minus belongs to it.
    Int(Arc<str>),
    Uint(Arc<str>),
    Double(Arc<str>),
    Text(Arc<str>),
    Bytes(Arc<[u8]>),
    /// An operator or bracket.
    Sign(&'static str),
    End,
}

/// Two characters first.
const SIGNS: [&str; 25] = [
    "==", "!=", "<=", ">=", "&&", "||", "(", ")", "[", "]", "{", "}", "<", ">", "+", "-", "*", "/",
    "%", "!", "?", ":", ",", ".", "`",
];

/// The tokens with their places in bytes; the last one is the end.
pub(crate) fn tokens(text: &str) -> Result<Vec<(Token, usize)>, CompileError> {
    let mut tokens = Vec::new();
    let mut rest = text;
    loop {
        rest = skip(rest);
        let at = text.len() - rest.len();
        if rest.is_empty() {
            tokens.push((Token::End, at));
            return Ok(tokens);
        }
        let (token, length) = token(rest).map_err(|message| CompileError::new(at, message))?;
        tokens.push((token, at));
        rest = rest.get(length..).unwrap_or_default();
    }
}

/// White space and comments.
fn skip(text: &str) -> &str {
    let mut rest = text;
    loop {
        rest = rest.trim_start_matches([' ', '\t', '\n', '\r', '\x0c']);
        match rest.strip_prefix("//") {
            Some(comment) => rest = comment.find('\n').map_or("", |end| &comment[end..]),
            None => return rest,
        }
    }
}

fn token(text: &str) -> Result<(Token, usize), String> {
    if let Some((value, length)) = literal::text(text)? {
        let token = match value {
            Value::Bytes(bytes) => Token::Bytes(bytes),
            Value::String(text) => Token::Text(text),
            _ => Token::End,
        };
        return Ok((token, length));
    }
    let first = text.bytes().next().unwrap_or_default();
    let second = text.as_bytes().get(1).copied().unwrap_or_default();
    if first.is_ascii_digit() || first == b'.' && second.is_ascii_digit() {
        return Ok(number(text));
    }
    if first == b'_' || first.is_ascii_alphabetic() {
        let length = span(text, |b| b == b'_' || b.is_ascii_alphanumeric());
        return Ok((Token::Name(text[..length].into()), length));
    }
    let sign = SIGNS.iter().find(|sign| text.starts_with(**sign));
    match sign {
        Some(sign) => Ok((Token::Sign(sign), sign.len())),
        None => {
            let c = text.chars().next().unwrap_or_default();
            Err(format!(
                "`{}` is not part of an expression",
                c.escape_debug()
            ))
        }
    }
}

fn number(text: &str) -> (Token, usize) {
    let is_unsigned = |length: usize| matches!(text.as_bytes().get(length), Some(b'u' | b'U'));
    if let Some(hex) = text.strip_prefix("0x") {
        let length = 2 + span(hex, |b| b.is_ascii_hexdigit());
        if length > 2 {
            return match is_unsigned(length) {
                true => (Token::Uint(text[..length].into()), length + 1),
                false => (Token::Int(text[..length].into()), length),
            };
        }
    }
    let digits = |from: usize| from + span(&text[from..], |b| b.is_ascii_digit());
    let whole = digits(0);
    let mut length = whole;
    if text[length..].starts_with('.') && digits(length + 1) > length + 1 {
        length = digits(length + 1);
    }
    if text[length..].starts_with(['e', 'E']) {
        let sign = usize::from(text[length + 1..].starts_with(['+', '-']));
        let end = digits(length + 1 + sign);
        if end > length + 1 + sign {
            length = end;
        }
    }
    if length > whole {
        (Token::Double(text[..length].into()), length)
    } else if is_unsigned(whole) {
        (Token::Uint(text[..whole].into()), whole + 1)
    } else {
        (Token::Int(text[..whole].into()), whole)
    }
}

fn span(text: &str, holds: impl Fn(u8) -> bool) -> usize {
    text.bytes().position(|b| !holds(b)).unwrap_or(text.len())
}
