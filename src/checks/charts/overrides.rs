//! Values that are set to what they already are, or to another sort of value.

use std::collections::{BTreeMap, BTreeSet};

use manifest::{FieldPath, Location, View};

use super::handed::Handed;
use super::rules::{REDUNDANT_VALUE, VALUE_TYPE_MISMATCH};
use super::values::{Key, Layer, keys, place, sort};
use super::{Rendering, Uses};
use crate::problem::Problem;
use crate::rule::Rule;

/// An entry of a values file, in all the targets that it is part of.
struct Entry {
    at: Location,
    path: FieldPath,
    /// What it overrides, and the value that does; none in the targets where it is the first to
    /// be set.
    old: Option<(Location, Location)>,
    /// What sorts of values the two are, where they differ.
    sorts: Option<(&'static str, &'static str)>,
    /// Whether it changes nothing, wherever it is given.
    is_repetition: bool,
    targets: BTreeSet<usize>,
}

pub(super) fn look(uses: &Uses<'_>, handed: &Handed, problems: &mut Vec<Problem>) {
    let mut entries: BTreeMap<(String, u32), Entry> = BTreeMap::new();
    for rendering in &uses.renderings {
        for (above, layer) in rendering.layers.iter().enumerate().skip(1) {
            let below = &rendering.layers[..above];
            layer.visit(&mut |key| {
                if handed.is_own(layer, key) {
                    return false;
                }
                note(rendering, key, below, &mut entries);
                true
            });
        }
    }
    for entry in entries.into_values() {
        problems.extend(entry.problems());
    }
}

fn note(
    rendering: &Rendering<'_>,
    key: &Key<'_>,
    below: &[Layer],
    entries: &mut BTreeMap<(String, u32), Entry>,
) {
    let Some(at) = place(key.key) else {
        return;
    };
    let index = (at.path().to_string(), at.span.start);
    let entry = entries.entry(index).or_insert_with(|| Entry {
        at,
        path: key.path.clone(),
        old: None,
        sorts: None,
        is_repetition: true,
        targets: BTreeSet::new(),
    });
    entry.targets.insert(rendering.target);
    let path = keys(&key.path);
    let old = below
        .iter()
        .rev()
        .find_map(|layer| layer.root.view().get_path(&path));
    let is_same = old.is_some_and(|old| !key.value.is_map() && key.value.same_content(old));
    entry.is_repetition &= is_same;
    if let Some(old) = old {
        entry.old = place(old).zip(place(key.value));
        entry.sorts = entry.sorts.or_else(|| differing(key.value, old));
    }
}

fn differing(new: View<'_>, old: View<'_>) -> Option<(&'static str, &'static str)> {
    let sorts = (sort(new)?, sort(old)?);
    (sorts.0 != sorts.1).then_some(sorts)
}

impl Entry {
    fn problems(self) -> impl Iterator<Item = Problem> {
        let repeated = self.is_repetition.then(|| {
            let message = format!("`{}` repeats the inherited value", self.path);
            self.problem(&REDUNDANT_VALUE, message)
        });
        let mismatched = self.sorts.map(|(new, old)| {
            let message = format!("`{}` is {new} here, but overrides {old}", self.path);
            self.problem(&VALUE_TYPE_MISMATCH, message)
        });
        repeated.into_iter().chain(mismatched)
    }

    fn problem(&self, rule: &'static Rule, message: String) -> Problem {
        let problem = Problem::new(rule, message).at(self.at.clone());
        let problem = problem.affecting(self.targets.iter().copied());
        match &self.old {
            Some((old, new)) => problem.related_to("what it overrides", old.clone(), new.clone()),
            None => problem,
        }
    }
}
