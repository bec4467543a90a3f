use std::fmt;

/// Why git's data could not be read. Displays as one sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// No revision has that name.
    NoRevision {
        /// What was asked for.
        name: String,
        /// What may bring it here, such as a command.
        hint: Option<String>,
    },
    /// Several objects begin with these digits.
    Ambiguous {
        /// What was asked for.
        name: String,
    },
    /// An object is not in this clone.
    Missing {
        /// What is missing: a path, or an id.
        what: String,
        /// The command that brings it here.
        command: String,
    },
    /// A file of git's does not hold what it should.
    Corrupt {
        /// The file or object.
        what: String,
        /// What is wrong with it.
        why: String,
    },
    /// More than what is read of one thing.
    TooLarge {
        /// The file or object.
        what: String,
    },
    /// Something that is never read, such as a device, or a folder elsewhere.
    Refused {
        /// The file or folder.
        what: String,
        /// Why it is not read.
        why: String,
    },
    /// Something that git knows and this reader does not.
    Unsupported {
        /// What it is, and what can be done instead.
        what: String,
    },
    /// The system refused.
    Unreadable {
        /// The file or folder.
        what: String,
        /// The system's reason.
        why: String,
    },
}

impl Fault {
    pub(crate) fn corrupt(what: impl Into<String>, why: impl Into<String>) -> Self {
        Self::Corrupt {
            what: what.into(),
            why: why.into(),
        }
    }

    pub(crate) fn refused(what: impl Into<String>, why: impl Into<String>) -> Self {
        Self::Refused {
            what: what.into(),
            why: why.into(),
        }
    }

    pub(crate) fn unreadable(what: impl Into<String>, why: impl fmt::Display) -> Self {
        Self::Unreadable {
            what: what.into(),
            why: why.to_string(),
        }
    }

    pub(crate) fn too_large(what: impl Into<String>) -> Self {
        Self::TooLarge { what: what.into() }
    }

    pub(crate) fn unsupported(what: impl Into<String>) -> Self {
        Self::Unsupported { what: what.into() }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoRevision { name, hint: None } => write!(f, "git knows no revision `{name}`"),
            Self::NoRevision {
                name,
                hint: Some(hint),
            } => write!(f, "git knows no revision `{name}`: {hint}"),
            Self::Ambiguous { name } => {
                write!(f, "`{name}` is ambiguous: give more of its digits")
            }
            Self::Missing { what, command } => {
                write!(f, "{what} is not in this clone: run `{command}`")
            }
            Self::Corrupt { what, why } => write!(f, "{what} is corrupt: {why}"),
            Self::TooLarge { what } => write!(f, "{what} is too large"),
            Self::Refused { what, why } => write!(f, "{what} is not read: {why}"),
            Self::Unsupported { what } => f.write_str(what),
            Self::Unreadable { what, why } => write!(f, "{what} cannot be read: {why}"),
        }
    }
}

impl std::error::Error for Fault {}
