//! The rules that texts follow. Each says why a text breaks it, in words that fit behind the
//! text; `None` if it does not.

use crate::scalar;

pub(super) type Why = Option<&'static str>;

/// Whether another program fills in a part of the text before it is applied: what
/// [`scalar::is_placeholder`] knows, and what template languages and scripts leave behind.
pub(crate) fn is_open(text: &str) -> bool {
    // The last one is what SOPS leaves of a text.
    const LEFT: [&str; 7] = ["{{", "{%", "<%", "%%", "@@", "((", "ENC["];
    text.bytes().any(|b| b"{<%@($_[".contains(&b))
        && (scalar::is_placeholder(text)
            || LEFT.iter().any(|left| text.contains(left))
            || has_name_in_brackets(text)
            || has_variable(text)
            || has_marker(text))
}

/// `<NAME>` or `<secret:NAME>`, as people and plugins fill it in.
fn has_name_in_brackets(text: &str) -> bool {
    let is_of_name = |byte: u8| byte.is_ascii_alphanumeric() || b"_-.:/#".contains(&byte);
    let mut behind = text.split('<').skip(1);
    behind.any(|rest| {
        let name = rest.split_once('>').map_or("", |(name, _)| name);
        name.starts_with(|c: char| c.is_ascii_alphabetic()) && name.bytes().all(is_of_name)
    })
}

/// `$NAME`, as `envsubst` replaces it.
fn has_variable(text: &str) -> bool {
    let mut behind = text.split('$').skip(1);
    behind.any(|rest| rest.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_'))
}

/// `__NAME__` or `ONE_LONG_NAME`, as scripts with `sed` replace them.
fn has_marker(text: &str) -> bool {
    let is_word = |b: u8| b.is_ascii_alphanumeric() || b == b'_';
    text.split(|c: char| !c.is_ascii() || !is_word(c as u8))
        .any(|word| {
            let has_letter = word.bytes().any(|b| b.is_ascii_uppercase());
            let is_loud = !word.bytes().any(|b| b.is_ascii_lowercase());
            has_letter && is_loud && word.bytes().filter(|b| *b == b'_').count() > 1
        })
}

fn is_lower(byte: u8) -> bool {
    byte.is_ascii_lowercase() || byte.is_ascii_digit()
}

/// Whether a text is of `middle` bytes, and begins and ends with one of `end`.
fn is_made_of(text: &str, end: fn(u8) -> bool, middle: fn(u8) -> bool) -> bool {
    match text.as_bytes() {
        [] => false,
        [only] => end(*only),
        [first, between @ .., last] => {
            end(*first) && end(*last) && between.iter().all(|byte| middle(*byte))
        }
    }
}

fn is_label(text: &str) -> bool {
    is_made_of(text, is_lower, |b| is_lower(b) || b == b'-')
}

fn is_subdomain(text: &str) -> bool {
    text.split('.').all(is_label)
}

/// The labels of RFC 1123: names of containers, volumes, namespaces.
pub(super) fn label(text: &str) -> Why {
    if text.len() > 63 {
        Some("must not be longer than 63 characters")
    } else if is_label(text) {
        None
    } else if is_subdomain(text) {
        Some("must not contain dots")
    } else {
        Some(
            "must consist of lower-case letters, digits and `-`, and begin and end with a letter or digit",
        )
    }
}

/// The labels of RFC 1035: names of Services until Kubernetes 1.35.
pub(super) fn label_1035(text: &str) -> Why {
    if text.len() > 63 {
        Some("must not be longer than 63 characters")
    } else if is_label(text) && text.starts_with(|c: char| c.is_ascii_lowercase()) {
        None
    } else {
        Some(
            "must consist of lower-case letters, digits and `-`, begin with a letter, and end with a letter or digit",
        )
    }
}

const SUBDOMAIN: &str = "must consist of lower-case letters, digits, `-` and `.`, with a letter or digit at both ends of each part";

/// The names that most objects have.
pub(super) fn subdomain(text: &str) -> Why {
    if text.len() > 253 {
        Some("must not be longer than 253 characters")
    } else if is_subdomain(text) {
        None
    } else {
        Some(SUBDOMAIN)
    }
}

/// A subdomain in letters of any case.
pub(super) fn subdomain_any_case(text: &str) -> Why {
    subdomain(&text.to_ascii_lowercase())
}

/// A subdomain whose parts may contain `_`, and begin with one.
pub(super) fn subdomain_underscore(text: &str) -> Why {
    let is_part = |part: &str| {
        let part = part.strip_prefix('_').unwrap_or(part);
        is_made_of(part, is_lower, |b| is_lower(b) || b == b'-' || b == b'_')
    };
    if text.len() > 253 {
        Some("must not be longer than 253 characters")
    } else if text.split('.').all(is_part) {
        None
    } else {
        Some(
            "must consist of lower-case letters, digits, `-`, `_` and `.`, with a letter or digit at both ends of each part",
        )
    }
}

/// A host with a wildcard: `*.example.com`.
pub(super) fn wildcard_subdomain(text: &str) -> Why {
    match text.strip_prefix("*.") {
        _ if text.len() > 253 => Some("must not be longer than 253 characters"),
        Some(rest) if is_subdomain(rest) => None,
        _ => Some("must begin with `*.`, followed by a domain, and contain no other `*`"),
    }
}

/// A domain of at least three parts.
pub(super) fn three_segments(text: &str) -> Why {
    subdomain(text).or_else(|| {
        (text.split('.').count() < 3)
            .then_some("must be a domain of at least three parts between dots")
    })
}

/// A domain of at least two parts, with or without a dot at the end.
pub(super) fn full_domain(text: &str) -> Why {
    let text = text.strip_suffix('.').unwrap_or(text);
    subdomain(text)
        .or_else(|| {
            (!text.contains('.')).then_some("must be a domain of at least two parts between dots")
        })
        .or_else(|| text.split('.').find_map(label))
}

/// What may stand as a segment of a URL's path: names of Roles.
pub(super) fn path_segment(text: &str) -> Why {
    match text {
        "." => Some("must not be `.`"),
        ".." => Some("must not be `..`"),
        _ if text.contains('/') => Some("must not contain `/`"),
        _ if text.contains('%') => Some("must not contain `%`"),
        _ => None,
    }
}

fn is_key_name(text: &str) -> bool {
    let is_end = |b: u8| b.is_ascii_alphanumeric();
    is_made_of(text, is_end, |b| {
        b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.')
    })
}

/// Keys of labels.
pub(super) fn label_key(text: &str) -> Why {
    let (prefix, name) = match text.split_once('/') {
        Some((_, name)) if name.contains('/') => {
            return Some("must not contain more than one `/`");
        }
        Some((prefix, name)) => (Some(prefix), name),
        None => (None, text),
    };
    if prefix.is_some_and(|prefix| subdomain(prefix).is_some()) {
        Some("must have a domain in lower-case letters before the `/`")
    } else if name.is_empty() {
        Some("must have a name, which is not empty")
    } else if name.len() > 63 {
        Some("must not have a name longer than 63 characters")
    } else if !is_key_name(name) {
        Some(
            "must consist of letters, digits, `-`, `_` and `.`, begin and end with a letter or digit, and may have a domain and a `/` before that",
        )
    } else {
        None
    }
}

/// Keys of annotations: those of labels, with a domain in letters of any case.
pub(super) fn annotation_key(text: &str) -> Why {
    if text
        .split_once('/')
        .is_none_or(|(domain, _)| domain.bytes().all(|b| !b.is_ascii_uppercase()))
    {
        label_key(text)
    } else {
        label_key(&text.to_ascii_lowercase())
    }
}

pub(super) fn label_value(text: &str) -> Why {
    if text.len() > 63 {
        Some("must not be longer than 63 characters")
    } else if text.is_empty() || is_key_name(text) {
        None
    } else {
        Some(
            "must consist of letters, digits, `-`, `_` and `.`, and begin and end with a letter or digit",
        )
    }
}

/// `example.com/path`
pub(super) fn domain_path(text: &str) -> Why {
    let (domain, path) = match text.split_once('/') {
        Some((domain, path)) if !domain.is_empty() && !path.is_empty() => (domain, path),
        _ => {
            return Some(
                "must be a domain and a path with `/` between them, such as `example.com/name`",
            );
        }
    };
    let is_path = |b: u8| b.is_ascii_alphanumeric() || b"/-._~%!$&'()*+,;=:".contains(&b);
    if subdomain(domain).is_some() {
        Some("must have a domain in lower-case letters before the `/`")
    } else if !path.bytes().all(is_path) {
        Some("must have a path of letters, digits and URL characters after the `/`")
    } else {
        None
    }
}

/// Names of ports.
pub(super) fn port_name(text: &str) -> Why {
    if text.len() > 15 {
        Some("must not be longer than 15 characters")
    } else if text.is_empty() || !text.bytes().all(|b| is_lower(b) || b == b'-') {
        Some("must consist of lower-case letters, digits and `-`")
    } else if !text.bytes().any(|b| b.is_ascii_lowercase()) {
        Some("must contain a letter")
    } else if text.contains("--") {
        Some("must not contain `--`")
    } else if text.starts_with('-') || text.ends_with('-') {
        Some("must not begin or end with `-`")
    } else {
        None
    }
}

/// `..` and names that begin with it mean something to the kubelet.
fn dots(text: &str) -> Why {
    match text {
        "." => Some("must not be `.`"),
        ".." => Some("must not be `..`"),
        _ if text.starts_with("..") => Some("must not begin with `..`"),
        _ => None,
    }
}

/// Keys of ConfigMaps and Secrets.
pub(super) fn config_key(text: &str) -> Why {
    let is_key = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.');
    if text.len() > 253 {
        Some("must not be longer than 253 characters")
    } else if text.is_empty() || !text.bytes().all(is_key) {
        Some("must consist of letters, digits, `-`, `_` and `.`")
    } else {
        dots(text)
    }
}

/// Names of environment variables since Kubernetes 1.32.
pub(super) fn env_name(text: &str) -> Why {
    let is_name = |b: u8| matches!(b, b' '..=b'~') && b != b'=';
    (!text.bytes().all(is_name))
        .then_some("must consist of printable ASCII characters other than `=`")
}

/// Names of environment variables before Kubernetes 1.32.
pub(super) fn strict_env_name(text: &str) -> Why {
    let is_name = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.');
    if text.starts_with(|c: char| c.is_ascii_digit()) {
        Some("must not begin with a digit before Kubernetes 1.32")
    } else if !text.bytes().all(is_name) {
        Some("must consist of letters, digits, `-`, `_` and `.` before Kubernetes 1.32")
    } else {
        dots(text)
    }
}

pub(super) fn http_header(text: &str) -> Why {
    let is_name = |b: u8| b.is_ascii_alphanumeric() || b == b'-';
    (text.is_empty() || !text.bytes().all(is_name))
        .then_some("must consist of letters, digits and `-`")
}

/// Names of kernel parameters.
pub(super) fn sysctl(text: &str) -> Why {
    let is_middle = |b: u8| is_lower(b) || b == b'-' || b == b'_';
    let is_fine = text.len() <= 253
        && text
            .split(['.', '/'])
            .all(|part| is_made_of(part, is_lower, is_middle));
    (!is_fine).then_some(
        "must consist of lower-case letters, digits, `-` and `_` between dots, and not be longer than 253 characters",
    )
}

/// A path that stays below where it begins.
pub(super) fn no_backsteps(text: &str) -> Why {
    let has_backstep = text.split('/').any(|part| part == "..");
    has_backstep.then_some("must not contain `..`")
}

/// A relative path that stays below where it begins.
pub(super) fn relative_path(text: &str) -> Why {
    if text.starts_with('/') {
        Some("must be a relative path")
    } else {
        no_backsteps(text)
    }
}

/// A relative path whose first part does not begin with `..`.
pub(super) fn file_path(text: &str) -> Why {
    relative_path(text).or_else(|| text.starts_with("..").then_some("must not begin with `..`"))
}

/// Names of finalizers.
pub(super) fn finalizer(text: &str) -> Why {
    label_key(text)
}

/// Names of finalizers of Kubernetes' own objects.
pub(super) fn own_finalizer(text: &str) -> Why {
    const STANDARD: [&str; 3] = ["kubernetes", "orphan", "foregroundDeletion"];
    label_key(text).or_else(|| {
        (!text.contains('/') && !STANDARD.contains(&text))
            .then_some("must have a domain and a `/` before its name")
    })
}

/// Identifiers of the Common Expression Language that are no words of its own.
pub(super) fn cel_identifier(text: &str) -> Why {
    let is_start = |c: char| c.is_ascii_alphabetic() || c == '_';
    let is_fine = text.starts_with(is_start)
        && text.chars().all(|c| is_start(c) || c.is_ascii_digit())
        && !k8s_cel::is_reserved(text);
    (!is_fine).then_some(
        "must consist of letters, digits and `_`, not begin with a digit, and not be a reserved word of CEL",
    )
}

#[cfg(test)]
mod tests;
