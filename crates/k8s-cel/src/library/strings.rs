//! Texts.

mod format;

use super::{Declared, mismatch};
use crate::eval::Evaluated;
use crate::machine::Machine;
use crate::{Failure, Value};

pub(super) const FUNCTIONS: &[Declared] = &[
    ("string contains(string): bool", 0, |m, args| {
        holds(m, args, |a, b| a.contains(b))
    }),
    ("string startsWith(string): bool", 0, |m, args| {
        holds(m, args, |a, b| a.starts_with(b))
    }),
    ("string endsWith(string): bool", 0, |m, args| {
        holds(m, args, |a, b| a.ends_with(b))
    }),
    ("string charAt(int): string", 0, char_at),
    ("string indexOf(string): int", 0, |m, args| {
        find(m, args, false)
    }),
    ("string indexOf(string, int): int", 0, |m, args| {
        find(m, args, false)
    }),
    ("string lastIndexOf(string): int", 0, |m, args| {
        find(m, args, true)
    }),
    ("string lastIndexOf(string, int): int", 0, |m, args| {
        find(m, args, true)
    }),
    ("string lowerAscii(): string", 0, |m, args| {
        map(m, args, |t| t.to_ascii_lowercase())
    }),
    ("string upperAscii(): string", 0, |m, args| {
        map(m, args, |t| t.to_ascii_uppercase())
    }),
    ("string trim(): string", 0, |m, args| {
        map(m, args, |t| t.trim().to_owned())
    }),
    ("string replace(string, string): string", 0, replace),
    ("string replace(string, string, int): string", 0, replace),
    ("string split(string): list<string>", 0, split),
    ("string split(string, int): list<string>", 0, split),
    ("string substring(int): string", 0, substring),
    ("string substring(int, int): string", 0, substring),
];

pub(super) const MORE: &[Declared] = &[
    ("list<string> join(): string", 0, join),
    ("list<string> join(string): string", 0, join),
    ("string format(list<dyn>): string", 29, format::format),
    ("strings.quote(string): string", 29, |m, args| {
        map(m, args, quote)
    }),
];

fn holds(machine: &mut Machine<'_>, args: &[Value], holds: fn(&str, &str) -> bool) -> Evaluated {
    let [Value::String(text), Value::String(part)] = args else {
        return Err(mismatch(args));
    };
    machine.budget.scan(text.len() + part.len())?;
    Ok(Value::Bool(holds(text, part)))
}

fn map(machine: &mut Machine<'_>, args: &[Value], change: fn(&str) -> String) -> Evaluated {
    let [Value::String(text)] = args else {
        return Err(mismatch(args));
    };
    machine.budget.scan(text.len())?;
    machine.text(change(text))
}

/// Where a character begins, in bytes; the end is one, too.
fn byte(text: &str, at: usize) -> Option<usize> {
    let begins = text.char_indices().map(|(at, _)| at);
    begins.chain([text.len()]).nth(at)
}

fn out_of_range() -> Failure {
    Failure::error("a position is outside the text")
}

fn position(text: &str, at: i64) -> Result<usize, Failure> {
    let at = usize::try_from(at).ok().and_then(|at| byte(text, at));
    at.ok_or_else(out_of_range)
}

fn char_at(machine: &mut Machine<'_>, args: &[Value]) -> Evaluated {
    let [Value::String(text), Value::Int(at)] = args else {
        return Err(mismatch(args));
    };
    machine.budget.scan(text.len())?;
    let from = position(text, *at)?;
    let found = text.get(from..).and_then(|rest| rest.chars().next());
    machine.text(found.map(String::from).unwrap_or_default())
}

fn find(machine: &mut Machine<'_>, args: &[Value], last: bool) -> Evaluated {
    let (text, part, at) = match args {
        [Value::String(text), Value::String(part)] => (text, part, None),
        [Value::String(text), Value::String(part), Value::Int(at)] => (text, part, Some(*at)),
        _ => return Err(mismatch(args)),
    };
    machine.budget.scan(text.len() + part.len())?;
    if part.is_empty() {
        let end = text.chars().count() as i64;
        return Ok(Value::Int(
            at.unwrap_or(if last { end } else { 0 }).clamp(0, end),
        ));
    }
    let found = match (at, last) {
        (None, false) => text.find(&**part),
        (None, true) => text.rfind(&**part),
        (Some(at), _) if at >= text.chars().count() as i64 => None,
        (Some(at), false) => {
            let from = position(text, at)?;
            text.get(from..)
                .and_then(|rest| rest.find(&**part))
                .map(|at| at + from)
        }
        (Some(at), true) => {
            let until = position(text, at)? + part.len();
            let within = text.get(..until.min(text.len())).unwrap_or(text);
            within.rfind(&**part)
        }
    };
    let before = found.and_then(|at| text.get(..at));
    Ok(Value::Int(
        before.map_or(-1, |before| before.chars().count() as i64),
    ))
}

/// How many, if that is said: none at all, or without limit.
fn limit(args: &[Value], at: usize) -> Option<usize> {
    match args.get(at) {
        Some(Value::Int(limit)) => Some(usize::try_from(*limit).unwrap_or(usize::MAX)),
        _ => None,
    }
}

fn replace(machine: &mut Machine<'_>, args: &[Value]) -> Evaluated {
    let [
        Value::String(text),
        Value::String(old),
        Value::String(new),
        ..,
    ] = args
    else {
        return Err(mismatch(args));
    };
    machine.budget.scan(text.len())?;
    let limit = limit(args, 3).unwrap_or(usize::MAX);
    let count = text.matches(&**old).take(limit).count();
    let grown = text.len().saturating_add(count.saturating_mul(new.len()));
    machine.budget.scan(grown)?;
    machine.budget.hold(grown)?;
    Ok(Value::text(text.replacen(&**old, new, limit)))
}

fn split(machine: &mut Machine<'_>, args: &[Value]) -> Evaluated {
    let [Value::String(text), Value::String(separator), ..] = args else {
        return Err(mismatch(args));
    };
    machine.budget.scan(text.len())?;
    machine.budget.hold(text.len())?;
    let limit = limit(args, 2).unwrap_or(usize::MAX);
    if limit == 0 {
        return machine.list(Vec::new());
    }
    let parts: Vec<Value> = if separator.is_empty() {
        let mut parts: Vec<String> = text.chars().map(String::from).collect();
        if parts.len() > limit {
            let rest = parts.split_off(limit - 1).concat();
            parts.push(rest);
        }
        parts.into_iter().map(Value::text).collect()
    } else {
        text.splitn(limit, &**separator).map(Value::text).collect()
    };
    machine.list(parts)
}

fn substring(machine: &mut Machine<'_>, args: &[Value]) -> Evaluated {
    let (text, from, until) = match args {
        [Value::String(text), Value::Int(from)] => (text, *from, None),
        [Value::String(text), Value::Int(from), Value::Int(until)] => (text, *from, Some(*until)),
        _ => return Err(mismatch(args)),
    };
    machine.budget.scan(text.len())?;
    let from = position(text, from)?;
    let until = until.map_or(Ok(text.len()), |until| position(text, until))?;
    let part = text.get(from..until).ok_or_else(out_of_range)?;
    machine.text(part.to_owned())
}

fn join(machine: &mut Machine<'_>, args: &[Value]) -> Evaluated {
    let (list, separator) = match args {
        [Value::List(list)] => (list, ""),
        [Value::List(list), Value::String(separator)] => (list, &**separator),
        _ => return Err(mismatch(args)),
    };
    let mut parts = Vec::with_capacity(list.items.len());
    for item in &list.items {
        let Value::String(text) = item else {
            return Err(mismatch(std::slice::from_ref(item)));
        };
        machine.budget.scan(text.len() + separator.len())?;
        machine.budget.hold(text.len() + separator.len())?;
        parts.push(&**text);
    }
    Ok(Value::text(parts.join(separator)))
}

/// Between quotes, with everything escaped that could break out of them.
fn quote(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for c in text.chars() {
        match c {
            '\x07' => quoted.push_str("\\a"),
            '\x08' => quoted.push_str("\\b"),
            '\x0c' => quoted.push_str("\\f"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            '\x0b' => quoted.push_str("\\v"),
            '\\' => quoted.push_str("\\\\"),
            '"' => quoted.push_str("\\\""),
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}
