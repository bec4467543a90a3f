//! One text as an expression of each language that manifests hold: CEL, PromQL, Go's regular
//! expressions, and the variables that Flux replaces.
#![no_main]

use flux::Lookup;
use go_regex::Pattern;
use k8s_cel::{Budget, Environment, Program, Type, Value};
use libfuzzer_sys::fuzz_target;

/// Up to how many bytes a regular expression is compiled.
const COMPILED: usize = 32;

fuzz_target!(|text: &str| {
    let environment = Environment::new().with("self", Type::Dyn);
    if let Ok(program) = Program::compile(text, &environment) {
        let _ = program.run(&[Value::Placeholder], &mut Budget::new(10_000, 1 << 20));
    }
    let _ = promql::check(text);
    let checked = go_regex::syntax(text);
    // To compile one takes longer than all the rest, and a short one has all that there is.
    if text.len() <= COMPILED {
        let pattern = Pattern::new(text);
        if pattern.regex().is_ok() {
            assert_eq!(checked, Ok(()));
            pattern.matches("some text, 12 of it");
        }
    }
    if let Ok(pieces) = flux::expand(text, &|_| Lookup::Unset) {
        assert!(pieces.len() <= text.len() + 1);
    }
});
