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
    let mut found: Vec<Value<'a>> = Vec::new();
    for value in left.values() {
        let mut same = || right.find(|member| compare(member, value, arena, context.steps));
        let is_kept = match operator {
            Operator::Intersection => same()?.is_some(),
            Operator::Minus => same()?.is_none(),
            _ => true,
        };
        if is_kept {
            found.push(value);
        }
    }
    if operator == Operator::Union {
        found.extend(right.values());
    }
    distinct(&mut found, 0, arena, context.steps)?;
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
