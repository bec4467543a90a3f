use crate::{Text, Trace};

use super::{Data, IntType, Value};

/// A list, which Go calls a slice.
#[derive(Debug, Default)]
pub struct List {
    /// The items in order.
    pub items: Vec<Value>,
    /// What Go declares the items to be.
    pub of: ListType,
    /// Whether it is Go's nil slice, which JSON writes as `null`.
    pub nil: bool,
}

/// What Go declares a list's items to be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ListType {
    /// Anything.
    #[default]
    Any,
    /// Strings.
    Str,
    /// Integers.
    Int,
    /// Bytes.
    Byte,
    /// Lists of anything.
    Lists,
    /// Maps with any values.
    Maps,
    /// The strings of a named type.
    Named(&'static str),
}

impl ListType {
    /// Go's name of the list's type.
    pub fn name(self) -> &'static str {
        match self {
            Self::Any => "[]interface {}",
            Self::Str => "[]string",
            Self::Int => "[]int",
            Self::Byte => "[]uint8",
            Self::Lists => "[][]interface {}",
            Self::Maps => "[]map[string]interface {}",
            Self::Named(name) => name,
        }
    }
}

impl List {
    /// A list of anything.
    pub fn new(items: Vec<Value>) -> Self {
        Self {
            items,
            of: ListType::Any,
            nil: false,
        }
    }

    /// A list of strings.
    pub fn strings(items: Vec<Value>) -> Self {
        Self {
            items,
            of: ListType::Str,
            nil: false,
        }
    }

    /// Go's nil slice of a type.
    pub fn nil(of: ListType) -> Self {
        Self {
            items: Vec::new(),
            of,
            nil: true,
        }
    }

    pub(super) fn of_bytes(text: &Text, trace: Trace) -> Self {
        let number = |&byte: &u8| Value::new(Data::Int(byte.into(), IntType::Uint8)).traced(trace);
        Self {
            items: text.bytes().iter().map(number).collect(),
            of: ListType::Byte,
            nil: false,
        }
    }
}

impl Drop for List {
    fn drop(&mut self) {
        super::map::drop_flat(std::mem::take(&mut self.items));
    }
}
