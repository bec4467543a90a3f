//! Where values came from: go-template's tags to places.

use std::rc::Rc;
use std::sync::Arc;

use go_template::{Entry, List, Map, Tag, Text, TextBuilder, Trace, Value};
use manifest::{Budget, Src, Unit};

use super::document::{self, Cell, Data};
use super::{Document, merge};

/// What the tags of one rendering stand for.
#[derive(Debug)]
pub(crate) struct Places<'b> {
    /// What making and copying values is paid from. Once a limit is reached, values come out
    /// empty; whoever asked for them looks whether it was.
    pub(crate) budget: &'b Budget,
    /// Each document with the tag of its first place, in the order of these tags.
    documents: Vec<(u32, Arc<Document>)>,
    next: u32,
}

impl<'b> Places<'b> {
    pub(crate) fn new(budget: &'b Budget) -> Self {
        Self {
            budget,
            documents: Vec::new(),
            next: 0,
        }
    }

    /// The values of a document, for this rendering alone.
    pub(crate) fn thaw(&mut self, document: &Arc<Document>) -> Value {
        let size = document.places.len();
        if self.budget.spend(Unit::Nodes, size).is_err() {
            return Map::default().into();
        }
        let base = self.base(document);
        let mut roots = document.roots.iter();
        let Some(first) = roots.next() else {
            return Map::default().into();
        };
        let value = thaw(first, base);
        if let Some(into) = value.as_map() {
            for root in roots {
                if let Some(map) = thaw(root, base).as_map() {
                    merge::merge(&into, &map);
                }
            }
        }
        value
    }

    /// The same values, shared with nobody.
    pub(crate) fn deep_copy(&self, map: &Map) -> Rc<Map> {
        let copy = Map::new(map.of());
        if self.budget.spend(Unit::Nodes, map.len()).is_ok() {
            for (key, entry) in map.entries() {
                let value = self.copy(&entry.value);
                copy.insert(key, Entry { value, ..entry });
            }
        }
        Rc::new(copy)
    }

    fn copy(&self, value: &Value) -> Value {
        let data = match &value.data {
            go_template::Data::Map(map) => go_template::Data::Map(self.deep_copy(map)),
            go_template::Data::List(list) => {
                let paid = self.budget.spend(Unit::Nodes, list.items.len());
                let items = list.items.iter().filter(|_| paid.is_ok());
                go_template::Data::List(Rc::new(List {
                    items: items.map(|item| self.copy(item)).collect(),
                    of: list.of,
                    nil: list.nil,
                }))
            }
            data => data.clone(),
        };
        Value {
            data,
            trace: value.trace,
        }
    }

    /// The tag of a place that stands in no document.
    pub(crate) fn place(&mut self, src: &Src) -> Tag {
        let document = Document {
            roots: Vec::new(),
            places: vec![src.clone()],
        };
        Tag(self.base(&Arc::new(document)))
    }

    /// The place that a tag stands for.
    pub(crate) fn get(&self, tag: Tag) -> Option<&Src> {
        let behind = self.documents.partition_point(|(base, _)| *base <= tag.0);
        let (base, document) = self.documents.get(behind.checked_sub(1)?)?;
        document.places.get((tag.0 - base) as usize)
    }

    fn base(&mut self, document: &Arc<Document>) -> u32 {
        let mut known = self.documents.iter().rev();
        if let Some((base, _)) = known.find(|(_, known)| Arc::ptr_eq(known, document)) {
            return *base;
        }
        let base = self.next;
        self.documents.push((base, document.clone()));
        let count = u32::try_from(document.places.len()).unwrap_or(u32::MAX);
        self.next = base.saturating_add(count);
        base
    }
}

fn thaw(cell: &Cell, base: u32) -> Value {
    let tag = cell.place.map(|place| Tag(base.saturating_add(place)));
    let trace = Trace {
        tag,
        ..Trace::default()
    };
    let value = match &cell.data {
        Data::Null => Value::NIL,
        Data::Open => {
            return Value::NIL.traced(Trace { tag, ..Trace::OPEN });
        }
        Data::Bool(value) => Value::from(*value),
        Data::Number(value) => Value::from(*value),
        Data::Text(text) => Value::text(text.clone()),
        Data::Made(text) => return Value::text(made(text, trace)),
        Data::List(items) => List::new(items.iter().map(|item| thaw(item, base)).collect()).into(),
        Data::Map(entries) => {
            let map = Map::default();
            for document::Entry { key, place, value } in entries {
                let entry = Entry {
                    value: thaw(value, base),
                    key: place.map(|place| Tag(base.saturating_add(place))),
                };
                map.insert(Rc::<str>::from(&**key), entry);
            }
            map.into()
        }
    };
    value.traced(trace)
}

/// A text whose bytes are not those of the scalar it came from.
pub(crate) fn made(text: &str, trace: Trace) -> Text {
    let mut built = TextBuilder::new(usize::MAX);
    built.push_made(text.as_bytes(), trace);
    built.finish().unwrap_or_else(|_| Text::from(text))
}
