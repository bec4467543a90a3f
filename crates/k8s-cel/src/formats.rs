//! Formats that Kubernetes' names and other texts have.

use crate::{Timestamp, Url};

/// A format, with what there is to say of a text that does not have it.
#[derive(Debug)]
pub struct Format {
    /// What expressions call it.
    pub(crate) name: &'static str,
    pub(crate) is_met: fn(&str) -> bool,
    pub(crate) message: &'static str,
}

const LABEL: &str = "it must consist of lower-case letters, digits and `-`, \
    begin and end with a letter or digit, and have at most 63 characters";
const SUBDOMAIN: &str = "it must consist of lower-case letters, digits, `-` and `.`, \
    begin and end with a letter or digit, and have at most 253 characters";
const LETTER_FIRST: &str = "it must consist of lower-case letters, digits and `-`, \
    begin with a letter, end with a letter or digit, and have at most 63 characters";
const QUALIFIED: &str = "it must be a name of letters, digits, `-`, `_` and `.` that begins and \
    ends with a letter or digit, with a domain and `/` in front of it if need be";
const VALUE: &str = "it must be empty or consist of letters, digits, `-`, `_` and `.`, \
    begin and end with a letter or digit, and have at most 63 characters";

const ALL: [Format; 13] = [
    format("dns1123Label", is_label, LABEL),
    format("dns1123Subdomain", is_subdomain, SUBDOMAIN),
    format(
        "dns1035Label",
        |t| is_label(t) && starts_with_letter(t),
        LETTER_FIRST,
    ),
    format("qualifiedName", is_qualified_name, QUALIFIED),
    format("dns1123LabelPrefix", |t| is_label(&completed(t)), LABEL),
    format(
        "dns1123SubdomainPrefix",
        |t| is_subdomain(&completed(t)),
        SUBDOMAIN,
    ),
    format(
        "dns1035LabelPrefix",
        |t| is_label(&completed(t)) && starts_with_letter(t),
        LETTER_FIRST,
    ),
    format("labelValue", |t| t.is_empty() || is_name(t), VALUE),
    format("uri", Url::is_request, "it is not a URI"),
    format("uuid", is_uuid, "it is not a UUID"),
    format("byte", is_base64, "it is not base64"),
    format("date", |t| Timestamp::date(t).is_some(), "it is not a date"),
    format("datetime", is_date_time, "it is not a date and time"),
];

const fn format(name: &'static str, is_met: fn(&str) -> bool, message: &'static str) -> Format {
    Format {
        name,
        is_met,
        message,
    }
}

impl Format {
    pub(crate) fn named(name: &str) -> Option<&'static Self> {
        static FORMATS: [Format; 13] = ALL;
        FORMATS.iter().find(|format| format.name == name)
    }
}

/// A prefix stands for itself with something behind it.
fn completed(prefix: &str) -> String {
    match prefix.strip_suffix('-') {
        Some(rest) => format!("{rest}a"),
        None => prefix.to_owned(),
    }
}

fn starts_with_letter(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_lowercase())
}

fn is_label(text: &str) -> bool {
    let is_part = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
    let bytes = text.as_bytes();
    text.len() <= 63
        && bytes.first().copied().is_some_and(is_part)
        && bytes.last().copied().is_some_and(is_part)
        && bytes.iter().all(|b| is_part(*b) || *b == b'-')
}

fn is_subdomain(text: &str) -> bool {
    // Only the whole is limited.
    let is_part = |part: &str| {
        let ends = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
        part.starts_with(ends) && part.ends_with(ends) && part.chars().all(|c| ends(c) || c == '-')
    };
    text.len() <= 253 && text.split('.').all(is_part)
}

fn is_name(text: &str) -> bool {
    let ends = |c: char| c.is_ascii_alphanumeric();
    text.len() <= 63
        && text.starts_with(ends)
        && text.ends_with(ends)
        && text.chars().all(|c| ends(c) || "-_.".contains(c))
}

fn is_qualified_name(text: &str) -> bool {
    match text.split_once('/') {
        Some((prefix, name)) => is_subdomain(prefix) && is_name(name),
        None => is_name(text),
    }
}

fn is_uuid(text: &str) -> bool {
    let mut rest = text;
    for (at, digits) in [8, 4, 4, 4, 12].into_iter().enumerate() {
        if at > 0 {
            rest = rest.strip_prefix('-').unwrap_or(rest);
        }
        match rest.split_at_checked(digits) {
            Some((part, behind)) if part.bytes().all(|b| b.is_ascii_hexdigit()) => rest = behind,
            _ => return false,
        }
    }
    rest.is_empty()
}

fn is_base64(text: &str) -> bool {
    let digits = text.trim_end_matches('=');
    !text.is_empty()
        && text.len().is_multiple_of(4)
        && text.len() - digits.len() <= 2
        && digits
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'+' || b == b'/')
}

fn is_date_time(text: &str) -> bool {
    Timestamp::parse(&text.to_ascii_uppercase()).is_some()
}
