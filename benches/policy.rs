//! How fast the built-in policies are loaded and evaluated; regorus' interpreter beside it, with
//! the same policies on the same objects.
#![allow(missing_docs, clippy::unwrap_used, reason = "it is no library")]

use std::fs;
use std::sync::Arc;

use divan::{Bencher, black_box, counter::ItemsCount};
use gitopslint::checks::policy::{
    self, Document, Policies, PolicySource, Scope, Settings, TargetFacts,
};
use gitopslint::rule::{Rule, Severity, Tier};
use manifest::{Node, Source};
use regorus::{Engine, Value};
use spanned_yaml::Tree;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/policies");

/// What every platform asks of its workloads, namespaces and roles.
const COMMON: [&str; 24] = [
    "capabilities-not-dropped",
    "cluster-admin-binding",
    "host-namespace",
    "host-path-volume",
    "host-port",
    "loose-image-tag",
    "may-run-as-root",
    "missing-default-deny",
    "missing-memory-limit",
    "missing-pod-security-labels",
    "missing-readiness-probe",
    "missing-resource-requests",
    "missing-seccomp-profile",
    "moving-image-tag",
    "mutable-image-tag",
    "namespace-without-limit-range",
    "namespace-without-quota",
    "privilege-escalation",
    "privileged-container",
    "runs-as-root",
    "sensitive-host-path",
    "single-replica",
    "wildcard-permissions",
    "writable-root-filesystem",
];

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

/// Policies on workloads, those for one object and those for many: the common ones, these five
/// times over under other names, and all.
#[divan::bench(args = ["common", "common five times", "all"])]
fn workloads(bencher: Bencher<'_, '_>, which: &str) {
    let (policies, settings) = match which {
        "common" => policies(1, &|id| COMMON.contains(&id)),
        "common five times" => policies(5, &|id| COMMON.contains(&id)),
        _ => policies(1, &|_| true),
    };
    let nodes = objects_of("workloads");
    let facts = facts();
    bencher.counter(ItemsCount::new(nodes.len())).bench(|| {
        let documents: Vec<_> = nodes.iter().map(|n| Document::new(n.view())).collect();
        for document in &documents {
            black_box(policies.check_object(document, &facts, &settings));
        }
        let all: Vec<_> = documents.iter().map(|d| (d, &facts)).collect();
        for scope in [Scope::Target, Scope::Environment] {
            black_box(policies.check_many(scope, &all, &settings));
        }
    });
}

/// The policies that look at one object at a time.
#[divan::bench(args = ["mix", "workloads"])]
fn objects(bencher: Bencher<'_, '_>, set: &str) {
    let (policies, settings) = policies(1, &|_| true);
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
    let (policies, settings) = policies(1, &|_| true);
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
    let (policies, _) = policies(1, &|_| true);
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

/// Some of the built-in policies, with those of them on that are on in production, and so many
/// times as many in all: the others are users' policies, the same under other names.
fn policies(times: usize, which: &dyn Fn(&str) -> bool) -> (Policies, Settings) {
    let wanted = texts().filter(|(id, _)| which(id));
    let wanted: Vec<String> = wanted.map(|(_, text)| text).collect();
    let copies = (1..times).flat_map(|copy| wanted.iter().map(move |text| renamed(text, copy)));
    let (policies, faults) = policy::load(copies.collect());
    assert_eq!(faults, []);
    let original = |id: &str| -> String {
        let id = id.trim_end_matches(|c: char| c.is_ascii_digit());
        id.trim_end_matches('-').to_owned()
    };
    let is_wanted = |rule: &Rule| is_on(rule) && which(&original(&rule.id));
    let settings = policies.settings(is_wanted, &Default::default());
    (policies, settings)
}

/// The built-in policies without what they share, each with its text.
fn texts() -> impl Iterator<Item = (String, String)> {
    let groups = fs::read_dir(FOLDER)
        .unwrap()
        .map(|group| group.unwrap().path());
    let groups = groups.filter(|group| group.is_dir() && !group.ends_with("lib"));
    let files = groups.flat_map(|group| fs::read_dir(group).unwrap());
    files.map(|file| {
        let path = file.unwrap().path();
        let id = path.file_stem().unwrap().to_str().unwrap().to_owned();
        (id, fs::read_to_string(path).unwrap())
    })
}

fn renamed(text: &str, copy: usize) -> PolicySource {
    let (head, rest) = text.split_once("package gitopslint.").unwrap();
    let (name, rest) = rest.split_once('\n').unwrap();
    let name = format!("copies.{name}_{copy}");
    PolicySource {
        path: format!("{name}.rego").into(),
        text: format!("{head}package {name}\n{rest}"),
    }
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
