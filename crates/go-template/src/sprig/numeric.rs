//! Integers, and rounding.

use super::convert::{to_float, to_int};
use super::{ANY, INT, Out};
use crate::function::{Args, Function, Param};
use crate::{Evaluator, Failure, List, ListType, Value};

pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("add", &[], |_, args| fold(0, args.0, i64::wrapping_add)).rest(ANY),
    Function::new("add1", &[ANY], |_, args| fold(1, args.0, i64::wrapping_add)),
    Function::new("sub", &[ANY, ANY], |_, args| {
        folded(args, i64::wrapping_sub)
    }),
    Function::new("mul", &[ANY], |_, args| folded(args, i64::wrapping_mul)).rest(ANY),
    Function::new("div", &[ANY, ANY], |_, args| {
        divided(args, i64::wrapping_div)
    }),
    Function::new("mod", &[ANY, ANY], |_, args| {
        divided(args, i64::wrapping_rem)
    }),
    Function::new("max", &[ANY], |_, args| folded(args, i64::max)).rest(ANY),
    Function::new("biggest", &[ANY], |_, args| folded(args, i64::max)).rest(ANY),
    Function::new("min", &[ANY], |_, args| folded(args, i64::min)).rest(ANY),
    Function::new("maxf", &[ANY], |_, args| folded_float(args, |a, b| a > b)).rest(ANY),
    Function::new("minf", &[ANY], |_, args| folded_float(args, |a, b| a < b)).rest(ANY),
    Function::new("floor", &[ANY], |_, args| {
        Ok(to_float(args.value(0)?).floor().into())
    }),
    Function::new("ceil", &[ANY], |_, args| {
        Ok(to_float(args.value(0)?).ceil().into())
    }),
    Function::new("round", &[ANY, INT], round).rest(Param::Float),
    Function::new("until", &[INT], |ev, args| {
        let stop = args.int(0)?;
        steps(ev, 0, stop, if stop < 0 { -1 } else { 1 }).map(numbers)
    }),
    Function::new("untilStep", &[INT, INT, INT], |ev, args| {
        steps(ev, args.int(0)?, args.int(1)?, args.int(2)?).map(numbers)
    }),
    Function::new("seq", &[], seq).rest(INT),
];

fn fold(start: i64, values: &[Value], with: fn(i64, i64) -> i64) -> Out {
    let numbers = values.iter().map(to_int);
    Ok(Value::int64(numbers.fold(start, with)))
}

fn folded(args: Args<'_>, with: fn(i64, i64) -> i64) -> Out {
    fold(to_int(args.value(0)?), args.from(1), with)
}

fn divided(args: Args<'_>, with: fn(i64, i64) -> i64) -> Out {
    let divisor = to_int(args.value(1)?);
    if divisor == 0 {
        return Err(Failure::function("a number cannot be divided by zero"));
    }
    Ok(Value::int64(with(to_int(args.value(0)?), divisor)))
}

/// The number that wins against all others; one that is no number wins always.
fn folded_float(args: Args<'_>, wins: fn(f64, f64) -> bool) -> Out {
    let mut best = to_float(args.value(0)?);
    for value in args.from(1).iter().map(to_float) {
        let infinite = |x: f64| x.is_infinite() && wins(x, 0.0);
        if infinite(best) {
            continue;
        }
        let signed_zero = best == 0.0 && value == 0.0 && wins(value.signum(), best.signum());
        if value.is_nan() && !best.is_nan() || wins(value, best) || signed_zero || infinite(value) {
            best = value;
        }
    }
    Ok(best.into())
}

fn round(_: &mut Evaluator<'_>, args: Args<'_>) -> Out {
    let value = to_float(args.value(0)?);
    let places = args.int(1)? as f64;
    let up_from = match args.from(2) {
        [] => 0.5,
        _ => args.float(2)?,
    };
    let power = 10f64.powf(places);
    let shifted = power * value;
    let rounded = if shifted.fract() >= up_from {
        shifted.ceil()
    } else {
        shifted.floor()
    };
    Ok((rounded / power).into())
}

/// The numbers from `start` up or down to and without `stop`.
fn steps(
    evaluator: &mut Evaluator<'_>,
    start: i64,
    stop: i64,
    step: i64,
) -> Result<Vec<i64>, Failure> {
    if step == 0 || (stop < start) != (step < 0) || start == stop {
        return Ok(Vec::new());
    }
    let count = start.abs_diff(stop).div_ceil(step.unsigned_abs());
    let count = usize::try_from(count).unwrap_or(usize::MAX);
    evaluator.budget().spend_items(count)?;
    let number = |index: usize| {
        let offset = i64::try_from(index).unwrap_or(i64::MAX).wrapping_mul(step);
        start.wrapping_add(offset)
    };
    Ok((0..count).map(number).collect())
}

fn numbers(numbers: Vec<i64>) -> Value {
    List {
        items: numbers.into_iter().map(Value::from).collect(),
        of: ListType::Int,
        nil: false,
    }
    .into()
}

/// Numbers with spaces between, as the Unix command prints them with newlines.
fn seq(evaluator: &mut Evaluator<'_>, args: Args<'_>) -> Out {
    let (start, step, end) = match args.len() {
        1 => (1, None, args.int(0)?),
        2 => (args.int(0)?, None, args.int(1)?),
        3 => (args.int(0)?, Some(args.int(1)?), args.int(2)?),
        _ => return Ok("".into()),
    };
    let direction = if end < start { -1 } else { 1 };
    if direction < 0 && step.is_some_and(|step| step > 0) {
        return Ok("".into());
    }
    let stop = end.wrapping_add(direction);
    let numbers = steps(evaluator, start, stop, step.unwrap_or(direction))?;
    let words: Vec<String> = numbers.iter().map(i64::to_string).collect();
    Ok(words.join(" ").into())
}
