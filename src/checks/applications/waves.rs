//! The order in which Argo CD applies objects.

use std::collections::BTreeMap;

use manifest::{Object, View};

use super::known::{Known, applied};
use super::rules::{INVALID_SYNC_WAVE, LATE_SYNC_WAVE};
use crate::problem::Problem;
use crate::render::Rendered;

const WAVE: &str = "argocd.argoproj.io/sync-wave";
const HOOK: &str = "argocd.argoproj.io/hook";

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
                problems.push(match wave.origin() {
                    Some(place) => problem.at(place.locate()),
                    None => problem,
                });
            }
        }
    }
    for deployer in &known.applications {
        let creates = deployer.application.sync.creates_namespace();
        let objects = deployer
            .targets
            .iter()
            .flat_map(|at| &rendered[*at].objects);
        let objects: Vec<&Object> = objects
            .filter(|object| annotation(object, HOOK).is_none())
            .collect();
        problems.extend(
            late(&objects, creates)
                .into_iter()
                .map(|problem| problem.affecting(deployer.targets.iter().copied())),
        );
    }
    problems
}

/// Namespaces that come in a later wave than what stands in them. The first sync cannot pass.
fn late(objects: &[&Object], creates_namespace: bool) -> Vec<Problem> {
    if creates_namespace {
        return Vec::new();
    }
    let mut namespaces: BTreeMap<&str, &Object> = BTreeMap::new();
    for object in objects {
        if &*object.id.gvk.kind == "Namespace" && object.id.gvk.group.is_empty() {
            namespaces.insert(&object.id.name, object);
        }
    }
    let mut earliest: BTreeMap<&str, &Object> = BTreeMap::new();
    for object in objects {
        let namespace = &*object.id.namespace;
        let Some(own) = namespaces.get(namespace) else {
            continue;
        };
        let before = earliest
            .get(namespace)
            .map_or(wave(own), |first| wave(first));
        if wave(object) < before {
            earliest.insert(namespace, object);
        }
    }
    let told = earliest.into_iter().map(|(namespace, object)| {
        let (needed, wave) = (wave(object), namespaces.get(namespace).map_or(0, |own| wave(own)));
        let message = format!(
            "the namespace `{namespace}` comes in wave {wave}, after {} `{}` of wave {needed} in it",
            object.id.gvk.kind, object.id.name
        );
        let problem = Problem::new(&LATE_SYNC_WAVE, message);
        let place = namespaces.get(namespace).and_then(|own| annotation(own, WAVE));
        let place = place.or_else(|| annotation(object, WAVE));
        match place.and_then(View::origin) {
            Some(place) => problem.at(place.locate()),
            None => problem,
        }
    });
    told.collect()
}

fn wave(object: &Object) -> i64 {
    annotation(object, WAVE).map_or(0, |wave| wave.text().trim().parse().unwrap_or(0))
}

fn annotation<'a>(object: &'a Object, name: &str) -> Option<View<'a>> {
    object
        .node
        .view()
        .get_path(&["metadata", "annotations", name])
}
