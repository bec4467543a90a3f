//! Floats as Go prints them.

/// The shortest decimal that reads back as a float: `0.d₁d₂d₃… × 10^point`.
struct Decimal {
    negative: bool,
    digits: String,
    point: i32,
}

impl Decimal {
    /// Of a finite number.
    fn of(value: f64) -> Self {
        let shortest = format!("{value:e}");
        let parts = |text: &str| {
            let (mantissa, exponent) = text.split_once('e').unwrap_or((text, "0"));
            let digits = mantissa.chars().filter(char::is_ascii_digit).collect();
            (digits, exponent.parse::<i32>().unwrap_or(0))
        };
        let (mut digits, mut exponent): (String, i32) = parts(&shortest);
        // Of two decimals that are equally near, Go takes the even one, Rust does not.
        let even = format!("{value:.*e}", digits.len() - 1);
        if even.parse() == Ok(value) {
            (digits, exponent) = parts(&even);
        }
        Self {
            negative: value.is_sign_negative(),
            digits,
            point: exponent + 1,
        }
    }

    fn sign(&self) -> &'static str {
        if self.negative { "-" } else { "" }
    }

    /// Without exponent.
    fn positional(&self) -> String {
        let (sign, digits) = (self.sign(), &self.digits);
        match usize::try_from(self.point) {
            Ok(point) if point >= digits.len() => format!("{sign}{digits:0<point$}"),
            Ok(point) if point > 0 => {
                let (whole, fraction) = digits.split_at(point);
                format!("{sign}{whole}.{fraction}")
            }
            _ => {
                let zeros = self.point.unsigned_abs() as usize;
                format!("{sign}0.{:0<zeros$}{digits}", "")
            }
        }
    }

    /// With exponent.
    fn scientific(&self) -> String {
        let (first, rest) = self.digits.split_at(1);
        let point = if rest.is_empty() { "" } else { "." };
        let exponent = self.point - 1;
        let e = if exponent < 0 { '-' } else { '+' };
        let size = exponent.unsigned_abs();
        format!("{}{first}{point}{rest}e{e}{size:02}", self.sign())
    }
}

/// As go-yaml prints it: with an exponent where that is below -4 or above 5.
pub fn for_yaml(value: f64) -> String {
    if value.is_nan() {
        return ".nan".to_owned();
    }
    if value.is_infinite() {
        return if value > 0.0 { ".inf" } else { "-.inf" }.to_owned();
    }
    let decimal = Decimal::of(value);
    if (-3..=6).contains(&decimal.point) {
        decimal.positional()
    } else {
        decimal.scientific()
    }
}

/// The digits of a finite number, without exponent.
pub(crate) fn positional(value: f64) -> String {
    Decimal::of(value).positional()
}

#[cfg(test)]
mod tests {
    use super::{for_yaml, positional};

    /// Expectations are what Go's `strconv.FormatFloat(x, 'g', -1, 64)` gives.
    #[test]
    fn prints_as_go_does() {
        let cases = [
            (0.0, "0"),
            (-0.0, "-0"),
            (1.0, "1"),
            (-1.5, "-1.5"),
            (0.1, "0.1"),
            (0.0001, "0.0001"),
            (0.00012, "0.00012"),
            (0.00001, "1e-05"),
            (100_000.0, "100000"),
            (123_456.0, "123456"),
            (123_456.75, "123456.75"),
            (1e6, "1e+06"),
            (1_234_567.0, "1.234567e+06"),
            (1e21, "1e+21"),
            (1e100, "1e+100"),
            (f64::MAX, "1.7976931348623157e+308"),
            (5e-324, "5e-324"),
            (-750_655_678_023_715.2, "-7.506556780237152e+14"),
        ];
        for (value, expected) in cases {
            assert_eq!(for_yaml(value), expected);
        }
        assert_eq!(for_yaml(f64::NAN), ".nan");
        assert_eq!(for_yaml(f64::INFINITY), ".inf");
        assert_eq!(for_yaml(f64::NEG_INFINITY), "-.inf");
    }

    #[test]
    fn writes_large_numbers_out() {
        assert_eq!(
            positional(9_223_372_036_854_775_808.0),
            "9223372036854776000"
        );
        assert_eq!(positional(-1e3), "-1000");
    }
}
