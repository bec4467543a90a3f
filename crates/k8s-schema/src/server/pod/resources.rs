//! What containers ask for and may use.

use rustc_hash::FxHashMap;

use super::super::at::{At, Index};
use super::super::quantity::Quantity;
use super::super::seen::Seen;
use super::super::text;
use super::Pod;
use crate::check::Check;

/// What has a meaning without a domain before it.
const STANDARD: [&str; 20] = [
    "cpu",
    "memory",
    "ephemeral-storage",
    "requests.cpu",
    "requests.memory",
    "requests.ephemeral-storage",
    "limits.cpu",
    "limits.memory",
    "limits.ephemeral-storage",
    "pods",
    "resourcequotas",
    "services",
    "replicationcontrollers",
    "secrets",
    "configmaps",
    "persistentvolumeclaims",
    "storage",
    "requests.storage",
    "services.nodeports",
    "services.loadbalancers",
];

/// What is counted in whole numbers.
const COUNTED: [&str; 9] = [
    "pods",
    "resourcequotas",
    "services",
    "replicationcontrollers",
    "secrets",
    "configmaps",
    "persistentvolumeclaims",
    "services.nodeports",
    "services.loadbalancers",
];

pub(in crate::server) fn is_hugepages(name: &str) -> bool {
    name.starts_with("hugepages-")
}

fn is_native(name: &str) -> bool {
    !name.contains('/') || name.contains("kubernetes.io/")
}

fn is_extended(name: &str) -> bool {
    !is_native(name) && !name.starts_with("requests.") && extended_fault(name).is_none()
}

/// Quotas put `requests.` before the name, which must leave it valid.
fn extended_fault(name: &str) -> Option<&'static str> {
    text::label_key(&format!("requests.{name}"))
}

/// Whether more may be asked for than there is.
pub(in crate::server) fn may_overcommit(name: &str) -> bool {
    is_native(name) && !is_hugepages(name)
}

/// Why a name is none of a resource.
pub(in crate::server) fn any_name(name: &str) -> Option<&'static str> {
    text::label_key(name).or_else(|| {
        let is_known = name.contains('/')
            || STANDARD.contains(&name)
            || is_hugepages(name)
            || name.starts_with("requests.hugepages-");
        (!is_known).then_some(
            "is unknown: resources of other vendors have a domain, such as `example.com/gpu`",
        )
    })
}

/// Why a name is none of a resource that containers have.
pub(in crate::server) fn container_name(name: &str) -> Option<&'static str> {
    if matches!(name, "cpu" | "memory" | "ephemeral-storage") {
        return None;
    }
    any_name(name).or_else(|| {
        if !name.contains('/') {
            (!is_hugepages(name)).then_some("is not a resource of containers: they have `cpu`, `memory`, `ephemeral-storage`, and those of vendors")
        } else if is_native(name) || is_extended(name) {
            None
        } else {
            Some("is not a valid name of an extended resource")
        }
    })
}

fn pod_name(name: &str) -> Option<&'static str> {
    any_name(name).or_else(|| {
        let is_known = matches!(name, "cpu" | "memory") || is_hugepages(name);
        (!is_known)
            .then_some("cannot be set for whole pods: only `cpu`, `memory` and huge pages can")
    })
}

/// Amounts by the names of resources: `limits`, `requests`, `hard`.
pub(in crate::server) fn amounts(
    check: &mut Check,
    amounts: &At<'_, '_>,
    rule: fn(&str) -> Option<&'static str>,
) {
    for (name, amount) in amounts.fields() {
        if let Some(reason) = rule(name) {
            check.invalid_key(&amount, "the resource", reason);
        }
        worth(check, name, &amount);
    }
}

/// Whether there can be so much of a resource.
pub(in crate::server) fn worth(check: &mut Check, name: &str, amount: &At<'_, '_>) {
    let Some(worth) = check.quantity(amount) else {
        return;
    };
    let is_counted = || COUNTED.contains(&name) || is_extended(name);
    if worth < Quantity::ZERO {
        check.invalid(amount, "must not be negative");
    } else if !worth.is_integer() && is_counted() {
        check.invalid(amount, "must be a whole number");
    } else if let Some(page) = name.strip_prefix("hugepages-").and_then(Quantity::of)
        && !worth.is_multiple_of(page)
    {
        check.invalid(amount, "must be a multiple of the page's size");
    }
}

pub(super) fn of_container(check: &mut Check, pod: &Pod<'_>, resources: &At<'_, '_>) {
    pair(check, resources, container_name);
    let claims = resources.get("claims");
    claim_names(check, pod, &claims);
}

/// Limits and requests, each by itself and against each other.
fn pair(check: &mut Check, resources: &At<'_, '_>, rule: fn(&str) -> Option<&'static str>) {
    let limits = resources.get("limits");
    let requests = resources.get("requests");
    amounts(check, &limits, rule);
    amounts(check, &requests, rule);
    let bounds = Index::of(&limits);
    for (name, request) in requests.fields() {
        let limit = bounds.get(name);
        let may_overcommit = may_overcommit(name);
        if !limit.is_set() {
            let is_known = limits.view.is_map() || !limits.is_set();
            if !may_overcommit && rule(name).is_none() && is_known {
                let help = "what cannot be shared needs a limit that equals the request";
                check.required(&limit, Some(help));
            }
            continue;
        }
        let (Some(asked), Some(most)) = (check.quantity(&request), check.quantity(&limit)) else {
            continue;
        };
        if asked != most && !may_overcommit {
            check.invalid(
                &request,
                format_args!("must equal the limit `{}`", limit.text()),
            );
        } else if asked > most {
            check.invalid(
                &request,
                format_args!("must not be more than the limit `{}`", limit.text()),
            );
        }
    }
    let has = |is: fn(&str) -> bool| {
        let mut names = limits.fields().chain(requests.fields());
        names.any(|(name, _)| is(name))
    };
    if has(is_hugepages) && !has(|name| matches!(name, "cpu" | "memory")) {
        check.invalid(
            resources,
            "must have `cpu` or `memory` along with huge pages",
        );
    }
}

fn claim_names(check: &mut Check, pod: &Pod<'_>, claims: &At<'_, '_>) {
    let mut seen = Seen::new();
    for claim in claims.items() {
        let name = claim.get("name");
        let request = claim.get("request");
        if name.is_empty() {
            check.required(&name, None);
            continue;
        }
        check.text_rule(&request, text::label);
        if !seen.insert((name.text(), request.text())) {
            check.duplicate(&claim, format!("duplicate claim `{}`", name.text()));
        }
        if !pod.claims.contains(name.text()) {
            check.invalid(&name, "is not one of the pod's `resourceClaims`");
        }
    }
}

/// Since this minor version whole pods have resources.
const POD_LEVEL_SINCE: u16 = 34;

pub(super) fn of_pod(check: &mut Check, pod: &Pod<'_>, spec: &At<'_, '_>, resources: &At<'_, '_>) {
    if !resources.is_set() || check.version.minor() < POD_LEVEL_SINCE {
        return;
    }
    if pod.os == "windows" {
        check.forbidden(resources, "must not be set for a Windows pod");
        return;
    }
    let claims = resources.get("claims");
    if claims.is_set() {
        check.forbidden(&claims, "must not be set for a whole pod");
    }
    pair(check, resources, pod_name);
    let mut sums = FxHashMap::default();
    let limits = resources.get("limits");
    let bounds = Index::of(&limits);
    for container in spec.get("containers").items() {
        let own = container.get("resources");
        for (name, request) in own.get("requests").fields() {
            if let Some(worth) = check.quantity(&request) {
                let sum = sums.entry(name).or_insert(Quantity::ZERO);
                *sum = sum.plus(worth);
            }
        }
        for (name, limit) in own.get("limits").fields() {
            let pods = bounds.get(name);
            if let (Some(own), Some(most)) = (check.quantity(&limit), check.quantity(&pods))
                && own > most
            {
                check.invalid(
                    &limit,
                    format_args!("must not be more than the pod's limit `{}`", pods.text()),
                );
            }
        }
    }
    for (name, request) in resources.get("requests").fields() {
        let sum = sums.get(name).copied().unwrap_or(Quantity::ZERO);
        if check.quantity(&request).is_some_and(|pods| pods < sum) {
            let reason = "must not be less than what the containers request in total";
            check.invalid(&request, reason);
        }
    }
}
