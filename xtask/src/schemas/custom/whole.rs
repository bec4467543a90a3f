//! Whether the table holds all that a definition says.

use go_regex::Pattern;
use manifest::View;

use super::crd::{self, is, text};
use super::shape::Items;

/// What asks nothing of a value, or is asked of people by no cluster.
const FREE: [&str; 9] = [
    "default",
    "description",
    "example",
    "externalDocs",
    "nullable",
    "title",
    "type",
    "x-kubernetes-map-type",
    "x-kubernetes-preserve-unknown-fields",
];

/// Whether a whole object's schema says nothing that its shape leaves out.
pub(crate) fn is_whole(root: View<'_>) -> bool {
    // What controllers write is asked of nobody, and metadata has rules of its own.
    let metadata = root.get_path(&["properties", "metadata"]);
    let asks_of_metadata = |schema: View<'_>| schema.entries().any(|it| !is_free(it.key.text()));
    holds(root, &["metadata", "status"]) && !metadata.is_some_and(asks_of_metadata)
}

/// Whether the shape of a schema, but for some of its fields, holds all that it says. A keyword
/// that is not known here may ask for anything.
fn holds(schema: View<'_>, but: &[&str]) -> bool {
    let is_text = text(schema, &["type"]) == "string";
    let is_either = is(schema, "x-kubernetes-int-or-string");
    let is_open = is(schema, "x-kubernetes-preserve-unknown-fields");
    let has = |key: &str| schema.get(key).is_some();
    schema.is_map()
        && schema.entries().all(|entry| match entry.key.text() {
            "properties" => {
                let fields = || entry.value.entries();
                fields().next().is_some()
                    && fields().all(|it| but.contains(&it.key.text()) || holds(it.value, &[]))
            }
            "additionalProperties" => {
                entry.value.is_map()
                    && (!is_open || crd::is_scalar(entry.value))
                    && !has("properties")
                    && holds(entry.value, &[])
            }
            "items" => holds(entry.value, &[]),
            "required" => is_required_held(schema, entry.value),
            "enum" => is_text,
            "format" => matches!(
                (text(schema, &["type"]), entry.value.text()),
                ("string", "date-time" | "byte")
                    | ("integer", "int32" | "int64")
                    | ("number", "double" | "float")
            ),
            "pattern" if is_either => entry.value.text().starts_with(crd::QUANTITY),
            "pattern" => is_text && !has("format") && !has("enum"),
            // It says nothing new where the pattern refuses an empty text.
            "minLength" => {
                let pattern = text(schema, &["pattern"]);
                entry.value.text() == "1" && Pattern::new(pattern).matches("") == Some(false)
            }
            "x-kubernetes-int-or-string" => true,
            "anyOf" => is_either,
            "x-kubernetes-list-type" => {
                entry.value.text() == "atomic" || crd::unequal(schema) != Items::Any
            }
            "x-kubernetes-list-map-keys" => true,
            other => is_free(other),
        })
        // A mapping of which no field is named has none.
        && (text(schema, &["type"]) != "object"
            || is_open
            || has("properties")
            || has("additionalProperties"))
}

/// Whether each required field is one that the table can require, or that is filled in.
fn is_required_held(schema: View<'_>, names: View<'_>) -> bool {
    names.items().all(|name| {
        let property = schema.get_path(&["properties", name.text()]);
        property.is_some_and(|it| it.get("default").is_some() || !is(it, "nullable"))
    })
}

fn is_free(key: &str) -> bool {
    FREE.contains(&key)
}
