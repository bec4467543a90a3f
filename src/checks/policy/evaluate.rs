//! Policies on objects.

use std::sync::OnceLock;

use manifest::{Gvk, View};

use super::batch::Batch;
use super::evaluation::{Evaluation, Pass};
use super::input::{Input, with_arena};
use super::kinds::Kinds;
use super::metadata::Each;
use super::pods::{self, Pod};
use super::policies::Policies;
use super::{Ledger, PolicyFault, Scope, Settings, TargetFacts};
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
    /// The policies that are to be evaluated by [`Policies::settle`], by their index.
    pub(crate) left: Vec<usize>,
    /// How many steps users' policies took, by their index.
    pub(crate) glanced: Vec<(usize, u64)>,
}

/// What policies look at together.
#[derive(Clone, Copy, Debug)]
pub enum Subject<'a> {
    /// One object, and what is known of its target.
    One(&'a Document<'a>, &'a TargetFacts),
    /// All objects of one target, environment or repository.
    Many(Scope, &'a [(&'a Document<'a>, &'a TargetFacts)]),
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

impl Outcome {
    /// Whether [`Policies::settle`] has something to do.
    pub fn is_unsettled(&self) -> bool {
        !self.left.is_empty() || !self.glanced.is_empty()
    }
}

impl Policies {
    /// Evaluates what can be told quickly. It enters nothing, so that many may be evaluated at
    /// once; the rest, and what this took, is left to [`Policies::settle`].
    pub fn glance(&self, subject: Subject<'_>, settings: &Settings, ledger: &Ledger) -> Outcome {
        self.pass(subject, settings, Pass::First { ledger })
    }

    /// Evaluates what was left, and enters what that takes. Subjects are to be settled in an order
    /// that does not depend on threads.
    pub fn settle(
        &self,
        subject: Subject<'_>,
        settings: &Settings,
        outcome: &mut Outcome,
        ledger: &mut Ledger,
    ) {
        ledger.spend_glanced(std::mem::take(&mut outcome.glanced));
        let left = std::mem::take(&mut outcome.left);
        if left.is_empty() {
            return;
        }
        let left = &left;
        let settled = self.pass(subject, settings, Pass::Second { left, ledger });
        outcome.problems.extend(settled.problems);
        outcome.faults.extend(settled.faults);
    }

    /// Evaluates the policies that look at one object at a time, on one.
    pub fn check_object(
        &self,
        object: &Document<'_>,
        target: &TargetFacts,
        settings: &Settings,
    ) -> Outcome {
        self.check(Subject::One(object, target), settings)
    }

    /// Evaluates the policies of a wider scope on all objects of one target, environment or
    /// repository.
    pub fn check_many(
        &self,
        scope: Scope,
        objects: &[(&Document<'_>, &TargetFacts)],
        settings: &Settings,
    ) -> Outcome {
        self.check(Subject::Many(scope, objects), settings)
    }

    fn check(&self, subject: Subject<'_>, settings: &Settings) -> Outcome {
        let mut ledger = Ledger::new(self);
        let mut outcome = self.glance(subject, settings, &ledger);
        self.settle(subject, settings, &mut outcome, &mut ledger);
        outcome
    }

    /// Evaluates each batch that has something to say of a subject.
    fn pass(&self, subject: Subject<'_>, settings: &Settings, mut pass: Pass<'_>) -> Outcome {
        let (scope, count) = subject.size();
        let mut evaluation = Evaluation::new(self, settings, scope, count);
        for batch in self.batches.iter().filter(|batch| batch.scope == scope) {
            let looking = match subject {
                Subject::One(object, _) => object.looked_at_by(batch),
                Subject::Many(..) => &batch.members,
            };
            let looking = looking.iter().copied();
            let looking = looking.filter(|at| settings.is_on(*at) && pass.includes(*at));
            let members: Vec<usize> = looking.collect();
            if members.is_empty() {
                continue;
            }
            match subject {
                Subject::One(object, target) => with_arena(|arena| {
                    let input = Input::one(object, target, &batch.uses, arena);
                    evaluation.batch(batch, &members, input, &[0], arena, &mut pass);
                }),
                Subject::Many(_, objects) => {
                    let looked_at = |at: &usize| {
                        let object = objects.get(*at);
                        object.is_some_and(|(object, _)| !object.looked_at_by(batch).is_empty())
                    };
                    let chosen: Vec<usize> = (0..objects.len()).filter(looked_at).collect();
                    let all: Vec<_> = chosen.iter().map(|at| objects[*at]).collect();
                    for chosen in portions(batch, objects, chosen) {
                        let objects: Vec<_> = chosen.iter().map(|at| objects[*at]).collect();
                        with_arena(|arena| {
                            let input = Input::many(&objects, &all, &batch.uses, arena);
                            evaluation.batch(batch, &members, input, &chosen, arena, &mut pass);
                        });
                    }
                }
            }
        }
        evaluation.finish()
    }
}

/// How many workloads policies see at once that look at each by itself.
const WORKLOADS: usize = 500;

/// The objects that a batch sees at once, by their indices: `chosen`, or some workloads of them at a
/// time and all the others.
fn portions(
    batch: &Batch,
    objects: &[(&Document<'_>, &TargetFacts)],
    chosen: Vec<usize>,
) -> Vec<Vec<usize>> {
    if chosen.is_empty() {
        return Vec::new();
    }
    if batch.each != Some(Each::Workload) {
        return vec![chosen];
    }
    let has_pods = |at: &usize| objects[*at].0.has_pods();
    let (workloads, others): (Vec<usize>, Vec<usize>) = chosen.into_iter().partition(has_pods);
    if workloads.is_empty() {
        return vec![others];
    }
    let portions = workloads.chunks(WORKLOADS).map(|some| {
        let mut portion: Vec<usize> = others.iter().chain(some).copied().collect();
        portion.sort_unstable();
        portion
    });
    portions.collect()
}

impl Subject<'_> {
    /// The scope of the policies that look at it, and how many objects it has.
    fn size(&self) -> (Scope, usize) {
        match self {
            Self::One(..) => (Scope::Object, 1),
            Self::Many(scope, objects) => (*scope, objects.len()),
        }
    }
}
