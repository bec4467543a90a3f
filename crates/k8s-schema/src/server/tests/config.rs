use insta::assert_snapshot;

use super::{each, fine, told};

#[test]
fn config_maps() {
    let config =
        |part: &str| format!("{{apiVersion: v1, kind: ConfigMap, metadata: {{name: a}}, {part}}}");
    fine(
        &[
            "data: {a.b_c-D: x, '${KEY}': y}, binaryData: {c: eA==}",
            "data: null",
        ],
        config,
    );
    let parts = [
        "data: {a b: x, ..a: y, '': z}",
        "data: {a: x}, binaryData: {a: eA==}",
    ];
    assert_snapshot!(each(&parts, config), @"");
    let large = config(&format!("data: {{a: {}}}", "x".repeat(1 << 20 | 1)));
    assert_snapshot!(told(&large), @"");
}

#[test]
fn secrets() {
    let secret =
        |part: &str| format!("{{apiVersion: v1, kind: Secret, metadata: {{name: a}}, {part}}}");
    fine(
        &[
            "type: my-own/type",
            "type: kubernetes.io/tls, data: {tls.crt: '', tls.key: eA==}",
            "type: kubernetes.io/basic-auth, stringData: {password: x}",
            "type: kubernetes.io/dockerconfigjson, stringData: {.dockerconfigjson: '{\"auths\": {}}'}",
            "type: kubernetes.io/dockerconfigjson, data: {.dockerconfigjson: e30=}",
            "type: kubernetes.io/dockerconfigjson, stringData: {.dockerconfigjson: '<path:a/b#c>'}",
            "type: kubernetes.io/tls, data: '${DATA}'",
        ],
        secret,
    );
    let parts = [
        "stringData: {a/b: hunter2}",
        "type: kubernetes.io/tls, data: {tls.crt: eA==}",
        "type: kubernetes.io/basic-auth",
        "type: kubernetes.io/ssh-auth, data: {ssh-privatekey: ''}",
        "type: kubernetes.io/service-account-token",
        "type: kubernetes.io/dockerconfigjson, stringData: {.dockerconfigjson: hunter2}",
        "type: kubernetes.io/dockercfg, data: {.dockercfg: aHVudGVyMg==}",
    ];
    let all = each(&parts, secret);
    assert_snapshot!(all, @"");
}

#[test]
fn claims_and_volumes() {
    let object = |part: &str| format!("{{apiVersion: v1, metadata: {{name: a}}, {part}}}");
    fine(
        &[
            "kind: PersistentVolumeClaim, spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 2Gi}, limits: {storage: 1Gi}}}",
            "kind: PersistentVolumeClaim, spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: '${SIZE}'}}, dataSource: {name: a}}",
            "kind: PersistentVolume, spec: {accessModes: [ReadWriteOnce], capacity: {storage: 1Gi}, nfs: {server: a, path: /}}",
        ],
        object,
    );
    let parts = [
        "kind: PersistentVolumeClaim, spec: {}",
        "kind: PersistentVolumeClaim, spec: {accessModes: [ReadWriteOncePod, ReadWriteMany], resources: {requests: {storage: 0}}, storageClassName: A}",
        "kind: PersistentVolumeClaim, spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1}}, dataSourceRef: {kind: VolumeSnapshot, name: ''}}",
        "kind: PersistentVolume, spec: {accessModes: [ReadWriteOnce], capacity: {cpu: 1}}",
        "kind: PersistentVolume, spec: {accessModes: [ReadWriteOnce], capacity: {storage: 1}, local: {path: /a}, nfs: {server: a, path: /}}",
        "kind: PersistentVolume, spec: {accessModes: [ReadWriteOnce], capacity: {storage: 1}, csi: {driver: a, volumeHandle: '', nodePublishSecretRef: {name: a}}, volumeAttributesClassName: ''}",
        "kind: PersistentVolume, spec: {accessModes: [ReadWriteOnce], capacity: {storage: 1}, hostPath: {path: /}, persistentVolumeReclaimPolicy: Recycle, nodeAffinity: {}}",
    ];
    assert_snapshot!(each(&parts, object), @"");
}

#[test]
fn classes_and_drivers() {
    let object =
        |part: &str| format!("{{apiVersion: storage.k8s.io/v1, metadata: {{name: a}}, {part}}}");
    fine(
        &[
            "kind: StorageClass, provisioner: a.io/b, allowedTopologies: [{matchLabelExpressions: [{key: a, values: [b]}]}]",
        ],
        object,
    );
    let parts = [
        "kind: StorageClass, provisioner: a b",
        "kind: StorageClass, provisioner: a, reclaimPolicy: Recycle, allowedTopologies: [{matchLabelExpressions: [{key: a, values: [b, b]}, {key: a, values: []}]}]",
        "kind: VolumeAttributesClass, driverName: a, parameters: {}",
        "kind: CSIDriver, spec: {tokenRequests: [{audience: a, expirationSeconds: 5}, {audience: a}]}",
        "kind: CSINode, spec: {drivers: [{name: a_b, nodeID: '', topologyKeys: [a b, c, c]}]}",
        "kind: CSIStorageCapacity, storageClassName: A, capacity: -1",
    ];
    assert_snapshot!(each(&parts, object), @"");
}
