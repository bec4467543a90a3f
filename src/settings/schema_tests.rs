//! The JSON Schema that editors use says the same as the reader.

use std::sync::Arc;

use manifest::{Dialect, Kind, Scalar, Source, View};
use regex::Regex;
use serde_json::{Map, Value};
use spanned_yaml::Tree;

const SCHEMA: &str = include_str!("../../schemas/config.schema.json");
const RULES: [&str; 2] = ["single-replica", "plain-secret"];

/// Cases with whether they are right.
const CASES: [(&str, bool); 76] = [
    ("new-ignores: refuse", true),
    ("new-ignores: never", false),
    ("new-ignores: [refuse]", false),
    ("baseline: ci/baseline.yaml", true),
    ("baseline: [ci/baseline.yaml]", false),
    ("baseline: /etc/baseline.yaml", false),
    ("baseline:", true),
    ("", true),
    ("rules:", true),
    ("[]", false),
    ("text", false),
    ("profile: default", true),
    ("profile: restricted", true),
    ("profile: strict", false),
    ("profile: [default]", false),
    ("profiles: default", false),
    ("kubernetes: '1.31'", true),
    ("kubernetes: 1.31", true),
    ("kubernetes: v1.31.4", true),
    ("kubernetes: latest", false),
    (
        "kubernetes: {default: '1.31', environments: {prod-eu: '1.30'}}",
        true,
    ),
    ("kubernetes: {version: '1.31'}", false),
    ("kubernetes: {environments: ['1.31']}", false),
    ("kubernetes: {api-versions: [cert-manager.io/v1]}", true),
    (
        "charts: [{paths: ['charts/*'], values: ['values/{env}.yaml'], namespace: '{chart}-{env}'}]",
        true,
    ),
    ("charts: [{path: charts}]", false),
    ("charts: {paths: [a]}", false),
    ("charts: [{paths: charts}]", false),
    (
        "environments: {dev: [dev], stage: [], production: [us, eu]}",
        true,
    ),
    ("environments: {test: [dev]}", false),
    ("environments: [dev]", false),
    ("environments: {dev: dev}", false),
    (
        "environments: {dev: {members: [dev], paths: ['a/**']}}",
        true,
    ),
    (
        "environments: {dev: {members: [dev], paths: {dev: ['a/**']}}}",
        true,
    ),
    ("environments: {dev: {member: [dev]}}", false),
    ("environments: {dev: {paths: [/etc]}}", false),
    ("rules: {single-replica: off}", true),
    ("rules: {single-replica: fatal}", false),
    ("rules: {single-replica: [off]}", false),
    ("rules: [single-replica]", false),
    ("rules: {single-replica: {severity: info}}", true),
    (
        "rules: {single-replica: {severity: {dev: off, production: error}}}",
        true,
    ),
    ("rules: {single-replica: {severity: {prod: error}}}", false),
    ("rules: {single-replica: {severity: [error]}}", false),
    ("rules: {single-replica: {severities: error}}", false),
    (
        "rules: {single-replica: {parameters: {minimum: 2, x: [a, {b: c}]}}}",
        true,
    ),
    ("rules: {single-replica: {parameters: 2}}", false),
    (
        "rules: {single-replica: {tiers: {dev: {parameters: {minimum: 1}}}}}",
        true,
    ),
    (
        "rules: {single-replica: {tiers: {dev: {minimum: 1}}}}",
        false,
    ),
    (
        "rules: {single-replica: {tiers: {prod: {parameters: {}}}}}",
        false,
    ),
    (
        "rules: {single-replica: {paths: {'a/**': off, b/: {dev: off}}}}",
        true,
    ),
    ("rules: {single-replica: {paths: {../a: off}}}", false),
    ("rules: {single-replica: {paths: [a]}}", false),
    ("policies: [policy/, ./a/b.rego, ..a/.b]", true),
    ("policies: policy", false),
    ("policies: [/policy]", false),
    ("policies: [../policy]", false),
    ("policies: ['']", false),
    (
        "clusters: [{name: prod-eu, server: https://a.example.org, labels: {tier: production}}]",
        true,
    ),
    ("clusters: [{server: https://a.example.org}]", false),
    ("clusters: {prod-eu: {}}", false),
    ("clusters: [{name: prod-eu, label: {a: b}}]", false),
    ("owns: {namespaces: [payments]}", true),
    ("owns: {projects: [payments]}", false),
    ("owns: [payments]", false),
    ("external: {namespaces: [monitoring]}", true),
    ("external: {namespaces: {a: b}}", false),
    ("ignores: [{rule: plain-secret, reason: x}]", true),
    (
        "ignores: [{rule: plain-secret, paths: [a], environments: [dev], reason: x, until: 2027-01-01}]",
        true,
    ),
    ("ignores: [{rule: plain-secret}]", false),
    ("ignores: [{reason: x}]", false),
    ("ignores: [{rule: plain-secret, reason: ' '}]", false),
    (
        "ignores: [{rule: plain-secret, reason: x, until: tomorrow}]",
        false,
    ),
    ("ignores: {rule: plain-secret, reason: x}", false),
    ("locked: [plain-secret]", true),
    ("locked: plain-secret", false),
];

/// What only the reader can know to be wrong.
const BEYOND_THE_SCHEMA: [&str; 4] = [
    "rules: {single-replicas: off}",
    "environments: {dev: [a], stage: [a]}",
    "ignores: [{rule: plain-secret, reason: x, until: 2027-02-30}]",
    "{locked: [plain-secret], ignores: [{rule: plain-secret, reason: x}]}",
];

#[test]
fn accepts_and_rejects_what_the_reader_does() {
    for (yaml, is_right) in CASES {
        assert_eq!(reader_accepts(yaml), is_right, "reader: {yaml}");
        assert_eq!(schema_accepts(yaml), is_right, "schema: {yaml}");
    }
}

#[test]
fn never_rejects_what_the_reader_accepts() {
    for yaml in BEYOND_THE_SCHEMA {
        assert!(!reader_accepts(yaml), "reader: {yaml}");
        assert!(schema_accepts(yaml), "schema: {yaml}");
    }
}

fn source(yaml: &str) -> Arc<Source> {
    Source::file(super::FILE_NAME, Tree::parse(yaml))
}

fn reader_accepts(yaml: &str) -> bool {
    super::read(&source(yaml), &RULES).is_ok()
}

fn schema_accepts(yaml: &str) -> bool {
    let schema: Value = serde_json::from_str(SCHEMA).unwrap();
    let documents = source(yaml).documents().documents;
    let value = documents.first().map_or(Value::Null, |d| json(d.view()));
    accepts(&schema, &schema, &value)
}

fn json(view: View<'_>) -> Value {
    match view.kind() {
        Kind::Map => {
            let entries = view
                .entries()
                .map(|e| (e.key.text().to_owned(), json(e.value)));
            Value::Object(entries.collect::<Map<_, _>>())
        }
        Kind::Seq => view.items().map(json).collect(),
        _ => match view.scalar(Dialect::Kustomize) {
            Some(Scalar::Null) => Value::Null,
            Some(Scalar::Bool(value)) => value.into(),
            Some(Scalar::Int(value)) => value.into(),
            Some(Scalar::Float(value)) => value.into(),
            _ => view.text().into(),
        },
    }
}

/// Judges by the keywords that the schema uses; any other one stops the test.
fn accepts(root: &Value, schema: &Value, value: &Value) -> bool {
    let keywords = schema.as_object().unwrap();
    if let Some(reference) = keywords.get("$ref") {
        let pointer = reference.as_str().unwrap().trim_start_matches('#');
        return accepts(root, root.pointer(pointer).unwrap(), value);
    }
    keywords
        .iter()
        .all(|(keyword, asked)| match keyword.as_str() {
            "$schema" | "title" | "description" | "definitions" => true,
            "type" => match asked.as_array() {
                Some(any) => any.iter().any(|name| is_a(value, name)),
                None => is_a(value, asked),
            },
            "enum" => asked.as_array().unwrap().contains(value),
            "pattern" => value
                .as_str()
                .is_none_or(|text| Regex::new(asked.as_str().unwrap()).unwrap().is_match(text)),
            "oneOf" => {
                let branches = asked.as_array().unwrap().iter();
                branches
                    .filter(|branch| accepts(root, branch, value))
                    .count()
                    == 1
            }
            "required" => value.as_object().is_none_or(|own| {
                let mut names = asked.as_array().unwrap().iter();
                names.all(|name| own.contains_key(name.as_str().unwrap()))
            }),
            "properties" => value.as_object().is_none_or(|own| {
                let mut fields = asked.as_object().unwrap().iter();
                fields.all(|(name, field)| own.get(name).is_none_or(|v| accepts(root, field, v)))
            }),
            "additionalProperties" => value.as_object().is_none_or(|own| {
                let named = keywords.get("properties").and_then(Value::as_object);
                own.iter()
                    .filter(|(name, _)| named.is_none_or(|n| !n.contains_key(*name)))
                    .all(|(_, v)| asked != &Value::Bool(false) && accepts(root, asked, v))
            }),
            "propertyNames" => value.as_object().is_none_or(|own| {
                own.keys()
                    .all(|name| accepts(root, asked, &Value::from(name.as_str())))
            }),
            "items" => value
                .as_array()
                .is_none_or(|items| items.iter().all(|item| accepts(root, asked, item))),
            other => panic!("the schema uses `{other}`, which is not checked here"),
        })
}

fn is_a(value: &Value, name: &Value) -> bool {
    match name.as_str().unwrap() {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "number" => value.is_number(),
        "boolean" => value.is_boolean(),
        "null" => value.is_null(),
        other => panic!("`{other}` is not a type"),
    }
}
