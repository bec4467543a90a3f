use manifest::{Dialect, Node, Source};
use proptest::prelude::*;
use spanned_yaml::Tree;

use crate::{Catalog, Version};

/// Keys that lead somewhere, and some that do not.
const KEYS: &[&str] = &[
    "",
    "${A}",
    "a.b",
    "additionalProperties",
    "allOf",
    "anyOf",
    "apiVersion",
    "containers",
    "data",
    "default",
    "enum",
    "env",
    "format",
    "generateName",
    "items",
    "kind",
    "labels",
    "maxLength",
    "metadata",
    "minimum",
    "multipleOf",
    "name",
    "not",
    "oneOf",
    "pattern",
    "ports",
    "properties",
    "required",
    "resources",
    "spec",
    "status",
    "template",
    "type",
    "x-kubernetes-embedded-resource",
    "x-kubernetes-int-or-string",
    "x-kubernetes-list-map-keys",
    "x-kubernetes-list-type",
    "x-kubernetes-validations",
];

const SCALARS: &[&str] = &[
    "",
    "~",
    "true",
    "no",
    "0",
    "-1",
    "1.5",
    "1e400",
    ".nan",
    "99999999999999999999",
    "''",
    "name",
    "object",
    "array",
    "string",
    "integer",
    "map",
    "set",
    "'${A}'",
    "'['",
    "'(a+)+$'",
    "ipv4",
    "\"\\u0000\"",
    "2024-01-01",
    "ÄÖ",
];

const KINDS: &[(&str, &str)] = &[
    ("v1", "Pod"),
    ("v1", "List"),
    ("v1", "Secret"),
    ("apps/v1", "Deployment"),
    ("extensions/v1beta1", "Ingress"),
    ("apiextensions.k8s.io/v1", "CustomResourceDefinition"),
    ("example.com/v1", "Widget"),
    ("a/b/c", ""),
    ("", "Pod"),
];

/// A value in flow style.
fn value() -> impl Strategy<Value = String> {
    let scalar = proptest::sample::select(SCALARS).prop_map(str::to_owned);
    scalar.prop_recursive(6, 60, 6, |inner| {
        let entry = (proptest::sample::select(KEYS), inner.clone())
            .prop_map(|(key, value)| format!("\"{key}\": {value}"));
        prop_oneof![
            proptest::collection::vec(inner, 0..6).prop_map(|v| format!("[{}]", v.join(", "))),
            proptest::collection::vec(entry, 0..6).prop_map(|v| format!("{{{}}}", v.join(", "))),
        ]
    })
}

fn node(yaml: &str) -> Option<Node> {
    let source = Source::file("a.yaml", Tree::parse(yaml));
    source.documents().documents.into_iter().next()
}

proptest! {
    #[test]
    fn nothing_panics(
        (api_version, kind) in proptest::sample::select(KINDS),
        metadata in value(),
        spec in value(),
        schema in value(),
    ) {
        let definition = format!(
            "{{apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, spec: {{group: \
             example.com, names: {{kind: Widget}}, versions: [{{name: v1, served: true, schema: \
             {{openAPIV3Schema: {schema}}}}}]}}}}"
        );
        let definition = node(&definition);
        let catalog = Catalog::with_crds(definition.iter().map(Node::view));
        let object = format!(
            "{{apiVersion: \"{api_version}\", kind: \"{kind}\", metadata: {metadata}, spec: {spec}}}"
        );
        for yaml in [&object, &spec] {
            if let Some(object) = node(yaml) {
                let verdict = catalog.validate(object.view(), Version::OLDEST, Dialect::Kubectl);
                for violation in verdict.violations {
                    prop_assert!(!violation.message.chars().any(char::is_control));
                }
            }
        }
    }
}
