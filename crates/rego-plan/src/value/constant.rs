//! Values that own their parts.

use bumpalo::Bump;
use serde::{Deserialize, Serialize};

use super::order::order;
use super::{Items, Number, Value};

/// A value that owns its parts: what stands in a policy, or is given to many evaluations.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Const {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number.
    Number(Number),
    /// Text.
    Text(Box<str>),
    /// A list.
    Array(Box<[Const]>),
    /// A set: [`Const::set`] puts it in order.
    Set(Box<[Const]>),
    /// An object: [`Const::object`] puts it in order.
    Object(Box<[(Const, Const)]>),
}

impl Const {
    /// A set of these; each counts once.
    pub fn set(members: impl IntoIterator<Item = Self>) -> Self {
        let mut members: Vec<Self> = members.into_iter().collect();
        members.sort_by(Self::order);
        members.dedup();
        Self::Set(members.into())
    }

    /// An object of these entries; of those with the same key the last one counts.
    pub fn object(entries: impl IntoIterator<Item = (Self, Self)>) -> Self {
        let mut entries: Vec<(Self, Self)> = entries.into_iter().collect();
        entries.sort_by(|(a, _), (b, _)| a.order(b));
        entries.reverse();
        entries.dedup_by(|(a, _), (b, _)| a == b);
        entries.reverse();
        Self::Object(entries.into())
    }

    /// A copy of a value.
    pub fn copied(value: Value<'_>) -> Self {
        let arena = Bump::new();
        let all = |items: Items<'_>| items.values().map(Self::copied).collect();
        match value {
            Value::Null => Self::Null,
            Value::Bool(value) => Self::Bool(value),
            Value::Number(number) => Self::Number(number),
            Value::Text(text) => Self::Text(text.into()),
            Value::Const(constant) => constant.clone(),
            _ => match Items::of(value, &arena) {
                Some(items @ (Items::List(_) | Items::ConstList(_))) => Self::Array(all(items)),
                Some(items @ (Items::Members(_) | Items::ConstMembers(_))) => Self::Set(all(items)),
                Some(entries) => {
                    let entries = entries.iter();
                    let entries = entries.map(|(k, v)| (Self::copied(k), Self::copied(v)));
                    Self::Object(entries.collect())
                }
                None => Self::Null,
            },
        }
    }

    /// It as a value.
    pub fn value(&self) -> Value<'_> {
        match self {
            Self::Null => Value::Null,
            Self::Bool(value) => Value::Bool(*value),
            Self::Number(number) => Value::Number(*number),
            Self::Text(text) => Value::Text(text),
            Self::Array(_) | Self::Set(_) | Self::Object(_) => Value::Const(self),
        }
    }

    fn order(&self, other: &Self) -> std::cmp::Ordering {
        order(self.value(), other.value(), &Bump::new())
    }
}

impl PartialEq for Const {
    fn eq(&self, other: &Self) -> bool {
        self.order(other).is_eq()
    }
}

impl From<&str> for Const {
    fn from(text: &str) -> Self {
        Self::Text(text.into())
    }
}

impl From<usize> for Value<'_> {
    fn from(number: usize) -> Self {
        Self::Number(Number::from_u64(number as u64))
    }
}
