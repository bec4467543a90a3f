//! Which values are equal, and which comes first.

use std::cmp::Ordering;

use bumpalo::Bump;

use super::{Items, Sort, Value};

/// Whether two values are equal.
pub(crate) fn equal<'a>(a: Value<'a>, b: Value<'_>, arena: &Bump) -> bool {
    match (a, b) {
        (Value::Text(a), Value::Text(b)) => a == b,
        (Value::Number(a), Value::Number(b)) => a == b,
        (Value::Bool(a), Value::Bool(b)) => a == b,
        (Value::Null, Value::Null) => true,
        (a, b) if a.sort() != b.sort() => false,
        (a, b) => compare(a, b, arena).is_eq(),
    }
}

/// Which of two values comes first.
pub(crate) fn compare(a: Value<'_>, b: Value<'_>, arena: &Bump) -> Ordering {
    match (a, b) {
        (Value::Text(a), Value::Text(b)) => return a.cmp(b),
        (Value::Number(a), Value::Number(b)) => return a.cmp(&b),
        (Value::Bool(a), Value::Bool(b)) => return a.cmp(&b),
        _ => {}
    }
    let sort = a.sort();
    let by_sort = sort.cmp(&b.sort());
    if by_sort.is_ne() {
        return by_sort;
    }
    let (Some(left), Some(right)) = (Items::of(a, arena), Items::of(b, arena)) else {
        return Ordering::Equal;
    };
    let items = left.iter().zip(right.iter());
    let first_difference = match sort {
        Sort::Object => items
            .map(|((a, x), (b, y))| compare(a, b, arena).then_with(|| compare(x, y, arena)))
            .find(|order| order.is_ne()),
        _ => items
            .map(|((_, a), (_, b))| compare(a, b, arena))
            .find(|order| order.is_ne()),
    };
    first_difference.unwrap_or_else(|| left.len().cmp(&right.len()))
}

/// Sorts values and removes those that are there already.
pub(crate) fn distinct<'a>(values: &mut Vec<Value<'a>>, from: usize, arena: &'a Bump) {
    let Some(added) = values.get_mut(from..) else {
        return;
    };
    if added.is_sorted_by(|a, b| compare(*a, *b, arena).is_lt()) {
        return;
    }
    added.sort_by(|a, b| compare(*a, *b, arena));
    let mut kept = from;
    for at in from + 1..values.len() {
        if !equal(values[kept], values[at], arena) {
            kept += 1;
            values[kept] = values[at];
        }
    }
    values.truncate(kept + 1);
}

/// Sorts entries by their keys. `None` if two have the same key and different values.
pub(crate) fn in_order<'a>(
    entries: &mut Vec<(Value<'a>, Value<'a>)>,
    arena: &'a Bump,
) -> Option<()> {
    if entries.is_sorted_by(|(a, _), (b, _)| compare(*a, *b, arena).is_lt()) {
        return Some(());
    }
    entries.sort_by(|(a, _), (b, _)| compare(*a, *b, arena));
    let is_contradicted = entries.windows(2).any(|pair| match pair {
        [(a, x), (b, y)] => equal(*a, *b, arena) && !equal(*x, *y, arena),
        _ => false,
    });
    entries.dedup_by(|(a, _), (b, _)| equal(*a, *b, arena));
    (!is_contradicted).then_some(())
}
