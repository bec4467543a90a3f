//! Small kinds that the cluster itself is made of.

use super::at::At;
use super::pod::{resources, tolerations};
use super::seen::Seen;
use super::{meta, text};
use crate::check::Check;

/// The highest priority that people can give.
const MAX_PRIORITY: i64 = 1_000_000_000;

/// The classes that the system has, with their priorities.
const SYSTEM: [(&str, i64); 2] = [
    ("system-cluster-critical", 2_000_000_000),
    ("system-node-critical", 2_000_001_000),
];

pub(super) fn priority_class(check: &mut Check, object: &At<'_, '_>) {
    let metadata = object.get("metadata");
    let name = metadata.get("name");
    let value = object.get("value");
    let worth = check.int(&value).unwrap_or(0);
    if name.text().starts_with("system-") {
        match SYSTEM.iter().find(|(known, _)| *known == name.text()) {
            None => check.invalid(
                &name,
                "must not begin with `system-`, which is for the system's own classes",
            ),
            Some((_, priority)) if worth != *priority => {
                check.invalid(
                    &value,
                    format_args!("must be {priority} for this class of the system"),
                );
            }
            _ => {}
        }
    } else if worth > MAX_PRIORITY {
        check.invalid(&value, "must not be more than 1000000000");
    }
}

pub(super) fn runtime_class(check: &mut Check, object: &At<'_, '_>) {
    check.required_text(&object.get("handler"), text::label);
    let overhead = object.get("overhead");
    resources::amounts(check, &overhead.get("podFixed"), resources::container_name);
    let scheduling = object.get("scheduling");
    meta::labels(check, &scheduling.get("nodeSelector"));
    let list = scheduling.get("tolerations");
    tolerations::list(check, &list);
    let mut seen = Seen::new();
    for toleration in list.items() {
        let part = |field: &str| toleration.view.get(field).map_or("", |view| view.text());
        if !seen.insert([part("key"), part("operator"), part("value"), part("effect")]) {
            check.duplicate(&toleration, "duplicate toleration");
        }
    }
}

pub(super) fn lease(check: &mut Check, object: &At<'_, '_>) {
    let spec = object.get("spec");
    check.range(&spec.get("leaseDurationSeconds"), 1, i64::MAX);
    check.not_negative(&spec.get("leaseTransitions"));
    let holder = spec.get("preferredHolder");
    if !holder.is_empty() && spec.get("strategy").is_empty() {
        check.forbidden(&holder, "may only be set together with `strategy`");
    }
}

pub(super) fn namespace(check: &mut Check, object: &At<'_, '_>) {
    for finalizer in object.get("spec").get("finalizers").items() {
        check.text_rule(&finalizer, text::own_finalizer);
    }
}

pub(super) fn controller_revision(check: &mut Check, object: &At<'_, '_>) {
    check.not_negative(&object.get("revision"));
    let data = object.get("data");
    if !data.is_set() {
        check.required(&data, None);
    }
}

pub(super) fn pod_template(check: &mut Check, object: &At<'_, '_>) {
    super::pod::template(check, &object.get("template"));
}

pub(super) fn api_service(check: &mut Check, object: &At<'_, '_>) {
    let spec = object.get("spec");
    let group = spec.get("group");
    let version = spec.get("version");
    let metadata = object.get("metadata");
    let name = metadata.get("name");
    let expected = format!("{}.{}", version.text(), group.text());
    if !name.is_empty() && name.text() != expected && !group.is_open() && !version.is_open() {
        check.invalid(
            &name,
            format_args!("must be version and group: `{expected}`"),
        );
    }
    if group.is_empty() && version.text() != "v1" {
        check.required(&group, Some("only `v1` is in the core group"));
    }
    check.text_rule(&group, text::subdomain);
    check.required_text(&version, text::label_1035);
    for (field, most) in [("groupPriorityMinimum", 20_000), ("versionPriority", 1000)] {
        let field = spec.get(field);
        if field.is_set() {
            check.range(&field, 1, most);
        } else {
            check.required(&field, None);
        }
    }
    let service = spec.get("service");
    let insecure = spec.get("insecureSkipTLSVerify");
    let bundle = spec.get("caBundle");
    if service.is_set() {
        check.not_empty(&service.get("namespace"));
        check.not_empty(&service.get("name"));
        check.port_number(&service.get("port"));
        if insecure.is_true() && !bundle.is_empty() {
            check.invalid(&insecure, "must not be set together with `caBundle`");
        }
        return;
    }
    if !bundle.is_empty() {
        check.forbidden(&bundle, "may only be set together with `service`");
    }
    if insecure.is_true() {
        check.forbidden(&insecure, "may only be set together with `service`");
    }
}
