//! Custom kinds: what their CustomResourceDefinitions say.

mod alternatives;
mod format;
mod judge;
mod kind;
mod pattern;
mod rules;
mod schema;
mod values;
mod walk;

pub(crate) use judge::judge;
pub(crate) use kind::CustomKind;
