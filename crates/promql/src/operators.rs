//! Binary operators: how they bind, and what they take.

use std::ops::Range;

use crate::{Error, Kind};

/// A binary operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Operator {
    pub(crate) sign: &'static str,
    /// How tightly it binds; 1 is the loosest.
    pub(crate) level: u8,
    sort: Sort,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sort {
    Set,
    Comparison,
    Arithmetic,
}

/// How tightly `^` binds, and what a sign before an operand takes.
pub(crate) const POWER: u8 = 6;

const OPERATORS: &[Operator] = &[
    operator("or", 1, Sort::Set),
    operator("and", 2, Sort::Set),
    operator("unless", 2, Sort::Set),
    operator("==", 3, Sort::Comparison),
    operator("!=", 3, Sort::Comparison),
    operator("<=", 3, Sort::Comparison),
    operator("<", 3, Sort::Comparison),
    operator(">=", 3, Sort::Comparison),
    operator(">", 3, Sort::Comparison),
    operator("+", 4, Sort::Arithmetic),
    operator("-", 4, Sort::Arithmetic),
    operator("*", 5, Sort::Arithmetic),
    operator("/", 5, Sort::Arithmetic),
    operator("%", 5, Sort::Arithmetic),
    operator("atan2", 5, Sort::Arithmetic),
    operator("^", POWER, Sort::Arithmetic),
];

const fn operator(sign: &'static str, level: u8, sort: Sort) -> Operator {
    Operator { sign, level, sort }
}

/// What stands between an operator and its right operand.
#[derive(Debug, Default)]
pub(crate) struct Modifiers {
    pub(crate) is_bool: bool,
    /// Where series are matched by labels.
    pub(crate) matching: Option<Range<usize>>,
    /// Where one series is matched with many.
    pub(crate) grouping: Option<Range<usize>>,
}

impl Operator {
    /// The operator that is written so; words in any case.
    pub(crate) fn of(text: &str) -> Option<Self> {
        let mut operators = OPERATORS.iter();
        operators
            .find(|operator| operator.sign.eq_ignore_ascii_case(text))
            .copied()
    }

    /// What comes of two operands.
    pub(crate) fn apply(
        self,
        at: Range<usize>,
        modifiers: &Modifiers,
        (left, left_at): (Kind, Range<usize>),
        (right, right_at): (Kind, Range<usize>),
    ) -> Result<Kind, Error> {
        let sign = self.sign;
        for (kind, at) in [(left, left_at), (right, right_at)] {
            if !matches!(kind, Kind::Scalar | Kind::Vector) {
                let what = kind.with_article();
                let message = format!("`{sign}` takes scalars and instant vectors, not {what}");
                return Err(Error::wrong(at, message));
            }
        }
        let is_of_scalars = left == Kind::Scalar && right == Kind::Scalar;
        let has_scalar = left == Kind::Scalar || right == Kind::Scalar;
        if modifiers.is_bool && self.sort != Sort::Comparison {
            return Err(Error::wrong(at, "`bool` is for comparisons alone"));
        }
        match self.sort {
            Sort::Set if has_scalar => {
                let message = format!("`{sign}` combines instant vectors, not scalars");
                return Err(Error::wrong(at, message));
            }
            Sort::Set if modifiers.grouping.is_some() => {
                let at = modifiers.grouping.clone().unwrap_or(at);
                let message =
                    format!("`{sign}` matches many series with many, so it takes no grouping");
                return Err(Error::wrong(at, message));
            }
            Sort::Comparison if is_of_scalars && !modifiers.is_bool => {
                let message = format!("a comparison of two scalars needs `{sign} bool`");
                return Err(Error::wrong(at, message));
            }
            _ => {}
        }
        if let Some(at) = modifiers.matching.clone().filter(|_| has_scalar) {
            let message =
                "labels are matched between two instant vectors, and one side is a scalar";
            return Err(Error::wrong(at, message));
        }
        Ok(match is_of_scalars {
            true => Kind::Scalar,
            false => Kind::Vector,
        })
    }
}
