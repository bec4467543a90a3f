//! Regular expressions that are written for Go: translated for the `regex` crate, which knows no
//! backtracking either, and bounded in size.

mod pattern;
mod syntax;

pub use pattern::{Pattern, Wrong, syntax};
pub use syntax::translate;
