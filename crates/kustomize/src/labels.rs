//! Label selectors: `app=web,tier in (a, b),!legacy`.

use manifest::{Fault, FaultKind};

use crate::fault;
use crate::text::Text;

/// The requirements of a label selector; all must hold.
pub(crate) struct Requirements(Vec<Requirement>);

struct Requirement {
    key: Box<str>,
    test: Test,
}

enum Test {
    Exists,
    Missing,
    In(Vec<Box<str>>),
    NotIn(Vec<Box<str>>),
    Above(i64),
    Below(i64),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Token<'a> {
    Word(&'a str),
    Symbol(&'a str),
    End,
}

impl Requirements {
    /// Reads a selector.
    pub(crate) fn parse(text: &Text) -> Result<Self, Fault> {
        Parser::new(text.as_str())
            .and_then(Parser::requirements)
            .map(Self)
            .map_err(|reason| {
                let message = format!("`{text}` is not a label selector: {reason}");
                fault::at(FaultKind::Field, message, Some(text.at()))
            })
    }

    /// Whether all requirements hold for labels that `value` looks up.
    pub(crate) fn fits<'a>(&self, value: impl Fn(&str) -> Option<&'a str>) -> bool {
        self.0.iter().all(|r| r.test.holds(value(&r.key)))
    }
}

impl Test {
    fn holds(&self, value: Option<&str>) -> bool {
        let one_of = |values: &[Box<str>], value: &str| values.iter().any(|v| **v == *value);
        let number = |value: &str| value.parse::<i64>().ok();
        match (self, value) {
            (Self::Exists, value) => value.is_some(),
            (Self::Missing, value) => value.is_none(),
            (Self::In(values), Some(value)) => one_of(values, value),
            (Self::NotIn(values), Some(value)) => !one_of(values, value),
            (Self::NotIn(_), None) => true,
            (Self::Above(limit), Some(value)) => number(value).is_some_and(|v| v > *limit),
            (Self::Below(limit), Some(value)) => number(value).is_some_and(|v| v < *limit),
            (Self::In(_) | Self::Above(_) | Self::Below(_), None) => false,
        }
    }
}

const SYMBOLS: &[&str] = &["==", "!=", "=", "!", "(", ")", ",", ">", "<"];

struct Parser<'a> {
    tokens: Vec<Token<'a>>,
    at: usize,
}

impl<'a> Parser<'a> {
    fn new(text: &'a str) -> Result<Self, String> {
        let mut tokens = Vec::new();
        let mut rest = text.trim_start();
        while !rest.is_empty() {
            let symbol = SYMBOLS.iter().find(|s| rest.starts_with(**s));
            let length = match symbol {
                Some(symbol) => symbol.len(),
                None => rest
                    .find(|c: char| c.is_ascii_whitespace() || "=!(),><".contains(c))
                    .unwrap_or(rest.len()),
            };
            let (word, tail) = rest.split_at(length);
            tokens.push(match symbol {
                Some(symbol) => Token::Symbol(symbol),
                None => Token::Word(word),
            });
            rest = tail.trim_start();
        }
        Ok(Self { tokens, at: 0 })
    }

    fn peek(&self) -> Token<'a> {
        self.tokens.get(self.at).copied().unwrap_or(Token::End)
    }

    fn next(&mut self) -> Token<'a> {
        let token = self.peek();
        self.at += 1;
        token
    }

    fn requirements(mut self) -> Result<Vec<Requirement>, String> {
        let mut requirements = Vec::new();
        while self.peek() != Token::End {
            requirements.push(self.requirement()?);
            match self.next() {
                Token::End => break,
                Token::Symbol(",") if self.peek() != Token::End => {}
                Token::Symbol(",") => return Err("nothing follows the last comma".to_owned()),
                other => return Err(format!("a comma is expected before {}", shown(other))),
            }
        }
        Ok(requirements)
    }

    fn requirement(&mut self) -> Result<Requirement, String> {
        let negated = self.peek() == Token::Symbol("!");
        if negated {
            self.at += 1;
        }
        let key = match self.next() {
            Token::Word(key) if is_label_key(key) => key,
            Token::Word(key) => return Err(format!("`{key}` cannot be a label's name")),
            other => return Err(format!("a label is expected before {}", shown(other))),
        };
        let test = match self.peek() {
            Token::End | Token::Symbol(",") if negated => Test::Missing,
            Token::End | Token::Symbol(",") => Test::Exists,
            _ => self.comparison()?,
        };
        Ok(Requirement {
            key: key.into(),
            test,
        })
    }

    fn comparison(&mut self) -> Result<Test, String> {
        match self.next() {
            Token::Symbol("=" | "==") => Ok(Test::In(vec![self.value()?])),
            Token::Symbol("!=") => Ok(Test::NotIn(vec![self.value()?])),
            Token::Symbol(">") => self.number().map(Test::Above),
            Token::Symbol("<") => self.number().map(Test::Below),
            Token::Word("in") => self.values().map(Test::In),
            Token::Word("notin") => self.values().map(Test::NotIn),
            other => Err(format!(
                "one of `=`, `!=`, `in`, `notin` is expected before {}",
                shown(other)
            )),
        }
    }

    fn value(&mut self) -> Result<Box<str>, String> {
        match self.peek() {
            Token::End | Token::Symbol(",") => Ok("".into()),
            Token::Word(word) if is_label_value(word) => {
                self.at += 1;
                Ok(word.into())
            }
            other => Err(format!("{} cannot be a label's value", shown(other))),
        }
    }

    fn number(&mut self) -> Result<i64, String> {
        let value = self.value()?;
        let wrong = |_| format!("`{value}` is not a whole number");
        value.parse().map_err(wrong)
    }

    /// `(a, b)`, where values may be empty.
    fn values(&mut self) -> Result<Vec<Box<str>>, String> {
        if self.next() != Token::Symbol("(") {
            return Err("values are written in parentheses".to_owned());
        }
        let mut values: Vec<Box<str>> = Vec::new();
        let mut current: Option<&str> = None;
        loop {
            match self.next() {
                Token::Word(word) if current.is_none() && is_label_value(word) => {
                    current = Some(word);
                }
                Token::Symbol(",") => values.push(current.take().unwrap_or("").into()),
                Token::Symbol(")") => {
                    values.push(current.take().unwrap_or("").into());
                    return Ok(values);
                }
                other => return Err(format!("{} is not allowed in the values", shown(other))),
            }
        }
    }
}

fn shown(token: Token<'_>) -> String {
    match token {
        Token::Word(text) | Token::Symbol(text) => format!("`{text}`"),
        Token::End => "the end".to_owned(),
    }
}

/// `name` or `prefix/name`, as Kubernetes allows it.
fn is_label_key(key: &str) -> bool {
    let (prefix, name) = match key.split_once('/') {
        Some((prefix, name)) => (Some(prefix), name),
        None => (None, key),
    };
    let dns = |prefix: &str| {
        !prefix.is_empty()
            && prefix.len() <= 253
            && prefix.split('.').all(|part| {
                is_enclosed(part, |c| c.is_ascii_lowercase() || c.is_ascii_digit(), "-")
            })
    };
    !name.is_empty() && is_label_value(name) && prefix.is_none_or(dns)
}

fn is_label_value(value: &str) -> bool {
    value.is_empty()
        || (value.len() <= 63 && is_enclosed(value, |c| c.is_ascii_alphanumeric(), "-_."))
}

/// Whether a text consists of `inner` and `also`, with `inner` at both ends.
fn is_enclosed(text: &str, inner: impl Fn(char) -> bool, also: &str) -> bool {
    text.starts_with(&inner)
        && text.ends_with(&inner)
        && text.chars().all(|c| inner(c) || also.contains(c))
}
