//! Evaluates plans.

mod expr;
mod rule;
mod solve;
#[cfg(test)]
mod tests;

use std::fmt;

use bumpalo::Bump;

use crate::builtin::{Context, Patterns};
use crate::plan::{Entry, Plan};
use crate::value::Value;

/// Why there is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Halt {
    /// It takes more steps, deeper calls or more memory than are allowed.
    TooMuch,
    /// Definitions of one rule contradict each other.
    Conflict,
    /// Implementations of the language differ here, or know more.
    Unsure(&'static str),
}

impl fmt::Display for Halt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooMuch => f.write_str("it takes too long"),
            Self::Conflict => f.write_str("definitions of a rule contradict each other"),
            Self::Unsure(what) => write!(f, "{what} is not supported"),
        }
    }
}

impl std::error::Error for Halt {}

/// How deep calls and bodies may be nested.
const DEPTH_LIMIT: u32 = 512;

/// How much memory the values of a run may take, in bytes.
const MEMORY_LIMIT: usize = 512 << 20;

/// How many steps are made between two looks at the memory.
const MEMORY_INTERVAL: u64 = 4096;

/// An evaluation of policies on one input. What several of them ask for is computed once.
pub struct Run<'a> {
    plan: &'a Plan,
    arena: &'a Bump,
    input: Value<'a>,
    /// What is known of rules.
    memory: Vec<Known<'a>>,
    /// The places of the rules that are being evaluated.
    places: Vec<Value<'a>>,
    /// What sets and lists are made of, until they are complete.
    heap: Vec<Value<'a>>,
    text: String,
    made: crate::builtin::Recent<'a>,
    steps: u64,
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
    /// Begins an evaluation that makes at most so many steps.
    pub fn new(plan: &'a Plan, arena: &'a Bump, input: Value<'a>, steps: u64) -> Self {
        let unknown = Known {
            turn: 0,
            value: None,
        };
        Self {
            plan,
            arena,
            input,
            memory: vec![unknown; plan.rules.len()],
            places: Vec::with_capacity(64),
            heap: Vec::with_capacity(64),
            text: String::new(),
            made: Default::default(),
            steps,
            depth: 0,
            turn: 1,
        }
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
        if self.steps.is_multiple_of(MEMORY_INTERVAL)
            && self.arena.allocated_bytes() > MEMORY_LIMIT
        {
            return Err(Halt::TooMuch);
        }
        Ok(())
    }

    fn patterns(&mut self) -> (&'a Patterns, Context<'a, '_>) {
        let context = Context {
            arena: self.arena,
            text: &mut self.text,
            steps: &mut self.steps,
            made: &mut self.made,
        };
        (&self.plan.patterns, context)
    }
}

impl fmt::Debug for Run<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Run").field("steps", &self.steps).finish_non_exhaustive()
    }
}
