//! Bodies.

use super::{Parsed, Parser};
use crate::ast::{Literal, What};

impl<'t> Parser<'t> {
    /// Literals up to a closing bracket.
    pub(super) fn body(&mut self, close: &str) -> Parsed<Vec<Literal<'t>>> {
        let mut body = Vec::new();
        loop {
            while self.take(";") {}
            if self.take(close) {
                break;
            }
            body.push(self.nested(Self::literal)?);
            if !self.is(";") && !self.is(close) && !self.token().is_first {
                return Err(self.unexpected());
            }
        }
        match body.is_empty() {
            true => Err(self.fault("an empty body")),
            false => Ok(body),
        }
    }

    pub(super) fn literal(&mut self) -> Parsed<Literal<'t>> {
        let line = self.token().line;
        let what = if self.take_name("some") {
            self.some()?
        } else if self.take_name("not") {
            What::Not(self.term()?)
        } else if self.take_name("every") {
            self.every()?
        } else {
            let term = self.term()?;
            if self.take(":=") {
                What::Assign(term, self.term()?)
            } else if self.take("=") {
                What::Unify(term, self.term()?)
            } else {
                What::Holds(term)
            }
        };
        if self.is_name("with") {
            return Err(self.fault("`with`"));
        }
        Ok(Literal { line, what })
    }

    fn some(&mut self) -> Parsed<What<'t>> {
        let mut names = vec![self.member()?];
        while self.take(",") {
            names.push(self.member()?);
        }
        if self.take_name("in") {
            let of = self.member()?;
            let value = names.pop();
            let key = names.pop();
            return match (value, names.is_empty()) {
                (Some(value), true) => Ok(What::Some { key, value, of }),
                _ => Err(self.fault("so many names before `in`")),
            };
        }
        let names: Option<Vec<&str>> = names.iter().map(|name| name.as_name()).collect();
        match names {
            Some(names) => Ok(What::Declare(names)),
            None => Err(self.unexpected()),
        }
    }

    fn every(&mut self) -> Parsed<What<'t>> {
        let mut value = self.member()?;
        let mut key = None;
        if self.take(",") {
            key = Some(std::mem::replace(&mut value, self.member()?));
        }
        self.expect_name("in")?;
        let of = self.member()?;
        self.expect("{")?;
        Ok(What::Every {
            key,
            value,
            of,
            body: self.body("}")?,
        })
    }
}
