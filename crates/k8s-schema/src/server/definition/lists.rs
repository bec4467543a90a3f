//! How lists and mappings are merged.

use super::super::at::At;
use crate::check::Check;

pub(super) fn kinds(check: &mut Check, schema: &At<'_, '_>) {
    let ty = schema.get("type");
    let map = schema.get("x-kubernetes-map-type");
    if map.is_set() {
        wants(check, &ty, "object", "x-kubernetes-map-type");
        if !matches!(map.text(), "atomic" | "granular") {
            check.unsupported(&map, &["atomic", "granular"]);
        }
    }
    let list = schema.get("x-kubernetes-list-type");
    let keys = schema.get("x-kubernetes-list-map-keys");
    if list.is_set() {
        wants(check, &ty, "array", "x-kubernetes-list-type");
        if !matches!(list.text(), "atomic" | "set" | "map") {
            check.unsupported(&list, &["atomic", "set", "map"]);
        }
    }
    if !keys.is_empty() && list.text() != "map" {
        if list.is_set() {
            check.invalid(
                &list,
                "must be `map` where there are `x-kubernetes-list-map-keys`",
            );
        } else {
            check.required(&list, Some("set it to `map`, or remove the keys"));
        }
    }
    let items = schema.get("items");
    if matches!(list.text(), "set" | "map") && items.get("nullable").is_true() {
        let nullable = items.get("nullable");
        check.forbidden(&nullable, "must not be true for items of a set or map");
    }
    match list.text() {
        "set" => set(check, &items),
        "map" => keyed(check, &items, &keys),
        _ => {}
    }
}

fn wants(check: &mut Check, ty: &At<'_, '_>, wanted: &str, keyword: &str) {
    if ty.is_empty() {
        check.required(ty, Some(&format!("`{keyword}` needs the type `{wanted}`")));
    } else if ty.text() != wanted {
        check.invalid(ty, format_args!("must be `{wanted}` with `{keyword}`"));
    }
}

/// Items of a set are compared as a whole.
fn set(check: &mut Check, items: &At<'_, '_>) {
    match items.get("type").text() {
        "array" => {
            let list = items.get("x-kubernetes-list-type");
            if list.is_set() && list.text() != "atomic" {
                check.invalid(&list, "must be `atomic` for items of a set");
            }
        }
        "object" => {
            let map = items.get("x-kubernetes-map-type");
            if map.text() != "atomic" {
                if map.is_set() {
                    check.invalid(&map, "must be `atomic` for items of a set");
                } else {
                    check.required(&map, Some("set it to `atomic`: items of a set are"));
                }
            }
        }
        _ => {}
    }
}

fn keyed(check: &mut Check, items: &At<'_, '_>, keys: &At<'_, '_>) {
    if keys.is_empty() {
        check.required(keys, Some("name the fields that tell items apart"));
    }
    let ty = items.get("type");
    if ty.text() != "object" {
        if items.is_set() && !ty.is_empty() {
            check.invalid(&ty, "must be `object` for items with keys");
        }
        return;
    }
    let properties = items.get("properties");
    let required = items.get("required");
    let mut seen = Vec::new();
    for key in keys.items() {
        let name = key.text();
        if seen.contains(&name) {
            check.duplicate(&key, format!("duplicate entry `{name}`"));
            continue;
        }
        seen.push(name);
        let property = properties.get(name);
        if !property.is_set() {
            check.invalid(&key, "is not a property of the items");
            continue;
        }
        let ty = property.get("type");
        if matches!(ty.text(), "array" | "object") {
            check.invalid(&ty, "must not be a collection, as it tells items apart");
        }
        let nullable = property.get("nullable");
        if nullable.is_true() {
            check.forbidden(
                &nullable,
                "must not be true for a field that tells items apart",
            );
        }
        let default = property.get("default");
        let is_required = required.items().any(|item| item.text() == name);
        if !is_required && !default.is_set() {
            let help = "it tells items apart, so it needs a default or must be required";
            check.required(&default, Some(help));
        }
    }
}
