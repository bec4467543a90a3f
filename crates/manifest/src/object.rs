use std::sync::Arc;

use crate::{Node, ObjectId};

/// One object as it would be applied.
#[derive(Clone, Debug)]
pub struct Object {
    /// All of it.
    pub node: Node,
    /// What the cluster knows it by.
    pub id: Arc<ObjectId>,
    /// What it was before prefixes, suffixes, namespaces, hashes and release names of the
    /// environment: the same in every environment that renders it.
    pub identity: Arc<ObjectId>,
}

impl Object {
    /// An object that is called as it is written, in every environment.
    pub fn of(node: Node) -> Self {
        let id = Arc::new(ObjectId::of(node.view()));
        Self {
            node,
            identity: id.clone(),
            id,
        }
    }

    /// An object that is called as it is written, and was called otherwise in its source.
    pub fn renamed(node: Node, identity: impl Into<Arc<ObjectId>>) -> Self {
        let id = ObjectId::of(node.view());
        let identity = identity.into();
        let id = match *identity == id {
            true => identity.clone(),
            false => Arc::new(id),
        };
        Self { node, id, identity }
    }
}
