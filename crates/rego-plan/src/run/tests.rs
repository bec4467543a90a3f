use bumpalo::Bump;

use super::*;
use crate::value::{Const, Number};
use crate::{Module, Planned, Policies};

const MEMORY: usize = 64 << 20;

/// Runs with the plan of a rule `p` and its entry; the input is `{"n": 3, "parameters": …}`.
fn with<T>(rules: &str, run: impl FnOnce(&Plan, Entry, &Bump) -> T) -> T {
    let text = format!("package m\n{rules}");
    let modules = [Module::parse(&text)];
    let (plan, planned) = Policies::new(&modules, "parameters").plan([["m", "p"].as_slice()]);
    match &planned[0] {
        Planned::Whole(entry) => run(&plan, *entry, &Bump::new()),
        Planned::Not { why, .. } => panic!("{rules}: {why}"),
    }
}

fn value(rules: &str, steps: u64) -> Result<Option<Const>, Halt> {
    with(rules, |plan, entry, arena| {
        let input = Const::object([("n".into(), Const::Number(Number::Int(3)))]);
        let mut run = Run::new(plan, arena, input.value(), MEMORY);
        run.allow(steps);
        Ok(run.value(entry)?.map(Const::copied))
    })
}

#[test]
fn what_takes_too_long_is_given_up() {
    let rules = "xs := numbers.range(1, 100)
p := count([1 | some a in xs; some b in xs; some c in xs; some d in xs; a + b + c + d < 0])";
    assert_eq!(value(rules, 100_000), Err(Halt::TooMuch));
    let rules = "xs := numbers.range(1, 10)\np := count([1 | some a in xs; some b in xs; a < b])";
    assert_eq!(
        value(rules, 100_000),
        Ok(Some(Const::Number(Number::Int(45))))
    );
    assert_eq!(
        value("p := numbers.range(1, 1000000)", 100_000),
        Err(Halt::TooMuch)
    );
    let rules = "p := replace(concat(\"\", [\"a\" | some x in numbers.range(1, 9000)]), \"a\", \
                 concat(\"\", [\"b\" | some x in numbers.range(1, 9000)]))";
    assert_eq!(value(rules, 100_000), Err(Halt::TooMuch));
}

#[test]
fn large_collections_take_few_steps() {
    let found = |rules: &str| value(&format!("xs := numbers.range(1, 2000)\n{rules}"), 100_000);
    let all = Ok(Some(Const::Number(Number::Int(2000))));
    let members = "known := {x | some x in xs}\np := count([x | some x in xs; x in known])";
    assert_eq!(found(members), all);
    let keys = "known := {[x, \"a\"]: x | some x in xs}\np := count([x | some x in xs; known[[x, \"a\"]] == x])";
    assert_eq!(found(keys), all);
    let merged = "p := count(object.union_n([{\"a\": {x: true}} | some x in xs]).a)";
    assert_eq!(found(merged), all);
}

#[test]
fn what_is_nested_too_deeply_is_given_up() {
    let mut rules = "f0(x) := x\n".to_owned();
    let nested: String = (0..9)
        .map(|n| format!("some x{} in [x{n}]; ", n + 1))
        .collect();
    for n in 1..61 {
        let before = n - 1;
        rules += &format!("f{n}(x0) := y if {{ {nested}y := f{before}(x9) }}\n");
    }
    let one = Some(Const::Number(Number::Int(1)));
    assert_eq!(value(&format!("{rules}p := f40(1)"), 100_000), Ok(one));
    assert_eq!(
        value(&format!("{rules}p := f60(1)"), 100_000),
        Err(Halt::TooMuch)
    );
}

#[test]
fn contradictions_are_told() {
    assert_eq!(
        value("p := 1 if input.n\np := 2 if input.n", 1000),
        Err(Halt::Conflict)
    );
    assert_eq!(
        value("p := {1: x | some x in [1, 2]}", 1000),
        Err(Halt::Conflict)
    );
}

#[test]
fn the_next_rule_goes_on_after_a_failure() {
    let text = "package m\np := x if { some x in [1, 2] }\nq contains x if some x in [1, 2]";
    let modules = [Module::parse(text)];
    let names: [&[&str]; 2] = [&["m", "p"], &["m", "q"]];
    let (plan, planned) = Policies::new(&modules, "parameters").plan(names);
    let arena = Bump::new();
    let mut run = Run::new(&plan, &arena, Value::Null, MEMORY);
    run.allow(1000);
    let found: Vec<String> = planned
        .iter()
        .map(|planned| match planned {
            Planned::Whole(entry) => {
                format!("{:?}", run.value(*entry).map(|v| v.map(Const::copied)))
            }
            Planned::Not { why, .. } => why.to_string(),
        })
        .collect();
    insta::assert_snapshot!(found.join("\n"), @r#"
        Err(Conflict)
        Ok(Some(Set([Number(Int(1)), Number(Int(2))])))
        "#);
}

#[test]
fn only_what_depends_on_the_varying_field_is_computed_again() {
    let rules = "fixed := {\"sum\": sum([x | some x in numbers.range(1, 100)])}
least := input.parameters.least
p := [fixed.sum, least]";
    with(rules, |plan, entry, arena| {
        let input = |least: i64| {
            let least = Const::Number(Number::Int(least));
            Const::object([(
                "parameters".into(),
                Const::object([("least".into(), least)]),
            )])
        };
        let (first, second) = (input(1), input(2));
        let mut run = Run::new(plan, arena, first.value(), MEMORY);
        run.allow(1000);
        let ask = |run: &mut Run<'_>| {
            let before = run.steps;
            let found = run.value(entry).unwrap().map(Const::copied);
            format!("{found:?} in {} steps", before - run.steps)
        };
        insta::assert_snapshot!(ask(&mut run), @"Some(Array([Number(Int(5050)), Number(Int(1))])) in 215 steps");
        insta::assert_snapshot!(ask(&mut run), @"Some(Array([Number(Int(5050)), Number(Int(1))])) in 0 steps");
        run.vary(second.value());
        insta::assert_snapshot!(ask(&mut run), @"Some(Array([Number(Int(5050)), Number(Int(2))])) in 2 steps");
    });
}

/// How many steps a rule takes, of so many.
fn steps(rules: &str, allowed: u64) -> Result<u64, Halt> {
    with(rules, |plan, entry, arena| {
        let mut run = Run::new(plan, arena, Value::Null, MEMORY);
        run.allow(allowed);
        run.value(entry)?;
        Ok(allowed - run.left())
    })
}

/// Values that hold the same part twice, `depth` deep: small, and as long as 2 to the power of that
/// where they are looked at.
fn doubled(name: &str, depth: usize) -> String {
    let levels = (1..=depth).map(|n| format!("{name}{n} := [{name}{0}, {name}{0}]\n", n - 1));
    format!("{name}0 := [input]\n{}", levels.collect::<String>())
}

#[test]
fn parts_that_are_the_same_are_not_compared() {
    let a = doubled("a", 60);
    for rule in [
        "p := a60 == a60",
        "p := a60 in [1, a60]",
        "p := {a60, a60}",
        "p := max([a60, a60])",
    ] {
        assert!(steps(&format!("{a}{rule}"), 1_000).is_ok(), "{rule}");
    }
}

#[test]
fn comparing_is_paid_for() {
    let values = doubled("a", 60) + &doubled("b", 60);
    for rule in [
        "p := a60 == b60",
        "p := a60 < b60",
        "p := a60 in [b60]",
        "p := a60 in {b60}",
        "p := {a60, b60}",
        "p := {a60 | input == null} & {b60 | input == null}",
        "p := max([a60, b60])",
        "p := sort([a60, b60])",
        "p := {a60: 1, b60: 2}",
        "p := object.union({a60: 1}, {b60: 2})",
        "p if a60 = b60",
    ] {
        assert_eq!(
            steps(&format!("{values}{rule}"), 100_000),
            Err(Halt::TooMuch),
            "{rule}"
        );
    }
    // Twice as long costs twice as much.
    let compared = |depth: usize| {
        let values = doubled("a", depth) + &doubled("b", depth);
        steps(&format!("{values}p := a{depth} == b{depth}"), 1_000_000).unwrap()
    };
    let (once, twice, four_times) = (compared(10), compared(11), compared(12));
    assert!(
        twice > once + once / 2 && twice < 3 * once,
        "{once} {twice}"
    );
    assert!(four_times < 3 * twice, "{twice} {four_times}");
}

#[test]
fn deep_values_are_not_gone_through() {
    let wraps = |name: &str, inner: &str| {
        let calls = format!("{inner}(").repeat(8);
        format!("{name}(x) := {calls}x{}\n", ")".repeat(8))
    };
    let rules = "w(x) := [[[[[[[[x]]]]]]]]\n".to_owned()
        + &wraps("f", "w")
        + &wraps("g", "f")
        + &wraps("h", "g");
    for rule in [
        "p := h(input) == h(input)",
        "p := sprintf(\"%v\", [h(input)])",
        "p := {h(1), h(2)}",
    ] {
        let result = steps(&format!("{rules}{rule}"), 1_000_000);
        assert_eq!(result, Err(Halt::TooMuch), "{rule}");
    }
}
