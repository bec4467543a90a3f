//! Policies on objects.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use manifest::{Gvk, View};
use regorus::Value;

use super::evaluation::{Evaluation, Input};
use super::kinds::Kinds;
use super::pods::{self, Pod};
use super::policies::{Form, Policies};
use super::value::to_value;
use super::{PolicyFault, Scope, Settings, TargetFacts, TargetField};
use crate::problem::Problem;

/// An object to be checked. What policies see of it is made once, when it is needed first.
#[derive(Debug)]
pub struct Document<'a> {
    view: View<'a>,
    gvk: Gvk,
    pods: OnceLock<Vec<Pod>>,
    value: OnceLock<Value>,
    pods_value: OnceLock<Value>,
}

/// What an evaluation found.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// The violations, each with the index of its object among those that were given.
    pub problems: Vec<(usize, Problem)>,
    /// Policies that could not be evaluated.
    pub faults: Vec<PolicyFault>,
}

impl<'a> Document<'a> {
    /// The object with this root.
    pub fn new(view: View<'a>) -> Self {
        Self {
            view,
            gvk: Gvk::of(view),
            pods: OnceLock::new(),
            value: OnceLock::new(),
            pods_value: OnceLock::new(),
        }
    }

    /// Whether it is of one of these kinds.
    pub(crate) fn is_selected(&self, kinds: &Kinds) -> bool {
        kinds.select(&self.gvk, kinds.with_pods && !self.pods().is_empty())
    }

    fn pods(&self) -> &[Pod] {
        self.pods.get_or_init(|| pods::of(self.view, &self.gvk))
    }

    /// Its pods, as policies see them in `input.pods`.
    fn pods_value(&self) -> Value {
        let made = || {
            let object = self.value();
            let pods = self.pods().iter().map(|pod| pod.to_value(&object));
            pods.collect::<Vec<_>>().into()
        };
        self.pods_value.get_or_init(made).clone()
    }

    fn value(&self) -> Value {
        self.value.get_or_init(|| to_value(self.view)).clone()
    }
}

impl Policies {
    /// Evaluates the policies that look at one object at a time.
    pub fn check_object(
        &self,
        object: &Document<'_>,
        target: &TargetFacts,
        settings: &Settings,
    ) -> Outcome {
        let input = |form: Form, uses: &BTreeSet<TargetField>| match form {
            Form::Bare => Input::Bare(object.value()),
            Form::Full => Input::Full(vec![
                ("object", object.value()),
                ("pods", object.pods_value()),
                ("target", target.to_value(uses)),
            ]),
        };
        let mut evaluation = Evaluation::new(self, settings, Scope::Object, 1);
        for (number, (group, _)) in self.groups.iter().enumerate() {
            if group.scope == Scope::Object
                && let Some(entry) = group.entry(&object.gvk, !object.pods().is_empty())
                && let Some(entry) = settings.entry(number, entry)
            {
                evaluation.group(number, entry, &input(Form::Full, &group.uses), &[0]);
            }
        }
        for (at, policy) in self.ungrouped(Scope::Object) {
            if settings.is_on(at) && object.is_selected(&policy.kinds) {
                evaluation.alone(at, &input(policy.form, &policy.uses), &[0]);
            }
        }
        evaluation.outcome
    }

    /// Evaluates the policies of a wider scope on all objects of one target, environment or
    /// repository.
    pub fn check_many(
        &self,
        scope: Scope,
        objects: &[(&Document<'_>, &TargetFacts)],
        settings: &Settings,
    ) -> Outcome {
        let mut evaluation = Evaluation::new(self, settings, scope, objects.len());
        for (number, (group, _)) in self.groups.iter().enumerate() {
            if group.scope == scope
                && let Some(entry) = settings.entry(number, 0)
            {
                let members = group.members(entry);
                let policies: Vec<usize> = members.filter(|at| settings.is_on(*at)).collect();
                let chosen = self.chosen(&policies, objects);
                if !chosen.is_empty() {
                    let input = many(objects, &chosen, &group.uses);
                    evaluation.group(number, entry, &input, &chosen);
                }
            }
        }
        for (at, policy) in self.ungrouped(scope).filter(|(at, _)| settings.is_on(*at)) {
            let chosen = self.chosen(&[at], objects);
            if !chosen.is_empty() {
                let input = many(objects, &chosen, &policy.uses);
                evaluation.alone(at, &input, &chosen);
            }
        }
        evaluation.outcome
    }

    /// The indices of the objects that any of these policies looks at.
    fn chosen(&self, policies: &[usize], objects: &[(&Document<'_>, &TargetFacts)]) -> Vec<usize> {
        let policies: Vec<_> = policies
            .iter()
            .filter_map(|at| self.policies.get(*at))
            .collect();
        let looked_at = |(object, _): &(&Document<'_>, &TargetFacts)| {
            policies
                .iter()
                .any(|policy| object.is_selected(&policy.kinds))
        };
        let all = objects.iter().enumerate();
        all.filter(|(_, object)| looked_at(object))
            .map(|(at, _)| at)
            .collect()
    }
}

/// The input of wider scopes.
fn many(
    objects: &[(&Document<'_>, &TargetFacts)],
    chosen: &[usize],
    uses: &BTreeSet<TargetField>,
) -> Input {
    let chosen: Vec<_> = chosen.iter().filter_map(|at| objects.get(*at)).collect();
    let entry = |(object, target): &&(&Document<'_>, &TargetFacts)| -> Value {
        [
            ("object", object.value()),
            ("pods", object.pods_value()),
            ("target", target.to_value(uses)),
        ]
        .into_iter()
        .map(|(name, value)| (Value::from(name), value))
        .collect::<regorus::value::Object>()
        .into()
    };
    let targets: Vec<&TargetFacts> = chosen.iter().map(|(_, target)| *target).collect();
    Input::Full(vec![
        (
            "objects",
            chosen.iter().map(entry).collect::<Vec<_>>().into(),
        ),
        ("target", TargetFacts::common(&targets, uses)),
    ])
}
