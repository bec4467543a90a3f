//! Services and budgets, and the pods that they select.

use manifest::{FieldPath, View};

use super::rules::{UNKNOWN_PORT_NAME, UNMATCHED_SELECTOR};
use super::selector::Selector;
use super::{Namespace, Placed, Scene, is_open};
use crate::problem::Problem;

pub(super) fn look(
    scene: &Scene<'_>,
    namespace: &Namespace<'_>,
    placed: Placed<'_>,
    problems: &mut Vec<Problem>,
) {
    let id = &placed.object.id;
    let spec = placed.object.node.view().get("spec");
    let written = spec.and_then(|spec| spec.get("selector"));
    let selector = match (&*id.gvk.group, &*id.gvk.kind) {
        ("", "Service") => Selector::of_labels(written),
        ("policy", "PodDisruptionBudget") => Selector::of(written),
        _ => None,
    };
    let Some(selector) = selector.filter(|selector| !selector.is_open()) else {
        return;
    };
    let is_external = spec
        .and_then(|spec| spec.get("type"))
        .is_some_and(|kind| kind.text() == "ExternalName");
    if is_external {
        return;
    }
    let selected = namespace.selected(&selector);
    if selected.is_empty() {
        let mut beside = namespace.pods.iter();
        let is_near = beside.any(|pod| {
            let is_beside = pod.placed.at.target == placed.at.target;
            is_beside && selector.is_near(&pod.labels)
        });
        if scene.is_whole && is_near {
            let message = format!("no pod has the labels `{}`", selector.told());
            let mut path = FieldPath::default();
            path.push_key("spec");
            path.push_key("selector");
            problems.push(placed.problem(&UNMATCHED_SELECTOR, path, message));
        }
        return;
    }
    let ports = spec.and_then(|spec| spec.get("ports"));
    for (index, port) in ports.into_iter().flat_map(View::items).enumerate() {
        let Some(name) = port.get("targetPort").and_then(View::as_str) else {
            continue;
        };
        if is_open(name) || name.bytes().all(|b| b.is_ascii_digit()) {
            continue;
        }
        if !selected.iter().any(|pod| pod.has_port(name)) {
            let message = format!("no selected pod has a port `{name}`");
            let mut path = FieldPath::default();
            for key in ["spec", "ports"] {
                path.push_key(key);
            }
            path.push_index(index);
            path.push_key("targetPort");
            problems.push(placed.problem(&UNKNOWN_PORT_NAME, path, message));
        }
    }
}
