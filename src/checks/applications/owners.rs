//! Objects that several Applications apply to one cluster.

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::FxHashMap;

use super::joined::Joined;
use super::rules::OBJECT_OF_TWO_APPLICATIONS;
use crate::checks::named::NAMED;
use crate::checks::schema::Schemas;
use crate::deploy::TargetSpec;
use crate::problem::{Problem, first_of};
use crate::render::Rendered;
use crate::rule::Severity;

/// What a cluster tells an object by: the cluster, group, kind, namespace and name.
type Key<'a> = (Option<&'a str>, &'a str, &'a str, &'a str, &'a str);

/// Pairs of Applications that own the same objects, told at the later one, once.
pub(super) fn problems(rendered: &[Rendered], schemas: &Schemas) -> Vec<Problem> {
    let mut owners: FxHashMap<Key<'_>, usize> = FxHashMap::default();
    let mut shared: BTreeMap<(usize, usize), BTreeSet<String>> = BTreeMap::new();
    let asked = rendered.iter().enumerate();
    for (at, target) in asked.filter(|(_, target)| target.spec.by.is_some()) {
        let default = target.spec.namespace.as_ref().map_or("", |word| &word.text);
        for object in &target.objects {
            let id = &object.id;
            let namespace = match schemas.is_namespaced(object) {
                Some(false) => "",
                _ if id.namespace.is_empty() => default,
                _ => &id.namespace,
            };
            let cluster = target.spec.cluster.as_deref();
            let key = (cluster, &*id.gvk.group, &*id.gvk.kind, namespace, &*id.name);
            let first = *owners.entry(key).or_insert(at);
            let (a, b) = (&rendered[first].spec, &target.spec);
            if first != at && a.application != b.application && a.environment == b.environment {
                let name = format!("{}/{}", id.gvk.kind, id.name);
                shared.entry((first, at)).or_default().insert(name);
            }
        }
    }
    if shared.is_empty() {
        return Vec::new();
    }
    let joined = Joined::of(rendered);
    let problems = shared.into_iter().map(|((first, second), objects)| {
        let is_certain = rendered[first].spec.cluster.is_some() || joined.are_joined(first, second);
        let (one, other) = (&rendered[first].spec, &rendered[second].spec);
        let message = format!(
            "{} both apply {}{}",
            both(other, one),
            first_of(objects.iter(), NAMED),
            if is_certain {
                ""
            } else {
                ", if they are in one cluster"
            },
        );
        let problem = Problem {
            at_most: (!is_certain).then_some(Severity::Info),
            ..Problem::new(&OBJECT_OF_TWO_APPLICATIONS, message)
        };
        let problem = problem.affecting([first, second]);
        let problem = match &one.by {
            Some(place) => problem.related("the other one", place.clone()),
            None => problem,
        };
        match &other.by {
            Some(place) => problem.at(place.clone()),
            None => problem,
        }
    });
    problems.collect()
}

/// Two deployers as a message names them.
fn both(one: &TargetSpec, other: &TargetSpec) -> String {
    let (one_name, other_name) = (&one.application, &other.application);
    match (kind_of(one), kind_of(other)) {
        (Some(kind), Some(same)) if kind == same => {
            format!("{kind}s `{one_name}` and `{other_name}`")
        }
        (Some(kind), Some(other)) => format!("{kind} `{one_name}` and {other} `{other_name}`"),
        _ => format!("`{one_name}` and `{other_name}`"),
    }
}

/// What deploys a target: an Application, or an object of Flux, which has no other name here.
fn kind_of(spec: &TargetSpec) -> Option<&'static str> {
    if spec.deployer.is_some() {
        return Some("Application");
    }
    let place = spec.by.as_ref()?;
    let documents = place.file.documents().documents;
    let around = documents.iter().find(|document| {
        let whole = document.view().origin().map(|origin| origin.locate());
        whole
            .is_some_and(|own| own.span.start <= place.span.start && place.span.end <= own.span.end)
    });
    match around?.view().get("kind")?.text() {
        "Kustomization" => Some("Kustomization"),
        "HelmRelease" => Some("HelmRelease"),
        _ => None,
    }
}
