//! Probes and hooks.

use super::super::at::At;
use super::super::text;
use super::Pod;
use super::container::port;
use crate::check::Check;

/// What can be done to a container, in the order in which the server looks for it.
const HANDLERS: [&str; 5] = ["exec", "httpGet", "tcpSocket", "grpc", "sleep"];

pub(super) fn probe(check: &mut Check, kind: &str, probe: &At<'_, '_>) {
    if !probe.is_set() {
        return;
    }
    handler(check, probe, &HANDLERS[..4], None);
    for (key, field) in probe.fields() {
        match key {
            "successThreshold" if kind != "readinessProbe" => {
                if check
                    .int(&field)
                    .is_some_and(|count| count != 0 && count != 1)
                {
                    check.invalid(&field, format_args!("must be 1 in a `{kind}`"));
                }
            }
            "initialDelaySeconds"
            | "timeoutSeconds"
            | "periodSeconds"
            | "successThreshold"
            | "failureThreshold" => check.not_negative(&field),
            "terminationGracePeriodSeconds" if field.is_set() => {
                if kind == "readinessProbe" {
                    check.forbidden(&field, "must not be set in a `readinessProbe`");
                } else {
                    check.range(&field, 1, i64::MAX);
                }
            }
            _ => {}
        }
    }
}

pub(super) fn lifecycle(check: &mut Check, pod: &Pod<'_>, lifecycle: &At<'_, '_>) {
    for (key, field) in lifecycle.fields() {
        match key {
            "postStart" | "preStop" if field.is_set() => {
                let handlers = ["exec", "httpGet", "tcpSocket", "sleep"];
                handler(check, &field, &handlers, pod.grace);
            }
            _ => {}
        }
    }
}

/// Whether there is one way of doing it, and whether that is right.
fn handler(check: &mut Check, at: &At<'_, '_>, handlers: &[&str], grace: Option<i64>) {
    let mut first = None;
    for kind in handlers {
        let field = at.get(kind);
        if !field.is_set() {
            continue;
        }
        match first {
            Some(first) => {
                check.forbidden(
                    &field,
                    format_args!("must not be set together with `{first}`"),
                );
            }
            None => {
                first = Some(kind);
                action(check, kind, &field, grace);
            }
        }
    }
    if first.is_none() {
        let list = handlers.join("`, `");
        check.invalid(at, format_args!("must have one of `{list}`"));
    }
}

fn action(check: &mut Check, kind: &str, action: &At<'_, '_>, grace: Option<i64>) {
    match kind {
        "exec" => check.not_empty(&action.get("command")),
        "httpGet" => {
            port(check, &action.get("port"));
            for header in action.get("httpHeaders").items() {
                check.required_text(&header.get("name"), text::http_header);
            }
            http_protocol(check, action);
        }
        "tcpSocket" => port(check, &action.get("port")),
        "grpc" => {
            let number = action.get("port");
            if number.is_set() {
                check.port_number(&number);
            } else {
                check.required(&number, None);
            }
        }
        _ => {
            let seconds = action.get("seconds");
            let count = check.int(&seconds).unwrap_or(0);
            if let Some(grace) = grace
                && !(0..=grace).contains(&count)
            {
                check.invalid(
                    &seconds,
                    format_args!(
                        "must be between 0 and the {grace} seconds that the pod has to end"
                    ),
                );
            }
        }
    }
}

fn http_protocol(check: &mut Check, action: &At<'_, '_>) {
    let protocol = action.get("protocol");
    if protocol.text() != "HTTP2" {
        return;
    }
    if !matches!(action.get("scheme").text(), "" | "HTTP") {
        check.invalid(&protocol, "is only possible with the scheme `HTTP`");
    }
    let host = action.get("host");
    if !host.is_empty() {
        check.invalid(&host, "must not be set together with the protocol `HTTP2`");
    }
}
