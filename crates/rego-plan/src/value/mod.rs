//! Values as policies see them.

mod constant;
mod items;
mod number;
mod order;
#[cfg(test)]
mod tests;

use bumpalo::Bump;
use manifest::{Dialect, Kind, Scalar, View};

use crate::run::Halt;

pub use constant::Const;
pub use items::Items;
pub use number::Number;
pub(crate) use order::{arrange, compare, distinct, equal, in_order};

/// In a larger collection the place of a key is found by halves; in others, by a look at each.
const FEW: usize = 16;

/// Pays for work that grows with its input.
#[inline]
pub(crate) fn pay(size: usize, steps: &mut u64) -> Result<(), Halt> {
    /// How much is done in the time of a step.
    const PER_STEP: u64 = 16;
    match steps.checked_sub(size as u64 / PER_STEP) {
        Some(left) => *steps = left,
        None => return Err(Halt::TooMuch),
    }
    Ok(())
}

/// A value. To copy one costs nothing: its parts stand in an arena, in a plan, or in the
/// manifest that they were read from.
#[derive(Clone, Copy, Debug)]
#[repr(u64)]
pub enum Value<'a> {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number.
    Number(Number),
    /// Text.
    Text(&'a str),
    /// A list.
    Array(&'a [Value<'a>]),
    /// A set: in order, each member once.
    Set(&'a [Value<'a>]),
    /// An object: in the order of its keys, each once.
    Object(&'a [(Value<'a>, Value<'a>)]),
    /// A sequence of a manifest.
    Seq(View<'a>),
    /// A mapping of a manifest. Entries that are null are not seen, as the API server drops them.
    Map(View<'a>),
    /// A list, a set or an object that stands in a plan.
    Const(&'a Const),
}

/// What a value is, in the order in which values of different kinds are sorted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sort {
    /// `null`
    Null,
    /// `true` or `false`
    Bool,
    /// A number.
    Number,
    /// Text.
    Text,
    /// A list.
    Array,
    /// An object.
    Object,
    /// A set.
    Set,
}

impl Sort {
    /// As `type_name` tells it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool => "boolean",
            Self::Number => "number",
            Self::Text => "string",
            Self::Array => "array",
            Self::Object => "object",
            Self::Set => "set",
        }
    }
}

impl<'a> Value<'a> {
    /// What stands in a manifest. Text that is written in another form than it is read is put
    /// into the arena.
    pub fn of(view: View<'a>, arena: &'a Bump) -> Self {
        match view.kind() {
            Kind::Map => Self::Map(view),
            Kind::Seq => Self::Seq(view),
            Kind::Scalar | Kind::Alias => match view.scalar(Dialect::Kustomize) {
                None | Some(Scalar::Null) => Self::Null,
                Some(Scalar::Bool(value)) => Self::Bool(value),
                Some(Scalar::Int(value)) => Self::Number(Number::Int(value)),
                Some(Scalar::Uint(value)) => Self::Number(Number::from_u64(value)),
                Some(Scalar::Float(value)) => match Number::from_f64(value) {
                    Some(number) => Self::Number(number),
                    None => Self::Text(arena.alloc_str(&value.to_string())),
                },
                Some(Scalar::Str(std::borrow::Cow::Borrowed(text))) => Self::Text(text),
                Some(Scalar::Str(std::borrow::Cow::Owned(text))) => {
                    Self::Text(arena.alloc_str(&text))
                }
            },
        }
    }

    /// What it is.
    pub fn sort(self) -> Sort {
        match self {
            Self::Null => Sort::Null,
            Self::Bool(_) => Sort::Bool,
            Self::Number(_) => Sort::Number,
            Self::Text(_) => Sort::Text,
            Self::Array(_) | Self::Seq(_) | Self::Const(Const::Array(_)) => Sort::Array,
            Self::Set(_) | Self::Const(Const::Set(_)) => Sort::Set,
            Self::Object(_) | Self::Map(_) | Self::Const(Const::Object(_)) => Sort::Object,
            Self::Const(scalar) => scalar.value().sort(),
        }
    }

    /// The text, if it is one.
    pub fn as_str(self) -> Option<&'a str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The whole number that does not lie below zero, if it is one.
    pub fn as_index(self) -> Option<usize> {
        match self {
            Self::Number(Number::Int(value)) => usize::try_from(value).ok(),
            _ => None,
        }
    }

    /// A field of an object; a member of a set.
    pub fn field(self, key: &str, arena: &'a Bump) -> Option<Value<'a>> {
        // Most keys stand in a plan, each once.
        let same = |text: &str| std::ptr::eq(text.as_ptr(), key.as_ptr()) || text == key;
        let is_key = |found: &Value<'_>| matches!(found, Value::Text(text) if text.len() == key.len() && same(text));
        match self {
            Self::Map(view) => mapped(view, key, arena),
            _ if self.size() > FEW => {
                let order = |found: Value<'a>| match found {
                    Value::Text(found) => found.cmp(key),
                    _ => found.sort().cmp(&Sort::Text),
                };
                Items::of(self, arena)?
                    .find(|found| Ok(order(found)))
                    .ok()?
            }
            Self::Object(entries) => {
                let found = entries.iter().find(|(found, _)| is_key(found));
                found.map(|(_, value)| *value)
            }
            Self::Const(Const::Object(entries)) => {
                let found = entries.iter().find(|(found, _)| is_key(&found.value()));
                found.map(|(_, value)| value.value())
            }
            Self::Set(members) => members.iter().copied().find(is_key),
            Self::Const(Const::Set(members)) => members.iter().map(Const::value).find(is_key),
            _ => None,
        }
    }

    /// An object's field, a list's item, a set's member. To look for it costs steps.
    pub(crate) fn at(
        self,
        key: Value<'_>,
        arena: &'a Bump,
        steps: &mut u64,
    ) -> Result<Option<Value<'a>>, Halt> {
        pay(self.breadth(), steps)?;
        if let Value::Text(key) = key {
            return Ok(self.field(key, arena));
        }
        let index = key.as_index();
        Ok(match self {
            Self::Array(items) => index.and_then(|at| items.get(at).copied()),
            Self::Const(Const::Array(items)) => {
                index.and_then(|at| items.get(at).map(Const::value))
            }
            Self::Seq(view) => {
                let item = index.and_then(|at| view.items().nth(at));
                item.map(|item| Self::of(item, arena))
            }
            Self::Object(_) | Self::Set(_) | Self::Const(_) => match Items::of(self, arena) {
                Some(items) => items.find(|found| compare(found, key, arena, steps))?,
                None => None,
            },
            // A manifest's keys are text.
            _ => None,
        })
    }

    /// About how much there is to look through until something in it is found.
    pub(crate) fn breadth(self) -> usize {
        /// A manifest's nodes stand beside each other, those that are further in among them: most
        /// are passed by.
        const PASSED: usize = 4;
        match self {
            Self::Map(view) | Self::Seq(view) => view.breadth() / PASSED,
            _ => self.size().min(FEW),
        }
    }

    /// How many keys an object has that is no manifest's, or how many members a set.
    fn size(self) -> usize {
        match self {
            Self::Object(entries) => entries.len(),
            Self::Set(members) => members.len(),
            Self::Const(Const::Object(entries)) => entries.len(),
            Self::Const(Const::Set(members)) => members.len(),
            _ => 0,
        }
    }
}

/// A field of a mapping. Of several that have the key the last one counts that is not null.
fn mapped<'a>(view: View<'a>, key: &str, arena: &'a Bump) -> Option<Value<'a>> {
    let value = view.get(key)?;
    match value.kind() {
        Kind::Map => return Some(Value::Map(value)),
        Kind::Seq => return Some(Value::Seq(value)),
        Kind::Scalar | Kind::Alias => {}
    }
    if !value.is_null() {
        return Some(Value::of(value, arena));
    }
    let known = view
        .entries()
        .filter(|entry| entry.key.text() == key && !entry.value.is_null());
    known.last().map(|entry| Value::of(entry.value, arena))
}
