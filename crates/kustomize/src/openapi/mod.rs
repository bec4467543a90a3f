//! How lists merge, and which kinds stand outside namespaces: what kustomize takes from an
//! OpenAPI document.
//!
//! The built-in table is that of the Kubernetes version whose document kustomize embeds. It
//! decides what a strategic merge does, so a newer one would render other objects.

mod comment;
mod compile;
mod scope;
mod table;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::sync::OnceLock;

use manifest::{Gvk, View};

pub use comment::Described;
use compile::compile_union;
pub use compile::{First, compile};
use table::{Table, TypeId};

static BUILT_IN: &[u8] = include_bytes!("../../tables/merge-keys.bin");

/// The types of the known kinds.
#[derive(Debug)]
pub struct Schema {
    table: Table,
}

/// The type of a value.
#[derive(Clone, Copy, Debug)]
pub struct Type<'s> {
    table: &'s Table,
    id: TypeId,
}

/// How a list merges whose type asks for it.
#[derive(Clone, Copy, Debug)]
pub struct Merge<'s> {
    table: &'s Table,
    first: u32,
    count: u32,
}

impl Schema {
    /// The types of the Kubernetes version that kustomize knows by itself.
    pub fn builtin() -> &'static Self {
        static SCHEMA: OnceLock<Schema> = OnceLock::new();
        SCHEMA.get_or_init(|| Self {
            table: Table::new(Cow::Borrowed(BUILT_IN)),
        })
    }

    /// The types of an OpenAPI document, those that a kustomization's `openapi.path` names.
    /// They replace the built-in ones, they do not add to them.
    pub fn of_document(document: View<'_>) -> Self {
        let table = compile(document, |_| true);
        Self {
            table: Table::new(Cow::Owned(table)),
        }
    }

    /// The types of an OpenAPI document together with the built-in ones.
    pub fn with_document(document: View<'_>, first: First) -> Self {
        let table = compile_union(document, &Self::builtin().table, first);
        Self {
            table: Table::new(Cow::Owned(table)),
        }
    }

    /// The type of the objects of a kind; `api_version` as an object writes it.
    pub fn kind(&self, api_version: &str, kind: &str) -> Option<Type<'_>> {
        let found = self.table.kind(api_version, kind)?;
        Some(self.type_of(found.of?))
    }

    /// Whether objects of the kind stand in a namespace; `None` if the kind is not known, in
    /// which case kustomize takes it for namespaced.
    pub fn is_namespaced(&self, gvk: &Gvk) -> Option<bool> {
        if scope::is_cluster_scoped(gvk) {
            return Some(false);
        }
        let api_version = gvk.api_version();
        let known = |schema: &Self| schema.table.kind(&api_version, &gvk.kind);
        match known(Self::builtin()) {
            Some(_) => Some(true),
            None => known(self)?.namespaced,
        }
    }

    fn type_of(&self, id: TypeId) -> Type<'_> {
        Type {
            table: &self.table,
            id,
        }
    }
}

impl<'s> Type<'s> {
    /// The type of the entry with this key. Plain scalars have none.
    pub fn field(self, key: &str) -> Option<Self> {
        let id = self.table.field(self.id, key)?;
        Some(Self { id, ..self })
    }

    /// The type of a list's items. Plain scalars have none.
    pub fn items(self) -> Option<Self> {
        let id = self.table.record(self.id).items?;
        Some(Self { id, ..self })
    }

    /// How the list merges; `None` if a patch replaces it.
    pub fn merge(self) -> Option<Merge<'s>> {
        let record = self.table.record(self.id);
        record.merges.then_some(Merge {
            table: self.table,
            first: record.first_key,
            count: record.key_count,
        })
    }
}

impl<'s> Merge<'s> {
    /// The keys that tell one item from another. A list of scalars has none.
    pub fn keys(self) -> impl ExactSizeIterator<Item = &'s str> {
        (0..self.count).map(move |at| self.table.key(self.first + at))
    }
}
