use manifest::Source;

use super::*;

/// The merge keys behind fields of a kind; `[]` goes into items.
fn keys(schema: &Schema, api_version: &str, kind: &str, path: &str) -> Option<String> {
    let start = schema.kind(api_version, kind)?;
    let end = path.split('.').try_fold(start, |at, part| match part {
        "[]" => at.items(),
        key => at.field(key),
    })?;
    let keys: Vec<&str> = end.merge()?.keys().collect();
    Some(keys.join(","))
}

#[test]
fn lists_of_built_in_kinds() {
    let deployment = |path: &str| keys(Schema::builtin(), "apps/v1", "Deployment", path);
    let pod = "spec.template.spec";
    let found = |path: &str| deployment(&format!("{pod}.{path}"));
    assert_eq!(found("containers").as_deref(), Some("name"));
    assert_eq!(found("containers.[].env").as_deref(), Some("name"));
    let ports = found("containers.[].ports");
    assert_eq!(ports.as_deref(), Some("containerPort,protocol"));
    assert_eq!(found("ephemeralContainers.[].ports"), None);
    assert_eq!(found("tolerations"), None);
    assert_eq!(found("hostAliases").as_deref(), Some("ip"));
    assert_eq!(deployment("metadata.finalizers").as_deref(), Some(""));
    assert_eq!(deployment("status.conditions").as_deref(), Some("type"));
    assert_eq!(deployment("spec.nothing.of.the.kind"), None);
}

#[test]
fn kinds_that_no_default_cluster_of_that_version_serves_are_unknown() {
    let schema = Schema::builtin();
    assert!(schema.kind("v1", "Pod").is_some());
    assert!(schema.kind("policy/v1beta1", "PodSecurityPolicy").is_some());
    assert!(schema.kind("batch/v2alpha1", "CronJob").is_none());
    assert!(
        schema
            .kind("autoscaling/v2", "HorizontalPodAutoscaler")
            .is_none()
    );
    assert!(schema.kind("example.com/v1", "Deployment").is_none());
}

#[test]
fn types_may_hold_themselves() {
    let crd = Schema::builtin().kind("apiextensions.k8s.io/v1", "CustomResourceDefinition");
    let path = ["spec", "versions", "[]", "schema", "openAPIV3Schema"];
    let mut at = path.iter().try_fold(crd.unwrap(), |at, part| match *part {
        "[]" => at.items(),
        key => at.field(key),
    });
    for _ in 0..1000 {
        at = at.unwrap().field("properties").unwrap().field("anything");
    }
    assert!(at.is_some());
}

#[test]
fn scopes() {
    let scope = |api_version, kind| Schema::builtin().is_namespaced(&Gvk::new(api_version, kind));
    assert_eq!(scope("v1", "Namespace"), Some(false));
    assert_eq!(scope("apps/v1", "Deployment"), Some(true));
    assert_eq!(
        scope("rbac.authorization.k8s.io/v1", "ClusterRole"),
        Some(false)
    );
    assert_eq!(
        scope("rbac.authorization.k8s.io/v1alpha1", "ClusterRole"),
        None
    );
    assert_eq!(scope("example.com/v1", "ClusterThing"), None);
}

#[test]
fn a_document_replaces_the_built_in_types() {
    let text = r##"
definitions:
  Thing:
    x-kubernetes-group-version-kind: [{group: example.com, version: v1, kind: Thing}]
    properties:
      spec: {$ref: "#/definitions/Spec"}
  Spec:
    type: object
    properties:
      parts:
        type: array
        items: {$ref: "#/definitions/Part"}
        x-kubernetes-patch-strategy: retainKeys,merge
        x-kubernetes-patch-merge-key: id
      tags: {type: array, items: {type: string}, x-kubernetes-patch-strategy: merge}
      loop: {$ref: "#/definitions/Loop"}
      map: {type: object, additionalProperties: {$ref: "#/definitions/Spec"}}
  Part: {type: object, properties: {parts: {$ref: "#/definitions/Spec"}}}
  Loop: {$ref: "#/definitions/Loop"}
paths:
  /apis/example.com/v1/things:
    get: {x-kubernetes-group-version-kind: {group: example.com, version: v1, kind: Thing}}
"##;
    let source = Source::built_in("document", text);
    let documents = source.documents().documents;
    let schema = Schema::of_document(documents[0].view());
    let thing = |path| keys(&schema, "example.com/v1", "Thing", path);
    assert_eq!(thing("spec.parts").as_deref(), Some("id"));
    assert_eq!(thing("spec.tags").as_deref(), Some(""));
    assert_eq!(thing("spec.map.anything.parts").as_deref(), Some("id"));
    assert_eq!(thing("spec.parts.[].parts.tags").as_deref(), Some(""));
    assert_eq!(thing("spec.loop"), None);
    assert!(schema.kind("apps/v1", "Deployment").is_none());
    assert_eq!(
        schema.is_namespaced(&Gvk::new("example.com/v1", "Thing")),
        Some(false)
    );
    assert_eq!(
        schema.is_namespaced(&Gvk::new("apps/v1", "Deployment")),
        Some(true)
    );
}

#[test]
fn a_document_that_is_none_has_no_kinds() {
    for text in [
        "",
        "[]",
        "definitions: 3",
        "definitions: {A: {x-kubernetes-group-version-kind: 1}}",
    ] {
        let source = Source::built_in("document", text);
        let schema = match source.documents().documents.first() {
            Some(document) => Schema::of_document(document.view()),
            None => continue,
        };
        assert!(schema.kind("v1", "Pod").is_none());
    }
}

#[test]
fn a_document_joins_the_built_in_types() {
    let text = r##"
definitions:
  Thing:
    x-kubernetes-group-version-kind: [{group: example.com, version: v1, kind: Thing}]
    properties:
      template: {$ref: "#/definitions/io.k8s.api.core.v1.PodTemplateSpec"}
  io.k8s.api.core.v1.Container:
    type: object
    properties:
      own: {type: array, items: {type: object}, x-kubernetes-patch-strategy: merge, x-kubernetes-patch-merge-key: id}
"##;
    let source = Source::built_in("document", text);
    let documents = source.documents().documents;
    let of = |first, api_version, kind, path: &str| {
        let schema = Schema::with_document(documents[0].view(), first);
        let pod = format!("template.spec.{path}");
        let path = if kind == "Thing" {
            pod
        } else {
            format!("spec.{pod}")
        };
        keys(&schema, api_version, kind, &path).unwrap_or_default()
    };
    for (api_version, kind) in [("example.com/v1", "Thing"), ("apps/v1", "Deployment")] {
        for first in [First::BuiltIn, First::Document] {
            assert_eq!(of(first, api_version, kind, "volumes"), "name");
            assert_eq!(of(first, api_version, kind, "containers"), "name");
        }
        let env = |first| of(first, api_version, kind, "containers.[].env");
        let own = |first| of(first, api_version, kind, "containers.[].own");
        assert_eq!(
            (env(First::BuiltIn), own(First::BuiltIn)),
            ("name".into(), String::new())
        );
        assert_eq!(
            (env(First::Document), own(First::Document)),
            (String::new(), "id".into())
        );
    }
}
