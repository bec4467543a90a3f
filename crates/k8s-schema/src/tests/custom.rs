use insta::assert_snapshot;
use manifest::{Dialect, Node, Source};
use spanned_yaml::Tree;

use super::{judge, print};
use crate::{Catalog, Coverage, Scope, Verdict, Version};

/// A definition of `Widget` in `example.com/v1`, whose `spec` has this schema.
pub(super) fn crd(spec: &str) -> String {
    format!(
        "
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {{name: widgets.example.com}}
spec:
  group: example.com
  names: {{kind: Widget, plural: widgets}}
  scope: Cluster
  versions:
    - name: v1
      served: true
      storage: true
      schema:
        openAPIV3Schema:
          type: object
          properties:
            spec:
              {}
            status: {{type: object, required: [x], properties: {{x: {{type: integer}}}}}}
      subresources: {{status: {{}}}}
    - name: v1alpha1
      served: false
      storage: false
    - name: v1beta1
      served: true
      deprecated: true
      deprecationWarning: use v1
",
        spec.trim()
    )
}

pub(super) fn nodes(yaml: &str) -> Vec<Node> {
    let source = Source::file("crd.yaml", Tree::parse(yaml));
    assert_eq!(source.tree.errors(), []);
    source.documents().documents
}

pub(super) fn verdict(crds: &[String], object: &str) -> Verdict {
    let nodes: Vec<Node> = crds.iter().flat_map(|crd| nodes(crd)).collect();
    let catalog = Catalog::with_crds(nodes.iter().map(Node::view));
    judge(&catalog, object, Version::NEWEST, Dialect::Kustomize)
}

/// What is said about a `Widget` with this `spec`, under that schema.
#[track_caller]
pub(super) fn check(schema: &str, spec: &str) -> String {
    let object = format!(
        "{{apiVersion: example.com/v1, kind: Widget, metadata: {{name: w}}, spec: {spec}}}"
    );
    let verdict = verdict(&[crd(schema)], &object);
    assert_eq!(verdict.coverage, Coverage::Custom);
    print(&verdict)
}

#[test]
fn types() {
    let schema = "
              type: object
              properties:
                s: {type: string}
                i: {type: integer, format: int32}
                n: {type: number}
                b: {type: boolean}
                o: {type: object, properties: {a: {type: string}}}
                l: {type: array, items: {type: integer}}
                m: {type: object, additionalProperties: {type: string}}
                p: {x-kubernetes-int-or-string: true, anyOf: [{type: integer}, {type: string}]}
    ";
    let good = "{s: a, i: 1.0, n: 1.5, b: true, o: {a: b}, l: [1], m: {x: y}, p: 80%}";
    assert_eq!(check(schema, good), "");
    assert_eq!(check(schema, "{n: 1, p: 80}"), "");
    let bad = "{s: 1, i: '1', n: a, b: 'yes', o: [], l: {}, m: {x: 1}, p: 1.5}";
    assert_snapshot!(check(schema, bad), @r#"
    WrongType spec.s `s` must be a string, not the number `1`
        quote it: `"1"`
    WrongType spec.i `i` must be an integer, not the text `1`
        remove the quotes
    WrongType spec.n `n` must be a number, not the text `a`
    WrongType spec.b `b` must be a boolean, not the text `yes`
        write `true`, without quotes
    WrongType spec.o `o` must be a mapping, not a list
        it is one mapping here, not a list of them
    WrongType spec.l `l` must be a list, not a mapping
        put `- ` in front of each item
    WrongType spec.m.x `x` must be a string, not the number `1`
        quote it: `"1"`
    WrongType spec.p `p` must be an integer or a string, not the number `1.5`
    "#);
    assert_snapshot!(check(schema, "{i: 1.5, l: [a, null], p: true}"), @r"
    WrongType spec.i `i` must be an integer, not the number `1.5`
    WrongType spec.l[0] `l[0]` must be an integer, not the text `a`
    WrongType spec.l[1] `l[1]` must be an integer, not null
        give it a value, or remove it
    WrongType spec.p `p` must be an integer or a string, not the boolean `true`
    ");
    assert_snapshot!(check(schema, "{i: 3000000000}"), @"InvalidValue spec.i `i` `3000000000` is not between -2147483648 and 2147483647");
}

#[test]
fn null_is_dropped_where_it_is_not_allowed() {
    let schema = "
              type: object
              properties:
                a: {type: string}
                b: {type: string, nullable: true}
                c: {type: string, default: x}
                d: {x-kubernetes-preserve-unknown-fields: true}
                l: {type: array, items: {type: string}}
                m: {type: object, additionalProperties: {type: object, required: [x]}}
              required: [a, b, c]
    ";
    assert_snapshot!(check(schema, "{a: null, b: null, c: null, d: null, l: [null], m: {k: null}}"), @r"
    WrongType spec.l[0] `l[0]` must be a string, not null
        give it a value, or remove it
    MissingField spec.a `a` is missing in `spec`
    ");
}

#[test]
fn unknown_and_missing_fields() {
    let schema = "
              type: object
              required: [image, size]
              properties:
                image: {type: string}
                size: {type: integer, default: 1}
                open: {type: object, x-kubernetes-preserve-unknown-fields: true, properties: {known: {type: object}}}
                loose: {type: object, additionalProperties: true}
                empty: {type: object}
    ";
    assert_snapshot!(check(schema, "{imgae: x, other: 1, empty: {a: 1, size: 1}}"), @r"
    UnknownField spec.imgae: unknown field `imgae` in `spec`
        did you mean `image`?
    UnknownField spec.other: unknown field `other` in `spec`
    UnknownField spec.empty.a: unknown field `a` in `empty`
    UnknownField spec.empty.size: unknown field `size` in `empty`
        `size` belongs to `spec`
    MissingField spec.image `image` is missing in `spec`
    ");
    assert_snapshot!(check(schema, "{image: x, known: {}, open: }"), @r"
    UnknownField spec.known: unknown field `known` in `spec`
        `known` belongs to `spec.open`
    ");
    assert_snapshot!(check(schema, "{image: x, known: {}, open: {}}"), @"UnknownField spec.known: unknown field `known` in `spec`");
    assert_eq!(check(schema, "{image: x, open: {any: {thing: 1}}}"), "");
    assert_snapshot!(check(schema, "{image: x, open: {known: {thing: 1}}, loose: {a: 1, b: {c: 1}}}"), @r"
    UnknownField spec.open.known.thing: unknown field `thing` in `known`
    UnknownField spec.loose.b.c: unknown field `c` in `b`
    ");
}

#[test]
fn lists_that_keep_what_they_do_not_know() {
    let schema = "
              type: object
              properties:
                list:
                  type: array
                  x-kubernetes-preserve-unknown-fields: true
                  items: {type: object, properties: {known: {type: object}}}
    ";
    assert_eq!(check(schema, "{list: [{any: {thing: 1}}]}"), "");
    assert_snapshot!(check(schema, "{list: [{known: {thing: 1}}]}"), @"UnknownField spec.list[0].known.thing: unknown field `thing` in `known`");
}

#[test]
fn rules_for_texts() {
    let schema = "
              type: object
              properties:
                e: {type: string, enum: [Small, Large]}
                p: {type: string, pattern: '^[a-z]+$'}
                l: {type: string, minLength: 2, maxLength: 3}
                f: {type: string, format: ipv4}
                u: {type: string, format: uri}
                q: {type: string, pattern: '(?=x)'}
                any: {enum: [1, {a: [b]}], x-kubernetes-preserve-unknown-fields: true}
    ";
    assert_eq!(
        check(
            schema,
            "{e: Small, p: abc, l: äöü, f: 10.0.0.1, any: {a: [b]}}"
        ),
        ""
    );
    assert_eq!(check(schema, "{any: 1.0}"), "");
    assert_snapshot!(check(schema, "{e: small, p: Abc, l: a, f: 10.0.0, any: {a: [c]}}"), @r"
    InvalidValue spec.e `e` must not be `small`: expected one of `Small`, `Large`
        did you mean `Small`?
    InvalidValue spec.p `p` `Abc` does not match `^[a-z]+$`
    InvalidValue spec.l `l` must have at least 2 characters
    InvalidValue spec.f `f` `10.0.0` is not a valid ipv4
    InvalidValue spec.any `any` is not one of the allowed values
    ");
    let object =
        "{apiVersion: example.com/v1, kind: Widget, metadata: {name: w}, spec: {u: x, q: x}}";
    let verdict = verdict(&[crd(schema)], object);
    assert_eq!(
        print(&verdict),
        "InvalidValue spec.u `u` `x` is not a valid uri"
    );
    assert_eq!(verdict.unchecked.patterns, 1);
}

#[test]
fn rules_for_numbers_and_collections() {
    let schema = "
              type: object
              properties:
                a: {type: integer, minimum: 1, maximum: 10}
                b: {type: number, minimum: 0, exclusiveMinimum: true, maximum: 1, exclusiveMaximum: true}
                c: {type: integer, multipleOf: 5}
                d: {type: array, minItems: 1, maxItems: 2, items: {type: string}}
                e: {type: object, maxProperties: 1, additionalProperties: {type: string}}
    ";
    assert_eq!(
        check(schema, "{a: 1, b: 0.5, c: 10, d: [x], e: {a: b}}"),
        ""
    );
    assert_snapshot!(check(schema, "{a: 0, b: 0, c: 7, d: [], e: {a: b, c: d}}"), @r"
    InvalidValue spec.a `a` `0` must be at least 1
    InvalidValue spec.b `b` `0` must be greater than 0
    InvalidValue spec.c `c` `7` must be a multiple of 5
    InvalidValue spec.d `d` must have at least 1 item
    InvalidValue spec.e `e` must have at most 1 field
    ");
    assert_snapshot!(check(schema, "{a: 11, b: 1, d: [a, b, c]}"), @r"
    InvalidValue spec.a `a` `11` must be at most 10
    InvalidValue spec.b `b` `1` must be less than 1
    InvalidValue spec.d `d` must have at most 2 items
    ");
}

#[test]
fn lists_whose_items_differ() {
    let schema = "
              type: object
              properties:
                set: {type: array, x-kubernetes-list-type: set, items: {type: string}}
                map:
                  type: array
                  x-kubernetes-list-type: map
                  x-kubernetes-list-map-keys: [host, port]
                  items: {type: object, properties: {host: {type: string}, port: {type: integer, default: 80}}}
    ";
    assert_eq!(
        check(
            schema,
            "{set: [a, b], map: [{host: a}, {host: a, port: 81}]}"
        ),
        ""
    );
    let bad = "{set: [a, b, a], map: [{host: a}, {host: a, port: 80}, {host: b}, {host: b}]}";
    assert_snapshot!(check(schema, bad), @r"
    DuplicateListKey spec.set[2] items 0 and 2 of `set` are equal
        remove one of them
    DuplicateListKey spec.map[1] items 0 and 1 of `map` have the same `host` and `port`
        remove or rename one of them
    DuplicateListKey spec.map[3] items 2 and 3 of `map` have the same `host` and `port`
        remove or rename one of them
    ");
}

#[test]
fn alternatives() {
    let schema = "
              type: object
              properties: {a: {type: string}, b: {type: string}, n: {type: integer}, d: {type: string, default: x}}
              oneOf: [{required: [a]}, {required: [b]}]
              anyOf: [{properties: {n: {minimum: 5}}}, {properties: {n: {maximum: 1}}}]
              allOf: [{properties: {a: {maxLength: 3}}}, {required: [d]}]
              not: {properties: {a: {enum: [bad]}}, required: [a]}
    ";
    assert_eq!(check(schema, "{a: x, n: 7}"), "");
    assert_snapshot!(check(schema, "{n: 0}"), @"MissingField spec: `spec` needs exactly one of `a`, `b`");
    assert_snapshot!(check(schema, "{a: x, b: y, n: 3}"), @r"
    InvalidValue spec `spec` matches none of the 2 forms that its schema allows
    InvalidValue spec `spec` must have exactly one of `a`, `b`, but has 2
    ");
    assert_snapshot!(check(schema, "{a: bad, n: 1}"), @"InvalidValue spec `spec` has a form that its schema forbids");
    assert_snapshot!(check(schema, "{a: long, n: 1}"), @"InvalidValue spec.a `a` must have at most 3 characters");
}

#[test]
fn resources_inside() {
    let schema = "
              type: object
              properties:
                template: {type: object, x-kubernetes-embedded-resource: true, x-kubernetes-preserve-unknown-fields: true}
    ";
    let good = "{template: {apiVersion: v1, kind: Pod, metadata: {name: a}, spec: {}}}";
    assert_eq!(check(schema, good), "");
    assert_snapshot!(check(schema, "{template: {kind: Pod, metadata: {nam: a}}}"), @r"
    UnknownField spec.template.metadata.nam: unknown field `nam` in `metadata`
        did you mean `name`?
    MissingField spec.template.apiVersion `apiVersion` is missing in `template`
    ");
}

#[test]
fn the_object_itself() {
    let schema = "{type: object}";
    let head = "apiVersion: example.com/v1, kind: Widget";
    let say = |object: &str| print(&verdict(&[crd(schema)], &format!("{{{head}, {object}}}")));
    assert_eq!(
        say("metadata: {name: w, labels: {a: b}}, status: {x: text}"),
        ""
    );
    assert_snapshot!(say("metadata: {labels: {a: 1}}, sepc: {}, status: {y: 1}"), @r#"
    WrongType metadata.labels.a `a` must be a string, not the number `1`
        quote it: `"1"`
    UnknownField sepc: unknown field `sepc`
        did you mean `spec`?
    UnknownField status.y: unknown field `y` in `status`
    MissingField metadata.name `name` is missing in `metadata`
    "#);
    assert_snapshot!(say("spec: {}"), @"MissingField metadata `metadata` is missing");
}

#[test]
fn versions_are_served_or_not() {
    let schema = "{type: object}";
    let say = |version: &str| {
        let object =
            format!("{{apiVersion: example.com/{version}, kind: Widget, metadata: {{name: w}}}}");
        verdict(&[crd(schema)], &object)
    };
    assert_snapshot!(print(&say("v1alpha1")), @r"
    UnknownApiVersion apiVersion the CRD of `Widget` does not serve `example.com/v1alpha1`
        it serves `example.com/v1`, `example.com/v1beta1`
    ");
    assert_snapshot!(print(&say("v2")), @r"
    UnknownApiVersion apiVersion the CRD of `Widget` does not serve `example.com/v2`
        it serves `example.com/v1`, `example.com/v1beta1`
    ");
    assert_snapshot!(print(&say("v1beta1")), @r"
    DeprecatedApiVersion apiVersion the CRD of `Widget` marks `v1beta1` as deprecated
        use v1
    ");
    assert_eq!(say("v1beta1").coverage, Coverage::NoSchema);
}

#[test]
fn old_definitions() {
    let crd = "
apiVersion: apiextensions.k8s.io/v1beta1
kind: CustomResourceDefinition
metadata: {name: widgets.example.com}
spec:
  group: example.com
  version: v1
  names: {kind: Widget}
  validation: {openAPIV3Schema: {properties: {spec: {properties: {n: {type: integer}}}}}}
";
    let object =
        "{apiVersion: example.com/v1, kind: Widget, metadata: {name: w}, spec: {n: a, x: 1}}";
    assert_snapshot!(print(&verdict(&[crd.to_owned()], object)), @"WrongType spec.n `n` must be an integer, not the text `a`");
}

#[test]
fn the_definition_that_fits_best_judges() {
    let strict = crd("{type: object, properties: {a: {type: string}}}");
    let newer = crd("{type: object, properties: {a: {type: string}, b: {type: string}}}");
    let object =
        "{apiVersion: example.com/v1, kind: Widget, metadata: {name: w}, spec: {b: x, c: y}}";
    let said = print(&verdict(&[strict, newer], object));
    assert_snapshot!(said, @"UnknownField spec.c: unknown field `c` in `spec`");
}

#[test]
fn placeholders_are_counted() {
    let schema = "
              type: object
              properties: {n: {type: integer}, e: {type: string, enum: [a]}, s: {type: string}}
    ";
    let object = "{apiVersion: example.com/v1, kind: Widget, metadata: {name: w}, spec: {n: '${N}', e: '${E}', s: '${S}'}}";
    let verdict = verdict(&[crd(schema)], object);
    assert_eq!(print(&verdict), "");
    assert_eq!(verdict.unchecked.placeholders, 2);
}

#[test]
fn schemas_nested_without_end_are_cut() {
    let schema = format!("{}{{}}{}", "{allOf: [".repeat(110), "]}".repeat(110));
    let object = "{apiVersion: example.com/v1, kind: Widget, metadata: {name: w}, spec: {}}";
    let verdict = verdict(&[crd(&schema)], object);
    assert!(verdict.unchecked.values > 0);
}

#[test]
fn scopes_of_custom_kinds() {
    let nodes = nodes(&crd("{}"));
    let catalog = Catalog::with_crds(nodes.iter().map(Node::view));
    assert_eq!(
        catalog.scope("example.com/v1", "Widget"),
        Some(Scope::Cluster)
    );
    assert_eq!(catalog.scope("example.com/v1", "Gadget"), None);
}

#[test]
fn a_definition_that_is_rendered_twice_counts_once() {
    let nodes = nodes(&crd("{}"));
    let twice = nodes.iter().chain(&nodes).map(Node::view);
    let catalog = format!("{:?}", Catalog::with_crds(twice));
    assert_eq!(catalog.matches("CustomKind {").count(), 1);
}

#[test]
fn what_takes_more_steps_than_it_may_is_cut() {
    let schema = "{type: object, properties: {l: {type: array, items: {type: string, anyOf: [{minLength: 9}, {minLength: 8}, {minLength: 1}]}}}}";
    let list = "a, ".repeat(100);
    let object = format!(
        "{{apiVersion: example.com/v1, kind: Widget, metadata: {{name: w}}, spec: {{l: [{list}]}}}}"
    );
    let definitions = nodes(&crd(schema));
    let catalog = Catalog::with_crds(definitions.iter().map(Node::view));
    let object = &nodes(&object)[0];
    let within = |steps| {
        let verdict =
            catalog.validate_within(object.view(), Version::NEWEST, Dialect::Kustomize, steps);
        (verdict.is_cut, verdict.unchecked.values > 0)
    };
    assert_eq!(within(u32::MAX), (false, false));
    assert_eq!(within(1_000), (false, false));
    assert_eq!(within(200), (true, true));
}

#[test]
fn of_many_values_that_are_allowed_some_are_named() {
    let values: String = (0..60).map(|n| format!("v{n}, ")).collect();
    let schema = format!("{{type: object, properties: {{s: {{type: string, enum: [{values}]}}}}}}");
    let told = check(&schema, "{s: x}");
    assert!(told.contains("`v49` and 10 more"), "{told}");
}

#[test]
fn a_left_over_definition_of_a_known_kind_denies_nothing() {
    let definition = |api: &str, group: &str| {
        format!(
            "{{apiVersion: apiextensions.k8s.io/{api}, kind: CustomResourceDefinition, metadata: {{name: a}}, spec: {{group: {group}, scope: Namespaced, names: {{kind: Certificate, plural: certificates}}, versions: [{{name: v1alpha1, served: true, storage: true}}]}}}}"
        )
    };
    let told = |api: &str, group: &str| {
        let object = format!(
            "{{apiVersion: {group}/v1, kind: Certificate, metadata: {{name: a}}, spec: {{secretName: a, issuerRef: {{name: a}}}}}}"
        );
        let verdict = verdict(&[definition(api, group)], &object);
        verdict.violations.len()
    };
    assert_eq!(told("v1beta1", "cert-manager.io"), 0);
    assert_eq!(told("v1", "cert-manager.io"), 1);
    assert_eq!(told("v1beta1", "example.com"), 1);
}
