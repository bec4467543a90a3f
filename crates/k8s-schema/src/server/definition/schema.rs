//! Schemas of definitions: they must be structural, so that it is known of each field what it is.

use manifest::View;

use super::super::at::At;
use super::{defaults, lists, nested, rules};
use crate::check::Check;

pub(super) const TYPES: [&str; 6] = ["array", "boolean", "integer", "number", "object", "string"];

/// What JSON Schema has and structural schemas have not.
const UNSUPPORTED: [&str; 6] = [
    "id",
    "additionalItems",
    "patternProperties",
    "definitions",
    "dependencies",
    "$ref",
];

/// What the root of a schema may say if the status is written through a path of its own.
const BESIDE_STATUS: [&str; 22] = [
    "description",
    "type",
    "format",
    "title",
    "maximum",
    "exclusiveMaximum",
    "minimum",
    "exclusiveMinimum",
    "maxLength",
    "minLength",
    "pattern",
    "maxItems",
    "minItems",
    "uniqueItems",
    "multipleOf",
    "required",
    "items",
    "properties",
    "externalDocs",
    "example",
    "x-kubernetes-preserve-unknown-fields",
    "x-kubernetes-validations",
];

/// Where a schema stands.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Level {
    Root,
    Item,
    Field,
}

/// What is true of everything below.
#[derive(Clone, Copy)]
pub(super) struct Around {
    pub(super) level: Level,
    /// Whether it describes a resource's type or metadata.
    in_metadata: bool,
    /// Why nothing may be filled in, if so.
    no_default: Option<&'static str>,
    /// Whether a value here cannot be found again in an older object.
    pub(super) has_no_old: bool,
}

/// Holds the schema of a version against what the server asks for.
pub(super) fn root(check: &mut Check, schema: &At<'_, '_>, has_status: bool) {
    if !schema.view.is_map() {
        return;
    }
    let before = check.wrong();
    if has_status {
        for (key, field) in schema.fields() {
            if !BESIDE_STATUS.contains(&key) && !field.is_empty() && !field.is_false() {
                check.forbidden(
                    &field,
                    "is not allowed at the root of a schema with a subresource `status`",
                );
            }
        }
    }
    let nullable = schema.get("nullable");
    if nullable.is_true() {
        check.forbidden(&nullable, "must not be true at the root");
    }
    let around = Around {
        level: Level::Root,
        in_metadata: false,
        no_default: None,
        has_no_old: false,
    };
    walk(check, schema, around);
    nested::complete(check, schema);
    // What follows only makes sense for schemas that are right themselves.
    if check.wrong() == before {
        defaults::all(check, schema);
    }
    if check.wrong() == before {
        rules::all(check, schema, around, "self");
    }
}

/// Whether a schema asks for something in JSON: null and what is empty asks for nothing.
pub(super) fn says(schema: &At<'_, '_>, key: &str) -> bool {
    let field = schema.get(key);
    !field.is_empty() && !field.is_false()
}

fn walk(check: &mut Check, schema: &At<'_, '_>, around: Around) {
    if !schema.view.is_map() || !check.enter(&schema.place) {
        return;
    }
    keywords(check, schema, around);
    self::ty(check, schema, around);
    resource(check, schema, around);
    lists::kinds(check, schema);
    nested::value_rules(check, schema, true);
    rules::texts(check, schema);
    children(schema, around, &mut |inner, around| {
        walk(check, inner, around)
    });
}

/// Each schema that lies right below, on the way that values are found by.
pub(super) fn children(
    schema: &At<'_, '_>,
    around: Around,
    see: &mut dyn FnMut(&At<'_, '_>, Around),
) {
    let is_resource =
        around.level == Level::Root || schema.get("x-kubernetes-embedded-resource").is_true();
    let is_atomic = schema.get("x-kubernetes-map-type").text() == "atomic";
    for (name, field) in schema.get("properties").fields() {
        let mut inner = Around {
            level: Level::Field,
            has_no_old: around.has_no_old || is_atomic,
            ..around
        };
        if is_resource && matches!(name, "metadata" | "kind" | "apiVersion") {
            inner.in_metadata = true;
            if around.level == Level::Root {
                inner.no_default = Some("must not be set inside metadata");
            }
        }
        see(&field, inner);
    }
    let items = schema.get("items");
    if items.view.is_map() {
        let is_keyed = schema.get("x-kubernetes-list-type").text() == "map";
        let inner = Around {
            level: Level::Item,
            has_no_old: around.has_no_old || !is_keyed,
            ..around
        };
        see(&items, inner);
    }
    let values = schema.get("additionalProperties");
    if values.view.is_map() {
        let mut inner = Around {
            level: Level::Field,
            ..around
        };
        if around.in_metadata {
            inner.no_default = Some("must not be set in additionalProperties inside metadata");
        }
        see(&values, inner);
    }
}

fn keywords(check: &mut Check, schema: &At<'_, '_>, around: Around) {
    for keyword in UNSUPPORTED {
        let field = schema.get(keyword);
        if !field.is_empty() {
            check.forbidden(&field, "is not supported in schemas of custom resources");
        }
    }
    let unique = schema.get("uniqueItems");
    if unique.is_true() {
        check.forbidden(
            &unique,
            "must not be true: use `x-kubernetes-list-type: set` instead",
        );
    }
    let default = schema.get("default");
    if default.is_set()
        && let Some(reason) = around.no_default
    {
        check.forbidden(&default, reason);
    }
    if default.is_set() && around.level == Level::Root && default.is_empty() {
        check.forbidden(&default, "must not be set at the root");
    }
    let values = schema.get("additionalProperties");
    if values.is_set() {
        let is_resource = schema.get("x-kubernetes-embedded-resource").is_true();
        if around.level == Level::Root {
            check.forbidden(&values, "must not be used at the root");
        } else if is_resource {
            check.forbidden(&values, "must not be used for an embedded resource");
        } else if says(schema, "properties") && !values.is_true() {
            check.forbidden(&values, "must not be used together with `properties`");
        }
    }
    let preserve = schema.get("x-kubernetes-preserve-unknown-fields");
    if preserve.is_false() {
        check.invalid(&preserve, "must be true, or left out");
    }
    if schema.get("x-kubernetes-int-or-string").is_true() {
        for other in [
            "x-kubernetes-preserve-unknown-fields",
            "x-kubernetes-embedded-resource",
        ] {
            let field = schema.get(other);
            if field.is_true() {
                check.forbidden(&field, "must not be used with `x-kubernetes-int-or-string`");
            }
        }
    }
    let resource = schema.get("x-kubernetes-embedded-resource");
    if around.in_metadata && resource.is_true() {
        check.forbidden(&resource, "must not be used inside metadata");
    }
}

fn ty(check: &mut Check, schema: &At<'_, '_>, around: Around) {
    let ty = schema.get("type");
    let is_resource = schema.get("x-kubernetes-embedded-resource").is_true();
    let may_be_left_out = [
        "x-kubernetes-int-or-string",
        "x-kubernetes-preserve-unknown-fields",
    ]
    .iter()
    .any(|flag| schema.get(flag).is_true());
    match ty.text() {
        "" if is_resource || !may_be_left_out => {
            let help = match around.level {
                _ if is_resource => "an embedded resource is of the type `object`",
                Level::Root => "the root of a schema is of the type `object`",
                Level::Item => "say what the items are",
                Level::Field => "say what the field is",
            };
            check.required(&ty, Some(help));
        }
        "" => {}
        "null" => check.invalid(&ty, "is not supported: use `nullable: true`"),
        other if !TYPES.contains(&other) => check.unsupported(&ty, &TYPES),
        "object" => {}
        _ if around.level == Level::Root => check.invalid(&ty, "must be `object` at the root"),
        _ if is_resource => check.invalid(&ty, "must be `object` for an embedded resource"),
        _ => {}
    }
    let items = schema.get("items");
    if ty.text() == "array" && !items.is_set() {
        check.required(&items, Some("say what the items are"));
    }
    if items.view.is_seq() {
        check.invalid(&items, "must be one schema, not a list of them");
    }
}

/// What schemas say of the type and metadata of resources.
fn resource(check: &mut Check, schema: &At<'_, '_>, around: Around) {
    let is_root = around.level == Level::Root;
    let is_embedded = schema.get("x-kubernetes-embedded-resource").is_true();
    let properties = schema.get("properties");
    if is_embedded
        && !schema.get("x-kubernetes-preserve-unknown-fields").is_true()
        && properties.is_empty()
    {
        let help = "or set `x-kubernetes-preserve-unknown-fields: true`";
        check.required(&properties, Some(help));
    }
    if !is_root && !is_embedded {
        return;
    }
    for (name, wanted) in [
        ("apiVersion", "string"),
        ("kind", "string"),
        ("metadata", "object"),
    ] {
        let property = properties.get(name);
        let ty = property.get("type");
        if property.is_set() && ty.text() != wanted {
            if ty.is_empty() {
                check.required(&ty, Some(&format!("it is of the type `{wanted}`")));
            } else {
                check.invalid(&ty, format_args!("must be `{wanted}`"));
            }
        }
    }
    let metadata = properties.get("metadata");
    if is_root && metadata.is_set() && says_more_than_names(metadata.view) {
        check.invalid(
            &metadata,
            "may have only the properties `name` and `generateName` here",
        );
    }
}

fn says_more_than_names(metadata: View<'_>) -> bool {
    let is_name = |key: &str| matches!(key, "name" | "generateName");
    metadata.entries().any(|entry| match entry.key.text() {
        "type" | "default" => false,
        "properties" => !entry.value.entries().all(|e| is_name(e.key.text())),
        _ => !entry.value.is_null() && !matches!(entry.value.text(), "false"),
    })
}
