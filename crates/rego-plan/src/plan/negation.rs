//! What must not hold.
//!
//! What is asked behind `not` is settled before: `not f(x.y)` holds where `f` does not, and not
//! where there is no `x.y` to ask it about. Only what stands by itself, or on a side of `==`, may
//! be missing.

use super::rule::{Planned, Planner};
use super::{Expr, Step};
use crate::ast::{Operator, Term};

impl<'m> Planner<'_, 'm> {
    pub(crate) fn negated(&mut self, term: &'m Term<'m>, steps: &mut Vec<Step>) -> Planned<()> {
        self.frame()?.is_negated = true;
        let asked = match term {
            Term::Binary(Operator::Equal, sides) => {
                let left = self.may_be_missing(&sides.0, steps)?;
                let right = self.may_be_missing(&sides.1, steps)?;
                Expr::Binary(Operator::Equal, Box::new((left, right)))
            }
            Term::Binary(operator, sides) => {
                let left = self.settled(&sides.0, steps)?;
                let right = self.settled(&sides.1, steps)?;
                Expr::Binary(*operator, Box::new((left, right)))
            }
            Term::Call(name, arguments) => {
                let arguments = arguments.iter().map(|term| self.settled(term, steps));
                let arguments = arguments.collect::<Planned<Vec<Expr>>>()?;
                self.call(name, arguments)?
            }
            _ => self.may_be_missing(term, steps)?,
        };
        self.frame()?.is_negated = false;
        steps.push(Step::Not(Box::new([Step::Check(asked)])));
        Ok(())
    }

    fn may_be_missing(&mut self, term: &'m Term<'m>, steps: &mut Vec<Step>) -> Planned<Expr> {
        match term {
            Term::Name(_) => self.term(term, steps),
            Term::Ref(head, parts) => {
                let mut settled = Vec::new();
                for part in parts {
                    settled.push(match part {
                        Term::Text(_) => None,
                        _ => Some(self.settled(part, steps)?),
                    });
                }
                match **head {
                    Term::Name(_) => self.reference(head, parts, settled, steps),
                    _ => {
                        let head = self.settled(head, steps)?;
                        self.entered(head, parts, settled, steps)
                    }
                }
            }
            _ => self.settled(term, steps),
        }
    }

    /// A value that is there whenever what follows is asked.
    fn settled(&mut self, term: &'m Term<'m>, steps: &mut Vec<Step>) -> Planned<Expr> {
        let expr = self.term(term, steps)?;
        let is_there = matches!(
            &expr,
            Expr::Constant(_)
                | Expr::Local(_)
                | Expr::Input
                | Expr::ArrayOf(..)
                | Expr::SetOf(..)
                | Expr::ObjectOf(..)
        );
        if is_there {
            return Ok(expr);
        }
        let slot = self.frame()?.scope.slot();
        steps.push(Step::Let(slot, expr));
        Ok(Expr::Local(slot))
    }
}
