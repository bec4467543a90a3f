//! What settings are called that hold credentials.

/// What a name promises.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sort {
    /// Something that a person may have thought of.
    Password,
    /// Something that a program made up.
    Token,
}

const PASSWORDS: [&str; 7] = [
    "pass",
    "passcode",
    "passphrase",
    "passwd",
    "password",
    "pw",
    "pwd",
];

const TOKENS: [&str; 5] = ["apikey", "credential", "credentials", "secret", "token"];

/// What a word has to end in to be one of the above with others before it: `dbpassword`.
const ENDINGS: [(&str, Sort); 8] = [
    ("accesskey", Sort::Token),
    ("secretkey", Sort::Token),
    ("password", Sort::Password),
    ("passwd", Sort::Password),
    ("pwd", Sort::Password),
    ("secret", Sort::Token),
    ("apikey", Sort::Token),
    ("token", Sort::Token),
];

/// What makes a credential of a key.
const KEYS: [&str; 14] = [
    "access",
    "account",
    "api",
    "auth",
    "encryption",
    "hmac",
    "jwt",
    "license",
    "master",
    "private",
    "secret",
    "session",
    "shared",
    "signing",
];

/// What makes the name of an object of a credential, or a switch.
const NAMED: [&str; 16] = [
    "cert",
    "certificate",
    "disable",
    "enable",
    "existing",
    "external",
    "ignore",
    "image",
    "imagepull",
    "ingress",
    "no",
    "pull",
    "require",
    "skip",
    "tls",
    "use",
];

/// What names end in that tell who, where or when something is.
const PUBLIC: [&str; 26] = [
    "address",
    "at",
    "backend",
    "bucket",
    "database",
    "domain",
    "email",
    "endpoint",
    "expiration",
    "expiry",
    "host",
    "hostname",
    "mtime",
    "name",
    "namespace",
    "port",
    "project",
    "provider",
    "region",
    "server",
    "timestamp",
    "type",
    "uri",
    "url",
    "user",
    "username",
];

/// Whether a setting of this name tells who, where or when something is, which no one has to keep.
pub(super) fn is_public(name: &str) -> bool {
    let words = words(name);
    words.last().is_some_and(|last| PUBLIC.contains(&&**last))
}

/// Whether what a setting of this name holds are the names of keys in a Secret, as in the values of
/// charts: `secretKeys: {adminPassword: password}`.
pub(super) fn tells_keys(name: &str) -> bool {
    let words = words(name).concat();
    words.ends_with("secretkeys")
        || words.ends_with("keymapping")
        || words.starts_with("existingsecret")
}

/// Whether a setting of this name holds a credential, rather than the name or place of one.
pub(crate) fn is_credential_name(name: &str) -> bool {
    sort(name).is_some()
}

/// What the name of a setting promises, if it is a credential.
pub(super) fn sort(name: &str) -> Option<Sort> {
    let words = words(name);
    let (last, before) = words.split_last()?;
    let previous = before.last().map(String::as_str);
    if previous.is_some_and(|word| NAMED.contains(&word)) {
        return None;
    }
    let last = &**last;
    // `existingConfigSecret` is the name of one that is there.
    if last == "secret" && before.iter().any(|word| word == "existing") {
        return None;
    }
    if PASSWORDS.contains(&last) {
        return Some(Sort::Password);
    }
    if TOKENS.contains(&last) {
        return Some(Sort::Token);
    }
    if last == "key" && previous.is_some_and(|word| KEYS.contains(&word)) {
        return Some(Sort::Token);
    }
    let mut endings = ENDINGS.iter();
    let (ending, sort) = endings.find(|(ending, _)| last.ends_with(ending))?;
    let before = last.strip_suffix(ending)?;
    (!NAMED.contains(&before)).then_some(*sort)
}

/// The words of a name in small letters, without numbers at its end.
fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut was_lower = false;
    let mut is_new = true;
    for c in name.chars() {
        if !c.is_ascii_alphanumeric() {
            is_new = true;
            was_lower = false;
            continue;
        }
        if c.is_ascii_uppercase() && was_lower {
            is_new = true;
        }
        was_lower = c.is_ascii_lowercase();
        match words.last_mut() {
            Some(word) if !is_new => word.push(c.to_ascii_lowercase()),
            _ => words.push(c.to_ascii_lowercase().to_string()),
        }
        is_new = false;
    }
    while let Some(last) = words.last_mut() {
        let kept = last.trim_end_matches(|c: char| c.is_ascii_digit()).len();
        last.truncate(kept);
        if kept > 0 {
            break;
        }
        words.pop();
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_promise_credentials() {
        for name in [
            "DB_PASS",
            "DBPWD",
            "ADMIN_PW",
            "password2",
            "spring.datasource.password",
        ] {
            assert_eq!(sort(name), Some(Sort::Password), "{name}");
        }
        for name in [
            "apiKey",
            "API_KEY",
            "clientSecret",
            "auth-token",
            "SIGNING_KEY_1",
        ] {
            assert_eq!(sort(name), Some(Sort::Token), "{name}");
        }
        for name in [
            "PASSWORD_FILE",
            "TOKEN_URL",
            "existingSecret",
            "existingConfigSecret",
            "configSecretName",
            "configSecretRef",
            "imagePullSecret",
            "BYPASS",
            "compass",
            "existingSecretPasswordKey",
            "API_TOKEN_TTL",
            "SECRET_NAME",
            "monkey",
            "public_key",
            "",
            "123",
        ] {
            assert_eq!(sort(name), None, "{name}");
        }
    }
}
