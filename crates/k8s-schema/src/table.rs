//! The built-in table, read in place. `schemas/README.md` describes its layout.

use crate::packed::{NONE, Rows, Text, Texts, row, rows, words};
use crate::version::{Version, Versions};

static BYTES: &[u8] = include_bytes!("../kubernetes.bin");

/// Everything that is known about Kubernetes' own kinds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Table {
    texts: Texts,
    definitions: Rows<6>,
    fields: Rows<8>,
    types: Rows<6>,
    kinds: Rows<16>,
    lists: Rows<2>,
}

/// A mapping with known fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Definition(pub(crate) u16);

/// A type by its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TypeId(u16);

/// Several texts.
#[derive(Clone, Copy, Debug)]
pub(crate) struct List(pub(crate) u16);

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
            texts: Texts::of(BYTES),
            definitions: rows(BYTES, 1),
            fields: rows(BYTES, 2),
            types: rows(BYTES, 3),
            kinds: rows(BYTES, 4),
            lists: rows(BYTES, 5),
        }
    }

    pub(crate) fn text(&self, text: Text) -> &'static str {
        self.texts.text(text)
    }

    fn field_rows(&self, definition: Definition) -> &'static [[u8; 8]] {
        let [first, count, _] = row(self.definitions, definition.0.into());
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
        let Text(id) = self.texts.name(name)?;
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
        let [_, _, any] = row(self.definitions, definition.0.into());
        Versions(any).contain(version)
    }

    pub(crate) fn ty(&self, TypeId(id): TypeId) -> Type {
        let [tag, a, b] = row(self.types, id.into());
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
        self.texts.list(self.lists, at)
    }

    /// All kinds, sorted by apiVersion and name.
    pub(crate) fn kinds(&self) -> impl Iterator<Item = Kind> + Clone {
        self.kinds.iter().map(Kind::of)
    }

    /// How many definitions there are.
    #[cfg(test)]
    pub(crate) fn count(&self) -> usize {
        self.definitions.len()
    }

    /// Whether any apiVersion is of this group.
    pub(crate) fn has_group(&self, group: &str) -> bool {
        let prefix = || group.bytes().chain([b'/']);
        let api_version = |row: &[u8; 16]| {
            let [api_version, ..] = words::<8, 16>(row);
            self.texts.bytes(Text(api_version)).iter().copied()
        };
        let is_before = |row: &[u8; 16]| api_version(row).lt(prefix());
        let first = self.kinds.get(self.kinds.partition_point(is_before));
        first.is_some_and(|row| api_version(row).zip(prefix()).all(|(a, b)| a == b))
    }

    pub(crate) fn kind(&self, api_version: &str, name: &str) -> Option<Kind> {
        let key = |row: &[u8; 16]| {
            let [api_version, name, ..] = words::<8, 16>(row);
            (
                self.texts.bytes(Text(api_version)),
                self.texts.bytes(Text(name)),
            )
        };
        let asked = (api_version.as_bytes(), name.as_bytes());
        let found = self.kinds.binary_search_by(|row| key(row).cmp(&asked));
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

/// The number of a field row's name.
fn id_of(row: &[u8; 8]) -> u16 {
    let [id, ..] = words::<4, 8>(row);
    id
}

#[cfg(test)]
mod tests;
