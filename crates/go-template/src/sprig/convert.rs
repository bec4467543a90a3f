//! Values of one type from another, as loosely as Sprig does it.

use super::{ANY, Out, STR};
use crate::function::{Args, Function};
use crate::{Data, Evaluator, Failure, List, Text, Value, format, literal};

pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("toString", &[ANY], |ev, args| strval(ev, args.value(0)?)),
    Function::new("toStrings", &[ANY], |ev, args| {
        Ok(List::strings(strings(ev, args.value(0)?)?).into())
    })
    .selects(),
    Function::new("int", &[ANY], |_, args| Ok(to_int(args.value(0)?).into())),
    Function::new("int64", &[ANY], |_, args| {
        Ok(Value::int64(to_int(args.value(0)?)))
    }),
    Function::new("float64", &[ANY], |_, args| {
        Ok(to_float(args.value(0)?).into())
    }),
    Function::new("atoi", &[STR], atoi),
    Function::new("toDecimal", &[ANY], to_decimal),
];

/// A value as a string: itself if it is one, else as it prints.
pub(super) fn strval(evaluator: &mut Evaluator<'_>, value: &Value) -> Out {
    match &value.data {
        Data::Str(_) => Ok(value.clone()),
        Data::Bytes(text) => Ok(Value::text(text.clone()).traced(value.trace)),
        _ => Ok(printed(evaluator, value)?.into()),
    }
}

/// A value as `%v` prints it.
pub(super) fn printed(evaluator: &mut Evaluator<'_>, value: &Value) -> Result<Text, Failure> {
    let mut out = evaluator.builder();
    format::display(evaluator.budget(), value, &mut out)?;
    let text = out.finish()?;
    evaluator.budget().spend_text(&text)?;
    Ok(text)
}

/// The strings of a list without its nils; anything else is one string, nil none.
pub(super) fn strings(evaluator: &mut Evaluator<'_>, value: &Value) -> Result<Vec<Value>, Failure> {
    if value.is_nil() {
        return Ok(Vec::new());
    }
    let Some(list) = evaluator.list(value)? else {
        return Ok(vec![strval(evaluator, value)?]);
    };
    let items = list.items.iter().filter(|item| !item.is_nil());
    items.map(|item| strval(evaluator, item)).collect()
}

/// An integer from whatever it is; what is none gives 0.
pub(super) fn to_int(value: &Value) -> i64 {
    match &value.data {
        Data::Int(int, _) => *int,
        Data::Float(float) => truncate(*float),
        Data::Bool(value) => i64::from(*value),
        Data::Str(text) => {
            let text = text.to_str();
            let whole = without_zero_decimals(&text);
            let int = literal::integer(whole);
            int.and_then(|int| i64::try_from(int).ok()).unwrap_or(0)
        }
        _ => 0,
    }
}

/// Go's conversion on the machines that charts are rendered on: what does not fit is the
/// smallest integer.
fn truncate(value: f64) -> i64 {
    const LIMIT: f64 = 9_223_372_036_854_775_808.0;
    if (-LIMIT..LIMIT).contains(&value) {
        value as i64
    } else {
        i64::MIN
    }
}

/// `1.00` is the integer `1`; `1.50` is none.
fn without_zero_decimals(text: &str) -> &str {
    match text.rsplit_once('.') {
        Some((whole, zeros)) if !zeros.is_empty() && zeros.bytes().all(|b| b == b'0') => whole,
        _ => text,
    }
}

/// A floating-point number from whatever it is; what is none gives 0.
pub(super) fn to_float(value: &Value) -> f64 {
    match &value.data {
        Data::Int(int, of) if of.is_unsigned() => int.cast_unsigned() as f64,
        Data::Int(int, _) => *int as f64,
        Data::Float(float) => *float,
        Data::Bool(value) => f64::from(u8::from(*value)),
        Data::Str(text) => literal::float(&text.to_str()).unwrap_or(0.0),
        _ => 0.0,
    }
}

fn atoi(_: &mut Evaluator<'_>, args: Args<'_>) -> Out {
    let text = args.str(0)?;
    Ok(match text.parse::<i128>() {
        Ok(value) => i64::try_from(value).unwrap_or(if value < 0 { i64::MIN } else { i64::MAX }),
        Err(_) => 0,
    }
    .into())
}

/// The number that an octal text stands for.
fn to_decimal(evaluator: &mut Evaluator<'_>, args: Args<'_>) -> Out {
    let text = printed(evaluator, args.value(0)?)?;
    Ok(Value::int64(
        i64::from_str_radix(&text.to_str(), 8).unwrap_or(0),
    ))
}
