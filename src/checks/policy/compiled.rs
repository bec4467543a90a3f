//! The built-in policies as the program keeps them: compiled. To read and compile their texts
//! takes longer than to check a small repository.
//!
//! The table is the length of its first part (`u32`, little endian), the policies and how each is
//! evaluated, and the plan that evaluates those that are in the subset of the language which plans
//! support. Both parts are in the format of the crate
//! `postcard`; the plan is read when it is needed first.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use rego_plan::{Module, Plan, Planned, Unsupported};
use regorus::Engine;
use serde::{Deserialize, Serialize};

use super::built_in;
use super::identify::documented;
use super::inspect::modules;
use super::metadata::Metadata;
use super::policies::{Policy, Way};
use super::run::{analyse, engine, guarded};

const TABLE: &[u8] = include_bytes!("../../../policies/compiled.bin");

/// The built-in policies as the program keeps them: what is equal says the same.
pub(crate) fn table() -> &'static [u8] {
    TABLE
}

/// The field of the input that is not the same for all policies.
pub(crate) const VARYING: &str = "parameters";

/// The plan of the built-in policies.
#[derive(Debug)]
pub(crate) struct OwnPlan {
    encoded: &'static [u8],
    /// None if it cannot be read.
    plan: OnceLock<Option<Plan>>,
}

impl OwnPlan {
    pub(crate) fn get(&self) -> Option<&Plan> {
        let read = || postcard::from_bytes(self.encoded).ok();
        self.plan.get_or_init(read).as_ref()
    }

    fn new(encoded: &'static [u8]) -> Self {
        Self {
            encoded,
            plan: OnceLock::new(),
        }
    }
}

/// The built-in policies but for their plan.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Own {
    /// In the order of their ids, and how each is evaluated.
    pub(crate) policies: Vec<(Policy, Way)>,
    /// What they need that plans do not support, by the rule's id.
    pub(crate) unplanned: BTreeMap<String, Unsupported>,
}

/// The built-in policies and their plan.
pub(crate) fn read() -> (Own, OwnPlan) {
    let (own, plan) = parts().unwrap_or_default();
    let own = postcard::from_bytes(own).unwrap_or_default();
    (own, OwnPlan::new(plan))
}

fn parts() -> Option<(&'static [u8], &'static [u8])> {
    let (length, rest) = TABLE.split_first_chunk()?;
    rest.split_at_checked(usize::try_from(u32::from_le_bytes(*length)).ok()?)
}

/// Makes the table that is kept in the program, `policies/compiled.bin`, from the texts of the
/// built-in policies.
///
/// # Errors
/// What is wrong with one of the policies.
pub fn compile() -> Result<Vec<u8>, String> {
    let policies = documented_in(&mut texts()?)?;
    let modules: Vec<Module<'_>> = built_in::all()
        .map(|(_, text)| Module::parse(text))
        .collect();
    let (plan, planned) = planned(&modules, &policies);
    let (ways, unplanned) = ways(&policies, planned);
    let own = Own {
        policies: policies.into_iter().zip(ways).collect(),
        unplanned,
    };
    let encode = |error: postcard::Error| error.to_string();
    let own = postcard::to_stdvec(&own).map_err(encode)?;
    let plan = postcard::to_stdvec(&plan).map_err(encode)?;
    let length = u32::try_from(own.len()).map_err(|error| error.to_string())?;
    Ok([&length.to_le_bytes()[..], &own, &plan].concat())
}

/// The plan of policies that stand in these modules.
pub(crate) fn planned<'p>(
    modules: &[Module<'_>],
    policies: impl IntoIterator<Item = &'p Policy>,
) -> (Plan, Vec<Planned>) {
    let parts = |policy: &'p Policy| policy.name.iter().map(String::as_str).collect();
    let names: Vec<Vec<&str>> = policies.into_iter().map(parts).collect();
    let planner = rego_plan::Policies::new(modules, VARYING);
    planner.plan(names.iter().map(Vec::as_slice))
}

/// How policies are evaluated for which there is a plan or none, and what the latter need that
/// plans do not support.
pub(crate) fn ways(
    policies: &[Policy],
    planned: Vec<Planned>,
) -> (Vec<Way>, BTreeMap<String, Unsupported>) {
    let mut unplanned = BTreeMap::new();
    let ways = policies.iter().zip(planned);
    let ways = ways.map(|(policy, planned)| match planned {
        Planned::Whole(entry) => Way::Planned(entry),
        Planned::Not { guard, why } => {
            unplanned.insert(policy.rule.id.to_string(), why);
            guard.map_or(Way::Interpreted, Way::Guarded)
        }
    });
    (ways.collect(), unplanned)
}

/// An engine that evaluates the texts of the built-in policies.
pub(crate) fn interpreted() -> Result<Engine, String> {
    let mut engine = texts()?;
    analyse(&mut engine)?;
    Ok(engine)
}

fn texts() -> Result<Engine, String> {
    let mut engine = engine();
    for (path, text) in built_in::all() {
        guarded(|| engine.add_policy(path.to_owned(), text.to_owned()))?;
    }
    Ok(engine)
}

fn documented_in(engine: &mut Engine) -> Result<Vec<Policy>, String> {
    let mut policies = Vec::new();
    for ((path, text), module) in built_in::all().zip(&modules(engine)) {
        let metadata = Metadata::parse(text).map_err(|fault| {
            let line = fault.line;
            format!("{path}:{line}: {}", fault.message)
        })?;
        if let Some(metadata) = metadata {
            let policy = documented(path.into(), module, &metadata);
            policies.push(policy.map_err(|fault| format!("{path}: {}", fault.message))?);
        }
    }
    policies.sort_by(|a, b| a.rule.id.cmp(&b.rule.id));
    Ok(policies)
}
