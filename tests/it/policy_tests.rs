//! `gitopslint test`, from files to lines and exit code.

use insta::assert_snapshot;

use crate::command::run;
use crate::run::Folder;

/// The exit code, and what is printed.
fn test(files: &str, paths: &[&str]) -> String {
    let folder = Folder::with(files);
    let arguments: Vec<&str> = ["test"].into_iter().chain(paths.iter().copied()).collect();
    let output = run(folder.path(), &arguments);
    let code = output.status.code().unwrap();
    let printed = String::from_utf8(output.stdout).unwrap();
    let errors = String::from_utf8(output.stderr).unwrap();
    format!("{code}\n{printed}{errors}")
}

const PASSING: &str = "--- policy/team.rego
# METADATA
# title: Object without a team
# description: Nobody knows whom to ask.
# remediation: Label it.
# severity: warning
# kinds: [Service]
# bad: |
#   apiVersion: v1
#   kind: Service
#   metadata: {name: a}
# good: |
#   apiVersion: v1
#   kind: Service
#   metadata: {name: a, labels: {team: b}}
package acme.no_team

deny contains \"it has no team\" if not input.object.metadata.labels.team
--- policy/main.rego
package main

deny contains \"no\" if input.kind == \"Pod\"
--- policy/main_test.rego
package main_test

import data.main

test_pod if count(main.deny) == 1 with input as {\"kind\": \"Pod\"}

test_other if count(main.deny) == 0 with input as {\"kind\": \"Service\"}
";

#[test]
fn tests_that_pass() {
    assert_snapshot!(test(PASSING, &["policy"]), @r#"
    0
    4 tests, 0 failed
    "#);
    let configured = format!("{PASSING}--- .gitopslint.yaml\npolicies: [policy]\n");
    assert_eq!(test(&configured, &[]), test(PASSING, &["policy"]));
}

#[test]
fn tests_that_fail() {
    let failing = PASSING
        .replace("count(main.deny) == 0", "count(main.deny) == 2")
        .replace("labels: {team: b}", "labels: {owner: b}");
    assert_snapshot!(test(&failing, &["policy"]), @r#"
    1
    failed policy/team.rego: no-team: the good example: expected 0 findings, got 1, the first of them: it has no team
    failed policy/main_test.rego: test_other: it is not true
    4 tests, 2 failed
    "#);
}

#[test]
fn policies_that_cannot_be_read_hide_no_others() {
    let broken =
        format!("{PASSING}--- policy/broken.rego\npackage broken\n\ndeny contains if {{\n");
    assert_snapshot!(test(&broken, &["policy"]), @r#"
    1
    error policy/broken.rego:3: unexpected keyword `if`
    4 tests, 0 failed
    "#);
    let hostile = format!(
        "{PASSING}--- policy/hostile.rego\npackage hostile\n\nf(x) := f(x + 1)\n\ndeny contains \"x\" if f(1)\n--- policy/net.rego\npackage net\n\ndeny contains \"x\" if http.send({{}})\n"
    );
    assert_snapshot!(test(&hostile, &["policy"]), @r#"
    1
    error policy/hostile.rego:3: `f` refers to itself, directly or through other rules; if it is only a variable that has a rule's name, rename the variable
    error policy/net.rego:3: `http.send` is not available: the same input must always give the same result, without the network
    4 tests, 0 failed
    "#);
}

#[test]
fn nothing_to_test_is_no_pass() {
    assert_snapshot!(test("--- a.yaml\na: b\n", &[]), @r#"
    2
    error: there are no policy files to test
      help: name some, or list them under `policies` in .gitopslint.yaml
    "#);
    assert_snapshot!(test("--- policy/a.rego\npackage a\n\nhelper := 1\n", &["policy"]), @r#"
    1
    0 tests, 0 failed
    "#);
}
