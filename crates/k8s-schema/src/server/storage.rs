//! Volumes of the cluster, claims on them, and their classes.

use super::at::At;
use super::pod::volume;
use super::quantity::Quantity;
use super::seen::Seen;
use super::{selector, text};
use crate::check::Check;

const ACCESS_MODES: [&str; 4] = [
    "ReadWriteOnce",
    "ReadOnlyMany",
    "ReadWriteMany",
    "ReadWriteOncePod",
];

const MAX_PARAMETERS: usize = 512;
const MAX_PARAMETERS_SIZE: usize = 256 * 1024;
const LEAST_TOKEN_SECONDS: i64 = 600;

pub(super) fn claim(check: &mut Check, object: &At<'_, '_>) {
    claim_spec(check, &object.get("spec"));
}

/// What a claim asks for.
pub(super) fn claim_spec(check: &mut Check, spec: &At<'_, '_>) {
    access_modes(check, &spec.get("accessModes"));
    selector::labels(check, &spec.get("selector"));
    let resources = spec.get("resources");
    let requests = resources.get("requests");
    let storage = requests.get("storage");
    if storage.is_set() {
        check.quantity_positive(&storage);
    } else if !spec.is_open() && !resources.is_open() && !requests.is_open() {
        check.required(&storage, Some("a claim must request storage"));
    }
    check.text_rule(&spec.get("storageClassName"), text::subdomain);
    check.text_rule(&spec.get("volumeAttributesClassName"), text::subdomain);
    data_sources(check, spec);
}

fn access_modes(check: &mut Check, modes: &At<'_, '_>) {
    check.not_empty(modes);
    let (mut has_pod, mut has_other) = (false, false);
    for mode in modes.items() {
        match mode.text() {
            "ReadWriteOncePod" => has_pod = true,
            known if ACCESS_MODES.contains(&known) => has_other = true,
            _ => check.unsupported(&mode, &ACCESS_MODES),
        }
    }
    if has_pod && has_other {
        check.invalid(modes, "must have nothing besides `ReadWriteOncePod`");
    }
}

fn data_sources(check: &mut Check, spec: &At<'_, '_>) {
    let source = spec.get("dataSource");
    let reference = spec.get("dataSourceRef");
    // The server drops a source that it does not know.
    let group = source.get("apiGroup").text();
    let is_kept = match source.get("kind").text() {
        "PersistentVolumeClaim" => group.is_empty(),
        "VolumeSnapshot" => group == "snapshot.storage.k8s.io",
        _ => false,
    };
    if is_kept {
        check.not_empty(&source.get("name"));
    } else {
        check.forgive_missing(&source);
    }
    if reference.is_set() {
        check.not_empty(&reference.get("name"));
        let kind = reference.get("kind");
        let group = reference.get("apiGroup");
        check.not_empty(&kind);
        check.text_rule(&group, text::subdomain);
        if group.is_empty() && kind.text() != "PersistentVolumeClaim" && !kind.is_open() {
            check.invalid(&kind, "must be `PersistentVolumeClaim` without `apiGroup`");
        }
        check.text_rule(&reference.get("namespace"), text::label);
    }
    if source.is_set() && is_kept && reference.is_set() {
        if !reference.get("namespace").is_empty() {
            check.forbidden(
                &source,
                "must not be set together with the namespace of `dataSourceRef`",
            );
        } else if ["apiGroup", "kind", "name"]
            .iter()
            .any(|field| source.get(field).text() != reference.get(field).text())
        {
            check.invalid(&source, "must equal `dataSourceRef`");
        }
    }
}

pub(super) fn volume(check: &mut Check, object: &At<'_, '_>) {
    let spec = object.get("spec");
    access_modes(check, &spec.get("accessModes"));
    let capacity = spec.get("capacity");
    check.not_empty(&capacity);
    for (name, amount) in capacity.fields() {
        if name == "storage" {
            check.quantity_positive(&amount);
        } else {
            check.invalid_key(
                &amount,
                "the resource",
                "is not a resource of volumes: only `storage` is",
            );
        }
    }
    let affinity = spec.get("nodeAffinity");
    if affinity.is_set() {
        let required = affinity.get("required");
        if required.is_set() {
            selector::nodes(check, &required);
        } else {
            check.required(&required, None);
        }
    }
    if !volume::of_persistent(check, &spec) && spec.view.is_map() {
        check.invalid(&spec, "must have a source, such as `csi`, `nfs` or `local`");
    }
    if spec.get("local").is_set() && !affinity.is_set() {
        check.required(&affinity, Some("a local volume says on which node it is"));
    }
    let policy = spec.get("persistentVolumeReclaimPolicy");
    let host = spec.get("hostPath");
    let is_root = host.get("path").text().bytes().all(|b| b == b'/') && host.is_set();
    if is_root && policy.text() == "Recycle" {
        check.invalid(&policy, "must not be used for the root of the host");
    }
    check.text_rule(&spec.get("storageClassName"), text::subdomain);
    let class = spec.get("volumeAttributesClassName");
    if class.is_set() {
        check.required_text(&class, text::subdomain);
        let csi = spec.get("csi");
        if !csi.is_set() {
            check.required(&csi, Some("`volumeAttributesClassName` needs it"));
        }
    }
}

pub(super) fn class(check: &mut Check, object: &At<'_, '_>) {
    check.required_text(&object.get("provisioner"), text::annotation_key);
    parameters(check, &object.get("parameters"));
    let policy = object.get("reclaimPolicy");
    if policy.text() == "Recycle" {
        check.unsupported(&policy, &["Delete", "Retain"]);
    }
    let topologies = object.get("allowedTopologies");
    for term in topologies.items() {
        let mut keys = Seen::new();
        for expression in term.get("matchLabelExpressions").items() {
            let key = expression.get("key");
            check.required_text(&key, text::label_key);
            if !key.is_empty() && !keys.insert(key.text()) {
                check.duplicate(&key, format!("duplicate entry `{}`", key.text()));
            }
            let values = expression.get("values");
            check.not_empty(&values);
            super::meta::unequal_names(check, &values, |_| None);
        }
    }
}

fn parameters(check: &mut Check, parameters: &At<'_, '_>) {
    let mut size = 0;
    for (key, value) in parameters.fields() {
        size += key.len() + value.text().len();
        if key.is_empty() {
            check.invalid_key(&value, "the key", "must not be empty");
        }
    }
    if parameters.count() > MAX_PARAMETERS {
        check.invalid(parameters, "must not have more than 512 entries");
    } else if size > MAX_PARAMETERS_SIZE {
        check.invalid(parameters, "must not be larger than 256 KiB in total");
    }
}

pub(super) fn attributes_class(check: &mut Check, object: &At<'_, '_>) {
    check.required_text(&object.get("driverName"), text::annotation_key);
    let own = object.get("parameters");
    check.not_empty(&own);
    parameters(check, &own);
}

pub(super) fn driver(check: &mut Check, object: &At<'_, '_>) {
    let spec = object.get("spec");
    let tokens = spec.get("tokenRequests");
    let mut audiences = Seen::new();
    for token in tokens.items() {
        let audience = token.get("audience");
        if !audiences.insert(audience.text()) {
            let message = format!("duplicate token for `{}`", audience.text());
            check.duplicate(&token, message);
        }
        check.range(
            &token.get("expirationSeconds"),
            LEAST_TOKEN_SECONDS,
            1 << 32,
        );
    }
    check.range(
        &spec.get("nodeAllocatableUpdatePeriodSeconds"),
        10,
        i64::MAX,
    );
    let in_secrets = spec.get("serviceAccountTokenInSecrets");
    if in_secrets.is_set() && tokens.is_empty() {
        check.forbidden(&in_secrets, "may only be set together with `tokenRequests`");
    }
}

pub(super) fn node(check: &mut Check, object: &At<'_, '_>) {
    let mut names = Seen::new();
    for driver in object.get("spec").get("drivers").items() {
        let name = driver.get("name");
        check.not_empty(&name);
        volume::driver(check, &name);
        if !name.is_empty() && !names.insert(name.text()) {
            check.duplicate(&name, format!("duplicate driver `{}`", name.text()));
        }
        check.not_empty(&driver.get("nodeID"));
        super::meta::unequal_names(check, &driver.get("topologyKeys"), text::label_key);
    }
}

pub(super) fn capacity(check: &mut Check, object: &At<'_, '_>) {
    selector::labels(check, &object.get("nodeTopology"));
    check.required_text(&object.get("storageClassName"), text::subdomain);
    let amount = object.get("capacity");
    if check
        .quantity(&amount)
        .is_some_and(|amount| amount < Quantity::ZERO)
    {
        check.invalid(&amount, "must not be negative");
    }
}
