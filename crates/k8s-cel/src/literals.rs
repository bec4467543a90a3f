//! What is wrong with literals wherever they are evaluated.

use go_regex::{Pattern, Wrong};

use crate::ast::{Ast, Call, Id, Node};
use crate::time::{Timestamp, parse_duration};
use crate::{CompileError, Value};

/// Patterns, durations and moments that are written in an expression and are none.
pub(crate) fn check(ast: &Ast) -> Vec<CompileError> {
    let mut errors = Vec::new();
    for id in (0..ast.len() as u32).map(Id) {
        let Node::Call(call) = ast.node(id) else {
            continue;
        };
        // What was read and replaced by a macro is no call.
        if call.overloads.is_empty() {
            continue;
        }
        if let Some((at, message)) = wrong(ast, call) {
            errors.push(CompileError::new(ast.place(at), message));
        }
    }
    errors
}

fn wrong(ast: &Ast, call: &Call) -> Option<(Id, String)> {
    let last = *call.args.last()?;
    if &*call.name == "format" {
        return format(ast, call).map(|message| (last, message));
    }
    let text = match ast.node(last) {
        Node::Literal(Value::String(text)) => text,
        Node::Literal(Value::Int(seconds)) if &*call.name == "timestamp" => {
            let message = "this is not a timestamp".to_owned();
            return Timestamp::new(*seconds, 0)
                .is_none()
                .then_some((last, message));
        }
        _ => return None,
    };
    let message = match &*call.name {
        "matches" => match Pattern::new(text).regex() {
            Err(Wrong::Invalid(why)) => format!("the regular expression is invalid: {why}"),
            _ => return None,
        },
        "duration" if parse_duration(text).is_none() => "this is not a duration".to_owned(),
        "timestamp" if Timestamp::parse(text).is_none() => "this is not a timestamp".to_owned(),
        _ => return None,
    };
    Some((last, message))
}

/// What is wrong with a pattern that is filled with the values of a literal list.
fn format(ast: &Ast, call: &Call) -> Option<String> {
    let Node::Literal(Value::String(pattern)) = ast.node(call.target?) else {
        return None;
    };
    let Node::List(values) = ast.node(*call.args.first()?) else {
        return None;
    };
    let mut clauses = 0;
    let mut rest = pattern.chars();
    while let Some(c) = rest.next() {
        if c != '%' {
            continue;
        }
        let mut verb = rest.next();
        if verb == Some('%') {
            continue;
        }
        if verb == Some('.') {
            verb = rest.by_ref().find(|c| !c.is_ascii_digit());
        }
        match verb {
            Some('s' | 'd' | 'f' | 'e' | 'b' | 'o' | 'x' | 'X') => clauses += 1,
            Some(other) => {
                let other = other.escape_debug();
                return Some(format!("`%{other}` is not a clause of a format"));
            }
            None => return Some("the format ends within a clause".to_owned()),
        }
    }
    let given = values.len();
    (clauses != given && values.iter().all(|value| !value.optional))
        .then(|| format!("the format and its values differ in number: {clauses} and {given}"))
}
