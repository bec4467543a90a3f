//! Policies that are ready to be evaluated, and what is known about them.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use camino::Utf8PathBuf;
use regorus::Value;
use serde::{Deserialize, Serialize};

use super::group::Group;
use super::kinds::Kinds;
use super::metadata::TextFault;
use super::run::{Budget, Interpreter, Machine, in_own_words};
use super::{Document, Parameter, Scope, TargetField};
use crate::rule::Rule;

/// Policies that are ready to be evaluated.
#[derive(Debug)]
pub struct Policies {
    /// In the order of their ids.
    pub(crate) policies: Vec<Policy>,
    pub(crate) groups: Vec<(Group, Machine)>,
    /// Those that stand in no group, by their index.
    pub(crate) ungrouped: Vec<usize>,
    /// Evaluates the built-in policies one by one, where a group fails.
    pub(crate) built_in: Interpreter,
    /// Evaluates users' policies.
    pub(crate) users: Interpreter,
    /// How often each policy failed.
    pub(crate) failures: Vec<AtomicU32>,
}

/// A policy that failed this often is not evaluated any more: each failure may have cost seconds.
const FAILURE_LIMIT: u32 = 3;

/// What stands in a policy's `input`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Form {
    /// The object itself, as conftest gives it.
    Bare,
    /// `object` or `objects`, `target` and `parameters`.
    Full,
}

/// One rule and how it is evaluated.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Policy {
    pub(crate) rule: Arc<Rule>,
    pub(crate) path: Utf8PathBuf,
    pub(crate) kinds: Kinds,
    pub(crate) scope: Scope,
    pub(crate) form: Form,
    pub(crate) uses: BTreeSet<TargetField>,
    pub(crate) parameters: Vec<Parameter>,
    /// How many violations its bad example has.
    pub(crate) findings: usize,
    /// What gives its violations: `data.gitopslint.security.host_namespace.deny`.
    pub(crate) query: String,
    /// Whether it comes with the program.
    pub(crate) built_in: bool,
}

impl Policies {
    /// The rules in the order of their ids.
    pub fn rules(&self) -> impl Iterator<Item = &Arc<Rule>> {
        self.policies.iter().map(|policy| &policy.rule)
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
        let mut of_scope = self.policies.iter().filter(|p| p.scope == scope);
        of_scope.any(|policy| object.is_selected(&policy.kinds))
    }

    /// The policies of a scope that stand in no group.
    pub(crate) fn ungrouped(&self, scope: Scope) -> impl Iterator<Item = (usize, &Policy)> {
        let policies = self
            .ungrouped
            .iter()
            .filter_map(|at| Some((*at, self.policies.get(*at)?)));
        policies.filter(move |(_, policy)| policy.scope == scope)
    }

    /// What the interpreter finds for one policy.
    pub(crate) fn interpret(
        &self,
        at: usize,
        input: Value,
        budget: Budget,
    ) -> Result<Value, TextFault> {
        let Some(policy) = self.policies.get(at) else {
            return Ok(Value::Undefined);
        };
        let interpreter = match policy.built_in {
            true => &self.built_in,
            false => &self.users,
        };
        let found = interpreter.run(&policy.query, input, budget);
        found.map_err(|error| in_own_words(&error))
    }

    pub(crate) fn count_failure(&self, at: usize) {
        if let Some(failures) = self.failures.get(at) {
            failures.fetch_add(1, Ordering::Relaxed);
        }
    }

    pub(crate) fn is_given_up(&self, at: usize) -> bool {
        let failures = self.failures.get(at).map(|f| f.load(Ordering::Relaxed));
        failures.is_some_and(|failures| failures >= FAILURE_LIMIT)
    }

    fn find(&self, rule: &str) -> Option<&Policy> {
        let at = self
            .policies
            .binary_search_by(|p| (*p.rule.id).cmp(rule))
            .ok()?;
        self.policies.get(at)
    }
}
