//! One text as a configuration, as a baseline, and as a file with comments that ignore findings.
#![no_main]

use std::collections::BTreeSet;

use camino::Utf8Path;
use gitopslint::date::Date;
use gitopslint::rule::Tier;
use gitopslint::settings::baseline::Baseline;
use gitopslint::settings::ignores::{Candidate, Ignores, Terms};
use libfuzzer_sys::fuzz_target;
use manifest::{Source, Span};
use spanned_yaml::Tree;

fuzz_target!(|text: &str| {
    let source = Source::file("a.yaml", Tree::parse(text));
    let known = ["mutable-image-tag", "host-namespace"];
    match gitopslint::settings::read(&source, &known) {
        Ok(config) => drop(config.environment_of(Utf8Path::new("apps/dev/a.yaml"))),
        Err(faults) => assert!(!faults.is_empty()),
    }
    let _ = Baseline::read(&source);
    let ignores = Ignores::of(&source);
    let terms = Terms {
        today: Date::parse("2026-06-30").expect("a date"),
        known: &known,
        locked: &BTreeSet::new(),
        is_complete: true,
    };
    let candidate = Candidate {
        rule: known[0],
        path: source.path(),
        span: Span::new(0, 1),
        environment: None,
        tier: Tier::Stage,
    };
    ignores.find(&candidate, &terms);
    for complaint in ignores.complaints(&terms) {
        assert!(!complaint.message.trim().is_empty());
    }
});
