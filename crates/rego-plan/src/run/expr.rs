//! Expressions.

use super::solve::Flow;
use super::{Halt, Run};
use crate::ast::Operator;
use crate::builtin::{Answer, of_two};
use crate::plan::{Expr, Step};
use crate::value::{Items, Sort, Value, compare, equal, in_order};

impl<'a> Run<'a> {
    /// Whether an expression has a value other than `false`.
    pub(super) fn holds(&mut self, expr: &'a Expr, base: usize) -> Result<bool, Halt> {
        let value = self.expr(expr, base)?;
        Ok(!matches!(value, None | Some(Value::Bool(false))))
    }

    /// The value of an expression, if it has one.
    pub(super) fn expr(&mut self, expr: &'a Expr, base: usize) -> Answer<'a> {
        match expr {
            Expr::Constant(at) => Ok(self.plan.constants.get(*at as usize).map(|c| c.value())),
            Expr::Input => Ok(Some(self.input)),
            Expr::Local(slot) => Ok(self.places.get(base + *slot as usize).copied()),
            Expr::Rule(at) => self.rule(*at),
            Expr::Path(of, keys) => {
                let Some(mut value) = self.expr(of, base)? else {
                    return Ok(None);
                };
                for key in keys {
                    match value.field(key, self.arena) {
                        Some(field) => value = field,
                        None => return Ok(None),
                    }
                }
                Ok(Some(value))
            }
            Expr::At(sides) => {
                let Some(of) = self.expr(&sides.0, base)? else {
                    return Ok(None);
                };
                let Some(key) = self.expr(&sides.1, base)? else {
                    return Ok(None);
                };
                Ok(of.at(key, self.arena))
            }
            Expr::Call(at, arguments) => {
                let from = self.heap.len();
                if !self.push(arguments, base)? {
                    return Ok(None);
                }
                self.places.extend_from_slice(self.heap.get(from..).unwrap_or_default());
                self.heap.truncate(from);
                self.call(*at, arguments.len())
            }
            Expr::Builtin(builtin, arguments) => {
                let mut given = [Value::Null; 3];
                for (place, argument) in given.iter_mut().zip(arguments) {
                    match self.expr(argument, base)? {
                        Some(value) => *place = value,
                        None => return Ok(None),
                    }
                }
                let given = given.get(..arguments.len()).unwrap_or_default();
                builtin.call(given, &mut self.patterns().1)
            }
            Expr::Regex(builtin, pattern, arguments) => {
                let mut given = [Value::Null; 3];
                for (place, argument) in given.iter_mut().zip(arguments) {
                    match self.expr(argument, base)? {
                        Some(value) => *place = value,
                        None => return Ok(None),
                    }
                }
                let (patterns, mut context) = self.patterns();
                patterns.call(*pattern, *builtin, &given, &mut context)
            }
            Expr::Array(items) => {
                let from = self.heap.len();
                if !self.push(items, base)? {
                    return Ok(None);
                }
                Ok(Some(self.take_array(from)))
            }
            Expr::Set(members) => {
                let from = self.heap.len();
                if !self.push(members, base)? {
                    return Ok(None);
                }
                Ok(Some(self.take_set(from)))
            }
            Expr::Record(fields) => {
                let from = self.heap.len();
                for (_, value) in fields {
                    match self.expr(value, base)? {
                        Some(value) => self.heap.push(value),
                        None => {
                            self.heap.truncate(from);
                            return Ok(None);
                        }
                    }
                }
                let values = self.heap.get(from..).unwrap_or_default();
                let entry = |at: usize| {
                    let (key, _) = &fields[at];
                    (Value::Text(key), values.get(at).copied().unwrap_or(Value::Null))
                };
                let entries = self.arena.alloc_slice_fill_with(fields.len(), entry);
                self.heap.truncate(from);
                Ok(Some(Value::Object(entries)))
            }
            Expr::Object(entries) => {
                let mut found = Vec::with_capacity(entries.len());
                for (key, value) in entries {
                    let Some(key) = self.expr(key, base)? else {
                        return Ok(None);
                    };
                    let Some(value) = self.expr(value, base)? else {
                        return Ok(None);
                    };
                    found.push((key, value));
                }
                self.ordered(found).map(Some)
            }
            Expr::ArrayOf(body, head) => {
                let from = self.gathered(body, head, base)?;
                Ok(Some(self.take_array(from)))
            }
            Expr::SetOf(body, head) => {
                let from = self.gathered(body, head, base)?;
                Ok(Some(self.take_set(from)))
            }
            Expr::ObjectOf(body, head) => {
                let mut entries = Vec::new();
                self.deeper()?;
                self.solve(body, base, &mut |run| {
                    if let Some(key) = run.expr(&head.0, base)?
                        && let Some(value) = run.expr(&head.1, base)?
                    {
                        entries.push((key, value));
                    }
                    Ok(Flow::Next)
                })?;
                self.depth -= 1;
                in_order(&mut entries, self.arena).ok_or(Halt::Conflict)?;
                Ok(Some(Value::Object(self.arena.alloc_slice_copy(&entries))))
            }
            Expr::Binary(operator, sides) => {
                let Some(left) = self.expr(&sides.0, base)? else {
                    return Ok(None);
                };
                let Some(right) = self.expr(&sides.1, base)? else {
                    return Ok(None);
                };
                self.binary(*operator, left, right)
            }
        }
    }

    /// Puts values on the heap. Tells whether all have one; otherwise none is put there.
    fn push(&mut self, exprs: &'a [Expr], base: usize) -> Result<bool, Halt> {
        let from = self.heap.len();
        for expr in exprs {
            match self.expr(expr, base)? {
                Some(value) => self.heap.push(value),
                None => {
                    self.heap.truncate(from);
                    return Ok(false);
                }
            }
        }
        Ok(true)
    }

    /// The list of what stands on the heap from there on.
    fn take_array(&mut self, from: usize) -> Value<'a> {
        let items = self.arena.alloc_slice_copy(self.heap.get(from..).unwrap_or_default());
        self.heap.truncate(from);
        Value::Array(items)
    }

    /// Puts on the heap what a comprehension gives. Returns where that begins.
    fn gathered(
        &mut self,
        body: &'a [Step],
        head: &'a Expr,
        base: usize,
    ) -> Result<usize, Halt> {
        let from = self.heap.len();
        self.deeper()?;
        self.solve(body, base, &mut |run| {
            if let Some(value) = run.expr(head, base)? {
                run.heap.push(value);
            }
            Ok(Flow::Next)
        })?;
        self.depth -= 1;
        Ok(from)
    }

    fn binary(&mut self, operator: Operator, left: Value<'a>, right: Value<'a>) -> Answer<'a> {
        let arena = self.arena;
        let order = || compare(left, right, arena);
        let holds = match operator {
            Operator::Equal => equal(left, right, arena),
            Operator::NotEqual => !equal(left, right, arena),
            Operator::Less => order().is_lt(),
            Operator::LessOrEqual => order().is_le(),
            Operator::Greater => order().is_gt(),
            Operator::GreaterOrEqual => order().is_ge(),
            Operator::In => match Items::of(right, arena) {
                Some(items) => self.is_in(left, items)?,
                None => return Ok(None),
            },
            Operator::Union | Operator::Intersection => {
                return of_two(operator, left, right, &mut self.patterns().1);
            }
            Operator::Minus if left.sort() == Sort::Set => {
                return of_two(operator, left, right, &mut self.patterns().1);
            }
            Operator::Plus
            | Operator::Minus
            | Operator::Times
            | Operator::Divide
            | Operator::Remainder => {
                let (Value::Number(left), Value::Number(right)) = (left, right) else {
                    return Ok(None);
                };
                let result = match operator {
                    Operator::Plus => Some(left.plus(right)?),
                    Operator::Minus => Some(left.minus(right)?),
                    Operator::Times => Some(left.times(right)?),
                    Operator::Divide => left.over(right)?,
                    _ => left.remainder(right)?,
                };
                return Ok(result.map(Value::Number));
            }
        };
        Ok(Some(Value::Bool(holds)))
    }

    fn is_in(&mut self, value: Value<'a>, items: Items<'a>) -> Result<bool, Halt> {
        let arena = self.arena;
        self.patterns().1.pay(items.len())?;
        Ok(items.values().any(|item| equal(item, value, arena)))
    }
}
