//! The level that keeps containers from getting out.

use super::{PodSecurityLevel, each_container, each_context, has_own_users, refuse, refuse_field};
use crate::check::Check;
use crate::server::at::At;

const CAPABILITIES: [&str; 13] = [
    "AUDIT_WRITE",
    "CHOWN",
    "DAC_OVERRIDE",
    "FOWNER",
    "FSETID",
    "KILL",
    "MKNOD",
    "NET_BIND_SERVICE",
    "SETFCAP",
    "SETGID",
    "SETPCAP",
    "SETUID",
    "SYS_CHROOT",
];

/// Kernel parameters that are safe, with the minor version since which they count as such.
const SYSCTLS: [(&str, u16); 14] = [
    ("kernel.shm_rmid_forced", 0),
    ("net.ipv4.ip_local_port_range", 0),
    ("net.ipv4.tcp_syncookies", 0),
    ("net.ipv4.ping_group_range", 0),
    ("net.ipv4.ip_unprivileged_port_start", 0),
    ("net.ipv4.ip_local_reserved_ports", 27),
    ("net.ipv4.tcp_keepalive_time", 29),
    ("net.ipv4.tcp_fin_timeout", 29),
    ("net.ipv4.tcp_keepalive_intvl", 29),
    ("net.ipv4.tcp_keepalive_probes", 29),
    ("net.ipv4.tcp_rmem", 32),
    ("net.ipv4.tcp_wmem", 32),
    ("net.ipv4.tcp_slow_start_after_idle", 37),
    ("net.ipv4.tcp_notsent_lowat", 37),
];

/// Types of SELinux, with the minor version since which they are allowed.
const SELINUX_TYPES: [(&str, u16); 4] = [
    ("container_t", 0),
    ("container_init_t", 0),
    ("container_kvm_t", 0),
    ("container_engine_t", 31),
];

/// Since this minor version probes and hooks must not leave the pod.
const HOSTS_SINCE: u16 = 34;

const APPARMOR: &str = "container.apparmor.security.beta.kubernetes.io/";

/// The level above says more about some of this; then it is told there.
pub(super) fn judge(
    check: &mut Check,
    spec: &At<'_, '_>,
    annotations: &At<'_, '_>,
    level: PodSecurityLevel,
) {
    let is_all = level == PodSecurityLevel::Baseline;
    for key in ["hostNetwork", "hostPID", "hostIPC"] {
        let field = spec.get(key);
        if field.is_true() {
            refuse(check, &field, "must not be true");
        }
    }
    if is_all {
        for volume in spec.get("volumes").items() {
            let source = volume.get("hostPath");
            if source.is_set() {
                refuse_field(check, &source, "volumes are not allowed");
            }
        }
    }
    sysctls(check, spec);
    each_context(spec, |context| in_context(check, context));
    let may_unmask = has_own_users(check, spec) && is_all;
    each_container(spec, |container| {
        in_container(check, container, is_all);
        let mount = container.get("securityContext");
        let mount = mount.get("procMount");
        if !may_unmask && !matches!(mount.text(), "" | "Default") {
            refuse(check, &mount, "must be `Default`");
        }
    });
    for (key, annotation) in annotations.fields() {
        let profile = annotation.text();
        let is_allowed =
            matches!(profile, "" | "runtime/default") || profile.starts_with("localhost/");
        if key.starts_with(APPARMOR) && !is_allowed {
            refuse(
                check,
                &annotation,
                "must be `runtime/default`, or a profile after `localhost/`",
            );
        }
    }
}

fn sysctls(check: &mut Check, spec: &At<'_, '_>) {
    let minor = check.version.minor();
    let context = spec.get("securityContext");
    for parameter in context.get("sysctls").items() {
        let name = parameter.get("name");
        let is_safe = |(safe, since): &(&str, u16)| *safe == name.text() && *since <= minor;
        if !SYSCTLS.iter().any(is_safe) {
            refuse(check, &name, "is not an allowed kernel parameter");
        }
    }
}

/// What pods and containers have in common.
fn in_context(check: &mut Check, context: &At<'_, '_>) {
    let minor = check.version.minor();
    for (kind, allowed) in [
        ("seccompProfile", ["RuntimeDefault", "Localhost"]),
        ("appArmorProfile", ["RuntimeDefault", "Localhost"]),
    ] {
        let profile = context.get(kind);
        let ty = profile.get("type");
        if profile.is_set() && !allowed.contains(&ty.text()) {
            refuse(check, &ty, "must be `RuntimeDefault` or `Localhost`");
        }
    }
    let options = context.get("seLinuxOptions");
    let ty = options.get("type");
    let is_allowed = |(known, since): &(&str, u16)| *known == ty.text() && *since <= minor;
    if !ty.is_empty() && !SELINUX_TYPES.iter().any(is_allowed) {
        refuse(check, &ty, "is not an allowed SELinux type");
    }
    for key in ["user", "role"] {
        let field = options.get(key);
        if !field.is_empty() {
            refuse_field(check, &field, "of SELinux must not be set");
        }
    }
    let windows = context.get("windowsOptions");
    let process = windows.get("hostProcess");
    if process.is_true() {
        refuse(check, &process, "must not be true");
    }
}

fn in_container(check: &mut Check, container: &At<'_, '_>, is_all: bool) {
    let context = container.get("securityContext");
    let privileged = context.get("privileged");
    if privileged.is_true() {
        refuse(check, &privileged, "must not be true");
    }
    if is_all {
        let capabilities = context.get("capabilities");
        for capability in capabilities.get("add").items() {
            if !CAPABILITIES.contains(&capability.text()) {
                let reason = format!(
                    "adds the capability `{}`, which is not allowed",
                    capability.text()
                );
                refuse(check, &capability, &reason);
            }
        }
    }
    for port in container.get("ports").items() {
        let host = port.get("hostPort");
        if check.int(&host).is_some_and(|port| port != 0) {
            refuse_field(check, &host, "must not be set");
        }
    }
    if check.version.minor() >= HOSTS_SINCE {
        hosts(check, container);
    }
}

/// The hosts that probes and hooks call.
fn hosts(check: &mut Check, container: &At<'_, '_>) {
    let lifecycle = container.get("lifecycle");
    let handlers = [
        container.get("livenessProbe"),
        container.get("readinessProbe"),
        container.get("startupProbe"),
        lifecycle.get("postStart"),
        lifecycle.get("preStop"),
    ];
    for handler in handlers {
        for kind in ["httpGet", "tcpSocket"] {
            let action = handler.get(kind);
            let host = action.get("host");
            if !host.is_empty() {
                refuse_field(check, &host, "must not be set");
            }
        }
    }
}
