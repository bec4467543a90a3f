use std::sync::Arc;

use insta::assert_snapshot;

use super::table;
use crate::{Environment, Fields, Program, Type};

#[test]
fn what_does_not_fit_is_told_before_it_is_evaluated() {
    assert_snapshot!(table(
        "
        1 > 'a'
        1 == 1.0
        1 < 1.5
        'a' == null
        duration('1h') == null
        1 + 'a'
        !1
        true ? 1 : 'a'
        [1, 'a']
        [1, dyn('a')]
        {'a': 1, 'b': 'c'}
        '%s %s'.format([1, 'a'])
        [1, 2].exists(x, x == 'a')
        [1, 2].all(x, x)
        [[1, 2]].map(x, x[0] + 'a')
        ['a'].sortBy(x, {'b': x})
        [] + [1] + ['a']
        1.size()
        'a'.nothing()
        nothing('a')
        unknown
        unknown.field
        Object{}
        cel.bind(x, 1, x)
        [1][0].field
        optional.of(1).orValue('a')
        has('a'.b)
        "
    ), @r#"
    1 > 'a'  →  at 2: `>` cannot be used on (int, string)
    1 == 1.0  →  at 2: `==` cannot be used on (int, double)
    1 < 1.5  →  true
    'a' == null  →  at 4: `==` cannot be used on (string, null)
    duration('1h') == null  →  false
    1 + 'a'  →  at 2: `+` cannot be used on (int, string)
    !1  →  at 0: `!` cannot be used on (int)
    true ? 1 : 'a'  →  at 11: this is of type string, but what comes before it is of type int
    [1, 'a']  →  at 4: this is of type string, but what comes before it is of type int
    [1, dyn('a')]  →  at 4: this is of type dyn, but what comes before it is of type int
    {'a': 1, 'b': 'c'}  →  at 14: this is of type string, but what comes before it is of type int
    '%s %s'.format([1, 'a'])  →  "1 a"
    [1, 2].exists(x, x == 'a')  →  at 19: `==` cannot be used on (int, string)
    [1, 2].all(x, x)  →  at 14: this is of type int, but bool is needed
    [[1, 2]].map(x, x[0] + 'a')  →  at 21: `+` cannot be used on (int, string)
    ['a'].sortBy(x, {'b': x})  →  at 16: values of type map(string, string) have no order
    [] + [1] + ['a']  →  at 9: `+` cannot be used on (list(int), list(string))
    1.size()  →  at 1: `size()` cannot be used on (int)
    'a'.nothing()  →  at 3: there is no function `nothing`
    nothing('a')  →  at 0: there is no function `nothing`
    unknown  →  at 0: there is no `unknown` here
    unknown.field  →  at 0: there is no `unknown` here
    Object{}  →  at 0: there is no type `Object`
    cel.bind(x, 1, x)  →  at 3: there is no `cel` here
    [1][0].field  →  at 6: a value of type int has no field `field`
    optional.of(1).orValue('a')  →  at 14: `orValue()` cannot be used on (optional(int), string)
    has('a'.b)  →  at 0: a value of type string has no field `b`
    "#);
}

#[test]
fn literals_are_held_against_what_takes_them() {
    assert_snapshot!(table(
        "
        'a'.matches('[')
        'a'.matches('(?!a)')
        duration('1d')
        timestamp('yesterday')
        '%d'.format([1, 2])
        '%z'.format([1])
        '50%'.format([])
        "
    ), @"
    'a'.matches('[')  →  at 12: the regular expression is invalid: a `[` is not closed
    'a'.matches('(?!a)')  →  at 12: the regular expression is invalid: `(?!` is not a group that Go supports
    duration('1d')  →  at 9: this is not a duration
    timestamp('yesterday')  →  at 10: this is not a timestamp
    '%d'.format([1, 2])  →  at 12: the format and its values differ in number: 1 and 2
    '%z'.format([1])  →  at 12: `%z` is not a clause of a format
    '50%'.format([])  →  at 13: the format ends within a clause
    ");
}

#[derive(Debug)]
struct Spec;

impl Fields for Spec {
    fn name(&self) -> &'static str {
        "spec"
    }

    fn field(&self, name: &str) -> Option<Type> {
        Some(match name {
            "size" => Type::Int,
            "names" => Type::list(Type::String),
            "labels" => Type::map(Type::String, Type::String),
            "inner" => Type::Object(Arc::new(Spec)),
            "when" => Type::Timestamp,
            _ => return None,
        })
    }
}

#[test]
fn fields_of_objects_have_types() {
    let environment = || Environment::new().with("self", Type::Object(Arc::new(Spec)));
    let ty = |environment: &Environment, text: &str| match Program::compile(text, environment) {
        Ok(program) => program.ty().to_string(),
        Err(errors) => errors[0].message.clone(),
    };
    let lines = [
        "self.inner.inner.size",
        "self.sise",
        "self.?inner.size",
        "self.names.map(n, n.size())",
        "self.labels.all(k, self.labels[k] == k)",
        "self.inner == self",
        "self.when > timestamp(0)",
        "self.size == self.names",
        "self.names.filter(n, n.startsWith('a'))",
        "self.labels.transformMap(k, v, v.size())",
    ];
    let environment = environment();
    let told: Vec<String> = lines
        .iter()
        .map(|line| format!("{line}  →  {}", ty(&environment, line)))
        .collect();
    assert_snapshot!(told.join("\n"), @"
    self.inner.inner.size  →  int
    self.sise  →  there is no field `sise`
    self.?inner.size  →  optional(int)
    self.names.map(n, n.size())  →  list(int)
    self.labels.all(k, self.labels[k] == k)  →  bool
    self.inner == self  →  bool
    self.when > timestamp(0)  →  bool
    self.size == self.names  →  `==` cannot be used on (int, list(string))
    self.names.filter(n, n.startsWith('a'))  →  list(string)
    self.labels.transformMap(k, v, v.size())  →  map(string, int)
    ");
    assert_snapshot!(
        ty(&environment.of_minor(27), "quantity('1').isInteger()"),
        @"`quantity` can be used since Kubernetes 1.28"
    );
    let bindings = Environment::new().with_bindings();
    assert_snapshot!(ty(&bindings, "cel.bind(x, 1, [x, x])"), @"list(int)");
    let changes = Environment::new().with_type("Object");
    assert_snapshot!(ty(&changes, "Object{spec: Object.spec{size: 1}}"), @"dyn");
}
