//! Specifications of pods, and templates of them.

mod affinity;
mod annotations;
mod container;
mod dns;
mod env;
mod mounts;
mod probe;
mod projected;
pub(super) mod resources;
mod security;
mod spread;
mod system;
pub(super) mod tolerations;
pub(super) mod volume;
mod volume_sources;

use super::at::At;
use super::seen::Seen;
use super::{meta, text};
use crate::check::Check;
use container::Role;

/// What parts of a pod have to know of the whole.
struct Pod<'v> {
    /// Whether it is a pod itself, not a template of pods.
    is_pod: bool,
    host_network: bool,
    /// Whether the pod shares the users of its node.
    host_users: bool,
    restart_policy: &'v str,
    /// The seconds that a pod has to end; `None` if that cannot be told.
    grace: Option<i64>,
    os: &'v str,
    /// The names of its volumes.
    volumes: Seen<&'v str>,
    /// Whether there may be volumes that are not known.
    has_open_volumes: bool,
    /// The names of its claims on devices.
    claims: Seen<&'v str>,
}

/// What a pod is made from.
#[derive(Clone, Copy)]
pub(super) struct Made<'a, 'v, 'p> {
    /// The metadata of the pod.
    pub(super) metadata: &'a At<'v, 'p>,
    pub(super) is_pod: bool,
    /// The templates of claims that become volumes.
    pub(super) claims: Option<&'a At<'v, 'p>>,
    /// Whether the one who makes it sets the pod's host name.
    pub(super) sets_hostname: bool,
}

/// A template of pods: its metadata and its specification.
pub(super) fn template(check: &mut Check, template: &At<'_, '_>) {
    template_with(check, template, None);
}

/// The same, with templates of claims that become volumes.
pub(super) fn template_with(check: &mut Check, template: &At<'_, '_>, claims: Option<&At<'_, '_>>) {
    let metadata = template.get("metadata");
    meta::template(check, &metadata);
    let made = Made {
        metadata: &metadata,
        is_pod: false,
        claims,
        sets_hostname: claims.is_some(),
    };
    spec(check, &template.get("spec"), made);
    let ephemeral = template.get("spec");
    let ephemeral = ephemeral.get("ephemeralContainers");
    if !ephemeral.is_empty() {
        check.forbidden(
            &ephemeral,
            "must not be set in a template: they are added to running pods",
        );
    }
}

/// A whole Pod.
pub(super) fn whole(check: &mut Check, object: &At<'_, '_>) {
    let metadata = object.get("metadata");
    let at = object.get("spec");
    let made = Made {
        metadata: &metadata,
        is_pod: true,
        claims: None,
        sets_hostname: false,
    };
    spec(check, &at, made);
    let ephemeral = at.get("ephemeralContainers");
    if !ephemeral.is_empty() {
        check.forbidden(&ephemeral, "must not be set when a pod is created");
    }
    let node = at.get("nodeName");
    if !node.is_empty() && !at.get("schedulingGates").is_empty() {
        check.forbidden(&node, "must not be set while there are `schedulingGates`");
    }
}

fn spec(check: &mut Check, spec: &At<'_, '_>, made: Made<'_, '_, '_>) {
    let mut pod = Pod {
        is_pod: made.is_pod,
        host_network: false,
        host_users: true,
        restart_policy: "Always",
        grace: Some(30),
        os: "",
        volumes: Seen::new(),
        has_open_volumes: !spec.view.is_map(),
        claims: Seen::new(),
    };
    for (key, field) in spec.fields() {
        match key {
            "hostNetwork" => pod.host_network = field.is_true(),
            "hostUsers" => pod.host_users = !field.is_false(),
            "restartPolicy" if !field.is_empty() => pod.restart_policy = field.text(),
            "terminationGracePeriodSeconds" if field.is_set() => pod.grace = check.int(&field),
            "os" => pod.os = field.get("name").text(),
            "volumes" => {
                pod.has_open_volumes |= field.is_set() && !field.view.is_seq();
                for volume in field.items() {
                    let name = volume.get("name");
                    pod.has_open_volumes |= name.is_open() || name.is_empty();
                    pod.volumes.insert(name.text());
                }
            }
            "resourceClaims" => {
                for claim in field.items() {
                    pod.claims.insert(claim.get("name").text());
                }
            }
            _ => {}
        }
    }
    let mut claimed = Seen::new();
    for claim in made
        .claims
        .iter()
        .flat_map(|claims| claims.items().map(|c| c.view))
    {
        let name = claim
            .get("metadata")
            .and_then(|metadata| metadata.get("name"));
        let name = name.map_or("", |name| name.text());
        pod.has_open_volumes |= text::is_open(name);
        pod.volumes.insert(name);
        claimed.insert(name);
    }
    let mut has_containers = false;
    for (key, field) in spec.fields() {
        match key {
            "containers" => {
                has_containers = !field.is_empty();
                containers(check, &pod, &field, Role::Main, &mut Seen::new());
            }
            "initContainers" => {
                let mut names = Seen::new();
                for container in spec.get("containers").items() {
                    names.insert(container.get("name").text());
                }
                containers(check, &pod, &field, Role::Init, &mut names);
            }
            "volumes" => volume::list(check, &pod, &field, &claimed, made.metadata),
            "resourceClaims" => resource_claims(check, &field),
            "affinity" => affinity::check(check, &field),
            "tolerations" => tolerations::list(check, &field),
            "topologySpreadConstraints" => spread::list(check, &field),
            "nodeSelector" => meta::labels(check, &field),
            "securityContext" => security::of_pod(check, spec, &field),
            "dnsPolicy" | "dnsConfig" | "hostAliases" => dns::field(check, spec, key, &field),
            "serviceAccountName" | "nodeName" | "priorityClassName" | "runtimeClassName" => {
                check.text_rule(&field, text::subdomain);
            }
            "hostname" | "subdomain" if !made.sets_hostname => check.text_rule(&field, text::label),
            "hostnameOverride" => hostname_override(check, &pod, spec, &field),
            "activeDeadlineSeconds" => check.range(&field, 1, i64::from(i32::MAX)),
            "shareProcessNamespace" if field.is_true() && spec.get("hostPID").is_true() => {
                check.invalid(&field, "must not be set together with `hostPID`");
            }
            "readinessGates" => {
                for gate in field.items() {
                    check.required_text(&gate.get("conditionType"), text::label_key);
                }
            }
            "schedulingGates" => gates(check, &field),
            "overhead" => resources::amounts(check, &field, resources::container_name),
            "resources" => resources::of_pod(check, &pod, spec, &field),
            "os" => check.not_empty(&field.get("name")),
            _ => {}
        }
    }
    if !has_containers {
        check.required(&spec.get("containers"), None);
    }
    system::check(check, &pod, spec);
    annotations::check(check, spec, &made.metadata.get("annotations"));
}

fn containers<'v>(
    check: &mut Check,
    pod: &Pod<'v>,
    list: &At<'v, '_>,
    role: Role,
    names: &mut Seen<&'v str>,
) {
    let mut host_ports = Seen::new();
    for container in list.items() {
        let name = container.get("name");
        if !name.text().is_empty() && !names.insert(name.text()) {
            let message = format!("duplicate container `{}`", name.text());
            check.duplicate(&name, message);
        }
        if role == Role::Init {
            host_ports = Seen::new();
        }
        container::check(check, pod, &container, role, &mut host_ports);
    }
}

fn resource_claims(check: &mut Check, claims: &At<'_, '_>) {
    let mut names = Seen::new();
    for claim in claims.items() {
        let name = claim.get("name");
        check.required_text(&name, text::label);
        if !name.is_empty() && !names.insert(name.text()) {
            check.duplicate(&name, format!("duplicate claim `{}`", name.text()));
        }
        let by_name = claim.get("resourceClaimName");
        let by_template = claim.get("resourceClaimTemplateName");
        if by_name.is_set() && by_template.is_set() {
            check.forbidden(
                &by_template,
                "must not be set together with `resourceClaimName`",
            );
        } else if !by_name.is_set() && !by_template.is_set() {
            let reason = "must have either `resourceClaimName` or `resourceClaimTemplateName`";
            check.invalid(&claim, reason);
        }
        check.text_rule(&by_name, text::subdomain);
        check.text_rule(&by_template, text::subdomain);
    }
}

fn gates(check: &mut Check, gates: &At<'_, '_>) {
    let mut names = Seen::new();
    for gate in gates.items() {
        let name = gate.get("name");
        check.required_text(&name, text::label_key);
        if !name.is_empty() && !names.insert(name.text()) {
            check.duplicate(&name, format!("duplicate gate `{}`", name.text()));
        }
    }
}

fn hostname_override(check: &mut Check, pod: &Pod<'_>, spec: &At<'_, '_>, field: &At<'_, '_>) {
    if !field.is_set() {
        return;
    }
    if spec.get("setHostnameAsFQDN").is_true() {
        check.forbidden(field, "must not be set together with `setHostnameAsFQDN`");
    }
    if pod.host_network {
        check.forbidden(field, "must not be set together with `hostNetwork`");
    }
    if field.text().len() > 64 {
        check.invalid(field, "must not be longer than 64 characters");
    }
    check.required_text(field, text::subdomain);
}

/// A port by number or by name.
pub(super) fn port(check: &mut Check, at: &At<'_, '_>) {
    container::port(check, at);
}
