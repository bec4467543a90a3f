//! Any text is read as a policy with its metadata, or refused.
#![no_main]

use gitopslint::checks::policy::{PolicySource, faults};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    for fault in faults(&[PolicySource {
        path: "a.rego".into(),
        text: text.to_owned(),
    }]) {
        assert!(!fault.message.trim().is_empty());
    }
});
