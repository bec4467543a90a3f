//! Times at which sync windows open, and how long they stay open.

use std::time::Duration;

/// When a window opens: five fields as of cron.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Schedule {
    /// Minutes, as bits.
    pub minutes: u64,
    /// Hours, as bits.
    pub hours: u64,
    /// Days of the month, as bits from 1.
    pub days: u64,
    /// Months, as bits from 1.
    pub months: u64,
    /// Days of the week, as bits from Sunday.
    pub weekdays: u64,
}

struct Field {
    name: &'static str,
    low: u32,
    high: u32,
    names: &'static [&'static str],
}

const FIELDS: [Field; 5] = [
    Field {
        name: "minute",
        low: 0,
        high: 59,
        names: &[],
    },
    Field {
        name: "hour",
        low: 0,
        high: 23,
        names: &[],
    },
    Field {
        name: "day of the month",
        low: 1,
        high: 31,
        names: &[],
    },
    Field {
        name: "month",
        low: 1,
        high: 12,
        names: &[
            "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
        ],
    },
    Field {
        name: "day of the week",
        low: 0,
        high: 6,
        names: &["sun", "mon", "tue", "wed", "thu", "fri", "sat"],
    },
];

impl Schedule {
    /// Reads a schedule.
    ///
    /// # Errors
    /// What is wrong with it, in words.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut rest = text.trim();
        for prefix in ["TZ=", "CRON_TZ="] {
            if let Some(zone) = rest.strip_prefix(prefix) {
                let (_, fields) = zone.split_once(' ').unwrap_or((zone, ""));
                rest = fields.trim();
            }
        }
        if rest.starts_with('@') {
            return Err(format!("`{rest}` is not supported: write five fields"));
        }
        let fields: Vec<&str> = rest.split_whitespace().collect();
        let [minutes, hours, days, months, weekdays] = fields.as_slice() else {
            return Err(format!("it takes five fields, not {}", fields.len()));
        };
        let [a, b, c, d, e] = FIELDS;
        Ok(Self {
            minutes: a.parse(minutes)?,
            hours: b.parse(hours)?,
            days: c.parse(days)?,
            months: d.parse(months)?,
            weekdays: e.parse(weekdays)?,
        })
    }
}

impl Field {
    fn parse(&self, text: &str) -> Result<u64, String> {
        let mut bits = 0;
        for part in text.split(',').filter(|part| !part.is_empty()) {
            bits |= self.part(part)?;
        }
        Ok(bits)
    }

    /// `*`, `a`, `a-b`, each with `/step`.
    fn part(&self, text: &str) -> Result<u64, String> {
        let wrong = || format!("`{text}` is not a valid {}", self.name);
        let (range, step) = match text.split_once('/') {
            Some((range, step)) => (range, Some(step)),
            None => (text, None),
        };
        let (low, mut high) = match range {
            "*" | "?" => (self.low, self.high),
            _ => match range.split_once('-') {
                Some((low, high)) => (self.number(low)?, self.number(high)?),
                None => {
                    let only = self.number(range)?;
                    (only, only)
                }
            },
        };
        let step = match step {
            Some(step) => {
                if !range.contains('-') {
                    high = self.high;
                }
                step.parse::<u32>().map_err(|_| wrong())?
            }
            None => 1,
        };
        if step == 0 {
            return Err(format!("`{text}` has a step of 0"));
        }
        if low < self.low || high > self.high {
            let (from, to) = (self.low, self.high);
            return Err(format!(
                "`{text}` is not a valid {} from {from} to {to}",
                self.name
            ));
        }
        if low > high {
            return Err(format!("`{text}` ends before it begins"));
        }
        let mut bits = 0;
        let mut at = low;
        while at <= high {
            bits |= 1 << at;
            at = at.saturating_add(step);
        }
        Ok(bits)
    }

    fn number(&self, text: &str) -> Result<u32, String> {
        let lower = text.to_ascii_lowercase();
        if let Some(index) = self.names.iter().position(|name| *name == lower) {
            return Ok(self.low + index as u32);
        }
        let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        let number = digits.then(|| text.parse().ok()).flatten();
        number.ok_or_else(|| format!("`{text}` is not a valid {}", self.name))
    }
}

/// A duration as Go writes it, such as `1h30m`; none if it is none, or negative.
pub fn parse_duration(text: &str) -> Option<Duration> {
    let mut rest = text.strip_prefix('+').unwrap_or(text);
    if rest == "0" {
        return Some(Duration::ZERO);
    }
    if rest.is_empty() {
        return None;
    }
    let mut total = 0f64;
    while !rest.is_empty() {
        let is_number = |c: char| c.is_ascii_digit() || c == '.';
        let end = rest.find(|c| !is_number(c))?;
        let (number, behind) = rest.split_at(end);
        if number.is_empty() || number == "." || number.matches('.').count() > 1 {
            return None;
        }
        let end = behind.find(is_number).unwrap_or(behind.len());
        let (unit, behind) = behind.split_at(end);
        let seconds = match unit {
            "ns" => 1e-9,
            "us" | "µs" | "μs" => 1e-6,
            "ms" => 1e-3,
            "s" => 1.0,
            "m" => 60.0,
            "h" => 3600.0,
            _ => return None,
        };
        // Go takes `.5` and `5.`; Rust wants a digit before the point.
        total += format!("0{number}").parse::<f64>().ok()? * seconds;
        rest = behind;
    }
    Duration::try_from_secs_f64(total).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_schedules() {
        let schedule = Schedule::parse("0,30 8-17/3 * jan-mar mon").unwrap();
        assert_eq!(schedule.minutes, 1 | 1 << 30);
        assert_eq!(schedule.hours, 1 << 8 | 1 << 11 | 1 << 14 | 1 << 17);
        assert_eq!(schedule.months, 0b1110);
        assert_eq!(schedule.weekdays, 0b10);
        assert!(Schedule::parse("TZ=Europe/Berlin */5 * ? * *").is_ok());
    }

    #[test]
    fn tells_what_is_wrong_with_a_schedule() {
        let faults = [
            "* * * *",
            "60 * * * *",
            "* * 0 * *",
            "* * * * 7",
            "5-1 * * * *",
            "*/0 * * * *",
            "x * * * *",
            "@daily",
        ];
        let told: Vec<String> = faults
            .iter()
            .map(|text| Schedule::parse(text).unwrap_err())
            .collect();
        insta::assert_snapshot!(told.join("\n"), @r"
        it takes five fields, not 4
        `60` is not a valid minute from 0 to 59
        `0` is not a valid day of the month from 1 to 31
        `7` is not a valid day of the week from 0 to 6
        `5-1` ends before it begins
        `*/0` has a step of 0
        `x` is not a valid minute
        `@daily` is not supported: write five fields
        ");
    }

    #[test]
    fn reads_durations() {
        let seconds = |text| parse_duration(text).map(|duration| duration.as_secs_f64());
        assert_eq!(seconds("1h30m"), Some(5400.0));
        assert_eq!(seconds("1.5h"), Some(5400.0));
        assert_eq!(seconds(".5s"), Some(0.5));
        assert_eq!(seconds("0"), Some(0.0));
        for wrong in ["", "1", "1d", "h", "-1h", "1h30", "..5s"] {
            assert_eq!(seconds(wrong), None, "{wrong}");
        }
    }
}
