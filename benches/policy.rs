//! How fast the built-in policies are loaded and evaluated; regorus' interpreter beside it, with
//! the same policies on the same objects.
#![allow(missing_docs, clippy::unwrap_used, reason = "it is no library")]

use std::fs;
use std::sync::Arc;

use divan::{Bencher, black_box, counter::ItemsCount};
use gitopslint::checks::policy::{self, Document, Policies, Scope, Settings, TargetFacts};
use gitopslint::rule::{Rule, Severity, Tier};
use manifest::{Node, Source};
use regorus::{Engine, Value};
use spanned_yaml::Tree;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/policies");

fn main() {
    divan::main();
}

/// What each run pays before the first object.
#[divan::bench]
fn load() -> Policies {
    policy::load(Vec::new()).0
}

/// The same from the texts.
#[divan::bench]
fn compile() -> Vec<u8> {
    policy::compile().unwrap()
}

/// The policies that look at one object at a time. Together with those below the budget is 12,000
/// objects a second.
#[divan::bench(args = ["mix", "workloads"])]
fn objects(bencher: Bencher<'_, '_>, set: &str) {
    let (policies, settings) = policies();
    let nodes = objects_of(set);
    let facts = facts();
    bencher.counter(ItemsCount::new(nodes.len())).bench(|| {
        for node in &nodes {
            let document = Document::new(node.view());
            black_box(policies.check_object(&document, &facts, &settings));
        }
    });
}

/// The policies that look at many objects.
#[divan::bench(args = ["mix", "workloads"])]
fn together(bencher: Bencher<'_, '_>, set: &str) {
    let (policies, settings) = policies();
    let nodes = objects_of(set);
    let facts = facts();
    let documents: Vec<Document<'_>> = nodes.iter().map(|n| Document::new(n.view())).collect();
    let all: Vec<(&Document<'_>, &TargetFacts)> = documents.iter().map(|d| (d, &facts)).collect();
    bencher.counter(ItemsCount::new(nodes.len())).bench(|| {
        for scope in [Scope::Target, Scope::Environment] {
            black_box(policies.check_many(scope, &all, &settings));
        }
    });
}

/// Those that look at one workload at a time, in the interpreter.
#[divan::bench]
fn interpreter(bencher: Bencher<'_, '_>) {
    let (policies, _) = policies();
    let mut engine = Engine::new();
    engine.set_strict_builtin_errors(false);
    for group in fs::read_dir(FOLDER).unwrap().map(Result::unwrap) {
        if group.path().is_dir() {
            for file in fs::read_dir(group.path()).unwrap() {
                engine.add_policy_from_file(file.unwrap().path()).unwrap();
            }
        }
    }
    let of_workloads = |rule: &&Arc<Rule>| {
        let is_alone = policies.scope(&rule.id) == Some(Scope::Object);
        let bad = rule.bad.as_deref().unwrap_or_default();
        is_on(rule) && is_alone && bad.contains("kind: Pod\n")
    };
    let rules = policies.rules().filter(of_workloads).map(|rule| {
        let name = rule.id.replace('-', "_");
        format!("data.gitopslint.{}.{name}.deny", rule.group)
    });
    let rules: Vec<String> = rules.collect();
    let inputs: Vec<Value> = text_of("workloads").split("---\n").map(input).collect();
    bencher
        .counter(ItemsCount::new(inputs.len()))
        .bench_local(|| {
            for input in &inputs {
                engine.set_input(input.clone());
                for rule in &rules {
                    black_box(engine.eval_rule(rule.clone()).unwrap());
                }
            }
        });
}

fn input(yaml: &str) -> Value {
    let mut input =
        Value::from_json_str(r#"{"parameters": {"mutable_tags": ["latest"]}}"#).unwrap();
    let object = Value::from_yaml_str(yaml).unwrap();
    let fields = input.as_object_mut().unwrap();
    fields.insert("object".into(), object);
    input
}

fn text_of(set: &str) -> &'static str {
    match set {
        "mix" => include_str!("../crates/k8s-schema/benches/objects.yaml"),
        _ => include_str!("workloads.yaml"),
    }
}

fn objects_of(set: &str) -> Vec<Node> {
    let source = Source::file("objects.yaml", Tree::parse(text_of(set)));
    assert_eq!(source.tree.errors(), []);
    source.documents().documents
}

fn is_on(rule: &Rule) -> bool {
    rule.severities.production != Severity::Off
}

/// The policies, with those on that are on in production.
fn policies() -> (Policies, Settings) {
    let (policies, faults) = policy::load(Vec::new());
    assert_eq!(faults, []);
    let settings = policies.settings(is_on, &Default::default());
    (policies, settings)
}

fn facts() -> TargetFacts {
    TargetFacts {
        application: "shop".to_owned(),
        environment: Some("production".to_owned()),
        tier: Tier::Production,
        cluster: None,
        namespace: None,
        kubernetes_version: None,
        path: "apps/shop".to_owned(),
        kind: "kustomization".to_owned(),
    }
}
