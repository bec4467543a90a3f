//! Sums of floating-point numbers as decimal fractions, so that 0.1 and 0.2 make 0.3.

use super::convert::to_float;
use super::{ANY, Out};
use crate::function::Function;
use crate::{Failure, Value};

pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("addf", &[], |_, args| fold(&Value::from(0.0), args.0, &ADD)).rest(ANY),
    Function::new("add1f", &[ANY], |_, args| {
        fold(args.value(0)?, &[Value::from(1)], &ADD)
    }),
    Function::new("subf", &[ANY], |_, args| {
        fold(args.value(0)?, args.from(1), &SUB)
    })
    .rest(ANY),
    Function::new("mulf", &[ANY], |_, args| {
        fold(args.value(0)?, args.from(1), &MUL)
    })
    .rest(ANY),
    Function::new("divf", &[ANY], |_, args| {
        fold(args.value(0)?, args.from(1), &DIV)
    })
    .rest(ANY),
];

/// How many digits behind the point a quotient has.
const DIVISION_DIGITS: i32 = 16;

/// `digits` times ten to the `power`.
#[derive(Clone, Copy)]
struct Decimal {
    digits: i128,
    power: i32,
}

/// An operation on decimals; none if there are too many digits.
struct Operation {
    exact: fn(Decimal, Decimal) -> Option<Decimal>,
    plain: fn(f64, f64) -> f64,
    divides: bool,
}

const fn operation(
    exact: fn(Decimal, Decimal) -> Option<Decimal>,
    plain: fn(f64, f64) -> f64,
) -> Operation {
    Operation {
        exact,
        plain,
        divides: false,
    }
}

const ADD: Operation = operation(Decimal::add, |a, b| a + b);
const SUB: Operation = operation(Decimal::sub, |a, b| a - b);
const MUL: Operation = operation(Decimal::mul, |a, b| a * b);
const DIV: Operation = Operation {
    divides: true,
    ..operation(Decimal::div, |a, b| a / b)
};

fn fold(first: &Value, rest: &[Value], operation: &Operation) -> Out {
    let mut result = Decimal::new(to_float(first))?;
    for value in rest {
        let value = Decimal::new(to_float(value))?;
        if value.digits == 0 && operation.divides {
            return Err(Failure::function("a number cannot be divided by zero"));
        }
        result = match (operation.exact)(result, value) {
            Some(result) => result,
            // So many digits that the difference to a plain sum cannot be seen.
            None => Decimal::new((operation.plain)(result.to_float(), value.to_float()))?,
        };
    }
    Ok(result.to_float().into())
}

impl Decimal {
    /// The shortest decimal that reads back as the same number.
    fn new(value: f64) -> Result<Self, Failure> {
        let parsed = || {
            let text = format!("{value:e}");
            let (mantissa, power) = text.split_once('e')?;
            let decimals = mantissa.split_once('.').map_or(0, |(_, d)| d.len());
            let power: i32 = power.parse().ok()?;
            Some(Self {
                digits: mantissa.replace('.', "").parse().ok()?,
                power: power - i32::try_from(decimals).ok()?,
            })
        };
        parsed().ok_or_else(|| Failure::function(format!("{value} is not a decimal number")))
    }

    fn to_float(self) -> f64 {
        let text = format!("{}e{}", self.digits, self.power);
        text.parse().unwrap_or(f64::NAN)
    }

    /// The digits for a lower power.
    fn at(self, power: i32) -> Option<i128> {
        let shift = u32::try_from(self.power - power).ok()?;
        self.digits.checked_mul(10i128.checked_pow(shift)?)
    }

    fn add(self, other: Self) -> Option<Self> {
        let power = self.power.min(other.power);
        let digits = self.at(power)?.checked_add(other.at(power)?)?;
        Some(Self { digits, power })
    }

    fn sub(self, other: Self) -> Option<Self> {
        let digits = other.digits.checked_neg()?;
        self.add(Self { digits, ..other })
    }

    fn mul(self, other: Self) -> Option<Self> {
        Some(Self {
            digits: self.digits.checked_mul(other.digits)?,
            power: self.power + other.power,
        })
    }

    /// The quotient, rounded half away from zero.
    fn div(self, other: Self) -> Option<Self> {
        // a·10^p / b·10^q = (a·10^(p-q+16) / b) · 10^-16
        let shift = self.power - other.power + DIVISION_DIGITS;
        let power_of_ten = 10i128.checked_pow(shift.unsigned_abs())?;
        let (numerator, denominator) = if shift >= 0 {
            (self.digits.checked_mul(power_of_ten)?, other.digits)
        } else {
            (self.digits, other.digits.checked_mul(power_of_ten)?)
        };
        let quotient = numerator.checked_div(denominator)?;
        let rest = numerator.checked_rem(denominator)?;
        let up = rest.unsigned_abs().checked_mul(2)? >= denominator.unsigned_abs();
        let away = if (numerator < 0) == (denominator < 0) {
            1
        } else {
            -1
        };
        Some(Self {
            digits: if up { quotient + away } else { quotient },
            power: -DIVISION_DIGITS,
        })
    }
}
