//! Moments and lengths of time.

use std::fmt;

const DAY: i64 = 86_400;
/// The first second of the year 1, and the last of 9999.
const FIRST: i64 = -62_135_596_800;
const LAST: i64 = 253_402_300_799;

/// A moment of the years 1 to 9999.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Timestamp {
    /// Seconds since 1970.
    seconds: i64,
    nanos: u32,
}

/// A moment as calendars and clocks tell it.
pub(crate) struct Civil {
    pub(crate) year: i64,
    /// From 1.
    pub(crate) month: i64,
    /// From 1.
    pub(crate) day: i64,
    /// From 0.
    pub(crate) day_of_year: i64,
    /// Sunday is 0.
    pub(crate) weekday: i64,
    pub(crate) hours: i64,
    pub(crate) minutes: i64,
    pub(crate) seconds: i64,
}

impl Timestamp {
    /// A moment, if it is in range.
    pub fn new(seconds: i64, nanos: u32) -> Option<Self> {
        let is_valid = (FIRST..=LAST).contains(&seconds) && nanos < 1_000_000_000;
        is_valid.then_some(Self { seconds, nanos })
    }

    /// Reads a date and time of RFC 3339: `2024-02-29T12:00:00.5+02:00`.
    pub fn parse(text: &str) -> Option<Self> {
        let (date, rest) = text.split_at_checked(10)?;
        let (clock, rest) = rest.strip_prefix('T')?.split_at_checked(8)?;
        let [hours, minutes, seconds] = numbers(clock, ':')?;
        if hours > 23 || minutes > 59 || seconds > 59 {
            return None;
        }
        let digits = match rest.strip_prefix(['.', ',']) {
            Some(fraction) => {
                let length = fraction.bytes().take_while(u8::is_ascii_digit).count();
                fraction.get(..length).filter(|digits| !digits.is_empty())?
            }
            None => "",
        };
        let zone = rest.get(digits.len() + usize::from(!digits.is_empty())..)?;
        let offset = if zone == "Z" { 0 } else { offset(zone)? };
        let nanos = format!("{digits:0<9}").get(..9)?.parse().ok()?;
        let days = Self::date(date)?.seconds / DAY;
        Self::new(
            days * DAY + hours * 3600 + minutes * 60 + seconds - offset,
            nanos,
        )
    }

    /// Reads a date, as the moment at which it begins: `2024-02-29`.
    pub fn date(text: &str) -> Option<Self> {
        let [year, month, day] = numbers(text, '-')?;
        if text.len() != 10 || !(1..=12).contains(&month) {
            return None;
        }
        let days = days_since(year, month, day);
        let begin = Self {
            seconds: days * DAY,
            nanos: 0,
        };
        (begin.civil(0).day == day && begin.civil(0).month == month).then_some(begin)
    }

    pub(crate) fn seconds(self) -> i64 {
        self.seconds
    }

    pub(crate) fn millis(self) -> i64 {
        i64::from(self.nanos / 1_000_000)
    }

    /// The moment so many nanoseconds later.
    pub(crate) fn later(self, by: i64) -> Option<Self> {
        let all =
            i128::from(self.seconds) * 1_000_000_000 + i128::from(self.nanos) + i128::from(by);
        let seconds = i64::try_from(all.div_euclid(1_000_000_000)).ok()?;
        Self::new(seconds, all.rem_euclid(1_000_000_000) as u32)
    }

    /// How many nanoseconds it is later than another.
    pub(crate) fn since(self, other: Self) -> Option<i64> {
        let seconds = i128::from(self.seconds) - i128::from(other.seconds);
        let nanos = i128::from(self.nanos) - i128::from(other.nanos);
        i64::try_from(seconds * 1_000_000_000 + nanos).ok()
    }

    /// What calendar and clock show, so many seconds east of Greenwich.
    pub(crate) fn civil(self, offset: i64) -> Civil {
        let local = self.seconds + offset;
        let days = local.div_euclid(DAY);
        let clock = local.rem_euclid(DAY);
        // Years that begin in March make the leap day the last one of a year.
        let shifted = days + 719_468;
        let era = shifted.div_euclid(146_097);
        let of_era = shifted.rem_euclid(146_097);
        let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let from_march = (5 * of_year + 2) / 153;
        let day = of_year - (153 * from_march + 2) / 5 + 1;
        let month = if from_march < 10 {
            from_march + 3
        } else {
            from_march - 9
        };
        let year = era * 400 + year_of_era + i64::from(month <= 2);
        Civil {
            year,
            month,
            day,
            day_of_year: days - days_since(year, 1, 1),
            weekday: (days + 4).rem_euclid(7),
            hours: clock / 3600,
            minutes: clock / 60 % 60,
            seconds: clock % 60,
        }
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let at = self.civil(0);
        write!(f, "{:04}-{:02}-{:02}T", at.year, at.month, at.day)?;
        write!(f, "{:02}:{:02}:{:02}", at.hours, at.minutes, at.seconds)?;
        if self.nanos > 0 {
            let nanos = format!("{:09}", self.nanos);
            write!(f, ".{}", nanos.trim_end_matches('0'))?;
        }
        f.write_str("Z")
    }
}

/// The days from 1970 to a date.
fn days_since(year: i64, month: i64, day: i64) -> i64 {
    let year = year - i64::from(month <= 2);
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let from_march = (month + 9) % 12;
    let of_year = (153 * from_march + 2) / 5 + day - 1;
    let of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + of_year;
    era * 146_097 + of_era - 719_468
}

/// `+02:00`, in seconds.
pub(crate) fn offset(zone: &str) -> Option<i64> {
    let (sign, rest) = match zone.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, zone.strip_prefix('+')?),
    };
    let [hours, minutes] = numbers(rest, ':')?;
    (hours < 25 && minutes < 60).then_some(sign * (hours * 3600 + minutes * 60))
}

fn numbers<const N: usize>(text: &str, separator: char) -> Option<[i64; N]> {
    let mut numbers = [0; N];
    let mut parts = text.split(separator);
    for number in &mut numbers {
        let part = parts.next()?;
        if !(2..=4).contains(&part.len()) || !part.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        *number = part.parse().ok()?;
    }
    parts.next().is_none().then_some(numbers)
}

/// Reads a length of time as Go does, in nanoseconds: `1h30m`, `-1.5s`, `300ms`.
pub fn parse_duration(text: &str) -> Option<i64> {
    let (negative, unsigned) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    if unsigned == "0" {
        return Some(0);
    }
    if unsigned.is_empty() {
        return None;
    }
    let mut total: i128 = 0;
    let mut rest = unsigned;
    while !rest.is_empty() {
        let end = rest
            .bytes()
            .take_while(|b| b.is_ascii_digit() || *b == b'.')
            .count();
        let (number, behind) = rest.split_at_checked(end)?;
        let unit_end = behind
            .find(|c: char| c.is_ascii_digit() || c == '.')
            .unwrap_or(behind.len());
        let (unit, next) = behind.split_at_checked(unit_end)?;
        let scale: i128 = match unit {
            "ns" => 1,
            "us" | "µs" | "μs" => 1_000,
            "ms" => 1_000_000,
            "s" => 1_000_000_000,
            "m" => 60_000_000_000,
            "h" => 3_600_000_000_000,
            _ => return None,
        };
        let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
        if whole.is_empty() && fraction.is_empty() || fraction.contains('.') {
            return None;
        }
        let whole: i128 = if whole.is_empty() {
            0
        } else {
            whole.parse().ok()?
        };
        let digits = fraction.get(..fraction.len().min(18))?;
        let part: i128 = if digits.is_empty() {
            0
        } else {
            digits.parse().ok()?
        };
        total = total.checked_add(whole.checked_mul(scale)?)?;
        total = total.checked_add(part * scale / 10i128.pow(digits.len() as u32))?;
        rest = next;
    }
    i64::try_from(if negative { -total } else { total }).ok()
}

/// As expressions print a length of time: in seconds.
pub(crate) fn duration_text(nanos: i64) -> String {
    let sign = if nanos < 0 { "-" } else { "" };
    let all = nanos.unsigned_abs();
    let (seconds, rest) = (all / 1_000_000_000, all % 1_000_000_000);
    if rest == 0 {
        return format!("{sign}{seconds}s");
    }
    let rest = format!("{rest:09}");
    format!("{sign}{seconds}.{}s", rest.trim_end_matches('0'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_read_and_printed() {
        for (text, printed) in [
            ("2024-02-29T23:59:59Z", "2024-02-29T23:59:59Z"),
            ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z"),
            (
                "9999-12-31T23:59:59.999999999Z",
                "9999-12-31T23:59:59.999999999Z",
            ),
            ("1969-12-31T22:00:00.250-02:30", "1970-01-01T00:30:00.25Z"),
        ] {
            let read = Timestamp::parse(text).map(|moment| moment.to_string());
            assert_eq!(read.as_deref(), Some(printed), "{text}");
        }
        for text in [
            "2023-02-29T00:00:00Z",
            "2024-13-01T00:00:00Z",
            "2024-01-01 00:00:00Z",
            "2024-01-01T24:00:00Z",
            "2024-01-01T00:00:00",
            "2024-01-01T00:00:00.Z",
            "10000-01-01T00:00:00Z",
            "äöüäöüäöüä",
        ] {
            assert_eq!(Timestamp::parse(text), None, "{text}");
        }
    }

    #[test]
    fn every_day_is_found_again() {
        for days in (-719_162..2_932_896).step_by(97) {
            let moment = Timestamp::new(days * DAY, 0).unwrap();
            let at = moment.civil(0);
            assert_eq!(days_since(at.year, at.month, at.day), days);
            assert!((0..366).contains(&at.day_of_year));
        }
    }

    #[test]
    fn durations_are_those_of_go() {
        for (text, nanos) in [
            ("1h30m", Some(5_400_000_000_000)),
            ("-1.5s", Some(-1_500_000_000)),
            (".5ms", Some(500_000)),
            ("0", Some(0)),
            ("1", None),
            ("1d", None),
            ("", None),
            ("1.2.3s", None),
            ("300y", None),
            ("99999999999h", None),
        ] {
            assert_eq!(parse_duration(text), nanos, "{text}");
        }
        assert_eq!(duration_text(-1_500_000_000), "-1.5s");
    }
}
