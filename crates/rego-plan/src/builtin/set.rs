//! Sets of sets, and what operators make of two.

use std::cmp::Ordering;

use bumpalo::Bump;

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
    let mut found: Vec<Value<'a>> = Vec::new();
    for value in left.values() {
        let is_kept = match operator {
            Operator::Intersection => stands_in(&right, value, arena, context.steps)?,
            Operator::Minus => !stands_in(&right, value, arena, context.steps)?,
            _ => true,
        };
        if is_kept {
            found.push(value);
        }
    }
    if operator == Operator::Union {
        found.extend(&right);
    }
    distinct(&mut found, 0, arena, context.steps)?;
    Ok(Some(Value::Set(arena.alloc_slice_copy(&found))))
}

/// Whether a value is one of others, which stand in order.
fn stands_in(
    members: &[Value<'_>],
    value: Value<'_>,
    arena: &Bump,
    steps: &mut u64,
) -> Result<bool, Halt> {
    let (mut from, mut to) = (0, members.len());
    while from < to {
        let middle = from.midpoint(to);
        let Some(member) = members.get(middle) else {
            break;
        };
        match compare(*member, value, arena, steps)? {
            Ordering::Equal => return Ok(true),
            Ordering::Less => from = middle + 1,
            Ordering::Greater => to = middle,
        }
    }
    Ok(false)
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
