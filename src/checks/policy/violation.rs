//! From what a policy returns to problems.

use std::sync::Arc;

use bumpalo::Bump;
use manifest::{FieldPath, Segment};
use rego_plan::{Items, Sort, Value};

use crate::problem::{Field, Problem};
use crate::rule::Rule;

/// The problems that a `deny` holds, each with the index of its object (0 if it names none).
///
/// A result is text, or an object with `message` (or `msg`) and, if the policy tells them,
/// `path`, `at`, `help` and `object`.
pub(crate) fn problems(
    rule: &Arc<Rule>,
    found: Value<'_>,
    arena: &Bump,
) -> Result<Vec<(usize, Problem)>, String> {
    match (found.sort(), Items::of(found, arena)) {
        (Sort::Set | Sort::Array, Some(items)) => items
            .values()
            .map(|item| problem(rule, item, arena))
            .collect(),
        _ => Err(format!(
            "`{}` has to be a set, and is {}",
            rule.id,
            kind_of(found)
        )),
    }
}

fn problem(rule: &Arc<Rule>, item: Value<'_>, arena: &Bump) -> Result<(usize, Problem), String> {
    let mut problem = Problem::new(rule.clone(), "");
    let mut field = Field::default();
    let rule = &rule.id;
    if let Value::Text(message) = item {
        problem.message = message.to_owned();
        return Ok((0, problem.at_field(field)));
    }
    let fields = match (item.sort(), Items::of(item, arena)) {
        (Sort::Object, Some(fields)) => fields,
        _ => return Err(format!("a result of `{rule}` is {}", kind_of(item))),
    };
    let mut object = 0;
    let mut has_message = false;
    for (key, value) in fields.iter() {
        let Value::Text(key) = key else { continue };
        match (key, value) {
            // They are met in this order, and the first counts.
            ("message" | "msg", Value::Text(text)) if !has_message => {
                problem.message = text.to_owned();
                has_message = true;
            }
            ("help", Value::Text(text)) => problem.help = Some(text.to_owned()),
            ("at", Value::Text("key")) => field.by_key = true,
            ("at", Value::Text(part)) => field.part = Some(Box::from(part)),
            ("path", path) => {
                field.path = read_path(path, arena).ok_or_else(|| {
                    format!("the `path` of a result of `{rule}` is no list of keys")
                })?;
            }
            ("object", index) => {
                object = index
                    .as_index()
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

fn read_path(path: Value<'_>, arena: &Bump) -> Option<FieldPath> {
    if path.sort() != Sort::Array {
        return None;
    }
    let segments = Items::of(path, arena)?.values();
    segments
        .map(|segment| match segment {
            Value::Text(key) => Some(Segment::Key(Box::from(key))),
            number => number.as_index().map(Segment::Index),
        })
        .collect()
}

fn kind_of(value: Value<'_>) -> &'static str {
    match value.sort() {
        Sort::Null => "null",
        Sort::Bool => "a boolean",
        Sort::Number => "a number",
        Sort::Text => "text",
        Sort::Array => "a list",
        Sort::Set => "a set",
        Sort::Object => "an object",
    }
}
