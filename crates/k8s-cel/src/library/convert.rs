//! From one type to another.

use super::arithmetic::number;
use super::{Declared, mismatch};
use crate::eval::Evaluated;
use crate::machine::Machine;
use crate::time::{Timestamp, duration_text, parse_duration};
use crate::{Failure, Value};

pub(super) const FUNCTIONS: &[Declared] = &[
    ("bool(bool): bool", 0, |_, args| same(args)),
    ("bool(string): bool", 0, |_, args| boolean(args)),
    ("bytes(bytes): bytes", 0, |_, args| same(args)),
    ("bytes(string): bytes", 0, |machine, args| match args {
        [Value::String(text)] => {
            machine.budget.hold(text.len())?;
            Ok(Value::Bytes(text.as_bytes().into()))
        }
        _ => Err(mismatch(args)),
    }),
    ("double(double): double", 0, |_, args| same(args)),
    ("double(int): double", 0, |_, args| double(args)),
    ("double(uint): double", 0, |_, args| double(args)),
    ("double(string): double", 0, |_, args| double(args)),
    ("duration(duration): duration", 0, |_, args| same(args)),
    ("duration(string): duration", 0, |_, args| match args {
        [Value::String(text)] => {
            let read = parse_duration(text).map(Value::Duration);
            read.ok_or_else(|| Failure::error("the text is not a duration"))
        }
        _ => Err(mismatch(args)),
    }),
    ("int(int): int", 0, |_, args| same(args)),
    ("int(double): int", 0, |_, args| int(args)),
    ("int(duration): int", 0, |_, args| int(args)),
    ("int(string): int", 0, |_, args| int(args)),
    ("int(timestamp): int", 0, |_, args| int(args)),
    ("int(uint): int", 0, |_, args| int(args)),
    ("uint(uint): uint", 0, |_, args| same(args)),
    ("uint(double): uint", 0, |_, args| uint(args)),
    ("uint(int): uint", 0, |_, args| uint(args)),
    ("uint(string): uint", 0, |_, args| uint(args)),
    ("timestamp(timestamp): timestamp", 0, |_, args| same(args)),
    ("timestamp(int): timestamp", 0, |_, args| timestamp(args)),
    ("timestamp(string): timestamp", 0, |_, args| timestamp(args)),
    ("string(string): string", 0, |_, args| same(args)),
    ("string(bool): string", 0, text),
    ("string(bytes): string", 0, text),
    ("string(double): string", 0, text),
    ("string(duration): string", 0, text),
    ("string(int): string", 0, text),
    ("string(timestamp): string", 0, text),
    ("string(uint): string", 0, text),
    ("string(ip): string", 30, text),
    ("string(cidr): string", 30, text),
];

fn same(args: &[Value]) -> Evaluated {
    args.first().cloned().ok_or_else(|| mismatch(args))
}

fn boolean(args: &[Value]) -> Evaluated {
    let [Value::String(text)] = args else {
        return Err(mismatch(args));
    };
    match &**text {
        "1" | "t" | "T" | "true" | "True" | "TRUE" => Ok(Value::Bool(true)),
        "0" | "f" | "F" | "false" | "False" | "FALSE" => Ok(Value::Bool(false)),
        _ => Err(Failure::error("the text is not a boolean")),
    }
}

fn read<T: std::str::FromStr>(text: &str) -> Result<T, Failure> {
    text.parse()
        .map_err(|_| Failure::error("the text is not a number"))
}

fn double(args: &[Value]) -> Evaluated {
    Ok(Value::Double(match args {
        [Value::Int(value)] => *value as f64,
        [Value::Uint(value)] => *value as f64,
        [Value::String(text)] => {
            let number: f64 = read(text)?;
            let is_meant = text.contains(|c: char| c.is_ascii_alphabetic() && !"eE".contains(c));
            if !number.is_finite() && !is_meant {
                return Err(Failure::error("a number is too large"));
            }
            number
        }
        _ => return Err(mismatch(args)),
    }))
}

fn int(args: &[Value]) -> Evaluated {
    number(match args {
        // Exactly at the limits it may have been rounded.
        [Value::Double(value)] => {
            let fits = *value > i64::MIN as f64 && *value < i64::MAX as f64;
            fits.then(|| Value::Int(value.trunc() as i64))
        }
        [Value::Duration(nanos)] => Some(Value::Int(*nanos)),
        [Value::Timestamp(at)] => Some(Value::Int(at.seconds())),
        [Value::String(text)] => Some(Value::Int(read(text)?)),
        [Value::Uint(value)] => i64::try_from(*value).ok().map(Value::Int),
        _ => return Err(mismatch(args)),
    })
}

fn uint(args: &[Value]) -> Evaluated {
    number(match args {
        [Value::Double(value)] => {
            let fits = *value >= 0.0 && *value < u64::MAX as f64;
            fits.then(|| Value::Uint(value.trunc() as u64))
        }
        [Value::Int(value)] => u64::try_from(*value).ok().map(Value::Uint),
        [Value::String(text)] if text.starts_with('+') => {
            return Err(Failure::error("the text is not a number"));
        }
        [Value::String(text)] => Some(Value::Uint(read(text)?)),
        _ => return Err(mismatch(args)),
    })
}

fn timestamp(args: &[Value]) -> Evaluated {
    let read = match args {
        [Value::Int(seconds)] => Timestamp::new(*seconds, 0),
        [Value::String(text)] => Timestamp::parse(text),
        _ => return Err(mismatch(args)),
    };
    read.map(Value::Timestamp)
        .ok_or_else(|| Failure::error("this is not a timestamp"))
}

fn text(machine: &mut Machine<'_>, args: &[Value]) -> Evaluated {
    let text = match args {
        [Value::Bool(value)] => value.to_string(),
        [Value::Int(value)] => value.to_string(),
        [Value::Uint(value)] => value.to_string(),
        [Value::Double(value)] => double_text(*value),
        [Value::Duration(nanos)] => duration_text(*nanos),
        [Value::Timestamp(at)] => at.to_string(),
        [Value::Ip(address)] => address.to_string(),
        [Value::Cidr(address, bits)] => format!("{address}/{bits}"),
        [Value::Bytes(bytes)] => match std::str::from_utf8(bytes) {
            Ok(text) => text.to_owned(),
            Err(_) => return Err(Failure::error("bytes are not UTF-8")),
        },
        _ => return Err(mismatch(args)),
    };
    machine.text(text)
}

/// As Go prints it: with an exponent where that is very large or small.
pub(crate) fn double_text(value: f64) -> String {
    if value.is_nan() {
        return "NaN".to_owned();
    }
    if value.is_infinite() {
        return if value > 0.0 { "+Inf" } else { "-Inf" }.to_owned();
    }
    let written = format!("{value:e}");
    let Some((digits, exponent)) = written.split_once('e') else {
        return written;
    };
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if (-4..6).contains(&exponent) {
        return format!("{value}");
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{digits}e{sign}{:02}", exponent.abs())
}
