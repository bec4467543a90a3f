//! Texts with rules of their own.

/// Whether the API server reads the text as a quantity, such as `100m` or `1.5Gi`.
pub(crate) fn is_quantity(text: &str) -> bool {
    let text = text.trim();
    if text.is_empty() {
        return false;
    }
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let rest = unsigned.trim_start_matches(|c: char| c.is_ascii_digit());
    let suffix = match rest.strip_prefix('.') {
        Some(fraction) => fraction.trim_start_matches(|c: char| c.is_ascii_digit()),
        None => rest,
    };
    match suffix {
        "" | "n" | "u" | "m" | "k" | "M" | "G" | "T" | "P" | "E" => true,
        "Ki" | "Mi" | "Gi" | "Ti" | "Pi" | "Ei" => true,
        _ => match suffix.strip_prefix(['e', 'E']) {
            Some(exponent) => exponent.parse::<i64>().is_ok(),
            None => false,
        },
    }
}

/// What was meant by something that is no quantity: `10GB` → `10G`.
pub(crate) fn nearest_quantity(text: &str) -> Option<String> {
    let compact: String = text.split_whitespace().collect();
    let digits = compact
        .find(|c: char| !(c.is_ascii_digit() || c == '.'))
        .unwrap_or(compact.len());
    let (number, suffix) = compact.split_at(digits);
    let suffix = match suffix.to_ascii_lowercase().as_str() {
        "" => "",
        "b" => "",
        "k" | "kb" => "k",
        "mb" => "M",
        "g" | "gb" => "G",
        "t" | "tb" => "T",
        "ki" | "kib" => "Ki",
        "mi" | "mib" => "Mi",
        "gi" | "gib" => "Gi",
        "ti" | "tib" => "Ti",
        _ => return None,
    };
    (!number.is_empty()).then(|| format!("{number}{suffix}"))
}

/// Whether the text is base64 of the standard alphabet with padding; line breaks are allowed.
pub(crate) fn is_base64(text: &str) -> bool {
    let mut length = 0usize;
    let mut padding = 0usize;
    for byte in text.bytes() {
        match byte {
            b'\n' | b'\r' => continue,
            b'=' => padding += 1,
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'+' | b'/' if padding == 0 => {}
            _ => return false,
        }
        length += 1;
    }
    length.is_multiple_of(4) && padding <= 2
}

/// The bytes that a text in base64 stands for; `None` if it is none.
pub(crate) fn base64(text: &str) -> Option<Vec<u8>> {
    if !is_base64(text) {
        return None;
    }
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    let (mut bits, mut count) = (0u32, 0);
    for byte in text.bytes() {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => continue,
        };
        bits = bits << 6 | u32::from(value);
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count) as u8);
        }
    }
    Some(bytes)
}

/// Whether the text is a date and time of RFC 3339.
pub(crate) fn is_date_time(text: &str) -> bool {
    let Some((date, rest)) = text.split_at_checked(10) else {
        return false;
    };
    is_date(date) && is_time(rest).unwrap_or(false)
}

/// `T15:04:05.999Z`, `T15:04:05+02:00`
fn is_time(text: &str) -> Option<bool> {
    let rest = text.strip_prefix('T')?;
    let (clock, rest) = rest.split_at_checked(8)?;
    let rest = match rest.strip_prefix(['.', ',']) {
        Some(fraction) => {
            let zone = fraction.trim_start_matches(|c: char| c.is_ascii_digit());
            if zone.len() == fraction.len() {
                return Some(false);
            }
            zone
        }
        None => rest,
    };
    let zone = rest == "Z" || {
        let offset = rest.strip_prefix(['+', '-'])?;
        let [hours, minutes] = numbers(offset, ':')?;
        hours <= 24 && minutes < 60
    };
    let [hours, minutes, seconds] = numbers(clock, ':')?;
    Some(hours < 24 && minutes < 60 && seconds < 60 && zone)
}

/// Whether the text is a date: `2006-01-02`.
pub(crate) fn is_date(text: &str) -> bool {
    let Some((year, rest)) = text.split_once('-') else {
        return false;
    };
    let (Some(year), Some([month, day])) = (number(year, 4), numbers(rest, '-')) else {
        return false;
    };
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let days = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => return false,
    };
    (1..=days).contains(&day)
}

/// Numbers of two digits with a separator between them.
fn numbers<const N: usize>(text: &str, separator: char) -> Option<[u32; N]> {
    let mut numbers = [0; N];
    let mut parts = text.split(separator);
    for number in &mut numbers {
        *number = self::number(parts.next()?, 2)?;
    }
    parts.next().is_none().then_some(numbers)
}

/// A number of exactly so many digits.
pub(crate) fn number(text: &str, digits: usize) -> Option<u32> {
    let well_formed = text.len() == digits && text.bytes().all(|b| b.is_ascii_digit());
    text.parse().ok().filter(|_| well_formed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(is: impl Fn(&str) -> bool, good: &[&str], bad: &[&str]) {
        for text in good {
            assert!(is(text), "{text:?} is good");
        }
        for text in bad {
            assert!(!is(text), "{text:?} is bad");
        }
    }

    #[test]
    fn quantities() {
        check(
            is_quantity,
            &[
                "0", "1", "100m", "1.5Gi", ".5", "1.", "-1", "+3k", "1e3", "1E-3", "12E", "5n",
                " 1 ", "007",
            ],
            &[
                "", "1 Gi", "1gb", "1GB", "1K", "1mi", "1e", "1e1.5", "ten", "1,5", "0x10", "1..2",
            ],
        );
        assert_eq!(nearest_quantity("10GB").as_deref(), Some("10G"));
        assert_eq!(nearest_quantity("1.5 gib").as_deref(), Some("1.5Gi"));
        assert_eq!(nearest_quantity("1K").as_deref(), Some("1k"));
        assert_eq!(nearest_quantity("many"), None);
    }

    #[test]
    fn base64() {
        check(
            is_base64,
            &["", "YQ==", "YWI=", "YWJj", "YW\nJj\r\n", "+/+/"],
            &[
                "Y",
                "YQ",
                "YQ=",
                "Y===",
                "YQ==YQ==",
                "YQ= =",
                "-_-_",
                "pässword",
            ],
        );
    }

    #[test]
    fn base64_is_decoded() {
        for (text, bytes) in [("", ""), ("YQ==", "a"), ("YW\nJj\n", "abc"), ("e30=", "{}")] {
            assert_eq!(
                super::base64(text).as_deref(),
                Some(bytes.as_bytes()),
                "{text}"
            );
        }
        assert_eq!(super::base64("{}"), None);
    }

    #[test]
    fn dates_and_times() {
        check(
            is_date_time,
            &[
                "2024-02-29T23:59:59Z",
                "2024-01-01T00:00:00.123456Z",
                "2024-01-01T00:00:00+02:00",
            ],
            &[
                "",
                "2024-01-01",
                "2023-02-29T00:00:00Z",
                "2024-13-01T00:00:00Z",
                "2024-01-01T24:00:00Z",
                "2024-01-01T00:00:00",
                "2024-01-01 00:00:00Z",
                "2024-01-01T00:00:00.Z",
                "2024-01-01Tää:00:00Z",
                "20240-01-1T00:00:00Z",
                "+204-01-01T00:00:00Z",
            ],
        );
    }
}
