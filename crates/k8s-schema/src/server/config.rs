//! ConfigMaps and Secrets.

use rustc_hash::FxHashSet;

use super::at::At;
use super::{json, text};
use crate::check::Check;
use crate::format;

/// What the server stores of one object.
const MAX_SIZE: usize = 1024 * 1024;

pub(super) fn config_map(check: &mut Check, object: &At<'_, '_>) {
    let data = object.get("data");
    let binary = object.get("binaryData");
    let mut size = keys(check, &data);
    if binary.is_set() {
        size += keys(check, &binary) / 4 * 3;
        let both: FxHashSet<&str> = binary.fields().map(|(key, _)| key).collect();
        for (key, entry) in data.fields() {
            if both.contains(key) {
                check.invalid_key(&entry, "the key", "is in `binaryData`, too");
            }
        }
    }
    if size > MAX_SIZE {
        let at = if data.is_set() { data } else { binary };
        check.invalid(&at, "must not be larger than 1 MiB in total");
    }
}

/// Holds the keys against their rule; returns the bytes of the values.
fn keys(check: &mut Check, data: &At<'_, '_>) -> usize {
    let mut size = 0;
    for (key, entry) in data.fields() {
        if let Some(reason) = text::config_key(key) {
            check.invalid_key(&entry, "the key", reason);
        }
        size += entry.text().len();
    }
    size
}

pub(super) fn secret(check: &mut Check, object: &At<'_, '_>) {
    let data = object.get("data");
    let texts = object.get("stringData");
    let size = keys(check, &data) / 4 * 3 + keys(check, &texts);
    check.secret = true;
    if size > MAX_SIZE {
        let at = if data.is_set() { data } else { texts };
        check.invalid(&at, "must not be larger than 1 MiB in total");
    }
    typed(check, object, &data, &texts);
    check.secret = false;
}

/// The keys that a type of Secrets needs.
fn typed(check: &mut Check, object: &At<'_, '_>, data: &At<'_, '_>, texts: &At<'_, '_>) {
    let has = |key: &str| data.view.get(key).is_some() || texts.view.get(key).is_some();
    let is_open = data.is_set() && data.is_open() || texts.is_set() && texts.is_open();
    if is_open {
        return;
    }
    let mut need = |keys: &[&str], ty: &str| {
        for key in keys {
            if !has(key) {
                let help = format!("the type `{ty}` needs it");
                check.required(&data.get(key), Some(&help));
            }
        }
    };
    match object.get("type").text() {
        "kubernetes.io/service-account-token" => {
            let metadata = object.get("metadata");
            let annotations = metadata.get("annotations");
            let account = annotations.get("kubernetes.io/service-account.name");
            check.not_empty(&account);
        }
        ty @ "kubernetes.io/dockercfg" => {
            need(&[".dockercfg"], ty);
            json_object(check, data, texts, ".dockercfg");
        }
        ty @ "kubernetes.io/dockerconfigjson" => {
            need(&[".dockerconfigjson"], ty);
            json_object(check, data, texts, ".dockerconfigjson");
        }
        ty @ "kubernetes.io/basic-auth" => {
            if !has("username") && !has("password") {
                need(&["username"], ty);
            }
        }
        ty @ "kubernetes.io/ssh-auth" => {
            let key = "ssh-privatekey";
            let is_empty = data.get(key).is_empty() && texts.get(key).is_empty();
            if is_empty {
                if has(key) {
                    let at = data.get(key);
                    let at = if at.is_set() { at } else { texts.get(key) };
                    check.not_empty(&at);
                } else {
                    need(&[key], ty);
                }
            }
        }
        ty @ "kubernetes.io/tls" => need(&["tls.crt", "tls.key"], ty),
        _ => {}
    }
}

/// Credentials for registries are an object in JSON.
fn json_object(check: &mut Check, data: &At<'_, '_>, texts: &At<'_, '_>, key: &str) {
    let plain = texts.get(key);
    if plain.is_set() {
        if !plain.is_open() && !json::is_object(plain.text()) {
            check.invalid(&plain, "must be an object in JSON");
        }
        return;
    }
    let encoded = data.get(key);
    if let Some(bytes) = format::base64(encoded.text())
        && let Ok(text) = String::from_utf8(bytes)
        && !text::is_open(&text)
        && !json::is_object(&text)
    {
        check.invalid(&encoded, "must be an object in JSON, encoded in base64");
    }
}
