//! What is wrong with an expression before it is evaluated.

/// What is wrong with an expression, whatever it is evaluated on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CompileError {
    /// Where in the text, in bytes.
    pub at: usize,
    /// What is wrong: one sentence without a full stop.
    pub message: String,
    /// Whether a limit of this program is reached, so that a cluster may accept the expression.
    pub is_limit: bool,
}

impl CompileError {
    pub(crate) fn new(at: usize, message: impl Into<String>) -> Self {
        Self {
            at,
            message: message.into(),
            is_limit: false,
        }
    }

    pub(crate) fn limit(at: usize, message: &str) -> Self {
        Self {
            is_limit: true,
            ..Self::new(at, message)
        }
    }
}
