//! Times written by Go's layouts, such as `2006-01-02`.

use super::moment::{Moment, day_name, month_name};

/// A part of a layout.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Part<'a> {
    Text(&'a str),
    LongMonth,
    Month,
    NumMonth {
        zero: bool,
    },
    LongDay,
    Day,
    NumDay {
        pad: char,
    },
    YearDay {
        pad: char,
    },
    Year,
    ShortYear,
    Hour,
    Hour12 {
        zero: bool,
    },
    Minute {
        zero: bool,
    },
    Second {
        zero: bool,
    },
    Noon {
        upper: bool,
    },
    ZoneName,
    Zone {
        z: bool,
        colon: bool,
        digits: u8,
    },
    /// Digits of a second behind the point; `trim` leaves zeros at the end away.
    Fraction {
        point: char,
        digits: usize,
        trim: bool,
    },
}

/// Every way to write a part, longer ones before those that they begin with.
const WRITTEN: &[(&str, Part<'static>)] = &[
    ("January", Part::LongMonth),
    ("Jan", Part::Month),
    ("Monday", Part::LongDay),
    ("Mon", Part::Day),
    ("MST", Part::ZoneName),
    ("002", Part::YearDay { pad: '0' }),
    ("01", Part::NumMonth { zero: true }),
    ("02", Part::NumDay { pad: '0' }),
    ("03", Part::Hour12 { zero: true }),
    ("04", Part::Minute { zero: true }),
    ("05", Part::Second { zero: true }),
    ("06", Part::ShortYear),
    ("2006", Part::Year),
    ("15", Part::Hour),
    ("__2", Part::YearDay { pad: ' ' }),
    ("_2006", Part::Text("_")),
    ("_2", Part::NumDay { pad: ' ' }),
    ("1", Part::NumMonth { zero: false }),
    ("2", Part::NumDay { pad: '-' }),
    ("3", Part::Hour12 { zero: false }),
    ("4", Part::Minute { zero: false }),
    ("5", Part::Second { zero: false }),
    ("PM", Part::Noon { upper: true }),
    ("pm", Part::Noon { upper: false }),
    (
        "-07:00:00",
        Part::Zone {
            z: false,
            colon: true,
            digits: 6,
        },
    ),
    (
        "-070000",
        Part::Zone {
            z: false,
            colon: false,
            digits: 6,
        },
    ),
    (
        "-07:00",
        Part::Zone {
            z: false,
            colon: true,
            digits: 4,
        },
    ),
    (
        "-0700",
        Part::Zone {
            z: false,
            colon: false,
            digits: 4,
        },
    ),
    (
        "-07",
        Part::Zone {
            z: false,
            colon: false,
            digits: 2,
        },
    ),
    (
        "Z07:00:00",
        Part::Zone {
            z: true,
            colon: true,
            digits: 6,
        },
    ),
    (
        "Z070000",
        Part::Zone {
            z: true,
            colon: false,
            digits: 6,
        },
    ),
    (
        "Z07:00",
        Part::Zone {
            z: true,
            colon: true,
            digits: 4,
        },
    ),
    (
        "Z0700",
        Part::Zone {
            z: true,
            colon: false,
            digits: 4,
        },
    ),
    (
        "Z07",
        Part::Zone {
            z: true,
            colon: false,
            digits: 2,
        },
    ),
];

/// A layout taken apart.
pub(super) fn parts(layout: &str) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    let (mut start, mut at) = (0, 0);
    while let Some(rest) = layout.get(at..).filter(|rest| !rest.is_empty()) {
        match first_part(rest) {
            Some((len, part)) => {
                if start < at {
                    parts.push(Part::Text(layout.get(start..at).unwrap_or_default()));
                }
                parts.push(part);
                at += len;
                start = at;
            }
            None => at += rest.chars().next().map_or(1, char::len_utf8),
        }
    }
    if start < at {
        parts.push(Part::Text(layout.get(start..).unwrap_or_default()));
    }
    parts
}

fn first_part(rest: &str) -> Option<(usize, Part<'_>)> {
    for (text, part) in WRITTEN {
        if !rest.starts_with(text) {
            continue;
        }
        match *part {
            // `Jan` and `Mon` are none at the beginning of a longer word.
            Part::Month | Part::Day
                if rest
                    .get(3..)
                    .is_some_and(|r| r.starts_with(|c: char| c.is_ascii_lowercase())) => {}
            // An underscore before a year is a plain one.
            Part::Text(_) => return Some((1, *part)),
            part => return Some((text.len(), part)),
        }
    }
    let point = rest.chars().next().filter(|c| matches!(c, '.' | ','))?;
    let digits = rest.get(1..)?;
    let digit = digits.chars().next().filter(|c| matches!(c, '0' | '9'))?;
    let count = digits.chars().take_while(|&c| c == digit).count();
    let next = digits.get(count..)?;
    if next.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let part = Part::Fraction {
        point,
        digits: count,
        trim: digit == '9',
    };
    Some((count + 1, part))
}

/// A moment by a layout.
pub fn format(moment: &Moment, layout: &str) -> String {
    let civil = moment.civil();
    let mut out = String::new();
    let padded = |value: i64, zero: bool| match zero {
        true => format!("{value:02}"),
        false => value.to_string(),
    };
    for part in parts(layout) {
        let text = match part {
            Part::Text(text) => text.to_owned(),
            Part::LongMonth => month_name(civil.month).to_owned(),
            Part::Month => month_name(civil.month).chars().take(3).collect(),
            Part::NumMonth { zero } => padded(civil.month, zero),
            Part::LongDay => day_name(civil.weekday).to_owned(),
            Part::Day => day_name(civil.weekday).chars().take(3).collect(),
            Part::NumDay { pad: '0' } => padded(civil.day, true),
            Part::NumDay { pad: ' ' } => format!("{:2}", civil.day),
            Part::NumDay { .. } => civil.day.to_string(),
            Part::YearDay { pad: '0' } => format!("{:03}", civil.year_day),
            Part::YearDay { .. } => format!("{:3}", civil.year_day),
            Part::Year if civil.year < 0 => format!("-{:04}", -civil.year),
            Part::Year => format!("{:04}", civil.year),
            Part::ShortYear => format!("{:02}", civil.year.rem_euclid(100)),
            Part::Hour => padded(civil.hour, true),
            Part::Hour12 { zero } => padded((civil.hour + 11) % 12 + 1, zero),
            Part::Minute { zero } => padded(civil.minute, zero),
            Part::Second { zero } => padded(civil.second, zero),
            Part::Noon { upper } => {
                let text = if civil.hour >= 12 { "PM" } else { "AM" };
                if upper {
                    text.to_owned()
                } else {
                    text.to_lowercase()
                }
            }
            Part::ZoneName if moment.zone.is_empty() => zone(moment.offset, false, false, 4),
            Part::ZoneName => moment.zone.clone(),
            Part::Zone { z, colon, digits } => zone(moment.offset, z, colon, digits),
            Part::Fraction {
                point,
                digits,
                trim,
            } => {
                let all = format!("{:09}", moment.nanoseconds);
                let shown = all.get(..digits.min(9)).unwrap_or(&all);
                let shown = if trim {
                    shown.trim_end_matches('0')
                } else {
                    shown
                };
                if trim && shown.is_empty() {
                    String::new()
                } else {
                    format!("{point}{shown}")
                }
            }
        };
        out.push_str(&text);
    }
    out
}

fn zone(offset: i32, z: bool, colon: bool, digits: u8) -> String {
    if z && offset == 0 {
        return "Z".to_owned();
    }
    let sign = if offset < 0 { '-' } else { '+' };
    let all = offset.unsigned_abs();
    let (hours, minutes, seconds) = (all / 3_600, all / 60 % 60, all % 60);
    let between = if colon { ":" } else { "" };
    match digits {
        2 => format!("{sign}{hours:02}"),
        4 => format!("{sign}{hours:02}{between}{minutes:02}"),
        _ => format!("{sign}{hours:02}{between}{minutes:02}{between}{seconds:02}"),
    }
}
