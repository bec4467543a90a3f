//! Items of a list that must differ.

use std::hash::Hash;

use manifest::{FieldPath, Kind, Segment, View};
use rustc_hash::FxHashMap;

use crate::check::{Check, Place};
use crate::scalar;
use crate::table::{Items, Table};
use crate::violation::ViolationKind::{self, DuplicateApplyKey, DuplicateListKey};

/// In longer lists items are found by hashing.
const SHORT: usize = 16;

/// The most keys that a built-in list has.
const MAX_KEYS: usize = 4;

/// Compares the items of a list of a built-in kind. The server does so only where an object is
/// applied server-side; what it never takes is told elsewhere.
pub(crate) fn compare<'v>(
    check: &mut Check,
    table: &Table,
    items: Items,
    view: View<'v>,
    place: &Place<'_>,
) {
    match items {
        Items::Any => {}
        Items::Unequal => equal_items(check, DuplicateApplyKey, view, place),
        Items::UnequalKeys(keys) => {
            let keys = table.list(keys);
            let of = |item: View<'v>| {
                let mut values = [""; MAX_KEYS];
                for (value, key) in values.iter_mut().zip(keys.clone()) {
                    *value = match item.get(key) {
                        Some(found) if found.kind() == Kind::Scalar => found.text(),
                        // The only key with a default.
                        None if key == "protocol" => "TCP",
                        _ => return None,
                    };
                }
                Some(values)
            };
            for (first, second) in twice(view, of) {
                if is_in_union(&place.path()) {
                    break;
                }
                let keys: Vec<&str> = keys.clone().collect();
                let help = "remove or rename one of them: server-side apply rejects both";
                let values = view.items().nth(second).and_then(of).unwrap_or_default();
                report(
                    check,
                    DuplicateApplyKey,
                    (&keys, &values[..keys.len().min(MAX_KEYS)], help),
                    (first, second),
                    place,
                );
            }
        }
    }
}

/// Whether a path leads through a field of a JSON schema that holds a schema or something else. To
/// server-side apply it has no type, and nothing below it has keys.
fn is_in_union(path: &FieldPath) -> bool {
    let mut segments = path.segments().iter();
    if !segments.any(|segment| *segment == Segment::from("openAPIV3Schema")) {
        return false;
    }
    while let Some(segment) = segments.next() {
        match segment {
            Segment::Key(key) => match &**key {
                "items" | "additionalItems" | "additionalProperties" | "dependencies" => {
                    return true;
                }
                // A name follows, whatever it is.
                "properties" | "patternProperties" | "definitions" => drop(segments.next()),
                _ => {}
            },
            Segment::Index(_) => {}
        }
    }
    false
}

/// Reports duplicate scalars.
pub(crate) fn unequal(check: &mut Check, view: View<'_>, place: &Place<'_>) {
    equal_items(check, DuplicateListKey, view, place);
}

fn equal_items<'v>(check: &mut Check, kind: ViolationKind, view: View<'v>, place: &Place<'_>) {
    let of = |item: View<'v>| (item.kind() == Kind::Scalar).then(|| item.text());
    for (first, second) in twice(view, of) {
        if check.is_full() {
            continue;
        }
        let message = format!("items {first} and {second} of {} are equal", place.name());
        let help = "remove one of them".to_owned();
        check.report(kind, &place.index(second), message, Some(help));
    }
}

/// Reports two items with the same keys.
pub(crate) fn same_keys(
    check: &mut Check,
    keys: &[&str],
    first: usize,
    second: usize,
    place: &Place<'_>,
) {
    let help = "remove or rename one of them";
    report(
        check,
        DuplicateListKey,
        (keys, &[], help),
        (first, second),
        place,
    );
}

fn report(
    check: &mut Check,
    kind: ViolationKind,
    (keys, values, help): (&[&str], &[&str], &str),
    (first, second): (usize, usize),
    place: &Place<'_>,
) {
    if check.is_full() {
        return;
    }
    let keys = keys.join("` and `");
    let list = place.name();
    let mut message = format!("items {first} and {second} of {list} have the same `{keys}`");
    if !values.is_empty() {
        let values: Vec<String> = values.iter().map(|own| scalar::quoted(own)).collect();
        message.push_str(&format!(": {}", values.join(" and ")));
    }
    check.report(kind, &place.index(second), message, Some(help.to_owned()));
}

/// The items that have the same key as one before them, behind the first such. Items without a
/// key are left out.
pub(crate) fn twice<'v, K: Eq + Hash>(
    view: View<'v>,
    key: impl Fn(View<'v>) -> Option<K>,
) -> Vec<(usize, usize)> {
    let mut few: [Option<K>; SHORT] = [const { None }; SHORT];
    let mut many: FxHashMap<K, usize> = FxHashMap::default();
    let mut pairs = Vec::new();
    for (index, item) in view.items().enumerate() {
        let Some(key) = key(item) else { continue };
        let known = few.iter().position(|k| k.as_ref() == Some(&key));
        if let Some(first) = known.or_else(|| many.get(&key).copied()) {
            pairs.push((first, index));
            continue;
        }
        match few.get_mut(index) {
            Some(slot) => *slot = Some(key),
            None => {
                many.insert(key, index);
            }
        }
    }
    pairs
}
