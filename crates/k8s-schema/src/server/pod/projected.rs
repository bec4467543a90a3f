//! Volumes that put several sources into one folder.

use super::super::at::At;
use super::super::seen::Seen;
use super::super::{selector, text};
use super::volume;
use crate::check::Check;

/// Tokens live for ten minutes at least.
const LEAST_TOKEN_SECONDS: i64 = 600;

pub(super) fn sources<'v>(check: &mut Check, volume: &At<'v, '_>) {
    let mut paths: Seen<&'v str> = Seen::new();
    for source in volume.get("sources").items() {
        let mut first = None;
        for (kind, part) in source.fields() {
            if !part.is_set() {
                continue;
            }
            match first {
                None => first = Some(kind),
                Some(first) => {
                    check.forbidden(
                        &part,
                        format_args!("must not be set together with `{first}`"),
                    );
                    continue;
                }
            }
            let one = ["path"];
            match kind {
                "secret" | "configMap" => {
                    check.not_empty(&part.get("name"));
                    volume::keyed_files(check, &part);
                }
                "downwardAPI" => volume::downward_files(check, &part),
                "serviceAccountToken" => {
                    let seconds = part.get("expirationSeconds");
                    check.range(&seconds, LEAST_TOKEN_SECONDS, 1 << 32);
                    check.required_text(&part.get("path"), text::file_path);
                }
                "clusterTrustBundle" => {
                    trust_bundle(check, &part);
                    distinct(check, &part, &one, &mut paths);
                }
                "podCertificate" => certificate(check, &part, &mut paths),
                _ => {}
            }
            if matches!(kind, "secret" | "configMap" | "downwardAPI") {
                for item in part.get("items").items() {
                    distinct(check, &item, &one, &mut paths);
                }
            }
        }
    }
}

/// Whether other sources leave these paths alone.
fn distinct<'v>(check: &mut Check, at: &At<'v, '_>, fields: &[&str], paths: &mut Seen<&'v str>) {
    for field in fields {
        let path = at.get(field);
        if !path.is_empty() && !paths.insert(path.text()) {
            check.duplicate(&path, format!("duplicate file `{}`", path.text()));
        }
    }
}

fn trust_bundle(check: &mut Check, part: &At<'_, '_>) {
    let name = part.get("name");
    let signer = part.get("signerName");
    let selector = part.get("labelSelector");
    check.required_text(&part.get("path"), text::file_path);
    match (name.is_set(), signer.is_set()) {
        (true, true) => check.forbidden(&signer, "must not be set together with `name`"),
        (false, false) => check.invalid(part, "must have either `name` or `signerName`"),
        (true, false) => {
            check.not_empty(&name);
            if selector.is_set() {
                check.forbidden(&selector, "must not be set together with `name`");
            }
        }
        (false, true) => {
            check.required_text(&signer, text::domain_path);
            selector::labels(check, &selector);
        }
    }
}

fn certificate<'v>(check: &mut Check, part: &At<'v, '_>, paths: &mut Seen<&'v str>) {
    const KEYS: [&str; 6] = [
        "RSA3072",
        "RSA4096",
        "ECDSAP256",
        "ECDSAP384",
        "ECDSAP521",
        "ED25519",
    ];
    const PATHS: [&str; 3] = ["credentialBundlePath", "keyPath", "certificateChainPath"];
    check.required_text(&part.get("signerName"), text::domain_path);
    let key = part.get("keyType");
    if !KEYS.contains(&key.text()) {
        if key.is_empty() {
            check.required(&key, None);
        } else {
            check.unsupported(&key, &KEYS);
        }
    }
    check.range(&part.get("maxExpirationSeconds"), 3600, 91 * 24 * 3600);
    for path in PATHS {
        check.text_rule(&part.get(path), text::file_path);
    }
    distinct(check, part, &PATHS, paths);
    if PATHS.iter().all(|path| part.get(path).is_empty()) {
        check.invalid(part, "must have at least one path to write to");
    }
}
