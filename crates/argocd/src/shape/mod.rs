//! What the fields of Argo CD's kinds hold, and values read that way.
//!
//! Argo CD reads YAML into Go's structures: fields that it does not know vanish, null is as good
//! as nothing, and a value of a wrong type is an error. What is read here means the same to every
//! later reader, whatever its dialect of YAML.

mod application;
mod project;
mod read;
mod set;
mod trim;

pub(crate) use application::{APPLICATION, OVERRIDES, TEMPLATE};
pub(crate) use project::PROJECT;
pub(crate) use read::{DEPTH, Reader};
pub(crate) use set::{INNER, NESTED_MATRIX, NESTED_MERGE, SET};
pub(crate) use trim::{is_empty, trim};

/// What a value has to be.
#[derive(Debug)]
pub(crate) enum Shape {
    Text,
    Flag,
    Integer,
    IntegerOrText,
    /// Text under any keys.
    Texts,
    /// Flags under any keys.
    Flags,
    /// As [`Shape::Texts`], of a generator: parameters that are not there yet are left for later.
    Values,
    List(&'static Shape),
    Struct(&'static [Field]),
    /// A mapping of anything.
    Object,
    /// Anything.
    Any,
}

/// A field of a structure.
#[derive(Debug)]
pub(crate) struct Field {
    pub(crate) name: &'static str,
    pub(crate) shape: Shape,
    pub(crate) kept: Kept,
}

/// Whether Argo CD writes a field out again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kept {
    /// Whatever it holds.
    Always,
    /// Unless it is empty.
    IfFilled,
}

/// A field that is written out unless it is empty.
pub(crate) const fn filled(name: &'static str, shape: Shape) -> Field {
    Field {
        name,
        shape,
        kept: Kept::IfFilled,
    }
}

/// A field that is written out whatever it holds: it is required, or empty is not the same as
/// nothing.
pub(crate) const fn always(name: &'static str, shape: Shape) -> Field {
    Field {
        name,
        shape,
        kept: Kept::Always,
    }
}

impl Shape {
    /// The field of a structure.
    pub(crate) fn field(&self, name: &str) -> Option<&'static Field> {
        match self {
            Self::Struct(fields) => fields.iter().find(|field| field.name == name),
            _ => None,
        }
    }

    /// What it takes, in words.
    pub(crate) fn describe(&self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Flag => "true or false",
            Self::Integer => "a whole number",
            Self::IntegerOrText => "a whole number or text",
            Self::List(_) => "a list",
            Self::Texts | Self::Flags | Self::Values | Self::Struct(_) | Self::Object => {
                "a mapping"
            }
            Self::Any => "a value",
        }
    }

    /// The shape of what stands in a mapping of this shape under a key; none if nothing may.
    pub(crate) fn under(&self, key: &str) -> Option<&'static Shape> {
        match self {
            Self::Texts | Self::Values => Some(&Self::Text),
            Self::Flags => Some(&Self::Flag),
            Self::Object | Self::Any => Some(&Self::Any),
            Self::Struct(_) => self.field(key).map(|field| &field.shape),
            _ => None,
        }
    }
}
