//! What stands in a list, a set or an object.

use std::cmp::Ordering;

use bumpalo::Bump;
use manifest::View;

use super::{Const, Value};
use crate::run::Halt;

/// The keys and values of a collection, in order. A list's keys are the numbers of its items, a
/// set's keys are its members.
#[derive(Clone, Copy, Debug)]
pub enum Items<'a> {
    /// A list's items.
    List(&'a [Value<'a>]),
    /// A set's members.
    Members(&'a [Value<'a>]),
    /// An object's entries.
    Entries(&'a [(Value<'a>, Value<'a>)]),
    /// Those of a list that stands in a plan.
    ConstList(&'a [Const]),
    /// Those of a set that stands in a plan.
    ConstMembers(&'a [Const]),
    /// Those of an object that stands in a plan.
    ConstEntries(&'a [(Const, Const)]),
}

impl<'a> Items<'a> {
    /// What stands in a value; `None` if it is no collection.
    pub fn of(value: Value<'a>, arena: &'a Bump) -> Option<Self> {
        Some(match value {
            Value::Array(items) => Self::List(items),
            Value::Set(members) => Self::Members(members),
            Value::Object(entries) => Self::Entries(entries),
            Value::Seq(view) => Self::List(sequence(view, arena)),
            Value::Map(view) => Self::Entries(mapping(view, arena)),
            Value::Const(Const::Array(items)) => Self::ConstList(items),
            Value::Const(Const::Set(members)) => Self::ConstMembers(members),
            Value::Const(Const::Object(entries)) => Self::ConstEntries(entries),
            _ => return None,
        })
    }

    /// How many there are.
    pub fn len(self) -> usize {
        match self {
            Self::List(items) | Self::Members(items) => items.len(),
            Self::Entries(entries) => entries.len(),
            Self::ConstList(items) | Self::ConstMembers(items) => items.len(),
            Self::ConstEntries(entries) => entries.len(),
        }
    }

    /// Whether there are none.
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// The key and the value that stand at a place.
    pub fn get(self, at: usize) -> Option<(Value<'a>, Value<'a>)> {
        let number = || Value::from(at);
        Some(match self {
            Self::List(items) => (number(), *items.get(at)?),
            Self::Members(members) => (*members.get(at)?, *members.get(at)?),
            Self::Entries(entries) => *entries.get(at)?,
            Self::ConstList(items) => (number(), items.get(at)?.value()),
            Self::ConstMembers(members) => (members.get(at)?.value(), members.get(at)?.value()),
            Self::ConstEntries(entries) => {
                let (key, value) = entries.get(at)?;
                (key.value(), value.value())
            }
        })
    }

    /// The value of a key of an object or a member of a set, of which `order` tells how another one
    /// stands to it. As they stand in order, half of what is left is passed by with each look.
    pub(crate) fn find(
        self,
        mut order: impl FnMut(Value<'a>) -> Result<Ordering, Halt>,
    ) -> Result<Option<Value<'a>>, Halt> {
        let (mut from, mut to) = (0, self.len());
        while from < to {
            let middle = from.midpoint(to);
            let Some((key, value)) = self.get(middle) else {
                break;
            };
            match order(key)? {
                Ordering::Less => from = middle + 1,
                Ordering::Equal => return Ok(Some(value)),
                Ordering::Greater => to = middle,
            }
        }
        Ok(None)
    }

    /// All keys and values.
    pub fn iter(self) -> impl Iterator<Item = (Value<'a>, Value<'a>)> {
        (0..self.len()).filter_map(move |at| self.get(at))
    }

    /// All values.
    pub fn values(self) -> impl Iterator<Item = Value<'a>> {
        self.iter().map(|(_, value)| value)
    }
}

fn sequence<'a>(view: View<'a>, arena: &'a Bump) -> &'a [Value<'a>] {
    let count = view.items().count();
    let mut items = view.items();
    // There are as many as were counted.
    arena.alloc_slice_fill_with(count, |_| {
        items
            .next()
            .map_or(Value::Null, |item| Value::of(item, arena))
    })
}

/// The entries in the order of their keys. Of several with the same key the last one counts.
fn mapping<'a>(view: View<'a>, arena: &'a Bump) -> &'a [(Value<'a>, Value<'a>)] {
    let present = || view.entries().filter(|entry| !entry.value.is_null());
    let mut keys: Vec<(&'a str, View<'a>)> = present()
        .map(|entry| (entry.key.text(), entry.value))
        .collect();
    if !keys.is_sorted_by(|(a, _), (b, _)| a < b) {
        keys.sort_by_key(|(key, _)| *key);
        // The last of equal ones is kept.
        keys.reverse();
        keys.dedup_by(|(a, _), (b, _)| a == b);
        keys.reverse();
    }
    arena.alloc_slice_fill_with(keys.len(), |at| {
        let (key, value) = keys[at];
        (Value::Text(key), Value::of(value, arena))
    })
}
