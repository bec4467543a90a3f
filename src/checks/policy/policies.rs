//! Policies that are ready to be evaluated, and what is known about them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use camino::{Utf8Path, Utf8PathBuf};
use rego_plan::{Entry, Plan, Unsupported};
use regorus::Value;
use serde::{Deserialize, Serialize};

use super::Ledger;
use super::batch::Batch;
use super::compiled::OwnPlan;
use super::evaluator::Evaluator;
use super::kinds::Kinds;
use super::metadata::{Each, TextFault};
use super::run::{Budget, Interpreter, in_own_words};
use super::{Document, Parameter, Scope, TargetField};
use crate::rule::Rule;

/// Policies that are ready to be evaluated.
#[derive(Debug)]
pub struct Policies {
    /// In the order of their ids.
    pub(crate) policies: Vec<Policy>,
    /// Those that are evaluated together.
    pub(crate) batches: Vec<Batch>,
    /// How each is evaluated, by its index.
    pub(crate) ways: Vec<Way>,
    /// The plan of the built-in policies.
    pub(crate) own_plan: OwnPlan,
    /// That of users' policies.
    pub(crate) users_plan: Plan,
    /// Evaluates the built-in policies where the plan has no answer.
    pub(crate) built_in: Interpreter,
    /// Evaluates users' policies where their plan has no answer.
    pub(crate) users: Mutex<Evaluator>,
    /// What rules need that plans do not support, by the rule's id.
    pub(crate) unplanned: BTreeMap<String, Unsupported>,
}

/// What stands in a policy's `input`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Form {
    /// The object itself, as conftest gives it.
    Bare,
    /// `object` or `objects`, `target` and `parameters`.
    Full,
}

/// How a policy is evaluated.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Way {
    /// By a plan; by the interpreter where that has no answer.
    Planned(Entry),
    /// By the interpreter, if the plan finds what has to hold before the policy can give anything.
    Guarded(Entry),
    /// By the interpreter.
    Interpreted,
}

/// How a policy's rule is evaluated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Evaluated<'p> {
    /// By a plan.
    Planned,
    /// By an interpreter, which is slower.
    Interpreted {
        /// The policy's file.
        path: &'p Utf8Path,
        /// What it needs that plans do not support. The line may be one of another file that it
        /// uses.
        why: &'p Unsupported,
    },
}

/// One rule, and what it looks at.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Policy {
    pub(crate) rule: Arc<Rule>,
    pub(crate) path: Utf8PathBuf,
    pub(crate) kinds: Kinds,
    pub(crate) scope: Scope,
    pub(crate) each: Option<Each>,
    pub(crate) form: Form,
    pub(crate) uses: BTreeSet<TargetField>,
    pub(crate) parameters: Vec<Parameter>,
    /// How many violations its bad example has.
    pub(crate) findings: usize,
    /// What gives its violations: the parts of `gitopslint.security.host_namespace.deny`.
    pub(crate) name: Vec<String>,
    /// Whether it comes with the program.
    pub(crate) built_in: bool,
}

impl Policies {
    /// The rules in the order of their ids.
    pub fn rules(&self) -> impl Iterator<Item = &Arc<Rule>> {
        self.policies.iter().map(|policy| &policy.rule)
    }

    /// The rules that are given up in a run, with on how many objects they were not evaluated
    /// after that was told.
    pub fn skipped(&self, ledger: &Ledger) -> impl Iterator<Item = (String, usize)> {
        let named = |(at, count): (usize, usize)| {
            let policy = self.policies.get(at)?;
            Some((policy.rule.id.to_string(), count))
        };
        ledger.skipped().filter_map(named)
    }

    /// What can be set for a rule.
    pub fn parameters(&self, rule: &str) -> &[Parameter] {
        self.find(rule).map_or(&[], |policy| &policy.parameters)
    }

    /// How many objects a rule sees at once.
    pub fn scope(&self, rule: &str) -> Option<Scope> {
        self.find(rule).map(|policy| policy.scope)
    }

    /// How many violations a rule's bad example has.
    pub fn expected_findings(&self, rule: &str) -> usize {
        self.find(rule).map_or(0, |policy| policy.findings)
    }

    /// The fields of the target on which the result of a scope's evaluations may depend.
    pub fn uses(&self, scope: Scope) -> BTreeSet<TargetField> {
        let of_scope = self.policies.iter().filter(|p| p.scope == scope);
        of_scope.flat_map(|p| p.uses.iter().copied()).collect()
    }

    /// Whether any policy of a scope looks at an object.
    pub fn selects(&self, scope: Scope, object: &Document<'_>) -> bool {
        let mut batches = self.batches.iter().filter(|batch| batch.scope == scope);
        batches.any(|batch| !object.looked_at_by(batch).is_empty())
    }

    /// How a rule is evaluated, if it is a policy's.
    pub fn evaluated(&self, rule: &str) -> Option<Evaluated<'_>> {
        let at = self.position(rule)?;
        Some(match self.way(at) {
            Way::Planned(_) => Evaluated::Planned,
            Way::Guarded(_) | Way::Interpreted => Evaluated::Interpreted {
                path: &self.policies.get(at)?.path,
                why: self.unplanned.get(rule)?,
            },
        })
    }

    /// The plan of the built-in policies or that of users'.
    pub(crate) fn plan(&self, built_in: bool) -> Option<&Plan> {
        match built_in {
            true => self.own_plan.get(),
            false => Some(&self.users_plan),
        }
    }

    /// How a policy is evaluated.
    pub(crate) fn way(&self, at: usize) -> &Way {
        self.ways.get(at).unwrap_or(&Way::Interpreted)
    }

    /// What the interpreter finds for one built-in policy.
    pub(crate) fn interpret(&self, policy: &Policy, input: Value, budget: Budget) -> Interpreted {
        let found = self.built_in.run(&reference(&policy.name), input, budget);
        found.map_err(|error| in_own_words(&error))
    }

    /// Who evaluates users' policies: one request after the other.
    pub(crate) fn users(&self) -> MutexGuard<'_, Evaluator> {
        self.users.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether there are users' policies.
    pub fn has_users(&self) -> bool {
        self.policies.iter().any(|policy| !policy.built_in)
    }

    fn find(&self, rule: &str) -> Option<&Policy> {
        self.policies.get(self.position(rule)?)
    }

    fn position(&self, rule: &str) -> Option<usize> {
        let by_id = |policy: &Policy| (*policy.rule.id).cmp(rule);
        self.policies.binary_search_by(by_id).ok()
    }
}

type Interpreted = Result<Value, TextFault>;

/// The reference to a rule.
pub(crate) fn reference(name: &[String]) -> String {
    let mut path = String::from("data");
    for part in name {
        let is_name = part.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
            && !part.starts_with(|c: char| c.is_ascii_digit());
        match is_name {
            true => path.extend([".", part]),
            false => path.push_str(&format!("[{part:?}]")),
        }
    }
    path
}
