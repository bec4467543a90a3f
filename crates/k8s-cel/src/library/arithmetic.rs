//! `+`, `-`, `*`, `/`, `%`.

use std::sync::Arc;

use super::{Declared, mismatch};
use crate::equal::position;
use crate::eval::Evaluated;
use crate::machine::Machine;
use crate::value::{List, ListKind};
use crate::{Failure, Value};

pub(super) const FUNCTIONS: &[Declared] = &[
    ("_+_(int, int): int", 0, |_, args| {
        whole(args, i64::checked_add, u64::checked_add)
    }),
    ("_+_(uint, uint): uint", 0, |_, args| {
        whole(args, i64::checked_add, u64::checked_add)
    }),
    ("_+_(double, double): double", 0, |_, args| {
        double(args, |a, b| a + b)
    }),
    ("_+_(string, string): string", 0, concatenate),
    ("_+_(bytes, bytes): bytes", 0, concatenate),
    ("_+_(list<A>, list<A>): list<A>", 0, concatenate),
    ("_+_(duration, duration): duration", 0, |_, args| {
        later(args)
    }),
    ("_+_(duration, timestamp): timestamp", 0, |_, args| {
        later(args)
    }),
    ("_+_(timestamp, duration): timestamp", 0, |_, args| {
        later(args)
    }),
    ("_-_(int, int): int", 0, |_, args| {
        whole(args, i64::checked_sub, u64::checked_sub)
    }),
    ("_-_(uint, uint): uint", 0, |_, args| {
        whole(args, i64::checked_sub, u64::checked_sub)
    }),
    ("_-_(double, double): double", 0, |_, args| {
        double(args, |a, b| a - b)
    }),
    ("_-_(duration, duration): duration", 0, |_, args| {
        earlier(args)
    }),
    ("_-_(timestamp, duration): timestamp", 0, |_, args| {
        earlier(args)
    }),
    ("_-_(timestamp, timestamp): duration", 0, |_, args| {
        earlier(args)
    }),
    ("_*_(int, int): int", 0, |_, args| {
        whole(args, i64::checked_mul, u64::checked_mul)
    }),
    ("_*_(uint, uint): uint", 0, |_, args| {
        whole(args, i64::checked_mul, u64::checked_mul)
    }),
    ("_*_(double, double): double", 0, |_, args| {
        double(args, |a, b| a * b)
    }),
    ("_/_(int, int): int", 0, |_, args| {
        divide(args, i64::checked_div, u64::checked_div)
    }),
    ("_/_(uint, uint): uint", 0, |_, args| {
        divide(args, i64::checked_div, u64::checked_div)
    }),
    ("_/_(double, double): double", 0, |_, args| {
        double(args, |a, b| a / b)
    }),
    ("_%_(int, int): int", 0, |_, args| {
        divide(args, i64::checked_rem, u64::checked_rem)
    }),
    ("_%_(uint, uint): uint", 0, |_, args| {
        divide(args, i64::checked_rem, u64::checked_rem)
    }),
    ("-_(int): int", 0, |_, args| match args {
        [Value::Int(value)] => number(value.checked_neg().map(Value::Int)),
        _ => Err(mismatch(args)),
    }),
    ("-_(double): double", 0, |_, args| match args {
        [Value::Double(value)] => Ok(Value::Double(-value)),
        _ => Err(mismatch(args)),
    }),
];

pub(super) fn number(value: Option<Value>) -> Evaluated {
    value.ok_or_else(|| Failure::error("a number is too large"))
}

fn whole(
    args: &[Value],
    signed: fn(i64, i64) -> Option<i64>,
    unsigned: fn(u64, u64) -> Option<u64>,
) -> Evaluated {
    match args {
        [Value::Int(a), Value::Int(b)] => number(signed(*a, *b).map(Value::Int)),
        [Value::Uint(a), Value::Uint(b)] => number(unsigned(*a, *b).map(Value::Uint)),
        _ => Err(mismatch(args)),
    }
}

fn divide(
    args: &[Value],
    signed: fn(i64, i64) -> Option<i64>,
    unsigned: fn(u64, u64) -> Option<u64>,
) -> Evaluated {
    if let [_, Value::Int(0) | Value::Uint(0)] = args {
        return Err(Failure::error("a number is divided by zero"));
    }
    whole(args, signed, unsigned)
}

fn double(args: &[Value], operation: fn(f64, f64) -> f64) -> Evaluated {
    match args {
        [Value::Double(a), Value::Double(b)] => Ok(Value::Double(operation(*a, *b))),
        _ => Err(mismatch(args)),
    }
}

fn concatenate(machine: &mut Machine<'_>, args: &[Value]) -> Evaluated {
    match args {
        [Value::String(a), Value::String(b)] => {
            machine.budget.scan(a.len() + b.len())?;
            machine.text(format!("{a}{b}"))
        }
        [Value::Bytes(a), Value::Bytes(b)] => {
            machine.budget.scan(a.len() + b.len())?;
            machine.budget.hold(a.len() + b.len())?;
            Ok(Value::Bytes([&**a, &**b].concat().into()))
        }
        [Value::List(a), Value::List(b)] => join(machine, a, b),
        _ => Err(mismatch(args)),
    }
}

/// Lists without order keep each item once, and of items with the same key the later one.
fn join(machine: &mut Machine<'_>, a: &List, b: &List) -> Evaluated {
    machine.budget.list(a.items.len() + b.items.len())?;
    let mut items = a.items.clone();
    match &a.kind {
        ListKind::Atomic => items.extend(b.items.iter().cloned()),
        ListKind::Set => {
            for item in &b.items {
                if position(&a.items, item, machine.budget)?.is_none() {
                    items.push(item.clone());
                }
            }
        }
        ListKind::Keyed(names) => {
            let keys = |item: &Value| {
                let Value::Map(map) = item else {
                    return Value::Null;
                };
                let keys = names.iter().map(|name| map.text(name).cloned());
                Value::list(keys.map(|key| key.unwrap_or(Value::Null)).collect())
            };
            let known: Vec<Value> = a.items.iter().map(keys).collect();
            for item in &b.items {
                match position(&known, &keys(item), machine.budget)? {
                    Some(at) => {
                        if let Some(slot) = items.get_mut(at) {
                            *slot = item.clone();
                        }
                    }
                    None => items.push(item.clone()),
                }
            }
        }
    }
    Ok(Value::List(Arc::new(List {
        items,
        kind: a.kind.clone(),
    })))
}

fn later(args: &[Value]) -> Evaluated {
    number(match args {
        [Value::Duration(a), Value::Duration(b)] => a.checked_add(*b).map(Value::Duration),
        [Value::Duration(by), Value::Timestamp(at)]
        | [Value::Timestamp(at), Value::Duration(by)] => at.later(*by).map(Value::Timestamp),
        _ => return Err(mismatch(args)),
    })
}

fn earlier(args: &[Value]) -> Evaluated {
    number(match args {
        [Value::Duration(a), Value::Duration(b)] => a.checked_sub(*b).map(Value::Duration),
        [Value::Timestamp(at), Value::Duration(by)] => {
            let by = by.checked_neg();
            by.and_then(|by| at.later(by)).map(Value::Timestamp)
        }
        [Value::Timestamp(a), Value::Timestamp(b)] => a.since(*b).map(Value::Duration),
        _ => return Err(mismatch(args)),
    })
}
