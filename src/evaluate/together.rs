//! Policies that look at several objects: those of a target, of a cluster, of the repository.

use std::sync::Arc;

use rayon::prelude::*;

use super::portion::Portion;
use super::{Job, Terms, Verdicts};
use crate::checks::policy::{
    Document, Ledger, Outcome, PolicyFault, Scope, Settings, Subject, TargetFacts,
};
use crate::checks::worlds::worlds;
use crate::deploy::Role;
use crate::problem::{Instance, Problem};
use crate::render::Rendered;
use crate::rule::Tier;
use crate::setup::Setup;

/// All that there is to be judged.
pub(super) struct All<'a> {
    /// Of each target.
    pub(super) terms: &'a [Terms],
    pub(super) jobs: &'a [Job<'a>],
    pub(super) objects: &'a [(Instance, usize)],
    /// What of it is judged here: groups count on from the jobs.
    pub(super) portion: &'a Portion,
}

/// Evaluates the policies that look at several objects: those of a target, of an environment,
/// of the repository. What comes of each group comes with its unit.
pub(super) fn judge(
    setup: &Setup,
    groups: Vec<Group>,
    all: &All<'_>,
    verdicts: &mut Verdicts,
    ledger: &mut Ledger,
) -> Vec<(usize, Vec<Problem>, Vec<PolicyFault>)> {
    let All {
        terms,
        jobs,
        objects,
        portion,
    } = all;
    let mut by_target: Vec<Vec<(Instance, usize)>> = vec![Vec::new(); terms.len()];
    for (instance, job) in *objects {
        if terms[instance.target].role == Role::Applied {
            by_target[instance.target].push((*instance, *job));
        }
    }
    let known = &*verdicts;
    let policies = setup.policies();
    let before = &*ledger;
    let units = groups.into_par_iter().enumerate();
    let mut judged: Vec<((usize, Group), Together<'_>, Arc<Outcome>)> = units
        .map(|(at, group)| (jobs.len() + at, group))
        .filter(|(unit, _)| portion.has(*unit))
        .filter(|(_, group)| group.targets.iter().any(|at| terms[*at].is_asked))
        .filter_map(|(unit, group)| {
            let scope = group.scope;
            let strictest = group
                .targets
                .iter()
                .map(|at| &terms[*at])
                .max_by_key(|t| t.facts.tier)?;
            let all = group.targets.iter().chain(&group.beside);
            let members = all.flat_map(|at| &by_target[*at]);
            let members: Vec<Member<'_>> = members
                .map(|(instance, job)| Member {
                    instance: *instance,
                    job: &jobs[*job],
                    facts: &terms[instance.target].facts,
                })
                .filter(|member| policies.selects(scope, &member.job.document))
                .collect();
            if members.is_empty() {
                return None;
            }
            let together = Together {
                scope,
                tier: strictest.facts.tier,
                settings: &strictest.settings,
                members,
            };
            let outcome = known.of_together(&together).unwrap_or_else(|| {
                let documents = together.documents();
                let subject = Subject::Many(scope, &documents);
                Arc::new(policies.glance(subject, together.settings, before))
            });
            Some(((unit, group), together, outcome))
        })
        .collect();
    for (_, together, outcome) in &mut judged {
        if outcome.is_unsettled() {
            let documents = together.documents();
            let subject = Subject::Many(together.scope, &documents);
            policies.settle(subject, together.settings, Arc::make_mut(outcome), ledger);
        }
    }
    verdicts.keep_together(judged.iter().map(|(_, own, outcome)| (own, outcome)));
    let told = judged
        .into_iter()
        .map(|((unit, group), together, outcome)| {
            let problems = outcome.problems.iter().filter_map(|(at, problem)| {
                let instance = together.members.get(*at)?.instance;
                let is_own = group.targets.contains(&instance.target);
                is_own.then(|| problem.clone().affecting_objects(Arc::new([instance])))
            });
            (unit, problems.collect(), outcome.faults.clone())
        });
    told.collect()
}

/// An object among those that are judged together.
pub(super) struct Member<'a> {
    instance: Instance,
    pub(super) job: &'a Job<'a>,
    pub(super) facts: &'a Arc<TargetFacts>,
}

/// Objects that are judged together.
pub(super) struct Together<'a> {
    pub(super) scope: Scope,
    /// The strictest tier among them: its settings hold for all.
    pub(super) tier: Tier,
    settings: &'a Settings,
    pub(super) members: Vec<Member<'a>>,
}

impl Together<'_> {
    /// As policies see them.
    fn documents(&self) -> Vec<(&Document<'_>, &TargetFacts)> {
        let members = self.members.iter();
        members
            .map(|member| (&member.job.document, &**member.facts))
            .collect()
    }
}

/// Targets that are judged together.
pub(super) struct Group {
    scope: Scope,
    /// Those that are judged, by their index.
    targets: Vec<usize>,
    /// Those that may be in the same cluster: what they hold counts, and is judged elsewhere.
    beside: Vec<usize>,
}

impl Group {
    fn new(scope: Scope, targets: Vec<usize>) -> Self {
        Self {
            scope,
            targets,
            beside: Vec::new(),
        }
    }

    /// About what it costs: the policies that look at several objects are few, and look at few
    /// kinds.
    pub(super) fn cost(&self, rendered: &[Rendered]) -> u64 {
        let targets = self.targets.iter().chain(&self.beside);
        let objects = targets.map(|at| rendered[*at].objects.len() as u64);
        objects.sum()
    }
}

/// The applied targets, alone and by what they have in common.
pub(super) fn groups(rendered: &[Rendered], terms: &[Terms]) -> Vec<Group> {
    let applied = || (0..terms.len()).filter(|at| terms[*at].role == Role::Applied);
    let mut groups: Vec<Group> = applied()
        .map(|target| Group::new(Scope::Target, vec![target]))
        .collect();
    groups.extend(worlds(rendered).into_iter().map(|world| Group {
        scope: Scope::Environment,
        targets: world.targets,
        beside: world.beside,
    }));
    groups.push(Group::new(Scope::Repository, applied().collect()));
    groups
}
