//! Claims on devices.

use super::at::At;
use super::seen::Seen;
use super::text;
use crate::check::Check;

const MAX_REQUESTS: usize = 32;

pub(super) fn claim(check: &mut Check, object: &At<'_, '_>) {
    devices(check, &object.get("spec").get("devices"));
}

pub(super) fn claim_template(check: &mut Check, object: &At<'_, '_>) {
    let template = object.get("spec");
    super::meta::template(check, &template.get("metadata"));
    devices(check, &template.get("spec").get("devices"));
}

fn devices(check: &mut Check, devices: &At<'_, '_>) {
    let requests = devices.get("requests");
    if requests.count() > MAX_REQUESTS {
        check.invalid(&requests, "must not have more than 32 items");
    }
    let mut names = Seen::new();
    for request in requests.items() {
        name(check, &request, &mut names);
        let exactly = request.get("exactly");
        let first = request.get("firstAvailable");
        // Before `resource.k8s.io/v1beta2` what is asked for stood in the request itself.
        let is_old = request.get("deviceClassName").is_set();
        match (exactly.is_set(), !first.is_empty()) {
            (true, true) => check.forbidden(&first, "must not be set together with `exactly`"),
            (true, false) => one(check, &exactly),
            (false, true) => {
                let mut names = Seen::new();
                for choice in first.items() {
                    name(check, &choice, &mut names);
                    one(check, &choice);
                }
            }
            (false, false) if is_old => one(check, &request),
            (false, false) => {
                check.invalid(&request, "must have either `exactly` or `firstAvailable`");
            }
        }
    }
}

fn name<'v>(check: &mut Check, request: &At<'v, '_>, names: &mut Seen<&'v str>) {
    let name = request.get("name");
    check.required_text(&name, text::label);
    if !name.is_empty() && !names.insert(name.text()) {
        check.duplicate(&name, format!("duplicate request `{}`", name.text()));
    }
}

fn one(check: &mut Check, request: &At<'_, '_>) {
    check.required_text(&request.get("deviceClassName"), text::subdomain);
    selectors(check, request);
    let mode = request.get("allocationMode");
    let count = request.get("count");
    match mode.text() {
        "" | "ExactCount" => check.range(&count, i64::from(!mode.is_empty()), i64::MAX),
        "All" => {
            if check.int(&count).is_some_and(|count| count != 0) {
                check.forbidden(&count, "must not be set with the mode `All`");
            }
        }
        _ => check.unsupported(&mode, &["ExactCount", "All"]),
    }
}

fn selectors(check: &mut Check, holder: &At<'_, '_>) {
    for selector in holder.get("selectors").items() {
        let cel = selector.get("cel");
        if cel.is_set() {
            check.not_empty(&cel.get("expression"));
        } else {
            check.required(&cel, None);
        }
    }
}

pub(super) fn class(check: &mut Check, object: &At<'_, '_>) {
    selectors(check, &object.get("spec"));
}
