//! Priority and fairness of requests to the API server.

use super::at::At;
use super::text;
use crate::check::Check;

const VERBS: [&str; 9] = [
    "get",
    "list",
    "create",
    "update",
    "delete",
    "deletecollection",
    "patch",
    "watch",
    "proxy",
];

pub(super) fn schema(check: &mut Check, object: &At<'_, '_>) {
    let spec = object.get("spec");
    let precedence = spec.get("matchingPrecedence");
    let metadata = object.get("metadata");
    // 0 is the default.
    if check.int(&precedence) != Some(0) {
        check.range(&precedence, 1, 10_000);
    }
    if check.int(&precedence) == Some(1) && metadata.get("name").text() != "exempt" {
        check.invalid(&precedence, "is only for the schema `exempt`");
    }
    let level = spec.get("priorityLevelConfiguration");
    check.required_text(&level.get("name"), text::subdomain);
    for rule in spec.get("rules").items() {
        let subjects = rule.get("subjects");
        check.not_empty(&subjects);
        for subject in subjects.items() {
            self::subject(check, &subject);
        }
        let of_resources = rule.get("resourceRules");
        let of_others = rule.get("nonResourceRules");
        if of_resources.is_empty() && of_others.is_empty() {
            check.invalid(&rule, "must have `resourceRules` or `nonResourceRules`");
        }
        for rule in of_resources.items() {
            resource_rule(check, &rule);
        }
        for rule in of_others.items() {
            verbs(check, &rule.get("verbs"));
            let urls = rule.get("nonResourceURLs");
            check.not_empty(&urls);
            alone(check, &urls);
        }
    }
}

fn subject(check: &mut Check, subject: &At<'_, '_>) {
    const KINDS: [(&str, &str); 3] = [
        ("ServiceAccount", "serviceAccount"),
        ("User", "user"),
        ("Group", "group"),
    ];
    let kind = subject.get("kind");
    if !KINDS.iter().any(|(name, _)| *name == kind.text()) {
        return;
    }
    for (name, field) in KINDS {
        let who = subject.get(field);
        if kind.text() != name {
            if who.is_set() {
                check.forbidden(&who, format_args!("may only be set with the kind `{name}`"));
            }
            continue;
        }
        if !who.is_set() {
            check.required(&who, Some(&format!("the kind `{name}` needs it")));
            continue;
        }
        let name = who.get("name");
        check.not_empty(&name);
        if field == "serviceAccount" {
            if name.text() != "*" {
                check.text_rule(&name, text::subdomain);
            }
            check.required_text(&who.get("namespace"), text::label);
        }
    }
}

fn resource_rule(check: &mut Check, rule: &At<'_, '_>) {
    verbs(check, &rule.get("verbs"));
    for field in ["apiGroups", "resources"] {
        let list = rule.get(field);
        check.not_empty(&list);
        alone(check, &list);
    }
    let namespaces = rule.get("namespaces");
    let is_whole_cluster = rule.get("clusterScope").is_true();
    if namespaces.is_empty() && !is_whole_cluster {
        check.required(&namespaces, Some("`clusterScope` is the other choice"));
    }
    alone(check, &namespaces);
    for namespace in namespaces.items() {
        if namespace.text() != "*" {
            check.text_rule(&namespace, text::label);
        }
    }
}

fn verbs(check: &mut Check, verbs: &At<'_, '_>) {
    check.not_empty(verbs);
    alone(check, verbs);
    for verb in verbs.items() {
        if verb.text() != "*" && !VERBS.contains(&verb.text()) {
            check.unsupported(&verb, &VERBS);
        }
    }
}

/// `*` stands for all, so that nothing may stand beside it.
fn alone(check: &mut Check, list: &At<'_, '_>) {
    if list.count() > 1
        && let Some(all) = list.items().find(|item| item.text() == "*")
    {
        check.invalid(&all, "means all, so nothing else is allowed");
    }
}

pub(super) fn level(check: &mut Check, object: &At<'_, '_>) {
    let spec = object.get("spec");
    let ty = spec.get("type");
    let limited = spec.get("limited");
    let exempt = spec.get("exempt");
    let metadata = object.get("metadata");
    let name = metadata.get("name");
    match ty.text() {
        "Exempt" => {
            if limited.is_set() {
                check.forbidden(&limited, "may only be set with the type `Limited`");
            }
            if name.text() != "exempt" && !name.is_open() {
                check.invalid(&ty, "is only for the level `exempt`");
            }
        }
        "Limited" => {
            if exempt.is_set() {
                check.forbidden(&exempt, "may only be set with the type `Exempt`");
            }
            if limited.is_set() {
                self::limited(check, &limited);
            } else {
                check.required(&limited, Some("the type `Limited` needs it"));
            }
        }
        _ => {}
    }
}

fn limited(check: &mut Check, limited: &At<'_, '_>) {
    check.not_negative(&limited.get("nominalConcurrencyShares"));
    check.range(&limited.get("lendablePercent"), 0, 100);
    check.not_negative(&limited.get("borrowingLimitPercent"));
    let response = limited.get("limitResponse");
    let ty = response.get("type");
    let queuing = response.get("queuing");
    match ty.text() {
        "Reject" => {
            if queuing.is_set() {
                check.forbidden(&queuing, "may only be set with the type `Queue`");
            }
        }
        "Queue" => {
            if !queuing.is_set() {
                check.required(&queuing, Some("the type `Queue` needs it"));
            }
            let hands = queuing.get("handSize");
            let queues = queuing.get("queues");
            // 0 is the default of all of them.
            for (field, most) in [
                ("queueLengthLimit", i64::MAX),
                ("queues", 10_000_000),
                ("handSize", i64::MAX),
            ] {
                check.range(&queuing.get(field), 0, most);
            }
            let of =
                |count: Option<i64>, default: i64| count.filter(|c| *c != 0).unwrap_or(default);
            let count = of(check.int(&queues), 64);
            if of(check.int(&hands), 8) > count {
                if hands.is_set() {
                    check.invalid(
                        &hands,
                        format_args!("must not be more than the {count} queues"),
                    );
                } else {
                    check.invalid(&queues, "must not be less than `handSize`, 8 by default");
                }
            }
        }
        _ => {}
    }
}
