//! Secrets whose values stand in the repository.

use std::collections::BTreeSet;

use manifest::{Segment, View};

use super::rules::{PLACEHOLDER_SECRET, PLAIN_SECRET};
use super::values::{self, Verdict};
use super::{base64, forms, names, texts};
use crate::problem::{Field, Problem};
use crate::rule::Rule;

/// What is wrong with a Secret: one finding for all that is readable in it, and one for all that
/// only stands for something else.
pub(super) fn problems(object: View<'_>) -> Vec<Problem> {
    let is_encrypted = manifest::is_encrypted(object);
    let mut plain = Found::default();
    let mut placeholders = Found::default();
    // An id is no use without the secret beside it.
    let mut are_ids = true;
    for field in ["data", "stringData"] {
        for entry in object.get(field).into_iter().flat_map(View::entries) {
            let key = entry.key.text();
            let text = entry.value.text();
            if text.is_empty() || is_encrypted && text.starts_with("ENC[") {
                continue;
            }
            let verdict = match field {
                "data" => judge_encoded(key, text),
                _ => judge(key, text),
            };
            match verdict {
                Verdict::Credential | Verdict::Default => {
                    are_ids &= tells_who(field, key, text);
                    plain.add(field, key);
                }
                Verdict::Placeholder => placeholders.add(field, key),
                Verdict::Kept | Verdict::Harmless => {}
            }
        }
    }
    if are_ids {
        plain = Found::default();
    }
    let name = object
        .get_path(&["metadata", "name"])
        .map_or("", View::text);
    let plain = plain.problem(&PLAIN_SECRET, |keys| {
        format!("Secret `{name}` is not encrypted: {keys}")
    });
    let placeholders = placeholders.problem(&PLACEHOLDER_SECRET, |keys| {
        format!("Secret `{name}` holds placeholders: {keys}")
    });
    plain.into_iter().chain(placeholders).collect()
}

/// What the encoded value of a key is. A reference in its place is not encoded. Bytes that are no
/// text may be a key.
fn judge_encoded(key: &str, encoded: &str) -> Verdict {
    if values::is_kept(encoded) {
        return Verdict::Kept;
    }
    match base64::decode(encoded) {
        Some(text) => judge(key, &text),
        None if values::is_placeholder(encoded) => Verdict::Placeholder,
        None => Verdict::Credential,
    }
}

/// How much a verdict matters where several settings stand in one value.
fn rank(verdict: Verdict) -> u8 {
    match verdict {
        Verdict::Kept => 0,
        Verdict::Placeholder => 1,
        Verdict::Harmless => 2,
        Verdict::Default | Verdict::Credential => 3,
    }
}

/// Keys with what stands for where they are told.
#[derive(Default)]
struct Found<'a> {
    first: Option<[&'a str; 2]>,
    keys: BTreeSet<&'a str>,
}

impl<'a> Found<'a> {
    fn add(&mut self, field: &'a str, key: &'a str) {
        self.first.get_or_insert([field, key]);
        self.keys.insert(key);
    }

    fn problem(
        self,
        rule: &'static Rule,
        message: impl FnOnce(String) -> String,
    ) -> Option<Problem> {
        let path = self.first?;
        let keys: Vec<&str> = self.keys.into_iter().collect();
        let field = Field {
            path: path.into_iter().map(Segment::from).collect(),
            by_key: true,
            ..Field::default()
        };
        Some(Problem::new(rule, message(keys.join(", "))).at_field(field))
    }
}

/// What the value of a key is.
fn judge(key: &str, text: &str) -> Verdict {
    let text = text.trim();
    if is_public(text) || text.is_empty() || is_identifier(key, text) || is_address(text) {
        return Verdict::Harmless;
    }
    if forms::find(text).iter().any(is_real) {
        return Verdict::Credential;
    }
    if names::is_public(key) {
        return Verdict::Harmless;
    }
    if let Some(sort) = names::sort(key) {
        return match values::judge(sort, text) {
            // Under such a name nothing else is expected, so that only what cannot be one is none.
            Verdict::Harmless if !is_no_secret(text) => Verdict::Credential,
            verdict => verdict,
        };
    }
    let (settings, is_document) = texts::settings(text);
    if !settings.is_empty() {
        let verdicts = settings
            .iter()
            .map(|setting| match names::sort(&setting.name) {
                Some(sort) => values::judge(sort, &setting.value),
                None if setting.name.ends_with("auth")
                    && (values::looks_generated(&setting.value) || is_login(&setting.value)) =>
                {
                    Verdict::Credential
                }
                None => Verdict::Harmless,
            });
        let worst = verdicts
            .max_by_key(|verdict| rank(*verdict))
            .unwrap_or(Verdict::Harmless);
        let lines = text.lines().filter(|line| !line.trim().is_empty());
        let is_open = lines.count() <= settings.len()
            && settings
                .iter()
                .all(|setting| values::is_open(&setting.value));
        if is_document || is_open || worst != Verdict::Harmless || values::is_kept(text) {
            return worst;
        }
    }
    if values::is_kept(text) {
        Verdict::Kept
    } else if values::is_harmless(text) {
        Verdict::Harmless
    } else if values::is_placeholder(text) {
        Verdict::Placeholder
    } else {
        Verdict::Credential
    }
}

/// Whether it is a name and a password, as the logins of registries are written.
fn is_login(encoded: &str) -> bool {
    let login = base64::decode(encoded);
    login.is_some_and(|login| {
        let parts = login.split_once(':');
        parts.is_some_and(|(name, password)| !name.is_empty() && !password.is_empty())
    })
}

fn is_real(found: &forms::Found) -> bool {
    let login = found.login.as_ref();
    login.is_none_or(|(user, password)| {
        let verdict = values::judge_login(user, password);
        matches!(verdict, Verdict::Credential | Verdict::Default)
    })
}

/// Whether a value under the name of a credential is a switch, an algorithm, an address or a
/// path.
fn is_no_secret(text: &str) -> bool {
    values::is_harmless(text)
        && (text.contains("://")
            || text.starts_with(['/', '.'])
            || values::is_algorithm(text)
            || matches!(text, "true" | "false" | "none" | "null"))
}

/// Whether a value says who somebody is, which no one has to keep: the id of a client, a tenant or
/// a subscription, or a name in place of an access key's id.
fn is_identifier(key: &str, text: &str) -> bool {
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
fn tells_who(field: &str, key: &str, text: &str) -> bool {
    let key = key.to_ascii_lowercase().replace(['-', '.'], "_");
    let is_id = |known: &&str| key.ends_with(*known) || key.ends_with(&known.replace('_', ""));
    let decoded = match field {
        "data" => base64::decode(text),
        _ => Some(text.to_owned()),
    };
    IDS.iter().any(is_id) && decoded.is_some_and(|text| forms::find(&text).is_empty())
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

fn is_public(text: &str) -> bool {
    [
        "-----BEGIN CERTIFICATE-----",
        "-----BEGIN PUBLIC KEY-----",
        "ssh-rsa ",
        "ssh-ed25519 ",
    ]
    .iter()
    .any(|start| text.starts_with(start))
        && !text.contains("PRIVATE KEY")
}
