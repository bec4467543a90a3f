//! How fast objects are judged; the `jsonschema` crate beside it on the same objects.
#![allow(missing_docs, clippy::unwrap_used, reason = "it is not a library")]

use std::collections::HashMap;

use divan::{AllocProfiler, Bencher, black_box, counter::ItemsCount};
use jsonschema::Validator;
use k8s_schema::{Catalog, Coverage, Version};
use manifest::{Dialect, Gvk, Node, Scalar, Source, View};
use serde_json::Value;
use spanned_yaml::Tree;

/// Judging a good object allocates nothing.
#[global_allocator]
static ALLOCATIONS: AllocProfiler = AllocProfiler::system();

fn main() {
    divan::main();
}

fn objects() -> Vec<Node> {
    let source = Source::file("objects.yaml", Tree::parse(include_str!("objects.yaml")));
    assert_eq!(source.tree.errors(), []);
    source.documents().documents
}

/// A definition with as many fields as the large ones have.
fn large_definition() -> Node {
    let mut leaf = "{type: string}".to_owned();
    for _ in 0..4 {
        let fields: Vec<String> = (0..9).map(|i| format!("f{i}: {leaf}")).collect();
        leaf = format!("{{type: object, properties: {{{}}}}}", fields.join(", "));
    }
    let yaml = format!(
        "{{apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, spec: {{group: \
         example.com, names: {{kind: Large}}, versions: [{{name: v1, served: true, schema: \
         {{openAPIV3Schema: {{type: object, properties: {{spec: {leaf}}}}}}}}}]}}}}"
    );
    let source = Source::file("crd.yaml", Tree::parse(yaml));
    source.documents().documents.remove(0)
}

/// The budget is 200,000 a second.
#[divan::bench]
fn catalog(bencher: Bencher<'_, '_>) {
    let catalog = Catalog::builtin();
    let objects = objects();
    for object in &objects {
        let verdict = catalog.validate(object.view(), Version::NEWEST, Dialect::Kustomize);
        assert_eq!(verdict.coverage, Coverage::BuiltIn);
        assert_eq!(verdict.violations, []);
    }
    bencher.counter(ItemsCount::new(objects.len())).bench(|| {
        for object in &objects {
            let verdict = catalog.validate(object.view(), Version::NEWEST, Dialect::Kustomize);
            black_box(verdict);
        }
    });
}

#[divan::bench]
fn jsonschema(bencher: Bencher<'_, '_>) {
    let catalog = Catalog::builtin();
    let mut validators: HashMap<Gvk, Validator> = HashMap::new();
    let mut objects_of = Vec::new();
    for object in objects() {
        let gvk = Gvk::of(object.view());
        validators.entry(gvk.clone()).or_insert_with(|| {
            let schema = catalog.json_schema(&gvk.api_version(), &gvk.kind, Version::NEWEST);
            let schema = serde_json::from_str(&schema.unwrap()).unwrap();
            jsonschema::validator_for(&schema).unwrap()
        });
        objects_of.push((gvk, to_json(object.view())));
    }
    bencher
        .counter(ItemsCount::new(objects_of.len()))
        .bench(|| {
            for (gvk, object) in &objects_of {
                black_box(validators[gvk].iter_errors(object).count());
            }
        });
}

/// The budget is a millisecond.
#[divan::bench]
fn start() -> Catalog {
    Catalog::builtin()
}

/// The first object of a kind whose definition has 7,000 fields; the budget is half a
/// millisecond.
#[divan::bench]
fn first_of_a_large_kind(bencher: Bencher<'_, '_>) {
    let definition = large_definition();
    let yaml = "{apiVersion: example.com/v1, kind: Large, metadata: {name: a}, spec: {f1: {f2: {f3: {f4: x}}, f5: {f6: {f7: x}}}}}";
    let source = Source::file("object.yaml", Tree::parse(yaml));
    let object = source.documents().documents.remove(0);
    bencher.bench(|| {
        let catalog = Catalog::with_crds([definition.view()]);
        let verdict = catalog.validate(object.view(), Version::NEWEST, Dialect::Kustomize);
        assert_eq!(verdict.coverage, Coverage::Custom);
        verdict
    });
}

fn to_json(view: View<'_>) -> Value {
    match view.scalar(Dialect::Kustomize) {
        Some(Scalar::Null) => Value::Null,
        Some(Scalar::Bool(value)) => value.into(),
        Some(Scalar::Int(value)) => value.into(),
        Some(Scalar::Uint(value)) => value.into(),
        Some(Scalar::Float(value)) => value.into(),
        Some(Scalar::Str(value)) => value.as_ref().into(),
        None if view.is_seq() => view.items().map(to_json).collect(),
        None => {
            let entries = view.entries();
            let entries = entries.map(|e| (e.key.text().to_owned(), to_json(e.value)));
            Value::Object(entries.collect())
        }
    }
}
