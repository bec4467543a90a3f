//! What is filled in must be right itself.

use super::super::at::At;
use super::schema::Level;
use crate::check::Check;
use crate::crd;

pub(super) fn all(check: &mut Check, root: &At<'_, '_>) {
    walk(check, root, Level::Root);
}

fn walk(check: &mut Check, schema: &At<'_, '_>, level: Level) {
    if !schema.view.is_map() || !check.enter(&schema.place) {
        return;
    }
    let default = schema.get("default");
    if default.is_set() && !default.is_open() {
        crd::judge_default(check, schema.view, default.view, &default.place);
    }
    let is_resource =
        level == Level::Root || schema.get("x-kubernetes-embedded-resource").is_true();
    for (name, property) in schema.get("properties").fields() {
        // Those of types and names are held against more than their schema.
        if !is_resource || !matches!(name, "metadata" | "kind" | "apiVersion") {
            walk(check, &property, Level::Field);
        }
    }
    let items = schema.get("items");
    if items.is_set() {
        walk(check, &items, Level::Item);
    }
}
