//! What Flux' Kustomizations wait for, and the variables that they lack.

use std::collections::{BTreeMap, BTreeSet};

use manifest::{Object, View};

use super::known::{applied, is_open};
use super::rules::{FLUX_DEPENDENCY_CIRCLE, UNDEFINED_VARIABLE, UNKNOWN_FLUX_DEPENDENCY};
use crate::problem::Problem;
use crate::render::Rendered;

/// What Flux knows an object by: the cluster, as far as is known, kind, namespace and name.
type Key<'a> = (Option<&'a str>, &'a str, &'a str, &'a str);

struct Waiting<'a> {
    at: usize,
    object: &'a Object,
    environment: Option<&'a str>,
}

/// How many variables of one text are named.
const NAMED: usize = 3;

/// Variables that are replaced by nothing.
pub(super) fn variables(rendered: &[Rendered]) -> Vec<Problem> {
    let all =
        applied(rendered).flat_map(|(at, target)| target.unset.iter().map(move |own| (at, own)));
    let told = all.map(|(at, unset)| {
        let named = unset.names.iter().take(NAMED);
        let mut names: Vec<String> = named.map(|name| format!("`${{{name}}}`")).collect();
        let more = unset.names.len() - names.len();
        if more > 0 {
            names.push(format!("{more} more"));
        }
        let message = format!("Flux replaces {} with an empty string", names.join(", "));
        Problem::new(&UNDEFINED_VARIABLE, message)
            .at(unset.at.locate_part(unset.span))
            .affecting([at])
    });
    told.collect()
}

/// Kustomizations and HelmReleases that wait for what does not exist, or for one another.
pub(super) fn problems(rendered: &[Rendered]) -> Vec<Problem> {
    let mut all: BTreeMap<Key<'_>, Waiting<'_>> = BTreeMap::new();
    for (at, target) in applied(rendered) {
        let environment = target.spec.environment.as_ref().map(|own| &*own.name);
        for object in target.objects.iter().filter(|object| is_flux(object)) {
            let id = &object.id;
            let key = (environment, &*id.gvk.kind, &*id.namespace, &*id.name);
            all.entry(key).or_insert(Waiting {
                at,
                object,
                environment,
            });
        }
    }
    let names: BTreeSet<(&str, &str)> = all.keys().map(|key| (key.1, key.3)).collect();
    let mut problems = Vec::new();
    for waiting in all.values() {
        for (name, _, view) in dependencies(waiting.object) {
            let kind = &*waiting.object.id.gvk.kind;
            if is_open(name) || names.contains(&(kind, name)) {
                continue;
            }
            let message = format!("there is no {kind} `{name}` to wait for");
            let known = names
                .iter()
                .filter(|(own, _)| *own == kind)
                .map(|(_, name)| *name);
            let near = suggest::nearest(name, known);
            let problem = Problem {
                help: near.map(|near| format!("did you mean `{near}`?")),
                ..Problem::new(&UNKNOWN_FLUX_DEPENDENCY, message)
            };
            let problem = problem.affecting([waiting.at]);
            problems.push(match view.origin() {
                Some(place) => problem.at(place.locate()),
                None => problem,
            });
        }
    }
    problems.extend(circles(&all));
    problems
}

fn is_flux(object: &Object) -> bool {
    let gvk = &object.id.gvk;
    matches!(
        (&*gvk.group, &*gvk.kind),
        ("kustomize.toolkit.fluxcd.io", "Kustomization")
            | ("helm.toolkit.fluxcd.io", "HelmRelease")
    )
}

/// The names, namespaces and places of what an object waits for.
fn dependencies(object: &Object) -> impl Iterator<Item = (&str, &str, View<'_>)> {
    let list = object
        .node
        .view()
        .get_path(&["spec", "dependsOn"])
        .into_iter();
    list.flat_map(View::items).filter_map(|entry| {
        let name = entry.get("name")?;
        let namespace = entry.get("namespace").map(View::text);
        Some((name.text(), namespace.unwrap_or(&object.id.namespace), name))
    })
}

/// Each circle once, at the entry of its first member that closes it.
fn circles(all: &BTreeMap<Key<'_>, Waiting<'_>>) -> Vec<Problem> {
    let mut done: BTreeSet<Key<'_>> = BTreeSet::new();
    let mut problems = Vec::new();
    for start in all.keys() {
        let mut path: Vec<Key<'_>> = vec![*start];
        let mut seen = BTreeSet::from([*start]);
        // Whatever it leads to, each is visited once.
        let mut open: Vec<Vec<(Key<'_>, View<'_>)>> = vec![next(all, start)];
        while let Some(choices) = open.last_mut() {
            let Some((key, view)) = choices.pop() else {
                open.pop();
                path.pop();
                continue;
            };
            if key == *start {
                if path.iter().any(|key| done.contains(key)) {
                    continue;
                }
                done.extend(path.iter().copied());
                problems.push(circle(all, &path, view));
            } else if seen.insert(key) {
                path.push(key);
                open.push(next(all, &key));
            }
        }
    }
    problems
}

fn next<'a>(all: &BTreeMap<Key<'a>, Waiting<'a>>, key: &Key<'a>) -> Vec<(Key<'a>, View<'a>)> {
    let Some(waiting) = all.get(key) else {
        return Vec::new();
    };
    let found = dependencies(waiting.object).filter_map(|(name, namespace, view)| {
        let kind = &*waiting.object.id.gvk.kind;
        let wanted = (waiting.environment, kind, namespace, name);
        let (known, _) = all.get_key_value(&wanted)?;
        Some((*known, view))
    });
    found.collect()
}

fn circle(all: &BTreeMap<Key<'_>, Waiting<'_>>, members: &[Key<'_>], view: View<'_>) -> Problem {
    let first = members.first().map(|key| key.3);
    let names: Vec<&str> = members.iter().map(|key| key.3).chain(first).collect();
    let message = format!(
        "these depend on each other in a cycle: {}",
        names.join(" → ")
    );
    let targets = members.iter().filter_map(|key| Some(all.get(key)?.at));
    let targets: BTreeSet<usize> = targets.collect();
    let problem = Problem::new(&FLUX_DEPENDENCY_CIRCLE, message).affecting(targets);
    match view.origin() {
        Some(place) => problem.at(place.locate()),
        None => problem,
    }
}
