//! What expressions are about.

use std::net::IpAddr;
use std::sync::Arc;

use crate::formats::Format;
use crate::quantity::Quantity;
use crate::semver::Semver;
use crate::time::Timestamp;
use crate::url::Url;
use crate::{Failure, Reason};

/// A value; a copy shares what is inside.
#[derive(Clone, Debug)]
pub enum Value {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number with a sign.
    Int(i64),
    /// A whole number without a sign.
    Uint(u64),
    /// A floating point number.
    Double(f64),
    /// A text.
    String(Arc<str>),
    /// Bytes.
    Bytes(Arc<[u8]>),
    /// A length of time in nanoseconds.
    Duration(i64),
    /// A moment.
    Timestamp(Timestamp),
    /// A list.
    List(Arc<List>),
    /// A mapping.
    Map(Arc<Map>),
    /// A value that may be absent.
    Optional(Option<Arc<Value>>),
    /// The name of a type.
    Type(&'static str),
    /// An amount of a resource.
    Quantity(Arc<Quantity>),
    /// A URL.
    Url(Arc<Url>),
    /// An address.
    Ip(IpAddr),
    /// A network: an address in it, and how many of its bits are the network's.
    Cidr(IpAddr, u8),
    /// A semantic version.
    Semver(Arc<Semver>),
    /// A format that texts may have.
    Format(&'static Format),
    /// What is not known yet, because another program fills it in.
    Placeholder,
}

/// The items of a list.
#[derive(Debug, Default)]
pub struct List {
    /// In order.
    pub items: Vec<Value>,
    /// How it is compared and joined.
    pub kind: ListKind,
}

/// How lists are compared and joined.
#[derive(Clone, Debug, Default)]
pub enum ListKind {
    /// In order.
    #[default]
    Atomic,
    /// Without order: each item stands once.
    Set,
    /// Without order: items are told apart by these fields.
    Keyed(Arc<[Arc<str>]>),
}

/// The entries of a mapping.
#[derive(Debug, Default)]
pub struct Map {
    /// Sorted by key.
    entries: Vec<(Key, Value)>,
}

/// What a mapping's entries are found by.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Key {
    /// A boolean.
    Bool(bool),
    /// A whole number with a sign.
    Int(i64),
    /// A whole number that is too large to have a sign.
    Uint(u64),
    /// A text.
    String(Arc<str>),
}

impl Map {
    /// Of two entries with the same key the last one counts.
    pub fn new(mut entries: Vec<(Key, Value)>) -> Self {
        entries.reverse();
        entries.sort_by(|(a, _), (b, _)| a.cmp(b));
        entries.dedup_by(|(a, _), (b, _)| a == b);
        Self { entries }
    }

    /// The entries, sorted by key.
    pub fn entries(&self) -> &[(Key, Value)] {
        &self.entries
    }

    /// The value of a key.
    pub fn get(&self, key: &Key) -> Option<&Value> {
        let found = self.entries.binary_search_by(|(k, _)| k.cmp(key)).ok()?;
        self.entries.get(found).map(|(_, value)| value)
    }

    /// The value of a key that is a text.
    pub fn text(&self, key: &str) -> Option<&Value> {
        let compare = |(k, _): &(Key, Value)| match k {
            Key::String(text) => (**text).cmp(key),
            _ => std::cmp::Ordering::Less,
        };
        let found = self.entries.binary_search_by(compare).ok()?;
        self.entries.get(found).map(|(_, value)| value)
    }
}

impl Key {
    /// What a value finds; numbers that are equal find the same, whatever their type.
    pub(crate) fn of(value: &Value) -> Option<Self> {
        Some(match value {
            Value::Bool(value) => Self::Bool(*value),
            Value::Int(value) => Self::Int(*value),
            Value::Uint(value) => match i64::try_from(*value) {
                Ok(value) => Self::Int(value),
                Err(_) => Self::Uint(*value),
            },
            Value::Double(value) if value.fract() == 0.0 && value.abs() < 9.2e18 => {
                Self::Int(*value as i64)
            }
            Value::String(text) => Self::String(text.clone()),
            _ => return None,
        })
    }

    pub(crate) fn value(&self) -> Value {
        match self {
            Self::Bool(value) => Value::Bool(*value),
            Self::Int(value) => Value::Int(*value),
            Self::Uint(value) => Value::Uint(*value),
            Self::String(text) => Value::String(text.clone()),
        }
    }
}

impl Value {
    /// A text.
    pub fn text(text: impl Into<Arc<str>>) -> Self {
        Self::String(text.into())
    }

    /// A list whose items stand in order.
    pub fn list(items: Vec<Self>) -> Self {
        Self::List(Arc::new(List {
            items,
            kind: ListKind::Atomic,
        }))
    }

    /// A mapping.
    pub fn map(entries: Vec<(Key, Self)>) -> Self {
        Self::Map(Arc::new(Map::new(entries)))
    }

    pub(crate) fn some(value: Self) -> Self {
        Self::Optional(Some(Arc::new(value)))
    }

    /// The name that `type()` tells.
    pub(crate) fn type_name(&self) -> &'static str {
        match self {
            Self::Null => "null_type",
            Self::Bool(_) => "bool",
            Self::Int(_) => "int",
            Self::Uint(_) => "uint",
            Self::Double(_) => "double",
            Self::String(_) => "string",
            Self::Bytes(_) => "bytes",
            Self::Duration(_) => "google.protobuf.Duration",
            Self::Timestamp(_) => "google.protobuf.Timestamp",
            Self::List(_) => "list",
            Self::Map(_) => "map",
            Self::Optional(_) => "optional_type",
            Self::Type(_) => "type",
            Self::Quantity(_) => "kubernetes.Quantity",
            Self::Url(_) => "kubernetes.URL",
            Self::Ip(_) => "net.IP",
            Self::Cidr(..) => "net.CIDR",
            Self::Semver(_) => "kubernetes.Semver",
            Self::Format(_) => "kubernetes.NamedFormat",
            Self::Placeholder => "unknown",
        }
    }

    /// The value, if it is known already.
    pub(crate) fn known(self) -> Result<Self, Failure> {
        match self {
            Self::Placeholder => Err(Failure::Unknown(Reason::Placeholder)),
            value => Ok(value),
        }
    }

    /// Whether it is what a field is when nothing is said.
    pub(crate) fn is_zero(&self) -> bool {
        match self {
            Self::Null => true,
            Self::Bool(value) => !value,
            Self::Int(value) | Self::Duration(value) => *value == 0,
            Self::Uint(value) => *value == 0,
            Self::Double(value) => *value == 0.0,
            Self::String(text) => text.is_empty(),
            Self::Bytes(bytes) => bytes.is_empty(),
            Self::List(list) => list.items.is_empty(),
            Self::Map(map) => map.entries.is_empty(),
            Self::Optional(value) => value.is_none(),
            _ => false,
        }
    }
}
