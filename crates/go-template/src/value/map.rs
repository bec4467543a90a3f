use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use crate::{Evaluator, Failure, Tag, Trace};

use super::{Data, Value};

/// A map with string keys, in the order of its keys. It is shared: a change is seen by all.
#[derive(Debug, Default)]
pub struct Map {
    /// What maps of several types may have in common.
    shared: Rc<Shared>,
    of: MapType,
    nil: bool,
}

/// What all handles of a map share.
#[derive(Debug, Default)]
struct Shared {
    entries: RefCell<BTreeMap<Rc<str>, Entry>>,
    is_open: Cell<bool>,
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
            shared: Rc::default(),
            of,
            nil: false,
        }
    }

    /// Go's nil map: empty, and nothing can be set in it.
    pub fn nil() -> Self {
        Self {
            shared: Rc::default(),
            of: MapType::Any,
            nil: true,
        }
    }

    /// The same map as one of another type: a change of either is seen in both.
    #[must_use]
    pub fn as_type(&self, of: MapType) -> Self {
        Self {
            shared: self.shared.clone(),
            of,
            nil: self.nil,
        }
    }

    /// Whether both are the same map, of whatever types.
    pub fn is_same(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.shared, &other.shared)
    }

    /// Where it stands in memory, by which it is known again for as long as anybody holds it.
    pub fn address(&self) -> usize {
        Rc::as_ptr(&self.shared).addr()
    }

    /// Whether there is the same map as one of another type.
    pub(crate) fn is_shared(&self) -> bool {
        Rc::strong_count(&self.shared) > 1
    }

    /// What Go declares it to be.
    pub fn of(&self) -> MapType {
        self.of
    }

    /// Whether it is Go's nil map.
    pub fn is_nil(&self) -> bool {
        self.nil
    }

    /// Tells that it may have more entries than are known: what it lacks is not known to be unset.
    pub fn open(&self) {
        self.shared.is_open.set(true);
    }

    /// Whether it may have more entries than are known.
    pub(crate) fn is_open(&self) -> bool {
        self.shared.is_open.get()
    }

    /// What it has under a key that it lacks: the nil of its type, or something that nobody knows.
    pub(crate) fn missing(&self) -> Value {
        match self.is_open() {
            true => Value::new(Data::NilEntry).traced(Trace::OPEN),
            false => self.of.missing(),
        }
    }

    /// How many entries it has.
    pub fn len(&self) -> usize {
        self.shared.entries.borrow().len()
    }

    /// Whether it has no entries.
    pub fn is_empty(&self) -> bool {
        self.shared.entries.borrow().is_empty()
    }

    /// The value under a key.
    pub fn get(&self, key: &str) -> Option<Value> {
        let entries = self.shared.entries.borrow();
        entries.get(key).map(|entry| entry.value.clone())
    }

    /// What stands under a key.
    pub fn entry(&self, key: &str) -> Option<Entry> {
        self.shared.entries.borrow().get(key).cloned()
    }

    /// Puts a value under a key. A key that was there keeps its origin.
    pub fn set(&self, key: impl Into<Rc<str>>, value: Value) {
        let before = {
            let mut entries = self.shared.entries.borrow_mut();
            let entry = entries.entry(key.into()).or_default();
            std::mem::replace(&mut entry.value, value)
        };
        // Dropped only now: it may hold this map.
        drop(before);
    }

    /// Puts a value under a key that came from somewhere.
    pub fn insert(&self, key: impl Into<Rc<str>>, entry: Entry) {
        let before = self.shared.entries.borrow_mut().insert(key.into(), entry);
        drop(before);
    }

    /// Takes an entry out.
    pub fn remove(&self, key: &str) -> Option<Entry> {
        self.shared.entries.borrow_mut().remove(key)
    }

    /// Takes everything out.
    pub fn clear(&self) {
        drop_flat(self.take());
    }

    /// The entries in the order of their keys, as they are now.
    pub fn entries(&self) -> Vec<(Rc<str>, Entry)> {
        let entries = self.shared.entries.borrow();
        entries
            .iter()
            .map(|(k, e)| (k.clone(), e.clone()))
            .collect()
    }

    /// The keys in order.
    pub fn keys(&self) -> Vec<Rc<str>> {
        self.shared.entries.borrow().keys().cloned().collect()
    }

    fn take(&self) -> Vec<Value> {
        let entries = std::mem::take(&mut *self.shared.entries.borrow_mut());
        entries.into_values().map(|entry| entry.value).collect()
    }

    /// Takes everything out that nobody else holds.
    fn take_own(&mut self) -> Vec<Value> {
        let own = Rc::get_mut(&mut self.shared).map(|shared| shared.entries.get_mut());
        match own {
            Some(entries) => {
                let entries = std::mem::take(entries);
                entries.into_values().map(|entry| entry.value).collect()
            }
            None => Vec::new(),
        }
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
        drop_flat(self.take_own());
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
                if let Some(mut map) = Rc::into_inner(map) {
                    open.append(&mut map.take_own());
                }
            }
            _ => {}
        }
    }
}
