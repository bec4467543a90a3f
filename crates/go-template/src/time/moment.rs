//! Moments and the calendar.

/// A moment, seen in a zone of a fixed distance from Greenwich.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moment {
    /// Seconds since 1970 in Greenwich.
    pub seconds: i64,
    /// Nanoseconds behind the second, less than a billion.
    pub nanoseconds: u32,
    /// Seconds that the zone is east of Greenwich.
    pub offset: i32,
    /// What the zone is called, such as `UTC`; empty if it has no name.
    pub zone: String,
}

/// Year, month, day and time of day in a moment's zone.
pub struct Civil {
    /// The year; there is one before 1, unlike in history.
    pub year: i64,
    /// From 1 for January.
    pub month: i64,
    /// From 1.
    pub day: i64,
    /// From 0.
    pub hour: i64,
    /// From 0.
    pub minute: i64,
    /// From 0.
    pub second: i64,
    /// From 0 for Sunday.
    pub weekday: i64,
    /// From 1 for the first of January.
    pub year_day: i64,
}

pub(super) const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
pub(super) const DAYS: [&str; 7] = [
    "Sunday",
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
];

/// Name of a month, from 1.
pub fn month_name(month: i64) -> &'static str {
    name(&MONTHS, month - 1)
}

/// Name of a day of the week, from 0 for Sunday.
pub fn day_name(day: i64) -> &'static str {
    name(&DAYS, day)
}

fn name(names: &[&'static str], index: i64) -> &'static str {
    let index = usize::try_from(index).unwrap_or(usize::MAX);
    names.get(index).copied().unwrap_or_default()
}

/// Days since 1970 of a date of the Gregorian calendar; months beyond the year carry over.
pub fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = year + (month - 1).div_euclid(12);
    let month = (month - 1).rem_euclid(12) + 1;
    // Years begin in March here, so that the leap day is the last.
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

impl Moment {
    /// A moment in Greenwich.
    pub fn utc(seconds: i64) -> Self {
        Self {
            seconds,
            nanoseconds: 0,
            offset: 0,
            zone: "UTC".to_owned(),
        }
    }

    /// What a clock and a calendar in its zone show.
    pub fn civil(&self) -> Civil {
        let local = self.seconds.saturating_add(i64::from(self.offset));
        let (day_number, of_day) = (local.div_euclid(86_400), local.rem_euclid(86_400));
        let shifted = day_number + 719_468;
        let era = shifted.div_euclid(146_097);
        let of_era = shifted.rem_euclid(146_097);
        let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let from_march = (5 * of_year + 2) / 153;
        let month = (from_march + 2) % 12 + 1;
        let year = year_of_era + era * 400 + i64::from(month <= 2);
        Civil {
            year,
            month,
            day: of_year - (153 * from_march + 2) / 5 + 1,
            hour: of_day / 3_600,
            minute: of_day / 60 % 60,
            second: of_day % 60,
            weekday: (day_number + 4).rem_euclid(7),
            year_day: day_number - days(year, 1, 1) + 1,
        }
    }
}
