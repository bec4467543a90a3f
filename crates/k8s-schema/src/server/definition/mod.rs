//! CustomResourceDefinitions themselves.

mod defaults;
mod lists;
mod nested;
mod rules;
mod schema;
mod version;

pub(super) use rules::{of_version, refuse, told};

use super::at::At;
use super::seen::Seen;
use super::{admission, text};
use crate::check::Check;

/// Groups of Kubernetes itself, and the annotation that says who approved of a kind there.
const PROTECTED: [&str; 2] = ["k8s.io", "kubernetes.io"];
const APPROVAL: &str = "api-approved.kubernetes.io";

pub(super) fn definition(check: &mut Check, object: &At<'_, '_>) {
    let spec = object.get("spec");
    names(check, &spec.get("names"));
    group(check, object, &spec.get("group"));
    let old = spec.get("preserveUnknownFields");
    if old.is_true() {
        check.invalid(
            &old,
            "must not be true: set `x-kubernetes-preserve-unknown-fields` in the schema instead",
        );
    }
    versions(check, &spec.get("versions"));
    conversion(check, &spec.get("conversion"));
}

fn names(check: &mut Check, names: &At<'_, '_>) {
    check.not_empty(&names.get("plural"));
    check.not_empty(&names.get("kind"));
    for field in ["plural", "singular"] {
        check.text_rule(&names.get(field), text::label_1035);
    }
    for field in ["kind", "listKind"] {
        let name = names.get(field);
        if !name.is_empty()
            && let Some(reason) = text::label_1035(&name.text().to_ascii_lowercase())
        {
            check.invalid(&name, format_args!("in lower case {reason}"));
        }
    }
    let (kind, list) = (names.get("kind"), names.get("listKind"));
    if !list.is_empty() && list.text() == kind.text() {
        check.invalid(&list, "must not be the same as `kind`");
    }
    for field in ["shortNames", "categories"] {
        for name in names.get(field).items() {
            if name.is_empty() {
                check.invalid(&name, "must not be empty");
            }
            check.text_rule(&name, text::label_1035);
        }
    }
}

fn group(check: &mut Check, object: &At<'_, '_>, group: &At<'_, '_>) {
    if group.is_empty() {
        check.required(group, None);
        return;
    }
    if let Some(reason) = text::subdomain(group.text()) {
        check.invalid(group, reason);
    } else if !group.text().contains('.') {
        check.invalid(group, "must have at least one dot");
    }
    let (metadata, spec) = (object.get("metadata"), object.get("spec"));
    let names = spec.get("names");
    let (name, plural) = (metadata.get("name"), names.get("plural"));
    let expected = format!("{}.{}", plural.text(), group.text());
    let is_known = !name.is_empty() && !plural.is_empty() && !plural.is_open() && !group.is_open();
    if is_known && name.text() != expected {
        check.invalid(
            &name,
            format_args!("must be `{expected}`: the plural name, a dot and the group"),
        );
    }
    approval(check, &metadata, group.text());
}

fn approval(check: &mut Check, metadata: &At<'_, '_>, group: &str) {
    let is_protected = PROTECTED.iter().any(|own| {
        let rest = group.strip_suffix(own);
        rest.is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    });
    if !is_protected {
        return;
    }
    let annotations = metadata.get("annotations");
    let approval = annotations.get(APPROVAL);
    let is_url = |text: &str| {
        let rest = text.split_once("://").map(|(_, rest)| rest);
        rest.is_some_and(|rest| !rest.is_empty() && !rest.starts_with('/'))
    };
    if approval.is_empty() {
        check.required(
            &approval,
            Some("the group is Kubernetes' own: use another, or name who approved of it"),
        );
    } else if !approval.text().starts_with("unapproved") && !is_url(approval.text()) {
        check.invalid(&approval, "must be a URL, or begin with `unapproved`");
    }
}

fn versions(check: &mut Check, versions: &At<'_, '_>) {
    if versions.is_empty() {
        check.required(versions, None);
        return;
    }
    let mut names = Seen::new();
    let mut stored = 0;
    let mut is_open = false;
    for version in versions.items() {
        let name = version.get("name");
        check.required_text(&name, text::label_1035);
        if !name.is_empty() && !names.insert(name.text()) {
            check.duplicate(&name, format!("duplicate version `{}`", name.text()));
        }
        let storage = version.get("storage");
        stored += usize::from(storage.is_true());
        is_open |= storage.is_open();
        version::version(check, &version);
    }
    if stored != 1 && !is_open {
        check.invalid(
            versions,
            "must have exactly one version with `storage: true`",
        );
    }
}

fn conversion(check: &mut Check, conversion: &At<'_, '_>) {
    if !conversion.is_set() {
        return;
    }
    let strategy = conversion.get("strategy");
    let webhook = conversion.get("webhook");
    match strategy.text() {
        "Webhook" if !webhook.is_set() => {
            check.required(&webhook, Some("the strategy `Webhook` needs it"));
        }
        "Webhook" => {
            admission::client(check, &webhook.get("clientConfig"));
            admission::reviews(check, &webhook.get("conversionReviewVersions"));
        }
        "None" if !webhook.is_empty() => {
            check.forbidden(&webhook, "may only be set with the strategy `Webhook`");
        }
        "" => check.required(&strategy, None),
        "None" => {}
        _ => check.unsupported(&strategy, &["None", "Webhook"]),
    }
}
