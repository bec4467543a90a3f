//! Patches: strategic merges and JSON 6902.

mod directive;
mod irregular;
pub mod json6902;
mod list;
mod regular;
pub(crate) mod repeated;
mod scalars;
pub mod strategic;
pub(crate) mod tally;
#[cfg(test)]
mod tests;

use manifest::{Fault, FaultKind, Kind, View};

/// How deep values may be nested. No source nests deeper, but patches may put one into another.
const MAX_DEPTH: usize = 260;

/// A fault at the place of a value.
fn fault_at(value: View<'_>, kind: FaultKind, message: impl Into<String>) -> Fault {
    let fault = Fault::new(kind, message);
    match value.origin() {
        Some(place) => fault.at(&place),
        None => fault,
    }
}

fn too_deep(value: View<'_>) -> Fault {
    let message = format!("values are nested more than {MAX_DEPTH} levels deep");
    fault_at(value, FaultKind::Limit, message)
}

/// What a value is, in a sentence.
fn noun(value: View<'_>) -> &'static str {
    match value.kind() {
        Kind::Map => "a mapping",
        Kind::Seq => "a list",
        Kind::Scalar | Kind::Alias => "a scalar",
    }
}
