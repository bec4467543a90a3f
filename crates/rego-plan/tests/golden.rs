//! What Open Policy Agent answers: each case is the rules of a module and the value of `p`, null
//! where it has none, or `"error"`. Behind some it says that they are beyond what is supported.
//! `tests/oracle.go` made the answers, and says how.
#![allow(clippy::unwrap_used, reason = "it is a test")]

use bumpalo::Bump;
use rego_plan::{Const, Items, Module, Number, Planned, Policies, Run, Sort, Value};
use serde_json::Value as Json;

const INPUT: &str = include_str!("golden/input/input.json");

/// What became of a case.
enum Answer {
    Value(Json),
    Undefined,
    /// Why there is no answer.
    None(String),
}

fn answer(rules: &str) -> Answer {
    let text = format!("package m\n{rules}");
    let modules = [Module::parse(&text)];
    let (plan, planned) = Policies::new(&modules, "parameters").plan([["m", "p"].as_slice()]);
    let entry = match &planned[0] {
        Planned::Whole(entry) => *entry,
        Planned::Not { why, .. } => return Answer::None(why.to_string()),
    };
    let input = from_json(&serde_json::from_str(INPUT).unwrap());
    let arena = Bump::new();
    let mut run = Run::new(&plan, &arena, input.value(), 64 << 20);
    run.allow(100_000);
    match run.value(entry) {
        Ok(Some(value)) => Answer::Value(to_json(value, &arena)),
        Ok(None) => Answer::Undefined,
        Err(halt) => Answer::None(halt.to_string()),
    }
}

fn check(cases: &str) {
    let cases: Vec<Vec<Json>> = serde_json::from_str(cases).unwrap();
    let mut wrong = Vec::new();
    for case in &cases {
        let (rules, expected, is_beyond) = (case[0].as_str().unwrap(), &case[1], case.len() > 2);
        let (got, is_right) = match answer(rules) {
            Answer::None(why) => (why, is_beyond || *expected == "error"),
            Answer::Undefined => {
                let fits = expected.is_null() || *expected == "error";
                ("nothing".to_owned(), fits && !is_beyond)
            }
            Answer::Value(value) => (value.to_string(), same(&value, expected) && !is_beyond),
        };
        if !is_right {
            wrong.push(format!("{rules}\n  want {expected}\n  got  {got}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_language() {
    check(include_str!("golden/language.json"));
}

#[test]
fn functions() {
    check(include_str!("golden/functions.json"));
}

fn from_json(json: &Json) -> Const {
    match json {
        Json::Null => Const::Null,
        Json::Bool(value) => Const::Bool(*value),
        Json::Number(number) => Const::Number(match number.as_i64() {
            Some(value) => Number::Int(value),
            None => Number::from_f64(number.as_f64().unwrap()).unwrap(),
        }),
        Json::String(text) => Const::from(text.as_str()),
        Json::Array(items) => Const::Array(items.iter().map(from_json).collect()),
        Json::Object(fields) => {
            let fields = fields.iter();
            Const::object(fields.map(|(key, value)| (Const::from(key.as_str()), from_json(value))))
        }
    }
}

/// Sets are lists, as in the answers.
fn to_json<'a>(value: Value<'a>, arena: &'a Bump) -> Json {
    let all = |items: Items<'a>| items.values().map(|v| to_json(v, arena)).collect();
    match value {
        Value::Null => Json::Null,
        Value::Bool(value) => Json::Bool(value),
        Value::Number(Number::Int(value)) => value.into(),
        Value::Number(Number::Uint(value)) => value.into(),
        Value::Number(Number::Float(value)) => value.into(),
        Value::Text(text) => text.into(),
        _ => match (value.sort(), Items::of(value, arena).unwrap()) {
            (Sort::Object, fields) => {
                let fields = fields.iter().map(|(key, value)| {
                    let key = match to_json(key, arena) {
                        Json::String(key) => key,
                        other => other.to_string(),
                    };
                    (key, to_json(value, arena))
                });
                Json::Object(fields.collect())
            }
            (_, items) => Json::Array(all(items)),
        },
    }
}

/// Whether two values are the same; `1` and `1.0` are.
fn same(a: &Json, b: &Json) -> bool {
    match (a, b) {
        (Json::Number(a), Json::Number(b)) => match (a.as_i64(), b.as_i64()) {
            (Some(a), Some(b)) => a == b,
            _ => a.as_f64() == b.as_f64(),
        },
        (Json::Array(a), Json::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b))
        }
        (Json::Object(a), Json::Object(b)) => {
            let same_entry =
                |(key, value): (&String, &Json)| b.get(key).is_some_and(|v| same(value, v));
            a.len() == b.len() && a.iter().all(same_entry)
        }
        _ => a == b,
    }
}
