use std::cmp::Ordering;

use bumpalo::Bump;
use manifest::{Node, Source};
use spanned_yaml::Tree;

use super::*;

#[test]
fn values_are_small() {
    assert_eq!(size_of::<Value<'_>>(), 24);
    assert_eq!(size_of::<Option<Value<'_>>>(), 24);
    assert_eq!(size_of::<Result<Option<Value<'_>>, crate::Halt>>(), 24);
}

fn node(yaml: &str) -> Node {
    let source = Source::file("x.yaml", Tree::parse(yaml));
    source.documents().documents.remove(0)
}

/// What stands in a manifest, as a value prints itself.
fn seen(yaml: &str) -> String {
    let node = node(yaml);
    let arena = Bump::new();
    format!("{:?}", Const::copied(Value::of(node.view(), &arena)))
}

#[test]
fn manifests_are_read_as_the_api_server_reads_them() {
    insta::assert_snapshot!(seen("{b: 1, a: x, c: [true, null, 1.5, 1.0]}"), @r#"Object([(Text("a"), Text("x")), (Text("b"), Number(Int(1))), (Text("c"), Array([Bool(true), Null, Number(Float(1.5)), Number(Int(1))]))])"#);
    insta::assert_snapshot!(seen("{a: null, b: ~, c: }"), @"Object([])");
    insta::assert_snapshot!(seen("[18446744073709551615, .inf, 0x10]"), @r#"Array([Number(Uint(18446744073709551615)), Text("inf"), Number(Int(16))])"#);
}

#[test]
fn fields_are_found() {
    let node = node("{a: {b: [10, {c: x}]}, twice: 1, twice: null, 'no': 2}");
    let arena = Bump::new();
    let root = Value::of(node.view(), &arena);
    let at = |keys: &[Value<'_>]| {
        let found = keys.iter().try_fold(root, |value, key| {
            value.at(*key, &arena, &mut 1000).unwrap()
        });
        format!("{:?}", found.map(Const::copied))
    };
    let text = Value::Text;
    assert_eq!(
        at(&[text("a"), text("b"), Value::from(0)]),
        "Some(Number(Int(10)))"
    );
    assert_eq!(
        at(&[text("a"), text("b"), Value::from(1), text("c")]),
        "Some(Text(\"x\"))"
    );
    assert_eq!(at(&[text("a"), text("b"), Value::from(2)]), "None");
    assert_eq!(at(&[text("a"), text("x")]), "None");
    assert_eq!(at(&[text("twice")]), "Some(Number(Int(1)))");
    assert_eq!(at(&[text("no")]), "Some(Number(Int(2)))");
}

#[test]
fn values_have_an_order() {
    let set = |members: Vec<Const>| Const::set(members);
    let sorted = [
        Const::Null,
        Const::Bool(false),
        Const::Bool(true),
        Const::Number(Number::Int(-1)),
        Const::Number(Number::Float(0.5)),
        Const::Number(Number::Int(1)),
        Const::Number(Number::Uint(u64::MAX)),
        Const::Number(Number::Float(1e300)),
        Const::from("a"),
        Const::from("b"),
        Const::Array(Box::new([])),
        Const::Array(Box::new([Const::Null])),
        Const::object([(Const::from("a"), Const::Null)]),
        Const::object([(Const::from("a"), Const::from("x"))]),
        Const::object([(Const::from("b"), Const::Null)]),
        set(vec![]),
        set(vec![Const::Null, Const::Null]),
    ];
    let arena = Bump::new();
    for (i, a) in sorted.iter().enumerate() {
        for (j, b) in sorted.iter().enumerate() {
            let order = compare(a.value(), b.value(), &arena, &mut 1000).unwrap();
            assert_eq!(order, i.cmp(&j), "{a:?} {b:?}");
            assert_eq!(
                equal(a.value(), b.value(), &arena, &mut 1000).unwrap(),
                order == Ordering::Equal
            );
        }
    }
}

#[test]
fn numbers_have_one_form() {
    let of = Number::from_f64;
    assert_eq!(of(2.0), Some(Number::Int(2)));
    assert_eq!(of(9_223_372_036_854_775_808.0), Some(Number::Uint(1 << 63)));
    assert_eq!(of(f64::NAN), None);
    assert_eq!(
        Number::parse("9223372036854775807"),
        Some(Number::Int(i64::MAX))
    );
    assert_eq!(Number::parse("18446744073709551616"), None);
    assert_eq!(Number::parse("1.0"), Some(Number::Int(1)));
}
