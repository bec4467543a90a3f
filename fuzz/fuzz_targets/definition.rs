//! Definitions of custom resources, and objects that are held against them, take no more steps
//! than they are allowed.
//!
//! A line `%%% object` begins the objects.
#![no_main]

use k8s_schema::{Catalog, Version};
use libfuzzer_sys::fuzz_target;
use manifest::{Dialect, Node, Source};
use spanned_yaml::Tree;

const STEPS: u32 = 20_000;

fuzz_target!(|text: &str| {
    let (definitions, objects) = text.split_once("%%% object\n").unwrap_or((text, ""));
    let read = |text: &str| -> Vec<Node> {
        let source = Source::file("a.yaml", Tree::parse(text));
        source.documents().documents
    };
    let (definitions, objects) = (read(definitions), read(objects));
    let catalog = Catalog::with_crds(definitions.iter().map(Node::view));
    for object in definitions.iter().chain(&objects) {
        let verdict =
            catalog.validate_within(object.view(), Version::NEWEST, Dialect::Kustomize, STEPS);
        for violation in &verdict.violations {
            assert!(!violation.message.trim().is_empty());
            assert!(!violation.message.contains('\n'));
        }
    }
});
