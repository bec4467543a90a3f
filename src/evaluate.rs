//! Objects to problems, each distinct content once.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use manifest::{Dialect, Object};
use rayon::prelude::*;
use rustc_hash::FxHashMap;

use crate::Request;
use crate::checks::credentials;
use crate::checks::monitoring;
use crate::checks::policy::{
    Document, Outcome, PolicyFault, Scope, Settings, TargetFacts, hides_containers,
};
use crate::checks::schema::{Schemas, Version};
use crate::checks::worlds::worlds;
use crate::deploy::Role;
use crate::problem::{Instance, Problem};
use crate::render::Rendered;
use crate::rule::Tier;
use crate::setup::Setup;

/// What is wrong with the objects of a run.
#[derive(Debug, Default)]
pub struct Evaluation {
    /// Everything that is wrong.
    pub problems: Vec<Problem>,
    /// What schemas could not judge, with how many objects of each kind.
    pub unchecked: BTreeMap<&'static str, BTreeMap<String, usize>>,
    /// How often each policy failed.
    pub failed_policies: BTreeMap<String, usize>,
    /// Why policies failed.
    pub faults: BTreeSet<PolicyFault>,
}

/// What all objects of a target are judged with.
struct Terms {
    facts: TargetFacts,
    settings: Arc<Settings>,
    version: Version,
    /// How scalars are read on their way to the cluster.
    dialect: Dialect,
    /// Equal for targets whose objects are judged alike.
    key: usize,
    /// Which rules count.
    role: Role,
    /// Whether anybody wants to know.
    is_asked: bool,
}

/// One thing to judge: a distinct content under distinct terms.
struct Job<'a> {
    object: &'a Object,
    /// The object as policies see it, made once for all scopes.
    document: Document<'a>,
    terms: &'a Terms,
}

/// Judges every object of every target.
pub fn evaluate(
    setup: &Setup,
    schemas: &Schemas,
    rendered: &[Rendered],
    request: &Request,
) -> Evaluation {
    let terms = terms(setup, rendered, request);
    let (jobs, objects) = distinct(rendered, &terms);
    let mut all = rendered.iter().flat_map(|target| &target.objects);
    let is_metricsql = all.any(|object| &*object.id.gvk.group == monitoring::METRICSQL_GROUP);
    let judged: Vec<Judged> = jobs
        .par_iter()
        .map(|job| match job.terms.is_asked {
            true => judge(setup, schemas, job, is_metricsql),
            false => Judged::default(),
        })
        .collect();
    let mut instances: Vec<Vec<Instance>> = vec![Vec::new(); jobs.len()];
    let mut evaluation = Evaluation::default();
    for (instance, job) in &objects {
        instances[*job].push(*instance);
        let kind = &rendered[instance.target].objects[instance.object]
            .id
            .gvk
            .kind;
        for what in &judged[*job].unchecked {
            let kinds = evaluation.unchecked.entry(what).or_default();
            *kinds.entry(kind.to_string()).or_default() += 1;
        }
    }
    for (judged, instances) in judged.into_iter().zip(instances) {
        if !judged.problems.is_empty() {
            let instances: Arc<[Instance]> = instances.into();
            let affecting = |problem: Problem| problem.affecting_objects(instances.clone());
            let problems = judged.problems.into_iter().map(affecting);
            evaluation.problems.extend(problems);
        }
        evaluation.fail(judged.faults);
    }
    for (instances, outcome) in judge_together(setup, rendered, &terms, &jobs, &objects) {
        for (object, problem) in outcome.problems {
            if let Some(instance) = instances.get(object) {
                let problem = problem.affecting_objects(Arc::new([*instance]));
                evaluation.problems.push(problem);
            }
        }
        evaluation.fail(outcome.faults);
    }
    evaluation
}

/// What judging one content gave.
#[derive(Default)]
struct Judged {
    problems: Vec<Problem>,
    unchecked: Vec<&'static str>,
    faults: Vec<PolicyFault>,
}

fn judge(setup: &Setup, schemas: &Schemas, job: &Job<'_>, is_metricsql: bool) -> Judged {
    let view = job.object.node.view();
    let outcome =
        setup
            .policies()
            .check_object(&job.document, &job.terms.facts, &job.terms.settings);
    let mut problems: Vec<Problem> = outcome.problems.into_iter().map(|(_, p)| p).collect();
    problems.extend(credentials::problems(view));
    let mut unchecked = Vec::new();
    if job.terms.role != Role::Unreferenced {
        let told = schemas.check(view, job.terms.version, job.terms.dialect);
        problems.extend(told.problems);
        unchecked = told.unchecked;
        if hides_containers(view) {
            unchecked.push("objects with containers that policies do not find");
        }
        let told = monitoring::check(view, is_metricsql);
        problems.extend(told.problems);
        unchecked.extend(told.unchecked);
    }
    problems.retain(|problem| job.terms.role.counts(&problem.rule));
    Judged {
        problems,
        unchecked,
        faults: outcome.faults,
    }
}

/// The terms of each target.
fn terms(setup: &Setup, rendered: &[Rendered], request: &Request) -> Vec<Terms> {
    let mut settings: BTreeMap<(Tier, Role), Arc<Settings>> = BTreeMap::new();
    let mut keys: FxHashMap<String, usize> = FxHashMap::default();
    let used = setup.policies().uses(Scope::Object);
    rendered
        .iter()
        .map(|target| {
            let spec = &target.spec;
            let tier = spec.tier();
            let role = spec.role;
            let settings = settings
                .entry((tier, role))
                .or_insert_with(|| Arc::new(setup.policy_settings(tier, request, role)))
                .clone();
            let version = setup.kubernetes(spec, request);
            let facts = TargetFacts {
                application: spec.application.clone(),
                environment: spec.environment.as_ref().map(|e| e.name.to_string()),
                tier,
                cluster: spec.cluster.clone(),
                namespace: spec.namespace.as_ref().map(|word| word.text.clone()),
                kubernetes_version: Some(version.to_string()),
                path: spec.path.to_string(),
                kind: spec.kind().to_owned(),
            };
            let dialect = spec.dialect();
            let seen: Vec<Option<&str>> = used.iter().map(|field| facts.get(*field)).collect();
            let alike = format!(
                "{tier} {role:?} {} {version} {dialect:?} {seen:?}",
                spec.is_asked
            );
            let next = keys.len();
            Terms {
                key: *keys.entry(alike).or_insert(next),
                facts,
                settings,
                version,
                dialect,
                role,
                is_asked: spec.is_asked,
            }
        })
        .collect()
}

/// The distinct contents under distinct terms, and which of them each object is.
fn distinct<'a>(
    rendered: &'a [Rendered],
    terms: &'a [Terms],
) -> (Vec<Job<'a>>, Vec<(Instance, usize)>) {
    let instances: Vec<Instance> = rendered
        .iter()
        .enumerate()
        .flat_map(|(target, r)| (0..r.objects.len()).map(move |object| Instance { target, object }))
        .collect();
    let object = |at: Instance| &rendered[at.target].objects[at.object];
    let hashes: Vec<u64> = instances
        .par_iter()
        .map(|at| object(*at).node.view().content_hash())
        .collect();
    let mut jobs: Vec<Job<'a>> = Vec::new();
    let mut known: FxHashMap<(u64, usize), Vec<usize>> = FxHashMap::default();
    let mut objects = Vec::with_capacity(instances.len());
    for (at, hash) in instances.into_iter().zip(hashes) {
        let terms = &terms[at.target];
        let object = object(at);
        let candidates = known.entry((hash, terms.key)).or_default();
        let same = candidates.iter().find(|job| {
            jobs[**job]
                .object
                .node
                .view()
                .same_content(object.node.view())
        });
        let job = match same {
            Some(job) => *job,
            None => {
                candidates.push(jobs.len());
                jobs.push(Job {
                    object,
                    document: Document::new(object.node.view()),
                    terms,
                });
                jobs.len() - 1
            }
        };
        objects.push((at, job));
    }
    (jobs, objects)
}

/// Evaluates the policies that look at several objects: those of a target, of an environment,
/// of the repository.
fn judge_together(
    setup: &Setup,
    rendered: &[Rendered],
    terms: &[Terms],
    jobs: &[Job<'_>],
    objects: &[(Instance, usize)],
) -> Vec<(Vec<Instance>, Outcome)> {
    let mut by_target: Vec<Vec<(Instance, usize)>> = vec![Vec::new(); terms.len()];
    for (instance, job) in objects {
        if terms[instance.target].role == Role::Applied {
            by_target[instance.target].push((*instance, *job));
        }
    }
    groups(rendered, terms)
        .par_iter()
        .filter(|group| group.targets.iter().any(|at| terms[*at].is_asked))
        .filter_map(|group| {
            let scope = &group.scope;
            let strictest = group
                .targets
                .iter()
                .map(|at| &terms[*at])
                .max_by_key(|t| t.facts.tier)?;
            let all = group.targets.iter().chain(&group.beside);
            let members = all.flat_map(|at| &by_target[*at]);
            let selected: Vec<&(Instance, usize)> = members
                .filter(|(_, job)| setup.policies().selects(*scope, &jobs[*job].document))
                .collect();
            if selected.is_empty() {
                return None;
            }
            let documents: Vec<(&Document<'_>, &TargetFacts)> = selected
                .iter()
                .map(|(instance, job)| (&jobs[*job].document, &terms[instance.target].facts))
                .collect();
            let outcome = setup
                .policies()
                .check_many(*scope, &documents, &strictest.settings);
            let own = |outcome: Outcome| Outcome {
                problems: outcome
                    .problems
                    .into_iter()
                    .filter(|(at, _)| {
                        let of = selected.get(*at).map(|(instance, _)| instance.target);
                        of.is_some_and(|target| group.targets.contains(&target))
                    })
                    .collect(),
                ..outcome
            };
            let instances = selected.iter().map(|(instance, _)| *instance).collect();
            Some((instances, own(outcome)))
        })
        .collect()
}

/// Targets that are judged together.
struct Group {
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
}

/// The applied targets, alone and by what they have in common.
fn groups(rendered: &[Rendered], terms: &[Terms]) -> Vec<Group> {
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

impl Evaluation {
    fn fail(&mut self, faults: Vec<PolicyFault>) {
        for fault in faults {
            let name = fault.rule.clone().unwrap_or_else(|| fault.path.to_string());
            *self.failed_policies.entry(name).or_default() += 1;
            self.faults.insert(fault);
        }
    }
}
