use std::fmt;

use git_read::Fault;

/// Why nothing was written. Displays as one sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refused {
    /// The repository could not be read.
    Git(Fault),
    /// What was asked for cannot be done.
    Because(String),
}

impl Refused {
    pub(crate) fn because(why: impl Into<String>) -> Self {
        Self::Because(why.into())
    }
}

impl From<Fault> for Refused {
    fn from(fault: Fault) -> Self {
        Self::Git(fault)
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Git(fault) => fault.fmt(f),
            Self::Because(why) => f.write_str(why),
        }
    }
}

impl std::error::Error for Refused {}
