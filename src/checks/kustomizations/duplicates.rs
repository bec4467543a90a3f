//! Objects that kustomize takes for two and a cluster takes for one.

use std::collections::BTreeMap;

use manifest::{Location, Object, ObjectId, View};

use super::rules::DUPLICATE_OBJECT;
use crate::problem::Problem;

/// Groups that gave kinds away, and the groups that took them.
const MOVED: [(&str, &str, &[&str]); 3] = [
    (
        "extensions",
        "apps",
        &["DaemonSet", "Deployment", "ReplicaSet"],
    ),
    (
        "extensions",
        "networking.k8s.io",
        &["Ingress", "NetworkPolicy"],
    ),
    ("extensions", "policy", &["PodSecurityPolicy"]),
];

/// What a cluster tells objects apart by. The version is none of it.
type Key<'a> = (&'a str, &'a str, &'a str, &'a str);

/// What is to be said of the objects of one target.
pub(super) fn problems(objects: &[Object]) -> Vec<Problem> {
    let mut first: BTreeMap<Key<'_>, &Object> = BTreeMap::new();
    let mut problems = Vec::new();
    for object in objects.iter().filter(|object| !object.id.name.is_empty()) {
        match first.get(&key(&object.id)) {
            None => {
                first.insert(key(&object.id), object);
            }
            Some(other) => problems.extend(problem(object, other)),
        }
    }
    problems
}

fn key(id: &ObjectId) -> Key<'_> {
    let (group, kind) = (&*id.gvk.group, &*id.gvk.kind);
    let moved = MOVED
        .iter()
        .find(|(old, _, kinds)| *old == group && kinds.contains(&kind));
    let group = moved.map_or(group, |(_, new, _)| new);
    (group, kind, &id.namespace, &id.name)
}

fn problem(object: &Object, other: &Object) -> Option<Problem> {
    let id = &object.id;
    let message = format!(
        "{}/{} is there already, as {}: only one of the two stays in the cluster",
        id.gvk.kind,
        id.name,
        other.id.gvk.api_version(),
    );
    let problem = Problem::new(&DUPLICATE_OBJECT, message).at(name_of(object)?);
    Some(match name_of(other) {
        Some(place) => problem.related("the other one", place),
        None => problem,
    })
}

/// Where an object's name stands.
fn name_of(object: &Object) -> Option<Location> {
    let view = object.node.view();
    let name = view.get_path(&["metadata", "name"]).and_then(View::origin);
    Some(name.or_else(|| view.origin())?.locate())
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use crate::checks::kustomizations::tests::check;

    fn two(first: &str, second: &str) -> String {
        let object = |version: &str| {
            format!("{{apiVersion: {version}, kind: Ingress, metadata: {{name: a}}}}")
        };
        check(&[
            ("a.yaml", &object(first)),
            ("b.yaml", &object(second)),
            ("kustomization.yaml", "resources: [a.yaml, b.yaml]"),
        ])
    }

    #[test]
    fn versions_do_not_tell_objects_apart() {
        assert_snapshot!(two("networking.k8s.io/v1", "networking.k8s.io/v1beta1"), @"b.yaml:1:73 duplicate-object: Ingress/a is there already, as networking.k8s.io/v1: only one of the two stays in the cluster");
        assert_snapshot!(two("extensions/v1beta1", "networking.k8s.io/v1"), @"b.yaml:1:68 duplicate-object: Ingress/a is there already, as extensions/v1beta1: only one of the two stays in the cluster");
    }

    #[test]
    fn groups_do() {
        assert_snapshot!(two("networking.k8s.io/v1", "acme.example/v1"), @"");
    }
}
