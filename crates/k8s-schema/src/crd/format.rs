//! Formats that schemas of custom resources name.

use core::net::Ipv6Addr;
use std::sync::LazyLock;

use go_regex::Pattern;
use k8s_cel::{Url, parse_duration};

use crate::Version;
use crate::format::{is_base64, is_date, is_date_time, number};

/// The first minor version that knows the formats of Kubernetes' own names.
const NAMES_SINCE: u16 = 34;

/// Whether a text has a format that a custom resource's schema names; `None` if that cannot be
/// told. Formats that the API server does not know are no rule.
pub(super) fn has_format(format: &str, text: &str, version: Version) -> Option<bool> {
    let short;
    // Hyphens in the names of formats do not count.
    let format = if format.contains('-') {
        short = format.replace('-', "");
        &short
    } else {
        format
    };
    Some(match format {
        "byte" => !text.is_empty() && !text.contains(['\n', '\r']) && is_base64(text),
        "date" => is_date(text),
        "datetime" => is_date_time(&text.to_ascii_uppercase()),
        "duration" => duration(text).is_some(),
        "ipv4" => is_ipv4(text) || text.contains('.') && text.parse::<Ipv6Addr>().is_ok(),
        "ipv6" => text.parse::<Ipv6Addr>().is_ok(),
        "cidr" => is_cidr(text),
        "mac" => is_mac(text),
        "hostname" => is_hostname(text),
        "uri" => Url::is_request(text),
        "email" => return is_email(text),
        "uuid" => is_uuid(text, None),
        "uuid3" => is_uuid(text, Some('3')),
        "uuid4" => is_uuid(text, Some('4')),
        "uuid5" => is_uuid(text, Some('5')),
        "bsonobjectid" => text.len() == 24 && text.bytes().all(|b| b.is_ascii_hexdigit()),
        "hexcolor" => is_hex_color(text),
        "rgbcolor" => is_rgb_color(text),
        "isbn" => is_isbn10(text) || is_isbn13(text),
        "isbn10" => is_isbn10(text),
        "isbn13" => is_isbn13(text),
        "creditcard" => is_credit_card(text),
        "ssn" => is_ssn(text),
        "k8sshortname" if version.minor() >= NAMES_SINCE => is_label(text) && text.len() <= 63,
        "k8slongname" if version.minor() >= NAMES_SINCE => {
            text.len() <= 253 && text.split('.').all(is_label)
        }
        _ => true,
    })
}

/// A length of time in nanoseconds, as Go writes it or in words: `1h30m`, `3 days`.
pub(super) fn duration(text: &str) -> Option<i64> {
    parse_duration(text).or_else(|| duration_in_words(text))
}

/// Numbers with units; whatever else there is between them does not count.
fn duration_in_words(text: &str) -> Option<i64> {
    let is_unit = |c: char| c.is_ascii_alphabetic() || c == 'µ';
    let mut total: i64 = 0;
    let mut found = false;
    let mut rest = text;
    while let Some(start) = rest.find(|c: char| c.is_ascii_digit()) {
        rest = rest.get(start..)?;
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let (number, behind) = rest.split_at_checked(digits)?;
        let behind = behind.trim_start_matches([' ', '\t', '\n', '\r', '\x0c']);
        let end = behind.find(|c| !is_unit(c)).unwrap_or(behind.len());
        let (unit, next) = behind.split_at_checked(end)?;
        rest = next;
        if unit.is_empty() {
            continue;
        }
        let number: i64 = number.parse().ok()?;
        if let Some(nanos) = unit_length(&unit.to_lowercase()) {
            found = true;
            total = total.wrapping_add(number.wrapping_mul(nanos));
        }
    }
    found.then_some(total)
}

fn unit_length(unit: &str) -> Option<i64> {
    const SECOND: i64 = 1_000_000_000;
    const UNITS: [(&[&str], &str, i64); 8] = [
        (&["ns"], "nano", 1),
        (&["us", "µs"], "micro", 1_000),
        (&["ms"], "milli", 1_000_000),
        (&["s"], "sec", SECOND),
        (&["m"], "min", 60 * SECOND),
        (&["h", "hr"], "hour", 3_600 * SECOND),
        (&["d"], "day", 86_400 * SECOND),
        (&["w", "wk"], "week", 604_800 * SECOND),
    ];
    let found = UNITS
        .iter()
        .find(|(short, long, _)| short.contains(&unit) || unit.starts_with(long));
    found.map(|(_, _, nanos)| *nanos)
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

/// 6, 8 or 20 bytes: `00:00:5e:00:53:01`, `00-00-5e-00-53-01`, `0000.5e00.5301`
fn is_mac(text: &str) -> bool {
    let parts = |separator: char, digits: usize, counts: [usize; 3]| {
        let is_part =
            |part: &str| part.len() == digits && part.bytes().all(|b| b.is_ascii_hexdigit());
        counts.contains(&text.split(separator).count()) && text.split(separator).all(is_part)
    };
    parts(':', 2, [6, 8, 20]) || parts('-', 2, [6, 8, 20]) || parts('.', 4, [3, 4, 10])
}

/// One name in which a hyphen stands behind the first character only, or several with dots
/// between them, the last of letters alone: as the API server has it.
fn is_hostname(text: &str) -> bool {
    if text.len() > 255 || text.split('.').any(|part| part.len() > 63) {
        return false;
    }
    let Some((labels, top)) = text.rsplit_once('.') else {
        let rest = text.strip_prefix(is_letter_or_symbol);
        return rest.is_some_and(|rest| {
            let rest = rest.strip_prefix('-').unwrap_or(rest);
            rest.chars().all(is_letter_or_symbol)
        });
    };
    let is_letter = |c: char| c.is_ascii_alphabetic() || !c.is_ascii() && c.is_alphabetic();
    let is_label = |label: &str| {
        label.starts_with(is_letter_or_symbol)
            && label.ends_with(is_letter_or_symbol)
            && label.chars().all(|c| c == '-' || is_letter_or_symbol(c))
    };
    top.chars().count() >= 2 && top.chars().all(is_letter) && labels.split('.').all(is_label)
}

fn is_letter_or_symbol(c: char) -> bool {
    static BEYOND_ASCII: LazyLock<Pattern> = LazyLock::new(|| Pattern::new(r"[\p{S}\p{L}]"));
    if c.is_ascii() {
        return c.is_ascii_alphanumeric() || "$+<=>^`|~".contains(c);
    }
    // What cannot be told is no reason to refuse a name.
    BEYOND_ASCII.matches(c.encode_utf8(&mut [0; 4])) != Some(false)
}

/// Names, comments and quotes around an address are not looked into.
fn is_email(text: &str) -> Option<bool> {
    if text.contains(['"', '(', '<', '[', '\\', ',', ';', ':', '=']) {
        return None;
    }
    let is_atom = |part: &str| {
        let is_allowed = |c: char| {
            !c.is_ascii() || c.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~".contains(c)
        };
        !part.is_empty() && part.chars().all(is_allowed)
    };
    let (local, domain) = text.trim().split_once('@').unwrap_or_default();
    Some(local.split('.').all(is_atom) && domain.split('.').all(is_atom))
}

/// Hyphens may be left out.
fn is_uuid(text: &str, version: Option<char>) -> bool {
    let mut rest = text;
    for (at, digits) in [8, 4, 4, 4, 12].into_iter().enumerate() {
        if at > 0 {
            rest = rest.strip_prefix('-').unwrap_or(rest);
        }
        match rest.split_at_checked(digits) {
            Some((part, behind)) if part.bytes().all(|b| b.is_ascii_hexdigit()) => {
                let first = part.chars().next();
                let fits = match at {
                    2 => version.is_none() || first == version,
                    3 if matches!(version, Some('4' | '5')) => {
                        first.is_some_and(|c| "89abAB".contains(c))
                    }
                    _ => true,
                };
                if !fits {
                    return false;
                }
                rest = behind;
            }
            _ => return false,
        }
    }
    rest.is_empty()
}

fn is_hex_color(text: &str) -> bool {
    let digits = text.strip_prefix('#').unwrap_or(text);
    matches!(digits.len(), 3 | 6) && digits.bytes().all(|b| b.is_ascii_hexdigit())
}

fn is_rgb_color(text: &str) -> bool {
    let is_part = |part: &str| {
        let part = part.trim();
        let is_written_well = part.len() == 1 || !part.starts_with('0');
        is_written_well && part.bytes().all(|b| b.is_ascii_digit()) && part.parse::<u8>().is_ok()
    };
    let inner = text
        .strip_prefix("rgb(")
        .and_then(|rest| rest.strip_suffix(')'));
    inner.is_some_and(|inner| inner.split(',').count() == 3 && inner.split(',').all(is_part))
}

/// The characters of a number in which blanks and hyphens may stand.
fn without_gaps(text: &str) -> String {
    let is_gap = |c: char| c == '-' || c.is_whitespace();
    text.chars().filter(|c| !is_gap(*c)).collect()
}

fn is_isbn10(text: &str) -> bool {
    let text = without_gaps(text);
    let digit = |(at, c): (usize, char)| match c {
        'X' if at == 9 => Some(10),
        c => c.to_digit(10),
    };
    let digits: Option<Vec<u32>> = text.chars().enumerate().map(digit).collect();
    digits.is_some_and(|digits| {
        let weighted = digits.iter().zip(1u32..).map(|(digit, at)| digit * at);
        digits.len() == 10 && weighted.sum::<u32>().is_multiple_of(11)
    })
}

fn is_isbn13(text: &str) -> bool {
    let text = without_gaps(text);
    let digits: Option<Vec<u32>> = text.chars().map(|c| c.to_digit(10)).collect();
    digits.is_some_and(|digits| {
        let weighted = digits.iter().zip([1, 3].into_iter().cycle());
        let sum: u32 = weighted.map(|(digit, weight)| digit * weight).sum();
        digits.len() == 13 && sum.is_multiple_of(10)
    })
}

fn is_credit_card(text: &str) -> bool {
    const PATTERN: &str = concat!(
        r"^(?:4[0-9]{12}(?:[0-9]{3})?|5[1-5][0-9]{14}|6(?:011|5[0-9][0-9])[0-9]{12}|",
        r"3[47][0-9]{13}|3(?:0[0-5]|[68][0-9])[0-9]{11}|(?:2131|1800|35\d{3})\d{11})$"
    );
    static COMPILED: LazyLock<Pattern> = LazyLock::new(|| Pattern::new(PATTERN));
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    if COMPILED.matches(&digits) != Some(true) {
        return false;
    }
    let sum: u32 = digits
        .bytes()
        .rev()
        .enumerate()
        .map(|(at, digit)| {
            let digit = u32::from(digit - b'0') << (at % 2);
            digit / 10 + digit % 10
        })
        .sum();
    sum.is_multiple_of(10)
}

/// `123-45-6789`
fn is_ssn(text: &str) -> bool {
    text.len() == 11
        && text.bytes().enumerate().all(|(at, b)| match at {
            3 | 6 => b == b'-' || b == b' ',
            _ => b.is_ascii_digit(),
        })
}

fn is_label(text: &str) -> bool {
    let is_end = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    text.starts_with(is_end)
        && text.ends_with(is_end)
        && text.chars().all(|c| is_end(c) || c == '-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(format: &str, good: &[&str], bad: &[&str]) {
        for text in good {
            let told = has_format(format, text, Version::NEWEST);
            assert_eq!(told, Some(true), "{format} {text}");
        }
        for text in bad {
            let told = has_format(format, text, Version::NEWEST);
            assert_eq!(told, Some(false), "{format} {text}");
        }
    }

    #[test]
    fn addresses() {
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
            "mac",
            &["00:00:5e:00:53:01", "0000.5e00.5301"],
            &["zz", "00:00:5e:00:53", "0:0:0:0:0:0"],
        );
        check(
            "hostname",
            &["a", "a-b", "my-host.example.com", "ü.de"],
            &["my-host", "a b", "a_b", "-a", "a.b1", "a.b."],
        );
        check(
            "uri",
            &["https://example.com/a", "/a/b", "mailto:a"],
            &["a/b", "not a uri", ""],
        );
        check(
            "email",
            &["a@example.com", "a.b+c@d"],
            &["nobody", "a@", "@b", "a b@c", "a..b@c"],
        );
        assert_eq!(has_format("email", "A <a@b>", Version::NEWEST), None);
    }

    #[test]
    fn times() {
        check("date", &["2024-02-29"], &["2024-2-9", "2023-02-29"]);
        check(
            "date-time",
            &["2026-01-01T00:00:00Z"],
            &["2026-01-01", "2026-01-01 00:00:00"],
        );
        check(
            "duration",
            &["1h30m", "1d", "3 days", "5 weeks and 2 minutes", "0"],
            &["5", "5 parsecs", "", "days"],
        );
        assert_eq!(duration("2 min"), Some(120_000_000_000));
    }

    #[test]
    fn numbers() {
        let uuid = "123E4567-e89b-12d3-a456-426614174000";
        check(
            "uuid",
            &[uuid, "123e4567e89b12d3a456426614174000"],
            &["123e4567", &uuid[1..]],
        );
        check("uuid4", &["123e4567-e89b-42d3-a456-426614174000"], &[uuid]);
        check(
            "uuid5",
            &["123e4567-e89b-52d3-a456-426614174000"],
            &["123e4567-e89b-52d3-c456-426614174000"],
        );
        check(
            "isbn",
            &["0321751043", "978-0321751041"],
            &["0321751044", "978-0321751042", "1"],
        );
        check(
            "creditcard",
            &["4111-1111-1111-1111"],
            &["4111-1111-1111-1112", "1"],
        );
        check(
            "ssn",
            &["123-45-6789", "123 45 6789"],
            &["123456789", "12-345-6789"],
        );
        check("hexcolor", &["#fff", "00FF00"], &["redish", "#ffff"]);
        check(
            "rgbcolor",
            &["rgb(0,128,255)", "rgb( 1 , 2 , 3 )"],
            &["rgb(0,0,256)", "rgb(0,0)", "rgb(00,0,0)"],
        );
        check("bsonobjectid", &["507f1f77bcf86cd799439011"], &["507f1f77"]);
        check("byte", &["aGVsbG8="], &["not base64!", ""]);
    }

    #[test]
    fn names_are_a_format_since_1_34() {
        check("k8s-short-name", &["a-1"], &["A", "a.b", "-a", ""]);
        check("k8s-long-name", &["a-1.b"], &["a..b"]);
        let old = Version::parse("1.33").unwrap();
        assert_eq!(has_format("k8s-short-name", "A", old), Some(true));
        assert_eq!(
            has_format("my-own", "anything", Version::NEWEST),
            Some(true)
        );
    }
}
