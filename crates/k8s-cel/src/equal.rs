//! Equality.

use crate::value::{List, ListKind};
use crate::{Budget, Failure, Reason, Value};

/// Whether two values are equal. Numbers are, whatever their types; other values of different
/// types are not.
pub(crate) fn equal(a: &Value, b: &Value, budget: &mut Budget) -> Result<bool, Failure> {
    budget.spend(1)?;
    Ok(match (a, b) {
        (Value::Placeholder, _) | (_, Value::Placeholder) => {
            return Err(Failure::Unknown(Reason::Placeholder));
        }
        (Value::Null, Value::Null) => true,
        (Value::Bool(a), Value::Bool(b)) => a == b,
        (Value::String(a), Value::String(b)) => {
            budget.scan(a.len().min(b.len()))?;
            a == b
        }
        (Value::Bytes(a), Value::Bytes(b)) => {
            budget.scan(a.len().min(b.len()))?;
            a == b
        }
        (Value::Duration(a), Value::Duration(b)) => a == b,
        (Value::Timestamp(a), Value::Timestamp(b)) => a == b,
        (Value::Type(a), Value::Type(b)) => a == b,
        (Value::Ip(a), Value::Ip(b)) => a == b,
        (Value::Cidr(a, m), Value::Cidr(b, n)) => (a, m) == (b, n),
        (Value::Quantity(a), Value::Quantity(b)) => a.cmp(b).is_eq(),
        (Value::Semver(a), Value::Semver(b)) => a.cmp(b).is_eq(),
        (Value::Url(a), Value::Url(b)) => a.text == b.text,
        (Value::Format(a), Value::Format(b)) => a.name == b.name,
        (Value::Optional(a), Value::Optional(b)) => match (a, b) {
            (Some(a), Some(b)) => equal(a, b, budget)?,
            (None, None) => true,
            _ => false,
        },
        (Value::List(a), Value::List(b)) => lists(a, b, budget)?,
        (Value::Map(a), Value::Map(b)) => {
            if a.entries().len() != b.entries().len() {
                return Ok(false);
            }
            let pairs = a.entries().iter().zip(b.entries());
            let same_keys = pairs.clone().all(|((a, _), (b, _))| a == b);
            budget.spend(a.entries().len())?;
            same_keys && all(pairs.map(|((_, a), (_, b))| (a, b)), budget)?
        }
        _ => numbers(a, b),
    })
}

fn numbers(a: &Value, b: &Value) -> bool {
    let are_numbers = [a, b]
        .iter()
        .all(|v| matches!(v, Value::Int(_) | Value::Uint(_) | Value::Double(_)));
    are_numbers && crate::library::order::compare(a, b).is_some_and(|order| order.is_eq())
}

/// Whether all pairs are equal: one that is not decides, whatever cannot be told of others.
fn all<'v>(
    pairs: impl Iterator<Item = (&'v Value, &'v Value)>,
    budget: &mut Budget,
) -> Result<bool, Failure> {
    let mut unknown = None;
    for (a, b) in pairs {
        match equal(a, b, budget) {
            Ok(true) => {}
            Ok(false) => return Ok(false),
            Err(Failure::BUDGET) => return Err(Failure::BUDGET),
            Err(failure) => unknown = Some(failure),
        }
    }
    unknown.map_or(Ok(true), Err)
}

fn lists(a: &List, b: &List, budget: &mut Budget) -> Result<bool, Failure> {
    if a.items.len() != b.items.len() {
        return Ok(false);
    }
    if matches!(a.kind, ListKind::Atomic) {
        return all(a.items.iter().zip(&b.items), budget);
    }
    for item in &a.items {
        if !contains(b, item, budget)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Whether an item of a list is equal to a value.
pub(crate) fn contains(list: &List, value: &Value, budget: &mut Budget) -> Result<bool, Failure> {
    Ok(position(&list.items, value, budget)?.is_some())
}

/// Where the first item stands that is equal to a value.
pub(crate) fn position(
    items: &[Value],
    value: &Value,
    budget: &mut Budget,
) -> Result<Option<usize>, Failure> {
    let mut unknown = None;
    for (at, item) in items.iter().enumerate() {
        match equal(item, value, budget) {
            Ok(true) if unknown.is_none() => return Ok(Some(at)),
            Ok(_) => {}
            Err(Failure::BUDGET) => return Err(Failure::BUDGET),
            Err(failure) => unknown = Some(failure),
        }
    }
    unknown.map_or(Ok(None), Err)
}
