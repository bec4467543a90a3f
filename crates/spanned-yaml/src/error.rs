use crate::Span;

/// A fault met while reading: where it is, what is wrong, and how to fix it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    /// What sort of fault it is.
    pub kind: ErrorKind,
    /// The bytes that are wrong.
    pub span: Span,
    /// One sentence without a full stop, for a person.
    pub message: String,
}

/// The sorts of faults that reading can meet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// The text is not well-formed YAML.
    Syntax,
    /// A mapping holds a key twice; the span is the second one's.
    DuplicateKey {
        /// The first one's place.
        first: Span,
    },
    /// The bytes are not UTF-8; the span starts at the first wrong byte.
    NotUtf8,
    /// A limit that protects against hostile input was reached (nesting, size, aliases).
    Limit,
    /// An alias names an anchor that the document does not define before it.
    UnknownAnchor,
}
