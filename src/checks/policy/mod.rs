//! What is forbidden, written in Rego.
//!
//! [`load`] reads policies; [`Policies::settings`] fixes which of them are on and their
//! parameters; [`Policies::check_object`] and [`Policies::check_many`] evaluate them. An
//! evaluation depends on nothing but the content of the objects, those fields of
//! [`TargetFacts`] that [`Policies::uses`] names, and the settings. Severity is not known here.
//!
//! The policies that come with the program are compiled beforehand into a plan
//! ([`rego_plan::Plan`]), which reads objects where they stand and computes once what several
//! policies ask of them. Users' policies get one where what they say is supported; what is not
//! goes to regorus' interpreter, after a plan for their supported lines has found that they may
//! have something to say. The tests hold that plan and interpreter find the same.
//!
//! The interpreter and its parser cannot be kept from running out of stack or memory, so that
//! users' policies are read and interpreted in a process of their own ([`Isolation`]), one request
//! after the other; what kills that process is told at the policy, and the others go on.

mod batch;
mod built_in;
mod builtins;
mod compiled;
mod conftest;
mod coverage;
mod evaluate;
mod evaluation;
mod evaluator;
mod identify;
mod input;
mod inspect;
mod isolated;
mod kinds;
mod ledger;
mod load;
mod metadata;
mod pods;
mod policies;
mod protocol;
mod rules;
mod run;
mod scan;
mod serve;
mod settings;
mod target;
mod testing;
mod time;
mod users;
mod value;
mod violation;
mod worker;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use camino::Utf8PathBuf;
use serde::{Deserialize, Serialize};

pub(crate) use built_in::has as is_built_in;
pub use compiled::compile;
pub(crate) use compiled::table;
pub use coverage::coverage;
pub use evaluate::{Document, Outcome, Subject};
pub use evaluator::Isolation;
pub use ledger::{Ledger, Spent};
pub use load::{faults, load, load_in};
pub use metadata::{Parameter, Scope};
pub use pods::hides_containers;
pub use policies::{Evaluated, Policies};
pub(crate) use rules::{INVALID_POLICY, RULES};
pub(crate) use serve::{ARGUMENT, serve};
pub use settings::Settings;
pub use target::{TargetFacts, TargetField};
pub use testing::{Tested, test, test_in};

/// Packages below this one belong to the program.
const OWN_PACKAGE: &str = "gitopslint";

/// The text of a user's policy file.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PolicySource {
    /// Its path.
    pub path: Utf8PathBuf,
    /// What it holds.
    pub text: String,
}

/// A policy that could not be read or evaluated. The others are not affected.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct PolicyFault {
    /// The policy file; none if it is not known which of several is to blame.
    pub path: Utf8PathBuf,
    /// The line in it, counted from 1, if it is known.
    pub line: Option<usize>,
    /// The rule, if the policy could be read that far.
    pub rule: Option<String>,
    /// What is wrong, in one sentence without a full stop.
    pub message: String,
}

/// Values for the parameters of rules, by the rule's id and the parameter's name. Parameters
/// that are not named keep their defaults.
pub type ParameterValues = BTreeMap<String, BTreeMap<String, serde_json::Value>>;
