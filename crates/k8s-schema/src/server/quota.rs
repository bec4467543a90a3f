//! Bounds for what stands in a namespace.

use super::at::{At, Index};
use super::pod::resources;
use super::seen::Seen;
use super::text;
use crate::check::Check;

/// What quotas count without a domain before the name.
const COUNTED: [&str; 19] = [
    "cpu",
    "memory",
    "ephemeral-storage",
    "requests.cpu",
    "requests.memory",
    "requests.storage",
    "requests.ephemeral-storage",
    "limits.cpu",
    "limits.memory",
    "limits.ephemeral-storage",
    "pods",
    "resourcequotas",
    "services",
    "replicationcontrollers",
    "secrets",
    "persistentvolumeclaims",
    "configmaps",
    "services.nodeports",
    "services.loadbalancers",
];

fn is_counted(name: &str) -> bool {
    let name_of_pages = name.strip_prefix("requests.").unwrap_or(name);
    COUNTED.contains(&name) || resources::is_hugepages(name_of_pages)
}

fn quota_name(name: &str) -> Option<&'static str> {
    text::label_key(name).or_else(|| {
        (!name.contains('/') && !is_counted(name)).then_some("is not a resource that quotas count")
    })
}

pub(super) fn quota(check: &mut Check, object: &At<'_, '_>) {
    let spec = object.get("spec");
    let hard = spec.get("hard");
    resources::amounts(check, &hard, quota_name);
    let mut seen = Seen::new();
    for scope in spec.get("scopes").items() {
        check_scope(check, &scope, &hard, &mut seen);
    }
    let mut seen = Seen::new();
    let selector = spec.get("scopeSelector");
    for requirement in selector.get("matchExpressions").items() {
        let scope = requirement.get("scopeName");
        check.not_empty(&scope);
        check_scope(check, &scope, &hard, &mut seen);
        scope_operands(check, &requirement, scope.text());
    }
}

fn scope_operands(check: &mut Check, requirement: &At<'_, '_>, scope: &str) {
    let operator = requirement.get("operator");
    let values = requirement.get("values");
    let is_yes_or_no = !matches!(scope, "PriorityClass" | "VolumeAttributesClass" | "");
    match operator.text() {
        "" => check.required(&operator, None),
        other if is_yes_or_no && other != "Exists" => {
            check.invalid(
                &operator,
                format_args!("must be `Exists` for the scope `{scope}`"),
            );
        }
        "In" | "NotIn" => check.not_empty(&values),
        "Exists" | "DoesNotExist" => {
            if !values.is_empty() {
                check.forbidden(&values, "must not be set with `Exists` and `DoesNotExist`");
            }
        }
        _ => {}
    }
}

/// Holds a scope against what is counted and against the scopes before it.
fn check_scope<'v>(
    check: &mut Check,
    scope: &At<'v, '_>,
    hard: &At<'_, '_>,
    seen: &mut Seen<&'v str>,
) {
    const WITHOUT_CLAIMS: &[&str] = &[
        "pods",
        "cpu",
        "memory",
        "limits.cpu",
        "limits.memory",
        "requests.cpu",
        "requests.memory",
    ];
    let (goes_with, opposite): (&[&str], _) = match scope.text() {
        "BestEffort" => (&["pods"], "NotBestEffort"),
        "NotBestEffort" => (WITHOUT_CLAIMS, "BestEffort"),
        "Terminating" => (WITHOUT_CLAIMS, "NotTerminating"),
        "NotTerminating" => (WITHOUT_CLAIMS, "Terminating"),
        "PriorityClass" | "CrossNamespacePodAffinity" => (WITHOUT_CLAIMS, ""),
        "VolumeAttributesClass" => (&["persistentvolumeclaims", "requests.storage"], ""),
        _ => return,
    };
    if !seen.insert(scope.text()) {
        return;
    }
    let mut counted = hard.fields().map(|(name, _)| name);
    if let Some(name) = counted.find(|name| is_counted(name) && !goes_with.contains(name)) {
        check.invalid(scope, format_args!("does not go with `{name}`"));
    }
    if seen.contains(opposite) {
        check.invalid(scope, "contradicts another scope");
    }
}

pub(super) fn limit_range(check: &mut Check, object: &At<'_, '_>) {
    let mut types = Seen::new();
    for limit in object.get("spec").get("limits").items() {
        let ty = limit.get("type");
        let kind = ty.text();
        let is_known =
            matches!(kind, "Pod" | "Container" | "PersistentVolumeClaim") || kind.contains('/');
        if kind.is_empty() {
            check.required(&ty, None);
        } else if !is_known {
            check.unsupported(&ty, &["Pod", "Container", "PersistentVolumeClaim"]);
        } else if !types.insert(kind) {
            check.duplicate(
                &ty,
                format!("there are already limits of the type `{kind}`"),
            );
        }
        bounds(check, &limit, kind);
    }
}

fn bounds(check: &mut Check, limit: &At<'_, '_>, kind: &str) {
    let least = limit.get("min");
    let most = limit.get("max");
    let default = limit.get("default");
    let request = limit.get("defaultRequest");
    let ratio = limit.get("maxLimitRequestRatio");
    let rule = match kind {
        "Pod" | "Container" => resources::container_name,
        _ => resources::any_name,
    };
    for amounts in [&least, &most, &default, &request, &ratio] {
        for (name, amount) in amounts.fields() {
            if let Some(reason) = rule(name) {
                check.invalid_key(&amount, "the resource", reason);
            }
        }
    }
    if kind == "Pod" {
        for field in [&default, &request] {
            if !field.is_empty() {
                check.forbidden(field, "must not be set for the type `Pod`");
            }
        }
    }
    if kind == "PersistentVolumeClaim"
        && !least.get("storage").is_set()
        && !most.get("storage").is_set()
    {
        check.invalid(limit, "must have `min` or `max` of `storage`");
    }
    // Which of two amounts must not be more than the other, and at which it is told.
    let before = check.wrong();
    not_more(check, (&least, "min"), (&most, "max"), true);
    let is_upside_down = check.wrong() > before;
    if !is_upside_down {
        not_more(check, (&least, "min"), (&request, "defaultRequest"), false);
    }
    not_more(check, (&request, "defaultRequest"), (&most, "max"), true);
    not_more(
        check,
        (&request, "defaultRequest"),
        (&default, "default"),
        true,
    );
    if !is_upside_down {
        not_more(check, (&least, "min"), (&default, "default"), false);
    }
    not_more(check, (&default, "default"), (&most, "max"), true);
    let defaults = Index::of(&default);
    for (name, own) in request.fields() {
        let default = defaults.get(name);
        if default.is_set()
            && !resources::may_overcommit(name)
            && check.quantity(&own) != check.quantity(&default)
        {
            check.invalid(
                &own,
                format_args!("must equal `default`, which is `{}`", default.text()),
            );
        }
    }
    ratios(check, &ratio, &least, &most);
}

/// Refuses amounts of `low` that are more than those of `high`.
fn not_more(
    check: &mut Check,
    (low, low_name): (&At<'_, '_>, &str),
    (high, high_name): (&At<'_, '_>, &str),
    at_low: bool,
) {
    let highs = Index::of(high);
    for (name, lower) in low.fields() {
        let higher = highs.get(name);
        let (Some(a), Some(b)) = (check.quantity(&lower), check.quantity(&higher)) else {
            continue;
        };
        if a > b && at_low {
            let (name, text) = (high_name, higher.text());
            check.invalid(
                &lower,
                format_args!("must not be more than `{name}`, which is `{text}`"),
            );
        } else if a > b {
            let (name, text) = (low_name, lower.text());
            check.invalid(
                &higher,
                format_args!("must not be less than `{name}`, which is `{text}`"),
            );
        }
    }
}

fn ratios(check: &mut Check, ratio: &At<'_, '_>, least: &At<'_, '_>, most: &At<'_, '_>) {
    let (least, most) = (Index::of(least), Index::of(most));
    for (name, own) in ratio.fields() {
        let Some(worth) = check.quantity(&own) else {
            continue;
        };
        let low = check.quantity(&least.get(name));
        let high = check.quantity(&most.get(name));
        if worth.as_f64() < 1.0 {
            check.invalid(&own, "must not be less than 1");
        } else if let (Some(low), Some(high)) = (low, high)
            && high
                .per(low)
                .is_some_and(|possible| worth.as_f64() > possible)
        {
            check.invalid(&own, "must not be more than `max` over `min`");
        }
    }
}
