//! Terms.

use std::borrow::Cow;

use super::names::Meaning;
use super::rule::{DEPTH_LIMIT, Made, Planned, Planner, Stuck, folded};
use super::scope::Variable;
use super::{Expr, Step};
use crate::ast::{Literal, Term};
use crate::builtin::Builtin;
use crate::value::Const;

impl<'m> Planner<'_, 'm> {
    /// The value of a term. What has to be gone through for it comes in steps before.
    pub(crate) fn term(&mut self, term: &'m Term<'m>, steps: &mut Vec<Step>) -> Planned<Expr> {
        if self.depth >= DEPTH_LIMIT {
            return Err(self.unsupported("nesting as deep as this"));
        }
        self.depth += 1;
        let result = self.shallow(term, steps);
        self.depth -= 1;
        result
    }

    fn shallow(&mut self, term: &'m Term<'m>, steps: &mut Vec<Step>) -> Planned<Expr> {
        if let Some(constant) = folded(term) {
            return Ok(Expr::Constant(self.constant(constant)));
        }
        Ok(match term {
            Term::Name(_) => self.reference(term, &[], Vec::new(), steps)?,
            Term::Ref(head, parts) => {
                let known = parts.iter().map(|_| None).collect();
                match **head {
                    Term::Name(_) => self.reference(head, parts, known, steps)?,
                    _ => {
                        let head = self.term(head, steps)?;
                        self.entered(head, parts, known, steps)?
                    }
                }
            }
            Term::Call(name, arguments) => {
                let arguments = self.terms(arguments, steps)?;
                self.call(name, arguments)?
            }
            Term::Array(items) => Expr::Array(self.terms(items, steps)?.into()),
            Term::Set(members) => Expr::Set(self.terms(members, steps)?.into()),
            Term::Object(entries) => self.object(entries, steps)?,
            Term::ArrayOf(head, body) => {
                let (body, head) =
                    self.comprehension(body, &[head], |p, steps| p.term(head, steps))?;
                Expr::ArrayOf(body, Box::new(head))
            }
            Term::SetOf(head, body) => {
                let (body, head) =
                    self.comprehension(body, &[head], |p, steps| p.term(head, steps))?;
                Expr::SetOf(body, Box::new(head))
            }
            Term::ObjectOf(head, body) => {
                let (key, value) = &**head;
                let (body, head) = self.comprehension(body, &[key, value], |p, steps| {
                    Ok((p.term(key, steps)?, p.term(value, steps)?))
                })?;
                Expr::ObjectOf(body, Box::new(head))
            }
            Term::Binary(operator, sides) => {
                let left = self.term(&sides.0, steps)?;
                let right = self.term(&sides.1, steps)?;
                Expr::Binary(*operator, Box::new((left, right)))
            }
            Term::Any => return Err(self.unsupported("`_` here")),
            Term::Null | Term::Bool(_) | Term::Number(_) | Term::Text(_) => {
                return Err(self.unsupported("this term"));
            }
        })
    }

    fn terms(&mut self, terms: &'m [Term<'m>], steps: &mut Vec<Step>) -> Planned<Vec<Expr>> {
        terms.iter().map(|term| self.term(term, steps)).collect()
    }

    fn object(
        &mut self,
        entries: &'m [(Term<'m>, Term<'m>)],
        steps: &mut Vec<Step>,
    ) -> Planned<Expr> {
        let mut fields: Vec<(&'m str, &'m Term<'m>)> = Vec::new();
        for (key, value) in entries {
            if let Term::Text(key) = key {
                fields.push((key, value));
            }
        }
        fields.sort_by_key(|(key, _)| *key);
        let is_record =
            fields.len() == entries.len() && fields.is_sorted_by(|(a, _), (b, _)| a < b);
        if is_record {
            let fields = fields
                .into_iter()
                .map(|(key, value)| Ok((self.key(key), self.term(value, steps)?)));
            return Ok(Expr::Record(fields.collect::<Planned<_>>()?));
        }
        let entries = entries
            .iter()
            .map(|(key, value)| Ok((self.term(key, steps)?, self.term(value, steps)?)));
        Ok(Expr::Object(entries.collect::<Planned<_>>()?))
    }

    fn comprehension<T>(
        &mut self,
        body: &'m [Literal<'m>],
        heads: &[&'m Term<'m>],
        head: impl FnOnce(&mut Self, &mut Vec<Step>) -> Planned<T>,
    ) -> Planned<(Box<[Step]>, T)> {
        let was_negated = std::mem::replace(&mut self.frame()?.is_negated, false);
        let line = self.frame()?.line;
        let mut steps = Vec::new();
        self.enter(body, heads)?;
        self.literals(body, &mut steps)?;
        let head = head(self, &mut steps)?;
        let frame = self.frame()?;
        frame.scope.leave();
        frame.is_negated = was_negated;
        frame.line = line;
        Ok((steps.into(), head))
    }

    /// What a name stands for, and what stands in that. Of parts that are known already the
    /// values are given.
    pub(crate) fn reference(
        &mut self,
        head: &'m Term<'m>,
        parts: &'m [Term<'m>],
        known: Vec<Option<Expr>>,
        steps: &mut Vec<Step>,
    ) -> Planned<Expr> {
        let Some(name) = head.as_name() else {
            return Err(self.unsupported("this reference"));
        };
        match self.frame()?.scope.get(name) {
            Variable::Bound(slot) => {
                return self.entered(Expr::Local(slot), parts, known, steps);
            }
            Variable::Free => return Err(Stuck::NotYet),
            Variable::None => {}
        }
        let names = self.names;
        let module = self.frame()?.module;
        match names.meaning(module, name) {
            Some(Meaning::Input) => self.input(Vec::new(), parts, known, steps),
            Some(Meaning::Data) => self.data(Vec::new(), parts, known, steps),
            Some(Meaning::Rule(path)) => {
                let rule = self.rule_value(&path)?;
                self.entered(rule, parts, known, steps)
            }
            Some(Meaning::Import(path)) => match path.split_first() {
                Some((&"input", path)) => self.input(path.to_vec(), parts, known, steps),
                Some((_, path)) => self.data(path.to_vec(), parts, known, steps),
                None => Err(self.unsupported("this import")),
            },
            None => Err(Stuck::NotYet),
        }
    }

    fn input(
        &mut self,
        path: Vec<&'m str>,
        parts: &'m [Term<'m>],
        known: Vec<Option<Expr>>,
        steps: &mut Vec<Step>,
    ) -> Planned<Expr> {
        let first = path.first().copied().or_else(|| match parts.first() {
            Some(Term::Text(text)) => Some(&**text),
            _ => None,
        });
        let varying = self.varying;
        self.frame()?.varies |= first.is_none_or(|field| field == varying);
        let expr = match path.is_empty() {
            true => Expr::Input,
            false => {
                let keys = path.into_iter().map(|part| self.key(part)).collect();
                Expr::Path(Box::new(Expr::Input), keys)
            }
        };
        self.entered(expr, parts, known, steps)
    }

    fn data(
        &mut self,
        path: Vec<&'m str>,
        parts: &'m [Term<'m>],
        mut known: Vec<Option<Expr>>,
        steps: &mut Vec<Step>,
    ) -> Planned<Expr> {
        let constant = parts.iter().map_while(|part| match part {
            Term::Text(text) => Some(&**text),
            _ => None,
        });
        let full: Vec<&str> = path.iter().copied().chain(constant).collect();
        let Some(end) = self.names.rule_in(&full) else {
            return Err(self.unsupported(&format!("`data.{}`", full.join("."))));
        };
        let rule = self.rule_value(full.get(..end).unwrap_or_default())?;
        let used = end.saturating_sub(path.len());
        if end < path.len() {
            return Err(self.unsupported("an import of a part of a rule"));
        }
        let known = known.split_off(used.min(known.len()));
        self.entered(rule, parts.get(used..).unwrap_or_default(), known, steps)
    }

    fn rule_value(&mut self, path: &[&str]) -> Planned<Expr> {
        let is_function = self
            .names
            .definitions(path)
            .is_some_and(|all| all.iter().any(|d| d.rule.parameters.is_some()));
        if is_function {
            return Err(self.unsupported("a function that is not called"));
        }
        match self.rule(path) {
            Made::Constant(at) => Ok(Expr::Constant(at)),
            Made::Rule(at) => {
                self.note(at)?;
                Ok(Expr::Rule(at))
            }
            Made::Begun => Err(self.unsupported("a rule that refers to itself")),
            Made::Unsupported(why) => Err(Stuck::Unsupported(why)),
        }
    }

    /// What depends on a rule depends on what that depends on.
    fn note(&mut self, rule: u32) -> Planned<()> {
        let varies = self.plan.rules.get(rule as usize).is_some_and(|r| r.varies);
        self.frame()?.varies |= varies;
        Ok(())
    }

    /// What stands in a value, behind the parts of a reference. Parts that have no value yet are
    /// gone through.
    pub(crate) fn entered(
        &mut self,
        head: Expr,
        parts: &'m [Term<'m>],
        known: Vec<Option<Expr>>,
        steps: &mut Vec<Step>,
    ) -> Planned<Expr> {
        let mut expr = head;
        for (part, known) in parts.iter().zip(known) {
            if let Some(key) = known {
                expr = Expr::At(Box::new((expr, key)));
                continue;
            }
            expr = match part {
                Term::Text(key) => {
                    let key = self.key(key);
                    match expr {
                        Expr::Path(of, keys) => {
                            Expr::Path(of, keys.into_iter().chain([key]).collect())
                        }
                        of => Expr::Path(Box::new(of), Box::new([key])),
                    }
                }
                Term::Any | Term::Name(_) if self.binds(part) => {
                    let frame = self.frame()?;
                    if frame.is_negated {
                        return Err(self.unsupported("iterating over something after `not`"));
                    }
                    let key = match part.as_name() {
                        Some(name) => match frame.scope.bind_here(name) {
                            Some(slot) => Some(slot),
                            // A variable of an outer body gets its value there.
                            None => return Err(Stuck::NotYet),
                        },
                        None => None,
                    };
                    let value = frame.scope.slot();
                    steps.push(Step::Each {
                        of: expr,
                        key,
                        value: Some(value),
                    });
                    Expr::Local(value)
                }
                _ => {
                    let key = self.term(part, steps)?;
                    Expr::At(Box::new((expr, key)))
                }
            };
        }
        Ok(expr)
    }

    /// The call of a function, of a policy or of the language.
    pub(crate) fn call(&mut self, name: &[Cow<'m, str>], arguments: Vec<Expr>) -> Planned<Expr> {
        let names = self.names;
        let module = self.frame()?.module;
        let written: Vec<&str> = name.iter().map(|part| &**part).collect();
        let path: Option<Vec<&str>> = match (written.as_slice(), name.first()) {
            (["data", path @ ..], _) => Some(path.to_vec()),
            ([first, rest @ ..], Some(_)) => {
                let package = module.package.iter().map(|part| &**part);
                let own: Vec<&str> = package.chain(written.iter().copied()).collect();
                let import = module.imports.iter().find(|import| import.name == *first);
                match import {
                    _ if names.definitions(&own).is_some() => Some(own),
                    Some(import) => {
                        let path = import.path.iter().skip(1).map(|part| &**part);
                        Some(path.chain(rest.iter().copied()).collect())
                    }
                    None => None,
                }
            }
            _ => None,
        };
        let Some(path) = path else {
            return self.builtin(&written.join("."), arguments);
        };
        let Some(definitions) = names.definitions(&path) else {
            return Err(self.unsupported(&format!("`{}`", written.join("."))));
        };
        let fits = |all: &[super::names::Defined<'_>]| {
            all.iter().all(|d| {
                let parameters = d.rule.parameters.as_ref();
                parameters.is_some_and(|p| p.len() == arguments.len())
            })
        };
        if !fits(definitions) {
            return Err(self.unsupported("a call with other arguments than there are parameters"));
        }
        match self.rule(&path) {
            Made::Rule(at) => {
                self.note(at)?;
                Ok(Expr::Call(at, arguments.into()))
            }
            Made::Begun => Err(self.unsupported("a function that calls itself")),
            Made::Constant(_) => Err(self.unsupported("this call")),
            Made::Unsupported(why) => Err(Stuck::Unsupported(why)),
        }
    }

    fn builtin(&mut self, name: &str, arguments: Vec<Expr>) -> Planned<Expr> {
        let Some((builtin, arity)) = Builtin::named(name) else {
            return Err(self.unsupported(&format!("the function `{name}`")));
        };
        if arguments.len() != arity {
            return Err(self.unsupported(&format!("`{name}` with as many arguments")));
        }
        if builtin == Builtin::EmptySet {
            return Ok(Expr::Constant(self.constant(Const::set([]))));
        }
        let written = builtin.pattern().and_then(|at| match arguments.get(at) {
            Some(Expr::Constant(at)) => self.plan.constants.get(*at as usize),
            _ => None,
        });
        if let Some(Const::Text(pattern)) = written {
            return match self.plan.patterns.add(pattern) {
                Some(pattern) => Ok(Expr::Regex(builtin, pattern, arguments.into())),
                None => Err(self.unsupported("this regular expression")),
            };
        }
        let mut arguments = arguments.into_iter();
        let given = (arguments.next(), arguments.next(), arguments.next());
        match given {
            (Some(a), None, None) => Ok(Expr::One(builtin, Box::new(a))),
            (Some(a), Some(b), None) => Ok(Expr::Two(builtin, Box::new((a, b)))),
            (Some(a), Some(b), Some(c)) => Ok(Expr::Three(builtin, Box::new((a, b, c)))),
            _ => Err(self.unsupported(&format!("`{name}` here"))),
        }
    }
}
