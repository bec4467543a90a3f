//! Which values are equal, and which comes first.
//!
//! A value may hold the same part again and again, and be small in memory all the same: to compare
//! two such values takes as long as to compare what they stand for. Parts that stand at one place
//! are equal without a look, and every other look is paid for.

use std::cmp::Ordering;

use bumpalo::Bump;
use manifest::View;

use super::{Const, Items, Sort, Value};
use crate::run::Halt;

/// How many values are looked at in the time of a step.
const PER_STEP: u64 = 16;

/// How much text is looked at in the time of a step, in bytes.
const TEXT_PER_STEP: usize = 1024;

/// Values that are nested more deeply are not compared.
const DEPTH_LIMIT: u32 = 512;

/// Whether two values are equal.
#[inline]
pub(crate) fn equal(
    a: Value<'_>,
    b: Value<'_>,
    arena: &Bump,
    steps: &mut u64,
) -> Result<bool, Halt> {
    Ok(match (a, b) {
        (Value::Text(a), Value::Text(b)) if a.len() != b.len() => false,
        (Value::Number(a), Value::Number(b)) => a == b,
        (Value::Bool(a), Value::Bool(b)) => a == b,
        (Value::Null, Value::Null) => true,
        (a, b) => compare(a, b, arena, steps)?.is_eq(),
    })
}

/// Which of two values comes first.
#[inline]
pub(crate) fn compare(
    a: Value<'_>,
    b: Value<'_>,
    arena: &Bump,
    steps: &mut u64,
) -> Result<Ordering, Halt> {
    match (a, b) {
        (Value::Text(a), Value::Text(b)) if a.len().min(b.len()) < TEXT_PER_STEP => Ok(a.cmp(b)),
        (Value::Number(a), Value::Number(b)) => Ok(a.cmp(&b)),
        (Value::Bool(a), Value::Bool(b)) => Ok(a.cmp(&b)),
        _ => {
            let mut fuel = Fuel::new(steps);
            let order = fuel.compare(a, b, arena, 0);
            fuel.give_back(steps);
            order
        }
    }
}

/// Which of two values comes first, whatever that takes: for values whose size is known.
pub(super) fn order(a: Value<'_>, b: Value<'_>, arena: &Bump) -> Ordering {
    // Nothing is as large as that, and what is too deep is not told apart.
    let mut fuel = Fuel(u64::MAX);
    fuel.compare(a, b, arena, 0).unwrap_or(Ordering::Equal)
}

/// How much may still be looked at, in parts of a step.
struct Fuel(u64);

impl Fuel {
    fn new(steps: &u64) -> Self {
        Self(steps.saturating_mul(PER_STEP))
    }

    fn give_back(self, steps: &mut u64) {
        *steps = (*steps).min(self.0 / PER_STEP);
    }

    fn burn(&mut self, amount: usize) -> Result<(), Halt> {
        self.0 = self.0.checked_sub(amount as u64).ok_or(Halt::TooMuch)?;
        Ok(())
    }

    fn compare(
        &mut self,
        a: Value<'_>,
        b: Value<'_>,
        arena: &Bump,
        depth: u32,
    ) -> Result<Ordering, Halt> {
        self.burn(1)?;
        match (a, b) {
            (Value::Text(a), Value::Text(b)) => {
                let shared = a.len().min(b.len()) / TEXT_PER_STEP;
                self.burn(shared.saturating_mul(PER_STEP as usize))?;
                return Ok(a.cmp(b));
            }
            (Value::Number(a), Value::Number(b)) => return Ok(a.cmp(&b)),
            (Value::Bool(a), Value::Bool(b)) => return Ok(a.cmp(&b)),
            _ => {}
        }
        let sort = a.sort();
        let by_sort = sort.cmp(&b.sort());
        if by_sort.is_ne() {
            return Ok(by_sort);
        }
        if place(a).is_some_and(|place| Some(place) == self::place(b)) {
            return Ok(Ordering::Equal);
        }
        if depth >= DEPTH_LIMIT {
            return Err(Halt::TooMuch);
        }
        let (Some(left), Some(right)) = (self.items(a, arena)?, self.items(b, arena)?) else {
            return Ok(Ordering::Equal);
        };
        for ((key, value), (other_key, other)) in left.iter().zip(right.iter()) {
            if sort == Sort::Object {
                let by_key = self.compare(key, other_key, arena, depth + 1)?;
                if by_key.is_ne() {
                    return Ok(by_key);
                }
            }
            let by_value = self.compare(value, other, arena, depth + 1)?;
            if by_value.is_ne() {
                return Ok(by_value);
            }
        }
        Ok(left.len().cmp(&right.len()))
    }

    /// What stands in a value. What a manifest holds is put into the arena for it, which costs as
    /// much as to look at it.
    fn items<'a>(&mut self, value: Value<'a>, arena: &'a Bump) -> Result<Option<Items<'a>>, Halt> {
        let items = Items::of(value, arena);
        if matches!(value, Value::Seq(_) | Value::Map(_)) {
            self.burn(items.map_or(0, Items::len))?;
        }
        Ok(items)
    }

    /// Pays for looking at everything that a value stands for.
    fn weigh(&mut self, value: Value<'_>, arena: &Bump, depth: u32) -> Result<(), Halt> {
        self.burn(1)?;
        if let Value::Text(text) = value {
            return self.burn(text.len() / TEXT_PER_STEP * PER_STEP as usize);
        }
        let Some(items) = self.items(value, arena)? else {
            return Ok(());
        };
        if depth >= DEPTH_LIMIT {
            return Err(Halt::TooMuch);
        }
        for (key, item) in items.iter() {
            if value.sort() == Sort::Object {
                self.weigh(key, arena, depth + 1)?;
            }
            self.weigh(item, arena, depth + 1)?;
        }
        Ok(())
    }
}

/// What tells a collection from all others that there are meanwhile.
fn place(value: Value<'_>) -> Option<(usize, usize)> {
    fn of<T>(items: &[T]) -> Option<(usize, usize)> {
        Some((items.as_ptr() as usize, items.len()))
    }
    match value {
        Value::Array(items) | Value::Set(items) => of(items),
        Value::Object(entries) => of(entries),
        Value::Const(constant) => {
            Some((std::ptr::from_ref::<Const>(constant) as usize, usize::MAX))
        }
        Value::Seq(view) | Value::Map(view) => match view {
            View::Src(source, node) => {
                let source = std::sync::Arc::as_ptr(source) as usize;
                Some((source, node.index()))
            }
            View::Map(map) => Some((std::sync::Arc::as_ptr(map) as usize, usize::MAX)),
            View::Seq(seq) => Some((std::sync::Arc::as_ptr(seq) as usize, usize::MAX)),
            _ => None,
        },
        _ => None,
    }
}

/// Puts things in the order of their values. A sort must not be broken off, so that it is paid for
/// beforehand.
pub(crate) fn arrange<T: Copy>(
    things: &mut [T],
    value: impl for<'t> Fn(&'t T) -> Value<'t>,
    arena: &Bump,
    steps: &mut u64,
) -> Result<(), Halt> {
    let mut is_sorted = true;
    for pair in things.windows(2) {
        if compare(value(&pair[0]), value(&pair[1]), arena, steps)?.is_gt() {
            is_sorted = false;
            break;
        }
    }
    if is_sorted {
        return Ok(());
    }
    let mut fuel = Fuel::new(steps);
    let before = fuel.0;
    for thing in things.iter() {
        fuel.weigh(value(thing), arena, 0)?;
    }
    // As often as a sort looks at each.
    let looks = u64::from(things.len().ilog2());
    let weight = before - fuel.0;
    fuel.0 = fuel
        .0
        .checked_sub(weight.saturating_mul(looks))
        .ok_or(Halt::TooMuch)?;
    fuel.give_back(steps);
    things.sort_by(|a, b| order(value(a), value(b), arena));
    Ok(())
}

/// Whether values stand in order, each once.
fn is_in_order<'v>(
    values: impl Iterator<Item = Value<'v>>,
    arena: &Bump,
    steps: &mut u64,
) -> Result<bool, Halt> {
    let mut last = None;
    for value in values {
        if let Some(last) = last
            && compare(last, value, arena, steps)?.is_ge()
        {
            return Ok(false);
        }
        last = Some(value);
    }
    Ok(true)
}

/// Sorts values and removes those that are there already.
pub(crate) fn distinct<'a>(
    values: &mut Vec<Value<'a>>,
    from: usize,
    arena: &'a Bump,
    steps: &mut u64,
) -> Result<(), Halt> {
    let Some(added) = values.get_mut(from..) else {
        return Ok(());
    };
    if is_in_order(added.iter().copied(), arena, steps)? {
        return Ok(());
    }
    arrange(added, |value| *value, arena, steps)?;
    let mut kept = from;
    for at in from + 1..values.len() {
        if !equal(values[kept], values[at], arena, steps)? {
            kept += 1;
            values[kept] = values[at];
        }
    }
    values.truncate(kept + 1);
    Ok(())
}

/// Sorts entries by their keys.
///
/// # Errors
/// [`Halt::Conflict`] if two have the same key and different values.
pub(crate) fn in_order<'a>(
    entries: &mut Vec<(Value<'a>, Value<'a>)>,
    arena: &'a Bump,
    steps: &mut u64,
) -> Result<(), Halt> {
    if is_in_order(entries.iter().map(|(key, _)| *key), arena, steps)? {
        return Ok(());
    }
    arrange(entries, |(key, _)| *key, arena, steps)?;
    let mut kept = 0;
    for at in 1..entries.len() {
        let ((known, before), (key, value)) = (entries[kept], entries[at]);
        if !equal(known, key, arena, steps)? {
            kept += 1;
            entries[kept] = entries[at];
        } else if !equal(before, value, arena, steps)? {
            return Err(Halt::Conflict);
        }
    }
    entries.truncate(kept + 1);
    Ok(())
}
