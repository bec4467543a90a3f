//! What counts, and what does not.

use std::collections::BTreeSet;

use super::*;

/// What a rule finds in each of some YAML texts, in production.
fn table(rule: &str, cases: &[(&str, &str)]) {
    for (yaml, expected) in cases {
        assert_eq!(judge(rule, Tier::Production, yaml), *expected, "{yaml}");
    }
}

/// A pod with this spec; its containers are those of the spec.
fn pod(spec: &str) -> String {
    format!("{{apiVersion: v1, kind: Pod, metadata: {{name: p, namespace: n}}, spec: {{{spec}}}}}")
}

fn pods(rule: &str, cases: &[(&str, &str)]) {
    for (spec, expected) in cases {
        let found = judge(rule, Tier::Production, &pod(spec));
        assert_eq!(found, *expected, "{spec}");
    }
}

#[test]
fn every_kind_and_list_of_containers_is_looked_at() {
    let privileged =
        "containers: [], initContainers: [{name: a, securityContext: {privileged: true}}]";
    let template = format!("template: {{spec: {{{privileged}}}}}");
    let found = |path: &str| {
        format!(
            "0 {path}.initContainers[0].securityContext.privileged: container `a` runs privileged"
        )
    };
    let cases = [
        (pod(privileged), found("spec")),
        (
            format!("{{apiVersion: apps/v1, kind: DaemonSet, spec: {{{template}}}}}"),
            found("spec.template.spec"),
        ),
        (
            format!("{{apiVersion: batch/v1, kind: CronJob, spec: {{jobTemplate: {{spec: {{{template}}}}}}}}}"),
            found("spec.jobTemplate.spec.template.spec"),
        ),
        (
            format!("{{apiVersion: argoproj.io/v1alpha1, kind: Rollout, spec: {{{template}}}}}"),
            found("spec.template.spec"),
        ),
        (
            format!("{{apiVersion: keda.sh/v1alpha1, kind: ScaledJob, spec: {{jobTargetRef: {{{template}}}}}}}"),
            found("spec.jobTargetRef.template.spec"),
        ),
        (
            format!("{{apiVersion: example.com/v1, kind: Deployment, spec: {{{template}}}}}"),
            String::new(),
        ),
        (pod("ephemeralContainers: [{securityContext: {privileged: true}}]"), "0 spec.ephemeralContainers[0].securityContext.privileged: container `0` runs privileged".to_owned()),
        (pod("containers: [{name: a, securityContext: {privileged: false}}]"), String::new()),
        (pod("containers: [{name: a, securityContext: null}]"), String::new()),
        (pod("containers: null"), String::new()),
    ];
    for (yaml, expected) in &cases {
        table("privileged-container", &[(yaml, expected)]);
    }
}

/// That a value has the wrong type is told by its schema.
#[test]
fn values_of_wrong_types_are_passed_over() {
    for spec in [
        "containers: text",
        "containers: [text, 1]",
        "containers: {a: {}}, volumes: 1",
    ] {
        for rule in BUILT_IN.rules() {
            let found = check(&BUILT_IN, &rule.id, Tier::Production, &pod(spec));
            assert!(!found.contains("FAULT"), "{}: {found}", rule.id);
        }
    }
}

#[test]
fn a_container_outranks_its_pod() {
    pods(
        "runs-as-root",
        &[
            (
                "containers: [{name: a, securityContext: {runAsUser: 0}}]",
                "0 spec.containers[0].securityContext.runAsUser: container `a` runs as root",
            ),
            (
                "securityContext: {runAsUser: 0}, containers: [{name: a, securityContext: {runAsUser: 1}}]",
                "",
            ),
            (
                "securityContext: {runAsUser: 1}, containers: [{name: a, securityContext: {runAsUser: 0}}, {name: b}]",
                "0 spec.containers[0].securityContext.runAsUser: container `a` runs as root",
            ),
            (
                "securityContext: {runAsUser: 0}, containers: [{name: a, securityContext: {runAsUser: null}}]",
                "0 spec.securityContext.runAsUser: the pod's containers run as root",
            ),
            (
                "os: {name: windows}, securityContext: {runAsUser: 0}, containers: [{name: a}]",
                "",
            ),
        ],
    );
    pods(
        "may-run-as-root",
        &[
            (
                "securityContext: {runAsNonRoot: true}, containers: [{name: a}]",
                "",
            ),
            (
                "securityContext: {runAsUser: 1000}, containers: [{name: a}]",
                "",
            ),
            (
                "securityContext: {runAsNonRoot: true}, containers: [{name: a}, {name: b, securityContext: {runAsNonRoot: false}}]",
                "0 spec.containers[1].securityContext.runAsNonRoot: container `b` may run as root",
            ),
            (
                "containers: [{name: a}], initContainers: [{name: b, securityContext: {runAsNonRoot: true}}]",
                "0 spec.containers[0].securityContext.runAsNonRoot: container `a` may run as root",
            ),
            (
                "containers: [{name: a}, {name: b}]",
                "0 spec.securityContext.runAsNonRoot: the pod's containers may run as root",
            ),
            // That it runs as root is another rule's business.
            (
                "containers: [{name: a, securityContext: {runAsUser: 0}}]",
                "",
            ),
            (
                "nodeSelector: {kubernetes.io/os: windows}, containers: [{name: a}]",
                "",
            ),
            ("containers: []", ""),
        ],
    );
    pods(
        "missing-seccomp-profile",
        &[
            (
                "securityContext: {seccompProfile: {type: Localhost, localhostProfile: a}}, containers: [{name: a}]",
                "",
            ),
            // That its filter is turned off is another rule's business.
            (
                "securityContext: {seccompProfile: {type: RuntimeDefault}}, containers: [{name: a, securityContext: {seccompProfile: {type: Unconfined}}}, {name: b}]",
                "",
            ),
            (
                "containers: [{name: a, securityContext: {seccompProfile: {type: Unconfined}}}, {name: b}]",
                "0 spec.containers[1].securityContext.seccompProfile: container `b` has no seccomp profile",
            ),
        ],
    );
}

#[test]
fn paths_of_the_node_are_told_apart() {
    let check = |rule: &str, path: &str| {
        let spec = format!("containers: [], volumes: [{{name: v, hostPath: {{path: {path:?}}}}}]");
        !judge(rule, Tier::Production, &pod(&spec)).is_empty()
    };
    for path in [
        "/",
        "//",
        "/etc",
        "/etc/",
        "//etc",
        "/./etc",
        "/proc/1",
        "/var/run/docker.sock",
        "/run/containerd/containerd.sock",
        "/var/lib/kubelet",
        "/etc/kubernetes/pki",
        "/var/lib/etcd/member",
    ] {
        assert!(check("sensitive-host-path", path), "{path}");
        assert!(!check("host-path-volume", path), "{path}");
    }
    for path in [
        "/srv/data",
        "/dev/dri",
        "/etc/localtime",
        "/lib/modules",
        "/var/lib/kubelet/plugins",
    ] {
        assert!(!check("sensitive-host-path", path), "{path}");
        assert!(check("host-path-volume", path), "{path}");
    }
}

#[test]
fn references_to_images_are_understood() {
    let check = |rule: &str, image: &str| {
        let spec = format!("containers: [{{name: a, image: {image:?}}}]");
        let found = judge(rule, Tier::Production, &pod(&spec));
        found
            .split_once("image")
            .map_or(String::new(), |(_, rest)| rest.to_owned())
    };
    let digest = "sha256:9b2a3c9f0b6c1a7d5e4f3a2b1c0d9e8f7a6b5c4d3e2f1a0b9c8d7e6f5a4b3c2d";
    for (image, expected) in [
        ("nginx", ": `nginx` has no tag and can change under you"),
        (
            "nginx:latest",
            " (tag): `nginx:latest` can change under you",
        ),
        ("nginx:1.27", ""),
        (
            "localhost:5000/nginx",
            ": `localhost:5000/nginx` has no tag and can change under you",
        ),
        ("localhost:5000/nginx:1", ""),
        ("${IMAGE}", ""),
        ("ghcr.io/acme/api:${TAG}", ""),
        ("<image>", ""),
        ("", ""),
    ] {
        assert_eq!(check("mutable-image-tag", image), expected);
    }
    assert_eq!(check("mutable-image-tag", &format!("nginx@{digest}")), "");
    assert_eq!(
        check("mutable-image-tag", &format!("nginx:latest@{digest}")),
        ""
    );
    assert_eq!(
        check("image-without-digest", &format!("nginx:latest@{digest}")),
        ""
    );
    for (image, registry) in [
        ("nginx:1", "docker.io"),
        ("acme/nginx:1", "docker.io"),
        ("harbor.acme.io/nginx:1", "harbor.acme.io"),
        ("localhost/nginx:1", "localhost"),
        ("registry:5000/nginx:1", "registry:5000"),
    ] {
        let expected =
            format!(" (registry): `{image}` comes from `{registry}`, which is not allowed");
        assert_eq!(check("registry-not-allowed", image), expected);
    }
    assert_eq!(
        check("registry-not-allowed", "gcr.io/distroless/static:1"),
        ""
    );
}

#[test]
fn folders_of_registries_can_be_allowed() {
    let registries = serde_json::json!(["ghcr.io/acme", "docker.io/library/redis"]);
    let values = [(
        "registry-not-allowed".to_owned(),
        [("registries".to_owned(), registries)].into(),
    )];
    let settings = BUILT_IN.settings(|r| r.id == "registry-not-allowed", &values.into());
    let count = |image: &str| {
        let nodes = objects(&pod(&format!(
            "containers: [{{name: a, image: {image:?}}}]"
        )));
        let document = Document::new(nodes[0].view());
        BUILT_IN
            .check_object(&document, &facts(Tier::Dev), &settings)
            .problems
            .len()
    };
    assert_eq!(count("ghcr.io/acme/api:1"), 0);
    assert_eq!(count("redis:7"), 0);
    assert_eq!(count("ghcr.io/acme-evil/api:1"), 1);
    assert_eq!(count("redis-evil:7"), 1);
}

#[test]
fn limit_ranges_supply_what_containers_lack() {
    let range = |namespace: &str, fields: &str| {
        format!(
            "---\n{{apiVersion: v1, kind: LimitRange, metadata: {{name: r, namespace: {namespace}}}, spec: {{limits: [{{type: Container, {fields}}}]}}}}\n"
        )
    };
    let bare = pod("containers: [{name: a}], ephemeralContainers: [{name: e}]");
    let no_limit =
        "0 spec.containers[0].resources.limits.memory: container `a` has no memory limit";
    let check = |rule: &str, yaml: String| judge(rule, Tier::Production, &yaml);
    let limit = |range: String| check("missing-memory-limit", format!("{bare}\n{range}"));
    assert_eq!(limit(String::new()), no_limit);
    assert_eq!(limit(range("n", "default: {memory: 1Gi}")), "");
    assert_eq!(limit(range("n", "max: {memory: 1Gi}")), "");
    assert_eq!(limit(range("n", "defaultRequest: {memory: 1Gi}")), no_limit);
    assert_eq!(limit(range("other", "default: {memory: 1Gi}")), no_limit);
    let requests = |range: String| check("missing-resource-requests", format!("{bare}\n{range}"));
    assert_eq!(
        requests(String::new()),
        "0 spec.containers[0].resources.requests: container `a` requests no cpu and no memory"
    );
    assert_eq!(
        requests(range("n", "min: {cpu: 10m}")),
        "0 spec.containers[0].resources.requests.memory: container `a` requests no memory"
    );
    assert_eq!(
        requests(range("n", "defaultRequest: {cpu: 10m}, max: {memory: 1Gi}")),
        ""
    );
    let limited = pod("containers: [{name: a, resources: {limits: {cpu: 1, memory: 1Gi}}}]");
    assert_eq!(check("missing-resource-requests", limited), "");
    let of_pod = pod("resources: {limits: {memory: 1Gi}}, containers: [{name: a}]");
    assert_eq!(check("missing-memory-limit", of_pod), "");
}

#[test]
fn scalers_supply_replicas() {
    let deployment = "{apiVersion: apps/v1, kind: Deployment, metadata: {name: api}, spec: {}}";
    let scaler = |fields: &str| {
        format!(
            "{deployment}\n---\n{{apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler, metadata: {{name: h}}, spec: {{scaleTargetRef: {{kind: Deployment, name: api}}{fields}}}}}"
        )
    };
    table(
        "single-replica",
        &[
            (deployment, "0 spec.replicas: there is only one replica"),
            (&deployment.replace("spec: {}", "spec: {replicas: 2}"), ""),
            (&deployment.replace("spec: {}", "spec: {replicas: 0}"), ""),
            (&scaler(", minReplicas: 2"), ""),
            (
                &scaler(", minReplicas: 1"),
                "1 spec.minReplicas: `api` may be scaled down to one replica",
            ),
            (
                &scaler(""),
                "1 spec.minReplicas: `api` may be scaled down to one replica",
            ),
            (
                &scaler(", minReplicas: 2")
                    .replace("kind: Deployment, name: api", "kind: Deployment, name: b"),
                "0 spec.replicas: there is only one replica",
            ),
            (
                &format!(
                    "{deployment}\n---\n{{apiVersion: keda.sh/v1alpha1, kind: ScaledObject, metadata: {{name: k}}, spec: {{scaleTargetRef: {{name: api}}}}}}"
                ),
                "",
            ),
        ],
    );
}

const POLICY: &str = "---\n{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: d, namespace: n}, spec: {podSelector: {}, policyTypes: [Ingress, Egress]";

/// The directions that are not denied by default where a pod and these policies stand.
fn undenied(tier: Tier, policies: &str) -> String {
    let found = judge(
        "missing-default-deny",
        tier,
        &format!(
            "{}\n---\n{{apiVersion: v1, kind: Namespace, metadata: {{name: n}}}}\n{policies}",
            pod("containers: []")
        ),
    );
    let words = found.lines().map(|line| match line {
        _ if line.contains("allows all incoming") => "in open",
        _ if line.contains("allows all outgoing") => "out open",
        _ if line.contains("incoming or outgoing") => "in, out",
        _ if line.contains("incoming") => "in",
        _ if line.contains("outgoing") => "out",
        _ => line,
    });
    words
        .collect::<BTreeSet<_>>()
        .into_iter()
        .collect::<Vec<_>>()
        .join(", ")
}

#[test]
fn kubernetes_policies_deny_by_default() {
    let production = |policies: &str| undenied(Tier::Production, policies);
    assert_eq!(production(""), "in, out");
    assert_eq!(production(&format!("{POLICY}}}}}")), "");
    assert_eq!(
        production(&format!("{POLICY}}}}}").replace("namespace: n", "namespace: m")),
        "in, out"
    );
    assert_eq!(
        production(
            &format!("{POLICY}}}}}")
                .replace("podSelector: {}", "podSelector: {matchLabels: {a: b}}")
        ),
        "in, out"
    );
    assert_eq!(
        production(&format!("{POLICY}}}}}").replace(", policyTypes: [Ingress, Egress]", "")),
        "out"
    );
    let with = |fields: &str| production(&format!("{POLICY}, {fields}}}}}"));
    assert_eq!(
        with("ingress: [{from: [{podSelector: {matchLabels: {a: b}}}]}]"),
        ""
    );
    assert_eq!(
        with("egress: [{to: [{namespaceSelector: {}}], ports: [{port: 53}]}]"),
        ""
    );
    assert_eq!(with("ingress: [{}]"), "in open");
    assert_eq!(
        with("egress: [{to: [{ipBlock: {cidr: 0.0.0.0/0}}]}]"),
        "out open"
    );
    assert_eq!(
        with("ingress: [{from: [{namespaceSelector: {}}]}]"),
        "in open"
    );
}

#[test]
fn traffic_within_the_namespace_is_enough_before_production() {
    let within = format!(
        "{POLICY}, ingress: [{{from: [{{podSelector: {{}}}}]}}], egress: [{{to: [{{podSelector: {{}}}}]}}]}}}}"
    );
    assert_eq!(undenied(Tier::Stage, &within), "");
    assert_eq!(undenied(Tier::Production, &within), "in, out");
    assert_eq!(
        undenied(Tier::Production, &format!("{within}\n{POLICY}}}}}")),
        ""
    );
}

#[test]
fn policies_of_other_projects_deny_by_default() {
    let cilium = |kind: &str, spec: &str| {
        undenied(
            Tier::Production,
            &format!(
                "---\n{{apiVersion: cilium.io/v2, kind: {kind}, metadata: {{name: d, namespace: n}}, spec: {{{spec}}}}}"
            ),
        )
    };
    assert_eq!(
        cilium(
            "CiliumNetworkPolicy",
            "endpointSelector: {}, ingress: [{}], egress: [{}]"
        ),
        ""
    );
    assert_eq!(
        cilium("CiliumNetworkPolicy", "endpointSelector: {}, ingress: []"),
        "in, out"
    );
    assert_eq!(
        cilium(
            "CiliumNetworkPolicy",
            "endpointSelector: {}, enableDefaultDeny: {ingress: true, egress: false}, egress: [{}]"
        ),
        "out"
    );
    assert_eq!(
        cilium(
            "CiliumNetworkPolicy",
            "endpointSelector: {matchLabels: {a: b}}, ingress: [{}]"
        ),
        "in, out"
    );
    assert_eq!(
        cilium(
            "CiliumNetworkPolicy",
            "endpointSelector: {}, ingress: [{fromEntities: [all]}]"
        ),
        "in open, out"
    );
    assert_eq!(
        cilium(
            "CiliumClusterwideNetworkPolicy",
            "endpointSelector: {}, ingress: [{}], egress: [{}]"
        ),
        ""
    );
    let except = "endpointSelector: {matchExpressions: [{key: io.kubernetes.pod.namespace, operator: NotIn, values: [kube-system]}]}, egress: [{}]";
    assert_eq!(cilium("CiliumClusterwideNetworkPolicy", except), "in");
    assert_eq!(
        cilium(
            "CiliumClusterwideNetworkPolicy",
            &except.replace("kube-system", "n")
        ),
        "in, out"
    );
    let calico = |kind: &str, spec: &str| {
        undenied(
            Tier::Production,
            &format!(
                "---\n{{apiVersion: projectcalico.org/v3, kind: {kind}, metadata: {{name: d, namespace: n}}, spec: {{{spec}}}}}"
            ),
        )
    };
    assert_eq!(
        calico("NetworkPolicy", "selector: all(), types: [Ingress, Egress]"),
        ""
    );
    assert_eq!(
        calico(
            "NetworkPolicy",
            "selector: app == 'x', types: [Ingress, Egress]"
        ),
        "in, out"
    );
    assert_eq!(
        calico(
            "NetworkPolicy",
            "types: [Ingress], ingress: [{action: Allow}]"
        ),
        "in open, out"
    );
    let global = "namespaceSelector: 'has(projectcalico.org/name) && projectcalico.org/name \
        not in {\"kube-system\"}', types: [Ingress, Egress]";
    assert_eq!(calico("GlobalNetworkPolicy", global), "");
    assert_eq!(
        calico("GlobalNetworkPolicy", &global.replace("kube-system", "n")),
        "in, out"
    );
    let baseline = "---\n{apiVersion: policy.networking.k8s.io/v1alpha1, kind: BaselineAdminNetworkPolicy, metadata: {name: default}, spec: {subject: {namespaces: {}}, ingress: [{action: Deny, from: [{namespaces: {}}]}]}}";
    assert_eq!(undenied(Tier::Production, baseline), "out");
}

#[test]
fn signatures_have_to_be_enforced_for_the_image() {
    let covered = |image: &str, policy: &str| {
        let yaml = format!(
            "{}\n---\n{policy}",
            pod(&format!("containers: [{{name: a, image: {image:?}}}]"))
        );
        judge("unsigned-image", Tier::Production, &yaml).is_empty()
    };
    let sigstore = |glob: &str| {
        format!(
            "{{apiVersion: policy.sigstore.dev/v1beta1, kind: ClusterImagePolicy, metadata: {{name: p}}, spec: {{images: [{{glob: {glob:?}}}], authorities: [{{keyless: {{url: x}}}}]}}}}"
        )
    };
    assert!(covered("ghcr.io/acme/api:1", &sigstore("ghcr.io/acme/**")));
    assert!(covered(
        "ghcr.io/acme/team/api:1",
        &sigstore("ghcr.io/acme/**")
    ));
    assert!(!covered(
        "ghcr.io/acme/team/api:1",
        &sigstore("ghcr.io/acme/*")
    ));
    assert!(covered(
        "nginx",
        &sigstore("index.docker.io/library/nginx:latest")
    ));
    assert!(covered("nginx:1", &sigstore("*")));
    assert!(!covered("acme/nginx:1", &sigstore("*")));
    assert!(!covered(
        "ghcr.io/acme/api:1",
        &sigstore("**").replace("keyless: {url: x}", "static: {action: pass}")
    ));
    assert!(!covered(
        "ghcr.io/acme/api:1",
        &sigstore("**").replace("spec: {", "spec: {mode: warn, ")
    ));
    let kyverno = |fields: &str, matching: &str| {
        format!(
            "{{apiVersion: kyverno.io/v1, kind: ClusterPolicy, metadata: {{name: p}}, spec: {{rules: [{{match: {{any: [{{resources: {{{matching}}}}}]}}, verifyImages: [{{{fields}}}]}}]}}}}"
        )
    };
    let fields =
        "imageReferences: ['ghcr.io/acme/*'], failureAction: Enforce, attestors: [{count: 1}]";
    assert!(covered(
        "ghcr.io/acme/team/api:1",
        &kyverno(fields, "kinds: [Pod]")
    ));
    assert!(covered(
        "ghcr.io/acme/api:1",
        &kyverno(fields, "kinds: [Pod], namespaces: ['n*']")
    ));
    assert!(!covered(
        "ghcr.io/acme/api:1",
        &kyverno(fields, "kinds: [Pod], namespaces: [other]")
    ));
    assert!(!covered(
        "ghcr.io/acme/api:1",
        &kyverno(fields, "kinds: [Pod], selector: {matchLabels: {a: b}}")
    ));
    assert!(!covered(
        "ghcr.io/other/api:1",
        &kyverno(fields, "kinds: [Pod]")
    ));
    assert!(!covered(
        "ghcr.io/acme/api:1",
        &kyverno(&fields.replace("Enforce", "Audit"), "kinds: [Pod]")
    ));
    assert!(!covered(
        "ghcr.io/acme/api:1",
        &kyverno(&fields.replace("[{count: 1}]", "[]"), "kinds: [Pod]")
    ));
    let skipping = format!("{fields}, skipImageReferences: ['*/api:*']");
    assert!(!covered(
        "ghcr.io/acme/api:1",
        &kyverno(&skipping, "kinds: [Pod]")
    ));
}

/// Large environments come to such policies in parts, each with all that is no workload.
#[test]
fn a_policy_on_each_workload_sees_all_else_of_its_environment() {
    let pod = |name: usize, namespace: &str| {
        format!(
            "{{apiVersion: v1, kind: Pod, metadata: {{name: p{name}, namespace: {namespace}}}, spec: {{containers: [{{name: a}}]}}}}\n---\n"
        )
    };
    let limits = "{apiVersion: v1, kind: LimitRange, metadata: {name: a, namespace: shop}, spec: {limits: [{type: Container, default: {memory: 1Gi}}]}}";
    let mut yaml: String = (0..700).map(|at| pod(at, "shop")).collect();
    yaml.extend((0..701).map(|at| pod(at, "web")));
    yaml.push_str(limits);
    let told = judge("missing-memory-limit", Tier::Production, &yaml);
    assert_eq!(told.lines().count(), 701);
    for (at, is_told) in [
        (0, false),
        (699, false),
        (700, true),
        (1000, true),
        (1400, true),
    ] {
        let line = format!("{at} spec.containers[0].resources.limits.memory: ");
        let is_there = told.lines().any(|own| own.starts_with(&line));
        assert_eq!(is_there, is_told, "{at}");
    }
}
