//! Numbers.

use std::cmp::Ordering;

use serde::{Deserialize, Serialize};

/// A number: each value has one form, so that equal numbers look alike.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum Number {
    /// A whole number.
    Int(i64),
    /// A whole number that is too large for the other form.
    Uint(u64),
    /// A number with a fraction, or one that is larger still.
    Float(f64),
}

impl Number {
    /// A whole number.
    pub fn from_u64(value: u64) -> Self {
        match i64::try_from(value) {
            Ok(value) => Self::Int(value),
            Err(_) => Self::Uint(value),
        }
    }

    /// The number with this value; `None` if it is none.
    pub fn from_f64(value: f64) -> Option<Self> {
        const LIMIT: f64 = 9_223_372_036_854_775_808.0;
        Some(match value {
            _ if !value.is_finite() => return None,
            _ if value.fract() != 0.0 => Self::Float(value),
            _ if (-LIMIT..LIMIT).contains(&value) => Self::Int(value as i64),
            _ if (LIMIT..2.0 * LIMIT).contains(&value) => Self::Uint(value as u64),
            _ => Self::Float(value),
        })
    }

    /// The number that is written so; `None` if it is larger than 64 bits can hold.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        if text.bytes().all(|b| b.is_ascii_digit()) {
            return text.parse().ok().map(Self::from_u64);
        }
        text.parse().ok().and_then(Self::from_f64)
    }

    /// The number with the other sign.
    pub(crate) fn negated(self) -> Option<Self> {
        match self {
            Self::Int(value) => value.checked_neg().map(Self::Int),
            Self::Uint(value) => (value == 1 << 63).then_some(Self::Int(i64::MIN)),
            Self::Float(value) => Self::from_f64(-value),
        }
    }

    /// The nearest floating point number.
    pub(crate) fn as_f64(self) -> f64 {
        match self {
            Self::Int(value) => value as f64,
            Self::Uint(value) => value as f64,
            Self::Float(value) => value,
        }
    }

    /// In decimal digits; `None` for those that may be written in several ways.
    pub(crate) fn written(self) -> Option<String> {
        match self {
            Self::Int(value) => Some(value.to_string()),
            Self::Uint(value) => Some(value.to_string()),
            Self::Float(value) => {
                let is_plain = (1e-4..1e15).contains(&value.abs());
                is_plain.then(|| value.to_string())
            }
        }
    }
}

impl Eq for Number {}

impl Ord for Number {
    fn cmp(&self, other: &Self) -> Ordering {
        match (*self, *other) {
            (Self::Int(a), Self::Int(b)) => a.cmp(&b),
            (Self::Uint(a), Self::Uint(b)) => a.cmp(&b),
            (Self::Int(_), Self::Uint(_)) => Ordering::Less,
            (Self::Uint(_), Self::Int(_)) => Ordering::Greater,
            (Self::Float(a), Self::Float(b)) => a.total_cmp(&b),
            (Self::Float(a), whole) => fraction(a, whole),
            (whole, Self::Float(b)) => fraction(b, whole).reverse(),
        }
    }
}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// How a number with a fraction, or beyond 64 bits, stands to a whole one.
fn fraction(float: f64, whole: Number) -> Ordering {
    let floor = match Number::from_f64(float.floor()) {
        Some(floor @ (Number::Int(_) | Number::Uint(_))) => floor,
        _ if float < 0.0 => return Ordering::Less,
        _ => return Ordering::Greater,
    };
    // What is no whole number lies above the next smaller one.
    match floor.cmp(&whole) {
        Ordering::Equal => Ordering::Greater,
        order => order,
    }
}
