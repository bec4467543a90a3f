//! Custom kinds by apiVersion and name, as all sources know them together.

use std::collections::BTreeMap;

use super::shape::{Field, Object, Shape};
use crate::Failure;

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
    /// Whether definitions say of it nothing that the table leaves out.
    pub(crate) is_whole: bool,
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
            is_whole: false,
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
                    // A vague source only adds to what definitions allow.
                    is_whole: known.is_whole && (kind.is_whole || is_vague),
                    ..known
                }
            }
            None => kind,
        };
        self.kinds.insert(key, merged);
    }

    /// Says that fields of a kind's specification need not be there.
    pub(crate) fn set_optional(
        &mut self,
        group: &str,
        name: &str,
        fields: &[&str],
    ) -> Result<(), Failure> {
        for field in fields {
            let mut found = false;
            for ((api_version, kind_name), kind) in &mut self.kinds {
                if api_version.split('/').next() == Some(group)
                    && kind_name == name
                    && let Some(Field {
                        shape: Shape::Object(spec),
                        ..
                    }) = kind.root.fields.get_mut("spec")
                    && let Some(field) = spec.fields.get_mut(*field)
                {
                    field.required = false;
                    kind.is_whole = false;
                    found = true;
                }
            }
            if !found {
                return Err(format!("{name} of {group} has no {field}").into());
            }
        }
        Ok(())
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
