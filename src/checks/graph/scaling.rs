//! Autoscalers and what they scale.

use manifest::{FieldPath, View};

use super::rules::{SCALE_TARGET_ELSEWHERE, UNKNOWN_SCALE_TARGET};
use super::{Namespace, Placed, is_open};
use crate::problem::Problem;
use crate::suggest;

pub(super) fn look(namespace: &Namespace<'_>, placed: Placed<'_>, problems: &mut Vec<Problem>) {
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
    if is_open(name) || !namespace.named(kind, name).is_empty() {
        return;
    }
    let mut path = FieldPath::default();
    for key in ["spec", field, "name"] {
        path.push_key(key);
    }
    let beside = || {
        let objects = namespace.objects.iter();
        objects.filter(|other| {
            let is_beside = other.at.target == placed.at.target;
            is_beside && &*other.object.id.gvk.kind == kind
        })
    };
    let renamed = beside().find(|other| &*other.object.identity.name == name);
    let names = beside().map(|other| &*other.object.id.name);
    let near = renamed
        .map(|other| &*other.object.id.name)
        .or_else(|| suggest::nearest(name, names));
    problems.push(match near {
        Some(near) => placed
            .problem(
                &UNKNOWN_SCALE_TARGET,
                path,
                format!("there is no {kind} `{name}`"),
            )
            .help(format!("did you mean `{near}`?")),
        None => placed.problem(
            &SCALE_TARGET_ELSEWHERE,
            path,
            format!("{kind} `{name}` is not applied from here"),
        ),
    });
}
