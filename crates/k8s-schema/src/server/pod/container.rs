//! Containers of a pod.

use super::super::at::At;
use super::super::report::IntOrText;
use super::super::seen::Seen;
use super::super::text;
use super::{Pod, env, mounts, probe, resources, security};
use crate::check::Check;

/// Since this minor version any container may have a restart policy.
const RESTART_RULES_SINCE: u16 = 35;

/// What a container is there for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Main,
    Init,
}

pub(super) fn check<'v>(
    check: &mut Check,
    pod: &Pod<'v>,
    container: &At<'v, '_>,
    role: Role,
    host_ports: &mut Seen<(&'v str, &'v str, i64)>,
) {
    let (mut has_name, mut has_image) = (false, false);
    let is_sidecar = role == Role::Init && container.get("restartPolicy").text() == "Always";
    let may_probe = role == Role::Main || is_sidecar;
    for (key, field) in container.fields() {
        match key {
            "name" => {
                has_name = !field.is_empty();
                check.text_rule(&field, text::label);
            }
            "image" => {
                has_image = !field.is_empty();
                let image = field.text();
                if pod.is_pod && image.trim() != image {
                    check.invalid(&field, "must not begin or end with white space");
                }
            }
            "ports" => ports(check, pod, &field, host_ports),
            "env" => env::list(check, &field),
            "envFrom" => env::sources(check, &field),
            "volumeMounts" => mounts::mounts(check, pod, container, &field),
            "volumeDevices" => mounts::devices(check, pod, &field),
            "resources" => resources::of_container(check, pod, &field),
            "resizePolicy" => resize_policy(check, pod, &field, role, is_sidecar),
            "securityContext" => security::of_container(check, pod, &field),
            "restartPolicy" => restart_policy(check, container, &field, role),
            "livenessProbe" | "readinessProbe" | "startupProbe" | "lifecycle"
                if field.is_set() && !may_probe =>
            {
                check.forbidden(
                    &field,
                    "must not be set on an init container without `restartPolicy: Always`",
                );
            }
            "livenessProbe" | "readinessProbe" | "startupProbe" => {
                probe::probe(check, key, &field);
            }
            "lifecycle" => probe::lifecycle(check, pod, &field),
            _ => {}
        }
    }
    if !has_name {
        check.required(&container.get("name"), None);
    }
    if !has_image {
        check.required(&container.get("image"), None);
    }
}

fn restart_policy(check: &mut Check, container: &At<'_, '_>, field: &At<'_, '_>, role: Role) {
    if !field.is_set() {
        let rules = container.get("restartPolicyRules");
        if !rules.is_empty() {
            check.required(field, Some("rules for restarts need a policy"));
        }
        return;
    }
    let may_have_any = check.version.minor() >= RESTART_RULES_SINCE;
    match role {
        Role::Main if !may_have_any => check.forbidden(
            field,
            "must not be set on a container that is not an init container before Kubernetes 1.35",
        ),
        Role::Init if !may_have_any && field.text() != "Always" => {
            check.unsupported(field, &["Always"]);
        }
        _ => {}
    }
}

fn resize_policy(
    check: &mut Check,
    pod: &Pod<'_>,
    policies: &At<'_, '_>,
    role: Role,
    is_sidecar: bool,
) {
    let mut resources = Seen::new();
    for policy in policies.items() {
        let resource = policy.get("resourceName");
        match resource.text() {
            "cpu" | "memory" => {}
            "" => check.required(&resource, None),
            _ => check.unsupported(&resource, &["cpu", "memory"]),
        }
        if !resource.is_empty() && !resources.insert(resource.text()) {
            let message = format!("duplicate policy for `{}`", resource.text());
            check.duplicate(&resource, message);
        }
        let restart = policy.get("restartPolicy");
        check.not_empty(&restart);
        if restart.text() == "RestartContainer" {
            if pod.restart_policy == "Never" {
                check.invalid(
                    &restart,
                    "must be `NotRequired` in a pod that is never restarted",
                );
            } else if role == Role::Init && !is_sidecar {
                check.invalid(
                    &restart,
                    "must be `NotRequired` on an init container that ends",
                );
            }
        }
    }
}

fn ports<'v>(
    check: &mut Check,
    pod: &Pod<'v>,
    ports: &At<'v, '_>,
    host_ports: &mut Seen<(&'v str, &'v str, i64)>,
) {
    let mut names = Seen::new();
    for port in ports.items() {
        let (mut own, mut hosts) = (0, 0);
        let (mut protocol, mut ip) = ("TCP", "");
        for (key, field) in port.fields() {
            match key {
                "name" => {
                    let name = field.text();
                    if name.is_empty() {
                    } else if let Some(reason) = text::port_name(name) {
                        check.invalid(&field, reason);
                    } else if !names.insert(name) {
                        check.duplicate(&field, format!("duplicate port `{name}`"));
                    }
                }
                "containerPort" => {
                    own = check.int(&field).unwrap_or(0);
                    check.port_number(&field);
                }
                "hostPort" => {
                    hosts = check.int(&field).unwrap_or(0);
                    if hosts != 0 {
                        check.port_number(&field);
                    }
                }
                "protocol" if !field.is_empty() => protocol = field.text(),
                "hostIP" => ip = field.text(),
                _ => {}
            }
        }
        let at = port.get("hostPort");
        let is_own = port.get("containerPort");
        if !is_own.is_set() {
            check.required(&is_own, None);
        }
        if pod.host_network && hosts != 0 && hosts != own && !is_own.is_open() {
            check.invalid(&at, "must equal `containerPort` with `hostNetwork`");
        }
        if pod.host_network && pod.is_pod && hosts == 0 {
            hosts = own;
        }
        if hosts != 0 && !host_ports.insert((protocol, ip, hosts)) {
            let at = if at.is_set() { at } else { is_own };
            check.duplicate(&at, format!("port {hosts} of the node is already taken"));
        }
    }
}

/// A port by number or by name.
pub(super) fn port(check: &mut Check, at: &At<'_, '_>) {
    match check.int_or_text(at) {
        IntOrText::Int(number) if !(1..=65535).contains(&number) => {
            check.invalid(at, "must be between 1 and 65535");
        }
        IntOrText::Text(name) => {
            if let Some(reason) = text::port_name(name) {
                check.invalid(at, format_args!("as a port's name {reason}"));
            }
        }
        IntOrText::None if !at.is_set() => check.required(at, None),
        _ => {}
    }
}
