//! Security contexts of pods and containers.

use super::super::at::At;
use super::super::seen::Seen;
use super::super::text;
use super::Pod;
use crate::check::Check;

/// Since this minor version pods may have users of their own.
pub(super) const USERS_SINCE: u16 = 33;

const MAX_ID: i64 = i32::MAX as i64;

pub(super) fn of_pod(check: &mut Check, spec: &At<'_, '_>, context: &At<'_, '_>) {
    for (key, field) in context.fields() {
        match key {
            "fsGroup" | "runAsUser" | "runAsGroup" => check.range(&field, 0, MAX_ID),
            "supplementalGroups" => {
                for group in field.items() {
                    check.range(&group, 0, MAX_ID);
                }
            }
            "sysctls" => sysctls(check, spec, &field),
            "seccompProfile" | "appArmorProfile" => profile(check, key, &field),
            "windowsOptions" => windows_options(check, &field),
            _ => {}
        }
    }
}

fn sysctls(check: &mut Check, spec: &At<'_, '_>, list: &At<'_, '_>) {
    const IPC: [&str; 4] = ["kernel.sem", "kernel.shm", "kernel.msg", "fs.mqueue."];
    let mut names = Seen::new();
    for parameter in list.items() {
        let at = parameter.get("name");
        check.required_text(&at, text::sysctl);
        let name = at.text();
        if !name.is_empty() && !names.insert(name) {
            check.duplicate(&at, format!("duplicate entry `{name}`"));
        }
        let is = |prefixes: &[&str]| {
            prefixes
                .iter()
                .any(|p| name.replace('/', ".").starts_with(p))
        };
        if is(&["net."]) && spec.get("hostNetwork").is_true() {
            check.invalid(&at, "must not be set together with `hostNetwork`");
        } else if is(&IPC) && spec.get("hostIPC").is_true() {
            check.invalid(&at, "must not be set together with `hostIPC`");
        }
    }
}

/// A profile of seccomp or AppArmor.
fn profile(check: &mut Check, kind: &str, profile: &At<'_, '_>) {
    if !profile.is_set() {
        return;
    }
    let ty = profile.get("type");
    let path = profile.get("localhostProfile");
    match ty.text() {
        "" => check.required(&ty, None),
        "Localhost" if !path.is_set() => {
            check.required(&path, Some("the type `Localhost` needs a profile"));
        }
        "Localhost" if kind == "seccompProfile" => check.text_rule(&path, text::relative_path),
        "Localhost" if path.text().trim().is_empty() => check.required(&path, None),
        "Localhost" if path.text().trim() != path.text() => {
            check.invalid(&path, "must not begin or end with white space");
        }
        "Localhost" | "RuntimeDefault" | "Unconfined" => {
            if ty.text() != "Localhost" && path.is_set() {
                check.forbidden(&path, "may only be set with the type `Localhost`");
            }
        }
        _ => check.unsupported(&ty, &["Unconfined", "RuntimeDefault", "Localhost"]),
    }
}

fn windows_options(check: &mut Check, options: &At<'_, '_>) {
    check.text_rule(&options.get("gmsaCredentialSpecName"), text::subdomain);
    let user = options.get("runAsUserName");
    if user.is_set()
        && let Some(reason) = windows_user(user.text())
    {
        check.invalid(&user, reason);
    }
}

/// Why a text is no name of a user of Windows: `domain\user`, or a user alone.
fn windows_user(text: &str) -> Option<&'static str> {
    let (domain, user) = match text.split_once('\\') {
        Some((_, user)) if user.contains('\\') => {
            return Some("must not contain more than one backslash");
        }
        Some((domain, user)) => (Some(domain), user),
        None => (None, text),
    };
    if text.chars().any(char::is_control) {
        Some("must not contain control characters")
    } else if domain.is_some_and(|domain| domain.is_empty() || domain.len() >= 256) {
        Some("must have a domain of at most 255 characters before the backslash")
    } else if user.is_empty() || user.len() > 104 {
        Some("must have the name of a user, of at most 104 characters")
    } else if user.chars().all(|c| matches!(c, '.' | ' ')) {
        Some("must not consist of dots and spaces only")
    } else if user.chars().any(|c| "\"/\\:;|=,+*?<>@[]".contains(c)) {
        Some("must not contain any of `\"/\\:;|=,+*?<>@[]`")
    } else {
        None
    }
}

pub(super) fn of_container(check: &mut Check, pod: &Pod<'_>, context: &At<'_, '_>) {
    for (key, field) in context.fields() {
        match key {
            "runAsUser" | "runAsGroup" => check.range(&field, 0, MAX_ID),
            "procMount"
                if field.text() == "Unmasked"
                    && pod.host_users
                    && check.version.minor() >= USERS_SINCE =>
            {
                check.invalid(&field, "needs `hostUsers: false` in the pod");
            }
            "seccompProfile" | "appArmorProfile" => profile(check, key, &field),
            "windowsOptions" => windows_options(check, &field),
            "allowPrivilegeEscalation" if field.is_false() => {
                let capabilities = context.get("capabilities");
                let added = capabilities.get("add");
                let mut added = added.items();
                if context.get("privileged").is_true() {
                    check.invalid(&field, "is not possible for a privileged container");
                } else if added.any(|capability| capability.text() == "CAP_SYS_ADMIN") {
                    check.invalid(
                        &field,
                        "is not possible with the capability `CAP_SYS_ADMIN`",
                    );
                }
            }
            _ => {}
        }
    }
}
