//! What becomes of values; what is added at the same place is added together.

use manifest::Src;
use spanned_yaml::Value;

use super::{Change, Op, Wanted};
use crate::difference::{Deed, Make};

/// The changes of values; what is added below the same new entry is added together.
pub(super) fn changes(wanted: &[Wanted<'_>]) -> Vec<Change> {
    let mut changes: Vec<Change> = Vec::new();
    for wanted in wanted {
        match &*wanted.deed {
            Deed::Set { at, value } => changes.push(Change {
                at: at.clone(),
                op: Op::Set(value.clone()),
            }),
            Deed::Remove { at } => changes.push(Change {
                at: at.clone(),
                op: Op::Remove,
            }),
            Deed::Rename(names) => changes.extend(names.iter().map(|(at, value)| Change {
                at: at.clone(),
                op: Op::Set(value.clone()),
            })),
            Deed::Insert {
                parent,
                missing,
                value,
            } => insert(&mut changes, parent, missing, value),
            Deed::Impossible(_) => {}
        }
    }
    changes
}

fn insert(changes: &mut Vec<Change>, parent: &Src, missing: &[Make], value: &Value) {
    let Some((first, rest)) = missing.split_first() else {
        return;
    };
    match first {
        Make::Key(key) => {
            let value = nest(rest, value.clone());
            let same = changes.iter_mut().find_map(|change| match &mut change.op {
                Op::InsertEntry { key: k, value } if change.at == *parent && **k == **key => {
                    Some(value)
                }
                _ => None,
            });
            match same {
                Some(known) => merge(known, value),
                None => changes.push(Change {
                    at: parent.clone(),
                    op: Op::InsertEntry {
                        key: key.to_string(),
                        value,
                    },
                }),
            }
        }
        Make::Item(fields) => {
            let value = item(fields, nest(rest, value.clone()));
            let same = changes.iter_mut().find_map(|change| match &mut change.op {
                Op::InsertItem(known) if change.at == *parent && is_same_item(known, &value) => {
                    Some(known)
                }
                _ => None,
            });
            match same {
                Some(known) if !fields.is_empty() => merge(known, value),
                _ => changes.push(Change {
                    at: parent.clone(),
                    op: Op::InsertItem(value),
                }),
            }
        }
    }
}

/// A value with what has to be made around it.
fn nest(missing: &[Make], value: Value) -> Value {
    missing.iter().rev().fold(value, |value, make| match make {
        Make::Key(key) => Value::Map(vec![(key.to_string(), value)]),
        Make::Item(fields) => Value::Seq(vec![item(fields, value)]),
    })
}

/// An item with the fields that tell it from others first.
fn item(fields: &[(&'static str, Value)], value: Value) -> Value {
    if fields.is_empty() {
        return value;
    }
    let mut entries: Vec<(String, Value)> = fields
        .iter()
        .map(|(key, value)| ((*key).to_owned(), value.clone()))
        .collect();
    if let Value::Map(more) = value {
        entries.extend(more);
    }
    Value::Map(entries)
}

/// Whether two items are told from others by the same first field.
fn is_same_item(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Map(a), Value::Map(b)) => !a.is_empty() && a.first() == b.first(),
        _ => false,
    }
}

fn merge(known: &mut Value, more: Value) {
    match (known, more) {
        (Value::Map(known), Value::Map(more)) => {
            for (key, value) in more {
                match known.iter_mut().find(|(k, _)| *k == key) {
                    Some((_, known)) => merge(known, value),
                    None => known.push((key, value)),
                }
            }
        }
        (Value::Seq(known), Value::Seq(more)) => {
            for value in more {
                match known.iter_mut().find(|known| is_same_item(known, &value)) {
                    Some(known) => merge(known, value),
                    None => known.push(value),
                }
            }
        }
        _ => {}
    }
}
