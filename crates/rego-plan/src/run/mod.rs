//! Evaluates plans.

mod expr;
mod rule;
mod seen;
mod solve;
#[cfg(test)]
mod tests;

use std::fmt;

use bumpalo::Bump;

use crate::builtin::Context;
use crate::plan::{Entry, Plan};
use crate::value::Value;
use seen::Seen;

/// Why there is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Halt {
    /// It takes more steps, deeper calls or more memory than are allowed.
    TooMuch,
    /// Definitions of one rule, or entries of one object, contradict each other.
    Conflict,
    /// Implementations of the language differ in this, or do more than this one.
    Unsure(Doubt),
}

/// What is not answered, for it would have to be guessed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doubt {
    /// How something is printed.
    Printing,
    /// What is looked for in a text is nothing, or overlaps itself.
    Searching,
    /// A pattern with more than `*` and `?`.
    Glob,
    /// A number that is larger than 64 bits can hold, or written in an unusual way.
    Number,
    /// A regular expression that is too large.
    Regex,
}

impl fmt::Display for Halt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TooMuch => "it takes too long",
            Self::Conflict => "its rules contradict each other",
            Self::Unsure(Doubt::Printing) => "it prints something in an unusual way",
            Self::Unsure(Doubt::Searching) => "it looks for nothing in a text",
            Self::Unsure(Doubt::Glob) => "it has a pattern with more than `*` and `?`",
            Self::Unsure(Doubt::Number) => "it has an unusual number",
            Self::Unsure(Doubt::Regex) => "it has a regular expression that is too large",
        })
    }
}

impl std::error::Error for Halt {}

/// How deep calls and bodies may be nested.
const DEPTH_LIMIT: u32 = 512;

/// How many steps are made between two looks at the memory.
const MEMORY_INTERVAL: u64 = 4096;

/// An evaluation of policies on one input. What several of them ask for is computed once.
pub struct Run<'a> {
    plan: &'a Plan,
    arena: &'a Bump,
    input: Value<'a>,
    /// What is known of rules.
    memory: &'a mut [Known<'a>],
    seen: &'a mut [Seen<'a>],
    /// The places of the rules that are being evaluated.
    places: Vec<Value<'a>>,
    /// What sets and lists are made of, until they are complete.
    heap: Vec<Value<'a>>,
    text: String,
    made: crate::builtin::Recent<'a>,
    steps: u64,
    /// How much memory values may take, in bytes.
    memory_limit: usize,
    /// The memory is looked at when fewer steps than this are left.
    next_look: u64,
    depth: u32,
    /// How often the part of the input that differs between policies was changed.
    turn: u32,
}

#[derive(Clone, Copy)]
struct Known<'a> {
    /// The turn in which it was found; 0 if it was not.
    turn: u32,
    value: Option<Value<'a>>,
}

impl<'a> Run<'a> {
    /// Begins an evaluation whose values may take so many bytes. It may not make a step before it
    /// is [allowed](Self::allow) to.
    pub fn new(plan: &'a Plan, arena: &'a Bump, input: Value<'a>, memory: usize) -> Self {
        let unknown = Known {
            turn: 0,
            value: None,
        };
        Self {
            plan,
            arena,
            input,
            memory: arena.alloc_slice_fill_copy(plan.rules.len(), unknown),
            seen: arena.alloc(Seen::NOTHING),
            places: Vec::with_capacity(64),
            heap: Vec::with_capacity(64),
            text: String::new(),
            made: Default::default(),
            steps: 0,
            memory_limit: memory,
            next_look: 0,
            depth: 0,
            turn: 1,
        }
    }

    /// Sets how many steps may be made from now on.
    pub fn allow(&mut self, steps: u64) {
        self.steps = steps;
        self.next_look = steps;
    }

    /// How many steps may still be made.
    pub fn left(&self) -> u64 {
        self.steps
    }

    /// Changes the input. It has to differ from the one before in the varying field alone: what
    /// was found of everything else stays.
    pub fn vary(&mut self, input: Value<'a>) {
        self.input = input;
        self.turn += 1;
    }

    /// The value of a rule, if it has one.
    ///
    /// # Errors
    /// Why there is no answer. Other rules may be asked for afterwards.
    pub fn value(&mut self, entry: Entry) -> Result<Option<Value<'a>>, Halt> {
        let result = self.rule(entry.0);
        if result.is_err() {
            self.places.clear();
            self.heap.clear();
            self.depth = 0;
        }
        result
    }

    /// Pays for a step.
    fn step(&mut self) -> Result<(), Halt> {
        self.steps = self.steps.checked_sub(1).ok_or(Halt::TooMuch)?;
        // Functions pay for many steps at once: none of the numbers in between is met for sure.
        if self.steps < self.next_look {
            self.next_look = self.steps.saturating_sub(MEMORY_INTERVAL);
            if self.arena.allocated_bytes() > self.memory_limit {
                return Err(Halt::TooMuch);
            }
        }
        Ok(())
    }

    fn context(&mut self) -> Context<'a, '_> {
        Context {
            arena: self.arena,
            text: &mut self.text,
            heap: &mut self.heap,
            steps: &mut self.steps,
            made: &mut self.made,
        }
    }
}

impl fmt::Debug for Run<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Run")
            .field("steps", &self.steps)
            .finish_non_exhaustive()
    }
}
