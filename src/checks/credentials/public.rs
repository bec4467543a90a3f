//! What stands in Secrets and no one has to keep: ids, addresses, times, certificates.

use std::sync::LazyLock;

use regex::Regex;

use super::values::pattern;
use super::{forms, texts, values};

/// Whether a value says who somebody is, which no one has to keep: the id of a client, a tenant or
/// a subscription, or a name in place of an access key's id.
pub(super) fn is_identifier(key: &str, text: &str) -> bool {
    let key = key.to_ascii_lowercase().replace(['-', '.'], "_");
    let is_access = ["accesskey", "access_key", "accesskeyid", "access_key_id"]
        .iter()
        .any(|known| key.ends_with(known));
    if is_access && !key.contains("secret") && values::is_word(text) && forms::find(text).is_empty()
    {
        return true;
    }
    let is_known = ["client_id", "tenant_id", "subscription_id", "tunnel_id"]
        .iter()
        .any(|known| key.ends_with(known) || key.ends_with(&known.replace('_', "")));
    let groups: Vec<&str> = text.split('-').collect();
    let is_hex = |group: &&str| group.bytes().all(|byte| byte.is_ascii_hexdigit());
    let lengths: Vec<usize> = groups.iter().map(|group| group.len()).collect();
    is_known && lengths == [8, 4, 4, 4, 12] && groups.iter().all(is_hex)
}

/// What the names of ids end in that no one has to keep.
const IDS: [&str; 16] = [
    "access_key_id",
    "account_id",
    "api_key_id",
    "app_id",
    "application_id",
    "client_id",
    "installation_id",
    "key_id",
    "organization_id",
    "project_id",
    "subscription_id",
    "team_id",
    "tenant_id",
    "tunnel_id",
    "user_id",
    "zone_id",
];

/// Whether a key says who somebody is, and its value has not the form of a key that some service
/// gives out.
pub(super) fn tells_who(key: &str, text: &str) -> bool {
    let key = key.to_ascii_lowercase().replace(['-', '.'], "_");
    let is_id = |known: &&str| key.ends_with(*known) || key.ends_with(&known.replace('_', ""));
    IDS.iter().any(is_id) && forms::find(text).is_empty()
}

pattern!(PHONE, r"^\+[1-9][0-9]{6,14}$");

/// Whether a value is the number of a telephone, and its key says so.
pub(super) fn is_phone(key: &str, text: &str) -> bool {
    let key = key.to_ascii_lowercase();
    let words = ["mobile", "number", "phone"];
    words.iter().any(|word| key.contains(word)) && PHONE.is_match(text)
}

/// What profiles of AWS say that no one has to keep: where to go, and as whom.
const PROFILE: [&str; 16] = [
    "ca_bundle",
    "credential_source",
    "duration_seconds",
    "endpoint_url",
    "max_attempts",
    "output",
    "region",
    "retry_mode",
    "role_arn",
    "role_session_name",
    "source_profile",
    "sts_regional_endpoints",
    "use_dualstack_endpoint",
    "use_fips_endpoint",
    "web_identity_token_file",
    "sso_region",
];

/// Whether a text is a profile of AWS that names no key.
pub(super) fn is_profile(text: &str) -> bool {
    let is_open = |line: &str| {
        let name = line.split_once('=').map(|(name, _)| name.trim());
        name.is_some_and(|name| PROFILE.contains(&name))
    };
    text.contains("role_arn") && texts::lines(text).all(is_open)
}

/// Whether a value is an address, a moment, or what everybody may read of a pair of keys.
pub(super) fn is_public(text: &str) -> bool {
    is_address(text) || MOMENT.is_match(text) || is_public_part(text)
}

/// Whether a value is the address of a machine or a network.
fn is_address(text: &str) -> bool {
    let address = match text.split_once('/') {
        Some((address, bits)) if bits.parse::<u8>().is_ok() => address,
        Some(_) => return false,
        None => text,
    };
    address.parse::<std::net::IpAddr>().is_ok()
}

pattern!(
    MOMENT,
    r"^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?(?:[Zz]|[+-][0-9]{2}:?[0-9]{2})?$"
);

pattern!(
    ARMOUR,
    r"^-----BEGIN (?:[A-Z0-9.]+ )*(?:CERTIFICATE(?: REQUEST)?|PUBLIC KEY(?: BLOCK)?|PARAMETERS|CRL)-----"
);

// A host by its whole name, or a zone of DNS. A key may have one dot, and no label this short.
pattern!(
    HOST,
    r"^(?:\*\.)?(?:[a-z0-9](?:[a-z0-9-]{0,18}[a-z0-9])?\.){2,}[a-z]{2,12}\.?$"
);

/// Whether a value is a certificate, a public key, or parameters that keys are agreed on with.
fn is_public_part(text: &str) -> bool {
    let keys = [
        "ecdsa-sha2-",
        "sk-ecdsa-sha2-",
        "sk-ssh-",
        "ssh-dss ",
        "ssh-ed25519 ",
        "ssh-rsa ",
    ];
    let is_key = keys.iter().any(|start| text.starts_with(start));
    (is_key || ARMOUR.is_match(text)) && !text.contains("PRIVATE KEY")
}

/// Whether a value is a host or a zone of DNS.
pub(super) fn is_host(text: &str) -> bool {
    HOST.is_match(text)
}

/// Whether a file of this name holds what everybody may read.
pub(super) fn is_public_file(key: &str) -> bool {
    let key = key.to_ascii_lowercase();
    let ends = [".crt", ".cer", ".crl", ".csr", ".pub"];
    key.starts_with("dhparam") || ends.iter().any(|end| key.ends_with(end))
}
