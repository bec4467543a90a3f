//! Policies on objects.

use std::sync::OnceLock;

use manifest::{Gvk, View};

use super::batch::Batch;
use super::evaluation::Evaluation;
use super::input::{Input, with_arena};
use super::kinds::Kinds;
use super::pods::{self, Pod};
use super::policies::Policies;
use super::{PolicyFault, Scope, Settings, TargetFacts};
use crate::problem::Problem;

/// An object to be checked.
#[derive(Debug)]
pub struct Document<'a> {
    view: View<'a>,
    gvk: Gvk,
    /// Whether it tells of pods, which is found out when it is needed first.
    has_pods: OnceLock<bool>,
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
            has_pods: OnceLock::new(),
        }
    }

    pub(crate) fn view(&self) -> View<'a> {
        self.view
    }

    /// The pods that it tells of. They are found anew each time: to keep those of all objects
    /// would take as much memory as the objects.
    pub(crate) fn pods(&self) -> Vec<Pod> {
        pods::of(self.view, &self.gvk)
    }

    fn has_pods(&self) -> bool {
        *self.has_pods.get_or_init(|| !self.pods().is_empty())
    }

    /// Whether a policy with these kinds looks at it.
    pub(crate) fn is_selected(&self, kinds: &Kinds) -> bool {
        kinds.select(&self.gvk, kinds.with_pods && self.has_pods())
    }

    /// The policies of a batch that look at it.
    pub(crate) fn looked_at_by<'b>(&self, batch: &'b Batch) -> &'b [usize] {
        batch.looking_at(&self.gvk, || self.has_pods())
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
        let mut evaluation = Evaluation::new(self, settings, Scope::Object, 1);
        for batch in self.batches.iter().filter(|b| b.scope == Scope::Object) {
            let looking = object.looked_at_by(batch).iter().copied();
            let mut looking = looking.filter(|at| settings.is_on(*at)).peekable();
            if looking.peek().is_some() {
                with_arena(|arena| {
                    let input = Input::one(object, target, &batch.uses, arena);
                    evaluation.batch(batch, looking, input, &[0], arena);
                });
            }
        }
        evaluation.finish()
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
        for batch in self.batches.iter().filter(|b| b.scope == scope) {
            let members = batch.members.iter().copied();
            let mut members = members.filter(|at| settings.is_on(*at)).peekable();
            if members.peek().is_none() {
                continue;
            }
            let looked_at = |at: &usize| {
                let object = objects.get(*at);
                object.is_some_and(|(object, _)| !object.looked_at_by(batch).is_empty())
            };
            let chosen: Vec<usize> = (0..objects.len()).filter(looked_at).collect();
            if !chosen.is_empty() {
                with_arena(|arena| {
                    let objects: Vec<_> = chosen.iter().map(|at| objects[*at]).collect();
                    let input = Input::many(&objects, &batch.uses, arena);
                    evaluation.batch(batch, members, input, &chosen, arena);
                });
            }
        }
        evaluation.finish()
    }
}
