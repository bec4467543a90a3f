//! Bodies.

use super::rule::{Planned, Planner, Stuck, variables};
use super::scope::Variable;
use super::{Expr, Pattern, Slot, Step};
use crate::ast::{Literal, Operator, Term, What};

/// Longer bodies are refused: to find an order for them takes the square of their length.
const LENGTH_LIMIT: usize = 256;

impl<'m> Planner<'_, 'm> {
    /// Begins a body, in which `heads` are read last.
    pub(crate) fn enter(
        &mut self,
        literals: &'m [Literal<'m>],
        heads: &[&'m Term<'m>],
    ) -> Planned<()> {
        if literals.len() > LENGTH_LIMIT {
            return Err(self.unsupported("so long a body"));
        }
        let mut own = Vec::new();
        let mut mentioned = Vec::new();
        for literal in literals {
            match &literal.what {
                What::Declare(names) => own.extend(names),
                What::Some { key, value, of } => {
                    let names = key.iter().chain([value]);
                    names.for_each(|term| variables(term, &mut own));
                    mentions(of, &mut mentioned);
                }
                What::Assign(to, from) => {
                    variables(to, &mut own);
                    mentions(from, &mut mentioned);
                }
                What::Unify(a, b) => {
                    mentions(a, &mut mentioned);
                    mentions(b, &mut mentioned);
                }
                What::Holds(term) | What::Every { of: term, .. } => {
                    mentions(term, &mut mentioned);
                }
                What::Not(_) => {}
            }
        }
        heads.iter().for_each(|head| mentions(head, &mut mentioned));
        let names = self.names;
        let frame = self.frame()?;
        for name in mentioned {
            let is_variable = matches!(frame.scope.get(name), Variable::None)
                && names.meaning(frame.module, name).is_none();
            if is_variable {
                own.push(name);
            }
        }
        own.sort_unstable();
        own.dedup();
        frame.scope.enter(own);
        Ok(())
    }

    /// Reads literals in an order in which each has what it needs.
    pub(crate) fn literals(
        &mut self,
        literals: &'m [Literal<'m>],
        steps: &mut Vec<Step>,
    ) -> Planned<()> {
        let mut waiting: Vec<&'m Literal<'m>> = literals.iter().collect();
        while !waiting.is_empty() {
            match self.next_literal(&waiting, steps) {
                Ok(at) => waiting.remove(at),
                Err((_, why)) => return Err(why),
            };
        }
        Ok(())
    }

    /// As [`Planner::literals`], and leaves out what is not supported, and what depends on that.
    pub(super) fn supported_literals(
        &mut self,
        literals: &'m [Literal<'m>],
        steps: &mut Vec<Step>,
    ) {
        let mut waiting: Vec<&'m Literal<'m>> = literals.iter().collect();
        while !waiting.is_empty() {
            let length = steps.len();
            match self.next_literal(&waiting, steps) {
                Ok(at) => {
                    // Of what must not hold others know cases where nothing is asked.
                    if matches!(waiting[at].what, What::Not(_)) && steps.len() > length + 1 {
                        steps.truncate(length);
                    }
                    waiting.remove(at);
                }
                Err((at, Stuck::Unsupported(_))) => {
                    waiting.remove(at);
                }
                Err((_, Stuck::NotYet)) => return,
            }
        }
    }

    /// Reads the first literal that has what it needs. Tells which one it was, or which one is
    /// not supported.
    fn next_literal(
        &mut self,
        waiting: &[&'m Literal<'m>],
        steps: &mut Vec<Step>,
    ) -> Result<usize, (usize, Stuck)> {
        for (at, literal) in waiting.iter().enumerate() {
            let Some(frame) = &mut self.frame else {
                break;
            };
            let mark = frame.scope.mark();
            let length = steps.len();
            let result = self.literal(literal, steps);
            let Err(why) = result else {
                return Ok(at);
            };
            if let Some(frame) = &mut self.frame {
                frame.scope.back_to(mark);
                frame.is_negated = false;
            }
            steps.truncate(length);
            if let Stuck::Unsupported(_) = why {
                return Err((at, why));
            }
        }
        Err((0, Stuck::NotYet))
    }

    fn literal(&mut self, literal: &'m Literal<'m>, steps: &mut Vec<Step>) -> Planned<()> {
        self.frame()?.line = literal.line;
        match &literal.what {
            What::Holds(term) => {
                let expr = self.term(term, steps)?;
                steps.push(Step::Check(expr));
            }
            What::Not(term) => self.negated(term, steps)?,
            What::Declare(_) => {}
            What::Some { key, value, of } => {
                let of = self.term(of, steps)?;
                let mut more = Vec::new();
                let key = match key {
                    Some(key) => self.target(key, &mut more)?,
                    None => None,
                };
                let value = self.target(value, &mut more)?;
                steps.push(Step::Each { of, key, value });
                steps.append(&mut more);
            }
            What::Every {
                key,
                value,
                of,
                body,
            } => {
                let of = self.term(of, steps)?;
                let mut names = Vec::new();
                let terms = key.iter().chain([value]);
                terms.for_each(|term| variables(term, &mut names));
                self.frame()?.scope.enter(names);
                let mut more = Vec::new();
                let key = match key {
                    Some(key) => self.target(key, &mut more)?,
                    None => None,
                };
                let value = self.target(value, &mut more)?;
                self.enter(body, &[])?;
                self.literals(body, &mut more)?;
                let scope = &mut self.frame()?.scope;
                scope.leave();
                scope.leave();
                steps.push(Step::Every {
                    of,
                    key,
                    value,
                    body: more.into(),
                });
            }
            What::Assign(to, from) => {
                let from = self.term(from, steps)?;
                self.assign(to, from, steps)?;
            }
            What::Unify(a, b) => {
                if self.binds(a) {
                    let from = self.term(b, steps)?;
                    self.assign(a, from, steps)?;
                } else if self.binds(b) {
                    let from = self.term(a, steps)?;
                    self.assign(b, from, steps)?;
                } else {
                    let sides = Box::new((self.term(a, steps)?, self.term(b, steps)?));
                    steps.push(Step::Check(Expr::Binary(Operator::Equal, sides)));
                }
            }
        }
        Ok(())
    }

    fn assign(&mut self, to: &'m Term<'m>, from: Expr, steps: &mut Vec<Step>) -> Planned<()> {
        let step = match self.pattern(to, steps)? {
            Pattern::Bind(slot) => Step::Let(slot, from),
            pattern => Step::Match(pattern, from),
        };
        steps.push(step);
        Ok(())
    }

    /// Where each of the things that are gone through is put; `None` if that does not matter.
    /// What it has to be beyond that is asked in further steps.
    fn target(&mut self, term: &'m Term<'m>, steps: &mut Vec<Step>) -> Planned<Option<Slot>> {
        match term {
            Term::Any => Ok(None),
            Term::Name(name) => match self.frame()?.scope.bind_here(name) {
                Some(slot) => Ok(Some(slot)),
                None => Err(self.unsupported("a variable that is declared twice")),
            },
            _ => {
                let slot = self.frame()?.scope.slot();
                let pattern = self.pattern(term, steps)?;
                steps.push(Step::Match(pattern, Expr::Local(slot)));
                Ok(Some(slot))
            }
        }
    }

    /// What something has to look like; its free variables get their values from that.
    pub(crate) fn pattern(
        &mut self,
        term: &'m Term<'m>,
        steps: &mut Vec<Step>,
    ) -> Planned<Pattern> {
        Ok(match term {
            Term::Any => Pattern::Any,
            Term::Name(name) if self.binds(term) => match self.frame()?.scope.bind_here(name) {
                Some(slot) => Pattern::Bind(slot),
                None => return Err(Stuck::NotYet),
            },
            Term::Array(items) if self.binds(term) => {
                let patterns = items.iter().map(|item| self.pattern(item, steps));
                Pattern::Array(patterns.collect::<Planned<_>>()?)
            }
            _ => Pattern::Equals(self.term(term, steps)?),
        })
    }
}

/// The names in a term that its own body can give values to: not those in the bodies within it.
fn mentions<'m>(term: &'m Term<'m>, names: &mut Vec<&'m str>) {
    match term {
        Term::Name(name) => names.push(name),
        Term::Ref(head, parts) => {
            mentions(head, names);
            parts.iter().for_each(|part| mentions(part, names));
        }
        Term::Call(_, terms) | Term::Array(terms) | Term::Set(terms) => {
            terms.iter().for_each(|term| mentions(term, names));
        }
        Term::Object(entries) => {
            for (key, value) in entries {
                mentions(key, names);
                mentions(value, names);
            }
        }
        Term::Binary(_, sides) => {
            mentions(&sides.0, names);
            mentions(&sides.1, names);
        }
        Term::Null | Term::Bool(_) | Term::Number(_) | Term::Text(_) | Term::Any => {}
        Term::ArrayOf(..) | Term::SetOf(..) | Term::ObjectOf(..) => {}
    }
}
