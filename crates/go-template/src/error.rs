//! What goes wrong while a template runs.

use std::fmt;
use std::sync::Arc;

use crate::{Place, Span, Tag};

/// Why an expression failed, before it is known where it stands.
#[derive(Clone, Debug)]
pub enum Failure {
    /// Something is wrong at the expression under way.
    Here {
        /// What sort of error it is.
        kind: ErrorKind,
        /// What is wrong and why.
        message: String,
        /// How to fix it.
        help: Option<String>,
    },
    /// It went wrong elsewhere, in a template that was called.
    Elsewhere(Box<ExecError>),
}

/// What sort of error it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// A field of something that is not set.
    NotSet,
    /// A value of the wrong type.
    WrongType,
    /// Too few or too many arguments.
    Arguments,
    /// No such function.
    UnknownFunction,
    /// No such template.
    UnknownTemplate,
    /// No such variable at this point.
    UnknownVariable,
    /// A function could not do it.
    Function,
    /// The template itself gave up, by `fail` or `required`; the message is its own.
    Refused,
    /// A text that was to be rendered is not a template.
    Syntax,
    /// It takes too much time, memory or depth.
    Limit,
}

/// Why rendering stopped.
#[derive(Clone, Debug)]
pub struct ExecError {
    /// What sort of error it is.
    pub kind: ErrorKind,
    /// What is wrong and why.
    pub message: String,
    /// How to fix it.
    pub help: Option<String>,
    /// The template or definition that was running.
    pub template: Arc<str>,
    /// The name of the text that it stands in.
    pub file: Arc<str>,
    /// The line in that text, from 1.
    pub line: u32,
    /// The column in characters, from 1.
    pub column: u32,
    /// The expression that failed, as it is written.
    pub expression: String,
    /// Where the expression stands. In a text that was made while rendering: the template whose
    /// bytes they are or that printed them, if one did.
    pub place: Option<Place>,
    /// Where the expression stands in a text that was made while rendering; none in others.
    pub within: Option<Within>,
    /// Where the value came from that is at fault.
    pub tag: Option<Tag>,
    /// The calls that led there, innermost first.
    pub calls: Vec<Call>,
}

/// A place in a text that was made while rendering.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Within {
    /// The value that these bytes came from.
    pub tag: Option<Tag>,
    /// The bytes of that value's own text, if they are the same.
    pub part: Option<Span>,
}

/// A call of a template.
#[derive(Clone, Debug)]
pub struct Call {
    /// The template or definition that called.
    pub template: Arc<str>,
    /// The name of the text that the call stands in.
    pub file: Arc<str>,
    /// The line in that text, from 1.
    pub line: u32,
    /// Where the call stands; none in a text that was made while rendering.
    pub place: Option<Place>,
}

impl Failure {
    /// An error at the expression under way.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self::Here {
            kind,
            message: message.into(),
            help: None,
        }
    }

    /// A function could not do what was asked.
    pub fn function(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Function, message)
    }

    /// A value of the wrong type.
    pub fn wrong_type(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::WrongType, message)
    }

    /// Too much of something.
    pub fn limit(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Limit, message)
    }

    pub(crate) fn too_long(limit: usize) -> Self {
        Self::limit(format!("a text grows beyond {limit} bytes"))
    }

    /// Adds how to fix it.
    #[must_use]
    pub fn help(mut self, text: impl Into<String>) -> Self {
        if let Self::Here { help, .. } = &mut self {
            *help = Some(text.into());
        }
        self
    }
}

impl From<Box<ExecError>> for Failure {
    fn from(error: Box<ExecError>) -> Self {
        Self::Elsewhere(error)
    }
}

impl fmt::Display for ExecError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (file, line, column) = (&self.file, self.line, self.column);
        write!(f, "{file}:{line}:{column}: ")?;
        if self.expression.is_empty() || self.kind == ErrorKind::Refused {
            f.write_str(&self.message)
        } else {
            write!(f, "`{}`: {}", self.expression, self.message)
        }
    }
}

impl std::error::Error for ExecError {}
