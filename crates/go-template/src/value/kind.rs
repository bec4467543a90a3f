use std::borrow::Cow;

use super::{Data, Value};

/// What Go's reflection calls a value's kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// No value.
    Invalid,
    /// A boolean.
    Bool,
    /// An integer.
    Int(IntType),
    /// A floating-point number.
    Float,
    /// A string.
    Str,
    /// A list.
    Slice,
    /// A map.
    Map,
    /// A structure.
    Struct,
    /// A pointer to something.
    Pointer,
}

/// Go's integer types that templates meet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IntType {
    /// What literals, `len` and `int` give.
    Int,
    /// A character's type.
    Int32,
    /// What Sprig's arithmetic gives.
    Int64,
    /// A byte.
    Uint8,
    /// A part of a semantic version.
    Uint64,
}

impl IntType {
    /// Go's name of the type.
    pub fn name(self) -> &'static str {
        match self {
            Self::Int => "int",
            Self::Int32 => "int32",
            Self::Int64 => "int64",
            Self::Uint8 => "uint8",
            Self::Uint64 => "uint64",
        }
    }

    /// Whether it has no sign.
    pub fn is_unsigned(self) -> bool {
        matches!(self, Self::Uint8 | Self::Uint64)
    }
}

impl Kind {
    /// Go's name of the kind, as `kindOf` prints it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Invalid => "invalid",
            Self::Bool => "bool",
            Self::Int(int) => int.name(),
            Self::Float => "float64",
            Self::Str => "string",
            Self::Slice => "slice",
            Self::Map => "map",
            Self::Struct => "struct",
            Self::Pointer => "ptr",
        }
    }
}

impl Value {
    /// Its kind.
    pub fn kind(&self) -> Kind {
        match &self.data {
            Data::Nil | Data::NilEntry => Kind::Invalid,
            Data::Bool(_) => Kind::Bool,
            Data::Int(_, of) => Kind::Int(*of),
            Data::Float(_) => Kind::Float,
            Data::Str(_) => Kind::Str,
            Data::Bytes(_) | Data::List(_) => Kind::Slice,
            Data::Map(_) => Kind::Map,
            Data::Object(object) => object.kind(),
        }
    }

    /// Go's name of its type, as `typeOf` prints it.
    pub fn type_name(&self) -> Cow<'_, str> {
        Cow::Borrowed(match &self.data {
            Data::Nil | Data::NilEntry => "<nil>",
            Data::Bool(_) => "bool",
            Data::Int(_, of) => of.name(),
            Data::Float(_) => "float64",
            Data::Str(_) => "string",
            Data::Bytes(_) => "[]uint8",
            Data::List(list) => list.of.name(),
            Data::Map(map) => map.of().name(),
            Data::Object(object) => object.type_name(),
        })
    }

    /// What it is in plain words, for messages.
    pub(crate) fn describe(&self) -> &'static str {
        match &self.data {
            Data::Nil | Data::NilEntry => "nil",
            Data::Bool(_) => "a boolean",
            Data::Int(..) => "an integer",
            Data::Float(_) => "a number (float64)",
            Data::Str(_) => "a string",
            Data::Bytes(_) => "bytes",
            Data::List(_) => "a list",
            Data::Map(_) => "a map",
            Data::Object(_) => "an object",
        }
    }
}
