//! Floating-point numbers as Go writes them.

/// A number in one of Go's formats: `e`, `f`, `g` or a capital. Without a precision it is the
/// shortest text that reads back as the same number.
pub(crate) fn format(value: f64, verb: u8, precision: Option<usize>) -> String {
    if value.is_nan() {
        return "NaN".to_owned();
    }
    if value.is_infinite() {
        return if value > 0.0 { "+Inf" } else { "-Inf" }.to_owned();
    }
    match verb {
        b'e' | b'E' => {
            let text = match precision {
                Some(precision) => format!("{value:.precision$e}"),
                None => format!("{value:e}"),
            };
            exponent(&text, verb)
        }
        b'f' | b'F' => match precision {
            Some(precision) => format!("{value:.precision$}"),
            None => format!("{value}"),
        },
        b'x' | b'X' => hexadecimal(value, verb),
        b'b' => {
            let (mantissa, power) = parts(value);
            let sign = if value.is_sign_negative() { "-" } else { "" };
            format!("{sign}{mantissa}p{power:+}")
        }
        _ => general(value, verb, precision),
    }
}

/// A number as a whole one times a power of two.
fn parts(value: f64) -> (u64, i32) {
    let bits = value.to_bits();
    let fraction = bits & ((1 << 52) - 1);
    // Eleven bits always fit.
    let exponent = i32::try_from(bits >> 52 & 0x7FF).unwrap_or(0);
    match exponent {
        0 => (fraction, -1_074),
        _ => (fraction | 1 << 52, exponent - 1_075),
    }
}

/// `%x`: the digits of the number itself, with a power of two behind `p`.
fn hexadecimal(value: f64, verb: u8) -> String {
    let sign = if value.is_sign_negative() { "-" } else { "" };
    let (mantissa, power) = parts(value);
    // The highest bit stands before the point.
    let shift = mantissa.leading_zeros().saturating_sub(11);
    let mantissa = mantissa << shift.min(52);
    let power = match mantissa {
        0 => 0,
        _ => power + 52 - i32::try_from(shift).unwrap_or(0),
    };
    let digits = format!("{:013x}", mantissa & ((1 << 52) - 1));
    let digits = digits.trim_end_matches('0');
    let point = if digits.is_empty() { "" } else { "." };
    let text = format!("{sign}0x{}{point}{digits}p{power:+03}", mantissa >> 52);
    match verb {
        b'X' => text.to_uppercase(),
        _ => text,
    }
}

/// `%g`: with an exponent where that is very small or large, else without.
fn general(value: f64, verb: u8, precision: Option<usize>) -> String {
    let digits = precision.map(|precision| precision.max(1));
    let text = match digits {
        Some(digits) => format!("{value:.*e}", digits - 1),
        None => format!("{value:e}"),
    };
    let (mantissa, power) = text.split_once('e').unwrap_or((&text, "0"));
    let power: i64 = power.parse().unwrap_or(0);
    // Zeros at the end say nothing.
    let mantissa = match mantissa.contains('.') {
        true => mantissa.trim_end_matches('0').trim_end_matches('.'),
        false => mantissa,
    };
    let count = mantissa.bytes().filter(u8::is_ascii_digit).count();
    let threshold = match digits {
        None => 6,
        Some(digits) if digits > count && (count as i64) > power => count as i64,
        Some(digits) => digits as i64,
    };
    if power < -4 || power >= threshold {
        let verb = if verb == b'G' { b'E' } else { b'e' };
        return exponent(&format!("{mantissa}e{power}"), verb);
    }
    let decimals = usize::try_from(count as i64 - 1 - power).unwrap_or(0);
    match digits {
        None => format!("{value}"),
        // The digits are rounded already; more decimals than that are zeros.
        Some(_) => {
            let rounded: f64 = format!("{mantissa}e{power}").parse().unwrap_or(value);
            format!("{rounded:.decimals$}")
        }
    }
}

/// Rust's exponent as Go's: with a sign and two digits at least.
fn exponent(text: &str, verb: u8) -> String {
    let (mantissa, power) = text.split_once('e').unwrap_or((text, "0"));
    let (sign, power) = match power.strip_prefix('-') {
        Some(power) => ('-', power),
        None => ('+', power),
    };
    format!("{mantissa}{}{sign}{power:0>2}", verb as char)
}
