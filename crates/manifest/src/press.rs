//! Objects as text, where many of them share what they consist of.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rustc_hash::FxHashMap;
use spanned_yaml::{NodeId, sort_by_key};

use crate::print::{Printer, print, room_for};
use crate::{EntryRef, Fault, NODE_BUDGET, Source, View};

/// Shorter values than this, in bytes, are printed anew sooner than they are found.
const LEAST_SHARED: u32 = 512;

/// Text of what several objects share, printed once.
#[derive(Debug, Default)]
pub struct Press {
    entries: Mutex<FxHashMap<(usize, NodeId), Arc<Plate>>>,
}

/// The text of one entry of an object.
#[derive(Debug)]
struct Plate {
    /// Keeps the address that stands for it from being used again.
    _source: Arc<Source>,
    key: Box<str>,
    text: Box<str>,
    /// How many values it is.
    size: u64,
}

impl Press {
    /// Prints an object as [`print`] does. Entries that stand unchanged in a source and were
    /// printed before are taken from there.
    ///
    /// # Errors
    /// As for [`print`].
    pub fn print(&self, object: View<'_>) -> Result<String, Vec<Fault>> {
        let is_shared = |entry: &EntryRef<'_>| self.place(entry.value).is_some();
        if object.is_flow() || !object.is_map() || !object.entries().any(|e| is_shared(&e)) {
            return print(object);
        }
        let mut entries: Vec<EntryRef<'_>> = object.entries().collect();
        sort_by_key(&mut entries, |entry| entry.key.text());
        let is_double = |pair: &[EntryRef<'_>]| match pair {
            [a, b] => a.key.text() == b.key.text(),
            _ => false,
        };
        if entries.windows(2).any(is_double) {
            return print(object);
        }
        let mut text = String::with_capacity(room_for(object));
        let mut faults = Vec::new();
        let mut budget = NODE_BUDGET;
        for entry in entries {
            if let Some(plate) = self.plate(&entry)
                && plate.size <= budget
            {
                budget -= plate.size;
                text.push_str(&plate.text);
                continue;
            }
            let mut printer = Printer {
                budget,
                ..Printer::new(room_for(entry.value))
            };
            printer.out.begin_map(1);
            printer.entry(&entry, 0, false);
            printer.out.end();
            if !printer.faults.is_empty() {
                faults.append(&mut printer.faults);
                continue;
            }
            let printed = printer.out.finish();
            text.push_str(&printed);
            self.keep(&entry, printed, budget - printer.budget);
            budget = printer.budget;
        }
        match faults.is_empty() {
            true => Ok(text),
            false => Err(faults),
        }
    }

    /// What stands for an entry's value, if it stands in a source as it is and is large enough to
    /// be remembered.
    fn place(&self, value: View<'_>) -> Option<(usize, NodeId)> {
        let View::Src(source, node) = value else {
            return None;
        };
        let is_large = source.tree.span(node).len() >= LEAST_SHARED;
        is_large.then_some((Arc::as_ptr(source) as usize, node))
    }

    fn plate(&self, entry: &EntryRef<'_>) -> Option<Arc<Plate>> {
        let place = self.place(entry.value)?;
        let plate = self.entries().get(&place)?.clone();
        (*plate.key == *entry.key.text()).then_some(plate)
    }

    fn keep(&self, entry: &EntryRef<'_>, text: String, size: u64) {
        if let (Some(place), View::Src(source, _)) = (self.place(entry.value), entry.value) {
            let plate = Plate {
                _source: source.clone(),
                key: entry.key.text().into(),
                text: text.into(),
                size,
            };
            self.entries().insert(place, Arc::new(plate));
        }
    }

    fn entries(&self) -> MutexGuard<'_, FxHashMap<(usize, NodeId), Arc<Plate>>> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use spanned_yaml::Tree;

    use super::*;
    use crate::{Node, Step};

    #[test]
    fn what_is_shared_is_printed_the_same() {
        let long = "word ".repeat(60);
        let text = format!(
            "z: {{a: b}}\nspec:\n  kept: |+\n    {long}\n\n  seq: [{{x: }}, {{}}]\nother: &o\n- {long}\n- |\n  {long}\nmore: *o\n"
        );
        let source = Source::file("a.yaml", Tree::parse(text));
        let node = source.documents().documents.remove(0);
        let mut changed = node.clone();
        if let Some(map) = changed.map_mut() {
            let step = Step::own("test");
            map.remove("z", step.clone());
            map.set(
                Node::text("a", step.clone()),
                Node::text("b", step.clone()),
                step,
            );
        }
        let press = Press::default();
        for _ in 0..2 {
            for node in [&node, &changed] {
                assert_eq!(
                    press.print(node.view()).unwrap(),
                    print(node.view()).unwrap()
                );
            }
        }
        assert!(!press.entries().is_empty());
    }
}
