//! `eq` and its kin: only values of the same basic kind compare.

use std::cmp::Ordering;
use std::rc::Rc;

use crate::function::Args;
use crate::{Data, Evaluator, Failure, Kind, Value};

type Out = Result<Value, Failure>;

pub(super) fn eq(_: &mut Evaluator<'_>, args: Args<'_>) -> Out {
    let first = args.value(0)?;
    if args.len() < 2 {
        return Err(Failure::function("`eq` needs something to compare with"));
    }
    for other in args.from(1) {
        if equal(first, other)? {
            return Ok(true.into());
        }
    }
    Ok(false.into())
}

pub(super) fn ne(_: &mut Evaluator<'_>, args: Args<'_>) -> Out {
    Ok((!equal(args.value(0)?, args.value(1)?)?).into())
}

pub(super) fn lt(_: &mut Evaluator<'_>, args: Args<'_>) -> Out {
    Ok(less(args.value(0)?, args.value(1)?)?.into())
}

pub(super) fn le(_: &mut Evaluator<'_>, args: Args<'_>) -> Out {
    Ok(less_or_equal(args)?.into())
}

pub(super) fn gt(_: &mut Evaluator<'_>, args: Args<'_>) -> Out {
    Ok((!less_or_equal(args)?).into())
}

pub(super) fn ge(_: &mut Evaluator<'_>, args: Args<'_>) -> Out {
    Ok((!less(args.value(0)?, args.value(1)?)?).into())
}

fn less_or_equal(args: Args<'_>) -> Result<bool, Failure> {
    let (a, b) = (args.value(0)?, args.value(1)?);
    Ok(less(a, b)? || equal(a, b)?)
}

/// Compares integers of whatever sign.
fn integers(a: &Value, b: &Value) -> Option<Ordering> {
    let wide = |value: &Value| match value.data {
        Data::Int(int, of) if of.is_unsigned() => Some(i128::from(int.cast_unsigned())),
        Data::Int(int, _) => Some(i128::from(int)),
        _ => None,
    };
    Some(wide(a)?.cmp(&wide(b)?))
}

fn equal(a: &Value, b: &Value) -> Result<bool, Failure> {
    if let Some(ordering) = integers(a, b) {
        return Ok(ordering == Ordering::Equal);
    }
    match (&a.data, &b.data) {
        (Data::Bool(a), Data::Bool(b)) => Ok(a == b),
        (Data::Float(a), Data::Float(b)) => Ok(a == b),
        (Data::Str(a), Data::Str(b)) => Ok(a == b),
        _ if a.is_nil() || b.is_nil() => Ok(is_nil(a) && is_nil(b)),
        _ if a.kind() != b.kind() => Err(different(a, b)),
        _ if is_nil(a) || is_nil(b) => Ok(is_nil(a) == is_nil(b)),
        (Data::Object(a), Data::Object(b)) => Ok(Rc::ptr_eq(a, b)),
        _ => Err(Failure::wrong_type(format!(
            "{}s cannot be compared, except with nil",
            if a.kind() == Kind::Map { "map" } else { "list" }
        ))
        .help("`deepEqual` compares their content")),
    }
}

fn is_nil(value: &Value) -> bool {
    match &value.data {
        Data::List(list) => list.nil,
        Data::Map(map) => map.is_nil(),
        _ => value.is_nil(),
    }
}

fn less(a: &Value, b: &Value) -> Result<bool, Failure> {
    if let Some(ordering) = integers(a, b) {
        return Ok(ordering == Ordering::Less);
    }
    match (&a.data, &b.data) {
        (Data::Float(a), Data::Float(b)) => Ok(a < b),
        (Data::Str(a), Data::Str(b)) => Ok(a.bytes() < b.bytes()),
        _ => {
            let unordered =
                |v: &&Value| !matches!(v.kind(), Kind::Int(_) | Kind::Float | Kind::Str);
            match [a, b].into_iter().find(unordered) {
                Some(value) => Err(Failure::wrong_type(format!(
                    "numbers and strings have an order, but this is {}",
                    value.describe()
                ))),
                None => Err(different(a, b)),
            }
        }
    }
}

fn different(a: &Value, b: &Value) -> Failure {
    let numbers = |v: &Value| matches!(v.kind(), Kind::Int(_) | Kind::Float);
    let message = format!(
        "a value of type {} and one of type {} cannot be compared",
        a.type_name(),
        b.type_name()
    );
    let failure = Failure::wrong_type(message);
    if numbers(a) && numbers(b) {
        return failure.help("convert both with `int` or `float64`");
    }
    failure.help("convert both with `toString`")
}
