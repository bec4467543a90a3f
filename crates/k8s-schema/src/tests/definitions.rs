//! CustomResourceDefinitions themselves.

use insta::assert_snapshot;

use super::{check, check_in};

/// A definition whose version has this schema below `spec`, and this beside it.
fn definition(spec: &str, version: &str) -> String {
    format!(
        "
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {{name: widgets.example.com}}
spec:
  group: example.com
  scope: Namespaced
  names: {{kind: Widget, plural: widgets}}
  versions:
    - name: v1
      served: true
      storage: true
      {version}
      schema:
        openAPIV3Schema:
          type: object
          properties:
            spec:
              {}
",
        spec.trim()
    )
}

fn schema(spec: &str) -> String {
    let said = check(&definition(spec, ""));
    said.replace("spec.versions[0].schema.openAPIV3Schema.properties.", "")
}

#[test]
fn a_definition_that_is_right() {
    let spec = "
              type: object
              required: [size, missing]
              default: {size: 1, missing: x}
              properties:
                size: {type: integer, minimum: 1, default: 1, format: anything}
                color: {type: string, enum: [red, 1], nullable: true, default: null}
                port: {x-kubernetes-int-or-string: true, anyOf: [{type: integer}, {type: string}]}
                free: {x-kubernetes-preserve-unknown-fields: true}
                missing: {type: string}
                closed: {type: object, additionalProperties: false}
                list: {type: array, x-kubernetes-list-type: map, x-kubernetes-list-map-keys: [name], items: {type: object, required: [name], properties: {name: {type: string}}}}
              oneOf: [{required: [size]}, {properties: {elsewhere: {minimum: 1}}}]
              x-kubernetes-validations:
                - {rule: 'self.size > 0 && (((self.size < 10)))', messageExpression: \"'it is $' + string(self.size)\", fieldPath: .size}
    ";
    assert_eq!(schema(spec), "");
    let version = "subresources: {status: {}, scale: {specReplicasPath: .spec.size, statusReplicasPath: .status.size}}
      additionalPrinterColumns: [{name: Size, type: integer, jsonPath: .spec.size}]
      selectableFields: [{jsonPath: .spec.color}]";
    assert_eq!(check(&definition(spec, version)), "");
    let left_out = definition(spec, "").replace("served: true", "deprecated: true");
    assert_eq!(check(&left_out), "");
}

#[test]
fn names_group_and_versions() {
    let wrong = definition("{type: object}", "")
        .replace("name: widgets.example.com", "name: gadgets.example.com")
        .replace(
            "names: {kind: Widget",
            "names: {kind: My_Widget, listKind: My_Widget, shortNames: [W]",
        );
    assert_snapshot!(check(&wrong), @"");
    let wrong = definition("{type: object}", "")
        .replace("example.com", "kit.k8s.io")
        .replace("storage: true", "storage: false")
        .replace("name: v1", "name: V1");
    assert_snapshot!(check(&wrong), @"");
    let wrong = definition("{type: object}", "").replace(
        "scope: Namespaced",
        "scope: Namespaced
  preserveUnknownFields: true
  conversion: {strategy: Webhook, webhook: {clientConfig: {url: 'http://a'}}}",
    );
    assert_snapshot!(check(&wrong), @"");
}

#[test]
fn columns_paths_and_warnings() {
    let version = "
      deprecationWarning: use v2
      subresources: {scale: {specReplicasPath: .status.size}}
      additionalPrinterColumns: [{name: Size, type: int, jsonPath: spec.size}]
      selectableFields: [{jsonPath: .spec.size}, {jsonPath: .spec.list}, {jsonPath: .spec.size}, {jsonPath: \".spec['size']\"}]";
    let spec = "{type: object, properties: {size: {type: integer}, list: {type: array, items: {type: string}}}}";
    assert_snapshot!(check(&definition(spec, version)), @"");
}

#[test]
fn schemas_are_structural() {
    let spec = "
              type: object
              properties:
                untyped: {}
                int: {type: int}
                null: {type: 'null'}
                list: {type: array}
                pair: {type: array, items: [{type: string}]}
                both: {type: object, properties: {a: {type: string}}, additionalProperties: {type: string}}
                ref: {type: object, $ref: '#/a'}
                unique: {type: array, uniqueItems: true, items: {type: string}}
                closed: {type: object, x-kubernetes-preserve-unknown-fields: false}
                embedded: {type: object, x-kubernetes-embedded-resource: true}
                pattern: {type: string, pattern: '^(?!a)'}
                any: {type: string, anyOf: [{type: string, description: a, default: b}, {pattern: '['}]}
                mixed: {x-kubernetes-int-or-string: true, anyOf: [{type: string}, {type: integer}]}
    ";
    assert_snapshot!(schema(spec), @"");
}

#[test]
fn the_root_is_special() {
    let root = definition("{type: object}", "subresources: {status: {}}").replace(
        "          type: object
          properties:",
        "          type: array
          nullable: true
          default: {}
          anyOf: [{required: [spec]}]
          properties:
            metadata: {type: object, properties: {labels: {type: object}}}
            kind: {type: integer}",
    );
    assert_snapshot!(check(&root), @"");
}

#[test]
fn lists_with_keys() {
    let spec = "
              type: object
              properties:
                a: {type: array, x-kubernetes-list-type: unique, items: {type: string}}
                b: {type: array, x-kubernetes-list-type: map, items: {type: object}}
                c: {type: array, x-kubernetes-list-type: map, x-kubernetes-list-map-keys: [x, y, z, x], items: {type: object, properties: {x: {type: string}, y: {type: object, nullable: true, default: {}}}}}
                d: {type: array, x-kubernetes-list-map-keys: [x], items: {type: object}}
                e: {type: array, x-kubernetes-list-type: set, items: {type: object}}
                f: {type: string, x-kubernetes-list-type: set, x-kubernetes-map-type: whole}
    ";
    assert_snapshot!(schema(spec), @"");
}

#[test]
fn what_is_filled_in_must_be_right_itself() {
    let spec = "
              type: object
              properties:
                type: {type: integer, default: one}
                range: {type: integer, minimum: 1, default: 0}
                enum: {type: string, enum: [a], default: b}
                unknown: {type: object, default: {x: 1}, properties: {y: {type: integer}}}
                required: {type: object, default: {}, required: [x], properties: {x: {type: integer, default: 1}}}
                null: {type: object, default: {x: null}, properties: {x: {type: integer}}}
                rule: {type: integer, default: 1, x-kubernetes-validations: [{rule: self > 1}]}
    ";
    assert_snapshot!(schema(spec), @"");
}

#[test]
fn expressions_compile() {
    let rules = |rules: &str| {
        schema(&format!(
            "
              type: object
              properties: {{size: {{type: integer}}, tags: {{type: array, items: {{type: string}}}}, free: {{x-kubernetes-preserve-unknown-fields: true}}}}
              x-kubernetes-validations: {rules}
    "
        ))
    };
    assert_snapshot!(rules("[{rule: 'self.size >'}, {rule: self.sise > 1}, {rule: \"self.size > 'a'\"}, {rule: self.size}, {rule: has(self.free)}]"), @"");
    assert_snapshot!(rules("[{rule: ''}, {rule: 'true', message: \"a\\nb\"}, {rule: \"true ||\\nfalse\"}, {rule: 'true', reason: Wrong}, {rule: 'true', fieldPath: .sise}, {rule: 'true', message: ' '}]"), @"");
    assert_snapshot!(rules("[{rule: 'true', messageExpression: self.size}, {rule: 'true', messageExpression: '\"a'}, {rule: 'true', optionalOldSelf: true}]"), @"");
    let items =
        "{type: array, items: {type: string, x-kubernetes-validations: [{rule: self == oldSelf}]}}";
    assert_snapshot!(schema(items), @"");
}

#[test]
fn functions_are_known_since_a_version() {
    let spec = "{type: object, properties: {s: {type: string}}, x-kubernetes-validations: [{rule: isIP(self.s)}]}";
    assert_eq!(check_in("1.31", &definition(spec, "")), "");
    assert_snapshot!(check_in("1.30", &definition(spec, "")), @"");
}

#[test]
fn what_is_nested_without_end_is_cut() {
    let spec = format!(
        "{}{{type: string}}{}",
        "{type: object, properties: {a: ".repeat(200),
        "}}".repeat(200)
    );
    check(&definition(&spec, ""));
    let rule = format!("{}self{}", "(".repeat(5_000), ")".repeat(5_000));
    let spec = format!("{{type: boolean, x-kubernetes-validations: [{{rule: '{rule}'}}]}}");
    assert_eq!(check(&definition(&spec, "")), "");
}

#[test]
fn policies_and_webhooks() {
    let policy = |spec: &str| {
        check(&format!(
            "
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata: {{name: p}}
spec:
  matchConstraints: {{resourceRules: [{{apiGroups: [apps], apiVersions: [v1], operations: [CREATE], resources: [deployments]}}]}}
  {spec}
"
        ))
    };
    assert_eq!(policy("{variables: [{name: n, expression: object.spec.replicas}], validations: [{expression: 'variables.n <= 5 && authorizer.group(\"\").resource(\"pods\").check(\"get\").allowed()'}]}".trim_matches(['{', '}'])), "");
    assert_snapshot!(policy("validations: [{expression: 'object.spec.replicas <='}, {expression: objekt.x == 1}, {expression: '1'}, {expression: variables.x == 1}, {expression: params.x == 1}, {expression: request.naem == 'a'}, {expression: 'true', messageExpression: '5'}]"), @"");
    let hook = "
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: {name: w}
webhooks:
  - name: a.example.com
    admissionReviewVersions: [v1]
    sideEffects: None
    clientConfig: {service: {namespace: a, name: b}}
    matchConditions: [{name: a, expression: object.x ==}, {name: b, expression: 1 + 1}, {name: c, expression: variables.x}]
";
    assert_snapshot!(check(hook), @"");
}
