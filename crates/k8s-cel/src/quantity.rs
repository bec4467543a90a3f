//! Amounts of resources, such as `100m` or `1.5Gi`.

use std::cmp::Ordering;

const NANO: i128 = 1_000_000_000;
/// The largest amount that is not written as a short whole number; what is larger is cut off.
const MAX: i128 = i64::MAX as i128 * NANO;

/// An amount, exact to a billionth.
#[derive(Clone, Copy, Debug)]
pub struct Quantity {
    nanos: i128,
    /// Whether the API server keeps it as a whole number of few digits: only such amounts count
    /// as whole there.
    is_short: bool,
}

impl Quantity {
    /// Reads an amount as the API server does; what is finer than a billionth is rounded up.
    pub fn parse(text: &str) -> Option<Self> {
        let (negative, unsigned) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let is_number = |b: &u8| b.is_ascii_digit() || *b == b'.';
        let end = unsigned.bytes().take_while(is_number).count();
        let (number, suffix) = unsigned.split_at_checked(end)?;
        let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
        if number.is_empty() || fraction.contains('.') {
            return None;
        }
        let (factor, exponent) = scale(suffix)?;
        let digits = format!("{whole}{fraction}");
        let digits = digits.trim_start_matches('0');
        if digits.is_empty() {
            return Some(Self {
                nanos: 0,
                is_short: is_short(whole, fraction, suffix, factor, exponent),
            });
        }
        // Where the point stands in billionths, counted from the digits' end.
        let point = exponent
            .saturating_add(9)
            .saturating_sub(i64::try_from(fraction.len()).ok()?);
        let is_short = is_short(whole, fraction, suffix, factor, exponent);
        let most = if is_short { i128::MAX } else { MAX };
        let nanos = scaled(digits, factor, point).min(most);
        Some(Self {
            nanos: if negative { -nanos } else { nanos },
            is_short,
        })
    }

    pub(crate) fn of(number: i64) -> Self {
        Self {
            nanos: i128::from(number) * NANO,
            is_short: true,
        }
    }

    pub(crate) fn add(self, other: Self) -> Self {
        Self {
            nanos: self.nanos.saturating_add(other.nanos),
            is_short: self.is_short && other.is_short,
        }
    }

    pub(crate) fn sub(self, other: Self) -> Self {
        Self {
            nanos: self.nanos.saturating_sub(other.nanos),
            is_short: self.is_short && other.is_short,
        }
    }

    pub(crate) fn sign(self) -> i64 {
        self.nanos.signum() as i64
    }

    /// As a whole number, if it is one.
    pub(crate) fn integer(self) -> Option<i64> {
        let is_whole = self.nanos % NANO == 0 && self.is_short;
        is_whole.then(|| i64::try_from(self.nanos / NANO).ok())?
    }

    pub(crate) fn float(self) -> f64 {
        match self.integer() {
            Some(whole) => whole as f64,
            None => self.nanos as f64 / NANO as f64,
        }
    }

    pub(crate) fn order(self, other: Self) -> i64 {
        match self.cmp(&other) {
            Ordering::Less => -1,
            Ordering::Equal => 0,
            Ordering::Greater => 1,
        }
    }
}

impl PartialEq for Quantity {
    fn eq(&self, other: &Self) -> bool {
        self.nanos == other.nanos
    }
}

impl Eq for Quantity {}

impl PartialOrd for Quantity {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Quantity {
    fn cmp(&self, other: &Self) -> Ordering {
        self.nanos.cmp(&other.nanos)
    }
}

/// Whether there are so few digits that they fit into 64 bits in any case, and no fraction.
fn is_short(whole: &str, fraction: &str, suffix: &str, factor: i128, exponent: i64) -> bool {
    if suffix.ends_with('i') {
        let bits = i64::from(factor.trailing_zeros());
        return fraction.is_empty() && 14 - whole.len() as i64 - bits * 3 / 10 >= 0;
    }
    whole.len() + fraction.len() <= 18 && exponent >= fraction.len() as i64
}

/// Digits times a factor, moved so many places to the left of the billionths.
fn scaled(digits: &str, factor: i128, places: i64) -> i128 {
    // More than this is the largest amount anyway, or less than a billionth.
    if digits.len() as i64 + places > 40 {
        return i128::MAX;
    }
    if (digits.len() as i64) + places < -30 {
        return 1;
    }
    let mut amount: i128 = 0;
    let mut is_cut = false;
    let kept = digits.len() as i64 + places.min(0);
    for (at, digit) in digits.bytes().enumerate() {
        // Binary factors need some digits behind the billionths.
        if at as i64 >= kept + 18 {
            is_cut |= digit != b'0';
            continue;
        }
        let next = amount.checked_mul(10);
        let Some(next) = next.and_then(|n| n.checked_add(i128::from(digit - b'0'))) else {
            return i128::MAX;
        };
        amount = next;
    }
    let dropped = (digits.len() as i64 - (kept + 18)).max(0);
    let Some(mut amount) = amount.checked_mul(factor) else {
        return i128::MAX;
    };
    for _ in 0..(places + dropped).unsigned_abs() {
        if places + dropped > 0 {
            match amount.checked_mul(10) {
                Some(next) => amount = next,
                None => return i128::MAX,
            }
        } else {
            is_cut |= amount % 10 != 0;
            amount /= 10;
        }
    }
    amount.saturating_add(i128::from(is_cut))
}

/// A suffix as a factor and a power of ten.
fn scale(suffix: &str) -> Option<(i128, i64)> {
    Some(match suffix {
        "" => (1, 0),
        "n" => (1, -9),
        "u" => (1, -6),
        "m" => (1, -3),
        "k" => (1, 3),
        "M" => (1, 6),
        "G" => (1, 9),
        "T" => (1, 12),
        "P" => (1, 15),
        "E" => (1, 18),
        "Ki" => (1 << 10, 0),
        "Mi" => (1 << 20, 0),
        "Gi" => (1 << 30, 0),
        "Ti" => (1 << 40, 0),
        "Pi" => (1 << 50, 0),
        "Ei" => (1 << 60, 0),
        _ => {
            let exponent = suffix.strip_prefix(['e', 'E'])?;
            (1, i64::from(exponent.parse::<i32>().ok()?))
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_exact() {
        let nanos = |text: &str| Quantity::parse(text).map(|q| q.nanos);
        for (text, expected) in [
            ("1", NANO),
            ("-1.5", -3 * NANO / 2),
            ("100m", NANO / 10),
            ("1Ki", 1024 * NANO),
            ("1.5Gi", 1_610_612_736 * NANO),
            (".5", NANO / 2),
            ("5.", 5 * NANO),
            ("1e3", 1000 * NANO),
            ("1E-3", NANO / 1000),
            ("0.0000000001", 1),
            ("1e-40", 1),
            ("0.3Ki", 3 * 1024 * NANO / 10),
            ("100E", 100 * 10i128.pow(27)),
            ("1e99", i128::MAX),
            ("100.5E", MAX),
            ("99999999999999999999999999999999999999999999", MAX),
            ("0e99", 0),
        ] {
            assert_eq!(nanos(text), Some(expected), "{text}");
        }
        for text in [
            "", "-", "1 Gi", " 1", "1GB", "1.2.3", "Gi", "1e", "1e5m", "0x1", "1mi",
        ] {
            assert_eq!(nanos(text), None, "{text}");
        }
    }
}
