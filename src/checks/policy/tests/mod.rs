mod alarms;
mod differential;
mod examples;
mod loading;
mod opa;
mod semantics;

use std::sync::LazyLock;

use manifest::{Node, Source};
use spanned_yaml::Tree;

use super::policies::Way;
use super::*;
use crate::problem::At;
use crate::rule::Tier;

/// The objects of a YAML text.
fn objects(yaml: &str) -> Vec<Node> {
    let source = Source::file("test.yaml", Tree::parse(yaml));
    assert_eq!(source.tree.errors(), [], "{yaml}");
    source.documents().documents
}

fn facts(tier: Tier) -> TargetFacts {
    TargetFacts {
        application: "api".to_owned(),
        environment: Some(tier.name().to_owned()),
        tier,
        cluster: Some("main".to_owned()),
        namespace: None,
        kubernetes_version: Some("1.34".to_owned()),
        path: "apps/api".to_owned(),
        kind: "kustomization".to_owned(),
    }
}

/// The built-in policies together with some others, given as paths and texts.
fn with(files: &[(&str, &str)]) -> (Policies, Vec<PolicyFault>) {
    let users = files.iter().map(|(path, text)| PolicySource {
        path: (*path).into(),
        text: (*text).to_owned(),
    });
    load(users.collect())
}

/// The built-in policies, evaluated by their plan.
static BUILT_IN: LazyLock<Policies> = LazyLock::new(|| load(Vec::new()).0);

/// The same, evaluated by the interpreter.
static INTERPRETED: LazyLock<Policies> = LazyLock::new(|| {
    let (mut policies, _) = load(Vec::new());
    policies.ways.fill(Way::Interpreted);
    policies
});

/// What a built-in rule finds in a YAML text, by either way of evaluation.
fn judge(rule: &str, tier: Tier, yaml: &str) -> String {
    let found = check(&BUILT_IN, rule, tier, yaml);
    assert_eq!(
        check(&INTERPRETED, rule, tier, yaml),
        found,
        "{rule}\n{yaml}"
    );
    found
}

/// What a rule finds in a YAML text, one line for each violation.
fn check(policies: &Policies, rule: &str, tier: Tier, yaml: &str) -> String {
    let settings = policies.settings(|r| r.id == rule, &ParameterValues::new());
    let facts = facts(tier);
    let nodes = objects(yaml);
    let documents: Vec<Document<'_>> = nodes.iter().map(|n| Document::new(n.view())).collect();
    let mut outcome = Outcome::default();
    match policies.scope(rule) {
        Some(Scope::Object) => {
            for (at, document) in documents.iter().enumerate() {
                let found = policies.check_object(document, &facts, &settings);
                let problems = found.problems.into_iter().map(|(_, p)| (at, p));
                outcome.problems.extend(problems);
                outcome.faults.extend(found.faults);
            }
        }
        Some(scope) => {
            let all: Vec<_> = documents.iter().map(|d| (d, &facts)).collect();
            outcome = policies.check_many(scope, &all, &settings);
        }
        None => panic!("there is no rule {rule}"),
    }
    let mut lines: Vec<String> = outcome
        .problems
        .iter()
        .map(|(at, problem)| {
            let At::Field(field) = &problem.at else {
                panic!("a policy speaks of fields");
            };
            let part = field
                .part
                .as_ref()
                .map_or(String::new(), |part| format!(" ({part})"));
            let key = if field.by_key { " (key)" } else { "" };
            let lesser = match problem.at_most {
                Some(severity) => format!(" ({severity})"),
                None => String::new(),
            };
            format!(
                "{at} {}{part}{key}{lesser}: {}",
                field.path, problem.message
            )
        })
        .chain(
            outcome
                .faults
                .iter()
                .map(|fault| format!("FAULT {}", fault.message)),
        )
        .collect();
    lines.sort();
    lines.join("\n")
}
