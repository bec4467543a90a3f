//! Annotations that say something about the pod.

use super::super::at::At;
use super::super::text;
use crate::check::Check;

const SECCOMP_POD: &str = "seccomp.security.alpha.kubernetes.io/pod";
const SECCOMP_CONTAINER: &str = "container.seccomp.security.alpha.kubernetes.io/";
const APPARMOR: &str = "container.apparmor.security.beta.kubernetes.io/";
const DELETION_COST: &str = "controller.kubernetes.io/pod-deletion-cost";
const MIRROR: &str = "kubernetes.io/config.mirror";

pub(super) fn check(check: &mut Check, spec: &At<'_, '_>, annotations: &At<'_, '_>) {
    for (key, annotation) in annotations.fields() {
        let Some((domain, _)) = key.split_once('/') else {
            continue;
        };
        if !domain.ends_with("kubernetes.io") {
            continue;
        }
        if key == SECCOMP_POD || key.starts_with(SECCOMP_CONTAINER) {
            seccomp(check, &annotation);
        } else if let Some(container) = key.strip_prefix(APPARMOR) {
            apparmor(check, spec, container, &annotation);
        } else if key == DELETION_COST {
            deletion_cost(check, &annotation);
        } else if key == MIRROR && spec.get("nodeName").is_empty() {
            check.forbidden(&annotation, "may only be set together with `nodeName`");
        }
    }
}

fn seccomp(check: &mut Check, annotation: &At<'_, '_>) {
    match annotation.text() {
        "runtime/default" | "docker/default" | "unconfined" => {}
        profile => match profile.strip_prefix("localhost/").map(text::relative_path) {
            Some(None) => {}
            Some(Some(reason)) => check.invalid(annotation, reason),
            None => check.invalid(
                annotation,
                "must be `runtime/default`, `unconfined`, or a profile after `localhost/`",
            ),
        },
    }
}

fn apparmor(check: &mut Check, spec: &At<'_, '_>, container: &str, annotation: &At<'_, '_>) {
    let is_there = ["containers", "initContainers", "ephemeralContainers"]
        .iter()
        .any(|list| {
            let list = spec.get(list);
            let mut containers = list.items();
            containers.any(|c| c.get("name").text() == container || c.get("name").is_open())
        });
    if !is_there {
        check.invalid_key(
            annotation,
            "the annotation",
            "names no container of the pod",
        );
    }
    let profile = annotation.text();
    let is_known = matches!(profile, "" | "runtime/default" | "unconfined")
        || profile.starts_with("localhost/");
    if !is_known {
        check.invalid(
            annotation,
            "must be `runtime/default`, `unconfined`, or a profile after `localhost/`",
        );
    }
}

fn deletion_cost(check: &mut Check, annotation: &At<'_, '_>) {
    let text = annotation.text();
    // The server counts zeros and a plus before the number as something else.
    let is_plain = text == "0" || !text.starts_with(['+', '0']);
    if !is_plain || text.parse::<i32>().is_err() {
        check.invalid(annotation, "must be a 32-bit integer");
    }
}
