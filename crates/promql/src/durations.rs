//! Ranges, subqueries, offsets and times.

use crate::lexer::Token;
use crate::literal::Literal;
use crate::parser::{Form, Parser, Part};
use crate::{Error, Kind};

/// How deep lengths of time may be nested.
const MAX_DEPTH: usize = 20;

impl Parser<'_> {
    /// `[5m]` or `[1h:5m]` behind an operand.
    pub(crate) fn range(&mut self, part: Part, is_shifted: bool) -> Result<Part, Error> {
        let start = self.expect("[")?.start;
        self.length(0)?;
        let is_subquery = self.eat(":")?;
        if is_subquery && *self.token() != Token::Sign("]") {
            self.length(0)?;
        }
        let end = self.expect("]")?.end;
        let wrong = |message: &str| Err(Error::wrong(start..end, message));
        let form = match is_subquery {
            true if part.kind != Kind::Vector => {
                return wrong("a subquery is made of an instant vector");
            }
            true => Form::Subquery,
            false if part.form != Form::Selector => {
                return wrong(
                    "a range follows a selector; for an expression, write a subquery, such as `[5m:]`",
                );
            }
            false if is_shifted => return wrong("a range comes before `offset` and `@`"),
            false => Form::Range,
        };
        Ok(Part {
            kind: Kind::Matrix,
            form,
            span: part.span.start..end,
        })
    }

    /// What stands behind `offset`.
    pub(crate) fn offset(&mut self) -> Result<(), Error> {
        while self.eat("-")? || self.eat("+")? {}
        self.single(0, false)
    }

    /// What stands behind `@`.
    pub(crate) fn time(&mut self) -> Result<(), Error> {
        if self.eat_word(&["start", "end"])?.is_some() {
            self.expect("(")?;
            self.expect(")")?;
            return Ok(());
        }
        while self.eat("-")? || self.eat("+")? {}
        match self.token() {
            Token::Number(_) => self.advance(),
            Token::Word if self.is_word("inf") || self.is_word("nan") => self.advance(),
            _ => Err(self.unexpected("where a time is expected")),
        }
    }

    /// A length of time, which may be computed.
    fn length(&mut self, depth: usize) -> Result<(), Error> {
        self.single(depth, depth == 0)?;
        while let Token::Sign("+" | "-" | "*" | "/" | "%" | "^") = self.token() {
            self.advance()?;
            self.single(depth, false)?;
        }
        Ok(())
    }

    /// One operand of a length of time.
    fn single(&mut self, depth: usize, is_alone: bool) -> Result<(), Error> {
        if depth > MAX_DEPTH {
            let message = "the duration is nested too deeply";
            return Err(Error::limit(self.span(), message));
        }
        let span = self.span();
        match self.token().clone() {
            Token::Number(Literal::Number { is_positive } | Literal::Duration { is_positive }) => {
                self.advance()?;
                let is_whole = matches!(self.token(), Token::Sign("]" | ":"));
                match is_alone && is_whole && !is_positive {
                    true => Err(too_short(span)),
                    false => Ok(()),
                }
            }
            Token::Sign("(") => {
                self.advance()?;
                self.length(depth + 1)?;
                self.expect(")").map(|_| ())
            }
            Token::Sign(sign @ ("-" | "+")) => {
                self.advance()?;
                let is_literal = matches!(self.token(), Token::Number(_));
                self.single(depth + 1, is_alone)?;
                let is_whole = matches!(self.token(), Token::Sign("]" | ":"));
                match is_alone && is_literal && is_whole && sign == "-" {
                    true => Err(too_short(span)),
                    false => Ok(()),
                }
            }
            Token::Word if self.is_word("step") || self.is_word("range") => {
                self.advance()?;
                self.expect("(")?;
                self.expect(")").map(|_| ())
            }
            Token::Word
                if ["min", "max", "min_of", "max_of"]
                    .iter()
                    .any(|name| self.is_word(name)) =>
            {
                self.advance()?;
                self.expect("(")?;
                self.length(depth + 1)?;
                self.expect(",")?;
                self.length(depth + 1)?;
                self.expect(")").map(|_| ())
            }
            _ => Err(self.unexpected("where a duration such as `5m` is expected")),
        }
    }
}

fn too_short(at: std::ops::Range<usize>) -> Error {
    Error::wrong(at, "a range has to be longer than zero")
}
