//! Regular expressions.

use super::{Declared, mismatch};
use crate::Value;
use crate::eval::Evaluated;
use crate::machine::Machine;

pub(super) const FUNCTIONS: &[Declared] = &[
    ("matches(string, string): bool", 0, matches),
    ("string matches(string): bool", 0, matches),
    ("string find(string): string", 0, find),
    ("string findAll(string): list<string>", 0, find_all),
    ("string findAll(string, int): list<string>", 0, find_all),
];

fn matches(machine: &mut Machine<'_>, args: &[Value]) -> Evaluated {
    let [Value::String(text), Value::String(pattern)] = args else {
        return Err(mismatch(args));
    };
    let regex = machine.regex(pattern, text)?;
    Ok(Value::Bool(regex.is_match(text)))
}

fn find(machine: &mut Machine<'_>, args: &[Value]) -> Evaluated {
    let [Value::String(text), Value::String(pattern)] = args else {
        return Err(mismatch(args));
    };
    let regex = machine.regex(pattern, text)?;
    let found = regex.find(text).map(|found| found.as_str().to_owned());
    machine.text(found.unwrap_or_default())
}

fn find_all(machine: &mut Machine<'_>, args: &[Value]) -> Evaluated {
    let (text, pattern, limit) = match args {
        [Value::String(text), Value::String(pattern)] => (text, pattern, usize::MAX),
        [
            Value::String(text),
            Value::String(pattern),
            Value::Int(limit),
        ] => {
            let limit = usize::try_from(*limit).unwrap_or(usize::MAX);
            (text, pattern, limit)
        }
        _ => return Err(mismatch(args)),
    };
    let regex = machine.regex(pattern, text)?;
    machine.budget.hold(text.len())?;
    let found = regex.find_iter(text).take(limit);
    let found = found.map(|found| Value::text(found.as_str())).collect();
    machine.list(found)
}
