//! Trees → values.

use std::sync::Arc;

use crate::ast::{Ast, Call, Id, Item, Node};
use crate::machine::Machine;
use crate::value::{Key, Map};
use crate::{Failure, Reason, Value, fold, library};

pub(crate) type Evaluated = Result<Value, Failure>;

/// Evaluates an expression; never a placeholder.
pub(crate) fn eval(ast: &Ast, id: Id, machine: &mut Machine<'_>) -> Evaluated {
    maybe(ast, id, machine)?.known()
}

/// Evaluates an expression that may be a placeholder, because nobody looks at it yet.
fn maybe(ast: &Ast, id: Id, machine: &mut Machine<'_>) -> Evaluated {
    machine.budget.spend(1)?;
    match ast.node(id) {
        Node::Literal(value) => Ok(value.clone()),
        Node::Local(at) => Ok(machine.locals.get(*at).cloned().unwrap_or(Value::Null)),
        Node::Global(at) => machine
            .globals
            .get(*at)
            .cloned()
            .ok_or(Failure::UNSUPPORTED),
        Node::Name(_) | Node::Struct { .. } => Err(Failure::UNSUPPORTED),
        Node::Select {
            of,
            field,
            optional,
        } => {
            let of = eval(ast, *of, machine)?;
            select(&of, field, *optional)
        }
        Node::Has { of, field } => has(&eval(ast, *of, machine)?, field).map(Value::Bool),
        Node::Call(inner) => call(ast, inner, machine),
        Node::And(parts) => junction(ast, parts, false, machine),
        Node::Or(parts) => junction(ast, parts, true, machine),
        Node::Conditional([condition, then, otherwise]) => match eval(ast, *condition, machine)? {
            Value::Bool(true) => maybe(ast, *then, machine),
            Value::Bool(false) => maybe(ast, *otherwise, machine),
            other => Err(library::mismatch(&[other])),
        },
        Node::List(items) => list(ast, items, machine),
        Node::Map(entries) => map(ast, entries, machine),
        Node::Macro(inner) => fold::run(ast, inner, machine),
    }
}

/// `&&` and `||`: one part that decides is enough, whatever is wrong with the others.
fn junction(ast: &Ast, parts: &[Id], decides: bool, machine: &mut Machine<'_>) -> Evaluated {
    let mut failure: Option<Failure> = None;
    for part in parts {
        match decide(eval(ast, *part, machine)) {
            Ok(value) if value == decides => return Ok(Value::Bool(decides)),
            Ok(_) => {}
            Err(Failure::BUDGET) => return Err(Failure::BUDGET),
            Err(other) => {
                failure = Some(match failure {
                    Some(failure) => failure.or(other),
                    None => other,
                });
            }
        }
    }
    match failure {
        Some(failure) => Err(failure),
        None => Ok(Value::Bool(!decides)),
    }
}

/// A boolean.
pub(crate) fn decide(value: Evaluated) -> Result<bool, Failure> {
    match value? {
        Value::Bool(value) => Ok(value),
        other => Err(library::mismatch(&[other])),
    }
}

fn call(ast: &Ast, call: &Call, machine: &mut Machine<'_>) -> Evaluated {
    // Nearly all calls have few arguments: they need no memory of their own.
    let mut args: Vec<Value> = Vec::with_capacity(3);
    for id in call.target.iter().chain(&call.args) {
        // What stands behind an optional that is there is not looked at.
        if let ("or" | "orValue", Some(Value::Optional(Some(value)))) = (&*call.name, args.first())
        {
            return Ok(match &*call.name {
                "or" => Value::Optional(Some(value.clone())),
                _ => (**value).clone(),
            });
        }
        args.push(eval(ast, *id, machine)?);
    }
    match call.overloads.as_slice() {
        [only] if only.accepts(&args) => only.call(machine, &args),
        all => match all.iter().find(|overload| overload.accepts(&args)) {
            Some(overload) => overload.call(machine, &args),
            None => Err(library::mismatch(&args)),
        },
    }
}

fn select(of: &Value, field: &str, optional: bool) -> Evaluated {
    let of = match of {
        Value::Optional(None) => return Ok(Value::Optional(None)),
        Value::Optional(Some(inner)) => return select(inner, field, true),
        other => other,
    };
    match (find(of, field, optional)?, optional) {
        (Some(Value::Placeholder), true) => Err(Failure::Unknown(Reason::Placeholder)),
        (Some(value), true) => Ok(Value::some(value.clone())),
        (Some(value), false) => Ok(value.clone()),
        (None, true) => Ok(Value::Optional(None)),
        (None, false) => Err(no_key(field)),
    }
}

fn has(of: &Value, field: &str) -> Result<bool, Failure> {
    match of {
        Value::Optional(None) => Ok(false),
        Value::Optional(Some(inner)) => has(inner, field),
        other => Ok(find(other, field, true)?.is_some()),
    }
}

fn find<'v>(of: &'v Value, field: &str, tests: bool) -> Result<Option<&'v Value>, Failure> {
    match of {
        Value::Map(map) => Ok(map.text(field)),
        // Whether there is something can be asked of everything.
        Value::List(_) => Err(library::mismatch(std::slice::from_ref(of))),
        _ if tests => Ok(None),
        other => Err(library::mismatch(std::slice::from_ref(other))),
    }
}

pub(crate) fn no_key(key: &str) -> Failure {
    Failure::error(format!("there is no key `{}`", key.escape_debug()))
}

/// A part of a literal; `None` if it is an optional that is absent.
fn item(ast: &Ast, item: Item, machine: &mut Machine<'_>) -> Result<Option<Value>, Failure> {
    let value = maybe(ast, item.value, machine)?;
    match (item.optional, value) {
        (true, Value::Optional(inner)) => Ok(inner.map(|inner| (*inner).clone())),
        (true, other) => Err(library::mismatch(&[other])),
        (false, value) => Ok(Some(value)),
    }
}

fn list(ast: &Ast, items: &[Item], machine: &mut Machine<'_>) -> Evaluated {
    let mut values = Vec::with_capacity(items.len());
    for part in items {
        values.extend(item(ast, *part, machine)?);
    }
    machine.list(values)
}

fn map(ast: &Ast, entries: &[(Id, Item)], machine: &mut Machine<'_>) -> Evaluated {
    let mut values = Vec::with_capacity(entries.len());
    for (key, part) in entries {
        let key = eval(ast, *key, machine)?;
        let key = Key::of(&key).ok_or(Failure::UNSUPPORTED)?;
        if let Some(value) = item(ast, *part, machine)? {
            values.push((key, value));
        }
    }
    machine.budget.list(2 * values.len())?;
    Ok(Value::Map(Arc::new(Map::new(values))))
}
