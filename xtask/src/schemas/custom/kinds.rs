//! Custom kinds by apiVersion and name, as all sources know them together.

use std::collections::BTreeMap;

use super::shape::{Object, Shape};

/// All custom kinds.
#[derive(Default)]
pub(crate) struct Known {
    /// By apiVersion and name.
    pub(crate) kinds: BTreeMap<(String, String), Kind>,
}

pub(crate) struct Kind {
    pub(crate) cluster_scoped: bool,
    /// Whether newer versions may have more than is known.
    pub(crate) is_old: bool,
    /// Whether a tool reads its objects from files, and no cluster is given them.
    pub(crate) is_file: bool,
    pub(crate) root: Object,
}

impl Kind {
    /// A kind, without what is the same in all.
    pub(crate) fn new(cluster_scoped: bool, mut root: Object, is_old: bool) -> Self {
        for field in ["apiVersion", "kind", "metadata"] {
            root.fields.remove(field);
        }
        // What controllers write is not asked of people.
        root.set("status", Shape::Any, false);
        Self {
            cluster_scoped,
            is_old,
            is_file: false,
            root,
        }
    }
}

impl Known {
    /// Adds what a source knows about a kind.
    pub(crate) fn add(&mut self, api_version: &str, name: &str, kind: Kind, is_vague: bool) {
        let key = (api_version.to_owned(), name.to_owned());
        let merged = match self.kinds.remove(&key) {
            Some(known) => {
                let root = Shape::Object(known.root).merge(Shape::Object(kind.root), is_vague);
                let Shape::Object(root) = root else { return };
                Kind {
                    root,
                    is_old: known.is_old && kind.is_old,
                    ..known
                }
            }
            None => kind,
        };
        self.kinds.insert(key, merged);
    }

    /// Says that no cluster is given objects of a group.
    pub(crate) fn set_file(&mut self, group: &str) {
        for ((api_version, _), kind) in &mut self.kinds {
            kind.is_file |= api_version.split('/').next() == Some(group);
        }
    }

    /// Lets an apiVersion have the kinds of another, too.
    pub(crate) fn alias(&mut self, alias: &str, api_version: &str) -> usize {
        let of = |((own, name), kind): (&(String, String), &Kind)| {
            (own == api_version).then(|| {
                let kind = Kind {
                    root: kind.root.clone(),
                    ..*kind
                };
                (name.clone(), kind)
            })
        };
        let copies: Vec<(String, Kind)> = self.kinds.iter().filter_map(of).collect();
        let count = copies.len();
        for (name, kind) in copies {
            self.add(alias, &name, kind, false);
        }
        count
    }
}
