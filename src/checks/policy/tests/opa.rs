//! What Open Policy Agent finds in the examples of policies. `crates/rego-plan/tests/oracle.go`
//! made the answers, and says how; policies that came later have none.

use bumpalo::Bump;
use rego_plan::{Const, Run, Value};
use serde_json::Value as Json;

use super::input::Input;
use super::value::to_foreign;
use super::*;

/// Asks for what a policy sees of an example: of each object, or of all.
fn each_input<T>(rule: &str, example: &str, ask: impl Fn(Value<'_>, &Bump) -> T) -> Vec<T> {
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
            vec![Input::many(&all, &all, &policy.uses, &arena)]
        }
    };
    let none = Const::object([]);
    let parameters = settings.parameters(at.unwrap()).unwrap_or(&none);
    let full = |input: &Input<'_>| ask(input.full(parameters.value(), &arena), &arena);
    inputs.iter().map(full).collect()
}

fn json(value: Value<'_>) -> Json {
    serde_json::from_str(&to_foreign(value).to_json_str().unwrap()).unwrap()
}

/// What a policy's rule gives for an example; nothing if it has no plan.
fn answers(rule: &str, example: &str) -> Option<Vec<Json>> {
    let at = BUILT_IN.policies.iter().position(|p| *p.rule.id == *rule);
    let Way::Planned(entry) = BUILT_IN.way(at.unwrap()) else {
        return None;
    };
    Some(each_input(rule, example, |input, arena| {
        let mut run = Run::new(BUILT_IN.plan(true).unwrap(), arena, input, 64 << 20);
        run.allow(1_000_000);
        json(run.value(*entry).unwrap().unwrap())
    }))
}

/// The examples of policies: the rule's id, which example it is, and its text.
fn examples() -> impl Iterator<Item = (&'static str, &'static str, &'static str)> {
    BUILT_IN.rules().flat_map(|rule| {
        let examples = [("bad", &rule.bad), ("good", &rule.good)];
        let present = examples.into_iter();
        present.filter_map(|(which, text)| Some((&*rule.id, which, text.as_deref()?)))
    })
}

/// Writes what Open Policy Agent is asked into the file that the variable `QUESTIONS` names.
#[test]
#[ignore = "it is for tests/oracle.go"]
fn questions() {
    let questions = examples().flat_map(|(rule, which, example)| {
        let policy = BUILT_IN.policies.iter().find(|p| *p.rule.id == *rule);
        let query = format!("data.{}", policy.unwrap().name.join("."));
        let inputs = each_input(rule, example, |input, _| json(input));
        let inputs = inputs.into_iter();
        inputs.map(move |input| {
            Json::from(vec![rule.into(), which.into(), query.clone().into(), input])
        })
    });
    let questions: Vec<Json> = questions.collect();
    let path = std::env::var("QUESTIONS").expect("QUESTIONS names a file");
    std::fs::write(path, Json::from(questions).to_string()).unwrap();
}

#[test]
fn open_policy_agent_finds_the_same() {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/src/checks/policy/tests/golden.json"
    );
    let text = std::fs::read_to_string(path).unwrap();
    let golden: Vec<(String, String, Json)> = serde_json::from_str(&text).unwrap();
    let mut checked = 0;
    for (rule, which, example) in examples() {
        let expected = golden.iter().filter(|(id, w, _)| id == rule && w == which);
        let expected: Vec<&Json> = expected.map(|(_, _, answer)| answer).collect();
        let Some(found) = answers(rule, example).filter(|_| !expected.is_empty()) else {
            continue;
        };
        assert_eq!(found.iter().collect::<Vec<_>>(), expected, "{rule} {which}");
        checked += 1;
    }
    assert!(checked >= 240, "only {checked} examples have answers");
}
