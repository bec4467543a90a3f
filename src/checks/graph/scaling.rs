//! Autoscalers and what they scale.

use manifest::{FieldPath, View};
use rustc_hash::FxHashMap;

use super::rules::{SCALE_TARGET_ELSEWHERE, UNKNOWN_SCALE_TARGET};
use super::{Namespace, Placed, Scene, is_open};
use crate::problem::Problem;

/// The kinds that an autoscaler commonly scales.
const SCALABLE: [&str; 4] = ["Deployment", "StatefulSet", "ReplicaSet", "Rollout"];

pub(super) fn look(
    scene: &Scene<'_>,
    namespace: &Namespace<'_>,
    placed: Placed<'_>,
    problems: &mut Vec<Problem>,
) {
    let field = match (&*placed.object.id.gvk.group, &*placed.object.id.gvk.kind) {
        ("autoscaling", "HorizontalPodAutoscaler") | ("keda.sh", "ScaledObject") => {
            "scaleTargetRef"
        }
        ("autoscaling.k8s.io", "VerticalPodAutoscaler") => "targetRef",
        _ => return,
    };
    let reference = placed.object.node.view().get_path(&["spec", field]);
    let Some(name) = reference.and_then(|reference| reference.get("name")) else {
        return;
    };
    let (name, kind) = (
        name.text(),
        reference
            .and_then(|reference| reference.get("kind"))
            .map_or("Deployment", View::text),
    );
    if name.is_empty() || is_open(name) || !namespace.named(kind, name).is_empty() {
        return;
    }
    let mut path = FieldPath::default();
    for key in ["spec", field] {
        path.push_key(key);
    }
    let own_kind = SCALABLE
        .into_iter()
        .find(|own| !namespace.named(own, name).is_empty());
    let is_meant = SCALABLE.contains(&kind) || suggest::slip(kind, SCALABLE).is_some();
    if let Some(own_kind) = own_kind.filter(|_| is_meant) {
        path.push_key("kind");
        let message = format!("there is no {kind} `{name}`");
        problems.push(
            placed
                .problem(&UNKNOWN_SCALE_TARGET, path, message)
                .help(format!("`{name}` is a {own_kind}")),
        );
        return;
    }
    path.push_key("name");
    let of_kind = namespace.by_name.get(kind);
    let of_kind = of_kind.into_iter().flat_map(FxHashMap::values).flatten();
    let beside = of_kind.filter(|own| scene.steps.take(0) && own.at.target == placed.at.target);
    let mut beside: Vec<Placed<'_>> = beside.copied().collect();
    beside.sort_unstable_by_key(|own| own.at);
    let near = scene.meant(name, beside.into_iter());
    let message = match near {
        Some(_) => format!("there is no {kind} `{name}`"),
        None => format!("{kind} `{name}` is not applied from here"),
    };
    problems.extend(match near {
        Some(near) => {
            let problem = placed.problem(&UNKNOWN_SCALE_TARGET, path, message);
            Some(problem.help(format!("did you mean `{near}`?")))
        }
        None if scene.may_lack(namespace.name) => None,
        None => Some(placed.problem(&SCALE_TARGET_ELSEWHERE, path, message)),
    });
}
