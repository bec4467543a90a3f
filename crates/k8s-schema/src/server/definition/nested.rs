//! `allOf`, `anyOf`, `oneOf`, `not`: they may ask for more, and not say what a field is.

use go_regex::{Pattern, Wrong};
use manifest::View;

use super::super::at::At;
use crate::check::Check;

/// What only the schema itself may say, in the order of importance.
const STRUCTURE: [&str; 12] = [
    "type",
    "default",
    "title",
    "description",
    "nullable",
    "x-kubernetes-preserve-unknown-fields",
    "x-kubernetes-embedded-resource",
    "x-kubernetes-int-or-string",
    "x-kubernetes-list-map-keys",
    "x-kubernetes-list-type",
    "x-kubernetes-map-type",
    "x-kubernetes-validations",
];

const JUNCTORS: [&str; 3] = ["allOf", "anyOf", "oneOf"];

/// Holds what a schema asks of values against what may be asked. `is_own` is false inside of
/// other junctors.
pub(super) fn value_rules(check: &mut Check, schema: &At<'_, '_>, is_own: bool) {
    let pattern = schema.get("pattern");
    if !pattern.is_empty() {
        match Pattern::new(pattern.text()).regex() {
            Err(Wrong::Invalid(why)) => {
                check.invalid(&pattern, format_args!("is not a regular expression: {why}"));
            }
            Err(Wrong::Limited) => check.unchecked.patterns += 1,
            Ok(_) => {}
        }
    }
    // The one place where types may be named again.
    let says_again = is_own && is_integer_or_string(schema.view);
    let all_of = schema.get("allOf");
    let first_says_again = is_own
        && all_of
            .items()
            .next()
            .is_some_and(|first| is_integer_or_string(first.view));
    for junctor in JUNCTORS {
        if junctor == "anyOf" && says_again {
            continue;
        }
        for (at, inner) in schema.get(junctor).items().enumerate() {
            let skips = junctor == "allOf" && at == 0 && first_says_again;
            nested(check, &inner, skips);
        }
    }
    let not = schema.get("not");
    if not.is_set() {
        nested(check, &not, false);
    }
}

/// Whether it is `anyOf: [{type: integer}, {type: string}]`, in that order and nothing else.
fn is_integer_or_string(schema: View<'_>) -> bool {
    let Some(any_of) = schema.get("anyOf") else {
        return false;
    };
    let only = |view: View<'_>| -> Option<String> {
        let ty = view.get("type")?.text().to_owned();
        (view.entries().count() == 1).then_some(ty)
    };
    let types: Vec<Option<String>> = any_of.items().map(only).collect();
    let types: Vec<&str> = types.iter().flatten().map(String::as_str).collect();
    any_of.items().count() == 2 && types == ["integer", "string"]
}

fn nested(check: &mut Check, schema: &At<'_, '_>, skips_any_of: bool) {
    if !schema.view.is_map() || !check.enter(&schema.place) {
        return;
    }
    for keyword in STRUCTURE {
        let field = schema.get(keyword);
        if !field.is_empty() && !field.is_false() {
            check.forbidden(
                &field,
                "is not allowed inside `allOf`, `anyOf`, `oneOf` or `not`",
            );
        }
    }
    let values = schema.get("additionalProperties");
    if values.is_set() {
        check.forbidden(
            &values,
            "is not allowed inside `allOf`, `anyOf`, `oneOf` or `not`",
        );
    }
    let properties = schema.get("properties");
    let metadata = properties.get("metadata");
    if metadata.is_set() {
        check.forbidden(
            &metadata,
            "is not allowed inside `allOf`, `anyOf`, `oneOf` or `not`",
        );
    }
    if !skips_any_of {
        value_rules(check, schema, false);
    }
    let items = schema.get("items");
    if items.is_set() {
        nested(check, &items, false);
    }
    for (_, property) in properties.fields() {
        nested(check, &property, false);
    }
}

/// What the root's junctors speak of must be described by the root itself.
pub(super) fn complete(check: &mut Check, root: &At<'_, '_>) {
    junctors(check, root, root.view);
}

fn junctors(check: &mut Check, schema: &At<'_, '_>, structure: View<'_>) {
    for junctor in JUNCTORS {
        for inner in schema.get(junctor).items() {
            fields(check, &inner, structure);
        }
    }
    let not = schema.get("not");
    if not.is_set() {
        fields(check, &not, structure);
    }
}

fn fields(check: &mut Check, schema: &At<'_, '_>, structure: View<'_>) {
    if !schema.view.is_map() || !check.enter(&schema.place) {
        return;
    }
    junctors(check, schema, structure);
    let items = schema.get("items");
    if items.is_set() {
        match structure.get("items") {
            Some(inner) => fields(check, &items, inner),
            None => check.invalid(&items, "is not described by the schema itself"),
        }
    }
    let properties = structure.get("properties");
    for (name, property) in schema.get("properties").fields() {
        match properties.and_then(|properties| properties.get(name)) {
            Some(inner) => fields(check, &property, inner),
            None => check.forbidden(
                &property,
                "is not among the properties of the schema itself",
            ),
        }
    }
}
