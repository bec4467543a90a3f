//! The functions of `time`, for regorus: what OPA says of moments and time zones, without the
//! present. What cannot be computed is undefined, as for every function of a policy.

use go_template::time::{self, Moment, day_name, days, duration};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use regorus::{Engine, Value};

const NANOSECONDS: i64 = 1_000_000_000;

/// How many years, months or days are added at most.
const MOST_ADDED: i64 = 1_000_000;

/// The layouts that have a name.
const NAMED: [(&str, &str); 10] = [
    ("ANSIC", "Mon Jan _2 15:04:05 2006"),
    ("RFC1123", "Mon, 02 Jan 2006 15:04:05 MST"),
    ("RFC1123Z", "Mon, 02 Jan 2006 15:04:05 -0700"),
    ("RFC3339", "2006-01-02T15:04:05Z07:00"),
    ("RFC3339Nano", WITH_FRACTION),
    ("RFC822", "02 Jan 06 15:04 MST"),
    ("RFC822Z", "02 Jan 06 15:04 -0700"),
    ("RFC850", "Monday, 02-Jan-06 15:04:05 MST"),
    ("RubyDate", "Mon Jan 02 15:04:05 -0700 2006"),
    ("UnixDate", "Mon Jan _2 15:04:05 MST 2006"),
];

const WITH_FRACTION: &str = "2006-01-02T15:04:05.999999999Z07:00";

type Function = fn(&[Value]) -> Option<Value>;

/// Every function, with the number of its arguments.
const FUNCTIONS: [(&str, u8, Function); 9] = [
    ("time.add_date", 4, add_date),
    ("time.clock", 1, clock),
    ("time.date", 1, date),
    ("time.diff", 2, diff),
    ("time.format", 1, format),
    ("time.parse_duration_ns", 1, parse_duration),
    ("time.parse_ns", 2, parse),
    ("time.parse_rfc3339_ns", 1, parse_rfc3339),
    ("time.weekday", 1, weekday),
];

/// Makes the functions known to an engine. None of them is there already.
pub(super) fn add_to(engine: &mut Engine) {
    for (name, count, function) in FUNCTIONS {
        let call =
            move |arguments: Vec<Value>| Ok(function(&arguments).unwrap_or(Value::Undefined));
        // It fails only for a name that is known.
        let _ = engine.add_extension(name.to_owned(), count, Box::new(call));
    }
}

/// What is given as a moment: nanoseconds since 1970, or a list of these, a time zone and a
/// layout.
struct Given {
    moment: Moment,
    zone: TimeZone,
    layout: Option<String>,
}

impl Given {
    fn read(value: &Value) -> Option<Self> {
        let Value::Array(items) = value else {
            return Self::at(value.as_i64().ok()?, TimeZone::UTC);
        };
        let nanoseconds = items.first()?.as_i64().ok()?;
        let zone = match items.get(1) {
            None => TimeZone::UTC,
            Some(name) => zone(name.as_string().ok()?)?,
        };
        let layout = match items.get(2) {
            None => None,
            Some(layout) => Some(layout.as_string().ok()?.to_string()),
        };
        (items.len() <= 3).then_some(())?;
        let given = Self::at(nanoseconds, zone)?;
        Some(Self { layout, ..given })
    }

    fn at(nanoseconds: i64, zone: TimeZone) -> Option<Self> {
        let seconds = nanoseconds.div_euclid(NANOSECONDS);
        let info = zone.to_offset_info(Timestamp::from_second(seconds).ok()?);
        let moment = Moment {
            seconds,
            nanoseconds: u32::try_from(nanoseconds.rem_euclid(NANOSECONDS)).ok()?,
            offset: info.offset().seconds(),
            zone: info.abbreviation().to_owned(),
        };
        Some(Self {
            moment,
            zone,
            layout: None,
        })
    }
}

/// A time zone by its name. That of the machine is none: it would differ.
fn zone(name: &str) -> Option<TimeZone> {
    match name {
        "" | "UTC" => Some(TimeZone::UTC),
        name => jiff::tz::TimeZoneDatabase::bundled().get(name).ok(),
    }
}

/// Nanoseconds since 1970, as far as they fit.
fn nanoseconds(moment: &Moment) -> Option<Value> {
    let all = moment.seconds.checked_mul(NANOSECONDS)?;
    let all = all.checked_add(i64::from(moment.nanoseconds))?;
    Some(all.into())
}

fn list<const N: usize>(items: [i64; N]) -> Value {
    items.map(Value::from).to_vec().into()
}

fn date(arguments: &[Value]) -> Option<Value> {
    let civil = Given::read(arguments.first()?)?.moment.civil();
    Some(list([civil.year, civil.month, civil.day]))
}

fn clock(arguments: &[Value]) -> Option<Value> {
    let civil = Given::read(arguments.first()?)?.moment.civil();
    Some(list([civil.hour, civil.minute, civil.second]))
}

fn weekday(arguments: &[Value]) -> Option<Value> {
    let civil = Given::read(arguments.first()?)?.moment.civil();
    Some(day_name(civil.weekday).into())
}

fn format(arguments: &[Value]) -> Option<Value> {
    let given = Given::read(arguments.first()?)?;
    let layout = given.layout.as_deref().unwrap_or(WITH_FRACTION);
    Some(time::format(&given.moment, named(layout)).into())
}

fn parse(arguments: &[Value]) -> Option<Value> {
    let [layout, text] = arguments else {
        return None;
    };
    let layout = layout.as_string().ok()?;
    nanoseconds(&time::parse(named(layout), text.as_string().ok()?)?)
}

fn parse_rfc3339(arguments: &[Value]) -> Option<Value> {
    let text = arguments.first()?.as_string().ok()?;
    nanoseconds(&time::parse(named("RFC3339"), text)?)
}

fn parse_duration(arguments: &[Value]) -> Option<Value> {
    let text = arguments.first()?.as_string().ok()?;
    duration::parse(text).map(Value::from)
}

fn named(layout: &str) -> &str {
    let known = NAMED.iter().find(|(name, _)| *name == layout);
    known.map_or(layout, |(_, layout)| layout)
}

/// Days and months beyond the end of theirs carry over.
fn add_date(arguments: &[Value]) -> Option<Value> {
    let [moment, added @ ..] = arguments else {
        return None;
    };
    let moment = Given::at(moment.as_i64().ok()?, TimeZone::UTC)?.moment;
    let mut steps = [0; 3];
    for (step, value) in steps.iter_mut().zip(added) {
        let value = value.as_i64().ok()?;
        *step = (value.abs() <= MOST_ADDED).then_some(value)?;
    }
    let civil = moment.civil();
    let [years, months, more] = steps;
    let day = days(civil.year + years, civil.month + months, civil.day + more);
    nanoseconds(&Moment {
        seconds: day * 86_400 + moment.seconds.rem_euclid(86_400),
        ..moment
    })
}

/// Years, months, days, hours, minutes and seconds between two moments, in the first one's zone.
fn diff(arguments: &[Value]) -> Option<Value> {
    let [one, other] = arguments else {
        return None;
    };
    let (one, other) = (Given::read(one)?, Given::read(other)?);
    let nanoseconds = other.moment.seconds.checked_mul(NANOSECONDS)?;
    let nanoseconds = nanoseconds.checked_add(i64::from(other.moment.nanoseconds))?;
    let other = Given::at(nanoseconds, one.zone)?.moment;
    let key = |moment: &Moment| (moment.seconds, moment.nanoseconds);
    let (from, to) = match key(&one.moment) > key(&other) {
        true => (other, one.moment),
        false => (one.moment, other),
    };
    let (from, to) = (from.civil(), to.civil());
    let mut years = to.year - from.year;
    let mut months = to.month - from.month;
    let mut between = to.day - from.day;
    let mut hours = to.hour - from.hour;
    let mut minutes = to.minute - from.minute;
    let mut seconds = to.second - from.second;
    if seconds < 0 {
        seconds += 60;
        minutes -= 1;
    }
    if minutes < 0 {
        minutes += 60;
        hours -= 1;
    }
    if hours < 0 {
        hours += 24;
        between -= 1;
    }
    if between < 0 {
        let length = days(from.year, from.month + 1, 1) - days(from.year, from.month, 1);
        between += length;
        months -= 1;
    }
    if months < 0 {
        months += 12;
        years -= 1;
    }
    Some(list([years, months, between, hours, minutes, seconds]))
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    fn check(queries: &[&str]) -> String {
        let mut engine = crate::checks::policy::run::engine();
        let told = queries.iter().map(|query| {
            let found = engine.eval_query((*query).to_owned(), false).unwrap();
            let found = found.result.first().and_then(|row| row.expressions.first());
            let found = found.map_or("undefined".to_owned(), |own| own.value.to_string());
            format!("{query}: {found}\n")
        });
        told.collect()
    }

    #[test]
    fn calendars_and_clocks() {
        let queries = [
            "time.date(1700000000000000000)",
            "time.date([1700000000000000000, \"Asia/Tokyo\"])",
            "time.clock([1700000000000000000, \"America/New_York\"])",
            "time.weekday(-1)",
            "time.format(1700000000123000000)",
            "time.format([1700000000000000000, \"Europe/Berlin\"])",
            "time.format([1690000000000000000, \"Europe/Berlin\", \"RFC1123\"])",
            "time.format([1700000000000000000, \"\", \"2006-01-02\"])",
            "time.date([1700000000000000000, \"Local\"])",
            "time.date([1700000000000000000, \"Europe/Nowhere\"])",
            "time.date(\"today\")",
        ];
        assert_snapshot!(check(&queries), @r#"
        time.date(1700000000000000000): [2023,11,14]
        time.date([1700000000000000000, "Asia/Tokyo"]): [2023,11,15]
        time.clock([1700000000000000000, "America/New_York"]): [17,13,20]
        time.weekday(-1): "Wednesday"
        time.format(1700000000123000000): "2023-11-14T22:13:20.123Z"
        time.format([1700000000000000000, "Europe/Berlin"]): "2023-11-14T23:13:20+01:00"
        time.format([1690000000000000000, "Europe/Berlin", "RFC1123"]): "Sat, 22 Jul 2023 06:26:40 CEST"
        time.format([1700000000000000000, "", "2006-01-02"]): "2023-11-14"
        time.date([1700000000000000000, "Local"]): undefined
        time.date([1700000000000000000, "Europe/Nowhere"]): undefined
        time.date("today"): undefined
        "#);
    }

    #[test]
    fn reading() {
        let queries = [
            "time.parse_rfc3339_ns(\"2026-03-01T12:00:00.5+02:00\")",
            "time.parse_rfc3339_ns(\"2026-03-01\")",
            "time.parse_ns(\"2006-01-02\", \"2026-02-30\")",
            "time.parse_ns(\"RFC822\", \"01 Mar 26 12:00 UTC\")",
            "time.parse_ns(\"2006\", \"9999\")",
            "time.parse_duration_ns(\"1h30m\")",
            "time.parse_duration_ns(\"a while\")",
        ];
        assert_snapshot!(check(&queries), @r#"
        time.parse_rfc3339_ns("2026-03-01T12:00:00.5+02:00"): 1772359200500000000
        time.parse_rfc3339_ns("2026-03-01"): undefined
        time.parse_ns("2006-01-02", "2026-02-30"): undefined
        time.parse_ns("RFC822", "01 Mar 26 12:00 UTC"): 1772366400000000000
        time.parse_ns("2006", "9999"): undefined
        time.parse_duration_ns("1h30m"): 5400000000000
        time.parse_duration_ns("a while"): undefined
        "#);
    }

    #[test]
    fn differences() {
        let day = "time.parse_ns(\"2006-01-02\", \"2026-01-31\")";
        let leap = "time.parse_ns(\"2006-01-02\", \"2024-02-29\")";
        let queries = [
            format!("time.format(time.add_date({day}, 0, 1, 0))"),
            format!("time.format(time.add_date({leap}, 1, 0, 0))"),
            format!("time.format(time.add_date({leap}, 0, 0, -60))"),
            format!("time.add_date({leap}, 99999999999, 0, 0)"),
            format!("time.add_date({leap}, 9999, 0, 0)"),
            "time.format(time.add_date(1774700000000000001, 0, -1, 1))".to_owned(),
            format!("time.diff({leap}, {day})"),
            format!("time.diff({day}, {leap})"),
            "time.diff(0, 1)".to_owned(),
        ];
        let queries: Vec<&str> = queries.iter().map(String::as_str).collect();
        assert_snapshot!(check(&queries), @r#"
        time.format(time.add_date(time.parse_ns("2006-01-02", "2026-01-31"), 0, 1, 0)): "2026-03-03T00:00:00Z"
        time.format(time.add_date(time.parse_ns("2006-01-02", "2024-02-29"), 1, 0, 0)): "2025-03-01T00:00:00Z"
        time.format(time.add_date(time.parse_ns("2006-01-02", "2024-02-29"), 0, 0, -60)): "2023-12-31T00:00:00Z"
        time.add_date(time.parse_ns("2006-01-02", "2024-02-29"), 99999999999, 0, 0): undefined
        time.add_date(time.parse_ns("2006-01-02", "2024-02-29"), 9999, 0, 0): undefined
        time.format(time.add_date(1774700000000000001, 0, -1, 1)): "2026-03-01T12:13:20.000000001Z"
        time.diff(time.parse_ns("2006-01-02", "2024-02-29"), time.parse_ns("2006-01-02", "2026-01-31")): [1,11,2,0,0,0]
        time.diff(time.parse_ns("2006-01-02", "2026-01-31"), time.parse_ns("2006-01-02", "2024-02-29")): [1,11,2,0,0,0]
        time.diff(0, 1): [0,0,0,0,0,0]
        "#);
    }
}
