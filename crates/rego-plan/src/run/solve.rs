//! Bodies.

use super::{Halt, Run};
use crate::plan::{Pattern, Slot, Step};
use crate::value::{Items, Value, equal, pay};

/// Whether further ways are looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Flow {
    Next,
    Stop,
}

/// What is done with each entry of a collection.
struct Each<'a> {
    key: Option<Slot>,
    value: Option<Slot>,
    rest: &'a [Step],
    base: usize,
}

/// What is done for each way through a body.
pub(super) type Found<'a, 'f> = &'f mut dyn FnMut(&mut Run<'a>) -> Result<Flow, Halt>;

impl<'a> Run<'a> {
    /// Looks for all ways through a body whose places begin there.
    pub(super) fn solve(
        &mut self,
        steps: &'a [Step],
        base: usize,
        found: Found<'a, '_>,
    ) -> Result<Flow, Halt> {
        for (at, step) in steps.iter().enumerate() {
            let holds = match step {
                Step::Check(expr) => self.holds(expr, base)?,
                Step::Let(slot, expr) => match self.expr(expr, base)? {
                    Some(value) => {
                        self.put(*slot, value, base);
                        true
                    }
                    None => false,
                },
                Step::Match(pattern, expr) => match self.expr(expr, base)? {
                    Some(value) => self.matches(pattern, value, base)?,
                    None => false,
                },
                Step::Not(body) => !self.is_solvable(body, base)?,
                Step::Every {
                    of,
                    key,
                    value,
                    body,
                } => self.holds_for_every(of, (*key, *value), body, base)?,
                Step::Each { of, key, value } => {
                    let Some(items) = self.items(of, base)? else {
                        return Ok(Flow::Next);
                    };
                    let rest = steps.get(at + 1..).unwrap_or_default();
                    return self.each(items, (*key, *value), rest, base, found);
                }
            };
            if !holds {
                return Ok(Flow::Next);
            }
        }
        found(self)
    }

    fn each(
        &mut self,
        items: Items<'a>,
        (key, value): (Option<Slot>, Option<Slot>),
        rest: &'a [Step],
        base: usize,
        found: Found<'a, '_>,
    ) -> Result<Flow, Halt> {
        self.deeper()?;
        let each = Each {
            key,
            value,
            rest,
            base,
        };
        // The sorts are told apart once, not for each item.
        let flow = match items {
            Items::List(items) => {
                let items = items.iter().enumerate();
                self.go_through(each, items.map(|(at, item)| (at, *item)), found)
            }
            Items::Members(members) => {
                self.go_through(each, members.iter().map(|member| (*member, *member)), found)
            }
            Items::Entries(entries) => self.go_through(each, entries.iter().copied(), found),
            _ => self.go_through(each, items.iter(), found),
        }?;
        self.depth -= 1;
        Ok(flow)
    }

    fn go_through<K: Into<Value<'a>>>(
        &mut self,
        each: Each<'a>,
        items: impl Iterator<Item = (K, Value<'a>)>,
        found: Found<'a, '_>,
    ) -> Result<Flow, Halt> {
        for (k, v) in items {
            self.step()?;
            if let Some(slot) = each.key {
                self.put(slot, k.into(), each.base);
            }
            if let Some(slot) = each.value {
                self.put(slot, v, each.base);
            }
            if self.solve(each.rest, each.base, found)? == Flow::Stop {
                return Ok(Flow::Stop);
            }
        }
        Ok(Flow::Next)
    }

    fn holds_for_every(
        &mut self,
        of: &'a crate::plan::Expr,
        (key, value): (Option<Slot>, Option<Slot>),
        body: &'a [Step],
        base: usize,
    ) -> Result<bool, Halt> {
        let Some(items) = self.items(of, base)? else {
            return Ok(false);
        };
        for (k, v) in items.iter() {
            self.step()?;
            if let Some(slot) = key {
                self.put(slot, k, base);
            }
            if let Some(slot) = value {
                self.put(slot, v, base);
            }
            if !self.is_solvable(body, base)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Whether there is a way through a body.
    fn is_solvable(&mut self, body: &'a [Step], base: usize) -> Result<bool, Halt> {
        self.deeper()?;
        let flow = self.solve(body, base, &mut |_| Ok(Flow::Stop))?;
        self.depth -= 1;
        Ok(flow == Flow::Stop)
    }

    fn items(&mut self, of: &'a crate::plan::Expr, base: usize) -> Result<Option<Items<'a>>, Halt> {
        let Some(of) = self.expr(of, base)? else {
            return Ok(None);
        };
        let items = Items::of(of, self.arena);
        if matches!(of, Value::Seq(_) | Value::Map(_)) {
            // They were put into the arena, however many of them are looked at.
            pay(items.map_or(0, Items::len), &mut self.steps)?;
        }
        Ok(items)
    }

    fn put(&mut self, slot: Slot, value: Value<'a>, base: usize) {
        if let Some(place) = self.places.get_mut(base + slot as usize) {
            *place = value;
        }
    }

    /// Whether a value looks like that; puts its parts where they are wanted.
    pub(super) fn matches(
        &mut self,
        pattern: &'a Pattern,
        value: Value<'a>,
        base: usize,
    ) -> Result<bool, Halt> {
        Ok(match pattern {
            Pattern::Any => true,
            Pattern::Bind(slot) => {
                self.put(*slot, value, base);
                true
            }
            Pattern::Equals(expr) => match self.expr(expr, base)? {
                Some(known) => equal(known, value, self.arena, &mut self.steps)?,
                None => false,
            },
            Pattern::Array(patterns) => {
                let items = match Items::of(value, self.arena) {
                    Some(items @ (Items::List(_) | Items::ConstList(_))) => items,
                    _ => return Ok(false),
                };
                if items.len() != patterns.len() {
                    return Ok(false);
                }
                for (pattern, item) in patterns.iter().zip(items.values()) {
                    if !self.matches(pattern, item, base)? {
                        return Ok(false);
                    }
                }
                true
            }
        })
    }
}
