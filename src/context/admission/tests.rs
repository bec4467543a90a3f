use insta::assert_snapshot;
use manifest::Memory;

use crate::date::Date;
use crate::{Request, Setup};

const POD: &str = "apiVersion: v1\nkind: Pod\nmetadata: {name: web, namespace: shop}\nspec: {serviceAccountName: web, containers: [{name: web, image: 'example.org/web:1'}]}\n";

const ROUTE: &str = "---\napiVersion: route.openshift.io/v1\nkind: Route\nmetadata: {name: web, namespace: shop}\nspec: {to: {kind: Service, name: web}}\n";

/// The severities of what a pod in production leaves out.
fn check(more: &str) -> String {
    check_pod(POD, more)
}

fn check_pod(pod: &str, more: &str) -> String {
    let file = format!("{pod}{more}");
    let memory: Memory = [("prod/web.yaml", &*file)].into_iter().collect();
    let setup = Setup::read(&memory, None).unwrap();
    let request = Request::all(Date::parse("2026-06-30").unwrap());
    let findings = setup.check(&memory, &request).report.findings;
    let own = findings.iter().filter(|finding| {
        super::OMISSIONS
            .iter()
            .any(|own| own.rule == finding.rule.id)
    });
    let mut told: Vec<String> = own
        .map(|finding| format!("{}: {}\n", finding.rule.id, finding.severity))
        .collect();
    told.sort();
    told.concat()
}

#[test]
fn openshift_sets_what_its_default_constraint_asks_for() {
    assert_snapshot!(check(""), @r"
    capabilities-not-dropped: warning
    may-run-as-root: warning
    missing-memory-limit: warning
    missing-resource-requests: warning
    missing-seccomp-profile: warning
    privilege-escalation: warning
    writable-root-filesystem: warning
    ");
    assert_snapshot!(check(ROUTE), @r"
    capabilities-not-dropped: info
    may-run-as-root: info
    missing-memory-limit: warning
    missing-resource-requests: warning
    missing-seccomp-profile: info
    privilege-escalation: info
    writable-root-filesystem: warning
    ");
}

#[test]
fn who_is_granted_another_constraint_gets_nothing_set() {
    let binding = |role: &str, subject: &str| {
        let told = check(&format!(
            "{ROUTE}---\napiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata: {{name: a, namespace: shop}}\nroleRef: {{apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: '{role}'}}\nsubjects: [{subject}]\n"
        ));
        told.lines()
            .filter(|line| line.ends_with("warning"))
            .count()
    };
    let own = "{kind: ServiceAccount, name: web}";
    let group =
        "{kind: Group, apiGroup: rbac.authorization.k8s.io, name: 'system:serviceaccounts:shop'}";
    let counts = [
        binding("system:openshift:scc:anyuid", own),
        binding("system:openshift:scc:anyuid", group),
        binding("system:openshift:scc:restricted-v2", own),
        binding(
            "system:openshift:scc:anyuid",
            "{kind: ServiceAccount, name: other}",
        ),
        binding("view", own),
        binding("cluster-admin", own),
    ];
    assert_eq!(counts, [7, 7, 3, 3, 3, 7]);
}

#[test]
fn what_is_written_is_not_what_the_cluster_sets() {
    let pod = POD.replace(
        "image: 'example.org/web:1'",
        "image: 'example.org/web:1', securityContext: {allowPrivilegeEscalation: true, capabilities: {drop: [NET_RAW]}}",
    );
    let told = check_pod(&pod, ROUTE);
    let of_rule = |rule: &str| told.lines().find(|line| line.starts_with(rule));
    assert_eq!(of_rule("privilege"), Some("privilege-escalation: warning"));
    assert_eq!(
        of_rule("capabilities"),
        Some("capabilities-not-dropped: warning")
    );
    assert_eq!(of_rule("may-run"), Some("may-run-as-root: info"));
}

#[test]
fn a_policy_sets_something_where_it_holds() {
    let policy = |kind: &str, matched: &str| {
        let told = check(&format!(
            "---\napiVersion: kyverno.io/v1\nkind: {kind}\nmetadata: {{name: a, namespace: other}}\nspec:\n  rules:\n  - name: a\n    match: {{resources: {matched}}}\n    mutate: {{patchStrategicMerge: {{spec: {{containers: [{{resources: {{+(limits): {{memory: 1Gi}}}}}}]}}}}}}\n"
        ));
        told.contains("missing-memory-limit: info")
    };
    assert!(policy("ClusterPolicy", "{kinds: [Pod]}"));
    assert!(policy(
        "ClusterPolicy",
        "{kinds: [apps/v1/Deployment, Pod], namespaces: ['sh*']}"
    ));
    assert!(!policy(
        "ClusterPolicy",
        "{kinds: [Pod], namespaces: [other]}"
    ));
    assert!(!policy("ClusterPolicy", "{kinds: [ResourceQuota]}"));
    assert!(!policy(
        "ClusterPolicy",
        "{kinds: [Pod], selector: {matchLabels: {a: b}}}"
    ));
    assert!(!policy("Policy", "{kinds: [Pod]}"));
}

#[test]
fn what_a_policy_sets_is_not_missing() {
    let policy = |mutate: &str| {
        check(&format!(
            "---\napiVersion: kyverno.io/v1\nkind: ClusterPolicy\nmetadata: {{name: a}}\nspec:\n  rules:\n  - name: a\n    match: {{any: [{{resources: {{kinds: [Pod]}}}}]}}\n    mutate:\n{mutate}"
        ))
    };
    assert_snapshot!(policy("      patchStrategicMerge: {spec: {containers: [{(name): '*', securityContext: {+(allowPrivilegeEscalation): false, (runAsUser): 0}}]}}\n"), @r"
    capabilities-not-dropped: warning
    may-run-as-root: warning
    missing-memory-limit: warning
    missing-resource-requests: warning
    missing-seccomp-profile: warning
    privilege-escalation: info
    writable-root-filesystem: warning
    ");
    assert_snapshot!(policy("      patchesJson6902: |-\n        - op: add\n          path: /spec/securityContext/seccompProfile\n          value: {type: RuntimeDefault}\n"), @r"
    capabilities-not-dropped: warning
    may-run-as-root: warning
    missing-memory-limit: warning
    missing-resource-requests: warning
    missing-seccomp-profile: info
    privilege-escalation: warning
    writable-root-filesystem: warning
    ");
}
