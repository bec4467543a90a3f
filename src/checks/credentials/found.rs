//! Keys of a Secret that one finding tells of.

use std::collections::BTreeSet;

use manifest::Segment;

use crate::problem::{Field, Nature, Problem};
use crate::rule::Rule;

/// Keys with what stands for where they are told.
pub(super) struct Found<'a> {
    first: Option<[&'a str; 2]>,
    keys: BTreeSet<&'a str>,
    /// Whether one of the values has the form of what a service gives out.
    is_issued: bool,
    /// Whether those that have can be made without any service.
    pub(super) are_self_made: bool,
    /// Whether all of the values are keys that somebody pressed at random.
    pub(super) are_mash: bool,
    /// Whether all of the values are ids of access keys.
    pub(super) are_ids: bool,
}

impl Default for Found<'_> {
    fn default() -> Self {
        Self {
            first: None,
            keys: BTreeSet::new(),
            is_issued: false,
            are_self_made: true,
            are_mash: true,
            are_ids: true,
        }
    }
}

impl<'a> Found<'a> {
    /// Takes a key. All are told at the first of those that a service gave out, or at the first.
    pub(super) fn add(&mut self, field: &'a str, key: &'a str, is_issued: bool) {
        if self.first.is_none() || is_issued && !self.is_issued {
            self.first = Some([field, key]);
        }
        self.is_issued |= is_issued;
        self.keys.insert(key);
    }

    pub(super) fn problem(
        self,
        rule: &'static Rule,
        message: impl FnOnce(String) -> String,
    ) -> Option<Problem> {
        let path = self.first?;
        let keys: Vec<&str> = self.keys.into_iter().collect();
        let field = Field {
            path: path.into_iter().map(Segment::from).collect(),
            by_key: true,
            ..Field::default()
        };
        let mut problem = Problem::new(rule, message(keys.join(", "))).at_field(field);
        problem.nature = match (self.is_issued, self.are_mash) {
            (true, _) if self.are_self_made => Nature::SelfMade,
            (true, _) => Nature::Issued,
            (false, true) => Nature::Mash,
            (false, false) => Nature::Usual,
        };
        Some(problem)
    }
}
