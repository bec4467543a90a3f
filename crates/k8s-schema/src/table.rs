//! The built-in table, read in place. `schemas/README.md` describes its layout.

use crate::version::{Version, Versions};

static BYTES: &[u8] = include_bytes!("../kubernetes.bin");

const NONE: u16 = u16::MAX;

/// Everything that is known about Kubernetes' own kinds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Table {
    slots: Rows<2>,
    definitions: Rows<6>,
    fields: Rows<8>,
    types: Rows<6>,
    kinds: Rows<16>,
    lists: Rows<2>,
    offsets: Rows<4>,
    texts: &'static str,
}

/// Rows of as many bytes.
type Rows<const N: usize> = &'static [[u8; N]];

/// A text by its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Text(u16);

/// A mapping with known fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Definition(u16);

/// A type by its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TypeId(u16);

/// Several texts.
#[derive(Clone, Copy, Debug)]
pub(crate) struct List(u16);

/// A field of a definition.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Field {
    pub(crate) name: Text,
    pub(crate) ty: TypeId,
    pub(crate) versions: Versions,
    pub(crate) required: Versions,
}

/// What a value has to be.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Type {
    Any,
    String,
    Boolean,
    Int32,
    Int64,
    Double,
    Bytes,
    Time,
    Quantity,
    IntOrString,
    AnyObject,
    Enum(List),
    Object(Definition),
    Map(TypeId),
    List(TypeId, Items),
    ObjectOrList(Definition),
    ObjectOrBoolean(Definition),
    ObjectOrStrings(Definition),
}

/// What must differ between a list's items.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Items {
    Any,
    Unequal,
    UnequalKeys(List),
}

/// An object's kind.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Kind {
    pub(crate) api_version: Text,
    pub(crate) name: Text,
    /// `None` for kinds that were removed before the oldest covered version.
    pub(crate) definition: Option<Definition>,
    pub(crate) versions: Versions,
    pub(crate) cluster_scoped: bool,
    /// The minor version that deprecates it.
    pub(crate) deprecated: Option<u16>,
    /// The minor version that removes it, or is planned to.
    pub(crate) removed: Option<u16>,
    /// An apiVersion, or an apiVersion and a kind with a colon between them.
    pub(crate) replacement: Option<Text>,
}

impl Table {
    /// Finds the sections; nothing else is to be done.
    pub(crate) fn builtin() -> Self {
        Self {
            slots: rows(0),
            definitions: rows(1),
            fields: rows(2),
            types: rows(3),
            kinds: rows(4),
            lists: rows(5),
            offsets: rows(6),
            texts: str::from_utf8(section(7)).unwrap_or_default(),
        }
    }

    pub(crate) fn text(&self, Text(id): Text) -> &'static str {
        let at = usize::from(id);
        match self.offsets.get(at..at + 2) {
            Some([start, end]) => {
                let range = u32::from_le_bytes(*start) as usize..u32::from_le_bytes(*end) as usize;
                self.texts.get(range).unwrap_or_default()
            }
            _ => "",
        }
    }

    /// The number of a text that is the name of any field.
    fn name(&self, name: &str) -> Option<Text> {
        let mask = self.slots.len().checked_sub(1)?;
        let mut slot = hash(name) as usize;
        loop {
            let id = u16::from_le_bytes(*self.slots.get(slot & mask)?);
            if id == NONE {
                return None;
            }
            if self.text(Text(id)) == name {
                return Some(Text(id));
            }
            slot += 1;
        }
    }

    fn field_rows(&self, definition: Definition) -> &'static [[u8; 8]] {
        let [first, count, _] = row(self.definitions, definition.0);
        let first = usize::from(first);
        let rows = self.fields.get(first..first + usize::from(count));
        rows.unwrap_or_default()
    }

    /// A definition's fields with their places in it.
    pub(crate) fn fields(&self, definition: Definition) -> impl Iterator<Item = (usize, Field)> {
        let rows = self.field_rows(definition);
        rows.iter().map(Field::of).enumerate()
    }

    /// The field of that name and its place in the definition. Where the field's type differs
    /// between versions it is the one of `version`, if that has one.
    pub(crate) fn field(
        &self,
        definition: Definition,
        name: &str,
        version: Version,
    ) -> Option<(usize, Field)> {
        let Text(id) = self.name(name)?;
        let rows = self.field_rows(definition);
        let first = rows.partition_point(|row| id_of(row) < id);
        let variants = rows.get(first..)?.iter().take_while(|row| id_of(row) == id);
        let mut found = None;
        for (at, row) in variants.enumerate() {
            let field = Field::of(row);
            found = Some((first + at, field));
            if field.versions.contain(version) {
                break;
            }
        }
        found
    }

    /// Whether any field of the definition is required.
    pub(crate) fn requires(&self, definition: Definition, version: Version) -> bool {
        let [_, _, any] = row(self.definitions, definition.0);
        Versions(any).contain(version)
    }

    pub(crate) fn ty(&self, TypeId(id): TypeId) -> Type {
        let [tag, a, b] = row(self.types, id);
        match tag {
            1 => Type::String,
            2 => Type::Boolean,
            3 => Type::Int32,
            4 => Type::Int64,
            5 => Type::Double,
            6 => Type::Bytes,
            7 => Type::Time,
            8 => Type::Quantity,
            9 => Type::IntOrString,
            10 => Type::AnyObject,
            11 => Type::Enum(List(a)),
            12 => Type::Object(Definition(a)),
            13 => Type::Map(TypeId(a)),
            14 => Type::List(TypeId(a), Items::Any),
            15 => Type::List(TypeId(a), Items::Unequal),
            16 => Type::List(TypeId(a), Items::UnequalKeys(List(b))),
            17 => Type::ObjectOrList(Definition(a)),
            18 => Type::ObjectOrBoolean(Definition(a)),
            19 => Type::ObjectOrStrings(Definition(a)),
            _ => Type::Any,
        }
    }

    /// The texts of a list.
    pub(crate) fn list(&self, List(at): List) -> impl Iterator<Item = &'static str> + Clone {
        let count = usize::from(word(self.lists, at));
        let first = usize::from(at) + 1;
        let ids = self.lists.get(first..first + count).unwrap_or_default();
        let table = *self;
        ids.iter()
            .map(move |id| table.text(Text(u16::from_le_bytes(*id))))
    }

    /// All kinds, sorted by apiVersion and name.
    pub(crate) fn kinds(&self) -> impl Iterator<Item = Kind> + Clone {
        self.kinds.iter().map(Kind::of)
    }

    /// Whether any apiVersion is of this group.
    pub(crate) fn has_group(&self, group: &str) -> bool {
        let prefix = || group.bytes().chain([b'/']);
        let api_version = |row: &[u8; 16]| {
            let [api_version, ..] = words::<8, 16>(row);
            self.text(Text(api_version))
        };
        let is_before = |row: &[u8; 16]| api_version(row).bytes().lt(prefix());
        let first = self.kinds.get(self.kinds.partition_point(is_before));
        first.is_some_and(|row| api_version(row).bytes().zip(prefix()).all(|(a, b)| a == b))
    }

    pub(crate) fn kind(&self, api_version: &str, name: &str) -> Option<Kind> {
        let key = |row: &[u8; 16]| {
            let [api_version, name, ..] = words::<8, 16>(row);
            (self.text(Text(api_version)), self.text(Text(name)))
        };
        let found = self
            .kinds
            .binary_search_by(|row| key(row).cmp(&(api_version, name)));
        Some(Kind::of(self.kinds.get(found.ok()?)?))
    }
}

impl Field {
    fn of(row: &[u8; 8]) -> Self {
        let [name, ty, versions, required] = words(row);
        Self {
            name: Text(name),
            ty: TypeId(ty),
            versions: Versions(versions),
            required: Versions(required),
        }
    }
}

impl Kind {
    fn of(row: &[u8; 16]) -> Self {
        let [
            api_version,
            name,
            definition,
            versions,
            flags,
            deprecated,
            removed,
            replacement,
        ] = words(row);
        Self {
            api_version: Text(api_version),
            name: Text(name),
            definition: (definition != NONE).then_some(Definition(definition)),
            versions: Versions(versions),
            cluster_scoped: flags & 1 == 1,
            deprecated: (deprecated != 0).then_some(deprecated),
            removed: (removed != 0).then_some(removed),
            replacement: (replacement != NONE).then_some(Text(replacement)),
        }
    }
}

/// FNV-1a.
fn hash(text: &str) -> u32 {
    text.bytes().fold(0x811c_9dc5, |hash, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    })
}

fn section(number: usize) -> &'static [u8] {
    let header = 12 + number * 8;
    let bound = |at: usize| match BYTES.get(at..at + 4) {
        Some(&[a, b, c, d]) => u32::from_le_bytes([a, b, c, d]) as usize,
        _ => 0,
    };
    let (offset, length) = (bound(header), bound(header + 4));
    BYTES.get(offset..offset + length).unwrap_or_default()
}

fn rows<const N: usize>(number: usize) -> Rows<N> {
    section(number).as_chunks().0
}

/// The numbers in a row; zeros if there is no such row.
fn row<const N: usize, const B: usize>(rows: Rows<B>, at: u16) -> [u16; N] {
    rows.get(usize::from(at)).map_or([0; N], words)
}

fn word(rows: Rows<2>, at: u16) -> u16 {
    let [word] = row(rows, at);
    word
}

fn words<const N: usize, const B: usize>(row: &[u8; B]) -> [u16; N] {
    let mut words = [0; N];
    for (word, bytes) in words.iter_mut().zip(row.as_chunks().0) {
        *word = u16::from_le_bytes(*bytes);
    }
    words
}

/// The number of a field row's name.
fn id_of(row: &[u8; 8]) -> u16 {
    let [id, ..] = words::<4, 8>(row);
    id
}

#[cfg(test)]
mod tests;
