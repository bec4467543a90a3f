use crate::{Node, ObjectId};

/// One object as it would be applied.
#[derive(Clone, Debug)]
pub struct Object {
    /// All of it.
    pub node: Node,
    /// What the cluster knows it by.
    pub id: ObjectId,
    /// What it was before prefixes, suffixes, namespaces, hashes and release names of the
    /// environment: the same in every environment that renders it.
    pub identity: ObjectId,
}
