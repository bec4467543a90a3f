//! CustomResourceDefinitions as shapes.

use std::collections::BTreeSet;

use manifest::{Dialect, Scalar, Source, View};

use super::kinds::{Kind, Known};
use super::shape::{Items, Object, Shape};
use super::whole;

/// How the pattern starts by which quantities are told from other texts.
pub(super) const QUANTITY: &str = r"^(\+|-)?(([0-9]+(\.[0-9]*)?)|(\.[0-9]+))(([KMGTPE]i)";

/// Adds the kinds that a text of any documents defines.
pub(crate) fn read(text: &str, is_old: bool, known: &mut Known) {
    let source = Source::built_in("definition", text);
    for document in source.documents().documents {
        definition(document.view(), is_old, known);
    }
}

fn definition(crd: View<'_>, is_old: bool, known: &mut Known) {
    if text(crd, &["kind"]) != "CustomResourceDefinition" {
        return;
    }
    let Some(spec) = crd.get("spec") else { return };
    let group = text(spec, &["group"]);
    let name = text(spec, &["names", "kind"]);
    let cluster_scoped = text(spec, &["scope"]) == "Cluster";
    let preserves = is(spec, "preserveUnknownFields");
    for version in spec.get("versions").into_iter().flat_map(View::items) {
        if !is(version, "served") {
            continue;
        }
        let api_version = format!("{group}/{}", text(version, &["name"]));
        let schema = version
            .get_path(&["schema", "openAPIV3Schema"])
            .or_else(|| spec.get_path(&["validation", "openAPIV3Schema"]));
        let mut root = match schema.map(shape) {
            Some(Shape::Object(root)) => root,
            _ => Object {
                open: true,
                ..Object::default()
            },
        };
        root.open |= preserves;
        let kind = Kind {
            is_whole: schema.is_some_and(whole::is_whole),
            ..Kind::new(cluster_scoped, root, is_old)
        };
        known.add(&api_version, name, kind, false);
    }
}

fn shape(schema: View<'_>) -> Shape {
    if is(schema, "x-kubernetes-int-or-string") {
        let pattern = text(schema, &["pattern"]);
        return if pattern.starts_with(QUANTITY) {
            Shape::Quantity
        } else {
            Shape::IntOrString
        };
    }
    let open = is(schema, "x-kubernetes-preserve-unknown-fields")
        || is(schema, "x-kubernetes-embedded-resource");
    match (text(schema, &["type"]), text(schema, &["format"])) {
        ("string", format) => match values(schema) {
            Some(values) => Shape::Enum(values),
            None if format == "date-time" => Shape::Time,
            None if format == "byte" => Shape::Bytes,
            None => match text(schema, &["pattern"]) {
                "" => Shape::String,
                pattern => Shape::Pattern(BTreeSet::from([pattern.to_owned()])),
            },
        },
        ("boolean", _) => Shape::Boolean,
        ("integer", "int32") => Shape::Int32,
        ("integer", _) => Shape::Int64,
        ("number", _) => Shape::Number,
        ("array", _) => {
            let items = schema.get("items").map_or(Shape::Any, shape);
            let unequal = unequal(schema);
            Shape::List(Box::new(items), unequal)
        }
        ("object", _) => object(schema, open),
        _ if schema.get("properties").is_some() => object(schema, open),
        _ => Shape::Any,
    }
}

fn object(schema: View<'_>, open: bool) -> Shape {
    let properties = schema.get("properties");
    if let Some(values) = schema.get("additionalProperties")
        && properties.is_none_or(|properties| properties.entries().next().is_none())
    {
        return if values.is_map() && (!open || is_scalar(values)) {
            Shape::Map(Box::new(shape(values)))
        } else {
            Shape::AnyObject
        };
    }
    let mut object = Object {
        open: open || schema.get("additionalProperties").is_some(),
        ..Object::default()
    };
    for property in properties.into_iter().flat_map(View::entries) {
        object.set(property.key.text(), shape(property.value), false);
    }
    for name in schema.get("required").into_iter().flat_map(View::items) {
        let own = properties.and_then(|properties| properties.get(name.text()));
        // What is filled in, or may be null, is not asked of people.
        let given = own.is_some_and(|own| own.get("default").is_none() && !is(own, "nullable"));
        if let Some(field) = object.fields.get_mut(name.text()) {
            field.required = given;
        }
    }
    if object.fields.is_empty() {
        return Shape::AnyObject;
    }
    Shape::Object(object)
}

/// Whether a schema is one of texts, numbers or booleans, which hold no unknown fields.
pub(super) fn is_scalar(schema: View<'_>) -> bool {
    let scalars = ["boolean", "integer", "number", "string"];
    scalars.contains(&text(schema, &["type"]))
}

/// What must differ between a list's items; keys that are filled in cannot be compared.
pub(super) fn unequal(schema: View<'_>) -> Items {
    match text(schema, &["x-kubernetes-list-type"]) {
        "set" => Items::Unequal,
        "map" => {
            let keys = schema.get("x-kubernetes-list-map-keys");
            let keys: Vec<&str> = keys
                .into_iter()
                .flat_map(View::items)
                .map(View::text)
                .collect();
            let is_given = |key: &&str| {
                schema
                    .get_path(&["items", "properties", key])
                    .is_some_and(|property| property.get("default").is_none())
            };
            if keys.iter().all(is_given) {
                Items::UnequalKeys(keys.into_iter().map(str::to_owned).collect())
            } else {
                Items::Any
            }
        }
        _ => Items::Any,
    }
}

fn values(schema: View<'_>) -> Option<BTreeSet<String>> {
    let values = schema.get("enum")?.items();
    Some(values.map(|value| value.text().to_owned()).collect())
}

pub(super) fn text<'v>(view: View<'v>, path: &[&str]) -> &'v str {
    view.get_path(path).map_or("", View::text)
}

pub(super) fn is(view: View<'_>, key: &str) -> bool {
    view.get(key)
        .is_some_and(|value| value.scalar(Dialect::Kustomize) == Some(Scalar::Bool(true)))
}
