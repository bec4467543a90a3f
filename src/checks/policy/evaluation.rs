//! Policies on what they look at, in two passes. The first is quick, and made for many objects at
//! the same time. What needs more than a few steps, or another process, is left to the second,
//! which is made for one object after the other, so that what is taken in all is the same however
//! many threads there are.

use std::num::NonZeroU32;

use bumpalo::Bump;
use rego_plan::{Const, Halt, Run, Value};
use regorus::Value as Foreign;

use super::batch::Batch;
use super::compiled::VARYING;
use super::evaluator::Seen;
use super::input::Input;
use super::policies::{Form, Policies, Policy, Way, reference};
use super::protocol::Job;
use super::run::{Budget, TOO_LONG};
use super::value::{from_foreign, to_foreign};
use super::violation::{Violation, violations};
use super::{Ledger, Outcome, PolicyFault, Scope, Settings};

/// How many steps of a plan are few.
pub(super) const QUICK: u64 = 20_000;

/// How many more are few for each of many objects.
const QUICK_PER_OBJECT: u64 = 5_000;

/// How many steps of a plan one evaluation may take.
const STEPS: u64 = 10_000_000;

/// How many more it may take for each of many objects.
const STEPS_PER_OBJECT: u64 = 100_000;

/// How many steps of the interpreter one evaluation may take.
const INTERPRETED: u64 = 2_000_000;

/// How many more it may take for each of many objects.
const INTERPRETED_PER_OBJECT: u64 = 20_000;

/// How many times as many one evaluation may take as without further objects.
const MORE: u64 = 10;

/// How much memory the values of a plan may take, in bytes: in the first pass, which many threads
/// make, and in the second one.
const QUICK_MEMORY: usize = 64 << 20;
const MEMORY: usize = 512 << 20;

pub(crate) struct Evaluation<'p> {
    policies: &'p Policies,
    settings: &'p Settings,
    /// How many objects there are besides the first.
    more: u64,
    /// What was found, with the index of the policy.
    outcome: Vec<(usize, Outcome)>,
    /// The policies that are left to the second pass.
    left: Vec<usize>,
    /// How many steps users' policies took in the first pass.
    glanced: Vec<(usize, u64)>,
}

/// Which of the two passes is made.
pub(crate) enum Pass<'l> {
    First {
        /// What was entered before it.
        ledger: &'l Ledger,
    },
    Second {
        /// The policies that the first one left.
        left: &'l [usize],
        ledger: &'l mut Ledger,
    },
}

impl Pass<'_> {
    pub(crate) fn includes(&self, policy: usize) -> bool {
        match self {
            Self::First { .. } => true,
            Self::Second { left, .. } => left.contains(&policy),
        }
    }
}

impl<'p> Evaluation<'p> {
    pub(crate) fn new(
        policies: &'p Policies,
        settings: &'p Settings,
        scope: Scope,
        objects: usize,
    ) -> Self {
        let more = match scope {
            Scope::Object => 0,
            _ => objects as u64,
        };
        Self {
            policies,
            settings,
            more,
            outcome: Vec::new(),
            left: Vec::new(),
            glanced: Vec::new(),
        }
    }

    fn steps(&self, least: u64, per_object: u64) -> u64 {
        least.saturating_add(per_object.saturating_mul(self.more))
    }

    /// Evaluates policies of a batch on the objects with these indices.
    pub(crate) fn batch<'a>(
        &mut self,
        batch: &Batch,
        members: &[usize],
        input: Input<'a>,
        objects: &[usize],
        arena: &'a Bump,
        pass: &mut Pass<'_>,
    ) where
        'p: 'a,
    {
        match pass {
            Pass::First { ledger } => {
                self.quickly(batch, members, input, objects, arena, ledger);
            }
            Pass::Second { ledger, .. } => {
                self.slowly(batch, members, input, objects, arena, ledger);
            }
        }
    }

    fn quickly<'a>(
        &mut self,
        batch: &Batch,
        members: &[usize],
        input: Input<'a>,
        objects: &[usize],
        arena: &'a Bump,
        ledger: &Ledger,
    ) where
        'p: 'a,
    {
        let more = self.steps(QUICK, QUICK_PER_OBJECT);
        let (policies, settings) = (self.policies, self.settings);
        let mut view = Views::new(batch, settings, input, arena);
        let plan = policies.plan(batch.built_in);
        let mut run = plan.map(|plan| Run::new(plan, arena, view.seen, QUICK_MEMORY));
        let mut foreign: Option<Foreign> = None;
        for at in members.iter().copied() {
            let Some(policy) = policies.policies.get(at) else {
                continue;
            };
            // What it found in other portions is found again.
            if self.left.contains(&at) {
                continue;
            }
            if ledger.is_given_up(at).is_some() {
                self.leave(at);
                continue;
            }
            if view.turn_to(at) {
                run.iter_mut().for_each(|run| run.vary(view.seen));
            }
            let found = match (policies.way(at), &mut run) {
                (Way::Planned(entry) | Way::Guarded(entry), Some(run)) => {
                    let steps = if policy.built_in { more } else { QUICK };
                    run.allow(steps);
                    let found = run.value(*entry);
                    if !policy.built_in {
                        self.glanced.push((at, steps.saturating_sub(run.left())));
                    }
                    Some(found)
                }
                _ => None,
            };
            match (policies.way(at), found) {
                (Way::Planned(_), Some(Ok(found))) => self.take(at, policy, found, objects, arena),
                // It cannot give anything.
                (Way::Guarded(_), Some(Ok(None))) => {}
                (_, Some(Err(Halt::TooMuch))) => self.leave(at),
                _ if !policy.built_in => self.leave(at),
                _ => {
                    let known = foreign.get_or_insert_with(|| to_foreign(view.seen));
                    let input = view.varied(known);
                    self.interpret(at, policy, input, objects, arena);
                }
            }
        }
    }

    /// Leaves a policy to the second pass as a whole.
    fn leave(&mut self, policy: usize) {
        self.outcome.retain(|(at, _)| *at != policy);
        self.left.push(policy);
    }

    fn slowly<'a>(
        &mut self,
        batch: &Batch,
        members: &[usize],
        input: Input<'a>,
        objects: &[usize],
        arena: &'a Bump,
        ledger: &mut Ledger,
    ) where
        'p: 'a,
    {
        let (policies, settings) = (self.policies, self.settings);
        let mut view = Views::new(batch, settings, input, arena);
        let mut seen: Option<Seen> = None;
        for at in members.iter().copied() {
            let Some(policy) = policies.policies.get(at) else {
                continue;
            };
            if let Some(why) = ledger.is_given_up(at) {
                if ledger.skip(at) {
                    self.fault(at, policy, why.to_owned(), 0);
                }
                continue;
            }
            view.turn_to(at);
            if let (Way::Planned(entry), Some(plan)) =
                (policies.way(at), policies.plan(batch.built_in))
            {
                let limit = self.steps(STEPS, STEPS_PER_OBJECT).min(STEPS * MORE);
                let limit = limit.min(ledger.planned());
                let mut run = Run::new(plan, arena, view.seen, MEMORY);
                run.allow(limit);
                let found = run.value(*entry);
                ledger.spend_planned(at, limit.saturating_sub(run.left()));
                match found {
                    Ok(found) => {
                        self.take(at, policy, found, objects, arena);
                        continue;
                    }
                    Err(Halt::TooMuch) => {
                        ledger.count_failure(at);
                        self.fault(at, policy, TOO_LONG.to_owned(), 0);
                        continue;
                    }
                    Err(_) if policy.built_in => {
                        let input = view.varied(&to_foreign(view.seen));
                        self.interpret(at, policy, input, objects, arena);
                        continue;
                    }
                    Err(_) => {}
                }
            }
            let mut users = policies.users();
            let seen = seen.get_or_insert_with(|| users.seen(Const::copied(view.seen)));
            let limit = self.steps(INTERPRETED, INTERPRETED_PER_OBJECT);
            let limit = limit.min(INTERPRETED * MORE).min(ledger.interpreted());
            let job = Job {
                input: None,
                parameters: view.parameters(),
                query: reference(&policy.name),
                rule: policy.rule.id.to_string(),
                steps: u32::try_from(limit).unwrap_or(u32::MAX),
            };
            let ran = users.run(job, seen);
            ledger.spend_interpreted(at, ran.steps.into());
            if ran.has_failed {
                ledger.count_failure(at);
            }
            match ran.found {
                Ok(found) => self.keep(at, policy, found, objects),
                Err(fault) => self.fault(at, policy, fault.message, fault.line),
            }
        }
    }

    /// Evaluates one built-in policy by the interpreter.
    fn interpret(
        &mut self,
        at: usize,
        policy: &Policy,
        input: Foreign,
        objects: &[usize],
        arena: &Bump,
    ) {
        let steps = self
            .steps(INTERPRETED, INTERPRETED_PER_OBJECT)
            .min(INTERPRETED * MORE);
        let steps = u32::try_from(steps).ok().and_then(NonZeroU32::new);
        let budget = Budget {
            steps: steps.unwrap_or(NonZeroU32::MAX),
        };
        match self.policies.interpret(policy, input, budget) {
            Ok(found) => {
                let found = from_foreign(&found);
                self.take(at, policy, found.as_ref().map(Const::value), objects, arena);
            }
            Err(fault) => self.fault(at, policy, fault.message, fault.line),
        }
    }

    /// Takes what a policy returned.
    fn take(
        &mut self,
        at: usize,
        policy: &Policy,
        found: Option<Value<'_>>,
        objects: &[usize],
        arena: &Bump,
    ) {
        let Some(found) = found else { return };
        match violations(&policy.rule.id, found, arena) {
            Ok(found) => self.keep(at, policy, found, objects),
            Err(message) => self.fault(at, policy, message, 0),
        }
    }

    fn keep(&mut self, at: usize, policy: &Policy, found: Vec<Violation>, objects: &[usize]) {
        if found.is_empty() {
            return;
        }
        let mut outcome = Outcome::default();
        let mut strays = 0;
        for violation in found {
            match objects.get(violation.object) {
                Some(object) => {
                    let problem = violation.problem(&policy.rule);
                    outcome.problems.push((*object, problem));
                }
                None => strays += 1,
            }
        }
        self.outcome.push((at, outcome));
        for _ in 0..strays {
            self.fault(
                at,
                policy,
                "it names an object that does not exist".to_owned(),
                0,
            );
        }
    }

    fn fault(&mut self, at: usize, policy: &Policy, message: String, line: usize) {
        let fault = PolicyFault {
            path: policy.path.clone(),
            line: (line > 0).then_some(line),
            rule: Some(policy.rule.id.to_string()),
            message,
        };
        let outcome = Outcome {
            faults: vec![fault],
            ..Outcome::default()
        };
        self.outcome.push((at, outcome));
    }

    /// Everything that was found, in the order of the policies.
    pub(crate) fn finish(mut self) -> Outcome {
        self.outcome.sort_by_key(|(at, _)| *at);
        let count = self.outcome.iter().map(|(_, own)| own.problems.len());
        let mut all = Outcome {
            // What each object has is kept until all are judged.
            problems: Vec::with_capacity(count.sum()),
            left: self.left,
            glanced: self.glanced,
            ..Outcome::default()
        };
        for (_, outcome) in self.outcome {
            all.problems.extend(outcome.problems);
            all.faults.extend(outcome.faults);
        }
        all
    }
}

/// What the policies of a batch see, one after the other: the same but for the parameters.
struct Views<'a> {
    form: Form,
    settings: &'a Settings,
    input: Input<'a>,
    arena: &'a Bump,
    /// The parameters that it stands for.
    given: Option<&'a Const>,
    seen: Value<'a>,
}

impl<'a> Views<'a> {
    fn new(batch: &Batch, settings: &'a Settings, input: Input<'a>, arena: &'a Bump) -> Self {
        let seen = match batch.form {
            Form::Bare => input.bare(),
            Form::Full => input.full(Value::Object(&[]), arena),
        };
        Self {
            form: batch.form,
            settings,
            input,
            arena,
            given: None,
            seen,
        }
    }

    /// Gives a policy's parameters. Tells whether it is another value then.
    fn turn_to(&mut self, policy: usize) -> bool {
        let parameters = self.settings.parameters(policy);
        let is_same = match (self.given, parameters) {
            (None, None) => true,
            (Some(a), Some(b)) => std::ptr::eq(a, b),
            _ => false,
        };
        if self.form == Form::Bare || is_same {
            return false;
        }
        self.given = parameters;
        let none = Value::Object(&[]);
        let given = parameters.map_or(none, Const::value);
        self.seen = self.input.full(given, self.arena);
        true
    }

    /// The parameters for another process; none if they have no place.
    fn parameters(&self) -> Option<Const> {
        match self.form {
            Form::Bare => None,
            Form::Full => Some(self.given.cloned().unwrap_or_else(|| Const::object([]))),
        }
    }

    /// An input that regorus knows, with the parameters.
    fn varied(&self, known: &Foreign) -> Foreign {
        let mut input = known.clone();
        if self.form == Form::Full
            && let Ok(fields) = input.as_object_mut()
        {
            let given = self.given.map(|given| to_foreign(given.value()));
            fields.insert(VARYING.into(), given.unwrap_or_else(Foreign::new_object));
        }
        input
    }
}
