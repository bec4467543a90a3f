use insta::assert_snapshot;

use super::{each, fine, told, told_by};

/// A Pod with one more field in its specification.
fn pod(field: &str) -> String {
    format!(
        "{{apiVersion: v1, kind: Pod, metadata: {{name: a}}, spec: {{containers: [{{name: a, image: b}}], {field}}}}}"
    )
}

/// A Pod with one more field in its container; it has a volume `data`.
fn container(field: &str) -> String {
    format!(
        "{{apiVersion: v1, kind: Pod, metadata: {{name: a}}, spec: {{volumes: [{{name: data}}], containers: [{{name: a, image: b, {field}}}]}}}}"
    )
}

/// A Pod with a volume.
fn volume(source: &str) -> String {
    pod(&format!("volumes: [{{name: v, {source}}}]"))
}

#[test]
fn pods_that_are_fine() {
    fine(
        &[
            "terminationGracePeriodSeconds: -1",
            "volumes: [{name: a}, {name: b, emptyDir: null, secret: {secretName: s}}]",
            "nodeSelector: null, affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: null}}",
            "tolerations: [{operator: Exists}, {key: a, value: b, effect: NoExecute, tolerationSeconds: 1}]",
            "hostNetwork: '${X}', volumes: '${VOLUMES}'",
            "serviceAccountName: '{{ name }}', hostname: $HOST",
            "os: {name: linux}, securityContext: {runAsUser: 0, sysctls: [{name: net.core.somaxconn, value: '1'}]}",
            "dnsPolicy: None, dnsConfig: {nameservers: [1.1.1.1], searches: [a_b.c, .]}",
            "initContainers: [{name: s, image: b, restartPolicy: Always, livenessProbe: {tcpSocket: {port: http}}}]",
        ],
        pod,
    );
}

#[test]
fn pods_that_are_refused() {
    let parts = [
        "serviceAccountName: A_b",
        "hostname: a.b",
        "nodeSelector: {a b: x}",
        "activeDeadlineSeconds: 0",
        "hostPID: true, shareProcessNamespace: true",
        "hostUsers: false, hostIPC: true",
        "ephemeralContainers: [{name: e, image: b}]",
        "nodeName: n, schedulingGates: [{name: a.io/b}]",
        "resourceClaims: [{name: a}, {name: a, resourceClaimName: x, resourceClaimTemplateName: y}]",
        "initContainers: [{name: a, image: b}, {name: c, image: ''}]",
        "initContainers: [{name: i, image: b, readinessProbe: {exec: {command: [a]}}}]",
        "dnsPolicy: None",
        "dnsConfig: {nameservers: [a, 1.1.1.1, 1.1.1.2, 1.1.1.3]}",
        "hostAliases: [{ip: localhost, hostnames: [A_b]}]",
        "os: {name: windows}, hostPID: true, securityContext: {fsGroup: 1}",
        "os: {name: linux}, securityContext: {windowsOptions: {}}",
        "securityContext: {runAsUser: -1, seccompProfile: {type: Localhost}, sysctls: [{name: a b, value: x}]}",
        "securityContext: {windowsOptions: {hostProcess: true, runAsUserName: 'a\\b\\c'}}",
        "preemptionPolicy: Sometimes",
        "resources: {limits: {cpu: 1, example.com/a: 1}}",
    ];
    assert_snapshot!(each(&parts, pod), @r#"
    serviceAccountName: A_b
      spec.serviceAccountName `serviceAccountName` `A_b` must consist of lower-case letters, digits, `-` and `.`, with a letter or digit at both ends of each part
    hostname: a.b
      spec.hostname `hostname` `a.b` must not contain dots
    nodeSelector: {a b: x}
      spec.nodeSelector["a b"]: the key `a b` must consist of letters, digits, `-`, `_` and `.`, begin and end with a letter or digit, and may have a domain and a `/` before that
    activeDeadlineSeconds: 0
      spec.activeDeadlineSeconds `activeDeadlineSeconds` `0` must be between 1 and 2147483647
    hostPID: true, shareProcessNamespace: true
      spec.shareProcessNamespace `shareProcessNamespace` `true` must not be set together with `hostPID`
    hostUsers: false, hostIPC: true
      spec.hostIPC: `hostIPC` must not be set together with `hostUsers: false`
    ephemeralContainers: [{name: e, image: b}]
      spec.ephemeralContainers: `ephemeralContainers` must not be set when a pod is created
    nodeName: n, schedulingGates: [{name: a.io/b}]
      spec.nodeName: `nodeName` must not be set while there are `schedulingGates`
    resourceClaims: [{name: a}, {name: a, resourceClaimName: x, resourceClaimTemplateName: y}]
      spec.resourceClaims[0] `resourceClaims[0]` must have either `resourceClaimName` or `resourceClaimTemplateName`
      spec.resourceClaims[1].name duplicate claim `a`
      spec.resourceClaims[1].resourceClaimTemplateName: `resourceClaimTemplateName` must not be set together with `resourceClaimName`
    initContainers: [{name: a, image: b}, {name: c, image: ''}]
      spec.initContainers[0].name duplicate container `a`
      spec.initContainers[1].image: `image` is empty
    initContainers: [{name: i, image: b, readinessProbe: {exec: {command: [a]}}}]
      spec.initContainers[0].readinessProbe: `readinessProbe` must not be set on an init container without `restartPolicy: Always`
    dnsPolicy: None
      spec.dnsConfig `dnsConfig` is missing in `spec` (the policy `None` needs at least one name server)
    dnsConfig: {nameservers: [a, 1.1.1.1, 1.1.1.2, 1.1.1.3]}
      spec.dnsConfig.nameservers `nameservers` must not have more than 3 items
      spec.dnsConfig.nameservers[0] `nameservers[0]` `a` is not a valid IP address
    hostAliases: [{ip: localhost, hostnames: [A_b]}]
      spec.hostAliases[0].ip `ip` `localhost` is not a valid IP address
      spec.hostAliases[0].hostnames[0] `hostnames[0]` `A_b` must consist of lower-case letters, digits, `-` and `.`, with a letter or digit at both ends of each part
    os: {name: windows}, hostPID: true, securityContext: {fsGroup: 1}
      spec.hostPID: `hostPID` must not be set for a Windows pod
      spec.securityContext.fsGroup: `fsGroup` must not be set for a Windows pod
    os: {name: linux}, securityContext: {windowsOptions: {}}
      spec.securityContext.windowsOptions: `windowsOptions` must not be set for a Linux pod
    securityContext: {runAsUser: -1, seccompProfile: {type: Localhost}, sysctls: [{name: a b, value: x}]}
      spec.securityContext.runAsUser `runAsUser` `-1` must be between 0 and 2147483647
      spec.securityContext.seccompProfile.localhostProfile `localhostProfile` is missing in `seccompProfile` (the type `Localhost` needs a profile)
      spec.securityContext.sysctls[0].name `name` `a b` must consist of lower-case letters, digits, `-` and `_` between dots, and not be longer than 253 characters
    securityContext: {windowsOptions: {hostProcess: true, runAsUserName: 'a\b\c'}}
      spec.securityContext.windowsOptions.runAsUserName `runAsUserName` `a\b\c` must not contain more than one backslash
      spec.hostNetwork `hostNetwork` is missing in `spec` (a pod of host processes is in the host's network)
    preemptionPolicy: Sometimes
      spec.preemptionPolicy `preemptionPolicy` must not be `Sometimes`: expected one of `PreemptLowerPriority`, `Never`
    resources: {limits: {cpu: 1, example.com/a: 1}}
      spec.resources.limits["example.com/a"]: the resource `example.com/a` cannot be set for whole pods: only `cpu`, `memory` and huge pages can
    "#);
}

#[test]
fn a_pod_needs_containers_with_names_and_images() {
    let pod = |containers: &str| {
        format!("{{apiVersion: v1, kind: Pod, metadata: {{name: a}}, spec: {{{containers}}}}}")
    };
    let parts = [
        "containers: []",
        "containers: [{name: '', image: b}]",
        "containers: [{name: a, image: ' b'}, {name: a, image: b}]",
        "containers: [{name: a.b, image: b}]",
    ];
    assert_snapshot!(each(&parts, pod), @r"
    containers: []
      spec.containers: `containers` is empty
    containers: [{name: '', image: b}]
      spec.containers[0].name: `name` is empty
    containers: [{name: a, image: ' b'}, {name: a, image: b}]
      spec.containers[0].image `image` ` b` must not begin or end with white space
      spec.containers[1].name duplicate container `a`
    containers: [{name: a.b, image: b}]
      spec.containers[0].name `name` `a.b` must not contain dots
    ");
    fine(&["containers: '${CONTAINERS}'"], |_| {
        String::from("{apiVersion: v1, kind: Pod, metadata: {name: a}, spec: {containers: '${X}'}}")
    });
}

#[test]
fn affinity() {
    let parts = [
        "nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: []}}",
        "nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [{matchExpressions: [{key: a, operator: In}, {key: b, operator: Exists, values: [x]}, {key: c, operator: Gt, values: ['1', '2']}]}]}}",
        "nodeAffinity: {preferredDuringSchedulingIgnoredDuringExecution: [{weight: 0, preference: {matchFields: [{key: metadata.uid, operator: In, values: [a]}]}}]}",
        "podAntiAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: '', labelSelector: {matchLabels: {a: 'b c'}}}]}",
        "podAffinity: {preferredDuringSchedulingIgnoredDuringExecution: [{weight: 101, podAffinityTerm: {topologyKey: zone, matchLabelKeys: [a]}}]}",
    ];
    assert_snapshot!(each(&parts, |part| pod(&format!("affinity: {{{part}}}"))), @r"
    nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: []}}
      spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms: `nodeSelectorTerms` is empty
    nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [{matchExpressions: [{key: a, operator: In}, {key: b, operator: Exists, values: [x]}, {key: c, operator: Gt, values: ['1', '2']}]}]}}
      spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0].matchExpressions[0].values `values` is missing in `matchExpressions[0]` (`In` and `NotIn` compare with at least one value)
      spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0].matchExpressions[1].values: `values` must not be set with `Exists` and `DoesNotExist`
      spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0].matchExpressions[2].values `values` must be one value with `Gt` and `Lt`
    nodeAffinity: {preferredDuringSchedulingIgnoredDuringExecution: [{weight: 0, preference: {matchFields: [{key: metadata.uid, operator: In, values: [a]}]}}]}
      spec.affinity.nodeAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].weight `weight` `0` must be between 1 and 100
      spec.affinity.nodeAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].preference.matchFields[0].key `key` must not be `metadata.uid`: only `metadata.name` is allowed
    podAntiAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: '', labelSelector: {matchLabels: {a: 'b c'}}}]}
      spec.affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].labelSelector.matchLabels.a `a` `b c` must consist of letters, digits, `-`, `_` and `.`, and begin and end with a letter or digit
      spec.affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].topologyKey: `topologyKey` is empty
    podAffinity: {preferredDuringSchedulingIgnoredDuringExecution: [{weight: 101, podAffinityTerm: {topologyKey: zone, matchLabelKeys: [a]}}]}
      spec.affinity.podAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].weight `weight` `101` must be between 1 and 100
      spec.affinity.podAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].podAffinityTerm.matchLabelKeys: `matchLabelKeys` may only be set together with `labelSelector`
    ");
}

#[test]
fn tolerations_and_spreading() {
    let parts = [
        "tolerations: [{key: a b, operator: Exists, value: x}]",
        "tolerations: [{operator: Equal}, {effect: NoSchedule, key: a, tolerationSeconds: 1}]",
        "tolerations: [{key: a, value: b c}, {key: a, operator: Lt, value: '1'}, {}]",
        "topologySpreadConstraints: [{maxSkew: 0, topologyKey: '', whenUnsatisfiable: DoNotSchedule}]",
        "topologySpreadConstraints: [{maxSkew: 1, topologyKey: z, whenUnsatisfiable: ScheduleAnyway, minDomains: 2}, {maxSkew: 2, topologyKey: z, whenUnsatisfiable: ScheduleAnyway}]",
    ];
    assert_snapshot!(each(&parts, pod), @r"
    tolerations: [{key: a b, operator: Exists, value: x}]
      spec.tolerations[0].key `key` `a b` must consist of letters, digits, `-`, `_` and `.`, begin and end with a letter or digit, and may have a domain and a `/` before that
      spec.tolerations[0].value: `value` must not be set with the operator `Exists`
    tolerations: [{operator: Equal}, {effect: NoSchedule, key: a, tolerationSeconds: 1}]
      spec.tolerations[0].operator `operator` `Equal` must be `Exists` without a key, which means all taints
      spec.tolerations[1].effect `effect` `NoSchedule` must be `NoExecute` together with `tolerationSeconds`
    tolerations: [{key: a, value: b c}, {key: a, operator: Lt, value: '1'}, {}]
      spec.tolerations[0].value `value` `b c` must consist of letters, digits, `-`, `_` and `.`, and begin and end with a letter or digit
      spec.tolerations[1].operator `operator` must not be `Lt`: expected one of `Exists`, `Equal`
      spec.tolerations[2].operator `operator` is missing in `tolerations[2]` (without a key, which means all taints, the operator is `Exists`)
    topologySpreadConstraints: [{maxSkew: 0, topologyKey: '', whenUnsatisfiable: DoNotSchedule}]
      spec.topologySpreadConstraints[0].maxSkew `maxSkew` `0` must not be less than 1
      spec.topologySpreadConstraints[0].topologyKey: `topologyKey` is empty
    topologySpreadConstraints: [{maxSkew: 1, topologyKey: z, whenUnsatisfiable: ScheduleAnyway, minDomains: 2}, {maxSkew: 2, topologyKey: z, whenUnsatisfiable: ScheduleAnyway}]
      spec.topologySpreadConstraints[0].minDomains: `minDomains` may only be set together with `DoNotSchedule`
      spec.topologySpreadConstraints[1] duplicate constraint on `z` with `ScheduleAnyway`
    ");
}

#[test]
fn containers_that_are_fine() {
    fine(
        &[
            "ports: [{containerPort: 80, name: http}, {containerPort: 80, protocol: UDP, name: h2}]",
            "env: [{name: my-var.x, value: a}, {name: A, valueFrom: {fieldRef: {fieldPath: \"metadata.labels['a.io/b']\"}}}]",
            "env: [{name: A, value: '', valueFrom: {resourceFieldRef: {resource: limits.hugepages-2Mi, divisor: 1Mi}}}]",
            "envFrom: [{prefix: A_, configMapRef: {name: a}}]",
            "resources: {requests: {cpu: 0.5, memory: 1Gi, example.com/gpu: 1}, limits: {cpu: 500m, memory: 1024Mi, example.com/gpu: '1'}}",
            "volumeMounts: [{name: data, mountPath: /a, subPath: b/c}, {name: data, mountPath: /b}]",
            "livenessProbe: {httpGet: {port: 80}, successThreshold: 1}, lifecycle: {preStop: {sleep: {seconds: 30}}}",
            "securityContext: {allowPrivilegeEscalation: false, privileged: false, seccompProfile: {type: RuntimeDefault}}",
            "livenessProbe: null, resources: null, securityContext: null, env: null",
            "resources: {requests: {cpu: '${CPU}'}, limits: {cpu: 1}}",
        ],
        container,
    );
}

#[test]
fn ports_and_environment() {
    let parts = [
        "ports: [{containerPort: 0}, {containerPort: 65536}, {name: a}]",
        "ports: [{containerPort: 1, name: '8080'}, {containerPort: 2, name: too-long-for-a-port}, {containerPort: 3, name: a--b}]",
        "ports: [{containerPort: 1, name: a, hostPort: 5}, {containerPort: 2, name: a, hostPort: 5}]",
        "ports: [{containerPort: 1}, {containerPort: 1}]",
        "env: [{name: A=B}, {name: ''}, {value: x}]",
        "env: [{name: A, value: x, valueFrom: {fieldRef: {fieldPath: metadata.name}}}]",
        "env: [{name: A, valueFrom: {}}, {name: B, valueFrom: {fieldRef: {fieldPath: metadata.foo}}}]",
        "env: [{name: A, valueFrom: {fieldRef: {fieldPath: \"metadata.name['a']\"}}}, {name: B, valueFrom: {resourceFieldRef: {resource: cpu}}}]",
        "env: [{name: A, valueFrom: {secretKeyRef: {key: a b, name: A}, configMapKeyRef: {key: a, name: b}}}]",
        "env: [{name: A, valueFrom: {resourceFieldRef: {resource: limits.cpu, divisor: 2m}}}]",
        "envFrom: [{}, {secretRef: {name: ''}}, {secretRef: {name: a}, configMapRef: {name: a}}]",
        "env: [{name: A}, {name: A}]",
    ];
    assert_snapshot!(each(&parts, container), @r#"
    ports: [{containerPort: 0}, {containerPort: 65536}, {name: a}]
      spec.containers[0].ports[2].containerPort `containerPort` is missing in `ports[2]`
      spec.containers[0].ports[0].containerPort `containerPort` `0` must be between 1 and 65535
      spec.containers[0].ports[1].containerPort `containerPort` `65536` must be between 1 and 65535
    ports: [{containerPort: 1, name: '8080'}, {containerPort: 2, name: too-long-for-a-port}, {containerPort: 3, name: a--b}]
      spec.containers[0].ports[0].name `name` `8080` must contain a letter
      spec.containers[0].ports[1].name `name` `too-long-for-a-port` must not be longer than 15 characters
      spec.containers[0].ports[2].name `name` `a--b` must not contain `--`
    ports: [{containerPort: 1, name: a, hostPort: 5}, {containerPort: 2, name: a, hostPort: 5}]
      spec.containers[0].ports[1].name duplicate port `a`
      spec.containers[0].ports[1].hostPort port 5 of the node is already taken
    ports: [{containerPort: 1}, {containerPort: 1}]
      spec.containers[0].ports[1] (applied server-side) items 0 and 1 of `ports` have the same `containerPort` and `protocol`: `1` and `TCP` (remove or rename one of them: server-side apply rejects both)
    env: [{name: A=B}, {name: ''}, {value: x}]
      spec.containers[0].env[2].name `name` is missing in `env[2]`
      spec.containers[0].env[0].name `name` `A=B` must consist of printable ASCII characters other than `=`
      spec.containers[0].env[1].name: `name` is empty
    env: [{name: A, value: x, valueFrom: {fieldRef: {fieldPath: metadata.name}}}]
      spec.containers[0].env[0].valueFrom: `valueFrom` must not be set together with `value`
    env: [{name: A, valueFrom: {}}, {name: B, valueFrom: {fieldRef: {fieldPath: metadata.foo}}}]
      spec.containers[0].env[0].valueFrom `valueFrom` must have one of `fieldRef`, `resourceFieldRef`, `configMapKeyRef` and `secretKeyRef`
      spec.containers[0].env[1].valueFrom.fieldRef.fieldPath `fieldPath` must not be `metadata.foo`: expected one of `metadata.name`, `metadata.namespace`, `metadata.uid`, `spec.nodeName`, `spec.serviceAccountName`, `status.hostIP`, `status.hostIPs`, `status.podIP`, `status.podIPs` (did you mean `metadata.uid`?)
    env: [{name: A, valueFrom: {fieldRef: {fieldPath: "metadata.name['a']"}}}, {name: B, valueFrom: {resourceFieldRef: {resource: cpu}}}]
      spec.containers[0].env[0].valueFrom.fieldRef.fieldPath `fieldPath` `metadata.name['a']` must not have a key in brackets: only labels and annotations have keys
      spec.containers[0].env[1].valueFrom.resourceFieldRef.resource `resource` must not be `cpu`: expected one of `limits.cpu`, `limits.memory`, `limits.ephemeral-storage`, `requests.cpu`, `requests.memory`, `requests.ephemeral-storage`
    env: [{name: A, valueFrom: {secretKeyRef: {key: a b, name: A}, configMapKeyRef: {key: a, name: b}}}]
      spec.containers[0].env[0].valueFrom.secretKeyRef.name `name` `A` must consist of lower-case letters, digits, `-` and `.`, with a letter or digit at both ends of each part
      spec.containers[0].env[0].valueFrom.secretKeyRef.key `key` `a b` must consist of letters, digits, `-`, `_` and `.`
      spec.containers[0].env[0].valueFrom `valueFrom` must not have more than one source
    env: [{name: A, valueFrom: {resourceFieldRef: {resource: limits.cpu, divisor: 2m}}}]
      spec.containers[0].env[0].valueFrom.resourceFieldRef.divisor `divisor` must not be `2m`: expected one of `1m`, `1`
    envFrom: [{}, {secretRef: {name: ''}}, {secretRef: {name: a}, configMapRef: {name: a}}]
      spec.containers[0].envFrom[0] `envFrom[0]` must have either `configMapRef` or `secretRef`
      spec.containers[0].envFrom[1].secretRef.name: `name` is empty
      spec.containers[0].envFrom[2] `envFrom[2]` must not have both `configMapRef` and `secretRef`
    env: [{name: A}, {name: A}]
      spec.containers[0].env[1] (applied server-side) items 0 and 1 of `env` have the same `name`: `A` (remove or rename one of them: server-side apply rejects both)
    "#);
    let old = container("env: [{name: 1A}]");
    assert_snapshot!(told_by("1.31", &old), @"spec.containers[0].env[0].name `name` `1A` must not begin with a digit before Kubernetes 1.32");
}

#[test]
fn resources() {
    let parts = [
        "requests: {cpu: 2, memory: 1Gi}, limits: {cpu: 1, memory: 1G}",
        "limits: {gpu: 1, storage: 1Gi, mem: 1}",
        "limits: {example.com/gpu: 500m}",
        "requests: {example.com/gpu: 1}",
        "requests: {example.com/gpu: 1}, limits: {example.com/gpu: 2}",
        "limits: {cpu: -1}",
        "limits: {hugepages-2Mi: 3Mi}",
        "claims: [{name: a}, {name: ''}]",
    ];
    assert_snapshot!(each(&parts, |part| container(&format!("resources: {{{part}}}"))), @r#"
    requests: {cpu: 2, memory: 1Gi}, limits: {cpu: 1, memory: 1G}
      spec.containers[0].resources.requests.cpu `cpu` `2` must not be more than the limit `1`
      spec.containers[0].resources.requests.memory `memory` `1Gi` must not be more than the limit `1G`
    limits: {gpu: 1, storage: 1Gi, mem: 1}
      spec.containers[0].resources.limits.gpu: the resource `gpu` is unknown: resources of other vendors have a domain, such as `example.com/gpu`
      spec.containers[0].resources.limits.storage: the resource `storage` is not a resource of containers: they have `cpu`, `memory`, `ephemeral-storage`, and those of vendors
      spec.containers[0].resources.limits.mem: the resource `mem` is unknown: resources of other vendors have a domain, such as `example.com/gpu`
    limits: {example.com/gpu: 500m}
      spec.containers[0].resources.limits["example.com/gpu"] `example.com/gpu` `500m` must be a whole number
    requests: {example.com/gpu: 1}
      spec.containers[0].resources.limits["example.com/gpu"] `example.com/gpu` is missing in `limits` (what cannot be shared needs a limit that equals the request)
    requests: {example.com/gpu: 1}, limits: {example.com/gpu: 2}
      spec.containers[0].resources.requests["example.com/gpu"] `example.com/gpu` `1` must equal the limit `2`
    limits: {cpu: -1}
      spec.containers[0].resources.limits.cpu `cpu` `-1` must not be negative
    limits: {hugepages-2Mi: 3Mi}
      spec.containers[0].resources.limits.hugepages-2Mi `hugepages-2Mi` `3Mi` must be a multiple of the page's size
      spec.containers[0].resources `resources` must have `cpu` or `memory` along with huge pages
    claims: [{name: a}, {name: ''}]
      spec.containers[0].resources.claims[0].name `name` `a` is not one of the pod's `resourceClaims`
      spec.containers[0].resources.claims[1].name: `name` is empty
    "#);
}

#[test]
fn mounts() {
    let parts = [
        "volumeMounts: [{name: other, mountPath: /a}]",
        "volumeMounts: [{name: data, mountPath: /a}, {name: data, mountPath: /a}, {name: data, mountPath: ''}]",
        "volumeMounts: [{name: data, mountPath: /a, subPath: /b}, {name: data, mountPath: /b, subPath: ../b, subPathExpr: b}]",
        "volumeMounts: [{name: data, mountPath: /a, mountPropagation: Bidirectional, recursiveReadOnly: Enabled}]",
        "volumeMounts: [{name: data, mountPath: /a}], volumeDevices: [{name: data, devicePath: /a}, {name: x, devicePath: ../a}]",
    ];
    assert_snapshot!(each(&parts, container), @r"
    volumeMounts: [{name: other, mountPath: /a}]
      spec.containers[0].volumeMounts[0].name `name` `other` is not a volume of the pod
    volumeMounts: [{name: data, mountPath: /a}, {name: data, mountPath: /a}, {name: data, mountPath: ''}]
      spec.containers[0].volumeMounts[1].mountPath duplicate volume at `/a`
      spec.containers[0].volumeMounts[2].mountPath: `mountPath` is empty
    volumeMounts: [{name: data, mountPath: /a, subPath: /b}, {name: data, mountPath: /b, subPath: ../b, subPathExpr: b}]
      spec.containers[0].volumeMounts[0].subPath `subPath` `/b` must be a relative path
      spec.containers[0].volumeMounts[1].subPath `subPath` `../b` must not contain `..`
      spec.containers[0].volumeMounts[1].subPathExpr: `subPathExpr` must not be set together with `subPath`
    volumeMounts: [{name: data, mountPath: /a, mountPropagation: Bidirectional, recursiveReadOnly: Enabled}]
      spec.containers[0].volumeMounts[0].mountPropagation `mountPropagation` `Bidirectional` is available only to privileged containers
      spec.containers[0].volumeMounts[0].recursiveReadOnly: `recursiveReadOnly` may only be set together with `readOnly: true`
    volumeMounts: [{name: data, mountPath: /a}], volumeDevices: [{name: data, devicePath: /a}, {name: x, devicePath: ../a}]
      spec.containers[0].volumeMounts[0].name `name` `data` must not be in `volumeDevices`, too
      spec.containers[0].volumeMounts[0].mountPath `mountPath` `/a` must not be a path of `volumeDevices`, too
      spec.containers[0].volumeDevices[1].name `name` `x` is not a volume of the pod
      spec.containers[0].volumeDevices[1].devicePath `devicePath` `../a` must not contain `..`
    ");
}

#[test]
fn probes_and_hooks() {
    let parts = [
        "livenessProbe: {}",
        "livenessProbe: {httpGet: {port: 80}, tcpSocket: {port: 80}}",
        "livenessProbe: {httpGet: {port: '8080', httpHeaders: [{name: 'a b', value: c}]}, successThreshold: 2}",
        "readinessProbe: {tcpSocket: {port: 0}, periodSeconds: -1, terminationGracePeriodSeconds: 5}",
        "startupProbe: {exec: {command: []}, terminationGracePeriodSeconds: 0}",
        "livenessProbe: {grpc: {port: 70000}}",
        "livenessProbe: {httpGet: {port: 80, protocol: HTTP2, scheme: HTTPS}}",
        "lifecycle: {postStart: {}, preStop: {sleep: {seconds: 60}}}",
        "lifecycle: {stopSignal: SIGTERM}",
    ];
    assert_snapshot!(each(&parts, container), @r"
    livenessProbe: {}
      spec.containers[0].livenessProbe `livenessProbe` must have one of `exec`, `httpGet`, `tcpSocket`, `grpc`
    livenessProbe: {httpGet: {port: 80}, tcpSocket: {port: 80}}
      spec.containers[0].livenessProbe.tcpSocket: `tcpSocket` must not be set together with `httpGet`
    livenessProbe: {httpGet: {port: '8080', httpHeaders: [{name: 'a b', value: c}]}, successThreshold: 2}
      spec.containers[0].livenessProbe.httpGet.port `port` `8080` as a port's name must contain a letter
      spec.containers[0].livenessProbe.httpGet.httpHeaders[0].name `name` `a b` must consist of letters, digits and `-`
      spec.containers[0].livenessProbe.successThreshold `successThreshold` `2` must be 1 in a `livenessProbe`
    readinessProbe: {tcpSocket: {port: 0}, periodSeconds: -1, terminationGracePeriodSeconds: 5}
      spec.containers[0].readinessProbe.tcpSocket.port `port` `0` must be between 1 and 65535
      spec.containers[0].readinessProbe.periodSeconds `periodSeconds` `-1` must not be less than 0
      spec.containers[0].readinessProbe.terminationGracePeriodSeconds: `terminationGracePeriodSeconds` must not be set in a `readinessProbe`
    startupProbe: {exec: {command: []}, terminationGracePeriodSeconds: 0}
      spec.containers[0].startupProbe.exec.command: `command` is empty
      spec.containers[0].startupProbe.terminationGracePeriodSeconds `terminationGracePeriodSeconds` `0` must not be less than 1
    livenessProbe: {grpc: {port: 70000}}
      spec.containers[0].livenessProbe.grpc.port `port` `70000` must be between 1 and 65535
    livenessProbe: {httpGet: {port: 80, protocol: HTTP2, scheme: HTTPS}}
      spec.containers[0].livenessProbe.httpGet.protocol `protocol` `HTTP2` is only possible with the scheme `HTTP`
    lifecycle: {postStart: {}, preStop: {sleep: {seconds: 60}}}
      spec.containers[0].lifecycle.postStart `postStart` must have one of `exec`, `httpGet`, `tcpSocket`, `sleep`
      spec.containers[0].lifecycle.preStop.sleep.seconds `seconds` `60` must be between 0 and the 30 seconds that the pod has to end
    lifecycle: {stopSignal: SIGTERM}
    ");
}

#[test]
fn security_contexts() {
    let parts = [
        "privileged: true, allowPrivilegeEscalation: false",
        "capabilities: {add: [CAP_SYS_ADMIN]}, allowPrivilegeEscalation: false",
        "runAsGroup: 99999999999, procMount: Unmasked",
        "seccompProfile: {type: RuntimeDefault, localhostProfile: a}",
        "appArmorProfile: {type: Localhost, localhostProfile: ' a'}",
    ];
    let context = |part: &str| container(&format!("securityContext: {{{part}}}"));
    assert_snapshot!(each(&parts, context), @r"
    privileged: true, allowPrivilegeEscalation: false
      spec.containers[0].securityContext.allowPrivilegeEscalation `allowPrivilegeEscalation` `false` is not possible for a privileged container
    capabilities: {add: [CAP_SYS_ADMIN]}, allowPrivilegeEscalation: false
      spec.containers[0].securityContext.allowPrivilegeEscalation `allowPrivilegeEscalation` `false` is not possible with the capability `CAP_SYS_ADMIN`
    runAsGroup: 99999999999, procMount: Unmasked
      spec.containers[0].securityContext.runAsGroup `runAsGroup` `99999999999` must be between 0 and 2147483647
      spec.containers[0].securityContext.procMount `procMount` `Unmasked` needs `hostUsers: false` in the pod
    seccompProfile: {type: RuntimeDefault, localhostProfile: a}
      spec.containers[0].securityContext.seccompProfile.localhostProfile: `localhostProfile` may only be set with the type `Localhost`
    appArmorProfile: {type: Localhost, localhostProfile: ' a'}
      spec.containers[0].securityContext.appArmorProfile.localhostProfile `localhostProfile` ` a` must not begin or end with white space
    ");
}

#[test]
fn volumes_that_are_fine() {
    fine(
        &[
            "",
            "emptyDir: {sizeLimit: 1Gi}",
            "configMap: {name: a, defaultMode: 0755, items: [{key: a, path: b/c}]}",
            "projected: {sources: [{serviceAccountToken: {path: token}}, {configMap: {name: a}}, {secret: {name: a}}]}",
            "csi: {driver: Secrets-Store.csi.k8s.io}",
            "ephemeral: {volumeClaimTemplate: {spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}}}",
        ],
        volume,
    );
}

#[test]
fn volumes_that_are_refused() {
    let parts = [
        "emptyDir: {}, secret: {secretName: a}",
        "configMap: {}",
        "secret: {secretName: a, defaultMode: 755, items: [{key: '', path: ../a}]}",
        "hostPath: {path: /a/../b, type: Dir}",
        "nfs: {server: a, path: b}",
        "persistentVolumeClaim: {claimName: ''}",
        "downwardAPI: {items: [{path: a}, {path: b, fieldRef: {fieldPath: status.podIP}}, {path: c, resourceFieldRef: {resource: limits.cpu}}]}",
        "projected: {sources: [{configMap: {name: a, items: [{key: a, path: x}]}}, {secret: {name: a, items: [{key: a, path: x}]}}]}",
        "projected: {sources: [{configMap: {name: a}, secret: {name: a}}, {serviceAccountToken: {path: /a, expirationSeconds: 60}}]}",
        "projected: {sources: [{clusterTrustBundle: {path: a}}, {podCertificate: {signerName: a, keyType: RSA}}]}",
        "csi: {driver: a_b}",
        "iscsi: {targetPortal: a, iqn: b, lun: 256}",
        "fc: {}",
        "azureDisk: {diskName: a, diskURI: b, kind: Managed}",
        "ephemeral: {volumeClaimTemplate: {spec: {accessModes: []}}}",
        "image: {pullPolicy: Always}",
        "emptyDir: {sizeLimit: -1}",
    ];
    assert_snapshot!(each(&parts, volume), @r"
    emptyDir: {}, secret: {secretName: a}
      spec.volumes[0].secret: `secret` must not be set together with `emptyDir`
    configMap: {}
      spec.volumes[0].configMap.name `name` is missing in `configMap`
    secret: {secretName: a, defaultMode: 755, items: [{key: '', path: ../a}]}
      spec.volumes[0].secret.defaultMode `defaultMode` `755` must be a file mode between 0 and 0777 (octal), which is 511
      spec.volumes[0].secret.items[0].key: `key` is empty
      spec.volumes[0].secret.items[0].path `path` `../a` must not contain `..`
    hostPath: {path: /a/../b, type: Dir}
      spec.volumes[0].hostPath.type `type` must not be `Dir`: expected one of `DirectoryOrCreate`, `Directory`, `FileOrCreate`, `File`, `Socket`, `CharDevice`, `BlockDevice`
      spec.volumes[0].hostPath.path `path` `/a/../b` must not contain `..`
    nfs: {server: a, path: b}
      spec.volumes[0].nfs.path `path` `b` must be an absolute path
    persistentVolumeClaim: {claimName: ''}
      spec.volumes[0].persistentVolumeClaim.claimName: `claimName` is empty
    downwardAPI: {items: [{path: a}, {path: b, fieldRef: {fieldPath: status.podIP}}, {path: c, resourceFieldRef: {resource: limits.cpu}}]}
      spec.volumes[0].downwardAPI.items[0] `items[0]` must have either `fieldRef` or `resourceFieldRef`
      spec.volumes[0].downwardAPI.items[1].fieldRef.fieldPath `fieldPath` must not be `status.podIP`: expected one of `metadata.name`, `metadata.namespace`, `metadata.labels`, `metadata.annotations`, `metadata.uid`
      spec.volumes[0].downwardAPI.items[2].resourceFieldRef.containerName `containerName` is missing in `resourceFieldRef`
    projected: {sources: [{configMap: {name: a, items: [{key: a, path: x}]}}, {secret: {name: a, items: [{key: a, path: x}]}}]}
      spec.volumes[0].projected.sources[1].secret.items[0].path duplicate file `x`
    projected: {sources: [{configMap: {name: a}, secret: {name: a}}, {serviceAccountToken: {path: /a, expirationSeconds: 60}}]}
      spec.volumes[0].projected.sources[0].secret: `secret` must not be set together with `configMap`
      spec.volumes[0].projected.sources[1].serviceAccountToken.expirationSeconds `expirationSeconds` `60` must be between 600 and 4294967296
      spec.volumes[0].projected.sources[1].serviceAccountToken.path `path` `/a` must be a relative path
    projected: {sources: [{clusterTrustBundle: {path: a}}, {podCertificate: {signerName: a, keyType: RSA}}]}
      spec.volumes[0].projected.sources[0].clusterTrustBundle `clusterTrustBundle` must have either `name` or `signerName`
      spec.volumes[0].projected.sources[1].podCertificate.signerName `signerName` `a` must be a domain and a path with `/` between them, such as `example.com/name`
      spec.volumes[0].projected.sources[1].podCertificate.keyType `keyType` must not be `RSA`: expected one of `RSA3072`, `RSA4096`, `ECDSAP256`, `ECDSAP384`, `ECDSAP521`, `ED25519`
      spec.volumes[0].projected.sources[1].podCertificate `podCertificate` must have at least one path to write to
    csi: {driver: a_b}
      spec.volumes[0].csi.driver `driver` `a_b` must consist of lower-case letters, digits, `-` and `.`, with a letter or digit at both ends of each part
    iscsi: {targetPortal: a, iqn: b, lun: 256}
      spec.volumes[0].iscsi.iqn `iqn` `b` must begin with `iqn`, `eui` or `naa`
      spec.volumes[0].iscsi.lun `lun` `256` must be between 0 and 255
    fc: {}
      spec.volumes[0].fc.targetWWNs `targetWWNs` is missing in `fc` (set either `targetWWNs` or `wwids`)
    azureDisk: {diskName: a, diskURI: b, kind: Managed}
      spec.volumes[0].azureDisk.diskURI `diskURI` `b` must begin with `/subscriptions/`
    ephemeral: {volumeClaimTemplate: {spec: {accessModes: []}}}
      spec.volumes[0].ephemeral.volumeClaimTemplate.spec.accessModes: `accessModes` is empty
      spec.volumes[0].ephemeral.volumeClaimTemplate.spec.resources.requests.storage `storage` is missing in `requests` (a claim must request storage)
    image: {pullPolicy: Always}
      spec.volumes[0].image.reference `reference` is missing in `image`
    emptyDir: {sizeLimit: -1}
      spec.volumes[0].emptyDir.sizeLimit `sizeLimit` `-1` must not be negative
    ");
}

#[test]
fn annotations_of_pods() {
    let pod = |annotations: &str| {
        format!(
            "{{apiVersion: v1, kind: Pod, metadata: {{name: a, annotations: {{{annotations}}}}}, spec: {{containers: [{{name: a, image: b}}]}}}}"
        )
    };
    fine(
        &[
            "container.apparmor.security.beta.kubernetes.io/a: runtime/default",
            "seccomp.security.alpha.kubernetes.io/pod: localhost/a",
            "controller.kubernetes.io/pod-deletion-cost: '-5'",
        ],
        pod,
    );
    let parts = [
        "container.apparmor.security.beta.kubernetes.io/b: runtime/default",
        "container.apparmor.security.beta.kubernetes.io/a: strict",
        "seccomp.security.alpha.kubernetes.io/pod: strict",
        "controller.kubernetes.io/pod-deletion-cost: '05'",
    ];
    assert_snapshot!(each(&parts, pod), @r#"
    container.apparmor.security.beta.kubernetes.io/b: runtime/default
      metadata.annotations["container.apparmor.security.beta.kubernetes.io/b"]: the annotation `container.apparmor.security.beta.kubernetes.io/b` names no container of the pod
    container.apparmor.security.beta.kubernetes.io/a: strict
      metadata.annotations["container.apparmor.security.beta.kubernetes.io/a"] `container.apparmor.security.beta.kubernetes.io/a` `strict` must be `runtime/default`, `unconfined`, or a profile after `localhost/`
    seccomp.security.alpha.kubernetes.io/pod: strict
      metadata.annotations["seccomp.security.alpha.kubernetes.io/pod"] `seccomp.security.alpha.kubernetes.io/pod` `strict` must be `runtime/default`, `unconfined`, or a profile after `localhost/`
    controller.kubernetes.io/pod-deletion-cost: '05'
      metadata.annotations["controller.kubernetes.io/pod-deletion-cost"] `controller.kubernetes.io/pod-deletion-cost` `05` must be a 32-bit integer
    "#);
}

#[test]
fn what_is_told_once_is_not_told_again() {
    assert_snapshot!(told(&volume("secret: {name: a}")), @"spec.volumes[0].secret.name: unknown field `name` in `secret` (`name` belongs to `spec.volumes[0]`)");
    assert_snapshot!(told(&pod("tolerations: x")), @"spec.tolerations `tolerations` must be a list, not the text `x` (put `- ` in front of each item)");
}
