//! Items and entries.

use super::{Declared, mismatch};
use crate::equal::{contains, equal};
use crate::eval::{Evaluated, no_key};
use crate::machine::Machine;
use crate::value::Key;
use crate::{Failure, Reason, Value};

pub(super) const FUNCTIONS: &[Declared] = &[
    ("_[_](list<A>, int): A", 0, |_, args| index(args)),
    ("_[_](map<A, B>, A): B", 0, |_, args| index(args)),
    (
        "_[_](optional<list<A>>, int): optional<A>",
        28,
        |_, args| maybe(args),
    ),
    (
        "_[_](optional<map<A, B>>, A): optional<B>",
        28,
        |_, args| maybe(args),
    ),
    ("_[?_](list<A>, int): optional<A>", 28, |_, args| {
        maybe(args)
    }),
    ("_[?_](map<A, B>, A): optional<B>", 28, |_, args| {
        maybe(args)
    }),
    (
        "_[?_](optional<list<A>>, int): optional<A>",
        28,
        |_, args| maybe(args),
    ),
    (
        "_[?_](optional<map<A, B>>, A): optional<B>",
        28,
        |_, args| maybe(args),
    ),
    ("@in(A, list<A>): bool", 0, is_in),
    ("@in(A, map<A, B>): bool", 0, is_in),
    ("_==_(A, A): bool", 0, |machine, args| {
        is_equal(machine, args, true)
    }),
    ("_!=_(A, A): bool", 0, |machine, args| {
        is_equal(machine, args, false)
    }),
    ("size(string): int", 0, size),
    ("size(bytes): int", 0, size),
    ("size(list<A>): int", 0, size),
    ("size(map<A, B>): int", 0, size),
    ("string size(): int", 0, size),
    ("bytes size(): int", 0, size),
    ("list<A> size(): int", 0, size),
    ("map<A, B> size(): int", 0, size),
    ("!_(bool): bool", 0, |_, args| match args {
        [Value::Bool(value)] => Ok(Value::Bool(!value)),
        _ => Err(mismatch(args)),
    }),
    ("type(A): type", 0, |_, args| match args {
        [value] => Ok(Value::Type(value.type_name())),
        _ => Err(mismatch(args)),
    }),
    ("dyn(A): dyn", 0, |_, args| {
        args.first().cloned().ok_or_else(|| mismatch(args))
    }),
];

/// What stands at an index or key, if something does.
fn find<'v>(of: &'v Value, key: &Value) -> Result<Option<&'v Value>, Failure> {
    let wanted = Key::of(key).ok_or_else(|| mismatch(&[of.clone(), key.clone()]))?;
    match (of, wanted) {
        (Value::List(list), Key::Int(at)) => {
            Ok(usize::try_from(at).ok().and_then(|at| list.items.get(at)))
        }
        (Value::Map(map), key) => Ok(map.get(&key)),
        _ => Err(mismatch(&[of.clone(), key.clone()])),
    }
}

fn index(args: &[Value]) -> Evaluated {
    let [of, key] = args else {
        return Err(mismatch(args));
    };
    match (find(of, key)?, key) {
        (Some(value), _) => Ok(value.clone()),
        (None, Value::String(key)) => Err(no_key(key)),
        (None, Value::Int(at)) => Err(Failure::error(format!("there is no item {at}"))),
        (None, _) => Err(Failure::error("there is no such key")),
    }
}

fn maybe(args: &[Value]) -> Evaluated {
    let [of, key] = args else {
        return Err(mismatch(args));
    };
    let of = match of {
        Value::Optional(None) => return Ok(Value::Optional(None)),
        Value::Optional(Some(inner)) => &**inner,
        other => other,
    };
    match find(of, key)? {
        Some(Value::Placeholder) => Err(Failure::Unknown(Reason::Placeholder)),
        Some(value) => Ok(Value::some(value.clone())),
        None => Ok(Value::Optional(None)),
    }
}

fn is_in(machine: &mut Machine<'_>, args: &[Value]) -> Evaluated {
    match args {
        [value, Value::List(list)] => contains(list, value, machine.budget).map(Value::Bool),
        [key, Value::Map(map)] => {
            let found = Key::of(key).is_some_and(|key| map.get(&key).is_some());
            Ok(Value::Bool(found))
        }
        _ => Err(mismatch(args)),
    }
}

fn is_equal(machine: &mut Machine<'_>, args: &[Value], wanted: bool) -> Evaluated {
    match args {
        [a, b] => Ok(Value::Bool(equal(a, b, machine.budget)? == wanted)),
        _ => Err(mismatch(args)),
    }
}

fn size(machine: &mut Machine<'_>, args: &[Value]) -> Evaluated {
    let size = match args {
        [Value::String(text)] => {
            machine.budget.scan(text.len())?;
            text.chars().count()
        }
        [Value::Bytes(bytes)] => bytes.len(),
        [Value::List(list)] => list.items.len(),
        [Value::Map(map)] => map.entries().len(),
        _ => return Err(mismatch(args)),
    };
    Ok(Value::Int(size as i64))
}
