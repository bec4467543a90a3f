//! The level that asks for hardened pods.

use super::{each_container, has_own_users, refuse, refuse_field};
use crate::check::Check;
use crate::server::at::At;

/// Where the volumes of a hardened pod may come from.
const VOLUMES: [&str; 9] = [
    "configMap",
    "csi",
    "downwardAPI",
    "emptyDir",
    "ephemeral",
    "image",
    "persistentVolumeClaim",
    "projected",
    "secret",
];

pub(super) fn judge(check: &mut Check, spec: &At<'_, '_>) {
    let os = spec.get("os");
    let is_windows = os.get("name").text() == "windows";
    let has_own_users = has_own_users(check, spec);
    let pod = spec.get("securityContext");
    volumes(check, spec);
    if !has_own_users {
        root(check, &pod);
    }
    let profile = pod.get("seccompProfile");
    let has_profile = profile.is_set();
    let non_root = pod.get("runAsNonRoot");
    each_container(spec, |container| {
        let context = container.get("securityContext");
        if !is_windows {
            escalation(check, &context);
            capabilities(check, &context);
            let own = context.get("seccompProfile");
            if !has_profile && !own.is_set() {
                let reason = "must be set, here or for the pod, to `RuntimeDefault` or `Localhost`";
                refuse(check, &own, reason);
            }
        }
        if !has_own_users {
            root(check, &context);
            let own = context.get("runAsNonRoot");
            // A `false` of the pod is told there.
            if !own.is_set() && !non_root.is_set() {
                refuse(check, &own, "must be true, here or for the pod");
            }
        }
    });
}

fn volumes(check: &mut Check, spec: &At<'_, '_>) {
    for volume in spec.get("volumes").items() {
        let is_allowed =
            |(kind, source): &(&str, At<'_, '_>)| VOLUMES.contains(kind) && source.is_set();
        if volume.fields().any(|field| is_allowed(&field)) {
            continue;
        }
        for (kind, source) in volume.fields() {
            if kind != "name" && source.is_set() {
                refuse_field(check, &source, "volumes are not allowed");
            }
        }
    }
}

/// Nothing may run as root.
fn root(check: &mut Check, context: &At<'_, '_>) {
    let non_root = context.get("runAsNonRoot");
    if non_root.is_false() {
        refuse(check, &non_root, "must be true");
    }
    let user = context.get("runAsUser");
    if check.int(&user) == Some(0) {
        refuse(check, &user, "must not be 0");
    }
}

fn escalation(check: &mut Check, context: &At<'_, '_>) {
    let field = context.get("allowPrivilegeEscalation");
    if !field.is_false() {
        refuse(check, &field, "must be false");
    }
}

fn capabilities(check: &mut Check, context: &At<'_, '_>) {
    let capabilities = context.get("capabilities");
    let dropped = capabilities.get("drop");
    if !dropped.items().any(|capability| capability.text() == "ALL") {
        refuse(check, &dropped, "must contain `ALL`");
    }
    for capability in capabilities.get("add").items() {
        if capability.text() != "NET_BIND_SERVICE" {
            let reason = format!(
                "adds the capability `{}`: only `NET_BIND_SERVICE` is allowed",
                capability.text()
            );
            refuse(check, &capability, &reason);
        }
    }
}
