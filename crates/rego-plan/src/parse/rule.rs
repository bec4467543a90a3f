//! Rules.

use super::{Parsed, Parser};
use crate::ast::{Branch, Head, Rule, Term};
use crate::lex::Kind;

impl<'t> Parser<'t> {
    /// Reads a rule; several definitions if several bodies follow its head.
    pub(super) fn rule(&mut self, rules: &mut Vec<Rule<'t>>) -> Parsed<()> {
        let line = self.token().line;
        if !self.token().is_first {
            return Err(self.unexpected());
        }
        let is_default = self.take_name("default");
        let name = self.name()?;
        let parameters = match self.take_glued("(") {
            true => Some(self.terms(")")?),
            false => None,
        };
        if self.token().is_glued && self.is(".") {
            return Err(self.fault("a rule whose name has several parts"));
        }
        let key = match self.take_glued("[") {
            true => {
                let key = self.term()?;
                self.expect("]")?;
                Some(key)
            }
            false => None,
        };
        let member = match key.is_none() && self.take_name("contains") {
            true => Some(self.term()?),
            false => None,
        };
        let value = match self.take(":=") || self.take("=") {
            true => Some(self.term()?),
            false => None,
        };
        let is_newer = self.is_name("if");
        let is_set = key.is_some() && value.is_none();
        if is_set && is_newer {
            return Err(self.fault("`if` after this head"));
        }
        let is_bodiless = !is_newer && !self.is("{");
        let head = match (key, member) {
            (Some(member), _) if is_set => Head::Member(member),
            (Some(key), _) => Head::Key(key),
            (None, Some(member)) => Head::Member(member),
            (None, None) => Head::Value,
        };
        if is_bodiless && value.is_none() && matches!(head, Head::Value) {
            return Err(self.unexpected());
        }
        let mut branches = Vec::new();
        let body = match is_bodiless {
            true => Vec::new(),
            false => self.rule_body()?,
        };
        branches.push(Branch { value, body });
        while self.is_name("else") {
            branches.push(self.otherwise()?);
        }
        if self.is("{") {
            return Err(self.fault("several bodies after one head"));
        }
        rules.push(Rule {
            name,
            line,
            is_default,
            parameters,
            head,
            branches,
        });
        Ok(())
    }

    fn otherwise(&mut self) -> Parsed<Branch<'t>> {
        self.expect_name("else")?;
        let value = match self.take(":=") || self.take("=") {
            true => Some(self.term()?),
            false => None,
        };
        let body = match self.is_name("if") || self.is("{") {
            true => self.rule_body()?,
            false => Vec::new(),
        };
        Ok(Branch { value, body })
    }

    /// `if { … }`, `if …`, or `{ … }`.
    fn rule_body(&mut self) -> Parsed<Vec<crate::ast::Literal<'t>>> {
        let is_newer = self.take_name("if");
        if self.take("{") {
            return self.body("}");
        }
        match is_newer {
            true => Ok(vec![self.literal()?]),
            false => Err(self.unexpected()),
        }
    }

    /// Terms up to a closing bracket, with commas between them.
    pub(super) fn terms(&mut self, close: &str) -> Parsed<Vec<Term<'t>>> {
        let mut terms = Vec::new();
        while !self.take(close) {
            terms.push(self.term()?);
            if !self.take(",") && !self.is(close) || self.token().kind == Kind::End {
                return Err(self.unexpected());
            }
        }
        Ok(terms)
    }
}
