//! The plan beside the interpreter, on objects that are anything but right.

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json, json};

use super::*;

/// Numbers that look random and are the same each time.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % sides.max(1)
    }
}

/// Every document of every example.
fn documents() -> Vec<Json> {
    let examples = BUILT_IN.rules().flat_map(|rule| [&rule.bad, &rule.good]);
    let texts = examples.flatten().flat_map(|text| text.split("---\n"));
    texts
        .filter_map(|text| yaml_serde::from_str(text).ok())
        .filter(Json::is_object)
        .collect()
}

fn odd(dice: &mut Dice) -> Json {
    let values = [
        json!(null),
        json!(true),
        json!(false),
        json!(0),
        json!(-1),
        json!(0.5),
        json!(""),
        json!("latest"),
        json!("ghcr.io/acme/api@sha256:1"),
        json!("localhost:5000/a/b:${TAG}"),
        json!("c2VjcmV0"),
        json!("postgres://u:hunter2@db/x"),
        json!("ü \"quoted\"\n"),
        json!([]),
        json!({}),
        json!([null, 1, "a", {"name": "x"}]),
        json!({"name": "x", "namespace": "y"}),
    ];
    values[dice.roll(values.len())].clone()
}

/// Changes something here or further in.
fn change(value: &mut Json, others: &[Json], dice: &mut Dice) {
    if dice.roll(7) == 0 {
        *value = odd(dice);
        return;
    }
    match value {
        Json::Object(fields) if !fields.is_empty() => {
            let at = dice.roll(fields.len());
            let Some(key) = fields.keys().nth(at).cloned() else {
                return;
            };
            match dice.roll(9) {
                0 => {
                    fields.remove(&key);
                }
                1 => graft(fields, &key, others, dice),
                _ => change(&mut fields[&key], others, dice),
            }
        }
        Json::Array(items) if !items.is_empty() => {
            let at = dice.roll(items.len());
            match dice.roll(6) {
                0 => {
                    items.remove(at);
                }
                1 => items.push(items[at].clone()),
                _ => change(&mut items[at], others, dice),
            }
        }
        _ => *value = odd(dice),
    }
}

/// Puts what stands under a key in another document under the same key.
fn graft(fields: &mut Map<String, Json>, key: &str, others: &[Json], dice: &mut Dice) {
    let mut found = Vec::new();
    for other in others {
        under(other, key, &mut found);
    }
    if !found.is_empty() {
        fields[key] = found[dice.roll(found.len())].clone();
    }
}

fn under<'a>(value: &'a Json, key: &str, found: &mut Vec<&'a Json>) {
    match value {
        Json::Object(fields) => {
            found.extend(fields.get(key));
            fields.values().for_each(|value| under(value, key, found));
        }
        Json::Array(items) => items.iter().for_each(|value| under(value, key, found)),
        _ => {}
    }
}

fn changed(documents: &[Json], dice: &mut Dice) -> String {
    let mut object = documents[dice.roll(documents.len())].clone();
    for _ in 0..dice.roll(5) {
        change(&mut object, documents, dice);
    }
    object.to_string()
}

/// What each rule finds, beside what it fails with.
type Found = BTreeMap<String, Vec<String>>;

/// What policies find in each object, and in all of them together.
fn outcomes(policies: &Policies, yaml: &str) -> Vec<Found> {
    let settings = policies.settings(|_| true, &ParameterValues::new());
    let facts = facts(Tier::Production);
    let nodes = objects(yaml);
    let documents: Vec<Document<'_>> = nodes.iter().map(|n| Document::new(n.view())).collect();
    let all: Vec<_> = documents.iter().map(|d| (d, &facts)).collect();
    let alone = documents.iter();
    let alone = alone.map(|document| policies.check_object(document, &facts, &settings));
    let wide = [Scope::Target, Scope::Environment].into_iter();
    let wide = wide.map(|scope| policies.check_many(scope, &all, &settings));
    alone.chain(wide).map(by_rule).collect()
}

fn by_rule(outcome: Outcome) -> Found {
    let mut found = Found::new();
    for (object, problem) in outcome.problems {
        let told = found.entry(problem.rule.id.to_string()).or_default();
        told.push(format!("{object} {problem:?}"));
    }
    for fault in outcome.faults {
        let told = found.entry(fault.rule.unwrap_or_default()).or_default();
        told.push(fault.message);
    }
    found
}

/// What regorus' interpreter says of what is no collection. Open Policy Agent finds nothing in it.
const NO_COLLECTION: &str = "`some .. in collection` expects array/set/object";

/// Compares what plan and interpreter find. Gives how many problems there are, and how many of
/// them only the interpreter cannot tell.
fn compare(yaml: &str) -> (usize, usize) {
    let (mut compared, mut left_out) = (0, 0);
    let pairs = outcomes(&BUILT_IN, yaml)
        .into_iter()
        .zip(outcomes(&INTERPRETED, yaml));
    for (mut planned, interpreted) in pairs {
        for (rule, told) in &interpreted {
            if told.iter().any(|text| text.contains(NO_COLLECTION)) {
                planned.insert(rule.clone(), told.clone());
                left_out += 1;
            }
        }
        assert_eq!(planned, interpreted, "{yaml}");
        compared += planned.values().map(Vec::len).sum::<usize>();
    }
    (compared, left_out)
}

#[test]
fn plan_and_interpreter_find_the_same() {
    let documents = documents();
    let mut dice = Dice(0x9E37_79B9_7F4A_7C15);
    let (mut compared, mut left_out) = (0, 0);
    for _ in 0..40 {
        let objects: Vec<String> = (0..8).map(|_| changed(&documents, &mut dice)).collect();
        let (own, lacking) = compare(&objects.join("\n---\n"));
        (compared, left_out) = (compared + own, left_out + lacking);
    }
    assert!(compared > 300, "{compared} problems show little");
    assert!(
        left_out < compared / 10,
        "{left_out} of {compared} are left out"
    );
}

/// `GITOPSLINT_OBJECTS` names a folder of files that `gitopslint render --all` printed.
#[test]
#[ignore = "it is for what real repositories apply, and takes minutes"]
fn plan_and_interpreter_find_the_same_in_real_objects() {
    let folder = std::env::var("GITOPSLINT_OBJECTS").expect("the name of a folder");
    let (mut compared, mut left_out) = (0, 0);
    for file in std::fs::read_dir(folder).unwrap() {
        let text = std::fs::read_to_string(file.unwrap().path()).unwrap();
        let objects: Vec<&str> = text.split("\n---\n").collect();
        for some in objects.chunks(40) {
            let (own, lacking) = compare(&some.join("\n---\n"));
            (compared, left_out) = (compared + own, left_out + lacking);
        }
    }
    println!("{compared} problems, of which {left_out} are left out");
    assert!(compared > 0);
}
