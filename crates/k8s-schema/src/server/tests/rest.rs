use insta::assert_snapshot;

use super::{each, fine};

#[test]
fn roles_and_bindings() {
    let object = |part: &str| {
        format!("{{apiVersion: rbac.authorization.k8s.io/v1, metadata: {{name: a}}, {part}}}")
    };
    fine(
        &[
            "kind: Role, rules: [{apiGroups: [''], resources: [pods], verbs: [get]}]",
            "kind: ClusterRole, rules: [{nonResourceURLs: [/healthz], verbs: [get]}]",
            "kind: ClusterRole, rules: [], aggregationRule: {clusterRoleSelectors: [{matchLabels: {a: b}}]}",
            "kind: RoleBinding, roleRef: {kind: Role, name: 'system:a'}, subjects: [{kind: ServiceAccount, name: a}, {kind: Group, name: 'A b'}]",
            "kind: ClusterRoleBinding, roleRef: {kind: ClusterRole, name: a}, subjects: null",
            "kind: ClusterRoleBinding, roleRef: {kind: ClusterRole, name: a}, subjects: [{kind: ServiceAccount, name: a, namespace: '${NS}'}]",
        ],
        object,
    );
    let parts = [
        "kind: Role, rules: [{}]",
        "kind: Role, rules: [{nonResourceURLs: [/a], verbs: [get]}]",
        "kind: ClusterRole, rules: [{nonResourceURLs: [/a], resources: [pods], verbs: [get]}]",
        "kind: ClusterRole, aggregationRule: {}",
        "kind: RoleBinding, roleRef: {kind: role, name: a/b, apiGroup: v1}, subjects: [{kind: User, name: ''}]",
        "kind: ClusterRoleBinding, roleRef: {kind: Role, name: a}, subjects: [{kind: ServiceAccount, name: A, apiGroup: v1}, {kind: Robot, name: a}]",
    ];
    assert_snapshot!(each(&parts, object), @"");
}

#[test]
fn quotas_and_limits() {
    let quota = |spec: &str| {
        format!("{{apiVersion: v1, kind: ResourceQuota, metadata: {{name: a}}, spec: {{{spec}}}}}")
    };
    fine(
        &[
            "hard: {pods: 5, requests.cpu: 1, count/jobs.batch: 2, requests.nvidia.com/gpu: 1}",
            "hard: {pods: 5}, scopeSelector: {matchExpressions: [{scopeName: PriorityClass, operator: In, values: [a]}]}",
        ],
        quota,
    );
    let parts = [
        "hard: {gpu: 1, pods: 1.5, cpu: -1}",
        "hard: {services: 1}, scopes: [BestEffort, NotBestEffort]",
        "scopeSelector: {matchExpressions: [{scopeName: Terminating, operator: In, values: [a]}, {scopeName: PriorityClass, operator: In}, {scopeName: PriorityClass, operator: Exists, values: [a]}]}",
    ];
    assert_snapshot!(each(&parts, quota), @"");
    let limits = |limit: &str| {
        format!(
            "{{apiVersion: v1, kind: LimitRange, metadata: {{name: a}}, spec: {{limits: [{{{limit}}}]}}}}"
        )
    };
    fine(
        &[
            "type: Container, min: {cpu: 1}, max: {cpu: 2}, default: {cpu: 2}, defaultRequest: {cpu: 1}, maxLimitRequestRatio: {cpu: 2}",
        ],
        limits,
    );
    let parts = [
        "type: Pods",
        "type: Pod, default: {cpu: 1}, min: {storage: 1}",
        "type: PersistentVolumeClaim",
        "type: Container, min: {cpu: 2}, max: {cpu: 1}, default: {cpu: 1500m}",
        "type: Container, min: {cpu: 2}, default: {cpu: 1}, defaultRequest: {cpu: 3}",
        "type: Container, maxLimitRequestRatio: {cpu: 0.5, memory: 5}, min: {memory: 1}, max: {memory: 2}",
    ];
    assert_snapshot!(each(&parts, limits), @"");
}

#[test]
fn small_kinds() {
    let object = |part: &str| format!("{{metadata: {{name: a}}, {part}}}");
    fine(
        &[
            "apiVersion: scheduling.k8s.io/v1, kind: PriorityClass, value: 1000000000",
            "apiVersion: node.k8s.io/v1, kind: RuntimeClass, handler: gvisor, overhead: {podFixed: {cpu: 1}}",
            "apiVersion: coordination.k8s.io/v1, kind: Lease, spec: {leaseDurationSeconds: 5}",
        ],
        object,
    );
    let parts = [
        "apiVersion: scheduling.k8s.io/v1, kind: PriorityClass, value: 1000000001",
        "apiVersion: scheduling.k8s.io/v1, kind: PriorityClass, value: 1, preemptionPolicy: Sometimes",
        "apiVersion: node.k8s.io/v1, kind: RuntimeClass, handler: gVisor, scheduling: {tolerations: [{key: a}, {key: a}]}",
        "apiVersion: coordination.k8s.io/v1, kind: Lease, spec: {leaseDurationSeconds: 0, leaseTransitions: -1, preferredHolder: a}",
        "apiVersion: v1, kind: Namespace, spec: {finalizers: [a]}",
        "apiVersion: apps/v1, kind: ControllerRevision, revision: -1",
        "apiVersion: v1, kind: PodTemplate, template: {spec: {containers: [{name: a, image: ''}]}}",
        "apiVersion: apiregistration.k8s.io/v1, kind: APIService, spec: {group: a, version: v1, groupPriorityMinimum: 0, versionPriority: 1001, caBundle: YQ==}",
    ];
    assert_snapshot!(each(&parts, object), @"");
    let named = |name: &str| {
        format!(
            "{{apiVersion: scheduling.k8s.io/v1, kind: PriorityClass, metadata: {{name: {name}}}, value: 5}}"
        )
    };
    assert_snapshot!(each(&["system-mine", "system-node-critical"], named), @"");
}

#[test]
fn devices() {
    let claim = |request: &str| {
        format!(
            "{{apiVersion: resource.k8s.io/v1, kind: ResourceClaimTemplate, metadata: {{name: a}}, spec: {{spec: {{devices: {{requests: [{{name: a, {request}}}]}}}}}}}}"
        )
    };
    fine(
        &[
            "exactly: {deviceClassName: a}",
            "firstAvailable: [{name: b, deviceClassName: a, allocationMode: All}]",
        ],
        claim,
    );
    let parts = [
        "",
        "exactly: {deviceClassName: '', selectors: [{}]}",
        "exactly: {deviceClassName: a, allocationMode: Some, count: 1}",
        "exactly: {deviceClassName: a, allocationMode: All, count: 1}, firstAvailable: [{name: b, deviceClassName: a}]",
        "firstAvailable: [{name: b, deviceClassName: A, count: -1}, {name: b, deviceClassName: a}]",
    ];
    assert_snapshot!(each(&parts, claim), @"");
}
