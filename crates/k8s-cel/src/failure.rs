//! Why an expression has no value.

use std::fmt;

/// Why an expression has no value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// The cluster would find the same: a missing key, an overflow, a text that is no quantity.
    Error(String),
    /// It cannot be told here what the cluster would find.
    Unknown(Reason),
}

/// Why it cannot be told what a cluster would find.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// The expression takes more steps or memory than are spent on one.
    Budget,
    /// It asks for something that only a cluster knows, or that is not built here.
    Unsupported,
    /// It depends on a value that another program fills in later.
    Placeholder,
}

impl Failure {
    pub(crate) fn error(message: impl Into<String>) -> Self {
        Self::Error(message.into())
    }

    pub(crate) const UNSUPPORTED: Self = Self::Unknown(Reason::Unsupported);
    pub(crate) const BUDGET: Self = Self::Unknown(Reason::Budget);

    /// Of two failures of one operation, the one that says less.
    pub(crate) fn or(self, other: Self) -> Self {
        match self {
            Self::Unknown(_) => self,
            Self::Error(_) => match other {
                Self::Unknown(_) => other,
                Self::Error(_) => self,
            },
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Error(message) => f.write_str(message),
            Self::Unknown(Reason::Budget) => f.write_str("it takes more work than is spent on one"),
            Self::Unknown(Reason::Unsupported) => f.write_str("it cannot be evaluated here"),
            Self::Unknown(Reason::Placeholder) => {
                f.write_str("it depends on a value that is filled in later")
            }
        }
    }
}
