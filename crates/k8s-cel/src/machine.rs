//! What an evaluation carries with it.

use std::sync::Mutex;

use go_regex::{Pattern, Wrong};
use regex::Regex;
use rustc_hash::FxHashMap;

use crate::{Budget, Failure, Value};

/// How many different patterns of one expression are kept compiled.
const MAX_PATTERNS: usize = 32;

/// Longer texts are not held against patterns: the work grows with both.
const MAX_TEXT: usize = 64 * 1024;

/// Patterns that an expression has used, by their text.
#[derive(Debug, Default)]
pub(crate) struct Patterns(Mutex<FxHashMap<Box<str>, Result<Regex, Failure>>>);

pub(crate) struct Machine<'a> {
    pub(crate) budget: &'a mut Budget,
    pub(crate) globals: &'a [Value],
    /// The variables of macros, the outermost first.
    pub(crate) locals: Vec<Value>,
    pub(crate) patterns: &'a Patterns,
}

impl Machine<'_> {
    /// A pattern to be used on a text, paid for.
    pub(crate) fn regex(&mut self, pattern: &str, text: &str) -> Result<Regex, Failure> {
        if text.len() > MAX_TEXT {
            return Err(Failure::BUDGET);
        }
        self.budget
            .spend((text.len() / 10 + 1) * (pattern.len() / 4 + 1))?;
        let Ok(mut known) = self.patterns.0.lock() else {
            return compile(pattern);
        };
        if let Some(compiled) = known.get(pattern) {
            return compiled.clone();
        }
        self.budget.spend(10 * pattern.len())?;
        let compiled = compile(pattern);
        if known.len() < MAX_PATTERNS {
            known.insert(pattern.into(), compiled.clone());
        }
        compiled
    }

    /// A text that was made, paid for.
    pub(crate) fn text(&mut self, text: String) -> Result<Value, Failure> {
        self.budget.hold(text.len())?;
        Ok(Value::text(text))
    }

    /// A list that was made, paid for.
    pub(crate) fn list(&mut self, items: Vec<Value>) -> Result<Value, Failure> {
        self.budget.list(items.len())?;
        Ok(Value::list(items))
    }
}

fn compile(pattern: &str) -> Result<Regex, Failure> {
    match Pattern::new(pattern).regex() {
        Ok(regex) => Ok(regex.clone()),
        Err(Wrong::Invalid(why)) => Err(Failure::error(format!(
            "the regular expression is invalid: {why}"
        ))),
        Err(Wrong::Limited) => Err(Failure::UNSUPPORTED),
    }
}
