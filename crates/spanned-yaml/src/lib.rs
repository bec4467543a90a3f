//! YAML text to a flat tree in which every key and value knows its bytes.
//!
//! [`Tree::parse`] never fails: it returns what could be read together with every
//! [`Error`] met on the way. The tree knows no Kubernetes; it knows the scalar rules of the
//! YAML readers that Kubernetes' tools use ([`Dialect`]).

mod block_scalar;
mod content;
mod edit;
mod emit;
mod error;
mod float;
mod lines;
mod node;
mod outer;
mod parse;
mod scalar;
#[cfg(test)]
mod testing;
mod tree;

pub use edit::{Edit, NotEditable, Value, apply};
pub use emit::{Emitter, key_order, sort_by_key};
pub use error::{Error, ErrorKind};
pub use float::for_yaml;
pub use scalar::{Dialect, Misfit, Scalar, base64, dialects_differ, resolve, try_resolve};
pub use tree::{Children, Kind, NodeId, Position, Span, Style, Tree};
