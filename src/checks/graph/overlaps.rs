//! Workloads that take each other's pods for their own.

use super::overwritten::overwritten;
use super::pods::Pod;
use super::selector::Selector;
use super::traffic_rules::OVERLAPPING_SELECTORS;
use super::{Namespace, Scene, path};
use crate::problem::Problem;

pub(super) fn look(
    scene: &Scene<'_>,
    namespace: &Namespace<'_>,
    at: usize,
    problems: &mut Vec<Problem>,
) {
    let pod = &namespace.pods[at];
    let Some(own) = selector(pod).filter(|own| !own.is_open()) else {
        return;
    };
    let company = scene.company(pod.placed);
    let labels = namespace.pod_labels.labels(at);
    let other = namespace
        .pod_labels
        .selected(&own, scene.steps)
        .find(|other| {
            let other = &namespace.pods[*other];
            other.placed.at < pod.placed.at
                && other.placed.object.id != pod.placed.object.id
                && (!namespace.name.is_empty() || other.placed.at.target == pod.placed.at.target)
                && scene.company(other.placed) == company
                && selector(other).is_some_and(|own| own.selects(labels))
        });
    if let Some(other) = other {
        let message = format!("{} selects the same pods", namespace.pods[other].name());
        let at = path(["spec", "selector"]);
        let problem = pod.placed.problem(&OVERLAPPING_SELECTORS, at, message);
        let written = pod
            .placed
            .object
            .node
            .view()
            .get_path(&["spec", "selector"]);
        let labels = written.map(|own| own.get("matchLabels").unwrap_or(own));
        problems.push(overwritten(problem, labels));
    }
}

/// The selector of what keeps pods running.
fn selector<'a>(pod: &Pod<'a>) -> Option<Selector<'a>> {
    if !pod.lasts() {
        return None;
    }
    let written = pod
        .placed
        .object
        .node
        .view()
        .get_path(&["spec", "selector"]);
    match pod.placed.is("", "ReplicationController") {
        true => Selector::of_labels(written),
        false => Selector::of(written),
    }
}
