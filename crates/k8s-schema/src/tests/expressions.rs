//! `x-kubernetes-validations`, and what they see of an object.

use insta::assert_snapshot;

use super::custom::{check, crd, verdict};
use crate::{Unchecked, Version};

fn unchecked(schema: &str, spec: &str) -> Unchecked {
    let object = format!(
        "{{apiVersion: example.com/v1, kind: Widget, metadata: {{name: w}}, spec: {spec}}}"
    );
    let verdict = verdict(&[crd(schema)], &object);
    assert_eq!(verdict.violations, []);
    verdict.unchecked
}

#[test]
fn what_is_broken_is_told_at_the_field() {
    let schema = "
              type: object
              x-kubernetes-validations:
                - {rule: self.low <= self.high, message: low must not be above high.}
                - {rule: '!has(self.cert) || self.cert != \"\"', fieldPath: .cert, reason: FieldValueRequired}
                - {rule: self.low > 0, messageExpression: '\"low is \" + string(self.low)'}
                - {rule: 'self.names.all(n, n in self.allowed)', fieldPath: \"['names']\", reason: FieldValueDuplicate, message: unknown}
              properties:
                low: {type: integer}
                high: {type: integer}
                cert: {type: string}
                names: {type: array, items: {type: string, x-kubernetes-validations: [{rule: self.size() < 4}]}}
                allowed: {type: array, items: {type: string}}
    ";
    assert_eq!(
        check(schema, "{low: 1, high: 2, names: [a], allowed: [a, b]}"),
        ""
    );
    let bad = "{low: 0, high: -1, cert: '', names: [abc, abcd], allowed: []}";
    assert_snapshot!(check(schema, bad), @r#"
    InvalidValue spec.names[1] `names[1]` fails the definition's rule `self.size() < 4`
    InvalidValue spec `spec`: low must not be above high
    MissingField spec.cert `cert` fails the definition's rule `!has(self.cert) || self.cert != ""`
    InvalidValue spec `spec`: low is 0
    DuplicateListKey spec.names `names`: unknown
    "#);
    // What is missing is no value, and so an error.
    assert_snapshot!(check(schema, "{high: 1, names: [], allowed: []}"), @r#"
    InvalidValue spec `spec` cannot be checked against the definition's rule `self.low <= self.high`, because there is no key `low`: low must not be above high.
    InvalidValue spec `spec` cannot be checked against the definition's rule `self.low > 0`, because there is no key `low`
    "#);
}

#[test]
fn the_root_knows_its_name_and_no_status() {
    let crd = crd("{type: object}").replace(
        "openAPIV3Schema:",
        "openAPIV3Schema:
          x-kubernetes-validations:
            - {rule: self.metadata.name.startsWith('a') && self.kind == 'Widget', message: name}
            - {rule: '!has(self.status)', message: status}",
    );
    let object = |name: &str| {
        format!(
            "{{apiVersion: example.com/v1, kind: Widget, metadata: {{name: {name}}}, spec: {{}}, status: {{x: 1}}}}"
        )
    };
    let said = |name: &str| super::print(&verdict(std::slice::from_ref(&crd), &object(name)));
    assert_eq!(said("abc"), "");
    assert_snapshot!(said("xyz"), @"InvalidValue  the object: name");
}

#[test]
fn rules_on_changes_are_left_out() {
    let schema = "
              type: object
              properties:
                a: {type: string, x-kubernetes-validations: [{rule: self == oldSelf}]}
                b: {type: integer, x-kubernetes-validations: [{rule: '!oldSelf.hasValue() && self > 5', optionalOldSelf: true}]}
    ";
    assert_eq!(check(schema, "{a: x, b: 6}"), "");
    assert_snapshot!(check(schema, "{a: x, b: 5}"), @"InvalidValue spec.b `b` fails the definition's rule `!oldSelf.hasValue() && self > 5`");
    assert_eq!(unchecked(schema, "{a: x, b: 6}"), Unchecked::default());
    let nodes = super::custom::nodes(&crd(schema));
    let catalog = crate::Catalog::with_crds(nodes.iter().map(manifest::Node::view));
    let object = "{apiVersion: example.com/v1, kind: Widget, metadata: {name: w}, spec: {b: 5}}";
    let old = Version::parse("1.29").unwrap();
    let said = super::judge(&catalog, object, old, manifest::Dialect::Kustomize);
    assert_eq!(said.violations, []);
}

#[test]
fn what_cannot_be_evaluated_is_counted() {
    let count = |rule: &str, spec: &str| {
        let schema = format!(
            "
              type: object
              x-kubernetes-validations: [{{rule: \"{rule}\"}}]
              properties:
                s: {{type: string}}
                l: {{type: array, items: {{type: integer}}}}
    "
        );
        unchecked(&schema, spec).cel_rules
    };
    assert_eq!(count("self.s == 'a'", "{s: a}"), 0);
    // It does not compile.
    assert_eq!(count("self.s ==", "{s: a}"), 1);
    assert_eq!(count("self.missing == 'a'", "{s: a}"), 1);
    assert_eq!(count("self.s", "{s: a}"), 1);
    // It depends on what another program fills in.
    assert_eq!(count("self.s == 'a'", "{s: '${NAME}'}"), 1);
    assert_eq!(count("has(self.s)", "{s: '${NAME}'}"), 0);
    // It costs more than is spent on it.
    let list = format!("{{l: [{}]}}", "1, ".repeat(2_000));
    assert_eq!(count("self.l.all(a, self.l.all(b, a == b))", &list), 1);
    // Its pattern is too large.
    assert_eq!(
        count("self.s.matches('((a{1000}){1000}){1000}')", "{s: a}"),
        1
    );
    // It asks for what only a cluster knows.
    assert_eq!(
        count("timestamp(0).getHours('Europe/Paris') == 1", "{s: a}"),
        1
    );
}

#[test]
fn rules_of_one_object_share_what_may_be_spent() {
    let rule = "lists.range(1000).all(a, lists.range(150).all(b, a + b >= 0))";
    let rules = format!("[{}]", vec![format!("{{rule: '{rule}'}}"); 40].join(", "));
    let schema = format!("{{type: object, x-kubernetes-validations: {rules}}}");
    let count = unchecked(&schema, "{}").cel_rules;
    assert!(count > 30, "{count}");
}

#[test]
fn an_object_that_is_wrong_otherwise_is_not_asked() {
    let schema = "
              type: object
              x-kubernetes-validations: [{rule: self.s == 'a'}]
              properties: {s: {type: string}}
    ";
    assert_snapshot!(check(schema, "{s: 1}"), @r#"
    WrongType spec.s `s` must be a string, not the number `1`
        quote it: `"1"`
    "#);
}

#[test]
fn embedded_resources_are_held_against_the_rules_for_metadata() {
    let schema = "
              type: object
              properties:
                template: {type: object, x-kubernetes-embedded-resource: true, x-kubernetes-preserve-unknown-fields: true,
                  x-kubernetes-validations: [{rule: self.metadata.name != 'forbidden'}]}
    ";
    let good = "{template: {apiVersion: v1, kind: Pod, metadata: {name: a}, spec: {}}}";
    assert_eq!(check(schema, good), "");
    let bad =
        "{template: {apiVersion: a/b/c, kind: My_Pod, metadata: {name: a/b, labels: {a: b c}}}}";
    assert_snapshot!(check(schema, bad), @r#"
    InvalidValue spec.template.kind `kind` `My_Pod` in lower case must consist of lower-case letters, digits and `-`, begin with a letter, and end with a letter or digit
    InvalidValue spec.template.apiVersion `apiVersion` `a/b/c` must be a group and a version with `/` between them
    InvalidValue spec.template.metadata.name `name` `a/b` must not contain `/`
    InvalidValue spec.template.metadata.labels.a `a` `b c` must consist of letters, digits, `-`, `_` and `.`, and begin and end with a letter or digit
    "#);
    let forbidden = "{template: {apiVersion: v1, kind: Pod, metadata: {name: forbidden}}}";
    assert_snapshot!(check(schema, forbidden), @"InvalidValue spec.template `template` fails the definition's rule `self.metadata.name != 'forbidden'`");
}

#[test]
fn a_kind_that_is_nearly_known_is_taken_for_it() {
    let said = |kind: &str| {
        let object = format!("{{apiVersion: example.com/v1, kind: {kind}, metadata: {{name: w}}}}");
        super::print(&verdict(&[crd("{type: object}")], &object))
    };
    assert_snapshot!(said("widgets"), @r#"
    UnknownApiVersion kind `example.com` has no kind `widgets`
        did you mean `Widget`?
    "#);
    // It may be defined elsewhere.
    assert_eq!(said("Gadget"), "");
    assert_eq!(said("WidgetList"), "");
}
