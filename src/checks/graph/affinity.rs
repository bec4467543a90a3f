//! Where pods want to run: the selectors by which they keep near to or away from others.

use manifest::{FieldPath, View};

use super::rules::UNMATCHED_SELECTOR;
use super::selector::Selector;
use super::traffic_rules::SPREAD_WITHOUT_OWN_PODS;
use super::{Namespace, Scene, further};
use crate::problem::Problem;

/// What has terms of affinity, the way to the terms, and the way from each to what it says.
const TERMS: [(&str, &str, &[&str]); 4] = [
    (
        "podAffinity",
        "requiredDuringSchedulingIgnoredDuringExecution",
        &[],
    ),
    (
        "podAffinity",
        "preferredDuringSchedulingIgnoredDuringExecution",
        &["podAffinityTerm"],
    ),
    (
        "podAntiAffinity",
        "requiredDuringSchedulingIgnoredDuringExecution",
        &[],
    ),
    (
        "podAntiAffinity",
        "preferredDuringSchedulingIgnoredDuringExecution",
        &["podAffinityTerm"],
    ),
];

pub(super) fn look(
    scene: &Scene<'_>,
    namespace: &Namespace<'_>,
    at: usize,
    problems: &mut Vec<Problem>,
) {
    let pod = &namespace.pods[at];
    if !pod.is_whole() {
        return;
    }
    let own = namespace.pod_labels.labels(at);
    for (index, constraint) in pod.list("topologySpreadConstraints").enumerate() {
        let path = further(
            &pod.path,
            ["topologySpreadConstraints".into(), index.into()],
        );
        let (message, path) = match written(constraint) {
            None => (
                "the constraint selects no pods, so it spreads none".to_owned(),
                path,
            ),
            Some(selector) => match Selector::of(Some(selector)) {
                Some(selector) if !selector.is_open() && !selector.selects(own) => {
                    let message = format!("the pod itself does not match `{}`", selector.told());
                    (message, further(&path, ["labelSelector".into()]))
                }
                _ => continue,
            },
        };
        problems.push(pod.placed.problem(&SPREAD_WITHOUT_OWN_PODS, path, message));
    }
    let Some(affinity) = pod.spec.get("affinity").filter(|_| scene.is_whole) else {
        return;
    };
    for (kind, list, keys) in TERMS {
        let terms = affinity.get_path(&[kind, list]);
        for (index, item) in terms.into_iter().flat_map(View::items).enumerate() {
            let Some(term) = item.get_path(keys) else {
                continue;
            };
            let is_elsewhere = ["namespaces", "namespaceSelector"]
                .iter()
                .any(|key| term.get(key).is_some());
            let selector = written(term).and_then(|own| Selector::of(Some(own)));
            let Some(selector) = selector.filter(|own| !is_elsewhere && !own.is_open()) else {
                continue;
            };
            let is_meant = match kind {
                "podAntiAffinity" => selector.is_near(own),
                _ => selector.is_misspelt(own),
            };
            if !is_meant
                || namespace.selected(&selector, scene.steps).next().is_some()
                || namespace.may_make(&selector, scene.steps)
            {
                continue;
            }
            let start = ["affinity".into(), kind.into(), list.into(), index.into()];
            let mut path: FieldPath = further(&pod.path, start);
            for key in keys.iter().chain(&["labelSelector"]) {
                path.push_key(key);
            }
            let message = format!("no pod has the labels `{}`", selector.told());
            problems.push(pod.placed.problem(&UNMATCHED_SELECTOR, path, message));
        }
    }
}

fn written(term: View<'_>) -> Option<View<'_>> {
    term.get("labelSelector").filter(|own| !own.is_null())
}
