//! Policies on objects.

use manifest::{Gvk, View};

use super::evaluation::Evaluation;
use super::input::{Input, with_arena};
use super::policies::Policies;
use super::{PolicyFault, Scope, Settings, TargetFacts};
use crate::problem::Problem;

/// An object to be checked.
#[derive(Debug)]
pub struct Document<'a> {
    view: View<'a>,
    gvk: Gvk,
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
        }
    }

    pub(crate) fn view(&self) -> View<'a> {
        self.view
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
            let looking = batch.looking_at(&object.gvk).iter().copied();
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
                object.is_some_and(|(object, _)| !batch.looking_at(&object.gvk).is_empty())
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
