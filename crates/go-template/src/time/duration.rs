//! Lengths of time as Go writes them: `1h30m0s`.

const SECOND: i64 = 1_000_000_000;
const UNITS: [(&str, f64); 7] = [
    ("ns", 1.0),
    ("us", 1e3),
    ("µs", 1e3),
    ("ms", 1e6),
    ("s", 1e9),
    ("m", 60e9),
    ("h", 3_600e9),
];

/// Nanoseconds of a text such as `-1.5h`.
pub fn parse(text: &str) -> Option<i64> {
    let (negative, mut rest) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    if rest == "0" {
        return Some(0);
    }
    if rest.is_empty() {
        return None;
    }
    let mut total: i128 = 0;
    while !rest.is_empty() {
        let number_end = rest
            .find(|c: char| !c.is_ascii_digit() && c != '.')
            .unwrap_or(rest.len());
        let (number, tail) = rest.split_at(number_end);
        let unit_end = tail
            .find(|c: char| c.is_ascii_digit() || c == '.')
            .unwrap_or(tail.len());
        let (unit, tail) = tail.split_at(unit_end);
        let (_, scale) = UNITS
            .iter()
            .find(|(name, _)| *name == unit.replace('μ', "µ"))?;
        let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
        if whole.is_empty() && fraction.is_empty() || fraction.contains('.') {
            return None;
        }
        if !whole.is_empty() {
            total += whole.parse::<i128>().ok()?.checked_mul(*scale as i128)?;
        }
        if !fraction.is_empty() {
            let part: f64 = format!("0.{fraction}").parse().ok()?;
            total += (part * scale) as i128;
        }
        rest = tail;
    }
    i64::try_from(if negative { -total } else { total }).ok()
}

/// Nanoseconds as text.
pub fn format(nanoseconds: i64) -> String {
    let sign = if nanoseconds < 0 { "-" } else { "" };
    let all = nanoseconds.unsigned_abs();
    let decimals = |value: u64, scale: u64, digits: usize| {
        let fraction = format!("{:0digits$}", value % scale);
        match fraction.trim_end_matches('0') {
            "" => format!("{}", value / scale),
            fraction => format!("{}.{fraction}", value / scale),
        }
    };
    let text = match all {
        0 => return "0s".to_owned(),
        1..1_000 => format!("{all}ns"),
        1_000..1_000_000 => format!("{}µs", decimals(all, 1_000, 3)),
        1_000_000..1_000_000_000 => format!("{}ms", decimals(all, 1_000_000, 6)),
        _ => {
            let minutes = all / 60_000_000_000;
            let seconds = decimals(all % 60_000_000_000, 1_000_000_000, 9);
            match (minutes / 60, minutes % 60) {
                (0, 0) => format!("{seconds}s"),
                (0, minutes) => format!("{minutes}m{seconds}s"),
                (hours, minutes) => format!("{hours}h{minutes}m{seconds}s"),
            }
        }
    };
    format!("{sign}{text}")
}

/// Roughly, in its largest unit: `3mo`.
pub fn rough(nanoseconds: i64) -> String {
    const HOUR: u64 = 3_600;
    let all = nanoseconds.unsigned_abs();
    let units = [
        (HOUR * 24 * 365, "y"),
        (HOUR * 24 * 30, "mo"),
        (HOUR * 24, "d"),
        (HOUR, "h"),
        (60, "m"),
        (1, "s"),
    ];
    for (seconds, name) in units {
        let unit = seconds * SECOND.unsigned_abs();
        if all > unit {
            return format!("{}{name}", all / unit);
        }
    }
    "0s".to_owned()
}
