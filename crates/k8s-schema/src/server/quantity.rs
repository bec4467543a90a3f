//! What quantities are worth.

use std::fmt;

use super::at::At;
use crate::check::Check;

/// An amount of a resource, such as `100m` or `1.5Gi`, in billionths. What is beyond the range
/// stays at its end, so that sums never overflow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Quantity(i128);

const ONE: i128 = 1_000_000_000;

impl Quantity {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// Reads an amount as the API server does; `None` if it is none.
    pub fn of(text: &str) -> Option<Self> {
        let text = text.trim();
        let (is_negative, unsigned) = match text.as_bytes().first()? {
            b'-' => (true, &text[1..]),
            b'+' => (false, &text[1..]),
            _ => (false, text),
        };
        let end = unsigned
            .find(|c: char| !c.is_ascii_digit() && c != '.')
            .unwrap_or(unsigned.len());
        let (number, suffix) = unsigned.split_at(end);
        let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
        if fraction.contains('.') {
            return None;
        }
        let scale = Scale::of(suffix)?;
        let mut worth: i128 = 0;
        for digit in whole.bytes() {
            worth = worth
                .saturating_mul(10)
                .saturating_add(i128::from(digit - b'0'));
        }
        let mut total = scale.times(worth.saturating_mul(ONE));
        let mut part = ONE;
        for digit in fraction.bytes() {
            // A billionth of a billionth is still more than nothing when it is rounded up.
            if part >= 10 {
                part /= 10;
                total = total.saturating_add(scale.times(i128::from(digit - b'0') * part));
            } else if digit != b'0' {
                total = total.saturating_add(1);
                break;
            }
        }
        Some(Self(if is_negative { -total } else { total }))
    }

    pub(super) fn is_integer(self) -> bool {
        self.0 % ONE == 0
    }

    pub(super) fn is_multiple_of(self, other: Self) -> bool {
        other.0 > 0 && self.0 % other.0 == 0
    }

    /// So many whole ones.
    pub fn whole(count: u64) -> Self {
        Self(i128::from(count).saturating_mul(ONE))
    }

    /// Both together.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }

    /// What is left without another one.
    #[must_use]
    pub fn minus(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }

    /// So many of it.
    #[must_use]
    pub fn times(self, count: u64) -> Self {
        Self(self.0.saturating_mul(i128::from(count)))
    }

    /// How many times another one it is; `None` if that is nothing.
    pub fn per(self, other: Self) -> Option<f64> {
        (other.0 != 0).then(|| self.0 as f64 / other.0 as f64)
    }

    /// As a number, near enough to compare.
    pub fn as_f64(self) -> f64 {
        self.0 as f64 / ONE as f64
    }
}

/// The binary units, the largest first.
const BINARY: [(&str, u32); 6] = [
    ("Ei", 60),
    ("Pi", 50),
    ("Ti", 40),
    ("Gi", 30),
    ("Mi", 20),
    ("Ki", 10),
];

/// The decimal units, the largest first.
const DECIMAL: [(&str, u32); 6] = [
    ("E", 18),
    ("P", 15),
    ("T", 12),
    ("G", 9),
    ("M", 6),
    ("k", 3),
];

/// As people write it: `250m`, `1.5`, `1.5Gi`, `2G`. It is exact to a thousandth of its unit, and
/// what is beyond the range that Kubernetes keeps is told as that.
impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let worth = self.0.unsigned_abs();
        let one = ONE as u128;
        if self.0 < 0 {
            f.write_str("-")?;
        }
        if worth > i64::MAX as u128 * one {
            return f.write_str("more than 9E");
        }
        if worth < one {
            return match (worth % (one / 1_000), worth % 1_000) {
                (0, _) if worth == 0 => f.write_str("0"),
                (0, _) => write!(f, "{}m", worth / (one / 1_000)),
                (_, 0) => write!(f, "{}u", worth.div_ceil(1_000)),
                _ => write!(f, "{worth}n"),
            };
        }
        let units = BINARY.map(|(name, bits)| (name, 1u128 << bits));
        let tens = DECIMAL.map(|(name, power)| (name, 10u128.pow(power)));
        // The unit of which it is the smallest whole number, else one of which it is a short
        // fraction.
        let fits = |&(_, unit): &(&str, u128)| worth >= unit * one && worth % (unit * one) == 0;
        let whole = [units.into_iter().find(fits), tens.into_iter().find(fits)];
        let count = |(_, unit): &(&str, u128)| worth / (unit * one);
        let whole = whole.into_iter().flatten().min_by_key(count);
        let short = units.into_iter().find(|(_, unit)| worth >= unit * one);
        let (name, unit) = match (whole, short) {
            (Some(whole), _) if count(&whole) < 1024 => whole,
            (_, Some((name, unit))) if worth * 8 % (unit * one) == 0 => (name, unit),
            (Some(whole), _) => whole,
            (None, _) if worth < 1_000_000 * one => ("", 1),
            (None, short) => short.unwrap_or(("", 1)),
        };
        let thousandths = (worth / unit).saturating_mul(1_000) / one;
        let rest = format!("{:03}", thousandths % 1_000);
        let rest = rest.trim_end_matches('0');
        write!(f, "{}", thousandths / 1_000)?;
        if !rest.is_empty() {
            write!(f, ".{rest}")?;
        }
        f.write_str(name)
    }
}

/// What a suffix stands for.
enum Scale {
    Times(i128),
    Over(i128),
}

impl Scale {
    fn of(suffix: &str) -> Option<Self> {
        const KI: i128 = 1 << 10;
        Some(match suffix {
            "" => Self::Times(1),
            "n" => Self::Over(1_000_000_000),
            "u" => Self::Over(1_000_000),
            "m" => Self::Over(1_000),
            "k" => Self::Times(1_000),
            "M" => Self::Times(1_000_000),
            "G" => Self::Times(1_000_000_000),
            "T" => Self::Times(1_000_000_000_000),
            "P" => Self::Times(1_000_000_000_000_000),
            "E" => Self::Times(1_000_000_000_000_000_000),
            "Ki" => Self::Times(KI),
            "Mi" => Self::Times(KI.pow(2)),
            "Gi" => Self::Times(KI.pow(3)),
            "Ti" => Self::Times(KI.pow(4)),
            "Pi" => Self::Times(KI.pow(5)),
            "Ei" => Self::Times(KI.pow(6)),
            _ => {
                let exponent: i64 = suffix.strip_prefix(['e', 'E'])?.parse().ok()?;
                let power = 10i128.saturating_pow(exponent.unsigned_abs().min(60) as u32);
                if exponent < 0 {
                    Self::Over(power)
                } else {
                    Self::Times(power)
                }
            }
        })
    }

    fn times(&self, worth: i128) -> i128 {
        match self {
            Self::Times(factor) => worth.saturating_mul(*factor),
            // Rounded up, as the server does.
            Self::Over(divisor) => worth / divisor + i128::from(worth % divisor != 0),
        }
    }
}

impl Check {
    /// What a quantity is worth; `None` if it is missing or none.
    pub(super) fn quantity(&self, at: &At<'_, '_>) -> Option<Quantity> {
        let text = at.text();
        if text.is_empty() {
            return None;
        }
        Quantity::of(text).or_else(|| {
            let int = self.int(at)?;
            Some(Quantity(i128::from(int).saturating_mul(ONE)))
        })
    }

    /// Refuses quantities below zero.
    pub(super) fn quantity_not_negative(&mut self, at: &At<'_, '_>) {
        if self.quantity(at).is_some_and(|q| q < Quantity::ZERO) {
            self.invalid(at, "must not be negative");
        }
    }

    /// Refuses quantities that are not above zero.
    pub(super) fn quantity_positive(&mut self, at: &At<'_, '_>) {
        if self.quantity(at).is_some_and(|q| q <= Quantity::ZERO) {
            self.invalid(at, "must be greater than zero");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantities_are_worth_what_they_say() {
        let q = |text| Quantity::of(text).unwrap();
        for (a, b) in [
            ("1", "1000m"),
            ("1.5Gi", "1536Mi"),
            ("1e3", "1k"),
            ("0.5", "500m"),
            (".5", "500m"),
            ("1E", "1000P"),
            ("100u", "0.1m"),
            ("-1", "-1000m"),
            ("1e-3", "1m"),
        ] {
            assert_eq!(q(a), q(b), "{a} {b}");
        }
        assert!(q("1G") < q("1Gi"));
        assert!(q("999999999999999999999999999999999999999999E") >= q("1e60"));
        assert!(q("0.0000000001") > Quantity::ZERO);
        assert!(!q("500m").is_integer() && q("2k").is_integer());
        for (text, told) in [
            ("0", "0"),
            ("250m", "250m"),
            ("1500m", "1.5"),
            ("0.0001", "100u"),
            ("1536Mi", "1.5Gi"),
            ("3072Mi", "3Gi"),
            ("1000M", "1G"),
            ("12", "12"),
            ("1025", "1025"),
            ("2000", "2k"),
            ("100000Mi", "100000Mi"),
            ("-2Gi", "-2Gi"),
            ("2k", "2k"),
            ("1234567890", "1.149Gi"),
            ("1e99", "more than 9E"),
        ] {
            assert_eq!(q(text).to_string(), told);
        }
        assert_eq!(
            q("1e99").plus(q("1e99")).times(u64::MAX),
            q("1e99").times(2)
        );
        assert_eq!(q("3Gi").minus(q("1Gi")), q("2Gi"));
        assert_eq!(Quantity::whole(3), q("3"));
        assert!(q("4Mi").is_multiple_of(q("2Mi")) && !q("3Mi").is_multiple_of(q("2Mi")));
        for text in ["", "x", "1x", "1..2", "1.2.3", "1e", "é"] {
            assert_eq!(Quantity::of(text), None, "{text}");
        }
    }
}
