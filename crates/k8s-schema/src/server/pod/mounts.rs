//! Where containers see volumes.

use super::super::at::At;
use super::super::seen::Seen;
use super::super::text;
use super::Pod;
use crate::check::Check;

pub(super) fn mounts<'v>(
    check: &mut Check,
    pod: &Pod<'v>,
    container: &At<'v, '_>,
    mounts: &At<'v, '_>,
) {
    let mut paths = Seen::new();
    let (mut devices, mut device_paths) = (Seen::new(), Seen::new());
    for device in container.get("volumeDevices").items() {
        devices.insert(device.get("name").text());
        device_paths.insert(device.get("devicePath").text());
    }
    for mount in mounts.items() {
        let mut name = mount.get("name");
        let mut path = mount.get("mountPath");
        let (mut sub_path, mut has_expr) = ("", false);
        for (key, field) in mount.fields() {
            match key {
                "name" => name = field,
                "mountPath" => path = field,
                "subPath" => {
                    sub_path = field.text();
                    check.text_rule(&field, text::relative_path);
                }
                "subPathExpr" => {
                    has_expr = !field.is_empty();
                    check.text_rule(&field, text::relative_path);
                }
                "mountPropagation" if field.text() == "Bidirectional" => {
                    if !container.get("securityContext").get("privileged").is_true() {
                        check.invalid(&field, "is available only to privileged containers");
                    }
                }
                "recursiveReadOnly" => recursive_read_only(check, &mount, &field),
                _ => {}
            }
        }
        named(check, pod, &name);
        if path.is_empty() {
            check.required(&path, None);
        } else if !paths.insert(path.text()) {
            check.duplicate(&path, format!("duplicate volume at `{}`", path.text()));
        }
        if has_expr && !sub_path.is_empty() {
            let at = mount.get("subPathExpr");
            check.forbidden(&at, "must not be set together with `subPath`");
        }
        if !name.is_empty() && devices.contains(name.text()) {
            check.invalid(&name, "must not be in `volumeDevices`, too");
        }
        if !path.is_empty() && device_paths.contains(path.text()) {
            check.invalid(&path, "must not be a path of `volumeDevices`, too");
        }
    }
}

/// Whether the pod has the volume.
fn named(check: &mut Check, pod: &Pod<'_>, name: &At<'_, '_>) {
    if name.is_empty() {
        check.required(name, None);
    } else if !pod.has_open_volumes && !pod.volumes.contains(name.text()) {
        check.invalid(name, "is not a volume of the pod");
    }
}

fn recursive_read_only(check: &mut Check, mount: &At<'_, '_>, field: &At<'_, '_>) {
    if !matches!(field.text(), "Enabled" | "IfPossible") {
        return;
    }
    if !mount.get("readOnly").is_true() {
        check.forbidden(field, "may only be set together with `readOnly: true`");
    }
    if !matches!(mount.get("mountPropagation").text(), "" | "None") {
        check.forbidden(field, "must not be set together with `mountPropagation`");
    }
}

pub(super) fn devices(check: &mut Check, pod: &Pod<'_>, devices: &At<'_, '_>) {
    let mut names = Seen::new();
    let mut paths = Seen::new();
    for device in devices.items() {
        let name = device.get("name");
        named(check, pod, &name);
        if !name.is_empty() && !names.insert(name.text()) {
            check.duplicate(&name, format!("duplicate device `{}`", name.text()));
        }
        let path = device.get("devicePath");
        check.required_text(&path, text::no_backsteps);
        if !path.is_empty() && !paths.insert(path.text()) {
            check.duplicate(&path, format!("duplicate device at `{}`", path.text()));
        }
    }
}
