//! Environment variables.

use super::super::at::At;
use super::super::text::{self, Why};
use crate::check::Check;
use crate::violation::WITH_VALUE;

/// Since this minor version names may consist of nearly anything.
const RELAXED_SINCE: u16 = 32;

const FIELDS: [&str; 9] = [
    "metadata.name",
    "metadata.namespace",
    "metadata.uid",
    "spec.nodeName",
    "spec.serviceAccountName",
    "status.hostIP",
    "status.hostIPs",
    "status.podIP",
    "status.podIPs",
];

const RESOURCES: [&str; 6] = [
    "limits.cpu",
    "limits.memory",
    "limits.ephemeral-storage",
    "requests.cpu",
    "requests.memory",
    "requests.ephemeral-storage",
];

fn name_rule(check: &Check) -> fn(&str) -> Why {
    if check.version.minor() >= RELAXED_SINCE {
        text::env_name
    } else {
        text::strict_env_name
    }
}

pub(super) fn list(check: &mut Check, variables: &At<'_, '_>) {
    let rule = name_rule(check);
    for variable in variables.items() {
        let (mut has_name, mut has_value) = (false, false);
        for (key, field) in variable.fields() {
            match key {
                "name" => {
                    has_name = !field.is_empty();
                    check.text_rule(&field, rule);
                }
                "value" => has_value = !field.is_empty(),
                _ => {}
            }
        }
        if !has_name {
            check.required(&variable.get("name"), None);
        }
        let source = variable.get("valueFrom");
        if source.is_set() {
            value_from(check, &source, has_value);
        }
    }
}

fn value_from(check: &mut Check, source: &At<'_, '_>, has_value: bool) {
    let mut count = 0;
    for (key, field) in source.fields() {
        if !field.is_set() {
            continue;
        }
        match key {
            "fieldRef" => field_ref(check, &field, &FIELDS),
            "resourceFieldRef" => resource_ref(check, &field, false),
            "configMapKeyRef" | "secretKeyRef" => key_ref(check, &field),
            "fileKeyRef" => file_ref(check, &field),
            _ => continue,
        }
        count += 1;
    }
    if count == 0 {
        check.invalid(
            source,
            "must have one of `fieldRef`, `resourceFieldRef`, `configMapKeyRef` and `secretKeyRef`",
        );
    } else if has_value {
        check.forbidden(source, WITH_VALUE);
    } else if count > 1 {
        check.invalid(source, "must not have more than one source");
    }
}

/// A key of a ConfigMap or a Secret.
fn key_ref(check: &mut Check, reference: &At<'_, '_>) {
    check.required_text(&reference.get("name"), text::subdomain);
    check.required_text(&reference.get("key"), text::config_key);
}

fn file_ref(check: &mut Check, reference: &At<'_, '_>) {
    check.required_text(&reference.get("key"), text::env_name);
    check.required_text(&reference.get("volumeName"), text::label);
    check.required_text(&reference.get("path"), text::no_backsteps);
}

pub(super) fn sources(check: &mut Check, sources: &At<'_, '_>) {
    let rule = name_rule(check);
    for source in sources.items() {
        let mut count = 0;
        for (key, field) in source.fields() {
            match key {
                "prefix" => check.text_rule(&field, rule),
                "configMapRef" | "secretRef" if field.is_set() => {
                    count += 1;
                    check.required_text(&field.get("name"), text::subdomain);
                }
                _ => {}
            }
        }
        if count == 0 {
            check.invalid(&source, "must have either `configMapRef` or `secretRef`");
        } else if count > 1 {
            check.invalid(&source, "must not have both `configMapRef` and `secretRef`");
        }
    }
}

/// A field of the pod.
pub(super) fn field_ref(check: &mut Check, reference: &At<'_, '_>, known: &[&str]) {
    let api_version = reference.get("apiVersion");
    if !matches!(api_version.text(), "" | "v1") {
        check.unsupported(&api_version, &["v1"]);
    }
    let at = reference.get("fieldPath");
    let path = at.text();
    if path.is_empty() {
        check.required(&at, None);
        return;
    }
    match path
        .strip_suffix("']")
        .and_then(|path| path.split_once("['"))
    {
        Some(("metadata.labels", key)) => subscript(check, &at, text::label_key(key)),
        Some(("metadata.annotations", key)) => subscript(check, &at, text::annotation_key(key)),
        Some((field, _)) if !field.is_empty() => {
            check.invalid(
                &at,
                "must not have a key in brackets: only labels and annotations have keys",
            );
        }
        _ if known.contains(&path) => {}
        _ => check.unsupported(&at, known),
    }
}

fn subscript(check: &mut Check, at: &At<'_, '_>, reason: Why) {
    if let Some(reason) = reason {
        check.invalid(at, format_args!("has a key that {reason}"));
    }
}

/// A resource of a container; in a volume it has to be said of which.
pub(super) fn resource_ref(check: &mut Check, reference: &At<'_, '_>, in_volume: bool) {
    let container = reference.get("containerName");
    let resource = reference.get("resource");
    let name = resource.text();
    let is_hugepages =
        name.starts_with("limits.hugepages-") || name.starts_with("requests.hugepages-");
    if in_volume && container.is_empty() {
        check.required(&container, None);
    } else if name.is_empty() {
        check.required(&resource, None);
    } else if !RESOURCES.contains(&name) && !is_hugepages {
        check.unsupported(&resource, &RESOURCES);
    }
    let divisor = reference.get("divisor");
    let allowed: &[&str] = match name {
        "limits.cpu" | "requests.cpu" => &["1m", "1"],
        _ => &[
            "1", "1k", "1M", "1G", "1T", "1P", "1E", "1Ki", "1Mi", "1Gi", "1Ti", "1Pi", "1Ei",
        ],
    };
    if let Some(worth) = check.quantity(&divisor)
        && worth != super::super::quantity::Quantity::ZERO
    {
        let mut same = allowed
            .iter()
            .filter_map(|text| super::super::quantity::Quantity::of(text));
        if !same.any(|allowed| allowed == worth) {
            check.unsupported(&divisor, allowed);
        }
    }
}
