//! Functions of objects.

use bumpalo::Bump;

use super::{Answer, Context};
use crate::run::Halt;
use crate::value::{Items, Sort, Value, compare, equal};

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
            let mut keys = keys.into_iter().flat_map(Items::values);
            keys.try_fold(object, |value, key| value.at(key, arena))
        }
        _ => object.at(key, arena),
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
    merged(a, b, context).map(Some)
}

pub(super) fn union_of<'a>(objects: Value<'a>, context: &mut Context<'a, '_>) -> Answer<'a> {
    if objects.sort() != Sort::Array {
        return Ok(None);
    }
    let Some(objects) = context.items(objects)? else {
        return Ok(None);
    };
    let mut all = Vec::new();
    for object in objects.values() {
        match entries(object, context)? {
            Some(entries) => all.extend(entries.iter()),
            None => return Ok(None),
        }
    }
    let arena = context.arena;
    all.sort_by(|(a, _), (b, _)| compare(*a, *b, arena));
    let mut result: Vec<(Value<'a>, Value<'a>)> = Vec::new();
    for (key, value) in all {
        match result.last_mut() {
            Some((known, before)) if equal(*known, key, arena) => {
                *before = merged(*before, value, context)?;
            }
            _ => result.push((key, value)),
        }
    }
    Ok(Some(Value::Object(arena.alloc_slice_copy(&result))))
}

/// Two values as one: the second one counts, objects are merged field by field.
fn merged<'a>(
    a: Value<'a>,
    b: Value<'a>,
    context: &mut Context<'a, '_>,
) -> Result<Value<'a>, Halt> {
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
    let mut result = Vec::with_capacity(left.len() + right.len());
    let (mut at, mut to) = (0, 0);
    loop {
        match (left.get(at), right.get(to)) {
            (None, None) => break,
            (Some(entry), None) => {
                result.push(entry);
                at += 1;
            }
            (None, Some(entry)) => {
                result.push(entry);
                to += 1;
            }
            (Some((key, value)), Some((other, changed))) => {
                let order = compare(key, other, context.arena);
                result.push(match order {
                    std::cmp::Ordering::Less => (key, value),
                    std::cmp::Ordering::Equal => (key, merged(value, changed, context)?),
                    std::cmp::Ordering::Greater => (other, changed),
                });
                at += usize::from(order.is_le());
                to += usize::from(order.is_ge());
            }
        }
    }
    Ok(Value::Object(context.arena.alloc_slice_copy(&result)))
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
    let left: Vec<(Value<'a>, Value<'a>)> = entries
        .iter()
        .filter(|(key, _)| chosen.iter().any(|other| equal(*key, *other, arena)) == is_kept)
        .collect();
    Ok(Some(Value::Object(context.arena.alloc_slice_copy(&left))))
}
