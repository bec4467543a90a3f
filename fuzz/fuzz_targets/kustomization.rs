//! Kustomizations of several files are built without panic, hang or limit passed, and the same
//! each time.
//!
//! A line `%%% path` begins another file. `fuzz/run kustomization`
#![no_main]

use fuzz::{LIMITS, files};
use kustomize::{NoCharts, Options, accumulate_within, finish_within, load, print};
use libfuzzer_sys::fuzz_target;
use manifest::{Budget, Memory};

fuzz_target!(|text: &str| {
    let files = files(text, "a/kustomization.yaml");
    assert_eq!(build(&files), build(&files));
});

fn build(files: &Memory) -> Result<String, Vec<String>> {
    let told = |faults: Vec<manifest::Fault>| -> Vec<String> {
        for fault in &faults {
            if let Some(at) = &fault.at {
                assert!(at.file.tree.text().get(at.span.range()).is_some());
                at.start();
            }
        }
        faults.into_iter().map(|fault| fault.message).collect()
    };
    let options = Options::default();
    let budget = Budget::new(LIMITS);
    let kustomization = load(files, "a".into(), options).map_err(told)?;
    let none = |_: &camino::Utf8Path| None;
    let accumulated =
        accumulate_within(files, &kustomization, &none, &NoCharts, options, &budget).map_err(told)?;
    let objects = finish_within(&accumulated, options, &Budget::new(LIMITS)).map_err(told)?;
    print(&objects).map_err(told)
}
