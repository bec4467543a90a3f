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
    assert_snapshot!(each(&parts, config), @"");
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
    assert_snapshot!(each(&parts, name), @"");
}

#[test]
fn names_of_services_were_stricter() {
    let service =
        "{apiVersion: v1, kind: Service, metadata: {name: 1a}, spec: {ports: [{port: 80}]}}";
    assert_eq!(told(service), "");
    assert_snapshot!(told_by("1.35", service), @"");
}

#[test]
fn a_namespace_of_what_stands_in_none_is_dropped() {
    let role = "{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, metadata: {name: a, namespace: A_b}}";
    assert_eq!(told(role), "");
}
