//! Patterns of the table, compiled once.

use std::sync::{Arc, PoisonError, RwLock};

use go_regex::Pattern;
use rustc_hash::FxHashMap;

/// The patterns that were needed so far, by their texts.
#[derive(Debug, Default)]
pub(crate) struct Patterns(RwLock<FxHashMap<&'static str, Arc<Pattern>>>);

impl Patterns {
    /// Whether a text matches a pattern; `None` if the pattern cannot be evaluated safely.
    pub(crate) fn matches(&self, pattern: &'static str, text: &str) -> Option<bool> {
        self.get(pattern).matches(text)
    }

    fn get(&self, pattern: &'static str) -> Arc<Pattern> {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = known.get(pattern) {
            return known.clone();
        }
        drop(known);
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let compile = || Arc::new(Pattern::new(pattern));
        known.entry(pattern).or_insert_with(compile).clone()
    }
}
