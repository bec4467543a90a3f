//! Changes to a text that leave all other bytes as they are.

mod around;
mod insert;
mod remove;
mod set;
#[cfg(test)]
mod tests;
mod write;

use std::fmt;

use crate::{Emitter, Scalar, Span};

/// A replacement of bytes of a tree's text.
///
/// [`Tree`](crate::Tree) makes them; [`apply`] carries them out. Edits that were made from the
/// same tree may be applied together, as long as they do not touch the same nodes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// The bytes that go; an empty span inserts.
    pub span: Span,
    /// What comes in their place.
    pub text: String,
}

/// Why an edit cannot be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotEditable {
    /// One clause for a person.
    pub why: &'static str,
}

impl NotEditable {
    pub(super) fn because<T>(why: &'static str) -> Result<T, Self> {
        Err(Self { why })
    }
}

impl fmt::Display for NotEditable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.why)
    }
}

impl std::error::Error for NotEditable {}

/// A value to be written.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// `null`
    Null,
    /// A boolean.
    Bool(bool),
    /// An integer.
    Int(i64),
    /// A larger integer.
    Uint(u64),
    /// A float.
    Float(f64),
    /// A scalar without quotes, as it is written: `1.10` stays `1.10`.
    Plain(String),
    /// Text.
    Str(String),
    /// A sequence.
    Seq(Vec<Value>),
    /// A mapping, in order.
    Map(Vec<(String, Value)>),
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Str(text.to_owned())
    }
}

impl From<Scalar<'_>> for Value {
    fn from(scalar: Scalar<'_>) -> Self {
        match scalar {
            Scalar::Null => Self::Null,
            Scalar::Bool(value) => Self::Bool(value),
            Scalar::Int(value) => Self::Int(value),
            Scalar::Uint(value) => Self::Uint(value),
            Scalar::Float(value) => Self::Float(value),
            Scalar::Str(text) => Self::Str(text.into_owned()),
        }
    }
}

impl Emitter {
    /// Writes a value with all that it holds.
    pub fn value(&mut self, value: &Value) {
        match value {
            Value::Null => self.null(),
            Value::Bool(value) => self.bool(*value),
            Value::Int(value) => self.int(*value),
            Value::Uint(value) => self.uint(*value),
            Value::Float(value) => self.float(*value),
            Value::Plain(text) => self.plain(text),
            Value::Str(text) => self.str(text),
            Value::Seq(items) => {
                self.begin_seq(items.len());
                for item in items {
                    self.value(item);
                }
                self.end();
            }
            Value::Map(entries) => {
                self.begin_map(entries.len());
                for (key, value) in entries {
                    self.key(key);
                    self.value(value);
                }
                self.end();
            }
        }
    }
}

/// The text with all edits carried out.
///
/// # Errors
/// If two edits touch the same bytes, or one reaches beyond the text.
pub fn apply(text: &str, edits: &[Edit]) -> Result<String, NotEditable> {
    let mut edits: Vec<&Edit> = edits.iter().collect();
    edits.sort_by_key(|edit| edit.span);
    let mut out = String::with_capacity(text.len());
    let mut done = 0;
    for edit in edits {
        let span = edit.span.range();
        let (Some(before), true) = (text.get(done..span.start), span.end <= text.len()) else {
            return NotEditable::because("two edits touch the same bytes");
        };
        out.push_str(before);
        out.push_str(&edit.text);
        done = span.end;
    }
    out.push_str(&text[done..]);
    Ok(out)
}
