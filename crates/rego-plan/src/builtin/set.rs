//! Sets of sets, and what operators make of two.

use super::{Answer, Context};
use crate::ast::Operator;
use crate::run::Halt;
use crate::value::{Items, Sort, Value, compare, distinct};

/// The union, the intersection or the difference of two sets.
pub(crate) fn of_two<'a>(
    operator: Operator,
    a: Value<'a>,
    b: Value<'a>,
    context: &mut Context<'a, '_>,
) -> Answer<'a> {
    let (Some(left), Some(right)) = (members(a, context)?, members(b, context)?) else {
        return Ok(None);
    };
    let arena = context.arena;
    let right: Vec<Value<'a>> = right.values().collect();
    let is_in_both = |value: &Value<'a>| {
        right
            .binary_search_by(|v| compare(*v, *value, arena))
            .is_ok()
    };
    let mut found: Vec<Value<'a>> = match operator {
        Operator::Intersection => left.values().filter(is_in_both).collect(),
        Operator::Minus => left.values().filter(|value| !is_in_both(value)).collect(),
        _ => left.values().chain(right.iter().copied()).collect(),
    };
    distinct(&mut found, 0, arena);
    Ok(Some(Value::Set(arena.alloc_slice_copy(&found))))
}

fn members<'a>(value: Value<'a>, context: &mut Context<'a, '_>) -> Result<Option<Items<'a>>, Halt> {
    match value.sort() {
        Sort::Set => context.items(value),
        _ => Ok(None),
    }
}

pub(super) fn union_of<'a>(sets: Value<'a>, context: &mut Context<'a, '_>) -> Answer<'a> {
    all(Operator::Union, sets, context)
}

pub(super) fn intersection_of<'a>(sets: Value<'a>, context: &mut Context<'a, '_>) -> Answer<'a> {
    all(Operator::Intersection, sets, context)
}

fn all<'a>(operator: Operator, sets: Value<'a>, context: &mut Context<'a, '_>) -> Answer<'a> {
    let Some(sets) = members(sets, context)? else {
        return Ok(None);
    };
    let mut result = None;
    for set in sets.values() {
        let known = result.unwrap_or(set);
        match of_two(operator, known, set, context)? {
            Some(set) => result = Some(set),
            None => return Ok(None),
        }
    }
    Ok(Some(result.unwrap_or(Value::Set(&[]))))
}
