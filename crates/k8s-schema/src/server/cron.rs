//! Schedules of CronJobs.

use super::time_zone;

/// A field of a schedule.
struct Field {
    name: &'static str,
    least: u32,
    most: u32,
    /// The first one's number is `least`.
    names: &'static [&'static str],
}

const MONTHS: [&str; 12] = [
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
];
const DAYS: [&str; 7] = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

const FIELDS: [Field; 5] = [
    Field::new("minute", 0, 59, &[]),
    Field::new("hour", 0, 23, &[]),
    Field::new("day of the month", 1, 31, &[]),
    Field::new("month", 1, 12, &MONTHS),
    Field::new("day of the week", 0, 6, &DAYS),
];

const DESCRIPTORS: [&str; 7] = [
    "@yearly",
    "@annually",
    "@monthly",
    "@weekly",
    "@daily",
    "@midnight",
    "@hourly",
];

/// What is wrong with a schedule, in words that fit behind it.
pub(super) fn fault(schedule: &str, may_have_zone: bool) -> Option<String> {
    if schedule.contains("TZ") && !may_have_zone {
        return Some("must not name a time zone: the field `timeZone` is for that".to_owned());
    }
    let schedule = match ["TZ=", "CRON_TZ="]
        .iter()
        .find_map(|p| schedule.strip_prefix(p))
    {
        Some(rest) => match rest.split_once(' ') {
            Some((zone, rest)) if time_zone::is_known(zone) => rest.trim(),
            _ => return Some("has a time zone that does not exist".to_owned()),
        },
        None => schedule,
    };
    if let Some(duration) = schedule.strip_prefix("@every ") {
        let fault = "must have a duration such as `1h30m` after `@every`";
        return (!is_duration(duration)).then(|| fault.to_owned());
    }
    if schedule.starts_with('@') {
        let known = format!("must be one of {}", DESCRIPTORS.join(", "));
        return (!DESCRIPTORS.contains(&schedule)).then_some(known);
    }
    let count = schedule.split_whitespace().count();
    if count != FIELDS.len() {
        return Some(format!("must have 5 fields, not {count}"));
    }
    let mut fields = FIELDS.iter().zip(schedule.split_whitespace());
    fields.find_map(|(field, text)| field.fault(text))
}

impl Field {
    const fn new(
        name: &'static str,
        least: u32,
        most: u32,
        names: &'static [&'static str],
    ) -> Self {
        Self {
            name,
            least,
            most,
            names,
        }
    }

    fn fault(&self, text: &str) -> Option<String> {
        let mut ranges = text.split(',').filter(|range| !range.is_empty());
        let fault = ranges.find_map(|range| self.range_fault(range))?;
        Some(format!("has an invalid {}: {fault}", self.name))
    }

    fn range_fault(&self, range: &str) -> Option<String> {
        let (span, step) = match range.split_once('/') {
            Some((_, step)) if step.contains('/') => {
                return Some(format!("`{range}` has more than one `/`"));
            }
            Some((span, step)) => (span, Some(step)),
            None => (range, None),
        };
        let (low, high) = match span.split_once('-') {
            Some((low, _)) if matches!(low, "*" | "?") => (low, None),
            Some((_, high)) if high.contains('-') => {
                return Some(format!("`{range}` has more than one `-`"));
            }
            Some((low, high)) => (low, Some(high)),
            None => (span, None),
        };
        let (start, end) = if matches!(low, "*" | "?") {
            (self.least, self.most)
        } else {
            let number = |text: &str| {
                let whole = if text.is_empty() { range } else { text };
                let fault = || format!("`{whole}` is not a number");
                self.number(text).ok_or_else(fault)
            };
            match (number(low), high.map(number), step) {
                (Err(fault), _, _) | (_, Some(Err(fault)), _) => return Some(fault),
                (Ok(start), Some(Ok(end)), _) => (start, end),
                (Ok(start), None, Some(_)) => (start, self.most),
                (Ok(start), None, None) => (start, start),
            }
        };
        match step.map(|step| plain_number(step).ok_or(step)) {
            Some(Err(step)) => return Some(format!("`{step}` is not a number")),
            Some(Ok(0)) => return Some("a step must not be 0".to_owned()),
            _ => {}
        }
        let (least, most) = (self.least, self.most);
        if start < least || end > most {
            Some(format!("`{range}` is not between {least} and {most}"))
        } else if start > end {
            Some(format!("`{range}` ends before it begins"))
        } else {
            None
        }
    }

    fn number(&self, text: &str) -> Option<u32> {
        let named = self
            .names
            .iter()
            .position(|name| name.eq_ignore_ascii_case(text));
        match named {
            Some(at) => Some(self.least + at as u32),
            None => plain_number(text),
        }
    }
}

fn plain_number(text: &str) -> Option<u32> {
    text.parse().ok()
}

/// Whether Go reads the text as a duration: `1h30m`, `1.5s`, `0`.
fn is_duration(text: &str) -> bool {
    let mut rest = text.strip_prefix(['+', '-']).unwrap_or(text);
    if rest == "0" {
        return true;
    }
    let is_empty = rest.is_empty();
    while !rest.is_empty() {
        let is_part = |c: char| c.is_ascii_digit() || c == '.';
        let end = rest.find(|c| !is_part(c)).unwrap_or(rest.len());
        let (number, behind) = rest.split_at(end);
        let is_number =
            number.bytes().any(|b| b.is_ascii_digit()) && number.matches('.').count() < 2;
        let end = behind.find(is_part).unwrap_or(behind.len());
        let (unit, behind) = behind.split_at(end);
        if !is_number || !matches!(unit, "ns" | "us" | "µs" | "μs" | "ms" | "s" | "m" | "h") {
            return false;
        }
        rest = behind;
    }
    !is_empty
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn schedules_that_run() {
        for schedule in [
            "0 0 * * *",
            "*/5 * * * *",
            "1,2, * * * *",
            "? * * * ?",
            "0 9 * JAN-mar MON-FRI",
            "*/90 * * * *",
            "5/15 * * * *",
            "1-10/3 0 1 1 6",
            "@daily",
            "@every 1h30m",
            "@every 0.5s",
            "  0\t0 * * *",
            ", * * * *",
            "*-5 * * * *",
            "+5 * * * *",
        ] {
            assert_eq!(fault(schedule, false), None, "{schedule}");
        }
        assert_eq!(fault("TZ=Europe/Berlin 0 0 * * *", true), None);
    }

    #[test]
    fn schedules_that_do_not() {
        let told: Vec<String> = [
            "",
            "* * * *",
            "60 * * * *",
            "* 24 * * *",
            "* * 0 * *",
            "* * * 13 *",
            "* * * * 7",
            "* * * * monday",
            "*/0 * * * *",
            "*/x * * * *",
            "10-5 * * * *",
            "1-2-3 * * * *",
            "*/2/2 * * * *",
            "@Hourly",
            "@every 5",
            "@every ",
            "@every 1d",
            "H * * * *",
            "-1 * * * *",
            "TZ=UTC 0 0 * * *",
            "99999999999 * * * *",
        ]
        .into_iter()
        .map(|schedule| format!("{schedule}: {}", fault(schedule, false).unwrap()))
        .collect();
        insta::assert_snapshot!(told.join("\n"), @r"
        : must have 5 fields, not 0
        * * * *: must have 5 fields, not 4
        60 * * * *: has an invalid minute: `60` is not between 0 and 59
        * 24 * * *: has an invalid hour: `24` is not between 0 and 23
        * * 0 * *: has an invalid day of the month: `0` is not between 1 and 31
        * * * 13 *: has an invalid month: `13` is not between 1 and 12
        * * * * 7: has an invalid day of the week: `7` is not between 0 and 6
        * * * * monday: has an invalid day of the week: `monday` is not a number
        */0 * * * *: has an invalid minute: a step must not be 0
        */x * * * *: has an invalid minute: `x` is not a number
        10-5 * * * *: has an invalid minute: `10-5` ends before it begins
        1-2-3 * * * *: has an invalid minute: `1-2-3` has more than one `-`
        */2/2 * * * *: has an invalid minute: `*/2/2` has more than one `/`
        @Hourly: must be one of @yearly, @annually, @monthly, @weekly, @daily, @midnight, @hourly
        @every 5: must have a duration such as `1h30m` after `@every`
        @every : must have a duration such as `1h30m` after `@every`
        @every 1d: must have a duration such as `1h30m` after `@every`
        H * * * *: has an invalid minute: `H` is not a number
        -1 * * * *: has an invalid minute: `-1` is not a number
        TZ=UTC 0 0 * * *: must not name a time zone: the field `timeZone` is for that
        99999999999 * * * *: has an invalid minute: `99999999999` is not a number
        ");
        insta::assert_snapshot!(fault("TZ=Mars/Base 0 0 * * *", true).unwrap(), @"has a time zone that does not exist");
        insta::assert_snapshot!(fault("TZ=0", true).unwrap(), @"has a time zone that does not exist");
    }
}
