//! What a value or its name looks like.

use std::sync::LazyLock;

use regex::Regex;

use crate::checks::credentials;

#[expect(
    clippy::unwrap_used,
    reason = "the pattern is a constant that tests compile"
)]
pub(super) static CREDENTIAL: LazyLock<Regex> = LazyLock::new(|| {
    // ASCII's word boundaries: with those of Unicode the search is many times slower from the
    // first character on that is not ASCII.
    Regex::new(concat!(
        r"-----BEGIN [A-Z ]*PRIVATE KEY-----",
        r"|(?-u:\b)(?:AKIA|ASIA)[0-9A-Z]{16}(?-u:\b)",
        r"|(?-u:\b)gh[pousr]_[0-9A-Za-z]{20,}",
        r"|(?-u:\b)github_pat_[0-9A-Za-z_]{20,}",
        r"|(?-u:\b)glpat-[0-9A-Za-z_-]{16,}",
        r"|(?-u:\b)xox[abeprs]-[0-9A-Za-z-]{10,}",
        r"|(?-u:\b)[rs]k_(?:live|test)_[0-9A-Za-z]{16,}",
        r"|(?-u:\b)eyJ[0-9A-Za-z_-]{8,}\.eyJ[0-9A-Za-z_-]{8,}\.[0-9A-Za-z_-]+",
        r"|(?-u:\b)AIza[0-9A-Za-z_-]{30,}",
        r"|(?-u:\b)[a-z][a-z0-9+.-]*://[^\s:/@'\x22]+:[^\s:/@'\x22]+@",
    ))
    .unwrap()
});

#[expect(
    clippy::unwrap_used,
    reason = "the pattern is a constant that tests compile"
)]
pub(super) static SECRET_NAME: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(concat!(
        r"(?i-u)passw(?:or)?d|passphrase|secret|token|credential|api[_.-]?key|access[_.-]?key",
        r"|private[_.-]?key|client[_.-]?key|encryption[_.-]?key",
    ))
    .unwrap()
});

/// Where a value is hidden.
#[derive(Clone, Copy)]
pub(super) enum Hidden {
    /// Where it stands: what is called after a secret may only be the name of one.
    There,
    /// In messages, too.
    Everywhere,
}

/// Where a value is hidden that is called after a secret: `password` is one, `secretName` is not.
pub(super) fn called(name: &str) -> Hidden {
    match credentials::is_credential_name(name) {
        true => Hidden::Everywhere,
        false => Hidden::There,
    }
}

/// Where the value of a setting of this name is hidden, if it is.
pub(super) fn hidden_as(name: &str) -> Option<Hidden> {
    let is_credential = credentials::is_credential_name(name);
    (is_credential || SECRET_NAME.is_match(name)).then(|| called(name))
}

/// Whether a value may not be seen wherever it stands: it looks like a credential, or its name says
/// that it is one.
pub fn looks_sensitive(name: &str, value: &str) -> bool {
    let says_something = !value.is_empty() && !matches!(value, "true" | "false" | "null");
    CREDENTIAL.is_match(value) || (says_something && SECRET_NAME.is_match(name))
}
