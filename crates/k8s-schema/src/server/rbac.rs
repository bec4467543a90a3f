//! Roles and whom they are given to.

use super::at::At;
use super::{selector, text};
use crate::check::Check;

const GROUP: &str = "rbac.authorization.k8s.io";

pub(super) fn role(check: &mut Check, object: &At<'_, '_>) {
    for rule in object.get("rules").items() {
        policy_rule(check, &rule, true);
    }
}

pub(super) fn cluster_role(check: &mut Check, object: &At<'_, '_>) {
    for rule in object.get("rules").items() {
        policy_rule(check, &rule, false);
    }
    let aggregation = object.get("aggregationRule");
    if !aggregation.is_set() {
        return;
    }
    let selectors = aggregation.get("clusterRoleSelectors");
    check.not_empty(&selectors);
    for selector in selectors.items() {
        selector::labels(check, &selector);
    }
}

fn policy_rule(check: &mut Check, rule: &At<'_, '_>, is_namespaced: bool) {
    let urls = rule.get("nonResourceURLs");
    let groups = rule.get("apiGroups");
    let resources = rule.get("resources");
    check.not_empty(&rule.get("verbs"));
    if urls.is_empty() {
        if groups.is_empty() {
            check.required(&groups, Some("`[\"\"]` is the core group"));
        }
        check.not_empty(&resources);
        return;
    }
    if is_namespaced {
        check.forbidden(&urls, "may only be set in a ClusterRole");
    } else if !groups.is_empty() || !resources.is_empty() || !rule.get("resourceNames").is_empty() {
        check.forbidden(&urls, "must not be set together with resources");
    }
}

pub(super) fn role_binding(check: &mut Check, object: &At<'_, '_>) {
    binding(check, object, &["Role", "ClusterRole"]);
}

pub(super) fn cluster_role_binding(check: &mut Check, object: &At<'_, '_>) {
    binding(check, object, &["ClusterRole"]);
}

fn binding(check: &mut Check, object: &At<'_, '_>, roles: &[&str]) {
    let role = object.get("roleRef");
    let group = role.get("apiGroup");
    if !matches!(group.text(), "" | GROUP) {
        check.unsupported(&group, &[GROUP]);
    }
    let kind = role.get("kind");
    if kind.is_empty() {
        check.required(&kind, None);
    } else if !roles.contains(&kind.text()) {
        check.unsupported(&kind, roles);
    }
    check.required_text(&role.get("name"), text::path_segment);
    let is_namespaced = roles.len() > 1;
    for subject in object.get("subjects").items() {
        self::subject(check, &subject, is_namespaced);
    }
}

fn subject(check: &mut Check, subject: &At<'_, '_>, is_namespaced: bool) {
    let kind = subject.get("kind");
    let name = subject.get("name");
    let group = subject.get("apiGroup");
    check.not_empty(&name);
    match kind.text() {
        "ServiceAccount" => {
            check.text_rule(&name, text::subdomain);
            if !group.is_empty() {
                check.invalid(
                    &group,
                    "must be empty for a ServiceAccount, which is in the core group",
                );
            }
            let namespace = subject.get("namespace");
            if !is_namespaced && namespace.is_empty() {
                check.required(
                    &namespace,
                    Some("a ClusterRoleBinding has no namespace of its own"),
                );
            }
        }
        "User" | "Group" => {
            if !matches!(group.text(), "" | GROUP) {
                check.unsupported(&group, &[GROUP]);
            }
        }
        "" => check.required(&kind, None),
        _ => check.unsupported(&kind, &["ServiceAccount", "User", "Group"]),
    }
}
