//! What policies said wrongly once.

use insta::assert_snapshot;

use super::judge;
use crate::rule::Tier;

#[test]
fn a_role_binding_grants_within_its_namespace() {
    let binding = |kind: &str| {
        let yaml = format!(
            "{{apiVersion: rbac.authorization.k8s.io/v1, kind: {kind}, metadata: {{name: a, namespace: shop}}, roleRef: {{apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin}}, subjects: [{{kind: ServiceAccount, name: a, namespace: shop}}]}}"
        );
        judge("cluster-admin-binding", Tier::Production, &yaml)
    };
    assert_snapshot!(binding("ClusterRoleBinding"), @"0 roleRef.name: ServiceAccount a can do anything");
    assert_snapshot!(binding("RoleBinding"), @"0 roleRef.name: ServiceAccount a can do anything in the namespace");
}

#[test]
fn the_group_of_administrators_administers() {
    let binding = |subjects: &str| {
        let yaml = format!(
            "{{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRoleBinding, metadata: {{name: a}}, roleRef: {{apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin}}, subjects: [{subjects}]}}"
        );
        judge("cluster-admin-binding", Tier::Production, &yaml)
    };
    assert_snapshot!(binding("{kind: Group, name: cluster-admins}"), @"");
    assert_snapshot!(binding("{kind: Group, name: developers}, {kind: Group, name: platform-admins}, {kind: ServiceAccount, name: admin, namespace: a}"), @"0 roleRef.name: Group developers, ServiceAccount admin can do anything");
}

#[test]
fn a_wildcard_is_called_what_it_is() {
    let judge = |policy, rule: &str| {
        let yaml = format!(
            "{{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, metadata: {{name: a}}, rules: [{rule}]}}"
        );
        judge(policy, Tier::Production, &yaml)
    };
    let role = |rule| judge("wildcard-permissions", rule);
    assert_snapshot!(role("{apiGroups: [apps], resources: ['*'], verbs: [get]}"), @"0 rules[0].resources[0]: the role grants every resource of the API group `apps`");
    assert_snapshot!(role("{apiGroups: [''], resources: [pods], verbs: ['*']}"), @"");
    assert_snapshot!(role("{apiGroups: ['*'], resources: ['*'], verbs: ['*']}"), @"0 rules[0].verbs[0]: the role grants every verb and every resource and every API group");
    assert_snapshot!(role("{apiGroups: [apps], resources: ['*/scale'], verbs: [update]}"), @"");
    assert_snapshot!(role("{apiGroups: [acme.example, ''], resources: ['*'], verbs: [get]}"), @"0 rules[0].resources[0]: the role grants every resource of the API group `acme.example`, core");
    assert_snapshot!(role("{apiGroups: [acme.example], resources: ['*'], verbs: ['*']}"), @"");
    assert_snapshot!(role("{apiGroups: ['*'], resources: [pods], verbs: [get]}"), @"");
    assert_snapshot!(role("{nonResourceURLs: ['*'], verbs: [get]}"), @"");
    assert_snapshot!(role("{nonResourceURLs: ['*'], verbs: [post]}"), @"0 rules[0].nonResourceURLs[0]: the role grants every path of the API server");
    let verbs = |rule| judge("wildcard-verbs", rule);
    assert_snapshot!(verbs("{apiGroups: [''], resources: [pods], verbs: [get, '*']}"), @"0 rules[0].verbs[1]: the role grants every verb on `pods`");
    assert_snapshot!(verbs("{apiGroups: [''], resources: [a, b, c, d], verbs: ['*']}"), @"0 rules[0].verbs[0]: the role grants every verb on `a`, `b` and 2 more resources");
    assert_snapshot!(verbs("{apiGroups: [''], resources: ['*'], verbs: ['*']}"), @"");
    assert_snapshot!(verbs("{apiGroups: [acme.example], resources: ['*'], verbs: ['*']}"), @"0 rules[0].verbs[0]: the role grants every verb on every resource of `acme.example`");
}

#[test]
fn a_daemon_set_with_five_host_paths_is_one_finding() {
    let paths = ["/opt/a", "/opt/b", "/opt/c", "/opt/d", "/opt/e"];
    let volumes = paths.map(|path| format!("{{name: v, hostPath: {{path: {path}}}}}"));
    let yaml = format!(
        "{{apiVersion: apps/v1, kind: DaemonSet, metadata: {{name: a}}, spec: {{template: {{spec: {{containers: [{{name: a, image: 'a:1'}}], volumes: [{}]}}}}}}}}",
        volumes.join(", ")
    );
    assert_snapshot!(judge("host-path-volume", Tier::Production, &yaml), @"0 spec.template.spec.volumes[0].hostPath: the pod mounts the node's `/opt/a`, `/opt/b`, `/opt/c`, `/opt/d`, `/opt/e`");
}

#[test]
fn a_privileged_container_has_everything_anyway() {
    let pod = |context: &str| {
        format!(
            "{{apiVersion: v1, kind: Pod, metadata: {{name: a}}, spec: {{containers: [{{name: a, image: 'a:1', securityContext: {{{context}, capabilities: {{add: [SYS_ADMIN]}}}}}}]}}}}"
        )
    };
    for policy in [
        "capabilities-not-dropped",
        "dangerous-capability",
        "missing-seccomp-profile",
        "privilege-escalation",
    ] {
        assert_eq!(
            judge(policy, Tier::Production, &pod("privileged: true")),
            "",
            "{policy}"
        );
        let told = judge(policy, Tier::Production, &pod("privileged: false"));
        assert!(!told.is_empty(), "{policy}");
    }
}

#[test]
fn storage_drivers_mount_for_pods() {
    let told = |path: &str| {
        let yaml = format!(
            "{{apiVersion: v1, kind: Pod, metadata: {{name: a}}, spec: {{containers: [{{name: a, image: 'a:1', volumeMounts: [{{name: v, mountPath: {path}, mountPropagation: Bidirectional}}]}}]}}}}"
        );
        judge("bidirectional-mount", Tier::Production, &yaml)
    };
    assert_snapshot!(told("/var/lib/kubelet/pods"), @"");
    assert_snapshot!(told("/data"), @"0 spec.containers[0].volumeMounts[0].mountPropagation: what container `a` mounts at `/data` is also mounted on its node");
}
