//! Webhooks that decide what is admitted, and what they have in common with policies.

use super::at::At;
use super::meta::unequal_names;
use super::seen::Seen;
use super::{selector, text};
use crate::check::Check;

const OPERATIONS: [&str; 5] = ["*", "CREATE", "UPDATE", "DELETE", "CONNECT"];
const REVIEWS: [&str; 2] = ["v1", "v1beta1"];
const MAX_CONDITIONS: usize = 64;

pub(super) fn webhooks(check: &mut Check, object: &At<'_, '_>) {
    let mut names = Seen::new();
    for hook in object.get("webhooks").items() {
        let name = hook.get("name");
        check.required_text(&name, text::three_segments);
        if !name.is_empty() && !names.insert(name.text()) {
            check.duplicate(&name, format!("duplicate webhook `{}`", name.text()));
        }
        for rule in hook.get("rules").items() {
            resource_rule(check, &rule, true);
        }
        let effects = hook.get("sideEffects");
        match effects.text() {
            "" => check.required(&effects, Some("set it to `None` or `NoneOnDryRun`")),
            "Some" | "Unknown" => check.unsupported(&effects, &["None", "NoneOnDryRun"]),
            _ => {}
        }
        check.range(&hook.get("timeoutSeconds"), 1, 30);
        selector::labels(check, &hook.get("namespaceSelector"));
        selector::labels(check, &hook.get("objectSelector"));
        client(check, &hook.get("clientConfig"));
        reviews(check, &hook.get("admissionReviewVersions"));
        conditions(check, &hook.get("matchConditions"));
    }
}

pub(super) fn reviews(check: &mut Check, versions: &At<'_, '_>) {
    check.not_empty(versions);
    unequal_names(check, versions, text::label_1035);
    let is_known = |version: At<'_, '_>| REVIEWS.contains(&version.text()) || version.is_open();
    if !versions.is_empty() && !versions.items().any(is_known) {
        check.invalid(versions, "must have `v1` or `v1beta1`");
    }
}

pub(super) fn client(check: &mut Check, config: &At<'_, '_>) {
    let url = config.get("url");
    let service = config.get("service");
    match (url.is_set(), service.is_set()) {
        (true, true) => check.forbidden(&service, "must not be set together with `url`"),
        (false, false) if config.is_set() => {
            check.invalid(config, "must have either `url` or `service`");
        }
        (false, false) => check.required(config, None),
        (true, false) => {
            if let Some(reason) = url_fault(url.text()) {
                check.invalid(&url, reason);
            }
        }
        (false, true) => self::service(check, &service),
    }
}

/// Why a text is no URL that a server can call.
fn url_fault(text: &str) -> Option<&'static str> {
    let Some((scheme, rest)) = text.split_once("://") else {
        return Some("must be a URL such as `https://host/path`");
    };
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (host, path) = rest.split_at(end);
    if scheme != "https" {
        Some("must begin with `https://`")
    } else if host.is_empty() {
        Some("must have a host")
    } else if host.contains('@') {
        Some("must not contain a user")
    } else if path.contains('#') {
        Some("must not contain a fragment")
    } else if path.contains('?') {
        Some("must not contain a query")
    } else if rest.contains(|c: char| c.is_ascii_control()) || host.contains(' ') {
        Some("must be a URL such as `https://host/path`")
    } else {
        None
    }
}

/// A Service that the API server calls.
pub(super) fn service(check: &mut Check, service: &At<'_, '_>) {
    check.not_empty(&service.get("name"));
    check.not_empty(&service.get("namespace"));
    check.port_number(&service.get("port"));
    let path = service.get("path");
    let text = path.text();
    if matches!(text, "" | "/") {
        return;
    }
    let Some(inner) = text.strip_prefix('/') else {
        check.invalid(&path, "must begin with `/`");
        return;
    };
    let inner = inner.strip_suffix('/').unwrap_or(inner);
    if inner.split('/').any(|step| text::subdomain(step).is_some()) {
        check.invalid(
            &path,
            "must consist of lower-case letters, digits, `-` and `.` between single `/`",
        );
    }
}

pub(super) fn resource_rule(check: &mut Check, rule: &At<'_, '_>, may_delete: bool) {
    let operations = rule.get("operations");
    check.not_empty(&operations);
    alone(check, &operations, "operations");
    for operation in operations.items() {
        if !OPERATIONS.contains(&operation.text()) {
            check.unsupported(&operation, &OPERATIONS);
        } else if operation.text() == "DELETE" && !may_delete {
            check.unsupported(&operation, &["*", "CREATE", "UPDATE", "CONNECT"]);
        }
    }
    let groups = rule.get("apiGroups");
    check.not_empty(&groups);
    alone(check, &groups, "groups");
    let versions = rule.get("apiVersions");
    check.not_empty(&versions);
    alone(check, &versions, "versions");
    for version in versions.items() {
        if version.is_empty() && !version.is_open() {
            check.invalid(&version, "must not be empty");
        }
    }
    resources(check, &rule.get("resources"));
}

/// `*` stands for all, so that nothing may stand beside it.
fn alone(check: &mut Check, list: &At<'_, '_>, of: &str) {
    if list.count() > 1
        && let Some(all) = list.items().find(|item| item.text() == "*")
    {
        check.invalid(&all, format_args!("means all {of}, so no other is allowed"));
    }
}

fn resources(check: &mut Check, resources: &At<'_, '_>) {
    check.not_empty(resources);
    let has = |text: &str| resources.items().any(|resource| resource.text() == text);
    if resources.count() > 1 && has("*/*") {
        check.invalid(resources, "must have nothing besides `*/*`");
    }
    let mut last_is_whole = false;
    let mut all_of = Seen::new();
    let mut of_all = Seen::new();
    for resource in resources.items() {
        let text = resource.text();
        let Some((name, sub)) = text.split_once('/') else {
            if text.is_empty() {
                check.invalid(&resource, "must not be empty");
            } else {
                last_is_whole = text != "*";
            }
            continue;
        };
        if all_of.contains(name) {
            check.invalid(&resource, format_args!("is part of `{name}/*` already"));
        } else if of_all.contains(sub) {
            check.invalid(&resource, format_args!("is part of `*/{sub}` already"));
        }
        if sub == "*" {
            all_of.insert(name);
        }
        if name == "*" {
            of_all.insert(sub);
        }
    }
    // As the server counts: the last one without a subresource decides.
    if has("*") && last_is_whole {
        check.invalid(resources, "must have no whole resource besides `*`");
    }
}

pub(super) fn conditions(check: &mut Check, conditions: &At<'_, '_>) {
    if conditions.count() > MAX_CONDITIONS {
        check.invalid(conditions, "must not have more than 64 items");
    }
    let mut names = Seen::new();
    for condition in conditions.items() {
        let name = condition.get("name");
        check.required_text(&name, text::label_key);
        if !name.is_empty() && !names.insert(name.text()) {
            check.duplicate(&name, format!("duplicate condition `{}`", name.text()));
        }
        expression(check, &condition.get("expression"));
    }
}

/// An expression has to be there.
pub(super) fn expression(check: &mut Check, at: &At<'_, '_>) {
    if at.text().trim().is_empty() {
        check.required(at, None);
    }
}
