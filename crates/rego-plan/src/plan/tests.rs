use super::*;

/// What becomes of the rule `p` of a module.
fn planned(rules: &str) -> String {
    let text = format!("package m\n{rules}");
    let modules = [Module::parse(&text)];
    let (_, planned) = Policies::new(&modules, "parameters").plan([["m", "p"].as_slice()]);
    match &planned[0] {
        Planned::Whole(_) => "planned".to_owned(),
        Planned::Not { guard, why } => {
            let guard = if guard.is_some() { ", guarded" } else { "" };
            format!("line {}: {why}{guard}", why.line)
        }
    }
}

#[test]
fn what_is_not_supported_is_told() {
    insta::assert_snapshot!(planned("p := 1 if {\n  input.x\n  walk(input, [a, b])\n}"), @"line 4: a variable that nothing gives a value is not supported, guarded");
    insta::assert_snapshot!(planned("p if input.x with input as {}"), @"line 2: `with` is not supported");
    insta::assert_snapshot!(planned("p if data.other"), @"line 2: `data.other` is not supported");
    insta::assert_snapshot!(planned("p := p"), @"line 2: a rule that refers to itself is not supported");
    insta::assert_snapshot!(planned("p := q\nq := r(1)\nr(x) := p"), @"line 4: a rule that refers to itself is not supported");
    insta::assert_snapshot!(planned("p := x"), @"line 2: a variable that nothing gives a value is not supported");
    insta::assert_snapshot!(planned("p if x > 1"), @"line 2: a variable that nothing gives a value is not supported");
    insta::assert_snapshot!(planned("p if not x"), @"line 2: a variable that nothing gives a value is not supported");
    insta::assert_snapshot!(planned("p if not input.xs[_] == 1"), @"line 2: `_` here is not supported");
    insta::assert_snapshot!(planned("p if f(1)\nf(x, y) if x == y"), @"line 2: a call with other arguments than there are parameters is not supported");
    insta::assert_snapshot!(planned("p := f\nf(x) := x"), @"line 2: a function that is not called is not supported");
    insta::assert_snapshot!(planned("p := 1\np contains 2"), @"line 3: a rule of two sorts is not supported");
    insta::assert_snapshot!(planned("p if count(1, 2)"), @"line 2: `count` with as many arguments is not supported");
    insta::assert_snapshot!(planned("p := regex.match(\"a\", input.x)"), @"planned");
}

#[test]
fn a_package_with_an_unread_file_has_no_plan() {
    let files = [
        "package m\np contains 1",
        "package m\np contains 2 with input as 3",
        "package n\nq := 1",
    ];
    let modules: Vec<Module<'_>> = files.iter().map(|text| Module::parse(text)).collect();
    let names: [&[&str]; 2] = [&["m", "p"], &["n", "q"]];
    let (_, planned) = Policies::new(&modules, "parameters").plan(names);
    assert!(matches!(&planned[0], Planned::Not { guard: None, .. }));
    assert!(matches!(&planned[1], Planned::Whole(_)));
}

#[test]
fn plans_can_be_kept() {
    let text = "package m\np contains x if { some x in input.xs; regex.match(`^a`, x); not x in {\"ab\"} }";
    let modules = [Module::parse(text)];
    let (plan, _) = Policies::new(&modules, "parameters").plan([["m", "p"].as_slice()]);
    let json = serde_json::to_string(&plan).unwrap();
    let again: Plan = serde_json::from_str(&json).unwrap();
    assert_eq!(format!("{again:?}"), format!("{plan:?}"));
}

#[test]
fn long_chains_and_bodies_are_refused() {
    let chain: String = (0..300)
        .map(|n| format!("r{n} := [r{}]\n", n + 1))
        .collect();
    insta::assert_snapshot!(planned(&format!("{chain}r300 := input.x\np := r0")), @"line 86: nesting as deep as this is not supported");
    let body = "input.x\n".repeat(300);
    insta::assert_snapshot!(planned(&format!("p if {{ {body} }}")), @"line 2: so long a body is not supported");
}
