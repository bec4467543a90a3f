//! From what a policy returns to problems.

use std::sync::Arc;

use manifest::{FieldPath, Segment};
use regorus::Value;

use crate::problem::{Field, Problem};
use crate::rule::Rule;

/// The problems that a `deny` holds, each with the index of its object (0 if it names none).
///
/// A result is text, or an object with `message` (or `msg`) and, if the policy tells them,
/// `path`, `at`, `help` and `object`.
pub(crate) fn problems(rule: &Arc<Rule>, found: &Value) -> Result<Vec<(usize, Problem)>, String> {
    let read = |item: &Value| problem(rule, item);
    match found {
        Value::Undefined | Value::Bool(false) => Ok(Vec::new()),
        Value::Set(set) => set.iter().map(read).collect(),
        Value::Array(array) => array.iter().map(read).collect(),
        other => Err(format!(
            "`{}` has to be a set, and is {}",
            rule.id,
            kind_of(other)
        )),
    }
}

fn problem(rule: &Arc<Rule>, item: &Value) -> Result<(usize, Problem), String> {
    let mut problem = Problem::new(rule.clone(), "");
    let mut field = Field::default();
    let rule = &rule.id;
    let fields = match item {
        Value::String(message) => {
            problem.message = message.to_string();
            return Ok((0, problem.at_field(field)));
        }
        Value::Object(fields) => fields,
        _ => return Err(format!("a result of `{rule}` is {}", kind_of(item))),
    };
    let mut object = 0;
    let mut has_message = false;
    for (key, value) in fields.iter() {
        let Value::String(key) = key else { continue };
        match (&**key, value) {
            // They are met in this order, and the first counts.
            ("message" | "msg", Value::String(text)) if !has_message => {
                problem.message = text.to_string();
                has_message = true;
            }
            ("help", Value::String(text)) => problem.help = Some(text.to_string()),
            ("at", Value::String(part)) if &**part == "key" => field.by_key = true,
            ("at", Value::String(part)) => field.part = Some(Box::from(&**part)),
            ("path", path) => {
                field.path = read_path(path).ok_or_else(|| {
                    format!("the `path` of a result of `{rule}` is no list of keys")
                })?;
            }
            ("object", index) => {
                object = index_of(index)
                    .ok_or_else(|| format!("the `object` of a result of `{rule}` is no index"))?;
            }
            _ => {}
        }
    }
    if !has_message {
        return Err(format!("a result of `{rule}` has no `message`"));
    }
    Ok((object, problem.at_field(field)))
}

fn read_path(path: &Value) -> Option<FieldPath> {
    let Value::Array(segments) = path else {
        return None;
    };
    segments
        .iter()
        .map(|segment| match segment {
            Value::String(key) => Some(Segment::Key(Box::from(&**key))),
            number => index_of(number).map(Segment::Index),
        })
        .collect()
}

fn index_of(value: &Value) -> Option<usize> {
    usize::try_from(value.as_u64().ok()?).ok()
}

fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "text",
        Value::Array(_) => "a list",
        Value::Set(_) => "a set",
        Value::Object(_) => "an object",
        Value::Undefined => "undefined",
    }
}
