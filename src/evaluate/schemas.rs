//! Objects against schemas. A definition in the repository may ask for as much as it likes, of as
//! many objects as there are: many are held against it at once, in few steps each, and those that
//! take more follow in their order, within a total.

use manifest::Gvk;
use rustc_hash::FxHashMap;

use super::{INCOMPLETE, Job, as_by_default, partial, placeholders};
use crate::checks::schema::{BEYOND_LIMITS, MISSING_FIELD, PLACEHOLDERS, STEPS, Schemas};
use crate::problem::Problem;
use crate::rule::RuleId;

/// How many steps are few.
const FEW: u32 = 50_000;

/// A kind whose objects took fewer is none of the reasons why they are used up.
const FAIRLY: u64 = STEPS / 100;

/// The steps that are left. What they are decides what is judged, so that they are to be taken in
/// an order that does not depend on threads: that of the objects.
pub(super) struct Steps {
    left: u64,
    /// What each kind took: its group and its name.
    taken: FxHashMap<(Box<str>, Box<str>), u64>,
}

/// What schemas say of an object.
#[derive(Clone, Debug, Default)]
pub(super) struct Held {
    pub(super) problems: Vec<Problem>,
    pub(super) unchecked: Vec<&'static str>,
    steps: u32,
    /// Whether it was to take more steps than it was allowed.
    is_cut: bool,
}

impl Steps {
    pub(super) fn new() -> Self {
        Self {
            left: STEPS,
            taken: FxHashMap::default(),
        }
    }

    /// Holds an object against its schema, quickly. This takes nothing, so that it may be done with
    /// many objects at once.
    pub(super) fn glance(&self, schemas: &Schemas, job: &Job<'_>) -> Held {
        match self.may_take(&job.object.id.gvk) {
            true => hold(schemas, job, FEW),
            false => beyond_limits(),
        }
    }

    /// Takes what that took, and does it again if it was not enough.
    pub(super) fn settle(&mut self, schemas: &Schemas, job: &Job<'_>, held: &mut Held) {
        let gvk = &job.object.id.gvk;
        self.take(gvk, held.steps);
        if held.is_cut {
            let left = u32::try_from(self.left).unwrap_or(u32::MAX);
            *held = match self.may_take(gvk) {
                true => hold(schemas, job, left.max(FEW)),
                false => beyond_limits(),
            };
            self.take(gvk, held.steps);
        }
        held.steps = 0;
        held.is_cut = false;
    }

    /// How many steps were taken.
    pub(super) fn taken(&self) -> u64 {
        self.taken.values().sum()
    }

    fn may_take(&self, gvk: &Gvk) -> bool {
        self.left > 0 || {
            let kind = (gvk.group.as_ref().into(), gvk.kind.as_ref().into());
            self.taken.get(&kind).is_none_or(|taken| *taken <= FAIRLY)
        }
    }

    fn take(&mut self, gvk: &Gvk, steps: u32) {
        if steps > 0 {
            let kind = (gvk.group.as_ref().into(), gvk.kind.as_ref().into());
            *self.taken.entry(kind).or_default() += u64::from(steps);
            self.left = self.left.saturating_sub(steps.into());
        }
    }
}

impl Held {
    /// Whether [`Steps::settle`] has something to do.
    pub(super) fn is_unsettled(&self) -> bool {
        self.steps > 0 || self.is_cut
    }
}

fn beyond_limits() -> Held {
    Held {
        unchecked: vec![BEYOND_LIMITS],
        ..Held::default()
    }
}

fn hold(schemas: &Schemas, job: &Job<'_>, steps: u32) -> Held {
    let terms = job.terms;
    let told = schemas.check(job.object.node.view(), terms.version, terms.dialect, steps);
    let view = job.object.node.view();
    let is_open = terms.may_be_completed.holds(job.object);
    let mut problems = told.problems;
    placeholders::unite_unencoded(&mut problems, view, terms.is_deployed);
    let before = problems.len();
    problems.retain(|problem| !placeholders::is_of_one(problem, view, terms.is_chart));
    let is_to_be_filled_in = problems.len() < before;
    for problem in &mut problems {
        placeholders::name_placeholder(problem, view);
    }
    if terms.is_server_side || partial::is_applied_server_side(view) {
        partial::join(&mut problems, job.object);
    }
    let (missing, problems): (Vec<_>, Vec<_>) = problems
        .into_iter()
        .partition(|problem| is_open && problem.rule == RuleId::from(&MISSING_FIELD));
    let by_default = |problem| match terms.is_without_values {
        true => as_by_default(problem),
        false => problem,
    };
    let mut unchecked = told.unchecked;
    unchecked.extend((!missing.is_empty()).then_some(INCOMPLETE));
    unchecked.extend(is_to_be_filled_in.then_some(PLACEHOLDERS));
    Held {
        problems: problems.into_iter().map(by_default).collect(),
        unchecked,
        steps: told.steps,
        is_cut: told.is_cut,
    }
}
