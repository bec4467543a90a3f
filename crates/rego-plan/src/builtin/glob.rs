//! `glob.match`.

use super::text::strings;
use super::{Answer, Context};
use crate::run::{Doubt, Halt};
use crate::value::{Sort, Value};

pub(super) fn matches<'a>(
    pattern: Value<'a>,
    delimiters: Value<'a>,
    text: Value<'a>,
    context: &mut Context<'a, '_>,
) -> Answer<'a> {
    let (Value::Text(pattern), Value::Text(text)) = (pattern, text) else {
        return Ok(None);
    };
    let delimiters: Vec<&str> = match delimiters.sort() {
        Sort::Null => Vec::new(),
        Sort::Array => match strings(delimiters, context)? {
            Some(none) if none.is_empty() => vec!["."],
            Some(delimiters) => delimiters,
            None => return Ok(None),
        },
        _ => return Ok(None),
    };
    if pattern.contains(['[', ']', '{', '}', '\\', '!']) {
        return Err(Halt::Unsure(Doubt::Glob));
    }
    let is_delimiter = |c: char| delimiters.iter().any(|d| d.chars().eq([c]));
    context.pay(pattern.len().saturating_mul(text.len() + 1))?;
    Ok(Some(Value::Bool(is_match(pattern, text, is_delimiter))))
}

/// Whether a text fits: `*` stands for any characters but delimiters, `**` for any at all, `?` for
/// one that is no delimiter.
fn is_match(pattern: &str, text: &str, is_delimiter: impl Fn(char) -> bool) -> bool {
    let text: Vec<char> = text.chars().collect();
    // Which beginnings of the text fit the pattern so far, by their lengths.
    let mut fits = vec![false; text.len() + 1];
    fits[0] = true;
    let mut rest = pattern;
    while let Some(first) = rest.chars().next() {
        let stars = rest.len() - rest.trim_start_matches('*').len();
        if stars > 0 {
            for (at, c) in text.iter().enumerate() {
                fits[at + 1] |= fits[at] && (stars > 1 || !is_delimiter(*c));
            }
            rest = &rest[stars..];
            continue;
        }
        for (at, c) in text.iter().enumerate().rev() {
            let is_fitting = match first {
                '?' => !is_delimiter(*c),
                _ => first == *c,
            };
            fits[at + 1] = fits[at] && is_fitting;
        }
        fits[0] = false;
        rest = &rest[first.len_utf8()..];
    }
    fits.last().copied().unwrap_or(false)
}
