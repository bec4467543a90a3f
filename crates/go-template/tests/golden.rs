//! What Go and Sprig answer: each case is a template and its output, or null where it fails.
//! `tests/oracle.go` made the answers, and says how.

use go_template::{
    Args, Budget, Evaluator, Failure, Fixed, Function, Functions, Limits, Options, Param, SourceId,
    TemplateSet, Text, Value, parse, parse_json,
};

const DATA: &str = include_str!("golden/data.json");

fn json(text: &str) -> Value {
    let text = Text::from(text);
    let mut budget = Budget::new(&Limits::default());
    parse_json(&mut budget, text.as_view())
        .expect("it is small")
        .expect("it is JSON")
}

fn include(evaluator: &mut Evaluator<'_>, args: Args<'_>) -> Result<Value, Failure> {
    let name = args.str(0)?;
    Ok(evaluator.render(&name, args.value(1)?)?.into())
}

const INCLUDE: Function = Function::new("include", &[Param::Str, Param::Any], include);

/// The output, or what went wrong.
fn render(functions: &Functions, template: &str) -> Result<String, String> {
    let parsed = parse(SourceId(0), "main", template);
    if let Some(error) = parsed.errors.first() {
        return Err(error.to_string());
    }
    if let Some(unknown) = parsed.unknown_functions(functions).first() {
        return Err(format!("there is no function {}", unknown.name));
    }
    let mut set = TemplateSet::new();
    set.add(&parsed);
    let mut host = Fixed::default();
    let mut evaluator = Evaluator::new(&set, functions, &mut host, Options::default());
    match evaluator.render("main", &json(DATA)) {
        Ok(text) => Ok(text.to_str().into_owned()),
        Err(failure) => Err(format!("{failure:?}")),
    }
}

fn check(cases: &str) {
    let mut functions = Functions::sprig();
    functions.extend(&[INCLUDE]);
    let cases = json(cases).as_list().unwrap_or_default();
    assert!(!cases.items.is_empty());
    let mut wrong = Vec::new();
    for case in &cases.items {
        let pair = case.as_list().unwrap_or_default();
        let (template, expected) = (&pair.items[0], &pair.items[1]);
        let template = template.as_text().map(Text::to_str).unwrap_or_default();
        let expected = expected.as_text().map(|text| text.to_str().into_owned());
        let got = render(&functions, &template);
        if got.as_ref().ok() != expected.as_ref() {
            wrong.push(format!("{template}\n  want {expected:?}\n  got  {got:?}"));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} wrong:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

#[test]
fn syntax() {
    check(include_str!("golden/syntax.json"));
}

#[test]
fn builtin() {
    check(include_str!("golden/builtin.json"));
}

#[test]
fn strings() {
    check(include_str!("golden/strings.json"));
}

#[test]
fn lists() {
    check(include_str!("golden/lists.json"));
}

#[test]
fn dicts() {
    check(include_str!("golden/dicts.json"));
}

#[test]
fn values() {
    check(include_str!("golden/values.json"));
}
