//! Which policies are on, and with which parameters.

use std::collections::BTreeMap;

use regorus::Value;

use super::ParameterValues;
use super::policies::{Policies, Policy};
use super::value::from_json;
use crate::rule::Rule;

/// Which policies are on, and their parameters.
#[derive(Clone, Debug)]
pub struct Settings {
    /// By the policy's index.
    on: Vec<bool>,
    /// `input.parameters` of each policy where it is evaluated on its own, by its index.
    parameters: Vec<Value>,
    /// By the group's index.
    groups: Vec<OfGroup>,
}

#[derive(Clone, Debug)]
struct OfGroup {
    /// `input.parameters`
    parameters: Value,
    /// For each entry the one to be evaluated in its place; none if all its policies are off.
    entries: Vec<Option<usize>>,
}

impl Policies {
    /// The settings under which those policies are on for which `on` says so.
    pub fn settings(&self, on: impl Fn(&Rule) -> bool, values: &ParameterValues) -> Settings {
        let on: Vec<bool> = self.policies.iter().map(|p| on(&p.rule)).collect();
        let parameters = |indices: &[usize]| -> Value {
            let policies = indices.iter().filter_map(|at| self.policies.get(*at));
            let resolved = policies.flat_map(|policy| policy.resolve(values));
            resolved.collect::<BTreeMap<Value, Value>>().into()
        };
        let is_on = |at: usize| on.get(at).copied().unwrap_or(false);
        let groups = self.groups.iter().map(|(group, _)| OfGroup {
            parameters: parameters(&group.policies),
            entries: (0..group.entries.len())
                .map(|entry| group.least(entry, is_on))
                .collect(),
        });
        Settings {
            groups: groups.collect(),
            parameters: (0..self.policies.len())
                .map(|at| parameters(&[at]))
                .collect(),
            on,
        }
    }
}

impl Policy {
    /// The values of its parameters: those that are given, else the defaults.
    fn resolve(&self, values: &ParameterValues) -> impl Iterator<Item = (Value, Value)> {
        let given = values.get(&*self.rule.id);
        self.parameters.iter().map(move |parameter| {
            let name = parameter.name.as_str();
            let value = given.and_then(|given| given.get(name));
            (
                Value::from(name),
                from_json(value.unwrap_or(&parameter.default)),
            )
        })
    }
}

impl Settings {
    pub(crate) fn is_on(&self, policy: usize) -> bool {
        self.on.get(policy).copied().unwrap_or(false)
    }

    /// `input.parameters` of a policy that is evaluated on its own.
    pub(crate) fn parameters(&self, policy: usize) -> Value {
        self.parameters
            .get(policy)
            .cloned()
            .unwrap_or_else(Value::new_object)
    }

    /// `input.parameters` of a group.
    pub(crate) fn of_group(&self, group: usize) -> Value {
        let known = self.groups.get(group);
        known.map_or_else(Value::new_object, |group| group.parameters.clone())
    }

    /// What is to be evaluated in place of an entry of a group; `None` if all its policies are
    /// off.
    pub(crate) fn entry(&self, group: usize, entry: usize) -> Option<usize> {
        *self.groups.get(group)?.entries.get(entry)?
    }
}
