//! Users' policies that would take the process along.

use std::fmt::Write as _;
use std::time::Instant;

use gitopslint::checks::policy::{
    Document, Isolation, Ledger, ParameterValues, PolicySource, Subject, TargetFacts, load_in,
    test_in,
};
use gitopslint::rule::Tier;
use manifest::Source;
use spanned_yaml::Tree;

use crate::command::run;
use crate::run::Folder;

fn isolation() -> Isolation {
    Isolation::Program(env!("CARGO_BIN_EXE_gitopslint").into())
}

fn file(path: &str, text: String) -> PolicySource {
    PolicySource {
        path: path.into(),
        text,
    }
}

const GOOD: &str = "package good\ndeny contains msg if { some c in input.spec.containers; walk(c, [_, \"x\"]); msg := \"an x\" }\n";

const POD: &str =
    "{apiVersion: v1, kind: Pod, metadata: {name: a}, spec: {containers: [{name: x}]}}";

fn facts() -> TargetFacts {
    TargetFacts {
        application: "a".to_owned(),
        environment: None,
        tier: Tier::Production,
        cluster: None,
        namespace: None,
        kubernetes_version: None,
        path: "a".to_owned(),
        kind: "manifests".to_owned(),
    }
}

/// What is said of a policy, and of a good one beside it, on so many objects.
fn told(text: String, objects: usize) -> String {
    let files = vec![file("bad.rego", text), file("good.rego", GOOD.to_owned())];
    let (policies, faults) = load_in(files, &isolation()).unwrap();
    let settings = policies.settings(|rule| &*rule.group == "custom", &ParameterValues::new());
    let source = Source::file(
        "pods.yaml",
        Tree::parse(format!("{POD}\n---\n").repeat(objects)),
    );
    let nodes = source.documents().documents;
    let documents: Vec<Document<'_>> = nodes
        .iter()
        .map(|node| Document::new(node.view()))
        .collect();
    let facts = facts();
    let mut ledger = Ledger::new(&policies);
    let mut out = String::new();
    for fault in faults {
        writeln!(out, "{}: {}", fault.path, fault.message).unwrap();
    }
    for document in documents.iter().take(objects) {
        let subject = Subject::One(document, &facts);
        let mut outcome = policies.glance(subject, &settings, &ledger);
        policies.settle(subject, &settings, &mut outcome, &mut ledger);
        for (_, problem) in outcome.problems {
            writeln!(out, "{}", problem.message).unwrap();
        }
        for fault in outcome.faults {
            writeln!(out, "{}: {}", fault.path, fault.message).unwrap();
        }
    }
    out
}

/// Texts that fill the memory, overflow the stack or do not end, each by another way.
fn hostile() -> Vec<(&'static str, String)> {
    let deny = |body: &str| format!("package bad\ndeny contains \"bad\" if {{ {body} }}\n");
    let chain = |definition: &dyn Fn(usize) -> String, last: &str| {
        let rules: String = (1..3_000).map(|n| definition(n) + "\n").collect();
        format!("{}r0 := 1\nf0(x) := x\n{rules}", deny(last))
    };
    let doubled = |start: &str, step: &dyn Fn(usize) -> String, times: usize| {
        let steps: String = (1..=times)
            .map(|n| format!("x{n} := {}; ", step(n - 1)))
            .collect();
        deny(&format!(
            "walk(input, [_, 1]) == true; x0 := {start}; {steps} x{times} != 0"
        ))
        .replace("walk(input, [_, 1]) == true; ", "walk(input, [_, \"x\"]); ")
    };
    let shared = |ask: &str| {
        doubled("[1]", &|n| format!("[x{n}, x{n}]"), 40)
            .replace("x40 != 0", &format!("{ask} == \"\""))
    };
    vec![
        (
            "minus",
            deny(&format!("x := {}1; walk(x, [_, 1])", "-".repeat(5_000))),
        ),
        (
            "chain of rules",
            chain(
                &|n| format!("r{n} := r{} + 1", n - 1),
                "walk(input, [_, \"x\"]); r2999 > 0",
            ),
        ),
        (
            "chain of functions",
            chain(
                &|n| format!("f{n}(x) := f{}(x)", n - 1),
                "walk(input, [_, \"x\"]); f2999(1)",
            ),
        ),
        (
            "nested values",
            deny("walk(input, [_, \"x\"]); v := f(f(f(0))); v == f(f(f(0)))")
                + "f(x) := g(g(g(g(g(g(g(g(g(g(x))))))))))\ng(x) := h(h(h(h(h(h(h(h(h(h(x))))))))))\n\
                   h(x) := i(i(i(i(i(i(i(i(i(i(x))))))))))\ni(x) := [[[[[[[[[[x]]]]]]]]]]\n",
        ),
        (
            "a rule named like a function",
            deny("walk(input, [_, \"x\"]); xs := numbers.range(0, count(1)); xs[3] == 4")
                + "count(x) := 900000000\n",
        ),
        (
            "concat",
            doubled(
                "\"aaaaaaaaaa\"",
                &|n| format!("concat(\"\", [x{n}, x{n}])"),
                40,
            ),
        ),
        (
            "array.concat",
            doubled("[1, 2, 3]", &|n| format!("array.concat(x{n}, x{n})"), 40),
        ),
        (
            "sprintf",
            doubled(
                "\"aaaaaaaaaa\"",
                &|n| format!("sprintf(\"%s%s\", [x{n}, x{n}])"),
                40,
            ),
        ),
        (
            "replace",
            doubled(
                "\"aaaaaaaaaa\"",
                &|n| format!("replace(x{n}, \"a\", \"aa\")"),
                40,
            ),
        ),
        (
            "product",
            doubled("9999999999999999", &|n| format!("x{n} * x{n}"), 60),
        ),
        ("marshal", shared("json.marshal(x40)")),
        ("sprintf of shared values", shared("sprintf(\"%v\", [x40])")),
        (
            "equality",
            deny("walk(input, [_, \"x\"]); a := s(1); b := s(1); a == b")
                + "s(x0) := x40 if { "
                + &(1..=40)
                    .map(|n| format!("x{n} := [x{0}, x{0}]; ", n - 1))
                    .collect::<String>()
                + "true }\n",
        ),
        (
            "units",
            deny(
                "walk(input, [_, \"x\"]); units.parse(\"1e99999999\") > 1; units.parse(\"1e9999999999\") > 2",
            ),
        ),
        (
            "paths of a graph",
            deny(
                "walk(input, [_, \"x\"]); g := {a: b | some a in numbers.range(0, 40); b := [a + 1, a + 2]}; count(graph.reachable_paths(g, {0})) > 1",
            ),
        ),
        (
            "loops",
            deny(
                "walk(input, [_, \"x\"]); some a in numbers.range(0, 9000); some b in numbers.range(0, 9000); a + b < 0",
            ),
        ),
    ]
}

/// Each is told, and the policy beside it goes on. What ends it is its own
/// limit, and soon.
#[test]
fn what_takes_the_process_along_is_told() {
    for (name, text) in hostile() {
        let start = Instant::now();
        let told = told(text, 1);
        eprintln!("{name}: {:?}: {told}", start.elapsed());
        let (good, others): (Vec<&str>, Vec<&str>) = told.lines().partition(|line| *line == "an x");
        assert_eq!(good.len(), 1, "{name}: {told}");
        let is_told = |line: &&str| *line == "bad" || line.starts_with("bad.rego: ");
        assert!(others.iter().all(is_told), "{name}: {told}");
        assert!(!others.is_empty(), "{name} is passed over");
    }
}

/// The same, for whoever runs the tests of policies.
#[test]
fn tests_that_take_the_process_along_are_told() {
    let steps: String = (1..=40)
        .map(|n| format!("x{n} := concat(\"\", [x{0}, x{0}]); ", n - 1))
        .collect();
    let tests = format!(
        "package bad_test\ntest_large if {{ x0 := \"aaaaaaaaaa\"; {steps} x40 != \"\" }}\n\
         test_good if 1 + 1 == 2\n"
    );
    let files = vec![file("bad_test.rego", tests)];
    let (tested, faults) = test_in(files, &isolation()).unwrap();
    assert_eq!(faults, []);
    let told: Vec<String> = tested
        .iter()
        .map(|test| format!("{}: {}", test.name, test.failure.as_deref().unwrap_or("ok")))
        .collect();
    insta::assert_snapshot!(told.join("\n"), @r"
    test_large: it uses too much memory, or refers to itself too deeply
    test_good: ok
    ");
}

/// A policy that fails every time is left alone after some times, and the others are not.
#[test]
fn restarts_are_bounded() {
    let concat = hostile()
        .into_iter()
        .find(|(name, _)| *name == "concat")
        .unwrap();
    let told = told(concat.1, 40);
    assert_eq!(
        told.lines().filter(|line| *line == "an x").count(),
        40,
        "{told}"
    );
    let given_up = told
        .lines()
        .filter(|line| line.contains("failed too often"))
        .count();
    assert_eq!(given_up, 1, "{told}");
    assert_eq!(
        told.lines()
            .filter(|line| line.starts_with("bad.rego: "))
            .count(),
        4,
        "{told}"
    );
}

/// What cannot be started evaluates nothing, and nothing else does it in its place.
#[test]
fn policies_are_never_evaluated_unprotected() {
    for program in ["/nowhere/gitopslint", "/bin/cat", ""] {
        let files = vec![file("good.rego", GOOD.to_owned())];
        let isolation = Isolation::Program(program.into());
        let told = load_in(files, &isolation).map(|_| ()).unwrap_err();
        assert!(told.starts_with("the process for policies"), "{told}");
        assert!(load_in(Vec::new(), &isolation).is_ok());
    }
}

const REPOSITORY: &str = "
--- .gitopslint.yaml
policies: [policies]
--- policies/good.rego
package good
deny contains msg if { some c in input.spec.containers; walk(c, [_, \"x\"]); msg := \"an x\" }
--- pod.yaml
apiVersion: v1
kind: Pod
metadata: {name: a}
spec:
  hostNetwork: true
  containers: [{name: x, image: x}]
";

/// The findings of a repository, but for those at one file.
fn findings(folder: &Folder) -> Vec<String> {
    let output = run(folder.path(), &["check", "--format", "json"]);
    assert_eq!(output.status.code(), Some(1));
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let findings = report["findings"].as_array().unwrap().iter();
    let all = findings.map(|finding| format!("{} {}", finding["place"]["file"], finding["rule"]));
    all.collect()
}

#[test]
fn the_rest_of_the_repository_is_checked() {
    let folder = Folder::with(REPOSITORY);
    let before = findings(&folder);
    assert!(
        before.iter().any(|told| told.contains("good-deny")),
        "{before:?}"
    );
    let (_, minus) = hostile().remove(0);
    folder.write("policies/bad.rego", minus.as_bytes());
    let mut after = findings(&folder);
    after.retain(|told| !told.contains("policies/bad.rego"));
    assert_eq!(after, before);
}

#[test]
fn a_run_that_takes_too_long_is_incomplete() {
    let folder = Folder::with(REPOSITORY);
    // Nothing reads the list of files, so that it never ends.
    let output = crate::command::program()
        .args(["check", "--timeout", "1", "-"])
        .current_dir(folder.path())
        .stdin(std::process::Stdio::piped())
        .spawn()
        .and_then(|mut started| {
            // Held open until it has ended.
            let held = started.stdin.take();
            let ended = started.wait();
            drop(held);
            ended
        })
        .unwrap();
    assert_eq!(output.code(), Some(2));
}
