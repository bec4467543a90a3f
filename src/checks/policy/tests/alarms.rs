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
    let verbs = |rule| judge("wildcard-verbs", rule);
    assert_snapshot!(verbs("{apiGroups: [''], resources: [pods], verbs: [get, '*']}"), @"0 rules[0].verbs[1]: the role grants every verb on `pods`");
    assert_snapshot!(verbs("{apiGroups: [''], resources: [a, b, c, d], verbs: ['*']}"), @"0 rules[0].verbs[0]: the role grants every verb on `a`, `b` and 2 more resources");
    assert_snapshot!(verbs("{apiGroups: [''], resources: ['*'], verbs: ['*']}"), @"");
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
