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
    assert_snapshot!(each(&parts, object), @r#"
    kind: Role, rules: [{}]
      rules[0].verbs `verbs` is missing in `rules[0]`
      rules[0].apiGroups `apiGroups` is missing in `rules[0]` (`[""]` is the core group)
      rules[0].resources `resources` is missing in `rules[0]`
    kind: Role, rules: [{nonResourceURLs: [/a], verbs: [get]}]
      rules[0].nonResourceURLs: `nonResourceURLs` may only be set in a ClusterRole
    kind: ClusterRole, rules: [{nonResourceURLs: [/a], resources: [pods], verbs: [get]}]
      rules[0].nonResourceURLs: `nonResourceURLs` must not be set together with resources
    kind: ClusterRole, aggregationRule: {}
      aggregationRule.clusterRoleSelectors `clusterRoleSelectors` is missing in `aggregationRule`
    kind: RoleBinding, roleRef: {kind: role, name: a/b, apiGroup: v1}, subjects: [{kind: User, name: ''}]
      roleRef.kind `kind` must not be `role`: expected one of `ClusterRole`, `Role` (did you mean `Role`?)
      roleRef.apiGroup `apiGroup` must not be `v1`: only `rbac.authorization.k8s.io` is allowed
      roleRef.name `name` `a/b` must not contain `/`
      subjects[0].name: `name` is empty
    kind: ClusterRoleBinding, roleRef: {kind: Role, name: a}, subjects: [{kind: ServiceAccount, name: A, apiGroup: v1}, {kind: Robot, name: a}]
      subjects[1].kind `kind` must not be `Robot`: expected one of `User`, `Group`, `ServiceAccount`
      roleRef.kind `kind` must not be `Role`: only `ClusterRole` is allowed
      subjects[0].name `name` `A` must consist of lower-case letters, digits, `-` and `.`, with a letter or digit at both ends of each part
      subjects[0].apiGroup `apiGroup` `v1` must be empty for a ServiceAccount, which is in the core group
      subjects[0].namespace `namespace` is missing in `subjects[0]` (a ClusterRoleBinding has no namespace of its own)
    "#);
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
    assert_snapshot!(each(&parts, quota), @r"
    hard: {gpu: 1, pods: 1.5, cpu: -1}
      spec.hard.gpu: the resource `gpu` is not a resource that quotas count
      spec.hard.pods `pods` `1.5` must be a whole number
      spec.hard.cpu `cpu` `-1` must not be negative
    hard: {services: 1}, scopes: [BestEffort, NotBestEffort]
      spec.scopes[0] `scopes[0]` `BestEffort` does not go with `services`
      spec.scopes[1] `scopes[1]` `NotBestEffort` does not go with `services`
    scopeSelector: {matchExpressions: [{scopeName: Terminating, operator: In, values: [a]}, {scopeName: PriorityClass, operator: In}, {scopeName: PriorityClass, operator: Exists, values: [a]}]}
      spec.scopeSelector.matchExpressions[0].operator `operator` `In` must be `Exists` for the scope `Terminating`
      spec.scopeSelector.matchExpressions[1].values `values` is missing in `matchExpressions[1]`
      spec.scopeSelector.matchExpressions[2].values: `values` must not be set with `Exists` and `DoesNotExist`
    ");
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
    assert_snapshot!(each(&parts, limits), @r"
    type: Pods
      spec.limits[0].type `type` must not be `Pods`: expected one of `Pod`, `Container`, `PersistentVolumeClaim` (did you mean `Pod`?)
    type: Pod, default: {cpu: 1}, min: {storage: 1}
      spec.limits[0].min.storage: the resource `storage` is not a resource of containers: they have `cpu`, `memory`, `ephemeral-storage`, and those of vendors
      spec.limits[0].default: `default` must not be set for the type `Pod`
    type: PersistentVolumeClaim
      spec.limits[0] `limits[0]` must have `min` or `max` of `storage`
    type: Container, min: {cpu: 2}, max: {cpu: 1}, default: {cpu: 1500m}
      spec.limits[0].min.cpu `cpu` `2` must not be more than `max`, which is `1`
      spec.limits[0].default.cpu `cpu` `1500m` must not be more than `max`, which is `1`
    type: Container, min: {cpu: 2}, default: {cpu: 1}, defaultRequest: {cpu: 3}
      spec.limits[0].defaultRequest.cpu `cpu` `3` must not be more than `default`, which is `1`
      spec.limits[0].default.cpu `cpu` `1` must not be less than `min`, which is `2`
    type: Container, maxLimitRequestRatio: {cpu: 0.5, memory: 5}, min: {memory: 1}, max: {memory: 2}
      spec.limits[0].maxLimitRequestRatio.cpu `cpu` `0.5` must not be less than 1
      spec.limits[0].maxLimitRequestRatio.memory `memory` `5` must not be more than `max` over `min`
    ");
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
    assert_snapshot!(each(&parts, object), @r"
    apiVersion: scheduling.k8s.io/v1, kind: PriorityClass, value: 1000000001
      value `value` `1000000001` must not be more than 1000000000
    apiVersion: scheduling.k8s.io/v1, kind: PriorityClass, value: 1, preemptionPolicy: Sometimes
      preemptionPolicy `preemptionPolicy` must not be `Sometimes`: expected one of `PreemptLowerPriority`, `Never`
    apiVersion: node.k8s.io/v1, kind: RuntimeClass, handler: gVisor, scheduling: {tolerations: [{key: a}, {key: a}]}
      handler `handler` `gVisor` must consist of lower-case letters, digits and `-`, and begin and end with a letter or digit
      scheduling.tolerations[1] duplicate toleration
    apiVersion: coordination.k8s.io/v1, kind: Lease, spec: {leaseDurationSeconds: 0, leaseTransitions: -1, preferredHolder: a}
      spec.leaseDurationSeconds `leaseDurationSeconds` `0` must not be less than 1
      spec.leaseTransitions `leaseTransitions` `-1` must not be less than 0
      spec.preferredHolder: `preferredHolder` may only be set together with `strategy`
    apiVersion: v1, kind: Namespace, spec: {finalizers: [a]}
      spec.finalizers[0] `finalizers[0]` `a` must have a domain and a `/` before its name
    apiVersion: apps/v1, kind: ControllerRevision, revision: -1
      data `data` is missing
      revision `revision` `-1` must not be less than 0
    apiVersion: v1, kind: PodTemplate, template: {spec: {containers: [{name: a, image: ''}]}}
      template.spec.containers[0].image: `image` is empty
    apiVersion: apiregistration.k8s.io/v1, kind: APIService, spec: {group: a, version: v1, groupPriorityMinimum: 0, versionPriority: 1001, caBundle: YQ==}
      metadata.name `name` `a` must be version and group: `v1.a`
      spec.groupPriorityMinimum `groupPriorityMinimum` `0` must be between 1 and 20000
      spec.versionPriority `versionPriority` `1001` must be between 1 and 1000
      spec.caBundle: `caBundle` may only be set together with `service`
    ");
    let named = |name: &str| {
        format!(
            "{{apiVersion: scheduling.k8s.io/v1, kind: PriorityClass, metadata: {{name: {name}}}, value: 5}}"
        )
    };
    assert_snapshot!(each(&["system-mine", "system-node-critical"], named), @r"
    system-mine
      metadata.name `name` `system-mine` must not begin with `system-`, which is for the system's own classes
    system-node-critical
      value `value` `5` must be 2000001000 for this class of the system
    ");
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
    assert_snapshot!(each(&parts, claim), @r"
      spec.spec.devices.requests[0] `requests[0]` must have either `exactly` or `firstAvailable`
    exactly: {deviceClassName: '', selectors: [{}]}
      spec.spec.devices.requests[0].exactly.deviceClassName: `deviceClassName` is empty
      spec.spec.devices.requests[0].exactly.selectors[0].cel `cel` is missing in `selectors[0]`
    exactly: {deviceClassName: a, allocationMode: Some, count: 1}
      spec.spec.devices.requests[0].exactly.allocationMode `allocationMode` must not be `Some`: expected one of `ExactCount`, `All`
    exactly: {deviceClassName: a, allocationMode: All, count: 1}, firstAvailable: [{name: b, deviceClassName: a}]
      spec.spec.devices.requests[0].firstAvailable: `firstAvailable` must not be set together with `exactly`
    firstAvailable: [{name: b, deviceClassName: A, count: -1}, {name: b, deviceClassName: a}]
      spec.spec.devices.requests[0].firstAvailable[0].deviceClassName `deviceClassName` `A` must consist of lower-case letters, digits, `-` and `.`, with a letter or digit at both ends of each part
      spec.spec.devices.requests[0].firstAvailable[0].count `count` `-1` must not be less than 0
      spec.spec.devices.requests[0].firstAvailable[1].name duplicate request `b`
    ");
}
