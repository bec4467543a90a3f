//! `gitopslint test`, from files to lines and exit code.

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

#[track_caller]
fn check(files: &str, paths: &[&str], code: &str, parts: &[&str]) {
    let told = test(files, paths);
    assert!(told.starts_with(&format!("{code}\n")), "{told}");
    for part in parts {
        assert!(told.contains(part), "{part}: {told}");
    }
}

#[test]
fn tests_that_pass() {
    check(PASSING, &["policy"], "0", &["4 tests, 0 failed"]);
    let configured = format!("{PASSING}--- .gitopslint.yaml\npolicies: [policy]\n");
    check(&configured, &[], "0", &["4 tests, 0 failed"]);
}

#[test]
fn tests_that_fail() {
    let failing = PASSING
        .replace("count(main.deny) == 0", "count(main.deny) == 2")
        .replace("labels: {team: b}", "labels: {owner: b}");
    let parts = [
        "failed policy/main_test.rego: test_other: it is not true",
        "the good example: expected 0 findings, got 1",
        "4 tests, 2 failed",
    ];
    check(&failing, &["policy"], "1", &parts);
}

#[test]
fn policies_that_cannot_be_evaluated_are_told() {
    let broken =
        format!("{PASSING}--- policy/broken.rego\npackage broken\n\ndeny contains if {{\n");
    check(&broken, &["policy"], "1", &["error policy/broken.rego"]);
    let hostile = format!(
        "{PASSING}--- policy/hostile.rego\npackage hostile\n\nf(x) := f(x + 1)\n\ndeny contains \"x\" if f(1)\n--- policy/net.rego\npackage net\n\ndeny contains \"x\" if http.send({{}})\n"
    );
    let parts = ["`f` refers to itself", "`http.send` is not available"];
    check(&hostile, &["policy"], "1", &parts);
}

#[test]
fn nothing_to_test_is_no_pass() {
    check(
        "--- a.yaml\na: b\n",
        &[],
        "2",
        &["there are no policy files to test"],
    );
    let helper = "--- policy/a.rego\npackage a\n\nhelper := 1\n";
    check(helper, &["policy"], "1", &["0 tests, 0 failed"]);
}
