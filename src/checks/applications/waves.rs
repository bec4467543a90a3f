//! The order in which Argo CD applies the objects of an Application.

use std::collections::BTreeMap;

use manifest::{Object, View};

use super::known::{Known, applied, is_open};
use super::rules::{DELETED_HOOK, INVALID_SYNC_WAVE, LATE_SYNC_WAVE};
use super::turn::{Turn, WAVE, annotation, is_deleted_after, is_hook, place, turn_of};
use crate::checks::graph::{By, provided, references};
use crate::deploy::cluster_of_application;
use crate::problem::Problem;
use crate::render::Rendered;

pub(super) fn problems(rendered: &[Rendered], known: &Known<'_>) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (at, target) in applied(rendered) {
        for object in &target.objects {
            let wave = annotation(object, WAVE);
            let wrong = wave.filter(|wave| wave.text().trim().parse::<i64>().is_err());
            if let Some(wave) = wrong.filter(|wave| !wave.text().contains(['{', '$'])) {
                let message = format!(
                    "`{}` is not a whole number, so Argo CD reads it as 0",
                    wave.text()
                );
                let problem = Problem::new(&INVALID_SYNC_WAVE, message).affecting([at]);
                problems.push(located(problem, Some(wave)));
            }
        }
    }
    for deployer in &known.applications {
        let objects = deployer
            .targets
            .iter()
            .flat_map(|at| &rendered[*at].objects);
        let steps: Vec<Step<'_>> = objects
            .filter_map(|object| {
                Some(Step {
                    object,
                    turn: turn_of(object)?,
                })
            })
            .collect();
        if are_at_once(&steps) {
            continue;
        }
        let mut found = Vec::new();
        if !deployer.application.sync.creates_namespace() {
            found.extend(late_namespaces(&steps, own_namespace(deployer.object)));
        }
        found.extend(late_definitions(&steps));
        found.extend(late_needs(&steps));
        let found = found.into_iter();
        problems.extend(found.map(|problem| problem.affecting(deployer.targets.iter().copied())));
    }
    problems
}

/// An object of an Application, and when it is applied.
#[derive(Clone, Copy)]
struct Step<'a> {
    object: &'a Object,
    turn: Turn,
}

/// Whether everything is applied in the same turn and stays.
fn are_at_once(steps: &[Step<'_>]) -> bool {
    let mut pairs = steps.windows(2);
    pairs.all(|pair| pair[0].turn == pair[1].turn) && !steps.iter().any(|own| is_hook(own.object))
}

/// The namespace that an Application stands in, where it deploys to its own cluster: it is there
/// before anything of it.
fn own_namespace(application: &Object) -> &str {
    match cluster_of_application(application) {
        Some(_) => "",
        None => &application.id.namespace,
    }
}

/// Namespaces that come later than what they are for, but one that is `there`. The first sync
/// cannot pass.
fn late_namespaces(steps: &[Step<'_>], there: &str) -> Vec<Problem> {
    let is_namespace = |own: &&Step<'_>| {
        let id = &own.object.id;
        &*id.gvk.kind == "Namespace" && id.gvk.group.is_empty() && *id.name != *there
    };
    let mut namespaces: BTreeMap<&str, &Step<'_>> = BTreeMap::new();
    for step in steps.iter().filter(is_namespace) {
        namespaces.insert(&step.object.id.name, step);
    }
    let earliest = earliest(steps, |step| {
        namespaces.get(&*step.object.id.namespace).copied()
    });
    let told = earliest.into_values().map(|(own, first)| {
        let message = format!(
            "namespace `{}` comes in {}, after {} in it",
            own.object.id.name,
            own.turn,
            told(&first)
        );
        late(message, own, &first)
    });
    told.collect()
}

/// Definitions that come later than the objects that they define.
fn late_definitions(steps: &[Step<'_>]) -> Vec<Problem> {
    let mut definitions: BTreeMap<(&str, &str), &Step<'_>> = BTreeMap::new();
    for step in steps {
        let view = step.object.node.view();
        let text = |path: &[&str]| view.get_path(path).map(View::text);
        if &*step.object.id.gvk.kind == "CustomResourceDefinition"
            && let Some(group) = text(&["spec", "group"])
            && let Some(kind) = text(&["spec", "names", "kind"])
        {
            definitions.insert((group, kind), step);
        }
    }
    let earliest = earliest(steps, |step| {
        let gvk = &step.object.id.gvk;
        definitions.get(&(&*gvk.group, &*gvk.kind)).copied()
    });
    let told = earliest.into_values().map(|(own, first)| {
        let message = format!(
            "the definition of {} comes in {}, after {}",
            first.object.id.gvk.kind,
            own.turn,
            told(&first)
        );
        late(message, own, &first)
    });
    told.collect()
}

/// Of each object that others wait for, the first of those that come before it.
fn earliest<'s, 'a>(
    steps: &'s [Step<'a>],
    wanted: impl Fn(&Step<'a>) -> Option<&'s Step<'a>>,
) -> BTreeMap<&'s str, (&'s Step<'a>, Step<'a>)> {
    let mut found: BTreeMap<&str, (&Step<'a>, Step<'a>)> = BTreeMap::new();
    for step in steps {
        let Some(own) = wanted(step).filter(|own| step.turn < own.turn) else {
            continue;
        };
        let entry = found.entry(&own.object.id.name).or_insert((own, *step));
        if step.turn < entry.1.turn {
            entry.1 = *step;
        }
    }
    found
}

/// What pods need and what comes later, or is deleted again. Argo CD waits until what it has
/// applied is healthy, so that it never comes to what is later.
fn late_needs(steps: &[Step<'_>]) -> Vec<Problem> {
    let mut brought: BTreeMap<(&str, &str, String), Vec<&Step<'_>>> = BTreeMap::new();
    for step in steps {
        let namespace = &*step.object.id.namespace;
        for made in provided(step.object) {
            let key = (namespace, made.sort.kind, made.name.into_owned());
            brought.entry(key).or_default().push(step);
        }
    }
    let mut problems = Vec::new();
    for step in steps {
        // Nobody waits for what a schedule starts.
        if &*step.object.id.gvk.kind == "CronJob" {
            continue;
        }
        let of_pods = references(step.object).into_iter();
        for needed in of_pods.filter(|own| own.by == By::Pod && !is_open(own.name)) {
            let kind = needed.sort.kind;
            let key = (&*step.object.id.namespace, kind, needed.name.to_owned());
            let Some(all) = brought.get(&key) else {
                continue;
            };
            let name = format!("{kind} `{}`", needed.name);
            if let Some(own) = all
                .first()
                .filter(|_| all.iter().all(|own| step.turn < own.turn))
            {
                let message = format!(
                    "{name} comes in {}, after {}, which needs it",
                    own.turn,
                    told(step)
                );
                problems.push(late(message, own, step));
            } else if let Some(own) = all.first().filter(|_| {
                !is_hook(step.object) && all.iter().all(|own| is_deleted_after(own.object))
            }) {
                let message = format!(
                    "hook {name} is deleted after the sync, but {} needs it",
                    told(step)
                );
                let problem = Problem::new(&DELETED_HOOK, message);
                let problem = match step
                    .object
                    .node
                    .view()
                    .at(&needed.path.to_field())
                    .and_then(View::origin)
                {
                    Some(place) => problem.related("needed here", place.locate()),
                    None => problem,
                };
                let view = own.object.node.view();
                problems.push(located(problem, view.get_path(&["metadata", "name"])));
            }
        }
    }
    problems
}

/// At the annotation that makes the one late, or the other one early.
fn late(message: String, own: &Step<'_>, first: &Step<'_>) -> Problem {
    let problem = Problem::new(&LATE_SYNC_WAVE, message);
    located(problem, place(own.object).or_else(|| place(first.object)))
}

fn told(step: &Step<'_>) -> String {
    let id = &step.object.id;
    format!("{} `{}` of {}", id.gvk.kind, id.name, step.turn)
}

fn located(problem: Problem, view: Option<View<'_>>) -> Problem {
    match view.and_then(View::origin) {
        Some(place) => problem.at(place.locate()),
        None => problem,
    }
}
