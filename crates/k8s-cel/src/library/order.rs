//! `<`, `<=`, `>`, `>=`.

use std::cmp::Ordering;

use super::{Declared, mismatch};
use crate::Value;
use crate::eval::Evaluated;
use crate::machine::Machine;

macro_rules! orders {
    ($(($a:literal, $b:literal, $since:literal)),+) => {
        &[$(
            (concat!("_<_(", $a, ", ", $b, "): bool"), $since, |m, args| order(m, args, Ordering::is_lt)),
            (concat!("_<=_(", $a, ", ", $b, "): bool"), $since, |m, args| order(m, args, Ordering::is_le)),
            (concat!("_>_(", $a, ", ", $b, "): bool"), $since, |m, args| order(m, args, Ordering::is_gt)),
            (concat!("_>=_(", $a, ", ", $b, "): bool"), $since, |m, args| order(m, args, Ordering::is_ge)),
        )+]
    };
}

pub(super) const FUNCTIONS: &[Declared] = orders![
    ("bool", "bool", 0),
    ("int", "int", 0),
    ("uint", "uint", 0),
    ("double", "double", 0),
    ("string", "string", 0),
    ("bytes", "bytes", 0),
    ("timestamp", "timestamp", 0),
    ("duration", "duration", 0),
    ("int", "double", 28),
    ("int", "uint", 28),
    ("uint", "double", 28),
    ("uint", "int", 28),
    ("double", "int", 28),
    ("double", "uint", 28)
];

fn order(machine: &mut Machine<'_>, args: &[Value], holds: fn(Ordering) -> bool) -> Evaluated {
    let [a, b] = args else {
        return Err(mismatch(args));
    };
    if let (Value::String(a), Value::String(b)) = (a, b) {
        machine.budget.scan(a.len().min(b.len()))?;
    }
    match compare(a, b) {
        Some(order) => Ok(Value::Bool(holds(order))),
        None => Err(mismatch(args)),
    }
}

/// The order of two values, if they have one.
pub(crate) fn compare(a: &Value, b: &Value) -> Option<Ordering> {
    Some(match (a, b) {
        (Value::Bool(a), Value::Bool(b)) => a.cmp(b),
        (Value::Int(a), Value::Int(b)) | (Value::Duration(a), Value::Duration(b)) => a.cmp(b),
        (Value::Uint(a), Value::Uint(b)) => a.cmp(b),
        (Value::String(a), Value::String(b)) => a.cmp(b),
        (Value::Bytes(a), Value::Bytes(b)) => a.cmp(b),
        (Value::Timestamp(a), Value::Timestamp(b)) => a.cmp(b),
        (Value::Double(a), Value::Double(b)) => return a.partial_cmp(b),
        (Value::Int(_) | Value::Uint(_), Value::Int(_) | Value::Uint(_)) => {
            integer(a)?.cmp(&integer(b)?)
        }
        (Value::Double(a), b) => return compare_double(*a, integer(b)?),
        (a, Value::Double(b)) => return compare_double(*b, integer(a)?).map(Ordering::reverse),
        _ => return None,
    })
}

fn integer(value: &Value) -> Option<i128> {
    match value {
        Value::Int(value) => Some(i128::from(*value)),
        Value::Uint(value) => Some(i128::from(*value)),
        _ => None,
    }
}

/// Integers are rounded to what floating point numbers can tell, unless they are out of reach.
fn compare_double(a: f64, b: i128) -> Option<Ordering> {
    if a.is_nan() {
        return None;
    }
    a.partial_cmp(&(b as f64))
}
