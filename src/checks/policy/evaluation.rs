//! One run over policies: what they find, and what becomes of those that fail.

use std::time::Duration;

use regorus::Value;
use regorus::value::Object;

use super::policies::Policies;
use super::run::Budget;
use super::violation::problems;
use super::{Outcome, PolicyFault, Scope, Settings};

const INSTRUCTIONS: usize = 10_000_000;

/// What an evaluation of many objects may cost more for each of them, in instructions.
const INSTRUCTIONS_PER_OBJECT: usize = 100_000;

const OBJECT_TIME: Duration = Duration::from_secs(1);

const MANY_TIME: Duration = Duration::from_secs(10);

/// What policies see.
pub(crate) enum Input {
    /// The object itself is `input`.
    Bare(Value),
    /// Fields of `input`; `parameters` is added to them.
    Full(Vec<(&'static str, Value)>),
}

impl Input {
    fn value(&self, parameters: Value) -> Value {
        let fields = match self {
            Self::Bare(object) => return object.clone(),
            Self::Full(fields) => fields.iter().cloned(),
        };
        fields
            .chain([("parameters", parameters)])
            .map(|(name, value)| (Value::from(name), value))
            .collect::<Object>()
            .into()
    }
}

pub(crate) struct Evaluation<'a> {
    policies: &'a Policies,
    settings: &'a Settings,
    budget: Budget,
    pub(crate) outcome: Outcome,
}

impl<'a> Evaluation<'a> {
    pub(crate) fn new(
        policies: &'a Policies,
        settings: &'a Settings,
        scope: Scope,
        objects: usize,
    ) -> Self {
        let budget = match scope {
            Scope::Object => Budget {
                instructions: INSTRUCTIONS,
                time: OBJECT_TIME,
            },
            _ => Budget {
                instructions: INSTRUCTIONS
                    .saturating_add(objects.saturating_mul(INSTRUCTIONS_PER_OBJECT)),
                time: MANY_TIME,
            },
        };
        Self {
            policies,
            settings,
            budget,
            outcome: Outcome::default(),
        }
    }

    /// Evaluates an entry of a group on the objects with these indices; each of its policies
    /// alone, if one of them fails.
    pub(crate) fn group(&mut self, number: usize, entry: usize, input: &Input, objects: &[usize]) {
        let Some((group, machine)) = self.policies.groups.get(number) else {
            return;
        };
        let settings = self.settings;
        let members: Vec<usize> = group
            .members(entry)
            .filter(|at| settings.is_on(*at))
            .collect();
        let given_up = members.iter().any(|at| self.policies.is_given_up(*at));
        let parameters = settings.of_group(number);
        let run = || machine.run(entry, input.value(parameters), self.budget);
        let found = (!given_up).then(run);
        let Some(Ok(Value::Array(found))) = found else {
            return members
                .into_iter()
                .for_each(|at| self.alone(at, input, objects));
        };
        for (at, found) in group.members(entry).zip(found.as_slice()) {
            if settings.is_on(at) {
                self.take(at, found, objects);
            }
        }
    }

    /// Evaluates one policy by the interpreter.
    pub(crate) fn alone(&mut self, at: usize, input: &Input, objects: &[usize]) {
        if self.policies.is_given_up(at) {
            let message = "it is not evaluated any more, because it failed too often";
            return self.fault(at, message.to_owned(), None);
        }
        let input = input.value(self.settings.parameters(at));
        match self.policies.interpret(at, input, self.budget) {
            Ok(found) => self.take(at, &found, objects),
            Err(fault) => {
                self.policies.count_failure(at);
                self.fault(at, fault.message, Some(fault.line));
            }
        }
    }

    /// Takes what a policy returned.
    fn take(&mut self, at: usize, found: &Value, objects: &[usize]) {
        let Some(policy) = self.policies.policies.get(at) else {
            return;
        };
        let found = match problems(&policy.rule, found) {
            Ok(found) => found,
            Err(message) => return self.fault(at, message, None),
        };
        for (index, problem) in found {
            match objects.get(index) {
                Some(object) => self.outcome.problems.push((*object, problem)),
                None => self.fault(at, "it names an object that there is not".to_owned(), None),
            }
        }
    }

    fn fault(&mut self, at: usize, message: String, line: Option<usize>) {
        if let Some(policy) = self.policies.policies.get(at) {
            self.outcome.faults.push(PolicyFault {
                path: policy.path.clone(),
                line: line.filter(|line| *line > 0),
                rule: Some(policy.rule.id.to_string()),
                message,
            });
        }
    }
}
