//! Policies that decide what is admitted, and where they are bound.

use super::admission::{conditions, expression, resource_rule};
use super::at::At;
use super::meta::unequal_names;
use super::seen::Seen;
use super::{selector, text};
use crate::check::Check;

const MAX_AUDIT_ANNOTATIONS: usize = 20;
const MAX_VALUE_EXPRESSION: usize = 5 * 1024;

pub(super) fn validating_policy(check: &mut Check, object: &At<'_, '_>) {
    let spec = object.get("spec");
    policy(check, &spec, true);
    let validations = spec.get("validations");
    let audits = spec.get("auditAnnotations");
    if validations.is_empty() && audits.is_empty() {
        check.required(
            &validations,
            Some("a policy has `validations` or `auditAnnotations`"),
        );
    }
    for validation in validations.items() {
        expression(check, &validation.get("expression"));
        let message = validation.get("message");
        if message.text().trim().contains(['\n', '\r']) {
            check.invalid(&message, "must not contain line breaks");
        }
        for field in ["message", "messageExpression"] {
            let field = validation.get(field);
            if !field.is_empty() && field.text().trim().is_empty() {
                check.invalid(&field, "must not consist only of white space");
            }
        }
        let reason = validation.get("reason");
        const REASONS: [&str; 4] = [
            "Unauthorized",
            "Forbidden",
            "Invalid",
            "RequestEntityTooLarge",
        ];
        if !reason.is_empty() && !REASONS[1..].contains(&reason.text()) {
            check.unsupported(&reason, &REASONS[1..]);
        }
    }
    audit_annotations(check, object, &audits);
}

fn audit_annotations(check: &mut Check, object: &At<'_, '_>, audits: &At<'_, '_>) {
    if audits.count() > MAX_AUDIT_ANNOTATIONS {
        check.invalid(audits, "must not have more than 20 items");
    }
    let metadata = object.get("metadata");
    let name = metadata.get("name");
    let mut keys = Seen::new();
    for audit in audits.items() {
        let key = audit.get("key");
        if key.is_empty() {
            check.required(&key, None);
        } else if !name.is_open()
            && !name.is_empty()
            && let Some(reason) = text::label_key(&format!("{}/{}", name.text(), key.text()))
        {
            check.invalid(
                &key,
                format_args!("after the policy's name and `/` {reason}"),
            );
        } else if !keys.insert(key.text()) {
            check.duplicate(&key, format!("duplicate key `{}`", key.text()));
        }
        let value = audit.get("valueExpression");
        expression(check, &value);
        if value.text().trim().len() > MAX_VALUE_EXPRESSION {
            check.invalid(&value, "must not be longer than 5 KiB");
        }
    }
}

pub(super) fn mutating_policy(check: &mut Check, object: &At<'_, '_>) {
    let spec = object.get("spec");
    policy(check, &spec, false);
    check.not_empty(&spec.get("reinvocationPolicy"));
    let mutations = spec.get("mutations");
    check.not_empty(&mutations);
    for mutation in mutations.items() {
        let ty = mutation.get("patchType");
        check.not_empty(&ty);
        for (name, field) in [
            ("JSONPatch", "jsonPatch"),
            ("ApplyConfiguration", "applyConfiguration"),
        ] {
            let patch = mutation.get(field);
            let is_own = ty.text() == name;
            if is_own && patch.is_set() {
                expression(check, &patch.get("expression"));
            } else if is_own {
                check.required(&patch, Some(&format!("the type `{name}` needs it")));
            } else if patch.is_set() && !ty.is_open() {
                check.forbidden(
                    &patch,
                    format_args!("may only be set with the type `{name}`"),
                );
            }
        }
    }
}

fn policy(check: &mut Check, spec: &At<'_, '_>, may_delete: bool) {
    let kind = spec.get("paramKind");
    if kind.is_set() {
        param_kind(check, &kind);
    }
    let constraints = spec.get("matchConstraints");
    if constraints.is_set() {
        match_resources(check, &constraints, may_delete);
        check.not_empty(&constraints.get("resourceRules"));
    } else {
        check.required(&constraints, None);
    }
    conditions(check, &spec.get("matchConditions"));
    let mut names = Seen::new();
    for variable in spec.get("variables").items() {
        let name = variable.get("name");
        check.required_text(&name, text::cel_identifier);
        names.insert(name.text());
        expression(check, &variable.get("expression"));
    }
}

fn param_kind(check: &mut Check, kind: &At<'_, '_>) {
    let version = kind.get("apiVersion");
    let (group, number) = version
        .text()
        .rsplit_once('/')
        .unwrap_or(("", version.text()));
    if version.is_empty() {
        check.required(&version, None);
    } else if let Some(reason) = text::label_1035(number) {
        check.invalid(&version, format_args!("has a version that {reason}"));
    } else if !group.is_empty()
        && let Some(reason) = text::subdomain(group)
    {
        check.invalid(&version, format_args!("has a group that {reason}"));
    }
    let name = kind.get("kind");
    if name.is_empty() {
        check.required(&name, None);
    } else if let Some(reason) = text::label_1035(&name.text().to_ascii_lowercase()) {
        check.invalid(&name, format_args!("in lower case {reason}"));
    }
}

fn match_resources(check: &mut Check, resources: &At<'_, '_>, may_delete: bool) {
    selector::labels(check, &resources.get("namespaceSelector"));
    selector::labels(check, &resources.get("objectSelector"));
    for list in ["resourceRules", "excludeResourceRules"] {
        for rule in resources.get(list).items() {
            unequal_names(check, &rule.get("resourceNames"), text::path_segment);
            resource_rule(check, &rule, may_delete || list != "resourceRules");
        }
    }
}

/// A binding of a policy, validating or mutating.
pub(super) fn binding(check: &mut Check, object: &At<'_, '_>) {
    let spec = object.get("spec");
    check.required_text(&spec.get("policyName"), text::subdomain);
    let param = spec.get("paramRef");
    if param.is_set() {
        let name = param.get("name");
        let selector = param.get("selector");
        check.text_rule(&name, text::path_segment);
        selector::labels(check, &selector);
        match (!name.is_empty(), selector.is_set()) {
            (true, true) => check.forbidden(&selector, "must not be set together with `name`"),
            (false, false) => check.invalid(&param, "must have either `name` or `selector`"),
            _ => {}
        }
        check.not_empty(&param.get("parameterNotFoundAction"));
    }
    match_resources(check, &spec.get("matchResources"), true);
}

/// A binding of a validating policy.
pub(super) fn validating_binding(check: &mut Check, object: &At<'_, '_>) {
    binding(check, object);
    let spec = object.get("spec");
    let actions = spec.get("validationActions");
    check.not_empty(&actions);
    unequal_names(check, &actions, |_| None);
    let has = |text: &str| actions.items().any(|action| action.text() == text);
    if has("Deny") && has("Warn") {
        check.invalid(
            &actions,
            "must not have both `Deny` and `Warn`, which say the same",
        );
    }
}
