//! What expressions give, and how they fail.

mod bounds;
mod functions;
mod language;
mod types;

use crate::{Budget, Environment, Failure, Key, Program, Type, Value};

/// `self` is of a type that is known only when it is evaluated.
fn environment() -> Environment {
    Environment::new().with("self", Type::Dyn)
}

fn object() -> Value {
    let key = |name: &str| Key::String(name.into());
    Value::map(vec![
        (key("text"), Value::text("word")),
        (key("number"), Value::Int(3)),
        (
            key("list"),
            Value::list(vec![Value::text("a"), Value::text("b")]),
        ),
        (key("map"), Value::map(vec![(key("k"), Value::text("v"))])),
        (key("null"), Value::Null),
        (key("later"), Value::Placeholder),
    ])
}

fn run(text: &str, budget: &mut Budget) -> Result<Value, Failure> {
    let program = Program::compile(text, &environment());
    let program = program.unwrap_or_else(|errors| panic!("{text}: {errors:?}"));
    program.run(&[object()], budget)
}

fn told(text: &str) -> String {
    match Program::compile(text, &environment()) {
        Err(errors) => {
            let error = &errors[0];
            format!("at {}: {}", error.at, error.message)
        }
        Ok(program) => {
            let mut budget = Budget::new(100_000, 1 << 20);
            match program.run(&[object()], &mut budget) {
                Ok(value) => show(&value),
                Err(Failure::Error(why)) => format!("error: {why}"),
                Err(unknown) => format!("unknown: {unknown}"),
            }
        }
    }
}

/// Each line of expressions with what it gives.
fn table(expressions: &str) -> String {
    let lines = expressions
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty());
    let told = lines.map(|line| format!("{line}  →  {}\n", told(line)));
    told.collect()
}

fn show(value: &Value) -> String {
    let all = |values: Vec<String>| values.join(", ");
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(value) => value.to_string(),
        Value::Int(value) => value.to_string(),
        Value::Uint(value) => format!("{value}u"),
        Value::Double(value) => format!("{value:?}"),
        Value::String(text) => format!("{text:?}"),
        Value::Bytes(bytes) => format!("b{bytes:?}"),
        Value::Duration(nanos) => crate::time::duration_text(*nanos),
        Value::Timestamp(at) => at.to_string(),
        Value::List(list) => format!("[{}]", all(list.items.iter().map(show).collect())),
        Value::Map(map) => {
            let entries = map.entries().iter();
            let shown = entries.map(|(k, v)| format!("{}: {}", show(&k.value()), show(v)));
            format!("{{{}}}", all(shown.collect()))
        }
        Value::Optional(None) => "none".to_owned(),
        Value::Optional(Some(value)) => format!("some {}", show(value)),
        Value::Type(name) => format!("type {name}"),
        other => format!("{other:?}"),
    }
}
