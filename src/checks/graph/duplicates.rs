//! Objects that stand several times in one rendering.

use camino::Utf8Path;
use manifest::{FieldPath, Object, ObjectId, View};
use rustc_hash::FxHashMap;

use super::traffic_rules::DUPLICATE_OBJECT;
use super::{Placed, path};
use crate::deploy::Content;
use crate::problem::{Instance, Problem};
use crate::render::Rendered;
use crate::rule::Severity;

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

/// Annotations of objects that come and go by themselves, so that another one may have their name.
const HOOKS: [&str; 3] = [
    "argocd.argoproj.io/hook",
    "config.kubernetes.io/local-config",
    "helm.sh/hook",
];

/// What is to be said of the objects of each target that is applied.
pub(super) fn problems(rendered: &[Rendered]) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (target, own) in rendered.iter().enumerate() {
        if !own.spec.is_applied() {
            continue;
        }
        let default = own.spec.namespace.as_ref().map_or("", |word| &word.text);
        // In a folder that nothing asks for each file may be an example by itself.
        let is_by_file = own.spec.by.is_none() && matches!(own.spec.content, Content::Manifests(_));
        if is_by_file && own.spec.is_example {
            continue;
        }
        let mut first: FxHashMap<_, &Object> = FxHashMap::default();
        for (number, object) in own.objects.iter().enumerate() {
            if object.id.name.is_empty() {
                continue;
            }
            let file = file(object).filter(|_| is_by_file);
            let key = (key(&object.id, default), file);
            let Some(other) = first.get(&key) else {
                first.insert(key, object);
                continue;
            };
            if is_hook(object) || is_hook(other) {
                continue;
            }
            let at = Instance {
                target,
                object: number,
            };
            let mut problem = problem(Placed { at, object }, other);
            let is_equal = object.node.view().same_content(other.node.view());
            problem.at_most = is_equal.then_some(Severity::Warning);
            problems.push(problem);
        }
    }
    problems
}

fn key<'a>(id: &'a ObjectId, default: &'a str) -> Key<'a> {
    let (group, kind) = (&*id.gvk.group, &*id.gvk.kind);
    let moved = MOVED
        .iter()
        .find(|(old, _, kinds)| *old == group && kinds.contains(&kind));
    let group = moved.map_or(group, |(_, new, _)| new);
    let namespace = match &*id.namespace {
        "" => default,
        own => own,
    };
    (group, kind, namespace, &id.name)
}

/// The file that an object is made from.
pub(super) fn file(object: &Object) -> Option<&Utf8Path> {
    match object.node.view().get("kind")? {
        View::Src(source, _) => Some(source.path()),
        _ => None,
    }
}

fn is_hook(object: &Object) -> bool {
    let annotations = object.node.view().get_path(&["metadata", "annotations"]);
    annotations.is_some_and(|own| HOOKS.iter().any(|key| own.get(key).is_some()))
}

fn problem(placed: Placed<'_>, other: &Object) -> Problem {
    let id = &placed.object.id;
    let message = match other.id.gvk == id.gvk {
        true => format!("{id} is defined twice: only one of the two stays in the cluster"),
        false => format!(
            "{id} is also defined as {}: only one of the two stays in the cluster",
            other.id.gvk.api_version(),
        ),
    };
    let place = |object: &Object, keys: &[&str]| {
        let origin = object.node.view().get_path(keys).and_then(View::origin);
        origin.map(|origin| origin.locate())
    };
    // Both may have their name from one place, such as that of their chart.
    let name: &[&str] = &["metadata", "name"];
    let (own, others) = (place(placed.object, name), place(other, name));
    let is_one = own.is_some_and(|own| {
        let others = others.as_ref();
        others.is_some_and(|other| own.path() == other.path() && own.span == other.span)
    });
    let (keys, others) = match is_one {
        true => (&["kind"][..], place(other, &["kind"])),
        false => (name, others),
    };
    let at: FieldPath = path(keys.iter().copied());
    let problem = placed.problem(&DUPLICATE_OBJECT, at, message);
    match others {
        Some(place) => problem.related("the other one", place),
        None => problem,
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use crate::checks::graph::tests::check_files;

    fn two(first: &str, second: &str) -> String {
        check_files(&[
            ("a.yaml", first),
            ("b.yaml", second),
            ("kustomization.yaml", "resources: [a.yaml, b.yaml]"),
        ])
    }

    fn ingress(version: &str) -> String {
        format!("{{apiVersion: {version}, kind: Ingress, metadata: {{name: a}}}}")
    }

    #[test]
    fn versions_do_not_tell_objects_apart() {
        let two = |a, b| two(&ingress(a), &ingress(b));
        assert_snapshot!(two("networking.k8s.io/v1", "networking.k8s.io/v1beta1"), @"1: error Ingress/a is also defined as networking.k8s.io/v1: only one of the two stays in the cluster");
        assert_snapshot!(two("extensions/v1beta1", "networking.k8s.io/v1"), @"1: error Ingress/a is also defined as extensions/v1beta1: only one of the two stays in the cluster");
        // Groups do.
        assert_snapshot!(two("networking.k8s.io/v1", "acme.example/v1"), @"");
    }

    #[test]
    fn charts_print_objects_twice() {
        let chart = |first: &str, second: &str| {
            check_files(&[
                ("Chart.yaml", "{apiVersion: v2, name: shop, version: 1.0.0}"),
                ("templates/all.yaml", &format!("{first}\n---\n{second}\n")),
            ])
        };
        let map = |data: &str, annotations: &str| {
            format!(
                "apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: a{annotations}}}\ndata: {{a: {data}}}"
            )
        };
        assert_snapshot!(chart(&map("x", ""), &map("y", "")), @"8: error ConfigMap/a is defined twice: only one of the two stays in the cluster");
        assert_snapshot!(chart(&map("x", ""), &map("x", "")), @"8: warning ConfigMap/a is defined twice: only one of the two stays in the cluster");
        // Each is shown where it is printed, though both are named by the chart.
        let named = |data| map(data, "").replace("name: a", "name: {{ .Chart.Name }}");
        assert_snapshot!(chart(&named("x"), &named("y")), @"7: error ConfigMap/shop is defined twice: only one of the two stays in the cluster");
        let hook = map("y", ", annotations: {helm.sh/hook: pre-install}");
        assert_snapshot!(chart(&map("x", ""), &hook), @"");
    }
}
