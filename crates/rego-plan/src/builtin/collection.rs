//! Functions of lists, and of what may be counted.

use super::{Answer, Context};
use crate::run::Halt;
use crate::value::{Items, Number, Sort, Value, arrange, compare};

pub(super) fn count<'a>(value: Value<'a>, context: &mut Context<'a, '_>) -> Answer<'a> {
    let count = match value {
        Value::Text(text) => {
            context.pay(text.len())?;
            Some(text.chars().count())
        }
        Value::Seq(view) => Some(view.items().count()),
        _ => Items::of(value, context.arena).map(Items::len),
    };
    Ok(count.map(Value::from))
}

/// The items of a list.
fn list<'a>(value: Value<'a>, context: &mut Context<'a, '_>) -> Result<Option<Items<'a>>, Halt> {
    match value.sort() {
        Sort::Array => context.items(value),
        _ => Ok(None),
    }
}

pub(super) fn concat<'a>(a: Value<'a>, b: Value<'a>, context: &mut Context<'a, '_>) -> Answer<'a> {
    let (Some(left), Some(right)) = (list(a, context)?, list(b, context)?) else {
        return Ok(None);
    };
    if right.is_empty() {
        return Ok(Some(a));
    }
    if left.is_empty() {
        return Ok(Some(b));
    }
    match (left, right) {
        (Items::List(left), Items::List(right)) => context.array(left.iter().chain(right).copied()),
        _ => context.array(left.values().chain(right.values())),
    }
}

pub(super) fn reverse<'a>(value: Value<'a>, context: &mut Context<'a, '_>) -> Answer<'a> {
    let Some(items) = list(value, context)? else {
        return Ok(None);
    };
    let backwards = (0..items.len()).rev().filter_map(|at| items.get(at));
    context.array(backwards.map(|(_, value)| value))
}

pub(super) fn slice<'a>(
    value: Value<'a>,
    start: Value<'a>,
    stop: Value<'a>,
    context: &mut Context<'a, '_>,
) -> Answer<'a> {
    let Some(items) = list(value, context)? else {
        return Ok(None);
    };
    let (Value::Number(Number::Int(start)), Value::Number(Number::Int(stop))) = (start, stop)
    else {
        return Ok(None);
    };
    let start = usize::try_from(start).unwrap_or(0);
    let stop = usize::try_from(stop).unwrap_or(0).min(items.len());
    context.array(items.values().take(stop).skip(start))
}

/// The items of a list or a set.
fn members<'a>(value: Value<'a>, context: &mut Context<'a, '_>) -> Result<Option<Items<'a>>, Halt> {
    match value.sort() {
        Sort::Array | Sort::Set => context.items(value),
        _ => Ok(None),
    }
}

/// The largest or the smallest.
pub(super) fn extreme<'a>(
    value: Value<'a>,
    largest: bool,
    context: &mut Context<'a, '_>,
) -> Answer<'a> {
    let Some(items) = members(value, context)? else {
        return Ok(None);
    };
    let mut best: Option<Value<'a>> = None;
    for next in items.values() {
        let Some(known) = best else {
            best = Some(next);
            continue;
        };
        let order = compare(next, known, context.arena, context.steps)?;
        let is_better = if largest {
            order.is_gt()
        } else {
            order.is_lt()
        };
        if is_better {
            best = Some(next);
        }
    }
    Ok(best)
}

pub(super) fn sort<'a>(value: Value<'a>, context: &mut Context<'a, '_>) -> Answer<'a> {
    let Some(items) = members(value, context)? else {
        return Ok(None);
    };
    let mut items: Vec<Value<'a>> = items.values().collect();
    arrange(&mut items, |item| *item, context.arena, context.steps)?;
    context.array(items.into_iter())
}

pub(super) fn sum<'a>(value: Value<'a>, context: &mut Context<'a, '_>) -> Answer<'a> {
    folded(value, Number::Int(0), Number::plus, context)
}

pub(super) fn product<'a>(value: Value<'a>, context: &mut Context<'a, '_>) -> Answer<'a> {
    folded(value, Number::Int(1), Number::times, context)
}

fn folded<'a>(
    value: Value<'a>,
    first: Number,
    fold: impl Fn(Number, Number) -> Result<Number, Halt>,
    context: &mut Context<'a, '_>,
) -> Answer<'a> {
    let Some(items) = members(value, context)? else {
        return Ok(None);
    };
    let mut result = first;
    for item in items.values() {
        let Value::Number(number) = item else {
            return Ok(None);
        };
        result = fold(result, number)?;
    }
    Ok(Some(Value::Number(result)))
}
