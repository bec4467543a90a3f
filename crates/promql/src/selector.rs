//! Selectors of series.

use std::ops::Range;

use crate::lexer::Token;
use crate::parser::{Form, Parser, Part};
use crate::{Error, Kind};

/// How many regular expressions of one expression are looked at, which bounds the time for them.
const REGEX_LIMIT: usize = 500;

impl Parser<'_> {
    /// `{…}` or nothing, with the name of a metric behind, or none.
    pub(crate) fn selector(&mut self, name: Option<Range<usize>>) -> Result<Part, Error> {
        let start = name.as_ref().map_or(self.span().start, |name| name.start);
        let mut end = name.as_ref().map_or(start, |name| name.end);
        let mut selects = name.is_some();
        if *self.token() == Token::Sign("{") {
            self.advance()?;
            loop {
                if *self.token() == Token::Sign("}") {
                    break;
                }
                self.matcher(name.is_some(), &mut selects)?;
                if !self.eat(",")? {
                    break;
                }
            }
            end = self.expect("}")?.end;
        }
        if !selects {
            let message =
                "the selector needs a label that may not be empty, or it selects every series";
            return Err(Error::wrong(start..end, message));
        }
        Ok(Part {
            kind: Kind::Vector,
            form: Form::Selector,
            span: start..end,
        })
    }

    /// `label="value"`, or the name of a metric in quotes.
    fn matcher(&mut self, has_name: bool, selects: &mut bool) -> Result<(), Error> {
        let at = self.span();
        let (label, is_quoted) = match self.token() {
            Token::Word if !self.word().contains(':') => (self.word().to_owned(), false),
            Token::String(text) => (text.clone(), true),
            _ => return Err(self.unexpected("where the name of a label is expected")),
        };
        self.advance()?;
        let Token::Sign(operator @ ("=" | "!=" | "=~" | "!~")) = *self.token() else {
            if is_quoted && has_name {
                return Err(twice(at));
            }
            if is_quoted {
                *selects = true;
                return Ok(());
            }
            return Err(self.unexpected("where `=`, `!=`, `=~` or `!~` is expected"));
        };
        self.advance()?;
        let value_at = self.span();
        let Token::String(value) = self.token().clone() else {
            return Err(self.unexpected("where a quoted value is expected"));
        };
        self.advance()?;
        if has_name && label == "__name__" {
            return Err(twice(at));
        }
        *selects |= match operator {
            "=" => !value.is_empty(),
            "!=" => value.is_empty(),
            "=~" => !matches!(&*value, "" | ".*"),
            // What it leaves out decides, which only its evaluation would tell.
            _ => true,
        };
        if operator.ends_with('~') {
            self.regex(&value, value_at)?;
        }
        Ok(())
    }

    fn regex(&mut self, pattern: &str, at: Range<usize>) -> Result<(), Error> {
        if self.count_regex() > REGEX_LIMIT {
            return Ok(());
        }
        match go_regex::syntax(pattern) {
            Err(go_regex::Wrong::Invalid(why)) => {
                let message = format!("the regular expression is invalid: {why}");
                Err(Error::wrong(at, message))
            }
            Err(go_regex::Wrong::Limited) | Ok(()) => Ok(()),
        }
    }
}

fn twice(at: Range<usize>) -> Error {
    Error::wrong(at, "the name of the metric is set twice")
}
