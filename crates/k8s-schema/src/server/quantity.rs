//! What quantities are worth.

use super::at::At;
use crate::check::Check;

/// A quantity in billionths; what is beyond the range stays at its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Quantity(i128);

const ONE: i128 = 1_000_000_000;

impl Quantity {
    pub(super) const ZERO: Self = Self(0);

    pub(super) fn of(text: &str) -> Option<Self> {
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

    pub(super) fn plus(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }

    /// How many times another one it is; `None` if that is nothing.
    pub(super) fn per(self, other: Self) -> Option<f64> {
        (other.0 != 0).then(|| self.0 as f64 / other.0 as f64)
    }

    pub(super) fn as_f64(self) -> f64 {
        self.0 as f64 / ONE as f64
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
        assert!(q("4Mi").is_multiple_of(q("2Mi")) && !q("3Mi").is_multiple_of(q("2Mi")));
        for text in ["", "x", "1x", "1..2", "1.2.3", "1e", "é"] {
            assert_eq!(Quantity::of(text), None, "{text}");
        }
    }
}
