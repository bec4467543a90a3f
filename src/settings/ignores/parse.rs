//! The words of an ignore: `ignore[rule-a, rule-b] env=production until=2027-01-01 reason`.

use manifest::Span;

use crate::date::Date;

/// What follows the rules of an ignore.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Words {
    pub(super) reason: String,
    pub(super) environments: Vec<Box<str>>,
    pub(super) until: Option<Date>,
}

/// Reads the conditions and the reason; an error is what is wrong with them.
pub(super) fn words(text: &str) -> Result<Words, String> {
    let mut words = Words::default();
    let mut reason = Vec::new();
    for word in text.split_whitespace() {
        if let Some(names) = word.strip_prefix("env=") {
            let names = names.split(',').filter(|n| !n.is_empty()).map(Box::from);
            let before = words.environments.len();
            words.environments.extend(names);
            if words.environments.len() == before {
                return Err("`env=` names no environment".to_owned());
            }
        } else if let Some(day) = word.strip_prefix("until=") {
            let date = Date::parse(day).ok_or_else(|| format!("`{day}` is not a date"))?;
            words.until = Some(date);
        } else {
            reason.push(word);
        }
    }
    words.reason = reason.join(" ");
    Ok(words)
}

/// The names in `text`, separated by commas, each with its bytes; `offset` is where the text
/// starts.
pub(super) fn names(text: &str, offset: u32) -> Vec<(&str, Span)> {
    let mut at = offset as usize;
    let mut names = Vec::new();
    for part in text.split(',') {
        let name = part.trim();
        let start = at + (part.len() - part.trim_start().len());
        if !name.is_empty() {
            names.push((name, Span::new(start as u32, (start + name.len()) as u32)));
        }
        at += part.len() + 1;
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_conditions_wherever_they_stand() {
        let read = words("env=dev,stage needs raw  sockets until=2027-01-01").unwrap();
        assert_eq!(read.reason, "needs raw sockets");
        assert_eq!(read.environments, ["dev".into(), "stage".into()]);
        assert_eq!(read.until, Date::parse("2027-01-01"));
    }

    #[test]
    fn refuses_conditions_that_say_nothing() {
        assert_eq!(
            words("until=soon x"),
            Err("`soon` is not a date".to_owned())
        );
        assert_eq!(
            words("env= x"),
            Err("`env=` names no environment".to_owned())
        );
    }

    #[test]
    fn knows_where_each_name_stands() {
        let text = " a-b ,, c";
        let read = names(text, 10);
        assert_eq!(read, [("a-b", Span::new(11, 14)), ("c", Span::new(18, 19))]);
    }
}
