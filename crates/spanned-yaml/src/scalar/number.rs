//! Numbers, in the notations that Go's `strconv` takes.

use super::Scalar;
use crate::float;

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Integer {
    Signed(i64),
    /// Only what does not fit with sign.
    Unsigned(u64),
}

/// An integer whose base its prefix tells: `0x`, `0b`, `0o`, or a zero for octal.
pub(super) fn prefixed(text: &str) -> Option<Integer> {
    let (negative, unsigned) = sign(text);
    let (digits, radix) = match unsigned.as_bytes() {
        [b'0', b'x' | b'X', _, ..] => (&unsigned[2..], 16),
        [b'0', b'b' | b'B', _, ..] => (&unsigned[2..], 2),
        [b'0', b'o' | b'O', _, ..] => (&unsigned[2..], 8),
        [b'0'] => (unsigned, 10),
        [b'0', ..] => (&unsigned[1..], 8),
        _ => (unsigned, 10),
    };
    let magnitude = digits_of(digits, radix)?;
    match with_sign(negative, magnitude) {
        Some(value) => Some(Integer::Signed(value)),
        None if unsigned.len() == text.len() => Some(Integer::Unsigned(magnitude)),
        None => None,
    }
}

/// An integer of the given base, with an optional sign.
pub(super) fn signed(text: &str, radix: u32) -> Option<i64> {
    let (negative, digits) = sign(text);
    with_sign(negative, digits_of(digits, radix)?)
}

fn sign(text: &str) -> (bool, &str) {
    match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    }
}

fn digits_of(text: &str, radix: u32) -> Option<u64> {
    // Rust would take a sign here.
    if text.starts_with(['+', '-']) {
        return None;
    }
    u64::from_str_radix(text, radix).ok()
}

fn with_sign(negative: bool, magnitude: u64) -> Option<i64> {
    if negative {
        0i64.checked_sub_unsigned(magnitude)
    } else {
        i64::try_from(magnitude).ok()
    }
}

/// `.inf` and `.nan`.
pub(super) fn named_float(text: &str) -> Option<f64> {
    match text {
        ".nan" | ".NaN" | ".NAN" => Some(f64::NAN),
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => Some(f64::INFINITY),
        "-.inf" | "-.Inf" | "-.INF" => Some(f64::NEG_INFINITY),
        _ => None,
    }
}

/// A float in decimal notation; none if it is too large.
pub(super) fn decimal_float(text: &str) -> Option<f64> {
    let (_, unsigned) = sign(text);
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(sign(exponent).1)),
        None => (unsigned, None),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let some_digits = !whole.is_empty() || !fraction.is_empty();
    let exponent_fits = exponent.is_none_or(|e| !e.is_empty() && is_digits(e));
    if !(some_digits && is_digits(whole) && is_digits(fraction) && exponent_fits) {
        return None;
    }
    text.parse().ok().filter(|value: &f64| value.is_finite())
}

/// A float that starts with a point. Single underscores may stand between its digits.
pub(super) fn dotted_float(text: &str) -> Option<f64> {
    let digit = |b: Option<&u8>| b.is_some_and(u8::is_ascii_digit);
    let bytes = text.as_bytes();
    let misplaced = bytes.iter().enumerate().any(|(at, b)| {
        let before = at.checked_sub(1).and_then(|at| bytes.get(at));
        *b == b'_' && !(digit(before) && digit(bytes.get(at + 1)))
    });
    if misplaced {
        return None;
    }
    decimal_float(&text.replace('_', ""))
}

fn is_digits(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_digit())
}

/// What a float is once it went through JSON, which does not tell `1.0` from `1`.
pub(super) fn in_json(value: f64) -> Scalar<'static> {
    if !value.is_finite() || value.fract() != 0.0 || value.abs() >= 1e21 {
        return Scalar::Float(value);
    }
    // The shortest digits, not the exact ones: 2^63 is printed as …776000.
    match prefixed(&float::positional(value)) {
        Some(Integer::Signed(int)) => Scalar::Int(int),
        Some(Integer::Unsigned(uint)) => Scalar::Uint(uint),
        None => Scalar::Float(value),
    }
}
