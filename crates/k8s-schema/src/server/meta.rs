//! Names, labels and what else stands in metadata.

use super::at::At;
use super::seen::Seen;
use super::text::{self, Why};
use crate::check::Check;

/// The most bytes that all annotations of an object may have.
const MAX_ANNOTATIONS: usize = 256 * 1024;

/// What is asked of the metadata of a kind.
#[derive(Clone, Copy)]
pub(crate) struct Rules {
    /// The rule for names.
    pub(crate) name: fn(&str) -> Why,
    /// Whether a finalizer needs a domain.
    pub(crate) own_finalizers: bool,
}

/// Holds an object's metadata against the rules of its kind. Clients drop the namespace of an
/// object that stands in none.
pub(crate) fn object(
    check: &mut Check,
    metadata: &At<'_, '_>,
    rules: Rules,
    stands_in_namespace: &dyn Fn() -> bool,
) {
    for (key, field) in metadata.fields() {
        match key {
            "name" => check.text_rule(&field, rules.name),
            "generateName" => generate_name(check, &field, rules.name),
            "namespace" if text::label(field.text()).is_some() && stands_in_namespace() => {
                check.text_rule(&field, text::label);
            }
            "labels" => labels(check, &field),
            "annotations" => annotations(check, &field),
            "finalizers" => finalizers(check, &field, rules),
            "ownerReferences" => owners(check, &field),
            "generation" => check.not_negative(&field),
            "resourceVersion" if !field.is_empty() => check.superfluous(
                &field,
                "must not be set: the API server sets it, and rejects the creation of an object that has it",
            ),
            "managedFields" => managed(check, &field),
            _ => {}
        }
    }
}

/// Holds the beginning of a name against the rule for names: what is appended is valid.
fn generate_name(check: &mut Check, at: &At<'_, '_>, rule: fn(&str) -> Why) {
    let start = at.text();
    let reason = match start.strip_suffix('-') {
        Some(rest) if !rest.is_empty() => rule(&format!("{rest}a")),
        _ => rule(start),
    };
    if !start.is_empty()
        && let Some(reason) = reason
    {
        check.invalid(at, reason);
    }
}

/// Labels, and what is written like them.
pub(super) fn labels(check: &mut Check, labels: &At<'_, '_>) {
    for (key, label) in labels.fields() {
        if let Some(reason) = text::label_key(key) {
            check.invalid_key(&label, "the key", reason);
        }
        check.text_rule(&label, text::label_value);
    }
}

pub(super) fn annotations(check: &mut Check, annotations: &At<'_, '_>) {
    let mut size = 0;
    for (key, annotation) in annotations.fields() {
        if let Some(reason) = text::annotation_key(key) {
            check.invalid_key(&annotation, "the key", reason);
        }
        size += key.len() + annotation.text().len();
    }
    if size > MAX_ANNOTATIONS {
        check.invalid(annotations, "must not be larger than 256 KiB in total");
    }
}

fn finalizers(check: &mut Check, finalizers: &At<'_, '_>, rules: Rules) {
    let rule = if rules.own_finalizers {
        text::own_finalizer
    } else {
        text::finalizer
    };
    let mut ways = (false, false);
    for finalizer in finalizers.items() {
        check.text_rule(&finalizer, rule);
        ways.0 |= finalizer.text() == "orphan";
        ways.1 |= finalizer.text() == "foregroundDeletion";
    }
    if ways == (true, true) {
        let reason = "must not have both `orphan` and `foregroundDeletion`";
        check.invalid(finalizers, reason);
    }
}

fn owners(check: &mut Check, owners: &At<'_, '_>) {
    let mut has_controller = false;
    for owner in owners.items() {
        for field in ["apiVersion", "kind", "name", "uid"] {
            check.not_empty(&owner.get(field));
        }
        let api_version = owner.get("apiVersion");
        if api_version.text().matches('/').count() > 1 {
            check.invalid(
                &api_version,
                "must be a group and a version with `/` between them",
            );
        }
        let controller = owner.get("controller");
        if controller.is_true() && std::mem::replace(&mut has_controller, true) {
            check.invalid(&controller, "is set for more than one owner");
        }
    }
}

fn managed(check: &mut Check, managed: &At<'_, '_>) {
    for entry in managed.items() {
        let operation = entry.get("operation");
        if !matches!(operation.text(), "Apply" | "Update") {
            check.unsupported(&operation, &["Apply", "Update"]);
        }
        let fields = entry.get("fieldsType");
        if fields.text() != "FieldsV1" {
            check.unsupported(&fields, &["FieldsV1"]);
        }
    }
}

/// Metadata of something that is made from a template and gets its name elsewhere.
pub(super) fn template(check: &mut Check, metadata: &At<'_, '_>) {
    labels(check, &metadata.get("labels"));
    annotations(check, &metadata.get("annotations"));
}

/// Checks a list of names against a rule, and refuses duplicates.
pub(super) fn unequal_names(check: &mut Check, list: &At<'_, '_>, rule: fn(&str) -> Why) {
    let mut seen = Seen::new();
    for item in list.items() {
        check.text_rule(&item, rule);
        if !item.text().is_empty() && !seen.insert(item.text()) {
            check.duplicate(&item, format!("duplicate entry `{}`", item.text()));
        }
    }
}
