//! Functions of objects.

use std::cmp::Ordering;

use bumpalo::Bump;

use super::{Answer, Context};
use crate::run::Halt;
use crate::value::{Items, Sort, Value, arrange, compare, equal};

/// Objects that are nested more deeply are not merged.
const DEPTH_LIMIT: usize = 512;

/// A field, or what stands behind several keys; something else where there is none.
pub(super) fn get<'a>(
    object: Value<'a>,
    key: Value<'a>,
    default: Value<'a>,
    context: &mut Context<'a, '_>,
) -> Answer<'a> {
    if object.sort() != Sort::Object {
        return Ok(None);
    }
    let arena = context.arena;
    let found = match key.sort() {
        Sort::Array => {
            let keys = context.items(key)?;
            let mut found = Some(object);
            for key in keys.into_iter().flat_map(Items::values) {
                match found {
                    Some(value) => found = value.at(key, arena, context.steps)?,
                    None => break,
                }
            }
            found
        }
        _ => object.at(key, arena, context.steps)?,
    };
    Ok(Some(found.unwrap_or(default)))
}

fn entries<'a>(
    object: Value<'a>,
    context: &mut Context<'a, '_>,
) -> Result<Option<Items<'a>>, Halt> {
    match object.sort() {
        Sort::Object => context.items(object),
        _ => Ok(None),
    }
}

pub(super) fn keys<'a>(object: Value<'a>, context: &mut Context<'a, '_>) -> Answer<'a> {
    let Some(entries) = entries(object, context)? else {
        return Ok(None);
    };
    let keys: Vec<Value<'a>> = entries.iter().map(|(key, _)| key).collect();
    Ok(Some(Value::Set(context.arena.alloc_slice_copy(&keys))))
}

pub(super) fn union<'a>(a: Value<'a>, b: Value<'a>, context: &mut Context<'a, '_>) -> Answer<'a> {
    if a.sort() != Sort::Object || b.sort() != Sort::Object {
        return Ok(None);
    }
    merged(a, b, context, 0).map(Some)
}

pub(super) fn union_of<'a>(objects: Value<'a>, context: &mut Context<'a, '_>) -> Answer<'a> {
    if objects.sort() != Sort::Array {
        return Ok(None);
    }
    let Some(objects) = context.items(objects)? else {
        return Ok(None);
    };
    let objects: Vec<Value<'a>> = objects.values().collect();
    if objects.iter().any(|object| object.sort() != Sort::Object) {
        return Ok(None);
    }
    united(&objects, context, 0).map(Some)
}

/// Many values as one, as [`merged`] makes one of two: those of the same key are merged at once, so
/// that it takes no longer however many have it.
fn united<'a>(
    values: &[Value<'a>],
    context: &mut Context<'a, '_>,
    depth: usize,
) -> Result<Value<'a>, Halt> {
    if depth > DEPTH_LIMIT {
        return Err(Halt::TooMuch);
    }
    let is_object = |value: &Value<'a>| value.sort() == Sort::Object;
    match values {
        [.., last] if !is_object(last) => return Ok(*last),
        [only] => return Ok(*only),
        _ => {}
    }
    let replaced = values.iter().rposition(|value| !is_object(value));
    let mut all = Vec::new();
    for object in values.iter().skip(replaced.map_or(0, |at| at + 1)) {
        all.extend(context.items(*object)?.into_iter().flat_map(Items::iter));
    }
    let arena = context.arena;
    arrange(&mut all, |(key, _)| *key, arena, context.steps)?;
    let mut result: Vec<(Value<'a>, Value<'a>)> = Vec::new();
    let mut of_key: Vec<Value<'a>> = Vec::new();
    for (at, (key, value)) in all.iter().enumerate() {
        of_key.push(*value);
        let next = all.get(at + 1);
        if let Some((next, _)) = next
            && equal(*next, *key, arena, context.steps)?
        {
            continue;
        }
        result.push((*key, united(&of_key, context, depth + 1)?));
        of_key.clear();
    }
    Ok(Value::Object(arena.alloc_slice_copy(&result)))
}

/// Two values as one: the second one counts, objects are merged field by field.
fn merged<'a>(
    a: Value<'a>,
    b: Value<'a>,
    context: &mut Context<'a, '_>,
    depth: usize,
) -> Result<Value<'a>, Halt> {
    if depth > DEPTH_LIMIT {
        return Err(Halt::TooMuch);
    }
    if a.sort() != Sort::Object || b.sort() != Sort::Object {
        return Ok(b);
    }
    let (Some(left), Some(right)) = (context.items(a)?, context.items(b)?) else {
        return Ok(b);
    };
    if left.is_empty() {
        return Ok(b);
    }
    if right.is_empty() {
        return Ok(a);
    }
    let from = context.heap.len();
    let (mut left, mut right) = (left.iter().peekable(), right.iter().peekable());
    loop {
        let order = match (left.peek(), right.peek()) {
            (None, None) => break,
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (Some((key, _)), Some((other, _))) => {
                compare(*key, *other, context.arena, context.steps)?
            }
        };
        let next = match order {
            Ordering::Less => left.next(),
            Ordering::Greater => right.next(),
            Ordering::Equal => match (left.next(), right.next()) {
                (Some((key, value)), Some((_, changed))) => {
                    Some((key, merged(value, changed, context, depth + 1)?))
                }
                _ => None,
            },
        };
        // Keys and values in turn.
        let (key, value) = next.unwrap_or((Value::Null, Value::Null));
        context.heap.extend([key, value]);
    }
    let mut pairs = context.heap[from..].chunks_exact(2);
    let entries = context
        .arena
        .alloc_slice_fill_with(pairs.len(), |_| match pairs.next() {
            Some([key, value]) => (*key, *value),
            _ => (Value::Null, Value::Null),
        });
    context.heap.truncate(from);
    Ok(Value::Object(entries))
}

/// The entries whose keys stand among others, or do not.
pub(super) fn choose<'a>(
    object: Value<'a>,
    keys: Value<'a>,
    is_kept: bool,
    context: &mut Context<'a, '_>,
) -> Answer<'a> {
    let (Some(entries), Some(chosen)) = (entries(object, context)?, context.items(keys)?) else {
        return Ok(None);
    };
    let arena: &Bump = context.arena;
    let chosen: Vec<Value<'a>> = match keys.sort() {
        Sort::Object => chosen.iter().map(|(key, _)| key).collect(),
        _ => chosen.values().collect(),
    };
    context.pay(entries.len().saturating_mul(chosen.len()))?;
    let mut left: Vec<(Value<'a>, Value<'a>)> = Vec::new();
    for (key, value) in entries.iter() {
        let mut is_chosen = false;
        for other in &chosen {
            is_chosen |= equal(key, *other, arena, context.steps)?;
        }
        if is_chosen == is_kept {
            left.push((key, value));
        }
    }
    Ok(Some(Value::Object(context.arena.alloc_slice_copy(&left))))
}
