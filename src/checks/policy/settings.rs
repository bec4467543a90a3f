//! Which policies are on, and with which parameters.

use rego_plan::Const;

use super::ParameterValues;
use super::policies::{Policies, Policy};
use super::value::from_json;
use crate::rule::Rule;

/// Which policies are on, and their parameters.
#[derive(Clone, Debug)]
pub struct Settings {
    /// By the policy's index.
    on: Vec<bool>,
    /// `input.parameters` of each policy, by its index; none if it has none.
    parameters: Vec<Option<Const>>,
}

impl Policies {
    /// The settings under which those policies are on for which `on` says so.
    pub fn settings(&self, on: impl Fn(&Rule) -> bool, values: &ParameterValues) -> Settings {
        let resolved = self.policies.iter().map(|policy| policy.resolve(values));
        Settings {
            on: self.policies.iter().map(|p| on(&p.rule)).collect(),
            parameters: resolved.collect(),
        }
    }
}

impl Policy {
    /// The values of its parameters: those that are given, else the defaults.
    fn resolve(&self, values: &ParameterValues) -> Option<Const> {
        let given = values.get(&*self.rule.id);
        let parameters = self.parameters.iter().map(|parameter| {
            let name = parameter.name.as_str();
            let value = given.and_then(|given| given.get(name));
            (
                Const::from(name),
                from_json(value.unwrap_or(&parameter.default)),
            )
        });
        (!self.parameters.is_empty()).then(|| Const::object(parameters))
    }
}

impl Settings {
    pub(crate) fn is_on(&self, policy: usize) -> bool {
        self.on.get(policy).copied().unwrap_or(false)
    }

    /// `input.parameters` of a policy, if it has any.
    pub(crate) fn parameters(&self, policy: usize) -> Option<&Const> {
        self.parameters.get(policy)?.as_ref()
    }
}
