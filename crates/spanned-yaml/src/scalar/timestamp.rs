//! Timestamps, in the notations that go-yaml takes.

use std::fmt::Write;

/// A date with a time of day and a distance from UTC.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Timestamp {
    year: u32,
    month: u32,
    day: u32,
    hour: u32,
    minute: u32,
    second: u32,
    nanosecond: u32,
    /// Minutes east of UTC.
    zone: i32,
}

impl Timestamp {
    /// `2006-1-2`, `2006-1-2 15:4:5.9` or `2006-1-2T15:4:5.9Z`, with a zone such as `+07:00`.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut rest = Rest(text);
        let year = rest.digits(4)?;
        rest.mark('-')?;
        let month = rest.number()?;
        rest.mark('-')?;
        let day = rest.number()?;
        let mut time = Self {
            year,
            month,
            day,
            hour: 0,
            minute: 0,
            second: 0,
            nanosecond: 0,
            zone: 0,
        };
        match rest.0.chars().next() {
            None => {}
            Some('T' | 't') => {
                rest.0 = &rest.0[1..];
                time.clock(&mut rest)?;
                time.zone = rest.zone()?;
            }
            Some(' ') => {
                rest.0 = rest.0.trim_start_matches(' ');
                time.clock(&mut rest)?;
            }
            Some(_) => return None,
        }
        let in_range = (1..=12).contains(&month)
            && (1..=days(year, month)).contains(&day)
            && time.hour < 24
            && time.minute < 60
            && time.second < 60;
        (rest.0.is_empty() && in_range).then_some(time)
    }

    fn clock(&mut self, rest: &mut Rest<'_>) -> Option<()> {
        self.hour = rest.number()?;
        rest.mark(':')?;
        self.minute = rest.number()?;
        rest.mark(':')?;
        self.second = rest.number()?;
        self.nanosecond = rest.fraction();
        Some(())
    }

    /// As RFC 3339 writes it; none where the zone is a day or more away.
    pub(super) fn canonical(&self) -> Option<String> {
        let Self {
            year, month, day, ..
        } = self;
        let mut text = format!(
            "{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}",
            self.hour, self.minute, self.second
        );
        if self.nanosecond > 0 {
            let digits = format!("{:09}", self.nanosecond);
            text.push('.');
            text.push_str(digits.trim_end_matches('0'));
        }
        let (hours, minutes) = (self.zone.abs() / 60, self.zone.abs() % 60);
        if self.zone == 0 {
            text.push('Z');
        } else {
            let sign = if self.zone < 0 { '-' } else { '+' };
            let _ = write!(text, "{sign}{hours:02}:{minutes:02}");
        }
        (hours < 24).then_some(text)
    }
}

/// What is still to be read.
struct Rest<'a>(&'a str);

impl Rest<'_> {
    fn mark(&mut self, mark: char) -> Option<()> {
        self.0 = self.0.strip_prefix(mark)?;
        Some(())
    }

    /// Exactly `len` digits.
    fn digits(&mut self, len: usize) -> Option<u32> {
        let (digits, rest) = self.0.split_at_checked(len)?;
        if !digits.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        self.0 = rest;
        digits.parse().ok()
    }

    /// One digit or two.
    fn number(&mut self) -> Option<u32> {
        self.digits(2).or_else(|| self.digits(1))
    }

    /// Nanoseconds, if a point and digits follow.
    fn fraction(&mut self) -> u32 {
        let Some(rest) = self.0.strip_prefix(['.', ',']) else {
            return 0;
        };
        let len = rest.bytes().take_while(u8::is_ascii_digit).count();
        if len == 0 {
            return 0;
        }
        let (digits, rest) = rest.split_at(len);
        self.0 = rest;
        let padded = digits.bytes().chain(std::iter::repeat(b'0')).take(9);
        padded.fold(0, |value, digit| value * 10 + u32::from(digit - b'0'))
    }

    /// `Z`, or a distance such as `+07:00`, in minutes.
    fn zone(&mut self) -> Option<i32> {
        if self.mark('Z').is_some() {
            return Some(0);
        }
        let sign = if self.mark('-').is_some() {
            -1
        } else {
            self.mark('+')?;
            1
        };
        let hours = i32::try_from(self.digits(2)?).ok()?;
        self.mark(':')?;
        let minutes = i32::try_from(self.digits(2)?).ok()?;
        // Go lets the limits themselves pass.
        (hours <= 24 && minutes <= 60).then_some(sign * (hours * 60 + minutes))
    }
}

fn days(year: u32, month: u32) -> u32 {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}
