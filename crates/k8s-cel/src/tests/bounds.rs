//! Expressions of strangers end, whatever they say.

use proptest::prelude::*;

use super::{environment, run};
use crate::{Budget, Failure, Program};

const STEPS: u64 = 200_000;
const BYTES: u64 = 1 << 20;

#[track_caller]
fn ends(text: &str) {
    let result = run(text, &mut Budget::new(STEPS, BYTES));
    assert_eq!(result.err(), Some(Failure::BUDGET), "{text}");
}

#[test]
fn work_is_limited() {
    ends("lists.range(999).all(a, lists.range(999).all(b, a + b >= 0))");
    ends("lists.range(100000000).size() > 0");
    ends("lists.range(3000).map(x, lists.range(3000))");
    ends("lists.range(1000).distinct().size() > 0");
}

#[test]
fn memory_is_limited() {
    let mut text = "'aaaaaaaaaaaaaaaa'".to_owned();
    for level in 0..20 {
        text = format!("[{text}].map(x{level}, x{level} + x{level} + x{level} + x{level})[0]");
    }
    ends(&text);
    let mut list = "[1]".to_owned();
    for level in 0..20 {
        list = format!("[{list}].map(x{level}, x{level} + x{level} + x{level} + x{level})[0]");
    }
    ends(&list);
    ends(
        "'a'.replace('', lists.range(9000).map(x, 'aaaa').join()).replace('a', lists.range(9000).map(x, 'aaaa').join())",
    );
}

#[test]
fn nesting_is_limited() {
    for text in [
        "(".repeat(100_000),
        format!("{}1{}", "(".repeat(300), ")".repeat(300)),
        "[".repeat(5_000),
        format!("1{}", " + 1".repeat(30_000)),
        format!("self{}", ".a".repeat(5_000)),
        format!("self{}", "[0]".repeat(5_000)),
        format!("true{}", " ? true : true".repeat(5_000)),
        "'".repeat(200_000),
        "a".repeat(200_000),
    ] {
        let errors = Program::compile(&text, &environment()).unwrap_err();
        assert_eq!(errors.len(), 1);
    }
    // Signs in front cancel each other.
    let text = format!("{}true", "!".repeat(50_001));
    assert!(Program::compile(&text, &environment()).is_ok());
    // As wide as one likes.
    let text = format!("true{}", " || true".repeat(10_000));
    assert!(Program::compile(&text, &environment()).is_ok());
}

#[test]
fn types_that_grow_are_limited() {
    let mut text = "[{1: 1}]".to_owned();
    for level in 0..60 {
        text = format!("{text}.map(x{level}, {{'a': [x{level}, x{level}]}})");
    }
    text.push_str(".all(x, x == x)");
    // Whether it is told as too much or still fits: it ends.
    let _ = Program::compile(&text, &environment());
    let mut text = "{1: 1}".to_owned();
    for level in 0..40 {
        text = format!(
            "[{text}].map(x{level}, optional.of({{x{level}.size(): [x{level}]}}).value())[0]"
        );
    }
    let _ = Program::compile(&text, &environment());
}

#[test]
fn patterns_do_not_backtrack() {
    let text = "lists.range(200).map(x, 'a').join().matches('^(a+)+$') == \
        lists.range(200).map(x, 'a').join('b').matches('^(a*)*c')";
    let result = run(text, &mut Budget::new(STEPS, BYTES));
    assert!(result.is_ok());
    let huge = "self.text.matches('((a{1000}){1000}){1000}')";
    let result = run(huge, &mut Budget::new(STEPS, BYTES));
    assert_eq!(result.err(), Some(Failure::UNSUPPORTED));
}

proptest! {
    /// No text makes it panic or go on for ever.
    #[test]
    fn any_text(text in "\\PC{0,60}") {
        let _ = Program::compile(&text, &environment());
    }

    /// Nor does anything that looks like an expression.
    #[test]
    fn any_expression(parts in proptest::collection::vec(part(), 1..30)) {
        let text = parts.concat();
        if let Ok(program) = Program::compile(&text, &environment()) {
            let _ = program.run(&[super::object()], &mut Budget::new(20_000, BYTES));
        }
    }
}

fn part() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "self",
        ".text",
        ".list",
        ".map",
        ".number",
        ".later",
        ".?x",
        "[0]",
        "['k']",
        "[?'a']",
        "(",
        ")",
        "[",
        "]",
        "{",
        "}",
        ":",
        ",",
        " + ",
        " - ",
        " * ",
        " / ",
        " % ",
        " == ",
        " < ",
        " in ",
        " && ",
        " || ",
        "!",
        "-",
        " ? ",
        "1",
        "2u",
        "1.5",
        "'a'",
        "b'a'",
        "true",
        "null",
        "x",
        ".map(x, ",
        ".all(x, ",
        ".exists(i, x, ",
        ".filter(x, ",
        ".sortBy(x, ",
        "size(",
        ".size()",
        "string(",
        "int(",
        ".matches('a*')",
        ".format([",
        "quantity('1')",
        "duration(",
        ".optMap(x, ",
        "optional.of(",
        ".substring(",
        "has(",
        "type(",
        "dyn(",
        ".join()",
    ])
}
