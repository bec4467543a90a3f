//! Objects to problems, each distinct content once.

mod partial;
mod placeholders;
mod portion;
mod schemas;
mod tally;
mod together;
mod verdicts;

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use manifest::{Dialect, Object};
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHasher};

use crate::Request;
use crate::checks::credentials;
use crate::checks::monitoring;
use crate::checks::policy::{
    Document, Ledger, Outcome, PolicyFault, Scope, Settings, Spent, Subject, TargetFacts,
    hides_containers,
};
use crate::checks::schema::{INVALID_VALUE, Schemas, Version};
use crate::deploy::{Content, Role, TargetSpec};
use crate::problem::{Instance, Problem, Turn};
use crate::render::Rendered;
use crate::rule::{RuleId, Severity, Tier};
use crate::setup::Setup;
use portion::Portion;

use schemas::{Held, Steps};
pub use tally::Tally;
pub use verdicts::Verdicts;

/// What is wrong with the objects of a run.
#[derive(Debug, Default)]
pub struct Evaluation {
    /// Everything that is wrong, each with its turn: the same in each run that shares it.
    pub problems: Vec<(Turn, Problem)>,
    /// What was not checked, or failed.
    pub tally: Tally,
    /// Why policies failed.
    pub faults: BTreeSet<PolicyFault>,
    /// What policies took.
    pub spent: Spent,
    /// What was there to be judged, and how, as a hash: runs share it only if they all saw the
    /// same.
    pub seen: u64,
}

/// What all objects of a target are judged with.
struct Terms {
    facts: Arc<TargetFacts>,
    settings: Arc<Settings>,
    version: Version,
    /// How scalars are read on their way to the cluster.
    dialect: Dialect,
    /// Equal for targets whose objects are judged alike.
    alike: Arc<str>,
    /// Which rules count.
    role: Role,
    /// What deploys its objects may still complete.
    may_be_completed: Completable,
    /// Whether it is a chart that other things are deployed beside, and that nothing gives values.
    is_without_values: bool,
    /// Whether something deploys it: not manifests in a folder, which may wait to be filled in.
    is_deployed: bool,
    /// Whether it is a chart, of which every template is filled in.
    is_chart: bool,
    /// Whether Argo CD applies all of its objects server-side, which takes a part of one.
    is_server_side: bool,
    /// Whether VictoriaMetrics is there to read rules, which takes more than Prometheus does.
    is_metricsql: bool,
    /// Whether anybody wants to know.
    is_asked: bool,
}

/// The objects that whatever deploys a target may still add fields to. Where this repository
/// deploys other things, what nothing deploys is a base or a patch as likely as not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Completable {
    None,
    /// Those that the patches of a deployer are for.
    Custom,
    All,
}

impl Completable {
    fn of(spec: &TargetSpec, deploys: bool) -> Self {
        match &spec.content {
            _ if spec.by.is_some() || !deploys => Self::None,
            Content::Manifests(_) => Self::All,
            Content::Chart(_) if spec.has_default_values_only() => Self::All,
            Content::Kustomization | Content::Chart(_) => Self::Custom,
        }
    }

    fn holds(self, object: &Object) -> bool {
        let group = &*object.id.gvk.group;
        let is_built_in = !group.contains('.') || group.ends_with(".k8s.io");
        match self {
            Self::None => false,
            Self::Custom => !is_built_in,
            Self::All => true,
        }
    }
}

/// What is counted of an object that lacks fields nobody has to have written yet.
const INCOMPLETE: &str = "missing fields of objects that nothing deploys";

/// One thing to judge: a distinct content under distinct terms.
struct Job<'a> {
    object: &'a Object,
    /// Of its content.
    hash: u64,
    /// The object as policies see it, made once for all scopes.
    document: Document<'a>,
    terms: &'a Terms,
}

impl Job<'_> {
    /// About what it costs.
    fn cost(&self) -> u64 {
        match self.terms.is_asked {
            true => portion::cost(self.object.node.view()),
            false => 0,
        }
    }
}

/// Judges every object of every target. What `verdicts` know of is not judged again.
pub fn evaluate(
    setup: &Setup,
    schemas: &Schemas,
    rendered: &[Rendered],
    request: &Request,
    verdicts: &mut Verdicts,
) -> Evaluation {
    let terms = terms(setup, rendered, request);
    verdicts.hold_for(rendered);
    let (jobs, objects) = distinct(rendered, &terms, verdicts);
    let groups = together::groups(rendered, &terms);
    let portion = match request.share {
        None => Portion::ALL,
        Some(share) => {
            let jobs = jobs.iter().map(Job::cost);
            let groups = groups.iter().map(|group| group.cost(rendered));
            let costs: Vec<u64> = jobs.chain(groups).collect();
            Portion::of(share, &costs, costs.iter().sum::<u64>() / UNSHARED)
        }
    };
    let mut ledger = Ledger::new(setup.policies());
    let mut steps = Steps::new();
    let work = (&*jobs, &portion);
    let judged = judge_all(setup, schemas, work, verdicts, &mut ledger, &mut steps);
    verdicts.keep_objects(&jobs, &judged);
    let mut instances: Vec<Vec<Instance>> = vec![Vec::new(); jobs.len()];
    let mut evaluation = Evaluation::default();
    for (instance, job) in &objects {
        instances[*job].push(*instance);
        let kind = &rendered[instance.target].objects[instance.object]
            .id
            .gvk
            .kind;
        let judged = &judged[*job];
        for what in judged.held.unchecked.iter().chain(&judged.unchecked) {
            let kinds = &mut evaluation.tally.unchecked;
            let kinds = kinds.entry((*what).to_owned()).or_default();
            *kinds.entry(kind.to_string()).or_default() += 1;
        }
    }
    let judged = judged.into_iter().zip(&jobs).zip(instances);
    for (unit, ((judged, job), instances)) in judged.enumerate() {
        let judged = Arc::unwrap_or_clone(judged);
        let told = judged.outcome.problems.into_iter().map(|(_, told)| told);
        let role = job.terms.role;
        let held = judged.held.problems.into_iter();
        let held = held.filter(|problem| role.counts(&problem.rule));
        let mut problems = told.chain(held).chain(judged.problems).peekable();
        if problems.peek().is_some() {
            let instances: Arc<[Instance]> = instances.into();
            let affecting =
                |problem: Problem| (turn(unit), problem.affecting_objects(instances.clone()));
            evaluation.problems.extend(problems.map(affecting));
        }
        evaluation.fail(judged.outcome.faults);
    }
    let all = together::All {
        terms: &terms,
        jobs: &jobs,
        objects: &objects,
        portion: &portion,
    };
    for (unit, problems, faults) in together::judge(setup, groups, &all, verdicts, &mut ledger) {
        let problems = problems.into_iter();
        evaluation
            .problems
            .extend(problems.map(|problem| (turn(unit), problem)));
        evaluation.fail(faults);
    }
    for (rule, count) in setup.policies().skipped(&ledger) {
        *evaluation.tally.failed_policies.entry(rule).or_default() += count;
    }
    evaluation.spent = ledger.spent(setup.policies());
    evaluation.spent.held = steps.taken();
    if request.share.is_some() {
        evaluation.seen = seen(rendered, &jobs, &objects);
    }
    evaluation
}

/// How many times as much there is to evaluate as to tell of a repository as a whole, which is not
/// shared. It is one to four times as much in large repositories.
const UNSHARED: u64 = 2;

/// The turn of a unit of work: what is wrong in a repository as a whole comes before.
fn turn(unit: usize) -> Turn {
    Turn::try_from(unit).map_or(Turn::MAX, |unit| unit.saturating_add(1))
}

/// A hash of all objects, where they are and what they are judged with.
fn seen(rendered: &[Rendered], jobs: &[Job<'_>], objects: &[(Instance, usize)]) -> u64 {
    let mut hasher = FxHasher::default();
    for (instance, job) in objects {
        let Job { hash, terms, .. } = &jobs[*job];
        let path = &rendered[instance.target].spec.path;
        (path.as_str(), hash, &terms.alike).hash(&mut hasher);
    }
    hasher.finish()
}

/// What judging one content gave.
#[derive(Clone, Debug, Default)]
struct Judged {
    /// What policies say.
    outcome: Outcome,
    /// What schemas say.
    held: Held,
    problems: Vec<Problem>,
    unchecked: Vec<&'static str>,
}

/// How many objects are judged before it is counted what they took.
const ROUND: usize = 1024;

/// The same where there are users' policies, each of which may take something of each object.
const ROUND_OF_USERS: usize = 64;

/// Judges objects, many at once; what takes longer follows in their order.
fn judge_all(
    setup: &Setup,
    schemas: &Schemas,
    (jobs, portion): (&[Job<'_>], &Portion),
    verdicts: &Verdicts,
    ledger: &mut Ledger,
    steps: &mut Steps,
) -> Vec<Arc<Judged>> {
    let policies = setup.policies();
    let round = match policies.has_users() {
        true => ROUND_OF_USERS,
        false => ROUND,
    };
    let judge = |unit: usize, job: &Job<'_>, ledger: &Ledger, steps: &Steps| match verdicts
        .of_object(job)
    {
        _ if !job.terms.is_asked || !portion.has(unit) => Arc::default(),
        Some(known) => known,
        None => Arc::new(judge(setup, schemas, job, ledger, steps)),
    };
    let mut all = Vec::with_capacity(jobs.len());
    for jobs in jobs.chunks(round) {
        let from = all.len();
        let units = jobs.par_iter().enumerate();
        let (before, left) = (&*ledger, &*steps);
        all.par_extend(units.map(|(at, job)| judge(from + at, job, before, left)));
        for (job, judged) in jobs.iter().zip(&mut all[from..]) {
            if judged.outcome.is_unsettled() {
                let subject = Subject::One(&job.document, &job.terms.facts);
                let outcome = &mut Arc::make_mut(judged).outcome;
                policies.settle(subject, &job.terms.settings, outcome, ledger);
            }
            if judged.held.is_unsettled() {
                steps.settle(schemas, job, &mut Arc::make_mut(judged).held);
            }
        }
    }
    all
}

fn judge(
    setup: &Setup,
    schemas: &Schemas,
    job: &Job<'_>,
    ledger: &Ledger,
    steps: &Steps,
) -> Judged {
    let view = job.object.node.view();
    let subject = Subject::One(&job.document, &job.terms.facts);
    let policies = setup.policies();
    let outcome = policies.glance(subject, &job.terms.settings, ledger);
    let mut problems: Vec<Problem> = credentials::problems(view).into_iter().collect();
    let mut unchecked = Vec::new();
    let mut held = Held::default();
    if job.terms.role != Role::Unreferenced {
        match is_template(job.object) {
            true => unchecked.push("templates of objects, which another program fills in"),
            false => held = steps.glance(schemas, job),
        }
        if hides_containers(view) {
            unchecked.push("objects with containers that policies do not find");
        }
        let told = monitoring::check(view, job.terms.is_metricsql);
        problems.extend(told.problems);
        unchecked.extend(told.unchecked);
    }
    problems.retain(|problem| job.terms.role.counts(&problem.rule));
    Judged {
        problems,
        unchecked,
        held,
        outcome,
    }
}

/// Whether another program makes an object of it: no object has such a name.
fn is_template(object: &Object) -> bool {
    [&object.id.name, &object.id.namespace]
        .iter()
        .any(|name| name.contains("{{"))
}

/// What is wrong with an object of a chart's default values. Whoever deploys the chart may give
/// others, but no values change the fields that its templates print.
fn as_by_default(mut problem: Problem) -> Problem {
    if problem.rule == RuleId::from(&INVALID_VALUE) {
        problem.at_most = Some(Severity::Warning);
    }
    problem
}

/// The terms of each target.
fn terms(setup: &Setup, rendered: &[Rendered], request: &Request) -> Vec<Terms> {
    let mut settings: BTreeMap<(Tier, Role), Arc<Settings>> = BTreeMap::new();
    let mut known: BTreeSet<Arc<str>> = BTreeSet::new();
    let used = setup.policies().uses(Scope::Object);
    let deploys = rendered.iter().any(|target| target.spec.by.is_some());
    let mut all = rendered.iter().flat_map(|target| &target.objects);
    let is_metricsql = all.any(|object| &*object.id.gvk.group == monitoring::METRICSQL_GROUP);
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
            let may_be_completed = Completable::of(spec, deploys);
            let is_chart = matches!(spec.content, Content::Chart(_));
            let is_deployed = spec.by.is_some() || !matches!(spec.content, Content::Manifests(_));
            let is_server_side = partial::is_server_side(spec);
            let is_without_values = deploys && spec.has_default_values_only();
            let alike = format!(
                "{tier} {role:?} {} {version} {dialect:?} {may_be_completed:?} {is_without_values} {is_deployed} {is_chart} {is_metricsql} {is_server_side} {seen:?}",
                spec.is_asked
            );
            let alike = match known.get(&*alike) {
                Some(known) => known.clone(),
                None => {
                    let alike: Arc<str> = alike.into();
                    known.insert(alike.clone());
                    alike
                }
            };
            Terms {
                alike,
                facts: Arc::new(facts),
                settings,
                version,
                dialect,
                role,
                may_be_completed,
                is_without_values,
                is_deployed,
                is_chart,
                is_server_side,
                is_metricsql,
                is_asked: spec.is_asked,
            }
        })
        .collect()
}

/// The distinct contents under distinct terms, and which of them each object is.
fn distinct<'a>(
    rendered: &'a [Rendered],
    terms: &'a [Terms],
    verdicts: &Verdicts,
) -> (Vec<Job<'a>>, Vec<(Instance, usize)>) {
    let instances: Vec<Instance> = rendered
        .iter()
        .enumerate()
        .flat_map(|(target, r)| (0..r.objects.len()).map(move |object| Instance { target, object }))
        .collect();
    let object = |at: Instance| &rendered[at.target].objects[at.object];
    let hashes: Vec<u64> = instances
        .par_iter()
        .map(|at| verdicts.hash_of(object(*at).node.view()))
        .collect();
    let mut jobs: Vec<Job<'a>> = Vec::new();
    let mut known: FxHashMap<(u64, &str), Vec<usize>> = FxHashMap::default();
    let mut objects = Vec::with_capacity(instances.len());
    for (at, hash) in instances.into_iter().zip(hashes) {
        let terms = &terms[at.target];
        let object = object(at);
        let candidates = known.entry((hash, &*terms.alike)).or_default();
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
                    hash,
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

impl Evaluation {
    fn fail(&mut self, faults: Vec<PolicyFault>) {
        for fault in faults {
            let name = fault.rule.clone().unwrap_or_else(|| fault.path.to_string());
            *self.tally.failed_policies.entry(name).or_default() += 1;
            self.faults.insert(fault);
        }
    }
}
