//! What calendars and clocks show.

use super::{Declared, mismatch};
use crate::eval::Evaluated;
use crate::time::{Civil, offset};
use crate::{Failure, Timestamp, Value};

macro_rules! parts {
    ($(($name:literal, $part:expr)),+) => {
        &[$(
            (concat!("timestamp ", $name, "(): int"), 0, |_, args| part(args, $part)),
            (concat!("timestamp ", $name, "(string): int"), 0, |_, args| part(args, $part)),
        )+
        ("duration getHours(): int", 0, |_, args| length(args, 3_600_000_000_000)),
        ("duration getMinutes(): int", 0, |_, args| length(args, 60_000_000_000)),
        ("duration getSeconds(): int", 0, |_, args| length(args, 1_000_000_000)),
        ("duration getMilliseconds(): int", 0, |_, args| length(args, 1_000_000)),
        ]
    };
}

pub(super) const FUNCTIONS: &[Declared] = parts![
    ("getFullYear", |at, _| at.year),
    ("getMonth", |at, _| at.month - 1),
    ("getDate", |at, _| at.day),
    ("getDayOfMonth", |at, _| at.day - 1),
    ("getDayOfYear", |at, _| at.day_of_year),
    ("getDayOfWeek", |at, _| at.weekday),
    ("getHours", |at, _| at.hours),
    ("getMinutes", |at, _| at.minutes),
    ("getSeconds", |at, _| at.seconds),
    ("getMilliseconds", |_, at| at.millis())
];

fn part(args: &[Value], part: fn(Civil, Timestamp) -> i64) -> Evaluated {
    let (at, offset) = match args {
        [Value::Timestamp(at)] => (at, 0),
        [Value::Timestamp(at), Value::String(zone)] => (at, zone_offset(zone)?),
        _ => return Err(mismatch(args)),
    };
    Ok(Value::Int(part(at.civil(offset), *at)))
}

/// Zones by name are not known here.
fn zone_offset(zone: &str) -> Result<i64, Failure> {
    match zone {
        "UTC" | "" => Ok(0),
        _ if !zone.contains(':') => Err(Failure::UNSUPPORTED),
        _ => offset(zone)
            .or_else(|| offset(&format!("+{zone}")))
            .ok_or_else(|| Failure::error("the text is not a time zone")),
    }
}

fn length(args: &[Value], unit: i64) -> Evaluated {
    match args {
        [Value::Duration(nanos)] => Ok(Value::Int(nanos / unit)),
        _ => Err(mismatch(args)),
    }
}
