//! Which part of a run is evaluated, where several runs share what one would evaluate.

use std::fmt;
use std::num::NonZeroUsize;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// How many runs may share one.
const MOST: usize = 1_000;

/// One of several runs that share what one would evaluate, such as the second of five.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Share {
    number: usize,
    of: NonZeroUsize,
}

impl Share {
    /// Which of them it is, counted from 1.
    pub fn number(self) -> usize {
        self.number
    }

    /// How many there are.
    pub fn of(self) -> NonZeroUsize {
        self.of
    }

    /// Whether it is the first one, which also does what cannot be shared.
    pub fn is_first(self) -> bool {
        self.number == 1
    }
}

/// All of it.
impl Default for Share {
    fn default() -> Self {
        Self {
            number: 1,
            of: NonZeroUsize::MIN,
        }
    }
}

impl FromStr for Share {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let read = || {
            let (number, of) = text.split_once('/')?;
            let (number, of): (usize, NonZeroUsize) = (number.parse().ok()?, of.parse().ok()?);
            (1..=of.get()).contains(&number).then_some((number, of))
        };
        match read() {
            Some((_, of)) if of.get() > MOST => Err(format!("there can be at most {MOST} shards")),
            Some((number, of)) => Ok(Self { number, of }),
            None => Err("expected I/N with I from 1 to N, such as 2/5".to_owned()),
        }
    }
}

impl TryFrom<String> for Share {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<Share> for String {
    fn from(share: Share) -> Self {
        share.to_string()
    }
}

impl fmt::Display for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.number, self.of)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_one_of_several_and_nothing_else() {
        for text in ["1/1", "2/5", "1000/1000"] {
            let share: Share = text.parse().unwrap();
            assert_eq!(share.to_string(), text);
        }
        for text in [
            "",
            "1",
            "0/5",
            "6/5",
            "1/0",
            "-1/5",
            "1/5/5",
            "a/b",
            "1001/1001",
        ] {
            assert!(text.parse::<Share>().is_err(), "{text}");
        }
    }
}
