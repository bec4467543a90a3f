//! Terms.

use std::borrow::Cow;

use super::{DEPTH_LIMIT, Parsed, Parser};
use crate::ast::{Operator, Term};
use crate::lex::Kind;
use crate::value::Number;

/// How firmly operators bind, from the loosest on.
const IN: u8 = 0;
const RELATION: u8 = 1;
const UNION: u8 = 2;
const INTERSECTION: u8 = 3;
const SUM: u8 = 4;
const PRODUCT: u8 = 5;

/// Names that are no variables.
const KEYWORDS: [&str; 12] = [
    "as", "default", "else", "every", "if", "import", "in", "not", "package", "some", "with",
    "contains",
];

impl<'t> Term<'t> {
    pub(crate) fn as_name(&self) -> Option<&'t str> {
        match self {
            Self::Name(name) => Some(name),
            _ => None,
        }
    }
}

impl<'t> Parser<'t> {
    /// Any term.
    pub(super) fn term(&mut self) -> Parsed<Term<'t>> {
        self.nested(|parser| parser.operation(IN))
    }

    /// A term that is no membership itself.
    pub(super) fn member(&mut self) -> Parsed<Term<'t>> {
        self.nested(|parser| parser.operation(RELATION))
    }

    /// The first term in a bracket, behind which `|` begins a comprehension.
    fn first(&mut self) -> Parsed<Term<'t>> {
        self.nested(|parser| parser.operation(INTERSECTION))
    }

    /// A chain of operators that bind at least as firmly as `least`.
    fn operation(&mut self, least: u8) -> Parsed<Term<'t>> {
        let mut left = self.factor()?;
        let mut length = 0;
        while let Some((operator, level)) = self.operator().filter(|(_, level)| *level >= least) {
            length += 1;
            if length > DEPTH_LIMIT {
                return Err(self.fault("a chain of operators as long as this"));
            }
            self.at += 1;
            let right = self.nested(|parser| parser.operation(level + 1))?;
            left = Term::Binary(operator, Box::new((left, right)));
        }
        Ok(left)
    }

    fn operator(&self) -> Option<(Operator, u8)> {
        let token = self.token();
        if token.kind == Kind::Name && token.text == "in" {
            return Some((Operator::In, IN));
        }
        if token.kind != Kind::Mark {
            return None;
        }
        Some(match token.text {
            "==" => (Operator::Equal, RELATION),
            "!=" => (Operator::NotEqual, RELATION),
            "<" => (Operator::Less, RELATION),
            "<=" => (Operator::LessOrEqual, RELATION),
            ">" => (Operator::Greater, RELATION),
            ">=" => (Operator::GreaterOrEqual, RELATION),
            "|" => (Operator::Union, UNION),
            "&" => (Operator::Intersection, INTERSECTION),
            "+" => (Operator::Plus, SUM),
            "-" => (Operator::Minus, SUM),
            "*" => (Operator::Times, PRODUCT),
            "/" => (Operator::Divide, PRODUCT),
            "%" => (Operator::Remainder, PRODUCT),
            _ => return None,
        })
    }

    fn factor(&mut self) -> Parsed<Term<'t>> {
        let token = self.token();
        let (term, can_be_entered) = match token.kind {
            Kind::Text | Kind::Raw => (Term::Text(self.text()?), false),
            Kind::Number => {
                self.at += 1;
                (Term::Number(self.number(token.text)?), false)
            }
            Kind::Mark => self.bracket(token.text)?,
            Kind::Name if KEYWORDS.contains(&token.text) && !self.is_call() => {
                return Err(self.unexpected());
            }
            Kind::Name => {
                self.at += 1;
                match token.text {
                    "null" => (Term::Null, false),
                    "true" => (Term::Bool(true), false),
                    "false" => (Term::Bool(false), false),
                    "_" => (Term::Any, false),
                    name => (Term::Name(name), true),
                }
            }
            Kind::Stray | Kind::End => return Err(self.unexpected()),
        };
        match can_be_entered {
            true => self.reference(term),
            false => Ok(term),
        }
    }

    /// Whether a keyword is the name of a function here.
    fn is_call(&self) -> bool {
        let next = self.peek(1);
        next.is_glued && next.kind == Kind::Mark && next.text == "("
    }

    /// What follows a term: `.a`, `[b]`, `(c)`.
    fn reference(&mut self, head: Term<'t>) -> Parsed<Term<'t>> {
        let mut head = head;
        let mut parts: Vec<Term<'t>> = Vec::new();
        let mut calls = 0;
        loop {
            if parts.len() > DEPTH_LIMIT {
                return Err(self.fault("a reference as long as this"));
            }
            if self.take_glued(".") {
                parts.push(Term::Text(Cow::Borrowed(self.name()?)));
            } else if self.take_glued("[") {
                parts.push(self.term()?);
                self.expect("]")?;
            } else if self.take_glued("(") {
                calls += 1;
                if calls > 1 {
                    return Err(self.fault("a call of what a call returned"));
                }
                let name = function(&head, &parts).ok_or_else(|| self.unexpected())?;
                parts.clear();
                head = Term::Call(name, self.nested(|parser| parser.terms(")"))?);
            } else if parts.is_empty() {
                return Ok(head);
            } else {
                return Ok(Term::Ref(Box::new(head), parts));
            }
        }
    }

    /// What begins with a mark, and whether something in it can be referred to.
    fn bracket(&mut self, mark: &str) -> Parsed<(Term<'t>, bool)> {
        self.at += 1;
        match mark {
            "(" => {
                let term = self.term()?;
                self.expect(")")?;
                Ok((term, false))
            }
            "[" => Ok((self.nested(Self::array)?, true)),
            "{" => Ok((self.nested(Self::braces)?, true)),
            "-" if self.token().kind == Kind::Number => {
                let token = self.next();
                let number = self.number(token.text)?;
                let negative = number.negated();
                negative
                    .map(|number| (Term::Number(number), false))
                    .ok_or_else(|| self.fault("a number as large as this"))
            }
            _ => {
                self.at -= 1;
                Err(self.unexpected())
            }
        }
    }

    fn number(&self, text: &str) -> Parsed<Number> {
        Number::parse(text).ok_or_else(|| self.fault("a number as large as this"))
    }

    fn array(&mut self) -> Parsed<Term<'t>> {
        if self.take("]") {
            return Ok(Term::Array(Vec::new()));
        }
        let first = self.first()?;
        if self.take("|") {
            return Ok(Term::ArrayOf(Box::new(first), self.body("]")?));
        }
        let mut items = vec![first];
        if self.take(",") {
            items.extend(self.terms("]")?);
        } else {
            self.expect("]")?;
        }
        Ok(Term::Array(items))
    }

    fn braces(&mut self) -> Parsed<Term<'t>> {
        if self.take("}") {
            return Ok(Term::Object(Vec::new()));
        }
        let first = self.first()?;
        if self.take("|") {
            return Ok(Term::SetOf(Box::new(first), self.body("}")?));
        }
        if self.take(":") {
            let value = self.first()?;
            if self.take("|") {
                let body = self.body("}")?;
                return Ok(Term::ObjectOf(Box::new((first, value)), body));
            }
            return self.object((first, value));
        }
        let mut items = vec![first];
        if self.take(",") {
            items.extend(self.terms("}")?);
        } else {
            self.expect("}")?;
        }
        Ok(Term::Set(items))
    }

    fn object(&mut self, first: (Term<'t>, Term<'t>)) -> Parsed<Term<'t>> {
        let mut entries = vec![first];
        while self.take(",") && !self.is("}") {
            let key = self.term()?;
            self.expect(":")?;
            entries.push((key, self.term()?));
        }
        self.expect("}")?;
        Ok(Term::Object(entries))
    }
}

/// The parts of the name of a function that is called.
fn function<'t>(head: &Term<'t>, parts: &[Term<'t>]) -> Option<Vec<Cow<'t, str>>> {
    let mut name = vec![Cow::Borrowed(head.as_name()?)];
    for part in parts {
        match part {
            Term::Text(text) => name.push(text.clone()),
            _ => return None,
        }
    }
    Some(name)
}
