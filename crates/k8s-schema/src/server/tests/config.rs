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
    assert_snapshot!(each(&parts, config), @r#"
    data: {a b: x, ..a: y, '': z}
      data["a b"]: the key `a b` must consist of letters, digits, `-`, `_` and `.`
      data["..a"]: the key `..a` must not begin with `..`
      data[""]: the key `` must consist of letters, digits, `-`, `_` and `.`
    data: {a: x}, binaryData: {a: eA==}
      data.a: the key `a` is in `binaryData`, too
    "#);
    let large = config(&format!("data: {{a: {}}}", "x".repeat(1 << 20 | 1)));
    assert_snapshot!(told(&large), @"data `data` must not be larger than 1 MiB in total");
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
    assert_snapshot!(all, @r#"
    stringData: {a/b: hunter2}
      stringData.a/b: the key `a/b` must consist of letters, digits, `-`, `_` and `.`
    type: kubernetes.io/tls, data: {tls.crt: eA==}
      data["tls.key"] `tls.key` is missing in `data` (the type `kubernetes.io/tls` needs it)
    type: kubernetes.io/basic-auth
      data.username `username` is missing in `data` (the type `kubernetes.io/basic-auth` needs it)
    type: kubernetes.io/ssh-auth, data: {ssh-privatekey: ''}
      data.ssh-privatekey: `ssh-privatekey` is empty
    type: kubernetes.io/service-account-token
      metadata.annotations["kubernetes.io/service-account.name"] `kubernetes.io/service-account.name` is missing in `annotations`
    type: kubernetes.io/dockerconfigjson, stringData: {.dockerconfigjson: hunter2}
      stringData[".dockerconfigjson"] `.dockerconfigjson` must be an object in JSON
    type: kubernetes.io/dockercfg, data: {.dockercfg: aHVudGVyMg==}
      data[".dockercfg"] `.dockercfg` must be an object in JSON, encoded in base64
    "#);
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
    assert_snapshot!(each(&parts, object), @r"
    kind: PersistentVolumeClaim, spec: {}
      spec.accessModes `accessModes` is missing in `spec`
      spec.resources.requests.storage `storage` is missing in `requests` (a claim must request storage)
    kind: PersistentVolumeClaim, spec: {accessModes: [ReadWriteOncePod, ReadWriteMany], resources: {requests: {storage: 0}}, storageClassName: A}
      spec.accessModes `accessModes` must have nothing besides `ReadWriteOncePod`
      spec.resources.requests.storage `storage` `0` must be greater than zero
      spec.storageClassName `storageClassName` `A` must consist of lower-case letters, digits, `-` and `.`, with a letter or digit at both ends of each part
    kind: PersistentVolumeClaim, spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1}}, dataSourceRef: {kind: VolumeSnapshot, name: ''}}
      spec.dataSourceRef.name: `name` is empty
      spec.dataSourceRef.kind `kind` `VolumeSnapshot` must be `PersistentVolumeClaim` without `apiGroup`
    kind: PersistentVolume, spec: {accessModes: [ReadWriteOnce], capacity: {cpu: 1}}
      spec.capacity.cpu: the resource `cpu` is not a resource of volumes: only `storage` is
      spec `spec` must have a source, such as `csi`, `nfs` or `local`
    kind: PersistentVolume, spec: {accessModes: [ReadWriteOnce], capacity: {storage: 1}, local: {path: /a}, nfs: {server: a, path: /}}
      spec.local: `local` must not be set together with `nfs`
      spec.nodeAffinity `nodeAffinity` is missing in `spec` (a local volume says on which node it is)
    kind: PersistentVolume, spec: {accessModes: [ReadWriteOnce], capacity: {storage: 1}, csi: {driver: a, volumeHandle: '', nodePublishSecretRef: {name: a}}, volumeAttributesClassName: ''}
      spec.csi.volumeHandle: `volumeHandle` is empty
      spec.csi.nodePublishSecretRef.namespace `namespace` is missing in `nodePublishSecretRef`
      spec.volumeAttributesClassName: `volumeAttributesClassName` is empty
    kind: PersistentVolume, spec: {accessModes: [ReadWriteOnce], capacity: {storage: 1}, hostPath: {path: /}, persistentVolumeReclaimPolicy: Recycle, nodeAffinity: {}}
      spec.nodeAffinity.required `required` is missing in `nodeAffinity`
      spec.persistentVolumeReclaimPolicy `persistentVolumeReclaimPolicy` `Recycle` must not be used for the root of the host
    ");
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
    assert_snapshot!(each(&parts, object), @r"
    kind: StorageClass, provisioner: a b
      provisioner `provisioner` `a b` must consist of letters, digits, `-`, `_` and `.`, begin and end with a letter or digit, and may have a domain and a `/` before that
    kind: StorageClass, provisioner: a, reclaimPolicy: Recycle, allowedTopologies: [{matchLabelExpressions: [{key: a, values: [b, b]}, {key: a, values: []}]}]
      reclaimPolicy `reclaimPolicy` must not be `Recycle`: expected one of `Delete`, `Retain`
      allowedTopologies[0].matchLabelExpressions[0].values[1] duplicate entry `b`
      allowedTopologies[0].matchLabelExpressions[1].key duplicate entry `a`
      allowedTopologies[0].matchLabelExpressions[1].values: `values` is empty
    kind: VolumeAttributesClass, driverName: a, parameters: {}
      parameters: `parameters` is empty
    kind: CSIDriver, spec: {tokenRequests: [{audience: a, expirationSeconds: 5}, {audience: a}]}
      spec.tokenRequests[0].expirationSeconds `expirationSeconds` `5` must be between 600 and 4294967296
      spec.tokenRequests[1] duplicate token for `a`
    kind: CSINode, spec: {drivers: [{name: a_b, nodeID: '', topologyKeys: [a b, c, c]}]}
      spec.drivers[0].name `name` `a_b` must consist of lower-case letters, digits, `-` and `.`, with a letter or digit at both ends of each part
      spec.drivers[0].nodeID: `nodeID` is empty
      spec.drivers[0].topologyKeys[0] `topologyKeys[0]` `a b` must consist of letters, digits, `-`, `_` and `.`, begin and end with a letter or digit, and may have a domain and a `/` before that
      spec.drivers[0].topologyKeys[2] duplicate entry `c`
    kind: CSIStorageCapacity, storageClassName: A, capacity: -1
      storageClassName `storageClassName` `A` must consist of lower-case letters, digits, `-` and `.`, with a letter or digit at both ends of each part
      capacity `capacity` `-1` must not be negative
    ");
}
