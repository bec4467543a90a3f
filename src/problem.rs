//! What checks say is wrong, before it is known where in the source that is.

use std::sync::Arc;

use manifest::FieldPath;

/// A rule that an object breaks, before it is known where in the source that is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// The rule's id.
    pub rule: Arc<str>,
    /// Where in the object. Where something is missing, the path it would have.
    pub path: FieldPath,
    /// Which part of a composed string is meant, such as `tag` of an image.
    pub part: Option<Box<str>>,
    /// Whether the field's key is wrong rather than its value.
    pub at_key: bool,
    /// Whether the value is wrong, and its key shown in its place, because it is secret or long.
    pub by_key: bool,
    /// What is wrong, in one sentence without a full stop. Never holds a sensitive value.
    pub message: String,
    /// How to mend this very case, where there is more to say than the rule's remediation.
    pub help: Option<String>,
}
