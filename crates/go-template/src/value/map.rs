use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use crate::{Evaluator, Failure, Tag};

use super::{Data, Value};

/// A map with string keys, in the order of its keys. It is shared: a change is seen by all.
#[derive(Debug, Default)]
pub struct Map {
    entries: RefCell<BTreeMap<Rc<str>, Entry>>,
    of: MapType,
    nil: bool,
}

/// What stands under a key.
#[derive(Clone, Debug, Default)]
pub struct Entry {
    /// The value.
    pub value: Value,
    /// Where the key came from.
    pub key: Option<Tag>,
}

/// What Go declares a map to be.
#[derive(Clone, Copy, Default)]
pub enum MapType {
    /// Anything under strings.
    #[default]
    Any,
    /// Strings under strings: a missing entry is the empty string.
    Str,
    /// Bytes under strings.
    Bytes,
    /// A named type of anything under strings, which may have methods.
    Named(&'static dyn NamedMap),
}

/// A named Go type whose values are maps from strings to anything.
pub trait NamedMap: Sync {
    /// Go's name of the type.
    fn type_name(&self) -> &'static str;

    /// Calls a method; `None` if there is none of this name.
    fn call(
        &self,
        evaluator: &mut Evaluator<'_>,
        map: &Rc<Map>,
        method: &str,
        args: &[Value],
    ) -> Option<Result<Value, Failure>>;
}

impl MapType {
    /// Go's name of the map's type.
    pub fn name(self) -> &'static str {
        match self {
            Self::Any => "map[string]interface {}",
            Self::Str => "map[string]string",
            Self::Bytes => "map[string][]uint8",
            Self::Named(named) => named.type_name(),
        }
    }

    /// What Go gives for a key that is not there.
    pub(crate) fn missing(self) -> Value {
        match self {
            Self::Any | Self::Named(_) => Value::new(Data::NilEntry),
            Self::Str => Value::text(""),
            Self::Bytes => Value::new(Data::Bytes(crate::Text::new([]))),
        }
    }
}

impl std::fmt::Debug for MapType {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

impl Map {
    /// An empty map of a type.
    pub fn new(of: MapType) -> Self {
        Self {
            entries: RefCell::default(),
            of,
            nil: false,
        }
    }

    /// Go's nil map: empty, and nothing can be set in it.
    pub fn nil() -> Self {
        Self {
            entries: RefCell::default(),
            of: MapType::Any,
            nil: true,
        }
    }

    /// What Go declares it to be.
    pub fn of(&self) -> MapType {
        self.of
    }

    /// Whether it is Go's nil map.
    pub fn is_nil(&self) -> bool {
        self.nil
    }

    /// How many entries it has.
    pub fn len(&self) -> usize {
        self.entries.borrow().len()
    }

    /// Whether it has no entries.
    pub fn is_empty(&self) -> bool {
        self.entries.borrow().is_empty()
    }

    /// The value under a key.
    pub fn get(&self, key: &str) -> Option<Value> {
        let entries = self.entries.borrow();
        entries.get(key).map(|entry| entry.value.clone())
    }

    /// What stands under a key.
    pub fn entry(&self, key: &str) -> Option<Entry> {
        self.entries.borrow().get(key).cloned()
    }

    /// Puts a value under a key. A key that was there keeps its origin.
    pub fn set(&self, key: impl Into<Rc<str>>, value: Value) {
        let before = {
            let mut entries = self.entries.borrow_mut();
            let entry = entries.entry(key.into()).or_default();
            std::mem::replace(&mut entry.value, value)
        };
        // Dropped only now: it may hold this map.
        drop(before);
    }

    /// Puts a value under a key that came from somewhere.
    pub fn insert(&self, key: impl Into<Rc<str>>, entry: Entry) {
        let before = self.entries.borrow_mut().insert(key.into(), entry);
        drop(before);
    }

    /// Takes an entry out.
    pub fn remove(&self, key: &str) -> Option<Entry> {
        self.entries.borrow_mut().remove(key)
    }

    /// Takes everything out.
    pub fn clear(&self) {
        drop_flat(self.take());
    }

    /// The entries in the order of their keys, as they are now.
    pub fn entries(&self) -> Vec<(Rc<str>, Entry)> {
        let entries = self.entries.borrow();
        entries
            .iter()
            .map(|(k, e)| (k.clone(), e.clone()))
            .collect()
    }

    /// The keys in order.
    pub fn keys(&self) -> Vec<Rc<str>> {
        self.entries.borrow().keys().cloned().collect()
    }

    fn take(&self) -> Vec<Value> {
        let entries = std::mem::take(&mut *self.entries.borrow_mut());
        entries.into_values().map(|entry| entry.value).collect()
    }
}

impl<K: Into<Rc<str>>> FromIterator<(K, Value)> for Map {
    fn from_iter<I: IntoIterator<Item = (K, Value)>>(entries: I) -> Self {
        let map = Self::default();
        for (key, value) in entries {
            map.set(key, value);
        }
        map
    }
}

impl Drop for Map {
    fn drop(&mut self) {
        if !self.entries.get_mut().is_empty() {
            drop_flat(self.take());
        }
    }
}

/// Drops values without recursion, however deeply they are nested.
pub(super) fn drop_flat(values: Vec<Value>) {
    let nests = |value: &Value| matches!(value.data, Data::List(_) | Data::Map(_));
    if !values.iter().any(nests) {
        return;
    }
    let mut open = values;
    while let Some(value) = open.pop() {
        match value.data {
            Data::List(list) => {
                if let Some(mut list) = Rc::into_inner(list) {
                    open.append(&mut list.items);
                }
            }
            Data::Map(map) => {
                if let Some(map) = Rc::into_inner(map) {
                    open.append(&mut map.take());
                }
            }
            _ => {}
        }
    }
}
