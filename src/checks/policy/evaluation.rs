//! One run over policies: what they find, and what becomes of those that fail.

use std::time::Duration;

use bumpalo::Bump;
use rego_plan::{Const, Run, Value};
use regorus::Value as Foreign;

use super::batch::Batch;
use super::input::Input;
use super::policies::{Form, Policies, Way};
use super::run::Budget;
use super::value::{from_foreign, to_foreign};
use super::violation::problems;
use super::{Outcome, PolicyFault, Scope, Settings};

const STEPS: u64 = 10_000_000;

/// What an evaluation of many objects may cost more for each of them, in steps.
const STEPS_PER_OBJECT: u64 = 100_000;

const OBJECT_TIME: Duration = Duration::from_secs(1);

const MANY_TIME: Duration = Duration::from_secs(10);

pub(crate) struct Evaluation<'p> {
    policies: &'p Policies,
    settings: &'p Settings,
    steps: u64,
    budget: Budget,
    /// What was found, with the index of the policy.
    outcome: Vec<(usize, Outcome)>,
}

impl<'p> Evaluation<'p> {
    pub(crate) fn new(
        policies: &'p Policies,
        settings: &'p Settings,
        scope: Scope,
        objects: usize,
    ) -> Self {
        let (steps, time) = match scope {
            Scope::Object => (STEPS, OBJECT_TIME),
            _ => {
                let more = STEPS_PER_OBJECT.saturating_mul(objects as u64);
                (STEPS.saturating_add(more), MANY_TIME)
            }
        };
        Self {
            policies,
            settings,
            steps,
            budget: Budget { time },
            outcome: Vec::new(),
        }
    }

    /// Evaluates policies of a batch on the objects with these indices.
    pub(crate) fn batch<'a>(
        &mut self,
        batch: &Batch,
        members: impl Iterator<Item = usize>,
        input: Input<'a>,
        objects: &[usize],
        arena: &'a Bump,
    ) where
        'p: 'a,
    {
        let settings = self.settings;
        let with = |parameters: Option<&'a Const>| {
            let none = Value::Object(&[]);
            input.full(parameters.map_or(none, Const::value), arena)
        };
        let mut seen = match batch.form {
            Form::Bare => input.bare(),
            Form::Full => with(None),
        };
        let plan = self.policies.plan(batch.built_in);
        let mut run = plan.map(|plan| Run::new(plan, arena, seen, self.steps));
        // The parameters that the run sees, and what regorus saw of the objects.
        let mut given: Option<&'a Const> = None;
        let mut foreign: Option<Foreign> = None;
        for at in members {
            if self.policies.is_given_up(at) {
                let message = "it is not evaluated any more, because it failed too often";
                self.fault(at, message.to_owned(), None);
                continue;
            }
            let parameters = settings.parameters(at);
            let is_same = match (given, parameters) {
                (None, None) => true,
                (Some(a), Some(b)) => std::ptr::eq(a, b),
                _ => false,
            };
            if batch.form == Form::Full && !is_same {
                given = parameters;
                seen = with(parameters);
                run.iter_mut().for_each(|run| run.vary(seen));
            }
            let found = match (self.policies.way(at), &mut run) {
                (Way::Planned(entry) | Way::Guarded(entry), Some(run)) => {
                    run.allow(self.steps);
                    Some(run.value(*entry))
                }
                _ => None,
            };
            match (self.policies.way(at), found) {
                (Way::Planned(_), Some(Ok(found))) => self.take(at, found, objects, arena),
                // It cannot give anything.
                (Way::Guarded(_), Some(Ok(None))) => {}
                _ => {
                    let known = foreign.get_or_insert_with(|| to_foreign(seen));
                    let foreign = match batch.form {
                        Form::Bare => known.clone(),
                        Form::Full => varied(known, parameters),
                    };
                    self.interpret(at, foreign, objects, arena);
                }
            }
        }
    }

    /// Evaluates one policy by the interpreter.
    fn interpret(&mut self, at: usize, input: Foreign, objects: &[usize], arena: &Bump) {
        match self.policies.interpret(at, input, self.budget) {
            Ok(found) => {
                let found = from_foreign(&found);
                self.take(at, found.as_ref().map(Const::value), objects, arena);
            }
            Err(fault) => {
                self.policies.count_failure(at);
                self.fault(at, fault.message, Some(fault.line));
            }
        }
    }

    /// Takes what a policy returned.
    fn take(&mut self, at: usize, found: Option<Value<'_>>, objects: &[usize], arena: &Bump) {
        let Some(policy) = self.policies.policies.get(at) else {
            return;
        };
        let Some(found) = found.filter(|found| !matches!(found, Value::Bool(false))) else {
            return;
        };
        let found = match problems(&policy.rule, found, arena) {
            Ok(found) => found,
            Err(message) => return self.fault(at, message, None),
        };
        if found.is_empty() {
            return;
        }
        let mut outcome = Outcome::default();
        let mut strays = 0;
        for (index, problem) in found {
            match objects.get(index) {
                Some(object) => outcome.problems.push((*object, problem)),
                None => strays += 1,
            }
        }
        self.outcome.push((at, outcome));
        for _ in 0..strays {
            self.fault(at, "it names an object that there is not".to_owned(), None);
        }
    }

    fn fault(&mut self, at: usize, message: String, line: Option<usize>) {
        if let Some(policy) = self.policies.policies.get(at) {
            let fault = PolicyFault {
                path: policy.path.clone(),
                line: line.filter(|line| *line > 0),
                rule: Some(policy.rule.id.to_string()),
                message,
            };
            let outcome = Outcome {
                faults: vec![fault],
                ..Outcome::default()
            };
            self.outcome.push((at, outcome));
        }
    }

    /// Everything that was found, in the order of the policies.
    pub(crate) fn finish(mut self) -> Outcome {
        self.outcome.sort_by_key(|(at, _)| *at);
        let mut all = Outcome::default();
        for (_, outcome) in self.outcome {
            all.problems.extend(outcome.problems);
            all.faults.extend(outcome.faults);
        }
        all
    }
}

/// An input with other parameters.
fn varied(input: &Foreign, parameters: Option<&Const>) -> Foreign {
    let mut input = input.clone();
    if let Ok(fields) = input.as_object_mut() {
        let parameters = parameters.map_or_else(Foreign::new_object, |p| to_foreign(p.value()));
        fields.insert("parameters".into(), parameters);
    }
    input
}
