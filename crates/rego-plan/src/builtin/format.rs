//! `sprintf`.

use super::{Answer, Context};
use crate::run::{Doubt, Halt};
use crate::value::{Items, Number, Sort, Value};

const UNSURE: Halt = Halt::Unsure(Doubt::Printing);

/// Values that are nested more deeply are not printed.
const DEPTH_LIMIT: usize = 512;

/// What it costs to print a value: as much as this many bytes of text. Values that are small in
/// memory, because they hold the same part again and again, may be long when they are printed.
const PER_VALUE: usize = 16;

pub(super) fn sprintf<'a>(
    format: Value<'a>,
    given: Value<'a>,
    context: &mut Context<'a, '_>,
) -> Answer<'a> {
    let Value::Text(format) = format else {
        return Ok(None);
    };
    if given.sort() != Sort::Array {
        return Ok(None);
    }
    let given = context.items(given)?;
    let mut given = given.into_iter().flat_map(Items::values);
    let mut out = std::mem::take(context.text);
    out.clear();
    let written = write(&mut out, format, &mut given, context);
    let rest = given.next();
    let text = &*context.arena.alloc_str(&out);
    *context.text = out;
    written?;
    context.pay(text.len())?;
    match rest {
        Some(_) => Err(UNSURE),
        None => Ok(Some(Value::Text(text))),
    }
}

fn write<'a>(
    out: &mut String,
    format: &str,
    given: &mut impl Iterator<Item = Value<'a>>,
    context: &mut Context<'a, '_>,
) -> Result<(), Halt> {
    let mut rest = format;
    while let Some(at) = rest.find('%') {
        out.push_str(&rest[..at]);
        let verb = rest[at + 1..].chars().next().ok_or(UNSURE)?;
        rest = &rest[at + 1 + verb.len_utf8()..];
        if verb == '%' {
            out.push('%');
            continue;
        }
        let value = given.next().ok_or(UNSURE)?;
        match (verb, value) {
            ('s' | 'v', Value::Text(text)) => {
                context.pay(text.len())?;
                out.push_str(text);
            }
            ('s', Value::Number(_)) => return Err(UNSURE),
            ('s' | 'v', _) => print(out, value, context, 0)?,
            ('d', Value::Number(number @ (Number::Int(_) | Number::Uint(_)))) => {
                out.push_str(&number.written().ok_or(UNSURE)?);
            }
            _ => return Err(UNSURE),
        }
    }
    out.push_str(rest);
    Ok(())
}

/// Prints a value as it stands in a policy.
fn print<'a>(
    out: &mut String,
    value: Value<'a>,
    context: &mut Context<'a, '_>,
    depth: usize,
) -> Result<(), Halt> {
    context.pay(PER_VALUE)?;
    if depth > DEPTH_LIMIT {
        return Err(Halt::TooMuch);
    }
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(true) => out.push_str("true"),
        Value::Bool(false) => out.push_str("false"),
        Value::Number(number) => out.push_str(&number.written().ok_or(UNSURE)?),
        Value::Text(text) => {
            context.pay(text.len())?;
            quote(out, text)?;
        }
        _ => {
            let items = Items::of(value, context.arena).ok_or(UNSURE)?;
            let sort = value.sort();
            if sort == Sort::Set && items.is_empty() {
                return Err(UNSURE);
            }
            out.push(if sort == Sort::Array { '[' } else { '{' });
            for (at, (key, value)) in items.iter().enumerate() {
                if at > 0 {
                    out.push_str(", ");
                }
                if sort == Sort::Object {
                    print(out, key, context, depth + 1)?;
                    out.push_str(": ");
                }
                print(out, value, context, depth + 1)?;
            }
            out.push(if sort == Sort::Array { ']' } else { '}' });
        }
    }
    Ok(())
}

fn quote(out: &mut String, text: &str) -> Result<(), Halt> {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            ' '..='~' => out.push(c),
            _ if c.is_alphanumeric() => out.push(c),
            _ => return Err(UNSURE),
        }
    }
    out.push('"');
    Ok(())
}
