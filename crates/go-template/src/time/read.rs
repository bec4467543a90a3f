//! Times read by Go's layouts.

use super::layout::{Part, parts};
use super::moment::{DAYS, MONTHS, Moment, days};

/// The moment that a text means by a layout; without a zone it is in Greenwich.
pub fn parse(layout: &str, text: &str) -> Option<Moment> {
    let mut read = Read::default();
    let mut rest = text;
    let mut parts = parts(layout).into_iter();
    while let Some(part) = parts.next() {
        rest = read.part(part, rest)?;
        let mut others = parts.clone().filter(|part| !matches!(part, Part::Text(_)));
        let fraction_follows = matches!(others.next(), Some(Part::Fraction { .. }));
        if matches!(part, Part::Second { .. }) && !fraction_follows {
            // Go takes a fraction behind seconds though the layout has none.
            rest = read.fraction(rest).unwrap_or(rest);
        }
    }
    rest.is_empty().then(|| read.moment()).flatten()
}

#[derive(Default)]
struct Read {
    year: i64,
    month: Option<i64>,
    day: Option<i64>,
    year_day: Option<i64>,
    hour: i64,
    minute: i64,
    second: i64,
    nanoseconds: u32,
    afternoon: Option<bool>,
    offset: Option<i32>,
    zone: Option<String>,
}

/// Digits at the start, at least and at most so many.
fn digits(text: &str, least: usize, most: usize) -> Option<(i64, &str)> {
    let count = text
        .bytes()
        .take(most)
        .take_while(u8::is_ascii_digit)
        .count();
    let (number, rest) = text.split_at(count);
    (count >= least).then_some(())?;
    Some((number.parse().ok()?, rest))
}

fn lookup<'t>(names: &[&str], len: Option<usize>, text: &'t str) -> Option<(i64, &'t str)> {
    names.iter().enumerate().find_map(|(index, name)| {
        let name = len.map_or(*name, |len| name.get(..len).unwrap_or(name));
        let head = text.get(..name.len())?;
        head.eq_ignore_ascii_case(name)
            .then(|| (index as i64, text.get(name.len()..).unwrap_or_default()))
    })
}

impl Read {
    /// Reads a part; gives what follows it.
    fn part<'t>(&mut self, part: Part<'_>, text: &'t str) -> Option<&'t str> {
        let width = |zero: bool| if zero { (2, 2) } else { (1, 2) };
        let number = |least: usize, most: usize| digits(text, least, most);
        let rest = match part {
            Part::Text(wanted) => return text.strip_prefix(wanted),
            Part::LongMonth | Part::Month => {
                let short = (part == Part::Month).then_some(3);
                let (index, rest) = lookup(&MONTHS, short, text)?;
                self.month = Some(index + 1);
                rest
            }
            Part::LongDay | Part::Day => {
                let short = (part == Part::Day).then_some(3);
                lookup(&DAYS, short, text)?.1
            }
            Part::NumMonth { zero } => {
                let (value, rest) = number(width(zero).0, width(zero).1)?;
                self.month = Some((1..=12).contains(&value).then_some(value)?);
                rest
            }
            Part::NumDay { pad } => {
                let text = if pad == ' ' {
                    text.strip_prefix(' ').unwrap_or(text)
                } else {
                    text
                };
                let (value, rest) = digits(text, if pad == '0' { 2 } else { 1 }, 2)?;
                self.day = Some(value);
                rest
            }
            Part::YearDay { pad } => {
                let least = if pad == '0' { 3 } else { 1 };
                let padded = if pad == '0' {
                    text
                } else {
                    text.trim_start_matches(' ')
                };
                let (value, rest) = digits(padded, least, 3)?;
                self.year_day = Some(value);
                rest
            }
            Part::Year => {
                let (value, rest) = number(4, 4)?;
                self.year = value;
                rest
            }
            Part::ShortYear => {
                let (value, rest) = number(2, 2)?;
                self.year = value + if value >= 69 { 1900 } else { 2000 };
                rest
            }
            Part::Hour => {
                let (value, rest) = number(2, 2)?;
                self.hour = (value < 24).then_some(value)?;
                rest
            }
            Part::Hour12 { zero } => {
                let (value, rest) = number(width(zero).0, width(zero).1)?;
                self.hour = (value <= 12).then_some(value)?;
                rest
            }
            Part::Minute { zero } => {
                let (value, rest) = number(width(zero).0, width(zero).1)?;
                self.minute = (value < 60).then_some(value)?;
                rest
            }
            Part::Second { zero } => {
                let (value, rest) = number(width(zero).0, width(zero).1)?;
                self.second = (value < 60).then_some(value)?;
                rest
            }
            Part::Noon { upper } => {
                let (pm, am) = if upper { ("PM", "AM") } else { ("pm", "am") };
                self.afternoon = Some(text.starts_with(pm));
                text.strip_prefix(pm).or_else(|| text.strip_prefix(am))?
            }
            Part::ZoneName => {
                let len = text.bytes().take_while(u8::is_ascii_uppercase).count();
                let (name, rest) = text.split_at(len);
                ((3..=5).contains(&len)).then_some(())?;
                self.zone = Some(name.to_owned());
                rest
            }
            Part::Zone { z, colon, digits } => return self.zone(text, z, colon, digits),
            Part::Fraction { trim: true, .. } => self.fraction(text).unwrap_or(text),
            Part::Fraction { digits, .. } => {
                let rest = self.fraction(text)?;
                (text.len() - rest.len() == digits + 1).then_some(rest)?
            }
        };
        Some(rest)
    }

    fn fraction<'t>(&mut self, text: &'t str) -> Option<&'t str> {
        let behind = text.strip_prefix(['.', ','])?;
        let count = behind.bytes().take_while(u8::is_ascii_digit).count();
        let (digits, rest) = behind.split_at(count);
        let nine = format!("{digits:0<9}");
        self.nanoseconds = nine.get(..9)?.parse().ok().filter(|_| count > 0)?;
        Some(rest)
    }

    fn zone<'t>(&mut self, text: &'t str, z: bool, colon: bool, count: u8) -> Option<&'t str> {
        if let Some(rest) = text.strip_prefix('Z').filter(|_| z) {
            self.offset = Some(0);
            return Some(rest);
        }
        let sign = match text.chars().next()? {
            '+' => 1,
            '-' => -1,
            _ => return None,
        };
        let mut rest = text.get(1..)?;
        let mut seconds = 0;
        for (index, scale) in [3_600, 60, 1]
            .into_iter()
            .enumerate()
            .take(usize::from(count / 2))
        {
            if colon && index > 0 {
                rest = rest.strip_prefix(':')?;
            }
            let (value, tail) = digits(rest, 2, 2)?;
            seconds += i32::try_from(value).ok()? * scale;
            rest = tail;
        }
        self.offset = Some(sign * seconds);
        Some(rest)
    }

    fn moment(self) -> Option<Moment> {
        let (mut month, mut day) = (self.month.unwrap_or(1), self.day.unwrap_or(1));
        let first = days(self.year, 1, 1);
        if let Some(year_day) = self.year_day {
            let civil = Moment::utc((first + year_day - 1) * 86_400).civil();
            let agrees = civil.year == self.year
                && self.month.is_none_or(|month| month == civil.month)
                && self.day.is_none_or(|day| day == civil.day);
            agrees.then_some(())?;
            (month, day) = (civil.month, civil.day);
        }
        let length = days(self.year, month + 1, 1) - days(self.year, month, 1);
        ((1..=12).contains(&month) && (1..=length).contains(&day)).then_some(())?;
        let hour = match (self.afternoon, self.hour) {
            (Some(true), hour) if hour < 12 => hour + 12,
            (Some(false), 12) => 0,
            (_, hour) => hour,
        };
        let of_day = hour * 3_600 + self.minute * 60 + self.second;
        let offset = self.offset.unwrap_or(0);
        let seconds = days(self.year, month, day) * 86_400 + of_day - i64::from(offset);
        let zone = match (self.zone, self.offset) {
            (Some(zone), _) => zone,
            (None, None | Some(0)) => "UTC".to_owned(),
            _ => String::new(),
        };
        Some(Moment {
            seconds,
            nanoseconds: self.nanoseconds,
            offset,
            zone,
        })
    }
}
