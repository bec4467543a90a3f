//! Values that may be absent.

use super::{Declared, mismatch};
use crate::eval::Evaluated;
use crate::machine::Machine;
use crate::{Failure, Value};

pub(super) const FUNCTIONS: &[Declared] = &[
    ("optional.of(A): optional<A>", 28, |_, args| match args {
        [value] => Ok(Value::some(value.clone())),
        _ => Err(mismatch(args)),
    }),
    (
        "optional.ofNonZeroValue(A): optional<A>",
        28,
        |_, args| match args {
            [value] if value.is_zero() => Ok(Value::Optional(None)),
            [value] => Ok(Value::some(value.clone())),
            _ => Err(mismatch(args)),
        },
    ),
    ("optional.none(): optional<A>", 28, |_, _| {
        Ok(Value::Optional(None))
    }),
    ("optional<A> value(): A", 28, |_, args| match args {
        [Value::Optional(Some(value))] => Ok((**value).clone()),
        [Value::Optional(None)] => Err(Failure::error("an optional has no value")),
        _ => Err(mismatch(args)),
    }),
    ("optional<A> hasValue(): bool", 28, |_, args| match args {
        [Value::Optional(value)] => Ok(Value::Bool(value.is_some())),
        _ => Err(mismatch(args)),
    }),
    // If there is a value, these are not even called.
    ("optional<A> or(optional<A>): optional<A>", 28, |_, args| {
        other(args)
    }),
    ("optional<A> orValue(A): A", 28, |_, args| other(args)),
    ("optional.unwrap(list<optional<A>>): list<A>", 28, unwrap),
    ("list<optional<A>> unwrapOpt(): list<A>", 28, unwrap),
];

fn other(args: &[Value]) -> Evaluated {
    match args {
        [Value::Optional(None), other] => Ok(other.clone()),
        _ => Err(mismatch(args)),
    }
}

fn unwrap(machine: &mut Machine<'_>, args: &[Value]) -> Evaluated {
    let [Value::List(list)] = args else {
        return Err(mismatch(args));
    };
    let mut items = Vec::with_capacity(list.items.len());
    for item in &list.items {
        match item {
            Value::Optional(Some(value)) => items.push((**value).clone()),
            Value::Optional(None) => {}
            other => return Err(mismatch(std::slice::from_ref(other))),
        }
    }
    machine.list(items)
}
