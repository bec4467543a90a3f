//! What depends on the pod's operating system, and on the users of its node.

use super::super::at::At;
use super::Pod;
use super::security::USERS_SINCE;
use crate::check::Check;

/// What a pod on Windows cannot have, beside itself and its containers.
const NO_WINDOWS_POD: [&str; 4] = ["hostUsers", "hostPID", "hostIPC", "shareProcessNamespace"];
const NO_WINDOWS_POD_CONTEXT: [&str; 11] = [
    "appArmorProfile",
    "seLinuxOptions",
    "seccompProfile",
    "fsGroup",
    "fsGroupChangePolicy",
    "sysctls",
    "runAsUser",
    "runAsGroup",
    "supplementalGroups",
    "supplementalGroupsPolicy",
    "seLinuxChangePolicy",
];
const NO_WINDOWS_CONTAINER_CONTEXT: [&str; 10] = [
    "appArmorProfile",
    "seLinuxOptions",
    "seccompProfile",
    "capabilities",
    "readOnlyRootFilesystem",
    "privileged",
    "allowPrivilegeEscalation",
    "procMount",
    "runAsUser",
    "runAsGroup",
];

pub(super) fn check(check: &mut Check, pod: &Pod<'_>, spec: &At<'_, '_>) {
    match pod.os {
        "windows" => windows(check, spec),
        "linux" => linux(check, spec),
        _ => {}
    }
    if !pod.host_users && check.version.minor() >= USERS_SINCE {
        for key in ["hostNetwork", "hostPID", "hostIPC"] {
            let field = spec.get(key);
            if field.is_true() {
                check.forbidden(&field, "must not be set together with `hostUsers: false`");
            }
        }
    }
    host_process(check, pod, spec);
}

/// Does something with every container.
fn each_container(spec: &At<'_, '_>, mut with: impl FnMut(&At<'_, '_>)) {
    for list in ["initContainers", "containers", "ephemeralContainers"] {
        for container in spec.get(list).items() {
            with(&container);
        }
    }
}

fn linux(check: &mut Check, spec: &At<'_, '_>) {
    let mut refuse = |context: &At<'_, '_>| {
        let options = context.get("windowsOptions");
        if options.is_set() {
            check.forbidden(&options, "must not be set for a Linux pod");
        }
    };
    refuse(&spec.get("securityContext"));
    each_container(spec, |container| refuse(&container.get("securityContext")));
}

fn windows(check: &mut Check, spec: &At<'_, '_>) {
    let mut refuse = |at: &At<'_, '_>, keys: &[&str]| {
        for key in keys {
            let field = at.get(key);
            let is_flag = matches!(*key, "hostPID" | "hostIPC");
            if field.is_set() && !(is_flag && field.is_false()) {
                check.forbidden(&field, "must not be set for a Windows pod");
            }
        }
    };
    refuse(spec, &NO_WINDOWS_POD);
    refuse(&spec.get("securityContext"), &NO_WINDOWS_POD_CONTEXT);
    each_container(spec, |container| {
        let context = container.get("securityContext");
        refuse(&context, &NO_WINDOWS_CONTAINER_CONTEXT);
    });
}

/// Containers that are processes of the host: all or none, and in its network.
fn host_process(check: &mut Check, pod: &Pod<'_>, spec: &At<'_, '_>) {
    let context = spec.get("securityContext");
    let options = context.get("windowsOptions");
    let of_pod = options.get("hostProcess");
    let (mut all, mut hosts) = (0, 0);
    each_container(spec, |container| {
        all += 1;
        let context = container.get("securityContext");
        let options = context.get("windowsOptions");
        let own = options.get("hostProcess");
        if own.is_set() && of_pod.is_set() && own.is_true() != of_pod.is_true() {
            check.invalid(&own, "must equal that of the pod");
        }
        hosts += usize::from(if own.is_set() {
            own.is_true()
        } else {
            of_pod.is_true()
        });
    });
    if hosts == 0 {
        return;
    }
    if hosts != all {
        check.invalid(
            spec,
            "must have `hostProcess` for all of its containers, or for none",
        );
    }
    let network = spec.get("hostNetwork");
    if !pod.host_network && !network.is_open() {
        if network.is_set() {
            check.invalid(&network, "must be set for a pod of host processes");
        } else {
            check.required(
                &network,
                Some("a pod of host processes is in the host's network"),
            );
        }
    }
}
