//! Upper, lower and title case.

use super::{Out, STR};
use crate::function::{Args, Function};
use crate::rune::{is_broken, is_space, runes};
use crate::{Evaluator, Value};

pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("upper", &[STR], |ev, args| {
        mapped(ev, args, |c, _| upper(c))
    }),
    Function::new("lower", &[STR], |ev, args| {
        mapped(ev, args, |c, _| lower(c))
    }),
    Function::new("title", &[STR], |ev, args| {
        mapped(ev, args, |c, before| {
            if before.is_none_or(separates) {
                upper(c)
            } else {
                c
            }
        })
    }),
    Function::new("untitle", &[STR], |ev, args| {
        mapped(ev, args, |c, before| {
            if before.is_none_or(is_space) {
                lower(c)
            } else {
                c
            }
        })
    }),
    Function::new("swapcase", &[STR], swapcase),
];

/// The one character that stands for it in upper case; Go knows no longer ones.
pub(super) fn upper(c: char) -> char {
    let mut many = c.to_uppercase();
    match (many.next(), many.next()) {
        (Some(one), None) => one,
        _ => c,
    }
}

/// The one character that stands for it in lower case.
pub(super) fn lower(c: char) -> char {
    c.to_lowercase().next().unwrap_or(c)
}

/// Whether a word begins behind it.
fn separates(c: char) -> bool {
    if c.is_ascii() {
        return !(c.is_ascii_alphanumeric() || c == '_');
    }
    !c.is_alphanumeric() && is_space(c)
}

/// How many characters are mapped in the time of a step: each keeps its origin.
const CHARACTERS_A_STEP: usize = 8;

/// Maps every character, which is told what stands before it.
fn mapped(
    evaluator: &mut Evaluator<'_>,
    args: Args<'_>,
    map: impl Fn(char, Option<char>) -> char,
) -> Out {
    let view = args.view(0)?;
    evaluator
        .budget()
        .spend(view.text.len() / CHARACTERS_A_STEP)?;
    let mut out = evaluator.builder();
    let mut before = None;
    let mut done = 0;
    for (at, c, len) in runes(view.bytes()) {
        let new = map(c, before);
        before = Some(c);
        if new == c && !is_broken(c, len) {
            continue;
        }
        out.push_part(view, done..at);
        out.push_instead(new.encode_utf8(&mut [0; 4]).as_bytes(), view, at);
        done = at + len;
    }
    if done == 0 {
        return Ok(args.value(0)?.clone());
    }
    out.push_part(view, done..view.text.len());
    Ok(out.finish()?.into())
}

/// Upper becomes lower; lower becomes upper, or title case at the start of a word.
fn swapcase(evaluator: &mut Evaluator<'_>, args: Args<'_>) -> Out {
    let value: Value = mapped(evaluator, args, |c, _| {
        if c.is_uppercase() {
            lower(c)
        } else if c.is_lowercase() {
            upper(c)
        } else {
            c
        }
    })?;
    Ok(value)
}
