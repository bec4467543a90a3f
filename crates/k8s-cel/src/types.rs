//! What expressions can be.

use std::fmt;
use std::sync::Arc;

/// The type of an expression.
#[derive(Clone, Debug)]
pub enum Type {
    /// Known only when it is evaluated.
    Dyn,
    /// Of something that is wrong already.
    Error,
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool,
    /// 64 bits with a sign.
    Int,
    /// 64 bits without a sign.
    Uint,
    /// Floating point, 64 bits.
    Double,
    /// Unicode text.
    String,
    /// Bytes.
    Bytes,
    /// A length of time.
    Duration,
    /// A moment.
    Timestamp,
    /// A type itself.
    Type,
    /// A list of items of one type.
    List(Arc<Type>),
    /// Keys and values.
    Map(Arc<(Type, Type)>),
    /// A value that may be absent.
    Optional(Arc<Type>),
    /// A mapping with known fields.
    Object(Arc<dyn Fields>),
    /// A type of Kubernetes' own, such as `kubernetes.Quantity`.
    Opaque(&'static str),
    /// Not known yet.
    Var(u32),
}

/// The fields of an object.
pub trait Fields: fmt::Debug + Send + Sync {
    /// What the type is called. Types of one name are the same.
    fn name(&self) -> &str;

    /// A field's type, by the name that expressions call it by.
    fn field(&self, name: &str) -> Option<Type>;
}

impl Type {
    /// A list of these.
    pub fn list(item: Self) -> Self {
        Self::List(Arc::new(item))
    }

    /// A mapping.
    pub fn map(key: Self, value: Self) -> Self {
        Self::Map(Arc::new((key, value)))
    }

    /// A value of that type, or none.
    pub fn optional(value: Self) -> Self {
        Self::Optional(Arc::new(value))
    }

    pub(crate) fn is_dyn(&self) -> bool {
        matches!(self, Self::Dyn | Self::Error)
    }

    /// Whether null is a value of it as far as types are checked.
    pub(crate) fn is_nullable(&self) -> bool {
        matches!(
            self,
            Self::Null
                | Self::Optional(_)
                | Self::Object(_)
                | Self::Opaque(_)
                | Self::Duration
                | Self::Timestamp
        )
    }
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::List(item) => write!(f, "list({item})"),
            Self::Map(entry) => write!(f, "map({}, {})", entry.0, entry.1),
            Self::Optional(value) => write!(f, "optional({value})"),
            Self::Object(_) => f.write_str("object"),
            Self::Opaque(name) => f.write_str(name),
            Self::Dyn | Self::Var(_) => f.write_str("dyn"),
            Self::Error => f.write_str("error"),
            Self::Null => f.write_str("null"),
            Self::Bool => f.write_str("bool"),
            Self::Int => f.write_str("int"),
            Self::Uint => f.write_str("uint"),
            Self::Double => f.write_str("double"),
            Self::String => f.write_str("string"),
            Self::Bytes => f.write_str("bytes"),
            Self::Duration => f.write_str("duration"),
            Self::Timestamp => f.write_str("timestamp"),
            Self::Type => f.write_str("type"),
        }
    }
}
