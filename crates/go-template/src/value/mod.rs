//! What templates compute with.

mod equal;
mod kind;
mod list;
mod map;
mod object;
mod trace;

use std::rc::Rc;

pub use equal::deep_equal;
pub use kind::{IntType, Kind};
pub use list::{List, ListType};
pub use map::{Entry, Map, MapType, NamedMap};
pub use object::Object;
pub use trace::{Tag, Trace};

use crate::{Text, View};

/// A value and where it came from.
#[derive(Clone, Debug, Default)]
pub struct Value {
    /// The value itself.
    pub data: Data,
    /// Where it came from.
    pub trace: Trace,
}

/// A value as Go's templates tell them apart.
#[derive(Clone, Debug, Default)]
pub enum Data {
    /// No value at all; a field of it is again no value.
    #[default]
    Nil,
    /// A nil that stands where any value could, such as a missing or null entry; a field of it
    /// is an error.
    NilEntry,
    /// A boolean.
    Bool(bool),
    /// An integer of one of Go's types; an unsigned one is kept as the same 64 bits.
    Int(i64, IntType),
    /// A floating-point number.
    Float(f64),
    /// A string.
    Str(Text),
    /// A slice of bytes.
    Bytes(Text),
    /// A list; it never changes.
    List(Rc<List>),
    /// A map; it is shared, and whoever holds it sees changes.
    Map(Rc<Map>),
    /// Something of the caller's.
    Object(Rc<dyn Object>),
}

/// The text of a value of which nothing is known.
pub(crate) const STAND_IN: &str = "unknown";

impl Value {
    /// No value.
    pub const NIL: Self = Self {
        data: Data::Nil,
        trace: Trace {
            tag: None,
            placeholder: false,
            open: false,
        },
    };

    /// A value of unknown origin.
    pub fn new(data: Data) -> Self {
        Self {
            data,
            trace: Trace::default(),
        }
    }

    /// The value with this tag.
    #[must_use]
    pub fn tagged(mut self, tag: Tag) -> Self {
        self.trace.tag = Some(tag);
        self
    }

    /// The value with this origin.
    #[must_use]
    pub fn traced(mut self, trace: Trace) -> Self {
        self.trace = trace;
        self
    }

    /// Marked as different in every run.
    #[must_use]
    pub fn placeholder(mut self) -> Self {
        self.trace.placeholder = true;
        self
    }

    /// A value of the caller's own kind.
    pub fn object(object: impl Object) -> Self {
        Self::new(Data::Object(Rc::new(object)))
    }

    /// A string.
    pub fn text(text: impl Into<Text>) -> Self {
        Self::new(Data::Str(text.into()))
    }

    /// A Go `int64`, as Sprig's arithmetic gives.
    pub fn int64(value: i64) -> Self {
        Self::new(Data::Int(value, IntType::Int64))
    }

    /// Whether it is one of the nils, nil lists and maps not included.
    pub fn is_nil(&self) -> bool {
        matches!(self.data, Data::Nil | Data::NilEntry)
    }

    /// What an entry of a list or map gives: nil becomes the nil of an entry.
    pub(crate) fn into_entry(mut self) -> Self {
        if self.is_nil() {
            self.data = Data::NilEntry;
        }
        self
    }

    /// What a pipeline gives: the nil of an entry becomes no value.
    pub(crate) fn into_result(mut self) -> Self {
        if self.is_nil() {
            self.data = Data::Nil;
        }
        self
    }

    /// Whether nothing is known of it.
    pub fn is_open(&self) -> bool {
        self.is_nil() && self.trace.open
    }

    /// What stands for it where a string is wanted, if nothing is known of it.
    pub(crate) fn or_stand_in(self) -> Self {
        match self.is_open() {
            true => Self::text(STAND_IN).traced(self.trace),
            false => self,
        }
    }

    /// The string, if it is one.
    pub fn as_text(&self) -> Option<&Text> {
        match &self.data {
            Data::Str(text) => Some(text),
            _ => None,
        }
    }

    /// The string with its origin, if it is one.
    pub fn as_view(&self) -> Option<View<'_>> {
        let trace = self.trace;
        self.as_text().map(|text| View { text, trace })
    }

    /// The map behind it, an object's too.
    pub fn as_map(&self) -> Option<Rc<Map>> {
        match &self.data {
            Data::Map(map) => Some(map.clone()),
            Data::Object(object) => object.as_map(),
            _ => None,
        }
    }

    /// The list behind it: bytes are numbers, and an object may be a list.
    pub fn as_list(&self) -> Option<Rc<List>> {
        match &self.data {
            Data::List(list) => Some(list.clone()),
            Data::Bytes(text) => Some(Rc::new(List::of_bytes(text, self.trace))),
            Data::Object(object) => object.as_list(),
            _ => None,
        }
    }

    /// Whether `if` takes it for true: it is not empty, zero or nil.
    pub fn truth(&self) -> bool {
        match &self.data {
            Data::Nil | Data::NilEntry => false,
            Data::Bool(value) => *value,
            Data::Int(value, _) => *value != 0,
            Data::Float(value) => *value != 0.0,
            Data::Str(text) | Data::Bytes(text) => !text.is_empty(),
            Data::List(list) => !list.items.is_empty(),
            Data::Map(map) => !map.is_empty(),
            Data::Object(object) => match (object.as_list(), object.as_map()) {
                (Some(list), _) => !list.items.is_empty(),
                (_, Some(map)) => !map.is_empty(),
                _ => true,
            },
        }
    }

    /// What is known of its origin, that of its bytes included.
    pub fn origin(&self) -> Trace {
        match &self.data {
            Data::Str(text) | Data::Bytes(text) => self.trace.or(text.trace()),
            _ => self.trace,
        }
    }
}

impl From<Data> for Value {
    fn from(data: Data) -> Self {
        Self::new(data)
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::new(Data::Bool(value))
    }
}

impl From<i64> for Value {
    /// A Go `int`.
    fn from(value: i64) -> Self {
        Self::new(Data::Int(value, IntType::Int))
    }
}

impl From<f64> for Value {
    fn from(value: f64) -> Self {
        Self::new(Data::Float(value))
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::text(text)
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::text(text)
    }
}

impl From<Text> for Value {
    fn from(text: Text) -> Self {
        Self::text(text)
    }
}

impl From<Vec<Value>> for Value {
    fn from(items: Vec<Value>) -> Self {
        Self::new(Data::List(Rc::new(List::new(items))))
    }
}

impl From<List> for Value {
    fn from(list: List) -> Self {
        Self::new(Data::List(Rc::new(list)))
    }
}

impl From<Map> for Value {
    fn from(map: Map) -> Self {
        Self::new(Data::Map(Rc::new(map)))
    }
}

impl From<Rc<Map>> for Value {
    fn from(map: Rc<Map>) -> Self {
        Self::new(Data::Map(map))
    }
}

impl<K: Into<Rc<str>>> FromIterator<(K, Value)> for Value {
    /// A map.
    fn from_iter<I: IntoIterator<Item = (K, Value)>>(entries: I) -> Self {
        Map::from_iter(entries).into()
    }
}
