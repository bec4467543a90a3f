use insta::assert_snapshot;

use super::{each, fine, told, told_by};

fn config(metadata: &str) -> String {
    format!("{{apiVersion: v1, kind: ConfigMap, metadata: {{{metadata}}}}}")
}

#[test]
fn metadata_that_is_fine() {
    fine(
        &[
            "name: a.b-c",
            "generateName: a-",
            "name: '${NAME}', labels: {'{{ key }}': x}",
            "name: a, labels: {a.io/b: C_d.e, empty: ''}, annotations: {A.io/b: any text}",
            "name: a, finalizers: [a.io/b, orphan], generation: 1, resourceVersion: ''",
            "name: a, ownerReferences: [{apiVersion: v1, kind: A, name: a, uid: u, controller: true}]",
            "name: a, labels: null, annotations: null, creationTimestamp: null",
        ],
        config,
    );
}

#[test]
fn metadata_that_is_refused() {
    let parts = [
        "name: A_b",
        "generateName: -a-",
        "name: a, namespace: a.b",
        "name: a, labels: {a b: x, b: 'x y'}",
        "name: a, annotations: {a/b/c: x}",
        "name: a, finalizers: [a]",
        "name: a, finalizers: [orphan, foregroundDeletion]",
        "name: a, resourceVersion: '1'",
        "name: a, generation: -1",
        "name: a, ownerReferences: [{apiVersion: a/b/c, kind: A, name: '', uid: u}]",
        "name: a, managedFields: [{operation: Patch, fieldsType: FieldsV1}]",
    ];
    assert_snapshot!(each(&parts, config), @r#"
    name: A_b
      metadata.name `name` `A_b` must consist of lower-case letters, digits, `-` and `.`, with a letter or digit at both ends of each part
    generateName: -a-
      metadata.generateName `generateName` `-a-` must consist of lower-case letters, digits, `-` and `.`, with a letter or digit at both ends of each part
    name: a, namespace: a.b
      metadata.namespace `namespace` `a.b` must not contain dots
    name: a, labels: {a b: x, b: 'x y'}
      metadata.labels["a b"]: the key `a b` must consist of letters, digits, `-`, `_` and `.`, begin and end with a letter or digit, and may have a domain and a `/` before that
      metadata.labels.b `b` `x y` must consist of letters, digits, `-`, `_` and `.`, and begin and end with a letter or digit
    name: a, annotations: {a/b/c: x}
      metadata.annotations.a/b/c: the key `a/b/c` must not contain more than one `/`
    name: a, finalizers: [a]
      metadata.finalizers[0] `finalizers[0]` `a` must have a domain and a `/` before its name
    name: a, finalizers: [orphan, foregroundDeletion]
      metadata.finalizers `finalizers` must not have both `orphan` and `foregroundDeletion`
    name: a, resourceVersion: '1'
      metadata.resourceVersion: `resourceVersion` must not be set: the API server sets it, and rejects the creation of an object that has it (remove the field)
    name: a, generation: -1
      metadata.generation `generation` `-1` must not be less than 0
    name: a, ownerReferences: [{apiVersion: a/b/c, kind: A, name: '', uid: u}]
      metadata.ownerReferences[0].name: `name` is empty
      metadata.ownerReferences[0].apiVersion `apiVersion` `a/b/c` must be a group and a version with `/` between them
    name: a, managedFields: [{operation: Patch, fieldsType: FieldsV1}]
      metadata.managedFields[0].operation `operation` must not be `Patch`: expected one of `Apply`, `Update`
    "#);
}

#[test]
fn names_differ_by_kind() {
    let name = |object: &str| {
        let (kind, name) = object.split_once(' ').unwrap();
        let (group, rest) = kind.split_once(':').unwrap();
        format!("{{apiVersion: {group}, kind: {rest}, metadata: {{name: '{name}'}}}}")
    };
    fine(
        &[
            "v1:ConfigMap a.b",
            "rbac.authorization.k8s.io/v1:Role system:a B",
            "v1:Namespace 1a",
        ],
        name,
    );
    let parts = [
        "v1:Namespace a.b",
        "rbac.authorization.k8s.io/v1:Role a/b",
        "rbac.authorization.k8s.io/v1:Role ..",
    ];
    assert_snapshot!(each(&parts, name), @r"
    v1:Namespace a.b
      metadata.name `name` `a.b` must not contain dots
    rbac.authorization.k8s.io/v1:Role a/b
      metadata.name `name` `a/b` must not contain `/`
    rbac.authorization.k8s.io/v1:Role ..
      metadata.name `name` `..` must not be `..`
    ");
}

#[test]
fn names_of_services_were_stricter() {
    let service =
        "{apiVersion: v1, kind: Service, metadata: {name: 1a}, spec: {ports: [{port: 80}]}}";
    assert_eq!(told(service), "");
    assert_snapshot!(told_by("1.35", service), @"metadata.name `name` `1a` must consist of lower-case letters, digits and `-`, begin with a letter, and end with a letter or digit");
}

#[test]
fn a_namespace_of_what_stands_in_none_is_dropped() {
    let role = "{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, metadata: {name: a, namespace: A_b}}";
    assert_eq!(told(role), "");
}
