//! The grammar: binary operators, what stands before and behind operands, and operands.

use std::ops::Range;

use crate::lexer::{Lexer, Token};
use crate::operators::{Modifiers, Operator, POWER};
use crate::{Error, Kind};

/// How deep expressions may be nested.
const MAX_DEPTH: usize = 100;

/// An operand, or what was made of some.
#[derive(Clone, Debug)]
pub(crate) struct Part {
    pub(crate) kind: Kind,
    pub(crate) form: Form,
    pub(crate) span: Range<usize>,
}

/// What an operand is, as far as what may stand behind it depends on that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// `metric{label="value"}`
    Selector,
    /// `metric[5m]`
    Range,
    /// `expression[1h:5m]`
    Subquery,
    Other,
}

/// Parses an expression and tells its kind; no tree comes of it.
pub(crate) struct Parser<'a> {
    text: &'a str,
    lexer: Lexer<'a>,
    token: Token,
    span: Range<usize>,
    depth: usize,
    regexes: usize,
}

impl<'a> Parser<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        Self {
            text,
            lexer: Lexer::new(text),
            token: Token::End,
            span: 0..0,
            depth: 0,
            regexes: 0,
        }
    }

    pub(crate) fn whole(&mut self) -> Result<Kind, Error> {
        self.advance()?;
        if self.token == Token::End {
            return Err(Error::wrong(self.span.clone(), "the expression is empty"));
        }
        let part = self.expression(0)?;
        match self.token {
            Token::End => Ok(part.kind),
            _ => Err(self.unexpected("after the expression")),
        }
    }

    /// An expression whose operators bind as tightly as `level`, or tighter.
    pub(crate) fn expression(&mut self, level: u8) -> Result<Part, Error> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            let message = format!("the expression is nested deeper than {MAX_DEPTH}");
            return Err(Error::limit(self.span.clone(), message));
        }
        let mut left = self.signed()?;
        while let Some(operator) = self.operator().filter(|operator| operator.level >= level) {
            let at = self.span.clone();
            self.advance()?;
            let modifiers = self.modifiers()?;
            // Only `^` groups from the right.
            let next = operator.level + u8::from(operator.level != POWER);
            let right = self.expression(next)?;
            let span = left.span.start..right.span.end;
            let operands = ((left.kind, left.span), (right.kind, right.span));
            left = Part {
                kind: operator.apply(at, &modifiers, operands.0, operands.1)?,
                form: Form::Other,
                span,
            };
        }
        self.depth -= 1;
        Ok(left)
    }

    fn operator(&self) -> Option<Operator> {
        match self.token {
            Token::Sign(sign) => Operator::of(sign),
            Token::Word => Operator::of(self.word()),
            _ => None,
        }
    }

    /// `bool`, `on (…)`, `group_left (…)` and the like.
    fn modifiers(&mut self) -> Result<Modifiers, Error> {
        let mut modifiers = Modifiers::default();
        if self.eat_word(&["bool"])?.is_some() {
            modifiers.is_bool = true;
        }
        let start = self.span.start;
        if self.eat_word(&["on", "ignoring"])?.is_some() {
            self.labels()?;
            modifiers.matching = Some(start..self.span.start);
            let start = self.span.start;
            if self.eat_word(&["group_left", "group_right"])?.is_some() {
                if self.token == Token::Sign("(") {
                    self.labels()?;
                }
                modifiers.grouping = Some(start..self.span.start);
            }
        }
        // Values for series that one side lacks.
        while self
            .eat_word(&["fill", "fill_left", "fill_right"])?
            .is_some()
        {
            self.expect("(")?;
            while self.eat("-")? || self.eat("+")? {}
            match self.token {
                Token::Number(_) => self.advance()?,
                _ => return Err(self.unexpected("where a number is expected")),
            }
            self.expect(")")?;
        }
        Ok(modifiers)
    }

    /// An operand with signs before it.
    fn signed(&mut self) -> Result<Part, Error> {
        let start = self.span.start;
        let mut is_signed = false;
        while self.eat("-")? || self.eat("+")? {
            is_signed = true;
        }
        if !is_signed {
            return self.suffixed();
        }
        let part = self.expression(POWER)?;
        let span = start..part.span.end;
        if !matches!(part.kind, Kind::Scalar | Kind::Vector) {
            let what = part.kind.with_article();
            let message = format!("a sign goes before a scalar or an instant vector, not {what}");
            return Err(Error::wrong(span, message));
        }
        Ok(Part {
            form: Form::Other,
            span,
            ..part
        })
    }

    /// An operand with ranges, offsets and times behind it.
    fn suffixed(&mut self) -> Result<Part, Error> {
        let mut part = self.operand()?;
        let mut has_offset = false;
        let mut has_time = false;
        loop {
            let at = self.span.clone();
            if self.token == Token::Sign("[") {
                part = self.range(part, has_offset || has_time)?;
                (has_offset, has_time) = (false, false);
                continue;
            }
            if self.eat_word(&["offset"])?.is_some() {
                self.takes_time(&part, "`offset`", has_offset, &at)?;
                has_offset = true;
                self.offset()?;
            } else if self.eat("@")? {
                self.takes_time(&part, "`@`", has_time, &at)?;
                has_time = true;
                self.time()?;
            } else if matches!(part.form, Form::Selector | Form::Range)
                && self.eat_word(&["anchored", "smoothed"])?.is_some()
            {
            } else {
                return Ok(part);
            }
            part.span.end = self.span.start;
        }
    }

    /// Whether what shifts the time may stand behind an operand.
    fn takes_time(
        &self,
        part: &Part,
        what: &str,
        is_second: bool,
        at: &Range<usize>,
    ) -> Result<(), Error> {
        if part.form == Form::Other {
            let message = format!("{what} follows a selector or a subquery");
            return Err(Error::wrong(at.clone(), message));
        }
        match is_second {
            true => Err(Error::wrong(at.clone(), format!("{what} is set twice"))),
            false => Ok(()),
        }
    }

    fn operand(&mut self) -> Result<Part, Error> {
        let start = self.span.start;
        let other = |kind, span| Part {
            kind,
            form: Form::Other,
            span,
        };
        match &self.token {
            Token::Number(_) => {
                let span = self.span.clone();
                self.advance()?;
                Ok(other(Kind::Scalar, span))
            }
            Token::String(_) => {
                let span = self.span.clone();
                self.advance()?;
                Ok(other(Kind::String, span))
            }
            Token::Sign("(") => {
                self.advance()?;
                let part = self.expression(0)?;
                let end = self.expect(")")?.end;
                Ok(other(part.kind, start..end))
            }
            Token::Sign("{") => self.selector(None),
            Token::Word => self.named(),
            _ => Err(self.unexpected("where an operand is expected")),
        }
    }

    /// A function, an aggregation, a selector, or a number that is a word.
    fn named(&mut self) -> Result<Part, Error> {
        let span = self.span.clone();
        let name = self.word();
        if ["inf", "nan"]
            .iter()
            .any(|number| name.eq_ignore_ascii_case(number))
        {
            self.advance()?;
            return Ok(Part {
                kind: Kind::Scalar,
                form: Form::Other,
                span,
            });
        }
        self.advance()?;
        let is_aggregation = crate::functions::aggregation(&name.to_ascii_lowercase()).is_some();
        let is_by = || self.is_word("by") || self.is_word("without");
        if is_aggregation && (self.token == Token::Sign("(") || is_by()) {
            return self.aggregation(name, span);
        }
        if self.token == Token::Sign("(") {
            return self.call(name, span);
        }
        if matches!(
            &*name.to_ascii_lowercase(),
            "on" | "ignoring" | "bool" | "group_left" | "group_right" | "atan2"
        ) {
            let message = format!("unexpected keyword `{name}`");
            return Err(Error::wrong(span, message));
        }
        self.selector(Some(span))
    }

    /// The names of labels in parentheses.
    pub(crate) fn labels(&mut self) -> Result<(), Error> {
        self.expect("(")?;
        while !self.eat(")")? {
            match &self.token {
                Token::Word if !self.word().contains(':') => self.advance()?,
                Token::String(_) => self.advance()?,
                _ => return Err(self.unexpected("where the name of a label is expected")),
            }
            if !self.eat(",")? {
                self.expect(")")?;
                break;
            }
        }
        Ok(())
    }

    pub(crate) fn token(&self) -> &Token {
        &self.token
    }

    /// How many regular expressions there were, with one more.
    pub(crate) fn count_regex(&mut self) -> usize {
        self.regexes += 1;
        self.regexes
    }

    pub(crate) fn span(&self) -> Range<usize> {
        self.span.clone()
    }

    /// The text of the token, if it is a word.
    pub(crate) fn word(&self) -> &'a str {
        match self.token {
            Token::Word => self.text.get(self.span.clone()).unwrap_or_default(),
            _ => "",
        }
    }

    pub(crate) fn is_word(&self, word: &str) -> bool {
        self.word().eq_ignore_ascii_case(word)
    }

    pub(crate) fn advance(&mut self) -> Result<(), Error> {
        (self.token, self.span) = self.lexer.next()?;
        Ok(())
    }

    /// Passes a sign, if it is there.
    pub(crate) fn eat(&mut self, sign: &str) -> Result<bool, Error> {
        let is_there = matches!(self.token, Token::Sign(own) if own == sign);
        if is_there {
            self.advance()?;
        }
        Ok(is_there)
    }

    /// Passes one of some keywords, if it is there, and tells where it stands.
    pub(crate) fn eat_word(&mut self, words: &[&str]) -> Result<Option<Range<usize>>, Error> {
        if !words.iter().any(|word| self.is_word(word)) {
            return Ok(None);
        }
        let span = self.span.clone();
        self.advance()?;
        Ok(Some(span))
    }

    pub(crate) fn expect(&mut self, sign: &str) -> Result<Range<usize>, Error> {
        let span = self.span.clone();
        match self.eat(sign)? {
            true => Ok(span),
            false => Err(self.unexpected(&format!("where `{sign}` is expected"))),
        }
    }

    /// That a token stands where it may not.
    pub(crate) fn unexpected(&self, place: &str) -> Error {
        let what = match &self.token {
            Token::End => {
                return Error::wrong(self.span.clone(), format!("the expression ends {place}"));
            }
            Token::String(_) => "unexpected string".to_owned(),
            Token::Number(_) | Token::Word | Token::Sign(_) => {
                let text = self.text.get(self.span.clone()).unwrap_or_default();
                let text: String = text.chars().take(60).collect();
                format!("unexpected `{text}`")
            }
        };
        Error::wrong(self.span.clone(), format!("{what} {place}"))
    }
}
