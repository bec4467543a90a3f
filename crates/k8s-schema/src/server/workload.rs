//! What keeps pods running: Deployments and their kin.

use super::at::At;
use super::report::IntOrText;
use super::{pod, selector, storage, text};
use crate::check::Check;

pub(super) fn deployment(check: &mut Check, object: &At<'_, '_>) {
    let spec = object.get("spec");
    for (key, field) in spec.fields() {
        match key {
            "replicas" | "minReadySeconds" | "revisionHistoryLimit" => check.not_negative(&field),
            "strategy" => deployment_strategy(check, &field),
            "progressDeadlineSeconds" if field.is_set() => {
                check.not_negative(&field);
                let ready = check.int(&spec.get("minReadySeconds")).unwrap_or(0);
                if check.int(&field).is_some_and(|deadline| deadline <= ready) {
                    check.invalid(
                        &field,
                        format_args!("must be more than the `minReadySeconds`, {ready}"),
                    );
                }
            }
            _ => {}
        }
    }
    selected_template(check, &spec);
}

fn deployment_strategy(check: &mut Check, strategy: &At<'_, '_>) {
    let rolling = strategy.get("rollingUpdate");
    if strategy.get("type").text() == "Recreate" {
        if rolling.is_set() {
            check.forbidden(&rolling, "must not be set with the type `Recreate`");
        }
        return;
    }
    let unavailable = rolling.get("maxUnavailable");
    let surge = rolling.get("maxSurge");
    portion(check, &unavailable);
    amount_or_percent(check, &surge);
    if is_zero(check, &unavailable) && is_zero(check, &surge) {
        check.invalid(
            &unavailable,
            "must not be 0 while `maxSurge` is 0: no pod could be replaced",
        );
    }
}

pub(super) fn replica_set(check: &mut Check, object: &At<'_, '_>) {
    let spec = object.get("spec");
    check.not_negative(&spec.get("replicas"));
    check.not_negative(&spec.get("minReadySeconds"));
    selected_template(check, &spec);
}

pub(super) fn daemon_set(check: &mut Check, object: &At<'_, '_>) {
    let spec = object.get("spec");
    check.not_negative(&spec.get("minReadySeconds"));
    check.not_negative(&spec.get("revisionHistoryLimit"));
    let strategy = spec.get("updateStrategy");
    let rolling = strategy.get("rollingUpdate");
    if strategy.get("type").text() != "OnDelete" {
        let unavailable = rolling.get("maxUnavailable");
        let surge = rolling.get("maxSurge");
        portion(check, &unavailable);
        portion(check, &surge);
        let has_surge = surge.is_set() && !is_zero(check, &surge);
        let has_unavailable = if unavailable.is_set() {
            !is_zero(check, &unavailable)
        } else {
            // The default is 1, whatever the surge is.
            true
        };
        let is_open = unavailable.is_open() || surge.is_open();
        if has_surge && has_unavailable && !is_open {
            check.forbidden(
                &surge,
                "must not be set while `maxUnavailable`, 1 by default, is not 0",
            );
        } else if !has_surge && !has_unavailable && !is_open {
            check.invalid(
                &unavailable,
                "must not be 0 while `maxSurge` is 0: no pod could be replaced",
            );
        }
    }
    selected_template(check, &spec);
}

pub(super) fn stateful_set(check: &mut Check, object: &At<'_, '_>) {
    let spec = object.get("spec");
    check.not_negative(&spec.get("replicas"));
    check.not_negative(&spec.get("minReadySeconds"));
    check.not_negative(&spec.get("ordinals").get("start"));
    // Before, any text was taken, and the pods then had no names in DNS.
    if check.version.minor() >= SERVICE_NAME_SINCE {
        check.text_rule(&spec.get("serviceName"), text::label);
    }
    let strategy = spec.get("updateStrategy");
    let ty = strategy.get("type");
    let rolling = strategy.get("rollingUpdate");
    match ty.text() {
        "" | "RollingUpdate" => {
            check.not_negative(&rolling.get("partition"));
            let unavailable = rolling.get("maxUnavailable");
            // Before, it was dropped.
            if check.version.minor() >= UNAVAILABLE_SINCE {
                portion(check, &unavailable);
                if is_zero(check, &unavailable) {
                    check.invalid(&unavailable, "must not be 0");
                }
            }
        }
        "OnDelete" => {
            if rolling.is_set() {
                check.forbidden(&rolling, "may only be set with the type `RollingUpdate`");
            }
        }
        _ => check.unsupported(&ty, &["RollingUpdate", "OnDelete"]),
    }
    let claims = spec.get("volumeClaimTemplates");
    for claim in claims.items() {
        let metadata = claim.get("metadata");
        check.required_text(&metadata.get("name"), text::label);
        storage::claim_spec(check, &claim.get("spec"));
    }
    selected(check, &spec);
    let template = spec.get("template");
    pod::template_with(check, &template, Some(&claims));
    always(check, &template);
}

/// Since this minor version the Service of a StatefulSet needs a name that a Service can have.
const SERVICE_NAME_SINCE: u16 = 35;

/// Since this minor version several pods of a StatefulSet may be replaced at once.
const UNAVAILABLE_SINCE: u16 = 37;

pub(super) fn replication_controller(check: &mut Check, object: &At<'_, '_>) {
    let spec = object.get("spec");
    check.not_negative(&spec.get("replicas"));
    check.not_negative(&spec.get("minReadySeconds"));
    let template = spec.get("template");
    let labels = template.get("metadata");
    let labels = labels.get("labels");
    // Without a selector the labels of the template are it.
    let asked = spec.get("selector");
    if asked.is_empty() && labels.is_empty() {
        check.required(&asked, None);
    } else if let Some(part) = selector::mismatch_map(&asked, &labels) {
        mismatch(check, &labels, &part);
    }
    pod::template(check, &template);
    always(check, &template);
}

/// A selector, and the template of the pods that it has to select.
fn selected_template(check: &mut Check, spec: &At<'_, '_>) {
    selected(check, spec);
    let template = spec.get("template");
    pod::template(check, &template);
    always(check, &template);
}

fn selected(check: &mut Check, spec: &At<'_, '_>) {
    let asked = spec.get("selector");
    if !asked.is_set() {
        check.required(&asked, None);
        return;
    }
    if selector::is_blank(&asked) && asked.view.is_map() {
        check.invalid(
            &asked,
            "must not be empty: it would select no pods of its own",
        );
        return;
    }
    let before = check.wrong();
    selector::labels(check, &asked);
    // What the selector selects cannot be told while it is wrong.
    if check.wrong() == before {
        let template = spec.get("template");
        let labels = template.get("metadata");
        let labels = labels.get("labels");
        if let Some(part) = selector::mismatch(&asked, &labels) {
            mismatch(check, &labels, &part);
        }
    }
}

pub(super) fn mismatch(check: &mut Check, labels: &At<'_, '_>, part: &str) {
    if labels.is_set() {
        check.invalid(
            labels,
            format_args!("of the template do not match the selector: {part} is not met"),
        );
    } else {
        let help = format!("the selector asks for {part}");
        check.required(labels, Some(&help));
    }
}

/// Pods that are kept running are always restarted, and have no deadline.
fn always(check: &mut Check, template: &At<'_, '_>) {
    let spec = template.get("spec");
    let policy = spec.get("restartPolicy");
    if !matches!(policy.text(), "" | "Always") {
        check.unsupported(&policy, &["Always"]);
    }
    let deadline = spec.get("activeDeadlineSeconds");
    if deadline.is_set() {
        check.forbidden(&deadline, "must not be set for pods that are kept running");
    }
}

/// A number, or a percentage of at most 100.
pub(super) fn portion(check: &mut Check, at: &At<'_, '_>) {
    amount_or_percent(check, at);
    if percent(at.text()).is_some_and(|percent| percent > 100) {
        check.invalid(at, "must not be more than 100%");
    }
}

/// A number, or a percentage.
fn amount_or_percent(check: &mut Check, at: &At<'_, '_>) {
    match check.int_or_text(at) {
        IntOrText::Int(number) if number < 0 => check.invalid(at, "must not be negative"),
        IntOrText::Text(text) if percent(text).is_none() => {
            check.invalid(
                at,
                "must be a number without quotes, or digits followed by `%`",
            );
        }
        _ => {}
    }
}

fn percent(text: &str) -> Option<u64> {
    let digits = text.strip_suffix('%')?;
    let is_number = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    is_number.then(|| digits.parse().unwrap_or(u64::MAX))
}

fn is_zero(check: &Check, at: &At<'_, '_>) -> bool {
    match check.int_or_text(at) {
        IntOrText::Int(number) => number == 0,
        IntOrText::Text(text) => percent(text) == Some(0),
        IntOrText::None => false,
    }
}
