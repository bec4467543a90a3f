//! Functions of numbers.

use super::{Answer, Builtin, Context};
use crate::run::{Doubt, Halt};
use crate::value::{Number, Value};

const UNSURE: Halt = Halt::Unsure(Doubt::Number);

impl Number {
    pub(crate) fn plus(self, other: Self) -> Result<Self, Halt> {
        self.with(other, i64::checked_add, |a, b| a + b)
    }

    pub(crate) fn minus(self, other: Self) -> Result<Self, Halt> {
        self.with(other, i64::checked_sub, |a, b| a - b)
    }

    pub(crate) fn times(self, other: Self) -> Result<Self, Halt> {
        self.with(other, i64::checked_mul, |a, b| a * b)
    }

    /// `None` if the other one is nothing.
    pub(crate) fn over(self, other: Self) -> Result<Option<Self>, Halt> {
        match (self, other) {
            (_, Self::Int(0)) => Ok(None),
            (Self::Int(a), Self::Int(b)) if a.checked_rem(b) == Some(0) => {
                a.checked_div(b).map(Self::Int).ok_or(UNSURE).map(Some)
            }
            _ => Self::from_f64(self.as_f64() / other.as_f64())
                .ok_or(UNSURE)
                .map(Some),
        }
    }

    /// `None` if one of them is no whole number, or the other one is nothing.
    pub(crate) fn remainder(self, other: Self) -> Result<Option<Self>, Halt> {
        match (self, other) {
            (_, Self::Int(0)) | (Self::Float(_), _) | (_, Self::Float(_)) => Ok(None),
            (Self::Int(a), Self::Int(b)) => a.checked_rem(b).map(Self::Int).ok_or(UNSURE).map(Some),
            _ => Err(UNSURE),
        }
    }

    fn with(
        self,
        other: Self,
        whole: impl Fn(i64, i64) -> Option<i64>,
        real: impl Fn(f64, f64) -> f64,
    ) -> Result<Self, Halt> {
        let result = match (self, other) {
            (Self::Int(a), Self::Int(b)) => whole(a, b).map(Self::Int),
            (Self::Uint(_), _) | (_, Self::Uint(_)) => None,
            _ => Self::from_f64(real(self.as_f64(), other.as_f64())),
        };
        result.ok_or(UNSURE)
    }
}

pub(super) fn rounded(builtin: Builtin, value: Value<'_>) -> Answer<'_> {
    let Value::Number(number) = value else {
        return Ok(None);
    };
    let result = match (number, builtin) {
        (Number::Int(value), Builtin::Abs) => value.checked_abs().map(Number::Int),
        (Number::Float(value), Builtin::Abs) => Number::from_f64(value.abs()),
        (Number::Float(value), Builtin::Ceil) => Number::from_f64(value.ceil()),
        (Number::Float(value), Builtin::Floor) => Number::from_f64(value.floor()),
        (Number::Float(value), _) => Number::from_f64(value.round()),
        (whole, _) => Some(whole),
    };
    result.map(Value::Number).map(Some).ok_or(UNSURE)
}

pub(super) fn to_number(value: Value<'_>) -> Answer<'_> {
    let number = match value {
        Value::Null | Value::Bool(false) => Number::Int(0),
        Value::Bool(true) => Number::Int(1),
        Value::Number(number) => number,
        Value::Text(text) => match text.as_bytes() {
            bytes if is_json(bytes) => read(text).ok_or(UNSURE)?,
            // Some read more than others as a number.
            [b'0'..=b'9' | b'+' | b'-' | b'.', ..] => return Err(UNSURE),
            [b'i' | b'I' | b'n' | b'N', ..] => return Err(UNSURE),
            _ => return Ok(None),
        },
        _ => return Ok(None),
    };
    Ok(Some(Value::Number(number)))
}

/// Whether a text is a number as JSON writes it.
fn is_json(text: &[u8]) -> bool {
    let text = text.strip_prefix(b"-").unwrap_or(text);
    let digits = |from: usize| {
        let rest = text.get(from..).unwrap_or_default();
        rest.iter().take_while(|b| b.is_ascii_digit()).count()
    };
    let mut end = match text.first() {
        Some(b'0') => 1,
        _ => digits(0),
    };
    if end == 0 {
        return false;
    }
    if text.get(end) == Some(&b'.') {
        let fraction = digits(end + 1);
        if fraction == 0 {
            return false;
        }
        end += 1 + fraction;
    }
    if matches!(text.get(end), Some(b'e' | b'E')) {
        end += 1 + usize::from(matches!(text.get(end + 1), Some(b'+' | b'-')));
        let exponent = digits(end);
        if exponent == 0 {
            return false;
        }
        end += exponent;
    }
    end == text.len()
}

fn read(text: &str) -> Option<Number> {
    match text.strip_prefix('-') {
        Some(positive) => Number::parse(positive)?.negated(),
        None => Number::parse(text),
    }
}

pub(super) fn format_int<'a>(
    value: Value<'a>,
    base: Value<'a>,
    context: &mut Context<'a, '_>,
) -> Answer<'a> {
    let (Value::Number(value), Value::Number(base)) = (value, base) else {
        return Ok(None);
    };
    let value = match value {
        Number::Int(value) => value,
        Number::Float(value) => match Number::from_f64(value.trunc()) {
            Some(Number::Int(value)) => value,
            _ => return Err(UNSURE),
        },
        Number::Uint(_) => return Err(UNSURE),
    };
    let sign = if value < 0 { "-" } else { "" };
    let value = value.unsigned_abs();
    let text = match base {
        Number::Int(2) => format!("{sign}{value:b}"),
        Number::Int(8) => format!("{sign}{value:o}"),
        Number::Int(10) => format!("{sign}{value}"),
        Number::Int(16) => format!("{sign}{value:x}"),
        _ => return Ok(None),
    };
    context.write(|out| out.push_str(&text))
}

pub(super) fn range<'a>(
    from: Value<'a>,
    to: Value<'a>,
    context: &mut Context<'a, '_>,
) -> Answer<'a> {
    let (Value::Number(Number::Int(from)), Value::Number(Number::Int(to))) = (from, to) else {
        return Ok(None);
    };
    let length = from.abs_diff(to).saturating_add(1);
    context.pay(usize::try_from(length.saturating_mul(16)).unwrap_or(usize::MAX))?;
    let number = |at: u64| match i64::try_from(at) {
        Ok(at) if from <= to => Value::Number(Number::Int(from + at)),
        Ok(at) => Value::Number(Number::Int(from - at)),
        Err(_) => Value::Null,
    };
    context.array((0..length).map(number))
}

/// A quantity such as `1.5Gi`, in bytes rounded to whole ones.
pub(super) fn units(value: Value<'_>, is_bytes: bool) -> Answer<'_> {
    let Value::Text(text) = value else {
        return Ok(None);
    };
    let text = match text.strip_prefix('"').and_then(|t| t.strip_suffix('"')) {
        Some(inner) => inner,
        None => text,
    };
    let end = text
        .rfind(|c: char| c.is_ascii_digit())
        .map_or(0, |at| at + 1);
    let (digits, suffix) = text.split_at(end);
    let is_plain = digits.bytes().all(|b| b.is_ascii_digit() || b == b'.')
        && digits.starts_with(|c: char| c.is_ascii_digit());
    let factor = if is_bytes {
        bytes(suffix)
    } else {
        unit(suffix)
    };
    let (true, Some(factor)) = (is_plain, factor) else {
        // What is no quantity for one is for another.
        return Err(Halt::Unsure(Doubt::Number));
    };
    let number = Number::parse(digits).ok_or(UNSURE)?;
    let result = match factor {
        Factor::Times(factor) => number.times(Number::Int(factor))?,
        Factor::Over(divisor) => number.over(Number::Int(divisor))?.ok_or(UNSURE)?,
    };
    Ok(Some(Value::Number(match result {
        Number::Float(value) if is_bytes => Number::from_f64(value.round()).ok_or(UNSURE)?,
        result => result,
    })))
}

enum Factor {
    Times(i64),
    Over(i64),
}

fn unit(suffix: &str) -> Option<Factor> {
    Some(Factor::Times(match suffix {
        "" => 1,
        "m" => return Some(Factor::Over(1000)),
        "k" | "K" => 1000,
        "M" => 1_000_000,
        "G" | "g" => 1_000_000_000,
        "T" | "t" => 1_000_000_000_000,
        "P" | "p" => 1_000_000_000_000_000,
        _ => return binary(suffix).map(Factor::Times),
    }))
}

fn bytes(suffix: &str) -> Option<Factor> {
    let small = suffix.to_ascii_lowercase();
    let short = small.strip_suffix('b').unwrap_or(&small);
    Some(Factor::Times(match short {
        "" if small.is_empty() => 1,
        "k" => 1000,
        "m" => 1_000_000,
        "g" => 1_000_000_000,
        "t" => 1_000_000_000_000,
        "p" => 1_000_000_000_000_000,
        _ => return binary(short).map(Factor::Times),
    }))
}

fn binary(suffix: &str) -> Option<i64> {
    Some(match suffix.to_ascii_lowercase().as_str() {
        "ki" => 1 << 10,
        "mi" => 1 << 20,
        "gi" => 1 << 30,
        "ti" => 1 << 40,
        "pi" => 1 << 50,
        _ => return None,
    })
}
