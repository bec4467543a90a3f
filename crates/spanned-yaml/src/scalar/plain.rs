//! The types of plain scalars, told by their content.

use std::borrow::Cow;

use super::Dialect;
use super::number::{self, Integer};
use super::timestamp::Timestamp;

/// What a plain scalar's content looks like.
pub(super) enum Plain {
    Null,
    Bool(bool),
    Int(i64),
    Uint(u64),
    Float(f64),
    Timestamp(Timestamp),
    Str,
}

impl Plain {
    /// Looks at the content; timestamps are only seen where they are wanted.
    pub(super) fn of(text: &str, dialect: Dialect, timestamps: bool) -> Self {
        // The first byte decides most cases: the content of most scalars is a word.
        let found = match text.as_bytes().first() {
            None => Some(Self::Null),
            Some(b'~' | b'n' | b'N' | b't' | b'T' | b'f' | b'F' | b'y' | b'Y' | b'o' | b'O') => {
                word(text, dialect)
            }
            Some(b'.') => number::named_float(text)
                .or_else(|| number::dotted_float(text))
                .map(Self::Float),
            Some(b'0'..=b'9' | b'+' | b'-') => number::named_float(text)
                .map(Self::Float)
                .or_else(|| timestamp(text, timestamps))
                .or_else(|| numeric(text, dialect)),
            _ => None,
        };
        found.unwrap_or(Self::Str)
    }
}

/// Whether go-yaml v2 writes the string without quotes, as far as its type goes.
pub(crate) fn is_plain_string(text: &str) -> bool {
    let is_number = !text.starts_with(|c: char| c.is_ascii_alphabetic()) && is_base_60(text);
    !is_number && matches!(Plain::of(text, Dialect::Kubectl, true), Plain::Str)
}

fn word(text: &str, dialect: Dialect) -> Option<Plain> {
    match text {
        "~" | "null" | "Null" | "NULL" => Some(Plain::Null),
        "true" | "True" | "TRUE" => Some(Plain::Bool(true)),
        "false" | "False" | "FALSE" => Some(Plain::Bool(false)),
        _ if dialect == Dialect::Kustomize => None,
        "y" | "Y" | "yes" | "Yes" | "YES" | "on" | "On" | "ON" => Some(Plain::Bool(true)),
        "n" | "N" | "no" | "No" | "NO" | "off" | "Off" | "OFF" => Some(Plain::Bool(false)),
        _ => None,
    }
}

fn timestamp(text: &str, wanted: bool) -> Option<Plain> {
    if !wanted {
        return None;
    }
    Timestamp::parse(text).map(Plain::Timestamp)
}

fn numeric(text: &str, dialect: Dialect) -> Option<Plain> {
    let plain = match text.contains('_') {
        true => Cow::Owned(text.replace('_', "")),
        false => Cow::Borrowed(text),
    };
    let integer = |found| match found {
        Integer::Signed(value) => Plain::Int(value),
        Integer::Unsigned(value) => Plain::Uint(value),
    };
    if let Some(found) = number::prefixed(&plain) {
        return Some(integer(found));
    }
    if let Some(value) = number::decimal_float(&plain) {
        return Some(Plain::Float(value));
    }
    // go-yaml takes a sign behind the prefix, such as `0b-1`.
    let behind = match plain.strip_prefix("0b") {
        Some(digits) => number::signed(digits, 2),
        None if dialect == Dialect::Kustomize => number::signed(plain.strip_prefix("0o")?, 8),
        None => None,
    };
    behind.map(Plain::Int)
}

/// Whether YAML 1.1 reads it as a number of base 60, such as `12:30`.
fn is_base_60(text: &str) -> bool {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let whole = match unsigned.split_once('.') {
        Some((whole, fraction)) if is_digits_or_underscores(fraction) => whole,
        Some(_) => return false,
        None => unsigned,
    };
    let mut parts = whole.split(':');
    let first = parts.next().unwrap_or_default();
    let starts = first.starts_with(|c: char| c.is_ascii_digit());
    let mut rest = parts.peekable();
    starts
        && is_digits_or_underscores(first)
        && rest.peek().is_some()
        && rest.all(|part| matches!(part.as_bytes(), [b'0'..=b'9'] | [b'0'..=b'5', b'0'..=b'9']))
}

fn is_digits_or_underscores(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_digit() || b == b'_')
}
