//! The Common Expression Language as Kubernetes speaks it: read, checked for types, and evaluated
//! within a budget.
//!
//! Expressions come from strangers, so every step and every byte that is made is paid for from a
//! [`Budget`], nesting is limited, and regular expressions do not backtrack. What cannot be
//! evaluated is told apart from what is wrong: see [`Failure`].

mod ast;
mod budget;
mod check;
mod environment;
mod equal;
mod error;
mod eval;
mod failure;
mod fold;
mod formats;
mod lex;
mod library;
mod literal;
mod literals;
mod machine;
mod macros;
mod parse;
mod program;
mod quantity;
mod semver;
mod time;
mod types;
mod unify;
mod url;
mod value;

pub use budget::Budget;
pub use environment::Environment;
pub use error::CompileError;
pub use failure::{Failure, Reason};
pub use formats::Format;
pub use parse::is_reserved;
pub use program::Program;
pub use quantity::Quantity;
pub use semver::Semver;
pub use time::{Timestamp, parse_duration};
pub use types::{Fields, Type};
pub use url::Url;
pub use value::{Key, List, ListKind, Map, Value};

#[cfg(test)]
mod tests;
