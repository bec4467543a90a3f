//! Why an expression is not taken.

use std::ops::Range;

/// Why an expression is not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    /// What is wrong, in one sentence.
    pub message: String,
    /// Where, in bytes of the expression.
    pub span: Range<usize>,
    /// Whose fault it is.
    pub reason: Reason,
}

/// Whose fault it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// Prometheus rejects the expression, too.
    Wrong,
    /// It is larger than is looked at here.
    Limit,
}

impl Error {
    pub(crate) fn wrong(span: Range<usize>, message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            span,
            reason: Reason::Wrong,
        }
    }

    pub(crate) fn limit(span: Range<usize>, message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            span,
            reason: Reason::Limit,
        }
    }
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}
