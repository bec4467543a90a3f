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
            "hostNetwork: ${X}, volumes: ${VOLUMES}",
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
    assert_snapshot!(each(&parts, pod), @"");
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
    assert_snapshot!(each(&parts, pod), @"");
    fine(&["containers: ${CONTAINERS}"], |_| {
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
    assert_snapshot!(each(&parts, |part| pod(&format!("affinity: {{{part}}}"))), @"");
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
    assert_snapshot!(each(&parts, pod), @"");
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
    assert_snapshot!(each(&parts, container), @"");
    let old = container("env: [{name: 1A}]");
    assert_snapshot!(told_by("1.31", &old), @"");
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
    assert_snapshot!(each(&parts, |part| container(&format!("resources: {{{part}}}"))), @"");
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
    assert_snapshot!(each(&parts, container), @"");
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
    assert_snapshot!(each(&parts, container), @"");
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
    assert_snapshot!(each(&parts, context), @"");
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
    assert_snapshot!(each(&parts, volume), @"");
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
    assert_snapshot!(each(&parts, pod), @"");
}

#[test]
fn what_is_told_once_is_not_told_again() {
    assert_snapshot!(told(&volume("secret: {name: a}")), @"");
    assert_snapshot!(told(&pod("tolerations: x")), @"");
}
