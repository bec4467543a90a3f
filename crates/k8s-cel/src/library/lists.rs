//! Lists.

use super::order::compare;
use super::{Declared, mismatch};
use crate::equal::{contains, position};
use crate::eval::Evaluated;
use crate::fold::sorted;
use crate::machine::Machine;
use crate::value::List;
use crate::{Failure, Value};

/// How long a list may be that is made of nothing.
const MAX_RANGE: i64 = 1_000_000;

macro_rules! comparable {
    ($($ty:literal),+) => {
        &[$(
            (concat!("list<", $ty, "> isSorted(): bool"), 0, |_, args| is_sorted(args)),
            (concat!("list<", $ty, "> min(): ", $ty), 0, |_, args| extreme(args, true)),
            (concat!("list<", $ty, "> max(): ", $ty), 0, |_, args| extreme(args, false)),
            (concat!("list<", $ty, "> sort(): list<", $ty, ">"), 34, sort),
        )+
        ("list<int> sum(): int", 0, |m, args| sum(m, args, Value::Int(0))),
        ("list<uint> sum(): uint", 0, |m, args| sum(m, args, Value::Uint(0))),
        ("list<double> sum(): double", 0, |m, args| sum(m, args, Value::Double(0.0))),
        ("list<duration> sum(): duration", 0, |m, args| sum(m, args, Value::Duration(0))),
        ("list<A> indexOf(A): int", 0, |m, args| index(m, args, false)),
        ("list<A> lastIndexOf(A): int", 0, |m, args| index(m, args, true)),
        ("dyn includes(dyn): bool", 37, includes),
        ("list<A> slice(int, int): list<A>", 34, slice),
        ("list<list<A>> flatten(): list<A>", 34, flatten),
        ("list<dyn> flatten(int): list<dyn>", 34, flatten),
        ("lists.range(int): list<int>", 34, range),
        ("list<A> reverse(): list<A>", 34, reverse),
        ("list<A> distinct(): list<A>", 34, distinct),
        ("list<A> first(): optional<A>", 28, |_, args| end(args, |items| items.first())),
        ("list<A> last(): optional<A>", 28, |_, args| end(args, |items| items.last())),
        ]
    };
}

pub(super) const FUNCTIONS: &[Declared] = comparable![
    "int",
    "uint",
    "double",
    "bool",
    "duration",
    "timestamp",
    "string",
    "bytes"
];

fn list(args: &[Value]) -> Result<&List, Failure> {
    match args.first() {
        Some(Value::List(list)) => Ok(list),
        _ => Err(mismatch(args)),
    }
}

fn is_sorted(args: &[Value]) -> Evaluated {
    let list = list(args)?;
    for pair in list.items.windows(2) {
        let [a, b] = pair else { continue };
        match compare(a, b) {
            Some(order) if order.is_gt() => return Ok(Value::Bool(false)),
            Some(_) => {}
            None => return Err(mismatch(pair)),
        }
    }
    Ok(Value::Bool(true))
}

fn extreme(args: &[Value], least: bool) -> Evaluated {
    let list = list(args)?;
    let mut items = list.items.iter();
    let first = items.next();
    let mut best = first.ok_or_else(|| Failure::error("an empty list has no least item"))?;
    for item in items {
        let order = compare(item, best).ok_or_else(|| mismatch(std::slice::from_ref(item)))?;
        if if least { order.is_lt() } else { order.is_gt() } {
            best = item;
        }
    }
    best.clone().known()
}

fn sort(machine: &mut Machine<'_>, args: &[Value]) -> Evaluated {
    let list = list(args)?;
    sorted(list.items.clone(), list.items.clone(), machine)
}

fn sum(machine: &mut Machine<'_>, args: &[Value], zero: Value) -> Evaluated {
    let list = list(args)?;
    machine.budget.spend(list.items.len())?;
    let mut sum = zero;
    for item in &list.items {
        let added = match (&sum, item) {
            (Value::Int(a), Value::Int(b)) => a.checked_add(*b).map(Value::Int),
            (Value::Uint(a), Value::Uint(b)) => a.checked_add(*b).map(Value::Uint),
            (Value::Double(a), Value::Double(b)) => Some(Value::Double(a + b)),
            (Value::Duration(a), Value::Duration(b)) => a.checked_add(*b).map(Value::Duration),
            _ => return Err(mismatch(std::slice::from_ref(item))),
        };
        sum = super::arithmetic::number(added)?;
    }
    Ok(sum)
}

fn index(machine: &mut Machine<'_>, args: &[Value], last: bool) -> Evaluated {
    let (list, [_, wanted]) = (list(args)?, args) else {
        return Err(mismatch(args));
    };
    let found = if last {
        let backwards: Vec<Value> = list.items.iter().rev().cloned().collect();
        let found = position(&backwards, wanted, machine.budget)?;
        found.map(|at| backwards.len() - 1 - at)
    } else {
        position(&list.items, wanted, machine.budget)?
    };
    Ok(Value::Int(found.map_or(-1, |at| at as i64)))
}

/// Whether a list contains a value, or all of several.
fn includes(machine: &mut Machine<'_>, args: &[Value]) -> Evaluated {
    let (list, [_, wanted]) = (list(args)?, args) else {
        return Err(mismatch(args));
    };
    if contains(list, wanted, machine.budget)? {
        return Ok(Value::Bool(true));
    }
    // What else it may mean differs between versions.
    match wanted {
        Value::List(_) | Value::Map(_) => Err(Failure::UNSUPPORTED),
        _ => Ok(Value::Bool(false)),
    }
}

fn slice(machine: &mut Machine<'_>, args: &[Value]) -> Evaluated {
    let [Value::List(list), Value::Int(from), Value::Int(until)] = args else {
        return Err(mismatch(args));
    };
    let range = usize::try_from(*from)
        .ok()
        .zip(usize::try_from(*until).ok());
    let items = range.and_then(|(from, until)| list.items.get(from..until));
    let items = items.ok_or_else(|| Failure::error("a range is outside the list"))?;
    machine.list(items.to_vec())
}

fn flatten(machine: &mut Machine<'_>, args: &[Value]) -> Evaluated {
    let depth = match args {
        [_, Value::Int(depth)] => *depth,
        _ => 1,
    };
    if depth < 0 {
        return Err(Failure::error("a depth is negative"));
    }
    let mut items = list(args)?.items.clone();
    for _ in 0..depth {
        if !items.iter().any(|item| matches!(item, Value::List(_))) {
            break;
        }
        let mut flat = Vec::with_capacity(items.len());
        for item in &items {
            match item {
                Value::List(inner) => {
                    machine.budget.list(inner.items.len())?;
                    flat.extend(inner.items.iter().cloned());
                }
                item => flat.push(item.clone()),
            }
        }
        items = flat;
    }
    machine.list(items)
}

fn range(machine: &mut Machine<'_>, args: &[Value]) -> Evaluated {
    match args {
        [Value::Int(length)] if *length > MAX_RANGE => Err(Failure::BUDGET),
        [Value::Int(length)] if *length < 0 => Err(Failure::error("a length is negative")),
        [Value::Int(length)] => {
            machine.budget.list(usize::try_from(*length).unwrap_or(0))?;
            Ok(Value::list((0..*length).map(Value::Int).collect()))
        }
        _ => Err(mismatch(args)),
    }
}

fn reverse(machine: &mut Machine<'_>, args: &[Value]) -> Evaluated {
    let list = list(args)?;
    machine.list(list.items.iter().rev().cloned().collect())
}

fn distinct(machine: &mut Machine<'_>, args: &[Value]) -> Evaluated {
    let list = list(args)?;
    let mut items: Vec<Value> = Vec::new();
    for item in &list.items {
        if position(&items, item, machine.budget)?.is_none() {
            items.push(item.clone());
        }
    }
    machine.list(items)
}

fn end(args: &[Value], pick: fn(&[Value]) -> Option<&Value>) -> Evaluated {
    let list = list(args)?;
    Ok(match pick(&list.items) {
        Some(item) => Value::some(item.clone().known()?),
        None => Value::Optional(None),
    })
}
