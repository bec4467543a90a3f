//! Custom kinds: what their CustomResourceDefinitions say.

mod alternatives;
mod expressions;
mod format;
mod judge;
mod kind;
mod rules;
mod schema;
mod values;
mod walk;

pub(crate) use expressions::{Exposed, FieldSteps, escape, rule_environment};
pub(crate) use judge::{judge, judge_default, misspelt};
pub(crate) use kind::CustomKind;
