//! Where volumes come from.

use super::super::at::At;
use super::super::{storage, text};
use super::volume::{downward_files, keyed_files, projected};
use crate::check::Check;

/// The kinds of sources, in the order in which the server looks for them, with the texts and
/// lists that must not be empty.
const SOURCES: [(&str, &[&str]); 31] = [
    ("emptyDir", &[]),
    ("hostPath", &["path"]),
    ("gitRepo", &["repository"]),
    ("gcePersistentDisk", &["pdName"]),
    ("awsElasticBlockStore", &["volumeID"]),
    ("secret", &["secretName"]),
    ("nfs", &["server", "path"]),
    ("iscsi", &["targetPortal", "iqn"]),
    ("glusterfs", &["endpoints", "path"]),
    ("flocker", &[]),
    ("persistentVolumeClaim", &["claimName"]),
    ("rbd", &["monitors", "image"]),
    ("cinder", &["volumeID"]),
    ("cephfs", &["monitors"]),
    ("quobyte", &["registry", "volume"]),
    ("downwardAPI", &[]),
    ("fc", &[]),
    ("flexVolume", &["driver"]),
    ("configMap", &["name"]),
    ("azureFile", &["secretName", "shareName"]),
    ("vsphereVolume", &["volumePath"]),
    ("photonPersistentDisk", &["pdID"]),
    ("portworxVolume", &["volumeID"]),
    ("azureDisk", &["diskName", "diskURI"]),
    ("storageos", &[]),
    ("projected", &[]),
    ("scaleIO", &["gateway", "system", "volumeName"]),
    ("csi", &["driver"]),
    ("ephemeral", &["volumeClaimTemplate"]),
    ("image", &["reference"]),
    ("local", &["path"]),
];

fn rank(kind: &str) -> Option<usize> {
    SOURCES.iter().position(|(known, _)| *known == kind)
}

/// The source of a pod's volume; a volume without one is an empty folder.
pub(super) fn of_pod(check: &mut Check, volume: &At<'_, '_>) {
    source(check, volume, of_pod_only);
}

/// The source of a PersistentVolume; tells whether there is one.
pub(super) fn of_persistent(check: &mut Check, spec: &At<'_, '_>) -> bool {
    source(check, spec, of_persistent_only)
}

fn source(
    check: &mut Check,
    volume: &At<'_, '_>,
    special: fn(&mut Check, &str, &At<'_, '_>),
) -> bool {
    let sources = || volume.fields().filter(|(_, source)| source.is_set());
    let ranked = sources().filter_map(|(kind, _)| Some((rank(kind)?, kind)));
    let Some((first, chosen)) = ranked.min() else {
        return false;
    };
    for (kind, source) in sources() {
        let Some(at) = rank(kind) else { continue };
        if at != first {
            let reason = format_args!("must not be set together with `{chosen}`");
            check.forbidden(&source, reason);
            continue;
        }
        if let Some((_, required)) = SOURCES.get(at) {
            for field in *required {
                check.not_empty(&source.get(field));
            }
        }
        common(check, kind, &source);
        special(check, kind, &source);
    }
    true
}

/// What is asked of a source wherever it stands.
fn common(check: &mut Check, kind: &str, source: &At<'_, '_>) {
    match kind {
        "hostPath" | "local" => check.text_rule(&source.get("path"), text::no_backsteps),
        "gitRepo" => check.text_rule(&source.get("directory"), text::relative_path),
        "gcePersistentDisk" | "awsElasticBlockStore" => {
            check.range(&source.get("partition"), 0, 255);
        }
        "nfs" => {
            let path = source.get("path");
            if !path.is_empty() && !path.text().starts_with('/') {
                check.invalid(&path, "must be an absolute path");
            }
        }
        "iscsi" => iscsi(check, source),
        "fc" => fibre_channel(check, source),
        "flocker" => {
            let name = source.get("datasetName");
            let id = source.get("datasetUUID");
            if name.is_empty() == id.is_empty() {
                check.invalid(source, "must have either `datasetName` or `datasetUUID`");
            }
        }
        "azureDisk" => azure_disk(check, source),
        "storageos" => {
            check.required_text(&source.get("volumeName"), text::label);
            check.text_rule(&source.get("volumeNamespace"), text::label);
        }
        "csi" => driver(check, &source.get("driver")),
        _ => {}
    }
}

fn of_pod_only(check: &mut Check, kind: &str, source: &At<'_, '_>) {
    match kind {
        "emptyDir" => {
            check.quantity_not_negative(&source.get("sizeLimit"));
            check.range(&source.get("mode"), 0, 0o1777);
        }
        "secret" | "configMap" => keyed_files(check, source),
        "downwardAPI" => downward_files(check, source),
        "projected" => projected(check, source),
        "csi" => {
            let secret = source.get("nodePublishSecretRef");
            if secret.is_set() {
                check.required_text(&secret.get("name"), text::subdomain);
            }
        }
        "cinder" | "storageos" => {
            let secret = source.get("secretRef");
            if secret.is_set() {
                check.not_empty(&secret.get("name"));
            }
        }
        "ephemeral" => {
            let claim = source.get("volumeClaimTemplate");
            if claim.is_set() {
                super::super::meta::template(check, &claim.get("metadata"));
                storage::claim_spec(check, &claim.get("spec"));
            }
        }
        _ => {}
    }
}

fn of_persistent_only(check: &mut Check, kind: &str, source: &At<'_, '_>) {
    match kind {
        "csi" => {
            check.not_empty(&source.get("volumeHandle"));
            for field in [
                "controllerPublishSecretRef",
                "controllerExpandSecretRef",
                "nodePublishSecretRef",
                "nodeExpandSecretRef",
            ] {
                let secret = source.get(field);
                if secret.is_set() {
                    check.required_text(&secret.get("name"), text::subdomain);
                    check.required_text(&secret.get("namespace"), text::label);
                }
            }
        }
        "cinder" | "storageos" => {
            let secret = source.get("secretRef");
            if secret.is_set() {
                check.not_empty(&secret.get("name"));
                check.not_empty(&secret.get("namespace"));
            }
        }
        "azureFile" => {
            let namespace = source.get("secretNamespace");
            if namespace.is_set() {
                check.not_empty(&namespace);
            }
        }
        _ => {}
    }
}

/// The name of a driver for storage.
pub(super) fn driver(check: &mut Check, at: &At<'_, '_>) {
    if at.text().len() > 63 {
        check.invalid(at, "must not be longer than 63 characters");
    }
    check.text_rule(at, text::subdomain_any_case);
}

fn iscsi(check: &mut Check, source: &At<'_, '_>) {
    for field in ["iqn", "initiatorName"] {
        let name = source.get(field);
        let is_named = ["iqn", "eui", "naa"]
            .iter()
            .any(|start| name.text().starts_with(start));
        if !name.is_empty() && !is_named {
            check.invalid(&name, "must begin with `iqn`, `eui` or `naa`");
        }
    }
    check.range(&source.get("lun"), 0, 255);
    let has_chap = ["chapAuthDiscovery", "chapAuthSession"]
        .iter()
        .any(|f| source.get(f).is_true());
    let secret = source.get("secretRef");
    if has_chap && !secret.is_set() {
        check.required(&secret, Some("CHAP needs a Secret"));
    }
}

fn fibre_channel(check: &mut Check, source: &At<'_, '_>) {
    let targets = source.get("targetWWNs");
    let ids = source.get("wwids");
    let lun = source.get("lun");
    match (targets.is_empty(), ids.is_empty()) {
        (true, true) => check.required(&targets, Some("set either `targetWWNs` or `wwids`")),
        (false, false) => check.forbidden(&targets, "must not be set together with `wwids`"),
        (false, true) if !lun.is_set() => check.required(&lun, None),
        _ => {}
    }
    check.range(&lun, 0, 255);
}

fn azure_disk(check: &mut Check, source: &At<'_, '_>) {
    let uri = source.get("diskURI");
    let expected = match source.get("kind").text() {
        "Managed" => "/subscriptions/",
        "Shared" | "Dedicated" => "https://",
        _ => return,
    };
    if !uri.is_empty() && !uri.text().starts_with(expected) {
        check.invalid(&uri, format_args!("must begin with `{expected}`"));
    }
}
