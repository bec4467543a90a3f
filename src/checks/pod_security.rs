//! Pods that their own namespace refuses.

use std::collections::BTreeMap;

use k8s_schema::{PodSecurityLevel, pod_security, pod_security_version};
use manifest::{Location, Object, View};

use crate::checks::schema::Version;
use crate::checks::worlds::worlds;
use crate::deploy::TargetSpec;
use crate::problem::{Field, Instance, Problem, Related};
use crate::render::Rendered;
use crate::rule::{SCHEMA, rules};

rules! {
    [group SCHEMA]

    POD_SECURITY_VIOLATION {
        id: "pod-security-violation",
        severity: Error,
        title: "Pod that its namespace rejects",
        description: "The namespace's label `pod-security.kubernetes.io/enforce` makes the API server reject such pods. A Deployment is accepted and never gets a pod, so the rollout hangs.",
        remediation: "Change the pod to meet the level, or give the namespace the level that its pods need.",
    }
}

const ENFORCE: &str = "pod-security.kubernetes.io/enforce";
const ENFORCE_VERSION: &str = "pod-security.kubernetes.io/enforce-version";

/// What a namespace enforces.
struct Enforced<'a> {
    /// Where the namespace comes from.
    target: usize,
    level: PodSecurityLevel,
    version: Option<&'a str>,
    label: Option<Location>,
}

/// What is wrong with the pods of all targets. `version` tells the Kubernetes version that a
/// target goes to.
pub fn problems(rendered: &[Rendered], version: &dyn Fn(&TargetSpec) -> Version) -> Vec<Problem> {
    let mut problems = Vec::new();
    for world in worlds(rendered) {
        let objects = world.all().flat_map(|at| {
            let objects = rendered[at].objects.iter();
            objects.filter_map(move |object| enforced(object, at))
        });
        let mut namespaces: BTreeMap<&str, Vec<Enforced<'_>>> = BTreeMap::new();
        for (name, own) in objects {
            namespaces.entry(name).or_default().push(own);
        }
        namespaces.retain(|_, all| {
            all.iter()
                .any(|own| own.level > PodSecurityLevel::Privileged)
        });
        if namespaces.is_empty() {
            continue;
        }
        for at in world.targets.iter().copied() {
            let target = &rendered[at];
            if !target.spec.role.counts(&POD_SECURITY_VIOLATION) {
                continue;
            }
            let default = target.spec.namespace.as_ref().map_or("", |word| &word.text);
            for (number, object) in target.objects.iter().enumerate() {
                let namespace = match &*object.id.namespace {
                    "" => default,
                    own => own,
                };
                let all = namespaces.get(namespace);
                let enforced = all.and_then(|all| in_force(all, at)).filter(|enforced| {
                    // Tests and examples have clusters of their own.
                    !target.spec.is_example || rendered[enforced.target].spec.is_example
                });
                if let Some(enforced) = enforced {
                    let instance = Instance {
                        target: at,
                        object: number,
                    };
                    let version = version(&target.spec);
                    let told = judge(target, object, namespace, enforced, version);
                    problems
                        .extend(told.map(|problem| problem.affecting_objects([instance].into())));
                }
            }
        }
    }
    problems
}

/// What holds for the pods of a target, of what several objects say of their namespace: its own,
/// else the least, for any of them may be the one that stands in the cluster.
fn in_force<'e, 'a>(all: &'e [Enforced<'a>], target: usize) -> Option<&'e Enforced<'a>> {
    let own = all.iter().filter(|own| own.target == target);
    let own = own.min_by_key(|own| own.level);
    own.or_else(|| all.iter().min_by_key(|own| own.level))
}

fn enforced(object: &Object, target: usize) -> Option<(&str, Enforced<'_>)> {
    if &*object.id.gvk.kind != "Namespace" || !object.id.gvk.group.is_empty() {
        return None;
    }
    // A name that a template or Flux fills in is that of no namespace yet, and neither are the
    // pods in it what will be applied.
    if object.id.name.contains(['{', '$']) {
        return None;
    }
    let label = |name| object.node.view().get_path(&["metadata", "labels", name]);
    let level = label(ENFORCE).and_then(|level| PodSecurityLevel::parse(level.text()));
    let enforced = Enforced {
        target,
        level: level.unwrap_or(PodSecurityLevel::Privileged),
        version: label(ENFORCE_VERSION).map(View::text),
        label: label(ENFORCE).and_then(|level| Some(level.origin()?.locate())),
    };
    Some((&object.id.name, enforced))
}

fn judge(
    target: &Rendered,
    object: &Object,
    namespace: &str,
    enforced: &Enforced<'_>,
    cluster: Version,
) -> impl Iterator<Item = Problem> {
    let version = pod_security_version(enforced.version, cluster);
    let dialect = target.spec.dialect();
    let violations = pod_security(object.node.view(), enforced.level, version, dialect);
    violations.into_iter().map(move |violation| {
        let message = format!(
            "namespace `{namespace}` enforces `{}`: {}",
            enforced.level, violation.message
        );
        let field = Field {
            path: violation.path,
            at_key: violation.at_key,
            ..Field::default()
        };
        let label = enforced.label.iter().map(|place| Related {
            what: "the namespace's label".to_owned(),
            place: place.clone(),
            like: None,
        });
        Problem {
            related: label.collect(),
            ..Problem::new(&POD_SECURITY_VIOLATION, message).at_field(field)
        }
    })
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use manifest::Memory;

    use crate::date::Date;
    use crate::{Request, Setup};

    fn check(files: &[(&str, &str)]) -> String {
        let memory: Memory = files.iter().copied().collect();
        let setup = Setup::read(&memory, None).unwrap();
        let request = Request {
            select: vec!["pod-security-violation".to_owned()],
            ..Request::all(Date::parse("2026-06-30").unwrap())
        };
        let findings = setup.check(&memory, &request).report.findings;
        let told = findings.iter().map(|finding| {
            let place = finding.place.as_ref().unwrap();
            let severity = finding.severity;
            let line = place.start().line;
            format!("{}:{line}: {severity} {}\n", place.path(), finding.message)
        });
        told.collect()
    }

    const NAMESPACE: &str = "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: shop\n  labels: {pod-security.kubernetes.io/enforce: baseline}\n";

    const POD: &str = "apiVersion: v1\nkind: Pod\nmetadata: {name: a, namespace: shop}\nspec:\n  hostNetwork: true\n  containers: [{name: a, image: \"a:1\"}]\n";

    #[test]
    fn a_namespace_elsewhere_refuses_a_pod() {
        let files = [
            ("platform/namespaces.yaml", NAMESPACE),
            ("envs/dev/pod.yaml", POD),
        ];
        assert_snapshot!(check(&files), @"envs/dev/pod.yaml:5: error namespace `shop` enforces `baseline`: `hostNetwork` must not be true");
    }

    #[test]
    fn of_several_namespaces_of_one_name_the_own_one_counts() {
        let open = NAMESPACE.replace("baseline", "privileged");
        let files = [
            ("a/namespace.yaml", NAMESPACE),
            ("b/namespace.yaml", &open),
            ("b/pod.yaml", POD),
        ];
        assert_snapshot!(check(&files), @"");
        let files = [
            ("a/namespace.yaml", NAMESPACE),
            ("a/pod.yaml", POD),
            ("b/namespace.yaml", &open),
        ];
        assert_snapshot!(check(&files), @"a/pod.yaml:5: error namespace `shop` enforces `baseline`: `hostNetwork` must not be true");
    }

    #[test]
    fn a_test_has_a_cluster_of_its_own() {
        let files = [
            ("platform/namespaces.yaml", NAMESPACE),
            ("test/e2e/pod.yaml", POD),
        ];
        assert_snapshot!(check(&files), @"");
        let files = [
            ("test/e2e/namespace.yaml", NAMESPACE),
            ("test/e2e/pod.yaml", POD),
        ];
        assert_snapshot!(check(&files), @"test/e2e/pod.yaml:5: warning namespace `shop` enforces `baseline`: `hostNetwork` must not be true");
    }

    #[test]
    fn a_namespace_that_a_template_names_is_none_yet() {
        let namespace = NAMESPACE.replace("shop", "'{{ .Release.Namespace }}'");
        let pod = POD.replace("shop", "'{{ .Release.Namespace }}'");
        assert_snapshot!(check(&[("n.yaml", &namespace), ("p.yaml", &pod)]), @"");
    }

    #[test]
    fn a_namespace_that_enforces_nothing_refuses_nothing() {
        let privileged = NAMESPACE.replace("baseline", "privileged");
        let files = [("namespaces.yaml", &*privileged), ("pod.yaml", POD)];
        assert_snapshot!(check(&files), @"");
        assert_snapshot!(check(&[("pod.yaml", POD)]), @"");
    }
}
