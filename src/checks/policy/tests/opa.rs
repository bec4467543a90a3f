//! What Open Policy Agent finds in the examples of policies. `crates/rego-plan/tests/oracle.go`
//! made the answers, and says how; policies that came later have none.

use bumpalo::Bump;
use rego_plan::{Const, Run};
use serde_json::Value as Json;

use super::input::Input;
use super::value::to_foreign;
use super::*;

/// What a policy's rule gives for each object of an example, or for all.
fn answers(rule: &str, example: &str) -> Vec<Json> {
    let at = BUILT_IN.policies.iter().position(|p| *p.rule.id == *rule);
    let policy = &BUILT_IN.policies[at.unwrap()];
    let settings = BUILT_IN.settings(|_| true, &ParameterValues::new());
    let facts = facts(Tier::Production);
    let nodes = objects(example);
    let documents: Vec<Document<'_>> = nodes.iter().map(|n| Document::new(n.view())).collect();
    let arena = Bump::new();
    let inputs: Vec<Input<'_>> = match policy.scope {
        Scope::Object => documents
            .iter()
            .map(|document| Input::one(document, &facts, &policy.uses, &arena))
            .collect(),
        _ => {
            let all: Vec<_> = documents.iter().map(|d| (d, &facts)).collect();
            vec![Input::many(&all, &policy.uses, &arena)]
        }
    };
    let none = Const::object([]);
    let parameters = settings.parameters(at.unwrap()).unwrap_or(&none);
    let Way::Planned(entry) = BUILT_IN.way(at.unwrap()) else {
        panic!("{rule} has no plan");
    };
    let answer = |input: &Input<'_>| -> Json {
        let input = input.full(parameters.value(), &arena);
        let mut run = Run::new(BUILT_IN.plan(true).unwrap(), &arena, input, 1_000_000);
        let found = to_foreign(run.value(*entry).unwrap().unwrap());
        serde_json::from_str(&found.to_json_str().unwrap()).unwrap()
    };
    inputs.iter().map(answer).collect()
}

#[test]
fn open_policy_agent_finds_the_same() {
    let golden: Vec<(String, String, Json)> =
        serde_json::from_str(include_str!("golden.json")).unwrap();
    let mut checked = 0;
    for rule in BUILT_IN.rules() {
        for (which, example) in [("bad", &rule.bad), ("good", &rule.good)] {
            let expected = golden
                .iter()
                .filter(|(id, w, _)| *id == *rule.id && w == which);
            let expected: Vec<&Json> = expected.map(|(_, _, answer)| answer).collect();
            if let (Some(example), false) = (example, expected.is_empty()) {
                let found = answers(&rule.id, example);
                assert_eq!(
                    found.iter().collect::<Vec<_>>(),
                    expected,
                    "{} {which}",
                    rule.id
                );
                checked += 1;
            }
        }
    }
    assert!(checked >= 56, "only {checked} examples have answers");
}
