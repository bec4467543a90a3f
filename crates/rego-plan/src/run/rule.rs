//! Rules.

use super::{Halt, Known, Run};
use crate::plan::{Branch, Definition, Gives, Rule};
use crate::run::solve::Flow;
use crate::value::{Value, distinct, equal, in_order};

impl<'a> Run<'a> {
    /// The value of a rule, computed when it is asked for first.
    pub(super) fn rule(&mut self, at: u32) -> Result<Option<Value<'a>>, Halt> {
        let plan = self.plan;
        let Some(rule) = plan.rules.get(at as usize) else {
            return Ok(None);
        };
        let turn = if rule.varies { self.turn } else { 1 };
        if let Some(known) = self.memory.get(at as usize)
            && known.turn == turn
        {
            return Ok(known.value);
        }
        let base = self.places.len();
        let value = self.evaluated(rule, base)?;
        if let Some(known) = self.memory.get_mut(at as usize) {
            *known = Known { turn, value };
        }
        Ok(value)
    }

    /// Calls a function. Its arguments stand in the last places.
    pub(super) fn call(&mut self, at: u32, arguments: usize) -> Result<Option<Value<'a>>, Halt> {
        let plan = self.plan;
        let Some(rule) = plan.rules.get(at as usize) else {
            return Ok(None);
        };
        let base = self.places.len() - arguments;
        self.evaluated(rule, base)
    }

    /// What a rule gives whose places begin there.
    fn evaluated(&mut self, rule: &'a Rule, base: usize) -> Result<Option<Value<'a>>, Halt> {
        self.deeper()?;
        self.step()?;
        self.places.resize(base + rule.slots as usize, Value::Null);
        let found = match rule.gives {
            Gives::Value => self.single(rule, base)?,
            Gives::Set => self.set(rule, base)?,
            Gives::Object => self.object(rule, base)?,
        };
        self.places.truncate(base);
        self.depth -= 1;
        let default = || Some(self.plan.constants.get(rule.default? as usize)?.value());
        Ok(found.or_else(default))
    }

    pub(super) fn deeper(&mut self) -> Result<(), Halt> {
        self.depth += 1;
        match self.depth > super::DEPTH_LIMIT {
            true => Err(Halt::TooMuch),
            false => Ok(()),
        }
    }

    /// The value that all definitions agree on which hold.
    fn single(&mut self, rule: &'a Rule, base: usize) -> Result<Option<Value<'a>>, Halt> {
        let mut found: Option<Value<'a>> = None;
        for definition in &rule.definitions {
            if !self.fits(definition, base)? {
                continue;
            }
            for branch in &definition.branches {
                let before = found;
                let mut has_held = false;
                self.solve(&branch.body, base, &mut |run| {
                    let Some(value) = run.expr(&branch.value, base)? else {
                        return Ok(Flow::Next);
                    };
                    has_held = true;
                    match found {
                        Some(known) if !equal(known, value, run.arena, &mut run.steps)? => {
                            Err(Halt::Conflict)
                        }
                        _ => {
                            found = Some(value);
                            Ok(if rule.is_uniform {
                                Flow::Stop
                            } else {
                                Flow::Next
                            })
                        }
                    }
                })?;
                if has_held {
                    if rule.is_uniform {
                        return Ok(found);
                    }
                    break;
                }
                found = before;
            }
        }
        Ok(found)
    }

    /// Whether a function's arguments are what a definition wants.
    fn fits(&mut self, definition: &'a Definition, base: usize) -> Result<bool, Halt> {
        for (slot, pattern) in &definition.arguments {
            let value = self.places[base + *slot as usize];
            if !self.matches(pattern, value, base)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn set(&mut self, rule: &'a Rule, base: usize) -> Result<Option<Value<'a>>, Halt> {
        let from = self.heap.len();
        for branch in branches(rule) {
            self.solve(&branch.body, base, &mut |run| {
                if let Some(member) = run.expr(&branch.value, base)? {
                    run.heap.push(member);
                }
                Ok(Flow::Next)
            })?;
        }
        self.take_set(from).map(Some)
    }

    fn object(&mut self, rule: &'a Rule, base: usize) -> Result<Option<Value<'a>>, Halt> {
        let mut entries = Vec::new();
        for branch in branches(rule) {
            let Some(key) = &branch.key else { continue };
            self.solve(&branch.body, base, &mut |run| {
                if let Some(key) = run.expr(key, base)?
                    && let Some(value) = run.expr(&branch.value, base)?
                {
                    entries.push((key, value));
                }
                Ok(Flow::Next)
            })?;
        }
        self.ordered(entries).map(Some)
    }

    /// The set of what stands on the heap from there on.
    pub(super) fn take_set(&mut self, from: usize) -> Result<Value<'a>, Halt> {
        distinct(&mut self.heap, from, self.arena, &mut self.steps)?;
        let members = self
            .arena
            .alloc_slice_copy(self.heap.get(from..).unwrap_or_default());
        self.heap.truncate(from);
        Ok(Value::Set(members))
    }

    pub(super) fn ordered(
        &mut self,
        mut entries: Vec<(Value<'a>, Value<'a>)>,
    ) -> Result<Value<'a>, Halt> {
        in_order(&mut entries, self.arena, &mut self.steps)?;
        Ok(Value::Object(self.arena.alloc_slice_copy(&entries)))
    }
}

fn branches(rule: &Rule) -> impl Iterator<Item = &Branch> {
    rule.definitions.iter().flat_map(|d| &d.branches)
}
