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
    /// `input.on` and `input.parameters` of each group.
    groups: Vec<(Value, Value)>,
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
        let groups = self.groups.iter().map(|(group, _)| {
            let is_on = |at: &usize| Value::Bool(on.get(*at).copied().unwrap_or(false));
            let switches: Vec<Value> = group.policies.iter().map(is_on).collect();
            (switches.into(), parameters(&group.policies))
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
        let given = values.get(&*self.id);
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

    /// `input.on` and `input.parameters` of a group.
    pub(crate) fn of_group(&self, group: usize) -> (Value, Value) {
        let known = self.groups.get(group).cloned();
        known.unwrap_or_else(|| (Value::new_array(), Value::new_object()))
    }
}
