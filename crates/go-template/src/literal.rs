//! What literals mean.

use crate::ast::Number;

/// The content of a quoted string or character; `quote` is its delimiter. `None` if an escape
/// is none of Go's.
pub(crate) fn unquote(inner: &[u8], quote: u8) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(inner.len());
    let mut rest = inner;
    while let [first, tail @ ..] = rest {
        rest = tail;
        if *first != b'\\' {
            out.push(*first);
            continue;
        }
        let [escape, tail @ ..] = rest else {
            return None;
        };
        rest = tail;
        match escape {
            b'a' => out.push(7),
            b'b' => out.push(8),
            b'f' => out.push(12),
            b'n' => out.push(b'\n'),
            b'r' => out.push(b'\r'),
            b't' => out.push(b'\t'),
            b'v' => out.push(11),
            b'\\' => out.push(b'\\'),
            b'x' => out.push(u8::try_from(digits(&mut rest, 2, 16)?).ok()?),
            b'0'..=b'7' => {
                let high = u32::from(escape - b'0') * 64;
                out.push(u8::try_from(high + digits(&mut rest, 2, 8)?).ok()?);
            }
            b'u' => push_char(&mut out, digits(&mut rest, 4, 16)?)?,
            b'U' => push_char(&mut out, digits(&mut rest, 8, 16)?)?,
            escape if *escape == quote => out.push(quote),
            _ => return None,
        }
    }
    Some(out)
}

fn digits(rest: &mut &[u8], count: usize, radix: u32) -> Option<u32> {
    let (head, tail) = rest.split_at_checked(count)?;
    *rest = tail;
    head.iter().try_fold(0u32, |value, &byte| {
        let digit = (byte as char).to_digit(radix)?;
        value.checked_mul(radix)?.checked_add(digit)
    })
}

fn push_char(out: &mut Vec<u8>, code: u32) -> Option<()> {
    let c = char::from_u32(code)?;
    out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
    Some(())
}

/// The number of a character literal; `inner` is what stands between the quotes.
pub(crate) fn character(inner: &[u8]) -> Option<Number> {
    let code = match inner {
        // These two stand for a number, not for UTF-8.
        [b'\\', b'x' | b'0'..=b'7', ..] => match unquote(inner, b'\'')?.as_slice() {
            [byte] => u32::from(*byte),
            _ => return None,
        },
        _ => {
            let content = unquote(inner, b'\'')?;
            let (c, len) = crate::rune::decode(&content)?;
            if len != content.len() || inner == b"'" {
                return None;
            }
            u32::from(c)
        }
    };
    Some(Number {
        int: Some(code.into()),
        float: code.into(),
        is_float: false,
    })
}

/// A number as it is written, or why it is none.
pub(crate) fn number(text: &str) -> Result<Number, &'static str> {
    if text.ends_with('i') && !text.starts_with("0x") {
        return Err("complex numbers are not supported");
    }
    let hex = text.trim_start_matches(['+', '-']).to_ascii_lowercase();
    let hex = hex.starts_with("0x");
    if let Some(int) = integer(text) {
        return match i64::try_from(int) {
            Ok(value) => Ok(Number {
                int: Some(value),
                float: value as f64,
                is_float: false,
            }),
            Err(_) => Ok(Number {
                int: None,
                float: int as f64,
                is_float: false,
            }),
        };
    }
    let lower = text.to_ascii_lowercase();
    let has_point = lower.contains(['.', 'p']) || (lower.contains('e') && !hex);
    let value = float(text).ok_or("this is not a number")?;
    if !has_point {
        return Err(if value < 1e18 {
            "a number that begins with 0 is octal and has no digit 8 or 9"
        } else {
            "this integer does not fit in 64 bits"
        });
    }
    let whole = value.fract() == 0.0 && value.abs() < 9.3e18;
    let int = whole
        .then_some(value as i64)
        .filter(|&int| int as f64 == value);
    Ok(Number {
        int,
        float: value,
        is_float: true,
    })
}

/// Go's integer literals, up to 64 bits without sign: decimal, `0x`, `0o`, `0b`, octal by a
/// leading zero, `_` between digits.
pub(crate) fn integer(text: &str) -> Option<i128> {
    let (negative, body) = match text.as_bytes() {
        [b'-', ..] => (true, text.get(1..)?),
        [b'+', ..] => (false, text.get(1..)?),
        _ => (false, text),
    };
    let lower = body.to_ascii_lowercase();
    let (radix, digits) = match lower.get(..2) {
        Some("0x") => (16, lower.get(2..)?),
        Some("0o") => (8, lower.get(2..)?),
        Some("0b") => (2, lower.get(2..)?),
        _ if lower.len() > 1 && lower.starts_with('0') => (8, lower.get(1..)?),
        _ => (10, lower.as_str()),
    };
    let prefixed = radix != 10;
    if digits.is_empty() || !underscores_ok(digits, prefixed) {
        return None;
    }
    let mut value: i128 = 0;
    for c in digits.chars().filter(|&c| c != '_') {
        value = value * i128::from(radix) + i128::from(c.to_digit(radix)?);
        if value > i128::from(u64::MAX) {
            return None;
        }
    }
    let value = if negative { -value } else { value };
    (value >= i128::from(i64::MIN) && (!text.starts_with('+') || value <= i128::from(i64::MAX)))
        .then_some(value)
}

/// Underscores stand between digits only; one may follow a prefix.
fn underscores_ok(digits: &str, prefixed: bool) -> bool {
    !digits.ends_with('_') && !digits.contains("__") && (prefixed || !digits.starts_with('_'))
}

/// Go's floating-point literals and what its `ParseFloat` takes.
pub(crate) fn float(text: &str) -> Option<f64> {
    let body = text.trim_start_matches(['+', '-']);
    if text.len() - body.len() > 1 {
        return None;
    }
    let sign = if text.starts_with('-') { -1.0 } else { 1.0 };
    let lower = body.to_ascii_lowercase();
    match lower.as_str() {
        "inf" | "infinity" => return Some(sign * f64::INFINITY),
        "nan" => return Some(f64::NAN),
        _ => {}
    }
    if let Some(hex) = lower.strip_prefix("0x") {
        return hex_float(hex).map(|value| sign * value);
    }
    if !lower.starts_with(|c: char| c.is_ascii_digit() || c == '.') {
        return None;
    }
    let value: f64 = match lower.contains('_') {
        true => without_underscores(&lower)?.parse().ok()?,
        false => lower.parse().ok()?,
    };
    value.is_finite().then_some(sign * value)
}

/// The text without its underscores, if each of them stands between digits.
fn without_underscores(text: &str) -> Option<String> {
    let digit = |c: Option<&u8>| c.is_some_and(u8::is_ascii_digit);
    let bytes = text.as_bytes();
    let between =
        |at: usize| digit(bytes.get(at.checked_sub(1)?)).then_some(digit(bytes.get(at + 1)));
    let valid = memchr::memchr_iter(b'_', bytes).all(|at| between(at) == Some(true));
    valid.then(|| text.replace('_', ""))
}

fn hex_float(text: &str) -> Option<f64> {
    let text = text.replace('_', "");
    let (mantissa, exponent) = text.split_once('p')?;
    let exponent: i32 = exponent.parse().ok()?;
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    if whole.is_empty() && fraction.is_empty() {
        return None;
    }
    let mut value = 0.0f64;
    for c in whole.chars().chain(fraction.chars()) {
        value = value * 16.0 + f64::from(c.to_digit(16)?);
    }
    let shift = exponent.saturating_sub(4 * i32::try_from(fraction.len()).ok()?);
    let value = value * 2f64.powi(shift);
    value.is_finite().then_some(value)
}
