//! Prometheus' query language, parsed and type-checked as Prometheus does when it loads a rule.
//! Nothing is evaluated.
//!
//! Time and memory grow with the length of an expression alone, which is limited, and so is its
//! nesting; what is beyond a limit is told apart from what is wrong.
//!
//! ```
//! use promql::{Kind, check};
//!
//! assert_eq!(check("sum by (job) (rate(http_requests_total[5m])) > 10"), Ok(Kind::Vector));
//! let wrong = check("rate(http_requests_total)").unwrap_err();
//! assert_eq!(wrong.message, "`rate` needs a range vector, such as `metric[5m]`, not an instant vector");
//! ```

mod call;
mod durations;
mod error;
mod functions;
mod lexer;
mod literal;
mod operators;
mod parser;
mod selector;
#[cfg(test)]
mod tests;

pub use error::{Error, Reason};

/// What an expression evaluates to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A number.
    Scalar,
    /// One value for each series.
    Vector,
    /// The values of a span of time for each series.
    Matrix,
    /// A text.
    String,
}

impl Kind {
    /// As Prometheus' documentation calls it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Scalar => "scalar",
            Self::Vector => "instant vector",
            Self::Matrix => "range vector",
            Self::String => "string",
        }
    }

    fn with_article(self) -> &'static str {
        match self {
            Self::Scalar => "a scalar",
            Self::Vector => "an instant vector",
            Self::Matrix => "a range vector",
            Self::String => "a string",
        }
    }
}

/// The longest expression that is parsed, in bytes.
pub const MAX_LENGTH: usize = 64 << 10;

/// What an expression evaluates to.
///
/// # Errors
/// Prometheus rejects it, or it is beyond a limit: [`Error::reason`] tells which.
pub fn check(expression: &str) -> Result<Kind, Error> {
    if expression.len() > MAX_LENGTH {
        let message = format!("the expression is longer than {} KiB", MAX_LENGTH >> 10);
        return Err(Error::limit(0..0, message));
    }
    parser::Parser::new(expression).whole()
}
