//! Any text is read as a policy with its metadata, or refused.
#![no_main]

use gitopslint::checks::policy::{PolicySource, load};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let (_, faults) = load(vec![PolicySource {
        path: "a.rego".into(),
        text: text.to_owned(),
    }]);
    for fault in faults {
        assert!(!fault.message.trim().is_empty());
    }
});
