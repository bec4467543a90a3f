//! Volumes of a pod.

use super::super::at::At;
use super::super::seen::Seen;
use super::super::text;
use super::{Pod, env, projected, volume_sources};
use crate::check::Check;

/// Modes of files are octal numbers up to 0777.
pub(super) const MAX_FILE_MODE: i64 = 0o777;

/// What a file made from the pod's own fields can hold.
pub(super) const FIELDS: [&str; 5] = [
    "metadata.name",
    "metadata.namespace",
    "metadata.labels",
    "metadata.annotations",
    "metadata.uid",
];

pub(super) fn list<'v>(
    check: &mut Check,
    pod: &Pod<'v>,
    volumes: &At<'v, '_>,
    claimed: &Seen<&'v str>,
    metadata: &At<'v, '_>,
) {
    let mut names = Seen::new();
    for volume in volumes.items() {
        let name = volume.get("name");
        // A template of a claim takes the place of the volume.
        if !claimed.is_empty() && claimed.contains(name.text()) {
            continue;
        }
        check.required_text(&name, text::label);
        if !name.is_empty() && !names.insert(name.text()) {
            check.duplicate(&name, format!("duplicate volume `{}`", name.text()));
        }
        volume_sources::of_pod(check, &volume);
        if pod.is_pod && volume.get("ephemeral").is_set() {
            claim_name(check, metadata, &name);
        }
    }
}

/// The claim of an ephemeral volume is called after the pod and the volume.
fn claim_name(check: &mut Check, metadata: &At<'_, '_>, name: &At<'_, '_>) {
    let pod = metadata.get("name");
    let claim = format!("{}-{}", pod.text(), name.text());
    if !pod.is_empty() && !name.is_empty() && !pod.is_open() && claim.len() > 253 {
        check.invalid(name, "makes the claim's name longer than 253 characters");
    }
}

/// A mode of files.
pub(super) fn mode(check: &mut Check, at: &At<'_, '_>) {
    if check
        .int(at)
        .is_some_and(|mode| !(0..=MAX_FILE_MODE).contains(&mode))
    {
        check.invalid(
            at,
            "must be a file mode between 0 and 0777 (octal), which is 511",
        );
    }
}

/// Files made from keys: of a ConfigMap or a Secret.
pub(super) fn keyed_files(check: &mut Check, source: &At<'_, '_>) {
    mode(check, &source.get("defaultMode"));
    for item in source.get("items").items() {
        check.not_empty(&item.get("key"));
        check.required_text(&item.get("path"), text::file_path);
        mode(check, &item.get("mode"));
    }
}

/// Files made from the pod's own fields.
pub(super) fn downward_files(check: &mut Check, source: &At<'_, '_>) {
    mode(check, &source.get("defaultMode"));
    for file in source.get("items").items() {
        check.required_text(&file.get("path"), text::file_path);
        mode(check, &file.get("mode"));
        let field = file.get("fieldRef");
        let resource = file.get("resourceFieldRef");
        match (field.is_set(), resource.is_set()) {
            (true, true) => {
                check.forbidden(&resource, "must not be set together with `fieldRef`");
            }
            (true, false) => env::field_ref(check, &field, &FIELDS),
            (false, true) => env::resource_ref(check, &resource, true),
            (false, false) => {
                check.invalid(&file, "must have either `fieldRef` or `resourceFieldRef`");
            }
        }
    }
}

pub(super) fn projected(check: &mut Check, source: &At<'_, '_>) {
    mode(check, &source.get("defaultMode"));
    projected::sources(check, source);
}

/// The source of a PersistentVolume; tells whether there is one.
pub(in crate::server) fn of_persistent(check: &mut Check, spec: &At<'_, '_>) -> bool {
    volume_sources::of_persistent(check, spec)
}

/// The name of a driver for storage.
pub(in crate::server) fn driver(check: &mut Check, at: &At<'_, '_>) {
    volume_sources::driver(check, at);
}
