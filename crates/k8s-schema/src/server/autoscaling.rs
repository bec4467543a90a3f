//! What scales pods, and what keeps them while nodes are drained.

use super::at::At;
use super::pod::resources::container_name;
use super::quantity::Quantity;
use super::{selector, text, workload};
use crate::check::Check;

/// Since this minor version there may be no replicas at all.
const ZERO_SINCE: u16 = 37;

/// Since this minor version what is scaled has to name its group.
const GROUP_SINCE: u16 = 34;

const SOURCES: [(&str, &str); 5] = [
    ("Object", "object"),
    ("Pods", "pods"),
    ("Resource", "resource"),
    ("ContainerResource", "containerResource"),
    ("External", "external"),
];

pub(super) fn v1(check: &mut Check, object: &At<'_, '_>) {
    let spec = object.get("spec");
    replicas(check, &spec);
    target_object(
        check,
        &spec.get("scaleTargetRef"),
        spec.get("scaleTargetRef").get("kind").text() == "ReplicationController",
    );
    let usage = spec.get("targetCPUUtilizationPercentage");
    check.range(&usage, 1, i64::MAX);
}

pub(super) fn v2(check: &mut Check, object: &At<'_, '_>) {
    let spec = object.get("spec");
    replicas(check, &spec);
    let target = spec.get("scaleTargetRef");
    let is_core = target.get("kind").text() == "ReplicationController";
    target_object(check, &target, is_core);
    let metrics = spec.get("metrics");
    for metric in metrics.items() {
        self::metric(check, &metric);
    }
    let behavior = spec.get("behavior");
    for direction in ["scaleUp", "scaleDown"] {
        let rules = behavior.get(direction);
        if rules.is_set() {
            scaling_rules(check, &rules);
        }
    }
}

fn replicas(check: &mut Check, spec: &At<'_, '_>) {
    let least = spec.get("minReplicas");
    let most = spec.get("maxReplicas");
    let may_be_zero = check.version.minor() >= ZERO_SINCE;
    check.range(&least, i64::from(!may_be_zero), i64::MAX);
    if most.is_set() {
        check.range(&most, 1, i64::MAX);
    } else {
        check.required(&most, None);
    }
    if let (Some(low), Some(high)) = (check.int(&least), check.int(&most))
        && high < low
    {
        check.invalid(
            &most,
            format_args!("must not be less than `minReplicas`, which is {low}"),
        );
    }
    if check.int(&least) == Some(0) && may_be_zero {
        let metrics = spec.get("metrics");
        let from_outside =
            |metric: At<'_, '_>| matches!(metric.get("type").text(), "Object" | "External");
        if !metrics.items().any(from_outside) {
            let reason = "must have one of the types `Object` or `External` to scale up from zero";
            if metrics.is_set() {
                check.invalid(&metrics, reason);
            } else {
                check.invalid(
                    &least,
                    "needs a metric of the types `Object` or `External` to scale up from",
                );
            }
        }
    }
}

/// The object that is scaled, or whose metric is looked at.
fn target_object(check: &mut Check, target: &At<'_, '_>, may_be_core: bool) {
    check.required_text(&target.get("kind"), text::path_segment);
    check.required_text(&target.get("name"), text::path_segment);
    let version = target.get("apiVersion");
    let group = version.text();
    if check.version.minor() < GROUP_SINCE {
        return;
    }
    if group.matches('/').count() > 1 {
        check.invalid(
            &version,
            "must be a group and a version with `/` between them",
        );
    } else if !may_be_core && !group.contains('/') {
        if group.is_empty() {
            check.required(&version, Some("a Deployment is in `apps/v1`"));
        } else {
            check.invalid(&version, "must have a group, such as `apps/v1`");
        }
    }
}

fn metric(check: &mut Check, metric: &At<'_, '_>) {
    let ty = metric.get("type");
    check.not_empty(&ty);
    let expected = SOURCES.iter().find(|(name, _)| *name == ty.text());
    if ty.is_open() {
        return;
    }
    for (_, field) in SOURCES {
        let source = metric.get(field);
        match expected {
            Some((name, own)) if *own == field => {
                if source.is_set() {
                    self::source(check, field, &source);
                } else {
                    check.required(&source, Some(&format!("the type `{name}` needs it")));
                }
            }
            Some((name, _)) if source.is_set() => {
                check.forbidden(
                    &source,
                    format_args!("must not be set with the type `{name}`"),
                );
            }
            _ => {}
        }
    }
}

fn source(check: &mut Check, kind: &str, source: &At<'_, '_>) {
    let target = source.get("target");
    let average = target.get("averageValue");
    let value = target.get("value");
    let usage = target.get("averageUtilization");
    match kind {
        "resource" | "containerResource" => {
            let name = source.get("name");
            if kind == "resource" {
                check.not_empty(&name);
            } else {
                check.required_text(&name, container_name);
                check.required_text(&source.get("container"), text::label);
            }
            either(check, &target, &usage, &average);
        }
        _ => {
            let metric = source.get("metric");
            check.required_text(&metric.get("name"), text::path_segment);
            match kind {
                "object" => {
                    target_object(check, &source.get("describedObject"), true);
                    if !value.is_set() && !average.is_set() {
                        check.invalid(&target, "must have `value` or `averageValue`");
                    }
                }
                "external" => either(check, &target, &average, &value),
                _ => {
                    if !average.is_set() {
                        check.required(&average, None);
                    }
                }
            }
        }
    }
    check.not_empty(&target.get("type"));
    check.quantity_positive(&value);
    check.quantity_positive(&average);
    check.range(&usage, 1, i64::MAX);
}

/// Exactly one of two fields.
fn either(check: &mut Check, holder: &At<'_, '_>, one: &At<'_, '_>, other: &At<'_, '_>) {
    let (first, second) = (
        one.place.last_key().unwrap_or_default(),
        other.place.last_key().unwrap_or_default(),
    );
    match (one.is_set(), other.is_set()) {
        (true, true) => check.forbidden(
            other,
            format_args!("must not be set together with `{first}`"),
        ),
        (false, false) if holder.is_set() => {
            check.invalid(
                holder,
                format_args!("must have either `{first}` or `{second}`"),
            );
        }
        (false, false) => check.required(holder, None),
        _ => {}
    }
}

fn scaling_rules(check: &mut Check, rules: &At<'_, '_>) {
    check.range(&rules.get("stabilizationWindowSeconds"), 0, 3600);
    let tolerance = rules.get("tolerance");
    if check
        .quantity(&tolerance)
        .is_some_and(|t| t < Quantity::ZERO)
    {
        check.invalid(&tolerance, "must not be negative");
    }
    let policies = rules.get("policies");
    if policies.is_set() {
        check.not_empty(&policies);
    }
    for policy in policies.items() {
        check.not_empty(&policy.get("type"));
        let value = policy.get("value");
        let period = policy.get("periodSeconds");
        for field in [&value, &period] {
            if !field.is_set() {
                check.required(field, None);
            }
        }
        check.range(&value, 1, i64::MAX);
        check.range(&period, 1, 1800);
    }
}

pub(super) fn budget(check: &mut Check, object: &At<'_, '_>) {
    let spec = object.get("spec");
    let least = spec.get("minAvailable");
    let most = spec.get("maxUnavailable");
    if least.is_set() && most.is_set() {
        check.forbidden(&most, "must not be set together with `minAvailable`");
    }
    workload::portion(check, &least);
    workload::portion(check, &most);
    selector::labels(check, &spec.get("selector"));
}
