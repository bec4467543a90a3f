//! Lists as sets.

use super::{Declared, mismatch};
use crate::equal::contains;
use crate::machine::Machine;
use crate::value::List;
use crate::{Failure, Value};

pub(super) const FUNCTIONS: &[Declared] = &[
    (
        "sets.contains(list<A>, list<A>): bool",
        29,
        |machine, args| {
            let (a, b) = two(args)?;
            Ok(Value::Bool(has_all(machine, a, b)?))
        },
    ),
    (
        "sets.equivalent(list<A>, list<A>): bool",
        29,
        |machine, args| {
            let (a, b) = two(args)?;
            let equivalent = has_all(machine, a, b)? && has_all(machine, b, a)?;
            Ok(Value::Bool(equivalent))
        },
    ),
    (
        "sets.intersects(list<A>, list<A>): bool",
        29,
        |machine, args| {
            let (a, b) = two(args)?;
            for item in &b.items {
                if contains(a, item, machine.budget)? {
                    return Ok(Value::Bool(true));
                }
            }
            Ok(Value::Bool(false))
        },
    ),
];

fn two(args: &[Value]) -> Result<(&List, &List), Failure> {
    match args {
        [Value::List(a), Value::List(b)] => Ok((a, b)),
        _ => Err(mismatch(args)),
    }
}

fn has_all(machine: &mut Machine<'_>, list: &List, wanted: &List) -> Result<bool, Failure> {
    for item in &wanted.items {
        if !contains(list, item, machine.budget)? {
            return Ok(false);
        }
    }
    Ok(true)
}
