use std::fmt;
use std::sync::Arc;

use crate::Span;

/// A fault in a template's text.
#[derive(Clone, Debug)]
pub struct ParseError {
    /// The name of the text.
    pub file: Arc<str>,
    /// The bytes at fault.
    pub span: Span,
    /// The line of the first of them, from 1.
    pub line: u32,
    /// Its column in characters, from 1.
    pub column: u32,
    /// What is wrong and why.
    pub message: String,
    /// How to fix it.
    pub help: Option<String>,
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            file,
            line,
            column,
            message,
            ..
        } = self;
        write!(f, "{file}:{line}:{column}: {message}")
    }
}

impl std::error::Error for ParseError {}
