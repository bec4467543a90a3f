//! Tests of users' policies: the examples in their metadata, and rules called `test_…`.

use camino::Utf8PathBuf;
use manifest::Source;
use spanned_yaml::Tree;

use super::load::load_in;
use super::policies::{Policies, Policy};
use super::{
    Document, Isolation, Outcome, ParameterValues, PolicyFault, PolicySource, Scope, Settings,
    TargetFacts,
};
use crate::rule::Tier;

/// What became of one test.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tested {
    /// The policy file.
    pub path: Utf8PathBuf,
    /// What was tested: a rule of the file, or an example of a policy.
    pub name: String,
    /// Why it failed, in one sentence without a full stop; none if it passed.
    pub failure: Option<String>,
}

/// As [`test_in`], in this process, which a policy can end.
pub fn test(files: Vec<PolicySource>) -> (Vec<Tested>, Vec<PolicyFault>) {
    // There is nothing that could fail to start.
    test_in(files, &Isolation::None).unwrap_or_default()
}

/// Runs the tests in policy files, those in files called `…_test.rego` as well. What could not be
/// read is told in the faults.
///
/// # Errors
/// Why policies cannot be evaluated at all.
pub fn test_in(
    files: Vec<PolicySource>,
    isolation: &Isolation,
) -> Result<(Vec<Tested>, Vec<PolicyFault>), String> {
    let is_test = |file: &PolicySource| file.path.as_str().ends_with("_test.rego");
    let policies = files.iter().filter(|file| !is_test(file)).cloned();
    let (policies, mut faults) = load_in(policies.collect(), isolation)?;
    let mut tested = examples(&policies);
    let mut users = policies.users();
    let tests = users.tests(files)?;
    tested.extend(tests.found.into_iter().map(|(path, name, query)| Tested {
        path,
        name,
        failure: users.test(&query),
    }));
    faults.extend(tests.faults);
    faults.sort();
    faults.dedup();
    Ok((tested, faults))
}

/// The examples of users' policies: the bad one has to be reported as often as it says, the good
/// one not at all.
fn examples(policies: &Policies) -> Vec<Tested> {
    let mut tested = Vec::new();
    for policy in policies.policies.iter().filter(|policy| !policy.built_in) {
        let rule = &policy.rule;
        let settings = policies.settings(|other| other.id == rule.id, &ParameterValues::new());
        let examples = [("bad", &rule.bad, policy.findings), ("good", &rule.good, 0)];
        for (name, text, expected) in examples {
            let Some(text) = text else { continue };
            tested.push(Tested {
                path: policy.path.clone(),
                name: format!("{}: the {name} example", rule.id),
                failure: example(policies, policy, &settings, text, expected).err(),
            });
        }
    }
    tested
}

fn example(
    policies: &Policies,
    policy: &Policy,
    settings: &Settings,
    text: &str,
    expected: usize,
) -> Result<(), String> {
    let source = Source::file("example.yaml", Tree::parse(text));
    if let Some(error) = source.tree.errors().first() {
        return Err(format!("it is not valid YAML: {}", error.message));
    }
    let nodes = source.documents().documents;
    let documents: Vec<Document<'_>> = nodes.iter().map(|n| Document::new(n.view())).collect();
    let facts = facts();
    let mut outcome = Outcome::default();
    match policy.scope {
        Scope::Object => {
            for document in &documents {
                let found = policies.check_object(document, &facts, settings);
                outcome.problems.extend(found.problems);
                outcome.faults.extend(found.faults);
            }
        }
        scope => {
            let all: Vec<_> = documents.iter().map(|d| (d, &facts)).collect();
            outcome = policies.check_many(scope, &all, settings);
        }
    }
    if let Some(fault) = outcome.faults.first() {
        return Err(fault.message.clone());
    }
    let found = outcome.problems.len();
    if found == expected {
        return Ok(());
    }
    let kinds_fit = documents.iter().any(|d| d.is_selected(&policy.kinds));
    Err(match outcome.problems.first() {
        _ if !kinds_fit => "it holds no object of the policy's `kinds`".to_owned(),
        Some((_, problem)) => {
            let message = &problem.message;
            format!("expected {expected} findings, got {found}, the first of them: {message}")
        }
        None => format!("expected {expected} findings, got none"),
    })
}

/// A target as examples have it.
fn facts() -> TargetFacts {
    TargetFacts {
        application: "example".to_owned(),
        environment: Some("production".to_owned()),
        tier: Tier::Production,
        cluster: None,
        namespace: None,
        kubernetes_version: None,
        path: "example".to_owned(),
        kind: "manifests".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::*;

    fn check(files: &[(&str, &str)]) -> String {
        let files = files.iter().map(|(path, text)| PolicySource {
            path: (*path).into(),
            text: (*text).to_owned(),
        });
        let (tested, faults) = test(files.collect());
        let tested = tested.iter().map(|test| {
            let failure = test.failure.as_deref().unwrap_or("ok");
            format!("{} {}: {failure}\n", test.path, test.name)
        });
        let faults = faults
            .iter()
            .map(|f| format!("FAULT {}: {}\n", f.path, f.message));
        tested.chain(faults).collect()
    }

    fn policy(bad: &str, good: &str) -> String {
        format!(
            "# METADATA\n# title: t\n# description: d.\n# remediation: r.\n# severity: error\n# kinds: workloads\n# bad: |\n#   {bad}\n# good: |\n#   {good}\npackage team.named\n\nimport data.gitopslint.lib.pod.containers\n\ndeny contains \"no\" if {{\n    some found in containers\n    found.name == \"bad\"\n}}\n"
        )
    }

    const BAD: &str = "{apiVersion: v1, kind: Pod, spec: {containers: [{name: bad}]}}";
    const GOOD: &str = "{apiVersion: v1, kind: Pod, spec: {containers: [{name: good}]}}";

    #[test]
    fn examples_are_tested() {
        assert_snapshot!(check(&[("a.rego", &policy(BAD, GOOD))]), @r#"
        a.rego named: the bad example: ok
        a.rego named: the good example: ok
        "#);
        assert_snapshot!(check(&[("a.rego", &policy(GOOD, BAD))]), @r#"
        a.rego named: the bad example: expected 1 findings, got none
        a.rego named: the good example: expected 0 findings, got 1, the first of them: no
        "#);
        assert_snapshot!(check(&[("a.rego", &policy("{apiVersion: v1, kind: Service}", "[a"))]), @r#"
        a.rego named: the bad example: it holds no object of the policy's `kinds`
        a.rego named: the good example: it is not valid YAML: this `[` is never closed
        "#);
    }

    #[test]
    fn rules_called_test_have_to_be_true() {
        let rules = "package main\n\ndeny contains \"no\" if input.bad\n";
        let tests = "package main_test\n\nimport data.main\n\ntest_bad if count(main.deny) == 1 with input as {\"bad\": true}\n\ntest_good if count(main.deny) == 1 with input as {}\n\ntest_two := false\n\nhelper := 1\n";
        assert_snapshot!(check(&[("a.rego", rules), ("a_test.rego", tests)]), @r#"
        a_test.rego test_bad: ok
        a_test.rego test_good: it is not true
        a_test.rego test_two: it is false
        "#);
        assert_snapshot!(check(&[("a.rego", "package a\n\ndeny contains if {\n")]), @"FAULT a.rego: unexpected keyword `if`");
    }
}
