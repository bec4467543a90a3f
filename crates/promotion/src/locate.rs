//! A field of one file found in another state of it.

use std::cell::RefCell;
use std::hash::{Hash, Hasher};

use manifest::{Kind, Node, View};
use rustc_hash::{FxHashMap, FxHasher};

use crate::file::{fingerprint, inside, text_of};
use crate::key::MergeKey;
use crate::path::{Item, Part, Path, Side, Step};
use crate::walk::part_of;

/// A sequence of fewer items is searched faster than its index is made.
const FEW: usize = 8;

/// Finds fields in one state of a file: in long sequences, of which many items are asked for, by
/// an index that is made once.
#[derive(Default)]
pub(crate) struct Finder {
    /// By a hash of the way to the sequence and of what tells its items apart: the places of its
    /// items, by what that is.
    indexes: RefCell<FxHashMap<u64, Index>>,
}

type Index = FxHashMap<Box<str>, Vec<usize>>;

impl Finder {
    /// What documents say at a path, in a form that is the same for the same value; none if they
    /// say nothing. The items' names are those of a side. All documents asked about are the same.
    pub(crate) fn said(&self, documents: &[Node], path: &Path, side: Side) -> Option<Box<str>> {
        let asked = Asked {
            finder: self,
            steps: path.steps(),
            side,
        };
        asked.in_documents(documents, 0)
    }

    /// The item of a sequence, of which `way` is the hash.
    fn nth<'a>(
        &self,
        item: &Item,
        side: Side,
        way: u64,
        items: impl Iterator<Item = View<'a>>,
    ) -> Option<View<'a>> {
        let id = item.id(side)?;
        if item.by == MergeKey::Position {
            let at: usize = id.text.parse().ok()?;
            return items.into_iter().nth(at);
        }
        let items: Vec<View<'a>> = items.collect();
        let is_it = |view: &View<'a>| item.by.id(*view).is_some_and(|text| *text == *id.text);
        if items.len() <= FEW {
            return items.into_iter().filter(is_it).nth(id.nth);
        }
        let mut indexes = self.indexes.borrow_mut();
        let index = indexes.entry(way).or_insert_with(|| {
            let mut index = Index::default();
            for (at, view) in items.iter().enumerate() {
                if let Some(text) = item.by.id(*view) {
                    index.entry(text.into()).or_default().push(at);
                }
            }
            index
        });
        let at = index.get(&*id.text)?.get(id.nth)?;
        items.get(*at).copied().filter(is_it)
    }
}

/// A path that is followed.
#[derive(Clone, Copy)]
struct Asked<'a> {
    finder: &'a Finder,
    steps: &'a [Step],
    side: Side,
}

impl Asked<'_> {
    fn in_documents(self, documents: &[Node], from: usize) -> Option<Box<str>> {
        match self.steps.get(from) {
            Some(Step::Document(item)) => {
                let views = documents.iter().map(Node::view);
                let view = self.finder.nth(item, self.side, self.way(from), views)?;
                self.at(view, from + 1)
            }
            _ => self.at(documents.first()?.view(), from),
        }
    }

    fn at(self, view: View<'_>, from: usize) -> Option<Box<str>> {
        let Some(step) = self.steps.get(from) else {
            return Some(told(view));
        };
        match step {
            Step::Key(key) => self.at(view.get(key)?, from + 1),
            Step::Item(item) => {
                let found = self
                    .finder
                    .nth(item, self.side, self.way(from), view.items())?;
                self.at(found, from + 1)
            }
            Step::Inside => self.in_documents(&inside(view)?, from + 1),
            Step::Document(_) => None,
            Step::Part(_) => {
                let parts = self.steps[from..].iter().filter_map(|step| match step {
                    Step::Part(part) => Some(*part),
                    _ => None,
                });
                let text = (view.kind() == Kind::Scalar).then(|| text_of(view))?;
                cut(text, parts).map(Into::into)
            }
        }
    }

    /// A hash of the way to the sequence of which a step names an item.
    fn way(self, step: usize) -> u64 {
        let mut hasher = FxHasher::default();
        self.side.hash(&mut hasher);
        self.steps[..step].hash(&mut hasher);
        if let Some(Step::Item(item) | Step::Document(item)) = self.steps.get(step) {
            item.by.hash(&mut hasher);
        }
        hasher.finish()
    }
}

/// A part of a part of a text.
pub(crate) fn cut(text: &str, parts: impl Iterator<Item = Part>) -> Option<&str> {
    parts
        .into_iter()
        .try_fold(text, |text, part| part_of(part, text))
}

/// A value in a form that is the same for the same value: a scalar's text, a sum of all else.
fn told(view: View<'_>) -> Box<str> {
    match view.kind() {
        Kind::Scalar => text_of(view).into(),
        _ => format!("{:016x}", fingerprint(view)).into(),
    }
}
