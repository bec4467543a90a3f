//! Expressions.

use super::solve::Flow;
use super::{Halt, Run};
use crate::ast::Operator;
use crate::builtin::{Answer, Builtin, of_two};
use crate::plan::{Expr, Key, Step};
use crate::value::{Const, Items, Sort, Value, compare, equal, pay};

impl<'a> Run<'a> {
    /// Whether an expression has a value other than `false`.
    pub(super) fn holds(&mut self, expr: &'a Expr, base: usize) -> Result<bool, Halt> {
        if let Expr::Binary(Operator::Equal, sides) = expr {
            let sides = self.both(sides, base)?;
            return match sides {
                Some((left, right)) => equal(left, right, self.arena, &mut self.steps),
                None => Ok(false),
            };
        }
        let value = self.expr(expr, base)?;
        Ok(!matches!(value, None | Some(Value::Bool(false))))
    }

    /// As [`Run::expr`]; what is most frequent is answered without a call.
    #[inline(always)]
    fn quick(&mut self, expr: &'a Expr, base: usize) -> Answer<'a> {
        match expr {
            Expr::Local(slot) => Ok(self.places.get(base + *slot as usize).copied()),
            Expr::Constant(at) => Ok(self.constant(*at)),
            _ => self.expr(expr, base),
        }
    }

    /// The value of an expression, if it has one.
    pub(super) fn expr(&mut self, expr: &'a Expr, base: usize) -> Answer<'a> {
        match expr {
            Expr::Constant(at) => Ok(self.constant(*at)),
            Expr::Input => Ok(Some(self.input)),
            Expr::Local(slot) => Ok(self.places.get(base + *slot as usize).copied()),
            Expr::Rule(at) => self.rule(*at),
            Expr::Path(of, keys) => {
                let mut value = match &**of {
                    Expr::Local(slot) => self.places.get(base + *slot as usize).copied(),
                    Expr::Input => Some(self.input),
                    of => self.expr(of, base)?,
                };
                for key in keys {
                    match value {
                        Some(found) => value = self.field(found, *key)?,
                        None => return Ok(None),
                    }
                }
                Ok(value)
            }
            Expr::At(sides) => match self.both(sides, base)? {
                Some((of, key)) => of.at(key, self.arena, &mut self.steps),
                None => Ok(None),
            },
            Expr::Binary(operator, sides) => match self.both(sides, base)? {
                Some((left, right)) => self.binary(*operator, left, right),
                None => Ok(None),
            },
            Expr::One(builtin, argument) => self.one(*builtin, argument, base),
            Expr::Two(builtin, arguments) => self.two(*builtin, arguments, base),
            Expr::Three(builtin, arguments) => self.three(*builtin, arguments, base),
            Expr::Regex(builtin, pattern, arguments) => {
                self.regex(*builtin, *pattern, arguments, base)
            }
            Expr::Call(at, arguments) => self.call_with(*at, arguments, base),
            Expr::Array(items) => self.array(items, base),
            Expr::Set(members) => self.set_of(members, base),
            Expr::Record(fields) => self.record(fields, base),
            Expr::Object(entries) => self.object_of(entries, base),
            Expr::ArrayOf(body, head) => self.gathered_array(body, head, base).map(Some),
            Expr::SetOf(body, head) => self.gathered_set(body, head, base).map(Some),
            Expr::ObjectOf(body, head) => self.gathered_object(body, head, base).map(Some),
        }
    }

    fn constant(&self, at: u32) -> Option<Value<'a>> {
        self.plan.constants.get(at as usize).map(Const::value)
    }

    fn both(
        &mut self,
        sides: &'a (Expr, Expr),
        base: usize,
    ) -> Result<Option<(Value<'a>, Value<'a>)>, Halt> {
        let Some(left) = self.quick(&sides.0, base)? else {
            return Ok(None);
        };
        let right = self.quick(&sides.1, base)?;
        Ok(right.map(|right| (left, right)))
    }

    // Each of these stands by itself: together they would need so many registers and so much of
    // the stack that the frequent, small expressions took several times as long.

    #[inline(never)]
    fn one(&mut self, builtin: Builtin, argument: &'a Expr, base: usize) -> Answer<'a> {
        match self.quick(argument, base)? {
            Some(value) => builtin.one(value, &mut self.context()),
            None => Ok(None),
        }
    }

    #[inline(never)]
    fn two(&mut self, builtin: Builtin, given: &'a (Expr, Expr), base: usize) -> Answer<'a> {
        match self.both(given, base)? {
            Some((a, b)) => builtin.two(a, b, &mut self.context()),
            None => Ok(None),
        }
    }

    #[inline(never)]
    fn three(
        &mut self,
        builtin: Builtin,
        given: &'a (Expr, Expr, Expr),
        base: usize,
    ) -> Answer<'a> {
        let Some(a) = self.quick(&given.0, base)? else {
            return Ok(None);
        };
        let Some(b) = self.quick(&given.1, base)? else {
            return Ok(None);
        };
        match self.quick(&given.2, base)? {
            Some(c) => builtin.three(a, b, c, &mut self.context()),
            None => Ok(None),
        }
    }

    #[inline(never)]
    fn regex(
        &mut self,
        builtin: Builtin,
        pattern: u32,
        arguments: &'a [Expr],
        base: usize,
    ) -> Answer<'a> {
        let mut given = [Value::Null; 3];
        for (place, argument) in given.iter_mut().zip(arguments) {
            match self.quick(argument, base)? {
                Some(value) => *place = value,
                None => return Ok(None),
            }
        }
        let plan = self.plan;
        plan.patterns
            .call(pattern, builtin, &given, &mut self.context())
    }

    #[inline(never)]
    fn call_with(&mut self, at: u32, arguments: &'a [Expr], base: usize) -> Answer<'a> {
        let from = self.heap.len();
        if !self.push(arguments, base)? {
            return Ok(None);
        }
        self.places
            .extend_from_slice(self.heap.get(from..).unwrap_or_default());
        self.heap.truncate(from);
        self.call(at, arguments.len())
    }

    #[inline(never)]
    fn array(&mut self, items: &'a [Expr], base: usize) -> Answer<'a> {
        let found = self.arena.alloc_slice_fill_copy(items.len(), Value::Null);
        for (place, item) in found.iter_mut().zip(items) {
            match self.quick(item, base)? {
                Some(value) => *place = value,
                None => return Ok(None),
            }
        }
        Ok(Some(Value::Array(found)))
    }

    #[inline(never)]
    fn set_of(&mut self, members: &'a [Expr], base: usize) -> Answer<'a> {
        let from = self.heap.len();
        let is_there = self.push(members, base)?;
        match is_there {
            true => self.take_set(from).map(Some),
            false => Ok(None),
        }
    }

    #[inline(never)]
    fn record(&mut self, fields: &'a [(Key, Expr)], base: usize) -> Answer<'a> {
        let nothing = (Value::Null, Value::Null);
        let entries = self.arena.alloc_slice_fill_copy(fields.len(), nothing);
        let plan = self.plan;
        for (place, (key, value)) in entries.iter_mut().zip(fields) {
            let key = plan.keys.get(*key as usize).map_or("", |key| key);
            match self.quick(value, base)? {
                Some(value) => *place = (Value::Text(key), value),
                None => return Ok(None),
            }
        }
        Ok(Some(Value::Object(entries)))
    }

    #[inline(never)]
    fn gathered_array(
        &mut self,
        body: &'a [Step],
        head: &'a Expr,
        base: usize,
    ) -> Result<Value<'a>, Halt> {
        let from = self.gathered(body, head, base)?;
        let items = self
            .arena
            .alloc_slice_copy(self.heap.get(from..).unwrap_or_default());
        self.heap.truncate(from);
        Ok(Value::Array(items))
    }

    #[inline(never)]
    fn gathered_set(
        &mut self,
        body: &'a [Step],
        head: &'a Expr,
        base: usize,
    ) -> Result<Value<'a>, Halt> {
        let from = self.gathered(body, head, base)?;
        self.take_set(from)
    }

    #[inline(never)]
    fn object_of(&mut self, entries: &'a [(Expr, Expr)], base: usize) -> Answer<'a> {
        let mut found = Vec::with_capacity(entries.len());
        for sides in entries {
            match self.both(sides, base)? {
                Some(entry) => found.push(entry),
                None => return Ok(None),
            }
        }
        self.ordered(found).map(Some)
    }

    #[inline(never)]
    fn gathered_object(
        &mut self,
        body: &'a [Step],
        head: &'a (Expr, Expr),
        base: usize,
    ) -> Result<Value<'a>, Halt> {
        let mut entries = Vec::new();
        self.deeper()?;
        self.solve(body, base, &mut |run| {
            entries.extend(run.both(head, base)?);
            Ok(Flow::Next)
        })?;
        self.depth -= 1;
        self.ordered(entries)
    }

    /// Puts values on the heap. Tells whether all have one; otherwise none is put there.
    fn push(&mut self, exprs: &'a [Expr], base: usize) -> Result<bool, Halt> {
        let from = self.heap.len();
        for expr in exprs {
            match self.quick(expr, base)? {
                Some(value) => self.heap.push(value),
                None => {
                    self.heap.truncate(from);
                    return Ok(false);
                }
            }
        }
        Ok(true)
    }

    /// Puts on the heap what a comprehension gives. Returns where that begins.
    fn gathered(&mut self, body: &'a [Step], head: &'a Expr, base: usize) -> Result<usize, Halt> {
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

    #[inline(never)]
    fn binary(&mut self, operator: Operator, left: Value<'a>, right: Value<'a>) -> Answer<'a> {
        let arena = self.arena;
        let steps = &mut self.steps;
        let mut order = || compare(left, right, arena, steps);
        let holds = match operator {
            Operator::Equal => equal(left, right, arena, &mut self.steps)?,
            Operator::NotEqual => !equal(left, right, arena, &mut self.steps)?,
            Operator::Less => order()?.is_lt(),
            Operator::LessOrEqual => order()?.is_le(),
            Operator::Greater => order()?.is_gt(),
            Operator::GreaterOrEqual => order()?.is_ge(),
            Operator::In if right.sort() == Sort::Set => {
                right.at(left, arena, &mut self.steps)?.is_some()
            }
            Operator::In => match Items::of(right, arena) {
                Some(items) => self.is_in(left, items)?,
                None => return Ok(None),
            },
            Operator::Union | Operator::Intersection => {
                return of_two(operator, left, right, &mut self.context());
            }
            Operator::Minus if left.sort() == Sort::Set => {
                return of_two(operator, left, right, &mut self.context());
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
        pay(items.len(), &mut self.steps)?;
        Ok(match (value, items) {
            (Value::Text(text), Items::ConstList(items)) => {
                let is_text = |item: &Const| matches!(item, Const::Text(known) if **known == *text);
                items.iter().any(is_text)
            }
            _ => {
                for item in items.values() {
                    if equal(item, value, arena, &mut self.steps)? {
                        return Ok(true);
                    }
                }
                false
            }
        })
    }
}
