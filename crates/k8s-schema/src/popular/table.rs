//! The table of custom kinds, read in place. `schemas/README.md` describes its layout.

use crate::packed::{Rows, Text, Texts, row, rows, words};
use crate::table::{self, Items, List};

pub(super) static BYTES: &[u8] = include_bytes!("../../custom.bin");

/// Where a field's type has the bit that says that the field is required.
const REQUIRED: u16 = 1 << 15;

/// Everything that is known about popular custom kinds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Popular {
    texts: Texts,
    definitions: Rows<8>,
    fields: Rows<4>,
    types: Rows<6>,
    kinds: Rows<8>,
    lists: Rows<2>,
}

/// A mapping with known fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Definition(u16);

/// A type by its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct TypeId(u16);

#[derive(Clone, Copy, Debug)]
pub(crate) struct Field {
    pub(crate) name: Text,
    pub(crate) ty: TypeId,
    pub(crate) required: bool,
}

/// What a value has to be.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Type {
    Any,
    AnyObject,
    /// A type of scalars that Kubernetes' own kinds have, too.
    Scalar(table::Type),
    Enum(List),
    /// A text that matches one of several regular expressions.
    Pattern(List),
    Object(Definition),
    Map(TypeId),
    List(TypeId, Items),
    /// A definition of Kubernetes' own.
    Core(table::Definition),
}

/// A custom kind.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Kind {
    pub(crate) api_version: Text,
    pub(crate) name: Text,
    pub(crate) definition: Definition,
    pub(crate) cluster_scoped: bool,
    /// Whether newer versions may have more than is known.
    pub(crate) is_old: bool,
    /// Whether its objects are files that a program reads, and no cluster is given.
    pub(crate) is_file: bool,
    /// Whether its definitions say nothing that is left out here.
    pub(crate) is_whole: bool,
}

impl Popular {
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

    fn field_rows(&self, Definition(at): Definition) -> &'static [[u8; 4]] {
        let [low, high, count, _] = row(self.definitions, at.into());
        let first = usize::from(high) << 16 | usize::from(low);
        let rows = self.fields.get(first..first + usize::from(count));
        rows.unwrap_or_default()
    }

    pub(crate) fn fields(&self, definition: Definition) -> impl Iterator<Item = Field> + Clone {
        self.field_rows(definition).iter().map(Field::of)
    }

    /// The names of a definition's fields.
    pub(crate) fn names(
        self,
        definition: Definition,
    ) -> impl Iterator<Item = &'static str> + Clone {
        let rows = self.field_rows(definition).iter();
        rows.map(move |row| self.text(Field::of(row).name))
    }

    pub(crate) fn field(&self, definition: Definition, name: &str) -> Option<Field> {
        let name = self.texts.name(name)?;
        let rows = self.field_rows(definition);
        let at = rows.binary_search_by_key(&name, |row| Field::of(row).name);
        Some(Field::of(rows.get(at.ok()?)?))
    }

    /// Whether a definition may have other fields than those that are known.
    pub(crate) fn is_open(&self, Definition(at): Definition) -> bool {
        let [.., open] = row::<4, 8>(self.definitions, at.into());
        open & 1 == 1
    }

    /// Whether only the kind's name and scope are known, and nothing of its structure.
    pub(crate) fn is_bare(&self, kind: &Kind) -> bool {
        let mut fields = self.fields(kind.definition);
        fields.all(|field| matches!(self.ty(field.ty), Type::Any | Type::AnyObject))
            && self.is_open(kind.definition)
    }

    pub(crate) fn ty(&self, TypeId(id): TypeId) -> Type {
        let [tag, a, b] = row(self.types, id.into());
        match tag {
            1 => Type::Scalar(table::Type::String),
            2 => Type::Scalar(table::Type::Boolean),
            3 => Type::Scalar(table::Type::Int32),
            4 => Type::Scalar(table::Type::Int64),
            5 => Type::Scalar(table::Type::Double),
            6 => Type::Scalar(table::Type::Bytes),
            7 => Type::Scalar(table::Type::Time),
            8 => Type::Scalar(table::Type::Quantity),
            9 => Type::Scalar(table::Type::IntOrString),
            10 => Type::AnyObject,
            11 => Type::Enum(List(a)),
            12 => Type::Object(Definition(a)),
            13 => Type::Map(TypeId(a)),
            14 => Type::List(TypeId(a), Items::Any),
            15 => Type::List(TypeId(a), Items::Unequal),
            16 => Type::List(TypeId(a), Items::UnequalKeys(List(b))),
            17 => Type::Core(table::Definition(a)),
            18 => Type::Pattern(List(a)),
            _ => Type::Any,
        }
    }

    /// The texts of a list.
    pub(crate) fn list(&self, List(at): List) -> impl Iterator<Item = &'static str> + Clone {
        self.texts.list(self.lists, at)
    }

    pub(crate) fn is_named(&self, kind: &Kind, name: &str) -> bool {
        self.texts.bytes(kind.name) == name.as_bytes()
    }

    /// All kinds, sorted by apiVersion and name.
    pub(crate) fn kinds(&self) -> impl Iterator<Item = Kind> + Clone {
        self.kinds.iter().map(Kind::of)
    }

    /// The kinds of a group, whatever their version.
    pub(crate) fn of_group(self, group: &str) -> impl Iterator<Item = Kind> + Clone {
        let first = self.kinds.partition_point(|row| {
            let own = self.texts.bytes(Kind::of(row).api_version);
            own.iter().copied().lt(group.bytes().chain([b'/']))
        });
        let rest = self.kinds.get(first..).unwrap_or_default();
        let is_own = |kind: &Kind| {
            let own = self.texts.bytes(kind.api_version);
            own.strip_prefix(group.as_bytes())
                .is_some_and(|rest| rest.starts_with(b"/"))
        };
        let count = rest.iter().map(Kind::of).take_while(is_own).count();
        let own = rest.get(..count).unwrap_or_default();
        own.iter().map(Kind::of)
    }

    pub(crate) fn kind(&self, api_version: &str, name: &str) -> Option<Kind> {
        let key = |row: &[u8; 8]| {
            let kind = Kind::of(row);
            (
                self.texts.bytes(kind.api_version),
                self.texts.bytes(kind.name),
            )
        };
        let asked = (api_version.as_bytes(), name.as_bytes());
        let found = self.kinds.binary_search_by(|row| key(row).cmp(&asked));
        Some(Kind::of(self.kinds.get(found.ok()?)?))
    }
}

impl Field {
    fn of(row: &[u8; 4]) -> Self {
        let [name, ty] = words(row);
        Self {
            name: Text(name),
            ty: TypeId(ty & !REQUIRED),
            required: ty & REQUIRED != 0,
        }
    }
}

impl Kind {
    fn of(row: &[u8; 8]) -> Self {
        let [api_version, name, definition, flags] = words(row);
        Self {
            api_version: Text(api_version),
            name: Text(name),
            definition: Definition(definition),
            cluster_scoped: flags & 1 != 0,
            is_old: flags & 2 != 0,
            is_file: flags & 4 != 0,
            is_whole: flags & 8 != 0,
        }
    }
}
