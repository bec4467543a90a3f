//! Selectors of pods that select none.

use manifest::FieldPath;

use super::rules::UNMATCHED_SELECTOR;
use super::selector::Selector;
use super::{Namespace, Placed, Scene, is_of_cluster, path};
use crate::deploy::Content;
use crate::problem::Problem;

/// Kinds that select pods of their namespace, with their groups, the way to the selector, and
/// whether that has equal labels only.
const KINDS: [(&str, &str, &[&str], bool); 8] = [
    (
        "policy",
        "PodDisruptionBudget",
        &["spec", "selector"],
        false,
    ),
    (
        "cilium.io",
        "CiliumNetworkPolicy",
        &["spec", "endpointSelector"],
        false,
    ),
    (
        "monitoring.coreos.com",
        "PodMonitor",
        &["spec", "selector"],
        false,
    ),
    (
        "networking.istio.io",
        "Sidecar",
        &["spec", "workloadSelector", "labels"],
        true,
    ),
    (
        "security.istio.io",
        "AuthorizationPolicy",
        &["spec", "selector", "matchLabels"],
        true,
    ),
    (
        "security.istio.io",
        "PeerAuthentication",
        &["spec", "selector", "matchLabels"],
        true,
    ),
    (
        "security.istio.io",
        "RequestAuthentication",
        &["spec", "selector", "matchLabels"],
        true,
    ),
    (
        "telemetry.istio.io",
        "Telemetry",
        &["spec", "selector", "matchLabels"],
        true,
    ),
];

/// The namespace whose policies hold for all others.
const MESH: &str = "istio-system";

pub(super) fn look(
    scene: &Scene<'_>,
    namespace: &Namespace<'_>,
    placed: Placed<'_>,
    problems: &mut Vec<Problem>,
) {
    let mut kinds = KINDS.iter();
    let Some((group, _, keys, is_plain)) = kinds.find(|(group, kind, ..)| placed.is(group, kind))
    else {
        return;
    };
    let view = placed.object.node.view();
    let is_everywhere = view.get_path(&["spec", "namespaceSelector"]).is_some();
    if is_everywhere || group.ends_with("istio.io") && namespace.name == MESH {
        return;
    }
    let written = view.get_path(keys);
    let selector = match is_plain {
        true => Selector::of_labels(written),
        false => Selector::of(written),
    };
    // Cilium's keys say where a label is from, and some are not from the pod.
    let is_qualified = |key: &str| key.contains(':') || key.starts_with("io.");
    let selector = selector.filter(|own| *group != "cilium.io" || !own.has_key(is_qualified));
    if let Some(selector) = selector {
        problems.extend(problem(
            scene,
            namespace,
            placed,
            &selector,
            path(keys.iter().copied()),
        ));
    }
}

/// What to say of a selector of an object if no pod of a namespace is selected, but pods that the
/// same target brings have the same keys.
pub(super) fn problem(
    scene: &Scene<'_>,
    namespace: &Namespace<'_>,
    placed: Placed<'_>,
    selector: &Selector<'_>,
    at: FieldPath,
) -> Option<Problem> {
    let steps = scene.steps;
    let target = placed.at.target;
    let is_near = scene.is_whole
        && !selector.is_open()
        && !is_of_cluster(namespace.name)
        && is_near(scene, namespace, placed, selector)
        && namespace.selected(selector, steps).next().is_none()
        && !namespace.may_make(selector, steps)
        && !scene.may_be_beside(namespace.name, |space| {
            let mut pods = space.selected(selector, steps);
            pods.any(|pod| pod.placed.at.target == target)
        });
    is_near.then(|| {
        let message = format!("no pod has the labels `{}`", selector.told());
        placed.problem(&UNMATCHED_SELECTOR, at, message)
    })
}

/// Whether pods that come with an object are probably meant by a selector.
fn is_near(
    scene: &Scene<'_>,
    namespace: &Namespace<'_>,
    placed: Placed<'_>,
    selector: &Selector<'_>,
) -> bool {
    let spec = &scene.rendered[placed.at.target].spec;
    let pods = &namespace.pod_labels;
    match &spec.content {
        // Each file may be an example by itself.
        Content::Manifests(_) if spec.by.is_none() && spec.is_example => false,
        // Other values than a chart's own may turn on the pods.
        Content::Chart(_) if spec.by.is_none() => pods.misspelt(selector, scene.steps).is_some(),
        _ => pods.is_near(selector, placed.at.target, scene.steps),
    }
}
