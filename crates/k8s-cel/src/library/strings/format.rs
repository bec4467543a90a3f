//! `'%s and %d'.format([a, b])`

use crate::eval::Evaluated;
use crate::library::convert::double_text;
use crate::library::mismatch;
use crate::machine::Machine;
use crate::time::duration_text;
use crate::value::Key;
use crate::{Failure, Value};

pub(super) fn format(machine: &mut Machine<'_>, args: &[Value]) -> Evaluated {
    let [Value::String(pattern), Value::List(list)] = args else {
        return Err(mismatch(args));
    };
    machine.budget.scan(pattern.len())?;
    let mut values = list.items.iter();
    let mut out = String::new();
    let mut rest = pattern.chars();
    while let Some(c) = rest.next() {
        if c != '%' {
            out.push(c);
            continue;
        }
        let verb = rest.next();
        if verb == Some('%') {
            out.push('%');
            continue;
        }
        let precision = match verb {
            Some('.') => {
                let digits: String = rest.clone().take_while(char::is_ascii_digit).collect();
                let _ = digits.chars().try_for_each(|_| rest.next().map(|_| ()));
                Some(digits.parse::<usize>().ok().filter(|p| *p <= 100))
            }
            _ => None,
        };
        let verb = if precision.is_some() {
            rest.next()
        } else {
            verb
        };
        let wrong = || Failure::error("a format is invalid");
        let precision = precision.map_or(Ok(6), |p| p.ok_or_else(wrong))?;
        let value = values.next();
        let value = value.ok_or_else(|| Failure::error("a format has too few values"))?;
        let length = out.len();
        match verb.ok_or_else(wrong)? {
            's' => push(&mut out, value, 0)?,
            'd' => match value {
                Value::Int(_) | Value::Uint(_) => push(&mut out, value, 0)?,
                Value::Double(value) if !value.is_finite() => out.push_str(&double_text(*value)),
                other => return Err(mismatch(std::slice::from_ref(other))),
            },
            'f' => match value {
                Value::Double(value) => out.push_str(&format!("{value:.precision$}")),
                _ => return Err(Failure::UNSUPPORTED),
            },
            verb @ ('b' | 'o' | 'x' | 'X') => number(&mut out, verb, value)?,
            // Its exponents are written in the manner of a language.
            'e' => return Err(Failure::UNSUPPORTED),
            _ => return Err(wrong()),
        }
        machine.budget.scan(out.len() - length)?;
        machine.budget.hold(out.len() - length)?;
    }
    machine.text(out)
}

fn number(out: &mut String, verb: char, value: &Value) -> Result<(), Failure> {
    let (sign, magnitude) = match value {
        Value::Int(value) => (if *value < 0 { "-" } else { "" }, value.unsigned_abs()),
        Value::Uint(value) => ("", *value),
        Value::Bool(value) if verb == 'b' => ("", u64::from(*value)),
        Value::String(text) if matches!(verb, 'x' | 'X') => {
            hex(out, text.as_bytes(), verb);
            return Ok(());
        }
        Value::Bytes(bytes) if matches!(verb, 'x' | 'X') => {
            hex(out, bytes, verb);
            return Ok(());
        }
        other => return Err(mismatch(std::slice::from_ref(other))),
    };
    out.push_str(sign);
    out.push_str(&match verb {
        'b' => format!("{magnitude:b}"),
        'o' => format!("{magnitude:o}"),
        'X' => format!("{magnitude:X}"),
        _ => format!("{magnitude:x}"),
    });
    Ok(())
}

fn hex(out: &mut String, bytes: &[u8], verb: char) {
    for byte in bytes {
        out.push_str(&match verb {
            'X' => format!("{byte:02X}"),
            _ => format!("{byte:02x}"),
        });
    }
}

/// A value as text; within others texts are quoted.
fn push(out: &mut String, value: &Value, depth: usize) -> Result<(), Failure> {
    let quote = if depth > 0 { "\"" } else { "" };
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(value) => out.push_str(&value.to_string()),
        Value::Int(value) => out.push_str(&value.to_string()),
        Value::Uint(value) => out.push_str(&value.to_string()),
        Value::Double(value) if depth > 0 => out.push_str(&format!("{value:.6}")),
        Value::Double(value) => out.push_str(&double_text(*value)),
        Value::String(text) => out.push_str(&format!("{quote}{text}{quote}")),
        Value::Bytes(bytes) => {
            let text = String::from_utf8_lossy(bytes);
            out.push_str(&text);
        }
        Value::Duration(nanos) => out.push_str(&duration_text(*nanos)),
        Value::Timestamp(at) => out.push_str(&at.to_string()),
        Value::Type(name) => out.push_str(name),
        Value::List(list) => {
            out.push('[');
            for (at, item) in list.items.iter().enumerate() {
                if at > 0 {
                    out.push_str(", ");
                }
                push(out, item, depth + 1)?;
            }
            out.push(']');
        }
        Value::Map(map) => {
            out.push('{');
            for (at, (key, value)) in map.entries().iter().enumerate() {
                if at > 0 {
                    out.push_str(", ");
                }
                match key {
                    Key::String(text) => out.push_str(&format!("\"{text}\"")),
                    key => push(out, &key.value(), depth + 1)?,
                }
                out.push(':');
                push(out, value, depth + 1)?;
            }
            out.push('}');
        }
        other => return Err(mismatch(std::slice::from_ref(other))),
    }
    Ok(())
}
