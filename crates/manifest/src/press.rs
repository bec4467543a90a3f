//! Objects as text, where many of them share what they consist of.

use std::fmt;
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
    text: String,
    /// How many values it is.
    size: u64,
}

/// A text in pieces, of which other texts may have some too.
#[derive(Debug, Default)]
pub struct Sheets {
    pieces: Vec<Piece>,
}

#[derive(Debug)]
enum Piece {
    Own(String),
    Shared(Arc<Plate>),
}

impl Sheets {
    /// Adds to the text.
    pub fn push(&mut self, text: &str) {
        match self.pieces.last_mut() {
            Some(Piece::Own(own)) => own.push_str(text),
            _ => self.pieces.push(Piece::Own(text.to_owned())),
        }
    }

    /// The text's pieces, in their order.
    pub fn pieces(&self) -> impl Iterator<Item = &str> {
        self.pieces.iter().map(|piece| match piece {
            Piece::Own(text) => text.as_str(),
            Piece::Shared(plate) => &plate.text,
        })
    }
}

impl From<String> for Sheets {
    fn from(text: String) -> Self {
        Self {
            pieces: vec![Piece::Own(text)],
        }
    }
}

impl fmt::Display for Sheets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.pieces().try_for_each(|piece| f.write_str(piece))
    }
}

impl Press {
    /// Prints an object behind a text, as [`print`] does. Entries that stand unchanged in a
    /// source and were printed before are taken from there.
    ///
    /// # Errors
    /// As for [`print`]; the text is of no use then.
    pub fn print(&self, object: View<'_>, sheets: &mut Sheets) -> Result<(), Vec<Fault>> {
        let is_shared = |entry: &EntryRef<'_>| self.place(entry.value).is_some();
        if object.is_flow() || !object.is_map() || !object.entries().any(|e| is_shared(&e)) {
            sheets.push(&print(object)?);
            return Ok(());
        }
        let mut entries: Vec<EntryRef<'_>> = object.entries().collect();
        sort_by_key(&mut entries, |entry| entry.key.text());
        let is_double = |pair: &[EntryRef<'_>]| match pair {
            [a, b] => a.key.text() == b.key.text(),
            _ => false,
        };
        if entries.windows(2).any(is_double) {
            sheets.push(&print(object)?);
            return Ok(());
        }
        let mut faults = Vec::new();
        let mut budget = NODE_BUDGET;
        for entry in entries {
            if let Some(plate) = self.plate(&entry)
                && plate.size <= budget
            {
                budget -= plate.size;
                sheets.pieces.push(Piece::Shared(plate));
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
            match self.place(entry.value) {
                Some(place) => {
                    let size = budget - printer.budget;
                    let plate = self.keep(place, &entry, printed, size);
                    sheets.pieces.push(Piece::Shared(plate));
                }
                None => sheets.push(&printed),
            }
            budget = printer.budget;
        }
        match faults.is_empty() {
            true => Ok(()),
            false => Err(faults),
        }
    }

    /// What stands for an entry's value, if it stands in a source as it is and is large enough to
    /// be remembered.
    fn place<'a>(&self, value: View<'a>) -> Option<(&'a Arc<Source>, NodeId)> {
        let View::Src(source, node) = value else {
            return None;
        };
        let is_large = source.tree.span(node).len() >= LEAST_SHARED;
        is_large.then_some((source, node))
    }

    fn plate(&self, entry: &EntryRef<'_>) -> Option<Arc<Plate>> {
        let (source, node) = self.place(entry.value)?;
        let plate = self.entries().get(&key(source, node))?.clone();
        (*plate.key == *entry.key.text()).then_some(plate)
    }

    fn keep(
        &self,
        (source, node): (&Arc<Source>, NodeId),
        entry: &EntryRef<'_>,
        text: String,
        size: u64,
    ) -> Arc<Plate> {
        let plate = Arc::new(Plate {
            _source: source.clone(),
            key: entry.key.text().into(),
            text,
            size,
        });
        self.entries().insert(key(source, node), plate.clone());
        plate
    }

    fn entries(&self) -> MutexGuard<'_, FxHashMap<(usize, NodeId), Arc<Plate>>> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn key(source: &Arc<Source>, node: NodeId) -> (usize, NodeId) {
    (Arc::as_ptr(source) as usize, node)
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
                let mut sheets = Sheets::default();
                press.print(node.view(), &mut sheets).unwrap();
                assert_eq!(sheets.to_string(), print(node.view()).unwrap());
            }
        }
        assert!(!press.entries().is_empty());
    }
}
