//! Any text is parsed as a template, and rendered within limits that are not passed.
//!
//! `fuzz/run template`
#![no_main]

use std::sync::LazyLock;

use go_template::{
    Evaluator, Fixed, Functions, Limits, Options, SourceId, TemplateSet, Value, parse,
};
use libfuzzer_sys::fuzz_target;

const LIMITS: Limits = Limits {
    steps: 20_000,
    bytes: 1 << 20,
    text: 1 << 16,
    depth: 200,
    stack: 1 << 20,
};

static FUNCTIONS: LazyLock<Functions> = LazyLock::new(Functions::sprig);

fuzz_target!(|text: &[u8]| {
    let parsed = parse(SourceId(0), "t", text.to_vec());
    for error in &parsed.errors {
        assert!(error.span.range().end <= text.len());
    }
    let mut set = TemplateSet::new();
    set.add(&parsed);
    let mut host = Fixed::default();
    let options = Options {
        limits: LIMITS,
        ..Options::default()
    };
    let mut evaluator = Evaluator::new(&set, &FUNCTIONS, &mut host, options);
    let data = Value::from_iter([
        ("a", Value::from("some text")),
        ("n", Value::from(3)),
        ("f", Value::from(0.5)),
        ("l", Value::from(vec![Value::from(1), Value::NIL, "x".into()])),
        ("m", Value::from_iter([("k", Value::from("v")), ("o", true.into())])),
    ]);
    if let Ok(text) = evaluator.render("t", &data) {
        assert!(text.len() <= LIMITS.text);
        let end = text.pieces().last().map_or(0, |piece| piece.end as usize);
        assert!(end == text.len() || text.pieces().is_empty());
    }
    assert!(evaluator.budget().spent_bytes() <= LIMITS.bytes);
});
