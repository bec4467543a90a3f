//! From what a policy returns to problems.

use std::sync::Arc;

use bumpalo::Bump;
use manifest::Segment;
use rego_plan::{Items, Sort, Value};
use serde::{Deserialize, Serialize};

use crate::problem::{Field, Problem};
use crate::rule::{Rule, Severity};

/// What a policy said of an object, as it goes between processes: nothing in it is nested.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Violation {
    /// The index of the object; 0 if it names none.
    pub(crate) object: usize,
    message: String,
    help: Option<String>,
    path: Vec<Key>,
    part: Option<Box<str>>,
    by_key: bool,
    at_most: Option<Severity>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum Key {
    Name(Box<str>),
    Index(usize),
}

impl Violation {
    /// It as a problem of a rule.
    pub(crate) fn problem(self, rule: &Arc<Rule>) -> Problem {
        let segments = self.path.into_iter().map(|key| match key {
            Key::Name(name) => Segment::Key(name),
            Key::Index(index) => Segment::Index(index),
        });
        let mut problem = Problem::new(rule.clone(), self.message);
        problem.help = self.help;
        problem.at_most = self.at_most;
        problem.at_field(Field {
            path: segments.collect(),
            part: self.part,
            by_key: self.by_key,
            ..Field::default()
        })
    }
}

/// What the `deny` of a rule holds.
///
/// A result is text, or an object with `message` (or `msg`) and, if the policy tells them,
/// `path`, `at`, `help`, `at_most` and `object`. `at_most` is the severity that a lesser case of
/// the rule does not exceed.
pub(crate) fn violations(
    rule: &str,
    found: Value<'_>,
    arena: &Bump,
) -> Result<Vec<Violation>, String> {
    match (found.sort(), Items::of(found, arena)) {
        // It does not hold.
        (Sort::Bool, _) if matches!(found, Value::Bool(false)) => Ok(Vec::new()),
        (Sort::Set | Sort::Array, Some(items)) => items
            .values()
            .map(|item| violation(rule, item, arena))
            .collect(),
        _ => Err(format!("`{rule}` must be a set, but is {}", kind_of(found))),
    }
}

fn violation(rule: &str, item: Value<'_>, arena: &Bump) -> Result<Violation, String> {
    let mut violation = Violation {
        object: 0,
        message: String::new(),
        help: None,
        path: Vec::new(),
        part: None,
        by_key: false,
        at_most: None,
    };
    if let Value::Text(message) = item {
        message.clone_into(&mut violation.message);
        return Ok(violation);
    }
    let fields = match (item.sort(), Items::of(item, arena)) {
        (Sort::Object, Some(fields)) => fields,
        _ => return Err(format!("a result of `{rule}` is {}", kind_of(item))),
    };
    let mut has_message = false;
    for (key, value) in fields.iter() {
        let Value::Text(key) = key else { continue };
        match (key, value) {
            // They are met in this order, and the first counts.
            ("message" | "msg", Value::Text(text)) if !has_message => {
                text.clone_into(&mut violation.message);
                has_message = true;
            }
            ("help", Value::Text(text)) => violation.help = Some(text.to_owned()),
            ("at", Value::Text("key")) => violation.by_key = true,
            ("at", Value::Text(part)) => violation.part = Some(Box::from(part)),
            ("at_most", Value::Text("warning")) => violation.at_most = Some(Severity::Warning),
            ("at_most", Value::Text("info")) => violation.at_most = Some(Severity::Info),
            ("at_most", _) => {
                return Err(format!(
                    "the `at_most` of a result of `{rule}` is neither `info` nor `warning`"
                ));
            }
            ("path", path) => {
                violation.path = read_path(path, arena).ok_or_else(|| {
                    format!("the `path` of a result of `{rule}` is not a list of keys")
                })?;
            }
            ("object", index) => {
                violation.object = index.as_index().ok_or_else(|| {
                    format!("the `object` of a result of `{rule}` is not an index")
                })?;
            }
            _ => {}
        }
    }
    if !has_message {
        return Err(format!("a result of `{rule}` has no `message`"));
    }
    Ok(violation)
}

fn read_path(path: Value<'_>, arena: &Bump) -> Option<Vec<Key>> {
    if path.sort() != Sort::Array {
        return None;
    }
    let segments = Items::of(path, arena)?;
    // Collecting options would leave room for more.
    let mut keys = Vec::with_capacity(segments.len());
    for segment in segments.values() {
        keys.push(match segment {
            Value::Text(key) => Key::Name(Box::from(key)),
            number => Key::Index(number.as_index()?),
        });
    }
    Some(keys)
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
