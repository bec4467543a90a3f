//! From texts to policies that can be evaluated.

use std::collections::BTreeMap;
use std::sync::Mutex;

use super::batch::batches;
use super::evaluator::{Evaluator, Isolation};
use super::policies::{Policies, Policy, Way};
use super::run::Interpreter;
use super::users::Known;
use super::{PolicyFault, PolicySource, compiled, users};

/// As [`load_in`], in this process, where a policy can end it.
pub fn load(users: Vec<PolicySource>) -> (Policies, Vec<PolicyFault>) {
    let evaluator = Evaluator::new(Isolation::None);
    // There is nothing that could fail to start.
    with(evaluator, users).unwrap_or_else(|_| (built_in(), Vec::new()))
}

/// The built-in policies, and those of users. Users' policies that cannot be read are left out,
/// and told in the faults.
///
/// # Errors
/// Why users' policies cannot be evaluated at all. None are read then.
pub fn load_in(
    users: Vec<PolicySource>,
    isolation: &Isolation,
) -> Result<(Policies, Vec<PolicyFault>), String> {
    with(Evaluator::new(isolation.clone()), users)
}

/// What is wrong with users' policies by themselves: the built-in ones are not read.
pub fn faults(users: &[PolicySource]) -> Vec<PolicyFault> {
    users::read(users, false, &mut |_| ()).0.faults
}

fn built_in() -> Policies {
    assemble(
        Evaluator::new(Isolation::None),
        Default::default(),
        &mut Vec::new(),
    )
}

fn with(
    mut evaluator: Evaluator,
    users: Vec<PolicySource>,
) -> Result<(Policies, Vec<PolicyFault>), String> {
    let mut known = evaluator.load(users)?;
    let mut faults = std::mem::take(&mut known.faults);
    let policies = assemble(evaluator, known, &mut faults);
    faults.sort();
    faults.dedup();
    Ok((policies, faults))
}

fn assemble(evaluator: Evaluator, users: Known, faults: &mut Vec<PolicyFault>) -> Policies {
    let (own, own_plan) = compiled::read();
    if own.policies.is_empty() {
        faults.push(PolicyFault {
            path: "policies".into(),
            line: None,
            rule: None,
            message: "the built-in policies cannot be read".to_owned(),
        });
    }
    let mut unplanned = own.unplanned;
    unplanned.extend(users.unplanned);
    let named = named(own.policies.into_iter().chain(users.policies), faults);
    let (policies, ways): (Vec<Policy>, Vec<Way>) = named.into_iter().unzip();
    Policies {
        batches: batches(&policies),
        ways,
        own_plan,
        users_plan: users.plan,
        built_in: Interpreter::new(compiled::interpreted),
        users: Mutex::new(evaluator),
        unplanned,
        policies,
    }
}

/// The policies in the order of their ids, each id once.
fn named(
    policies: impl Iterator<Item = (Policy, Way)>,
    faults: &mut Vec<PolicyFault>,
) -> Vec<(Policy, Way)> {
    let mut found: BTreeMap<String, (Policy, Way)> = BTreeMap::new();
    for (policy, way) in policies {
        match found.get(&*policy.rule.id) {
            None => {
                found.insert(policy.rule.id.to_string(), (policy, way));
            }
            // The files of a package may add to the same rule.
            Some((known, _)) if known.name == policy.name => {}
            Some((known, _)) => faults.push(PolicyFault {
                message: format!("{} already has a rule of this name", known.path),
                path: policy.path,
                line: None,
                rule: Some(policy.rule.id.to_string()),
            }),
        }
    }
    found.into_values().collect()
}
