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
              oneOf: [{required: [size]}, {required: [list]}]
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
    assert_snapshot!(check(&wrong), @r#"
    InvalidValue spec.names.kind `kind` `My_Widget` in lower case must consist of lower-case letters, digits and `-`, begin with a letter, and end with a letter or digit
    InvalidValue spec.names.listKind `listKind` `My_Widget` in lower case must consist of lower-case letters, digits and `-`, begin with a letter, and end with a letter or digit
    InvalidValue spec.names.shortNames[0] `shortNames[0]` `W` must consist of lower-case letters, digits and `-`, begin with a letter, and end with a letter or digit
    InvalidValue metadata.name `name` `gadgets.example.com` must be `widgets.example.com`: the plural name, a dot and the group
    "#);
    let wrong = definition("{type: object}", "")
        .replace("example.com", "kit.k8s.io")
        .replace("storage: true", "storage: false")
        .replace("name: v1", "name: V1");
    assert_snapshot!(check(&wrong), @r#"
    MissingField metadata.annotations["api-approved.kubernetes.io"] `api-approved.kubernetes.io` is missing in `annotations`
        the group is Kubernetes' own: use another, or name who approved of it
    InvalidValue spec.versions[0].name `name` `V1` must consist of lower-case letters, digits and `-`, begin with a letter, and end with a letter or digit
    InvalidValue spec.versions `versions` must have exactly one version with `storage: true`
    "#);
    let wrong = definition("{type: object}", "").replace(
        "scope: Namespaced",
        "scope: Namespaced
  preserveUnknownFields: true
  conversion: {strategy: Webhook, webhook: {clientConfig: {url: 'http://a'}}}",
    );
    assert_snapshot!(check(&wrong), @r#"
    MissingField spec.conversion.webhook.conversionReviewVersions `conversionReviewVersions` is missing in `webhook`
    InvalidValue spec.preserveUnknownFields `preserveUnknownFields` `true` must not be true: set `x-kubernetes-preserve-unknown-fields` in the schema instead
    InvalidValue spec.conversion.webhook.clientConfig.url `url` `http://a` must begin with `https://`
    "#);
}

#[test]
fn columns_paths_and_warnings() {
    let version = "
      deprecationWarning: use v2
      subresources: {scale: {specReplicasPath: .status.size}}
      additionalPrinterColumns: [{name: Size, type: int, jsonPath: spec.size}]
      selectableFields: [{jsonPath: .spec.size}, {jsonPath: .spec.list}, {jsonPath: .spec.size}, {jsonPath: \".spec['size']\"}]";
    let spec = "{type: object, properties: {size: {type: integer}, list: {type: array, items: {type: string}}}}";
    assert_snapshot!(check(&definition(spec, version)), @r#"
    MissingField spec.versions[0].subresources.scale.statusReplicasPath `statusReplicasPath` is missing in `scale`
    InvalidValue spec.versions[0].additionalPrinterColumns[0].type `type` must not be `int`: expected one of `boolean`, `date`, `integer`, `number`, `string`
    InvalidValue spec.versions[0].deprecationWarning: `deprecationWarning` may only be set for a version that is deprecated
    InvalidValue spec.versions[0].subresources.scale.specReplicasPath `specReplicasPath` `.status.size` must begin with `.spec.`
    InvalidValue spec.versions[0].additionalPrinterColumns[0].jsonPath `jsonPath` `spec.size` must begin with `.`
    InvalidValue spec.versions[0].selectableFields[1].jsonPath `jsonPath` `.spec.list` must lead to a string, a boolean or an integer
    DuplicateListKey spec.versions[0].selectableFields[2].jsonPath duplicate entry `.spec.size`
    InvalidValue spec.versions[0].selectableFields[3].jsonPath `jsonPath` `.spec['size']` must be a path such as `.spec.name`
    "#);
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
    assert_snapshot!(schema(spec), @r#"
    InvalidValue spec.properties.int.type `type` must not be `int`: expected one of `array`, `boolean`, `integer`, `number`, `object`, `string`
    InvalidValue spec.properties.null.type `type` must not be `null`: expected one of `array`, `boolean`, `integer`, `number`, `object`, `string`
    MissingField spec.properties.untyped.type `type` is missing in `untyped`
        say what the field is
    MissingField spec.properties.list.items `items` is missing in `list`
        say what the items are
    InvalidValue spec.properties.pair.items `items` must be one schema, not a list of them
    InvalidValue spec.properties.both.additionalProperties: `additionalProperties` must not be used together with `properties`
    InvalidValue spec.properties.ref.$ref: `$ref` is not supported in schemas of custom resources
    InvalidValue spec.properties.unique.uniqueItems: `uniqueItems` must not be true: use `x-kubernetes-list-type: set` instead
    InvalidValue spec.properties.closed.x-kubernetes-preserve-unknown-fields `x-kubernetes-preserve-unknown-fields` `false` must be true, or left out
    MissingField spec.properties.embedded.properties `properties` is missing in `embedded`
        or set `x-kubernetes-preserve-unknown-fields: true`
    InvalidValue spec.properties.pattern.pattern `pattern` `^(?!a)` is not a regular expression: `(?!` is not a group that Go supports
    InvalidValue spec.properties.any.anyOf[0].type: `type` is not allowed inside `allOf`, `anyOf`, `oneOf` or `not`
    InvalidValue spec.properties.any.anyOf[0].default: `default` is not allowed inside `allOf`, `anyOf`, `oneOf` or `not`
    InvalidValue spec.properties.any.anyOf[0].description: `description` is not allowed inside `allOf`, `anyOf`, `oneOf` or `not`
    InvalidValue spec.properties.any.anyOf[1].pattern `pattern` `[` is not a regular expression: a `[` is not closed
    InvalidValue spec.properties.mixed.anyOf[0].type: `type` is not allowed inside `allOf`, `anyOf`, `oneOf` or `not`
    InvalidValue spec.properties.mixed.anyOf[1].type: `type` is not allowed inside `allOf`, `anyOf`, `oneOf` or `not`
    "#);
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
    assert_snapshot!(check(&root), @r#"
    InvalidValue spec.versions[0].schema.openAPIV3Schema.nullable: `nullable` is not allowed at the root of a schema with a subresource `status`
    InvalidValue spec.versions[0].schema.openAPIV3Schema.anyOf: `anyOf` is not allowed at the root of a schema with a subresource `status`
    InvalidValue spec.versions[0].schema.openAPIV3Schema.default: `default` must not be set at the root
    InvalidValue spec.versions[0].schema.openAPIV3Schema.type `type` `array` must be `object` at the root
    MissingField spec.versions[0].schema.openAPIV3Schema.items `items` is missing in `openAPIV3Schema`
        say what the items are
    InvalidValue spec.versions[0].schema.openAPIV3Schema.properties.kind.type `type` `integer` must be `string`
    InvalidValue spec.versions[0].schema.openAPIV3Schema.properties.metadata `metadata` may have only the properties `name` and `generateName` here
    "#);
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
    assert_snapshot!(schema(spec), @r#"
    InvalidValue spec.properties.a.x-kubernetes-list-type `x-kubernetes-list-type` must not be `unique`: expected one of `atomic`, `set`, `map`
    InvalidValue spec.properties.f.x-kubernetes-map-type `x-kubernetes-map-type` must not be `whole`: expected one of `granular`, `atomic`
    MissingField spec.properties.b.x-kubernetes-list-map-keys `x-kubernetes-list-map-keys` is missing in `b`
        name the fields that tell items apart
    MissingField spec.properties.c.items.properties.x.default `default` is missing in `x`
        it tells items apart, so it needs a default or must be required
    InvalidValue spec.properties.c.items.properties.y.type `type` `object` must not be a collection, as it tells items apart
    InvalidValue spec.properties.c.items.properties.y.nullable: `nullable` must not be true for a field that tells items apart
    InvalidValue spec.properties.c.x-kubernetes-list-map-keys[2] `x-kubernetes-list-map-keys[2]` `z` is not a property of the items
    DuplicateListKey spec.properties.c.x-kubernetes-list-map-keys[3] duplicate entry `x`
    MissingField spec.properties.d.x-kubernetes-list-type `x-kubernetes-list-type` is missing in `d`
        set it to `map`, or remove the keys
    MissingField spec.properties.e.items.x-kubernetes-map-type `x-kubernetes-map-type` is missing in `items`
        set it to `atomic`: items of a set are
    InvalidValue spec.properties.f.type `type` `string` must be `object` with `x-kubernetes-map-type`
    "#);
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
    assert_snapshot!(schema(spec), @r#"
    WrongType spec.properties.type.default `default` must be an integer, not the text `one`
    InvalidValue spec.properties.range.default `default` `0` must be at least 1
    InvalidValue spec.properties.enum.default `default` must not be `b`: only `a` is allowed
    UnknownField spec.properties.unknown.default.x: unknown field `x` in `default`
    MissingField spec.properties.required.default.x `x` is missing in `default`
    WrongType spec.properties.null.default.x `x` must be an integer, not null
        give it a value, or remove it
    InvalidValue spec.properties.rule.default `default` fails the definition's rule `self > 1`
    "#);
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
    assert_snapshot!(rules("[{rule: 'self.size >'}, {rule: self.sise > 1}, {rule: \"self.size > 'a'\"}, {rule: self.size}, {rule: has(self.free)}]"), @r#"
    InvalidValue spec.x-kubernetes-validations[0].rule `rule` `self.size >` does not compile: the expression ends too early
    InvalidValue spec.x-kubernetes-validations[1].rule `rule` `self.sise > 1` does not compile: there is no field `sise`
    InvalidValue spec.x-kubernetes-validations[2].rule `rule` `self.size > 'a'` does not compile: `>` cannot be used on (int, string)
    InvalidValue spec.x-kubernetes-validations[3].rule `rule` `self.size` must give a boolean, not int
    InvalidValue spec.x-kubernetes-validations[4].rule `rule` `has(self.free)` does not compile: there is no field `free`
    "#);
    assert_snapshot!(rules("[{rule: ''}, {rule: 'true', message: \"a\\nb\"}, {rule: \"true ||\\nfalse\"}, {rule: 'true', reason: Wrong}, {rule: 'true', fieldPath: .sise}, {rule: 'true', message: ' '}]"), @r"
    InvalidValue spec.x-kubernetes-validations[3].reason `reason` must not be `Wrong`: expected one of `FieldValueRequired`, `FieldValueDuplicate`, `FieldValueInvalid`, `FieldValueForbidden`
    DuplicateApplyKey spec.x-kubernetes-validations[3] items 1 and 3 of `x-kubernetes-validations` have the same `rule`: `true`
        remove or rename one of them: server-side apply rejects both
    DuplicateApplyKey spec.x-kubernetes-validations[4] items 1 and 4 of `x-kubernetes-validations` have the same `rule`: `true`
        remove or rename one of them: server-side apply rejects both
    DuplicateApplyKey spec.x-kubernetes-validations[5] items 1 and 5 of `x-kubernetes-validations` have the same `rule`: `true`
        remove or rename one of them: server-side apply rejects both
    MissingField spec.x-kubernetes-validations[0].rule: `rule` is empty
    InvalidValue spec.x-kubernetes-validations[1].message `message` `a\nb` must not contain line breaks
    MissingField spec.x-kubernetes-validations[2].message `message` is missing in `x-kubernetes-validations[2]`
        a rule of several lines needs one
    InvalidValue spec.x-kubernetes-validations[4].fieldPath `fieldPath` `.sise` does not lead to a field of the schema
    InvalidValue spec.x-kubernetes-validations[5].message `message` ` ` must not consist only of white space
    ");
    assert_snapshot!(rules("[{rule: 'true', messageExpression: self.size}, {rule: 'true', messageExpression: '\"a'}, {rule: 'true', optionalOldSelf: true}]"), @r#"
    DuplicateApplyKey spec.x-kubernetes-validations[1] items 0 and 1 of `x-kubernetes-validations` have the same `rule`: `true`
        remove or rename one of them: server-side apply rejects both
    DuplicateApplyKey spec.x-kubernetes-validations[2] items 0 and 2 of `x-kubernetes-validations` have the same `rule`: `true`
        remove or rename one of them: server-side apply rejects both
    InvalidValue spec.x-kubernetes-validations[0].messageExpression `messageExpression` `self.size` must give a text, not int
    InvalidValue spec.x-kubernetes-validations[1].messageExpression `messageExpression` `"a` does not compile: a text is not closed
    InvalidValue spec.x-kubernetes-validations[2].optionalOldSelf: `optionalOldSelf` must not be set for a rule that does not speak of `oldSelf`
    "#);
    // What may also be a list of schemas has no keys.
    let of_items = |rules: &str| {
        schema(&format!(
            "{{type: array, maxItems: 9, items: {{type: string, maxLength: 9, x-kubernetes-validations: [{rules}]}}}}"
        ))
    };
    assert_snapshot!(of_items("{rule: 'true'}, {rule: 'true'}"), @"");
    let items =
        "{type: array, items: {type: string, x-kubernetes-validations: [{rule: self == oldSelf}]}}";
    assert_snapshot!(schema(items), @"InvalidValue spec.items.x-kubernetes-validations[0].rule `rule` `self == oldSelf` may not speak of `oldSelf` here: a value in this list cannot be found again");
}

#[test]
fn functions_are_known_since_a_version() {
    let spec = "{type: object, properties: {s: {type: string}}, x-kubernetes-validations: [{rule: isIP(self.s)}]}";
    assert_eq!(check_in("1.31", &definition(spec, "")), "");
    assert_snapshot!(check_in("1.30", &definition(spec, "")), @"InvalidValue spec.versions[0].schema.openAPIV3Schema.properties.spec.x-kubernetes-validations[0].rule `rule` `isIP(self.s)` does not compile: `isIP` can be used since Kubernetes 1.30");
}
