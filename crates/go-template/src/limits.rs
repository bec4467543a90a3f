//! How much a template may do.

use std::rc::Rc;

use crate::{Data, Failure, Text, Value};

/// How much rendering may take. What goes beyond is an error, never a hang or a crash.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Steps: actions, function calls, items made and visited, bytes looked at.
    pub steps: u64,
    /// Bytes of all that is made: strings, output included, lists and maps.
    pub bytes: u64,
    /// Bytes of one string.
    pub text: usize,
    /// How deeply actions, parentheses and template calls may nest while running.
    pub depth: u32,
    /// Bytes of the thread's stack that rendering may take, from where it is called.
    pub stack: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            steps: 5_000_000,
            bytes: 256 << 20,
            text: 16 << 20,
            depth: 1_000,
            stack: 1 << 20,
        }
    }
}

/// How deeply nested a value may be where all of it is visited.
const VALUE_DEPTH: usize = 200;

/// How many bytes are looked at in the time of a step.
const BYTES_A_STEP: usize = 64;

/// How many steps making an item is worth.
const STEPS_AN_ITEM: u64 = 8;

/// What a value takes in a list, and what an entry takes in a map, in bytes.
const ITEM: usize = 48;
const ENTRY: usize = 160;

/// What a map takes that has entries.
const MAP: usize = 800;

/// What is left of the limits.
#[derive(Debug)]
pub struct Budget {
    limits: Limits,
    steps: u64,
    bytes: u64,
}

impl Budget {
    /// All that the limits allow.
    pub fn new(limits: &Limits) -> Self {
        Self {
            limits: *limits,
            steps: limits.steps,
            bytes: limits.bytes,
        }
    }

    /// The longest string that may be made, in bytes.
    pub fn text(&self) -> usize {
        self.limits.text
    }

    /// Whether nothing is left of it, so that nothing can be rendered any more.
    pub fn is_spent(&self) -> bool {
        self.steps == 0 || self.bytes == 0
    }

    /// The steps that are spent.
    pub fn spent_steps(&self) -> u64 {
        self.limits.steps - self.steps
    }

    /// The bytes that are spent.
    pub fn spent_bytes(&self) -> u64 {
        self.limits.bytes - self.bytes
    }

    /// Spends steps.
    pub fn spend(&mut self, steps: usize) -> Result<(), Failure> {
        match self.steps.checked_sub(steps as u64) {
            Some(left) => {
                self.steps = left;
                Ok(())
            }
            None => {
                self.steps = 0;
                Err(Failure::limit("rendering takes too many steps"))
            }
        }
    }

    /// Spends what looking at that many bytes takes.
    pub fn touch(&mut self, bytes: usize) -> Result<(), Failure> {
        self.spend(bytes / BYTES_A_STEP)
    }

    /// Spends what making that many items takes, which is mostly memory.
    pub fn spend_items(&mut self, items: usize) -> Result<(), Failure> {
        self.spend(items.saturating_mul(STEPS_AN_ITEM as usize))
    }

    /// Spends what a text takes with the map of its bytes.
    pub fn spend_text(&mut self, text: &Text) -> Result<(), Failure> {
        self.spend_bytes(text.weight())
    }

    /// Spends what a value takes that was just made. A collection that others hold as well was
    /// there before; what stands in it was paid for when it was made.
    pub fn spend_made(&mut self, value: &Value) -> Result<(), Failure> {
        let is_new = match &value.data {
            Data::List(list) => Rc::strong_count(list) == 1,
            Data::Map(map) => Rc::strong_count(map) == 1 && !map.is_shared(),
            _ => true,
        };
        match is_new {
            true => self.spend_bytes(weight(value)),
            false => Ok(()),
        }
    }

    /// Spends what it takes to go through the items and entries of a value, one level deep.
    pub fn walk(&mut self, value: &Value) -> Result<(), Failure> {
        match &value.data {
            Data::List(list) => self.spend(list.items.len() / 16),
            Data::Map(map) => self.spend(map.len() / 16),
            _ => Ok(()),
        }
    }

    /// Spends what an entry takes that is put into a map.
    pub fn spend_entry(&mut self) -> Result<(), Failure> {
        self.spend_bytes(ENTRY)
    }

    /// How many items can still be made.
    pub(crate) fn items_left(&self) -> usize {
        usize::try_from(self.steps / STEPS_AN_ITEM).unwrap_or(usize::MAX)
    }

    /// Spends bytes of what is made.
    pub fn spend_bytes(&mut self, bytes: usize) -> Result<(), Failure> {
        match self.bytes.checked_sub(bytes as u64) {
            Some(left) => {
                self.bytes = left;
                Ok(())
            }
            None => {
                self.bytes = 0;
                Err(Failure::limit("rendering produces too much text"))
            }
        }
    }

    /// Spends the step of visiting a value at a depth inside another.
    pub fn visit(&mut self, depth: usize) -> Result<(), Failure> {
        if depth > VALUE_DEPTH {
            return Err(Failure::limit(
                "a value is nested too deeply; does it contain itself?",
            ));
        }
        self.spend(1)
    }
}

/// How many bytes of memory a value takes by itself, without the collections that stand in it.
pub(crate) fn weight(value: &Value) -> usize {
    match &value.data {
        Data::Str(text) | Data::Bytes(text) => text.weight(),
        Data::List(list) => list.items.len().saturating_mul(ITEM),
        Data::Map(map) if map.is_empty() => 0,
        Data::Map(map) => map.len().saturating_mul(ENTRY).saturating_add(MAP),
        _ => 0,
    }
}
