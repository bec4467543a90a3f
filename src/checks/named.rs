//! Names in a message.

use std::collections::BTreeSet;

use crate::problem::first_of;

/// More names than this are counted.
pub(crate) const NAMED: usize = 3;

/// The names in code quotes: `a`, `b` and 3 more.
pub(crate) fn named(names: &BTreeSet<&str>) -> String {
    first_of(names.iter().map(|name| format!("`{name}`")), NAMED)
}
