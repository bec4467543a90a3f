//! Patches of both sorts are applied to any object without panic.
//!
//! A line `%%% patch` begins the patch. `fuzz/run patch`
#![no_main]

use kustomize::openapi::Schema;
use kustomize::patch::{json6902, strategic};
use libfuzzer_sys::fuzz_target;
use manifest::{Gvk, Node, Source, Step, print};
use spanned_yaml::Tree;

fuzz_target!(|text: &str| {
    let Some((object, patch)) = text.split_once("%%% patch\n") else {
        return;
    };
    let object = Source::file("object.yaml", Tree::parse(object));
    let patch = Source::file("patch.yaml", Tree::parse(patch));
    let step = Step::own("patches");
    if let Ok(operations) = json6902::JsonPatch::parse(&patch) {
        for mut object in object.documents().documents {
            let before = print(object.view());
            match json6902::apply(&mut object, &operations, &step) {
                Ok(()) => {
                    let _ = print(object.view());
                }
                // All of it or nothing.
                Err(_) => assert_eq!(print(object.view()).ok(), before.ok()),
            }
        }
    }
    for object in object.documents().documents {
        for patch in patch.documents().documents {
            merge(object.clone(), &patch, &step);
        }
    }
});

fn merge(mut object: Node, patch: &Node, step: &Step) {
    let view = object.view();
    let text = |key| view.get(key).map_or("", |value| value.text());
    let (group, version) = text("apiVersion").split_once('/').unwrap_or(("", text("apiVersion")));
    let gvk = Gvk {
        group: group.into(),
        version: version.into(),
        kind: text("kind").into(),
    };
    if strategic::merge(&mut object, patch.view(), Schema::builtin(), &gvk, step).is_ok() {
        let _ = print(object.view());
    }
}
