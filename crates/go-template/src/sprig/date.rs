//! Dates. The host says what time it is, and what is made from that is marked.

use std::any::Any;

use super::{ANY, Out, STR};
use crate::function::{Args, Function, Param};
use crate::time::{self, Moment, duration};
use crate::value::Object;
use crate::{Data, ErrorKind, Evaluator, Failure, IntType, Value};

const TYPE: &str = "time.Time";
const TIME: Param = Param::Object(TYPE);

pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("now", &[], |ev, _| Ok(now(ev))),
    Function::new("ago", &[ANY], ago),
    Function::new("date", &[STR, ANY], |ev, args| {
        in_zone(ev, &args.str(0)?, args.value(1)?, "")
    }),
    Function::new("dateInZone", &[STR, ANY, STR], date_in_zone),
    Function::new("date_in_zone", &[STR, ANY, STR], date_in_zone),
    Function::new("htmlDate", &[ANY], |ev, args| {
        in_zone(ev, HTML, args.value(0)?, "")
    }),
    Function::new("htmlDateInZone", &[ANY, STR], |ev, args| {
        in_zone(ev, HTML, args.value(0)?, &args.str(1)?)
    }),
    Function::new("dateModify", &[STR, TIME], |_, args| modify(args, false)),
    Function::new("date_modify", &[STR, TIME], |_, args| modify(args, false)),
    Function::new("mustDateModify", &[STR, TIME], |_, args| modify(args, true)),
    Function::new("must_date_modify", &[STR, TIME], |_, args| {
        modify(args, true)
    }),
    Function::new("toDate", &[STR, STR], |_, args| {
        let moment = time::parse(&args.str(0)?, &args.str(1)?);
        Ok(as_value(moment.unwrap_or_else(year_one)))
    }),
    Function::new("mustToDate", &[STR, STR], |_, args| {
        let moment = time::parse(&args.str(0)?, &args.str(1)?);
        moment
            .map(as_value)
            .ok_or_else(|| Failure::function("this is not a date of that layout"))
    }),
    Function::new("unixEpoch", &[TIME], |_, args| {
        Ok(args.object::<Moment>(0)?.seconds.to_string().into())
    }),
    Function::new("duration", &[ANY], |_, args| {
        let seconds = match &args.value(0)?.data {
            Data::Str(text) => text.to_str().parse().unwrap_or(0),
            Data::Int(seconds, IntType::Int64) => *seconds,
            _ => 0,
        };
        Ok(duration::format(seconds.wrapping_mul(1_000_000_000)).into())
    }),
    Function::new("durationRound", &[ANY], |ev, args| {
        let nanoseconds = match &args.value(0)?.data {
            Data::Str(text) => duration::parse(&text.to_str()).unwrap_or(0),
            Data::Int(nanoseconds, IntType::Int64) => *nanoseconds,
            Data::Object(object) => match object.as_any().downcast_ref::<Moment>() {
                Some(moment) => {
                    let seconds = ev.host().entropy().now().saturating_sub(moment.seconds);
                    let text = duration::rough(seconds.saturating_mul(1_000_000_000));
                    return Ok(Value::from(text).placeholder());
                }
                None => 0,
            },
            _ => 0,
        };
        Ok(duration::rough(nanoseconds).into())
    }),
];

const HTML: &str = "2006-01-02";

fn as_value(moment: Moment) -> Value {
    Value::object(moment)
}

/// The zero of Go's times.
fn year_one() -> Moment {
    Moment::utc(time::days(1, 1, 1) * 86_400)
}

fn now(evaluator: &mut Evaluator<'_>) -> Value {
    let seconds = evaluator.host().entropy().now();
    as_value(Moment::utc(seconds)).placeholder()
}

/// The moment that a value stands for; what stands for none is the present.
fn moment_of(evaluator: &mut Evaluator<'_>, value: &Value) -> Value {
    match &value.data {
        Data::Object(object) if object.as_any().is::<Moment>() => value.clone(),
        Data::Int(seconds, IntType::Int | IntType::Int64 | IntType::Int32) => {
            as_value(Moment::utc(*seconds)).traced(value.trace)
        }
        _ => now(evaluator),
    }
}

/// A date by a layout. Only Greenwich is known as a zone: in another one the result is marked,
/// because it would differ.
fn in_zone(evaluator: &mut Evaluator<'_>, layout: &str, value: &Value, zone: &str) -> Out {
    let value = moment_of(evaluator, value);
    let Data::Object(object) = &value.data else {
        return Ok("".into());
    };
    let Some(moment) = object.as_any().downcast_ref::<Moment>() else {
        return Ok("".into());
    };
    let shown = Moment {
        offset: 0,
        zone: "UTC".to_owned(),
        ..moment.clone()
    };
    let text = Value::from(time::format(&shown, layout)).traced(value.trace);
    let greenwich = matches!(zone, "" | "UTC" | "Local" | "GMT" | "Etc/UTC");
    Ok(if greenwich { text } else { text.placeholder() })
}

fn date_in_zone(evaluator: &mut Evaluator<'_>, args: Args<'_>) -> Out {
    in_zone(evaluator, &args.str(0)?, args.value(1)?, &args.str(2)?)
}

fn ago(evaluator: &mut Evaluator<'_>, args: Args<'_>) -> Out {
    let value = moment_of(evaluator, args.value(0)?);
    let now = evaluator.host().entropy().now();
    let seconds = match &value.data {
        Data::Object(object) => object
            .as_any()
            .downcast_ref::<Moment>()
            .map_or(now, |m| m.seconds),
        _ => now,
    };
    let text = duration::format(now.saturating_sub(seconds).saturating_mul(1_000_000_000));
    Ok(Value::from(text).placeholder())
}

fn modify(args: Args<'_>, strict: bool) -> Out {
    let moment = args.object::<Moment>(1)?;
    match duration::parse(&args.str(0)?) {
        Some(by) => Ok(as_value(later(moment, by)).traced(args.value(1)?.trace)),
        None if strict => Err(Failure::function("this is not a duration such as `1h30m`")),
        None => Ok(args.value(1)?.clone()),
    }
}

fn later(moment: &Moment, nanoseconds: i64) -> Moment {
    let all = i128::from(moment.seconds) * 1_000_000_000
        + i128::from(moment.nanoseconds)
        + i128::from(nanoseconds);
    Moment {
        seconds: i64::try_from(all.div_euclid(1_000_000_000)).unwrap_or(i64::MAX),
        nanoseconds: u32::try_from(all.rem_euclid(1_000_000_000)).unwrap_or(0),
        ..moment.clone()
    }
}

const METHODS: &[&str] = &[
    "Format",
    "Unix",
    "UnixMilli",
    "Year",
    "Month",
    "Day",
    "Hour",
    "Minute",
    "Second",
    "Weekday",
    "YearDay",
    "IsZero",
    "String",
    "UTC",
    "Local",
    "AddDate",
    "Before",
    "After",
    "Equal",
];

impl Object for Moment {
    fn type_name(&self) -> &str {
        TYPE
    }

    fn call(
        &self,
        _: &mut Evaluator<'_>,
        method: &str,
        args: &[Value],
    ) -> Option<Result<Value, Failure>> {
        METHODS.contains(&method).then(|| self.method(method, args))
    }

    fn members(&self) -> Vec<&str> {
        METHODS.to_vec()
    }

    fn display(&self) -> Option<String> {
        Some(time::format(
            self,
            "2006-01-02 15:04:05.999999999 -0700 MST",
        ))
    }

    fn json(&self) -> Option<String> {
        Some(time::format(self, "2006-01-02T15:04:05.999999999Z07:00"))
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

impl Moment {
    fn method(&self, method: &str, args: &[Value]) -> Out {
        let civil = self.civil();
        let wrong = || {
            let message = format!("`{method}` does not take these arguments");
            Err(Failure::new(ErrorKind::Arguments, message))
        };
        let other = |value: &Value| match &value.data {
            Data::Object(object) => object.as_any().downcast_ref::<Moment>().map(Moment::order),
            _ => None,
        };
        Ok(match (method, args) {
            ("Format", [format]) => match format.as_text() {
                Some(text) => time::format(self, &text.to_str()).into(),
                None => return wrong(),
            },
            ("Before" | "After" | "Equal", [value]) => match other(value) {
                Some(order) => match method {
                    "Before" => (self.order() < order).into(),
                    "After" => (self.order() > order).into(),
                    _ => (self.order() == order).into(),
                },
                None => return wrong(),
            },
            ("AddDate", [years, months, more]) => match (&years.data, &months.data, &more.data) {
                (Data::Int(years, _), Data::Int(months, _), Data::Int(more, _)) => {
                    const FAR: i64 = 1_000_000;
                    if [years, months, more].iter().any(|n| n.abs() > FAR) {
                        return Err(Failure::function("that is too far away"));
                    }
                    let before = time::days(civil.year, civil.month, civil.day);
                    let after =
                        time::days(civil.year + years, civil.month + months, civil.day + more);
                    let seconds = self.seconds + (after - before) * 86_400;
                    as_value(Self {
                        seconds,
                        ..self.clone()
                    })
                }
                _ => return wrong(),
            },
            ("Unix", []) => Value::int64(self.seconds),
            ("UnixMilli", []) => Value::int64(
                self.seconds.wrapping_mul(1_000) + i64::from(self.nanoseconds / 1_000_000),
            ),
            ("Year", []) => civil.year.into(),
            ("Month", []) => time::month_name(civil.month).into(),
            ("Weekday", []) => time::day_name(civil.weekday).into(),
            ("Day", []) => civil.day.into(),
            ("Hour", []) => civil.hour.into(),
            ("Minute", []) => civil.minute.into(),
            ("Second", []) => civil.second.into(),
            ("YearDay", []) => civil.year_day.into(),
            ("IsZero", []) => (*self == year_one()).into(),
            ("String", []) => self.display().unwrap_or_default().into(),
            ("UTC" | "Local", []) => as_value(Self {
                offset: 0,
                zone: "UTC".to_owned(),
                ..self.clone()
            }),
            _ => return wrong(),
        })
    }

    fn order(&self) -> (i64, u32) {
        (self.seconds, self.nanoseconds)
    }
}
