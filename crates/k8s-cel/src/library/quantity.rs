//! Amounts of resources.

use std::sync::Arc;

use super::{Declared, mismatch};
use crate::eval::Evaluated;
use crate::{Failure, Quantity, Value};

pub(super) const FUNCTIONS: &[Declared] = &[
    ("quantity(string): quantity", 28, |_, args| match args {
        [Value::String(text)] => Quantity::parse(text)
            .map(made)
            .ok_or_else(|| Failure::error("the text is not a quantity")),
        _ => Err(mismatch(args)),
    }),
    ("isQuantity(string): bool", 28, |_, args| match args {
        [Value::String(text)] => Ok(Value::Bool(Quantity::parse(text).is_some())),
        _ => Err(mismatch(args)),
    }),
    ("sign(quantity): int", 28, |_, args| {
        one(args, |q| Ok(Value::Int(q.sign())))
    }),
    ("quantity isGreaterThan(quantity): bool", 28, |_, args| {
        two(args, |a, b| Value::Bool(a > b))
    }),
    ("quantity isLessThan(quantity): bool", 28, |_, args| {
        two(args, |a, b| Value::Bool(a < b))
    }),
    ("quantity compareTo(quantity): int", 28, |_, args| {
        two(args, |a, b| Value::Int(a.order(b)))
    }),
    ("quantity asApproximateFloat(): double", 28, |_, args| {
        one(args, |q| Ok(Value::Double(q.float())))
    }),
    ("quantity asInteger(): int", 28, |_, args| {
        one(args, |q| {
            let integer = q.integer().map(Value::Int);
            integer.ok_or_else(|| Failure::error("a quantity is not a whole number"))
        })
    }),
    ("quantity isInteger(): bool", 28, |_, args| {
        one(args, |q| Ok(Value::Bool(q.integer().is_some())))
    }),
    ("quantity add(quantity): quantity", 28, |_, args| {
        two(args, |a, b| made(a.add(b)))
    }),
    ("quantity add(int): quantity", 28, |_, args| {
        two(args, |a, b| made(a.add(b)))
    }),
    ("quantity sub(quantity): quantity", 28, |_, args| {
        two(args, |a, b| made(a.sub(b)))
    }),
    ("quantity sub(int): quantity", 28, |_, args| {
        two(args, |a, b| made(a.sub(b)))
    }),
];

fn made(quantity: Quantity) -> Value {
    Value::Quantity(Arc::new(quantity))
}

fn one(args: &[Value], function: fn(Quantity) -> Evaluated) -> Evaluated {
    match args {
        [Value::Quantity(quantity)] => function(**quantity),
        _ => Err(mismatch(args)),
    }
}

fn two(args: &[Value], function: fn(Quantity, Quantity) -> Value) -> Evaluated {
    match args {
        [Value::Quantity(a), Value::Quantity(b)] => Ok(function(**a, **b)),
        [Value::Quantity(a), Value::Int(b)] => Ok(function(**a, Quantity::of(*b))),
        _ => Err(mismatch(args)),
    }
}
