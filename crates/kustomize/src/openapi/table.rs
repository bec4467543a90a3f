//! The form in which types are kept: little-endian words that are read in place.
//!
//! A header of counts is followed by the kinds (sorted), the types, their fields (sorted within
//! a type), the merge keys, the definitions' names (sorted), the ends of the strings, and the
//! strings' bytes.

use std::borrow::Cow;
use std::cmp::Ordering;

/// A type's index.
pub(super) type TypeId = u32;

/// Stands where there is no type.
pub(super) const NONE: u32 = u32::MAX;

pub(super) const HEADER_WORDS: u32 = 6;
pub(super) const KIND_WORDS: u32 = 4;
pub(super) const TYPE_WORDS: u32 = 4;
pub(super) const FIELD_WORDS: u32 = 2;
pub(super) const NAME_WORDS: u32 = 2;

/// The bit of a type's last word that says that its lists merge; the others count its fields'
/// start.
pub(super) const MERGES: u32 = 1 << 31;

/// The scopes of a kind, as its last word gives them.
pub(super) const SCOPE_UNKNOWN: u32 = 0;
pub(super) const SCOPE_NAMESPACED: u32 = 1;
pub(super) const SCOPE_CLUSTER: u32 = 2;

/// Types, read from their bytes.
#[derive(Debug)]
pub(super) struct Table {
    content: Cow<'static, [u8]>,
    kinds: Section,
    types: Section,
    fields: Section,
    keys: Section,
    names: Section,
    ends: Section,
    text_start: usize,
}

#[derive(Clone, Copy, Debug)]
struct Section {
    first_word: u32,
    count: u32,
}

impl Section {
    /// The words at which its records stand.
    fn records(self, words: u32) -> impl Iterator<Item = u32> {
        (0..self.count).map(move |at| self.first_word + at * words)
    }
}

/// One kind.
pub(super) struct Kind {
    pub(super) of: Option<TypeId>,
    pub(super) namespaced: Option<bool>,
}

/// One type.
pub(super) struct Record {
    /// The type of a mapping's other values.
    pub(super) value: Option<TypeId>,
    /// The type of a list's items.
    pub(super) items: Option<TypeId>,
    /// Whether the list merges.
    pub(super) merges: bool,
    pub(super) first_key: u32,
    pub(super) key_count: u32,
    first_field: u32,
    field_count: u32,
}

impl Table {
    pub(super) fn new(content: Cow<'static, [u8]>) -> Self {
        let mut at = HEADER_WORDS;
        let mut section = |header: u32, words: u32| {
            let count = word(&content, header);
            let section = Section {
                first_word: at,
                count,
            };
            at += count * words;
            section
        };
        let kinds = section(0, KIND_WORDS);
        let types = section(1, TYPE_WORDS);
        let fields = section(2, FIELD_WORDS);
        let keys = section(3, 1);
        let names = section(4, NAME_WORDS);
        let ends = section(5, 1);
        let text_start = at as usize * 4;
        Self {
            content,
            kinds,
            types,
            fields,
            keys,
            names,
            ends,
            text_start,
        }
    }

    /// All kinds: API version, kind and type.
    pub(super) fn kinds(&self) -> impl Iterator<Item = (&str, &str, Option<TypeId>)> {
        self.kinds.records(KIND_WORDS).map(|at| {
            let text = |at: u32| self.text(self.word(at));
            (text(at), text(at + 1), some(self.word(at + 2)))
        })
    }

    pub(super) fn kind(&self, api_version: &str, kind: &str) -> Option<Kind> {
        let at = self.search(self.kinds, KIND_WORDS, |at| {
            let own = (self.bytes(self.word(at)), self.bytes(self.word(at + 1)));
            own.cmp(&(api_version.as_bytes(), kind.as_bytes()))
        })?;
        Some(Kind {
            of: some(self.word(at + 2)),
            namespaced: match self.word(at + 3) {
                SCOPE_NAMESPACED => Some(true),
                SCOPE_CLUSTER => Some(false),
                _ => None,
            },
        })
    }

    /// The type of a definition; the outer `None` says that there is no such definition.
    pub(super) fn definition(&self, name: &str) -> Option<Option<TypeId>> {
        let at = self.search(self.names, NAME_WORDS, |at| {
            self.bytes(self.word(at)).cmp(name.as_bytes())
        })?;
        Some(some(self.word(at + 1)))
    }

    /// All definitions: their names and types.
    pub(super) fn definitions(&self) -> impl Iterator<Item = (&str, Option<TypeId>)> {
        self.names
            .records(NAME_WORDS)
            .map(|at| (self.text(self.word(at)), some(self.word(at + 1))))
    }

    /// A type's own fields: their names and types.
    pub(super) fn fields(&self, id: TypeId) -> impl Iterator<Item = (&str, TypeId)> {
        self.fields_of(&self.record(id))
            .records(FIELD_WORDS)
            .map(|at| (self.text(self.word(at)), self.word(at + 1)))
    }

    pub(super) fn record(&self, id: TypeId) -> Record {
        let at = self.types.first_word + id * TYPE_WORDS;
        let (first_field, keys) = (self.word(at), self.word(at + 1));
        // The record that follows begins where this one's fields and keys end.
        let (next_field, next_key) = if id + 1 < self.types.count {
            let next = at + TYPE_WORDS;
            (self.word(next), self.word(next + 1) & !MERGES)
        } else {
            (self.fields.count, self.keys.count)
        };
        let first_key = keys & !MERGES;
        Record {
            value: some(self.word(at + 2)),
            items: some(self.word(at + 3)),
            merges: keys & MERGES != 0,
            first_key,
            key_count: next_key - first_key,
            first_field,
            field_count: next_field - first_field,
        }
    }

    /// The type of a mapping's entry.
    pub(super) fn field(&self, id: TypeId, name: &str) -> Option<TypeId> {
        let record = self.record(id);
        let found = self.search(self.fields_of(&record), FIELD_WORDS, |at| {
            self.bytes(self.word(at)).cmp(name.as_bytes())
        });
        match found {
            Some(at) => some(self.word(at + 1)),
            None => record.value,
        }
    }

    /// A merge key.
    pub(super) fn key(&self, at: u32) -> &str {
        self.text(self.word(self.keys.first_word + at))
    }

    fn fields_of(&self, record: &Record) -> Section {
        Section {
            first_word: self.fields.first_word + record.first_field * FIELD_WORDS,
            count: record.field_count,
        }
    }

    /// The word at which the record stands that compares equal.
    fn search(
        &self,
        section: Section,
        words: u32,
        compare: impl Fn(u32) -> Ordering,
    ) -> Option<u32> {
        let (mut low, mut high) = (0, section.count);
        while low < high {
            let middle = low + (high - low) / 2;
            let at = section.first_word + middle * words;
            match compare(at) {
                Ordering::Less => low = middle + 1,
                Ordering::Greater => high = middle,
                Ordering::Equal => return Some(at),
            }
        }
        None
    }

    fn text(&self, index: u32) -> &str {
        std::str::from_utf8(self.bytes(index)).unwrap_or_default()
    }

    /// The bytes of a string.
    fn bytes(&self, index: u32) -> &[u8] {
        let end = |at: u32| self.text_start + self.word(self.ends.first_word + at) as usize;
        let start = index.checked_sub(1).map_or(self.text_start, end);
        self.content.get(start..end(index)).unwrap_or_default()
    }

    fn word(&self, at: u32) -> u32 {
        word(&self.content, at)
    }
}

fn word(bytes: &[u8], at: u32) -> u32 {
    let start = at as usize * 4;
    match bytes.get(start..).and_then(<[u8]>::first_chunk) {
        Some(four) => u32::from_le_bytes(*four),
        None => 0,
    }
}

fn some(id: TypeId) -> Option<TypeId> {
    (id != NONE).then_some(id)
}
