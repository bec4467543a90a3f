//! Names in a message.

use std::collections::BTreeSet;

/// More names than this are counted.
const NAMED: usize = 3;

/// The names in code quotes: `a`, `b` and 3 more.
pub(crate) fn named(names: &BTreeSet<&str>) -> String {
    let first: Vec<String> = names
        .iter()
        .take(NAMED)
        .map(|name| format!("`{name}`"))
        .collect();
    let first = first.join(", ");
    match names.len().saturating_sub(NAMED) {
        0 => first,
        more => format!("{first} and {more} more"),
    }
}
