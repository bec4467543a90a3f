//! Formats that schemas of custom resources name.

use core::net::Ipv6Addr;

use crate::format::{is_base64, is_date, is_date_time, number};

/// Whether a text has a format that a custom resource's schema names; `None` if the format's
/// rules are not known here. Formats that the API server does not know are no rule.
pub(super) fn has_format(format: &str, text: &str) -> Option<bool> {
    Some(match format {
        "byte" => !text.is_empty() && !text.contains(['\n', '\r']) && is_base64(text),
        "date" => is_date(text),
        "date-time" | "datetime" => is_date_time(&text.to_ascii_uppercase()),
        "ipv4" => is_ipv4(text) || text.contains('.') && text.parse::<Ipv6Addr>().is_ok(),
        "ipv6" => text.parse::<Ipv6Addr>().is_ok(),
        "cidr" => is_cidr(text),
        "uuid" => is_uuid(text),
        "bsonobjectid" | "creditcard" | "duration" | "email" | "hexcolor" | "hostname" | "isbn"
        | "isbn10" | "isbn13" | "mac" | "rgbcolor" | "ssn" | "uri" | "uuid3" | "uuid4"
        | "uuid5" | "k8s-short-name" | "k8s-long-name" => return None,
        _ => true,
    })
}

/// Leading zeros are allowed.
fn is_ipv4(text: &str) -> bool {
    let byte = |part: &str| match part.len() {
        digits @ 1..=3 => number(part, digits).is_some_and(|n| n < 256),
        _ => false,
    };
    text.split('.').count() == 4 && text.split('.').all(byte)
}

fn is_cidr(text: &str) -> bool {
    let Some((address, bits)) = text.split_once('/') else {
        return false;
    };
    let Ok(bits) = bits.parse::<u8>() else {
        return false;
    };
    if is_ipv4(address) {
        bits <= 32
    } else {
        bits <= 128 && address.parse::<Ipv6Addr>().is_ok()
    }
}

/// Hyphens may be left out.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_of_custom_resources() {
        let check = |format: &str, good: &[&str], bad: &[&str]| {
            for text in good {
                assert_eq!(has_format(format, text), Some(true), "{format} {text}");
            }
            for text in bad {
                assert_eq!(has_format(format, text), Some(false), "{format} {text}");
            }
        };
        check(
            "ipv4",
            &["10.0.0.1", "010.0.0.1"],
            &["10.0.0", "::1", "256.0.0.1"],
        );
        check("ipv6", &["::1", "fe80::1"], &["10.0.0.1", ":::"]);
        check(
            "cidr",
            &["10.0.0.0/8", "::/0"],
            &["10.0.0.0", "10.0.0.0/33", "a/8"],
        );
        check(
            "uuid",
            &[
                "123E4567-e89b-12d3-a456-426614174000",
                "123e4567e89b12d3a456426614174000",
            ],
            &["123e4567", "123e4567-e89b-12d3-a456-42661417400g"],
        );
        check("date", &["2024-02-29"], &["2024-2-9", "2023-02-29"]);
        assert_eq!(has_format("email", "a@b"), None);
        assert_eq!(has_format("my-own", "anything"), Some(true));
    }
}
