//! `x-kubernetes-validations`: rules in the Common Expression Language.
//!
//! An object is held against them as the API server does on create: rules that speak of an old
//! value are left out. What cannot be evaluated is counted and never taken for a pass.

mod compiled;
mod field_path;
mod hold;
mod types;
mod values;

pub(super) use compiled::Expressions;
pub(crate) use compiled::environment as rule_environment;
pub(crate) use field_path::FieldSteps;
pub(super) use hold::hold;
pub(crate) use types::{Exposed, escape};
