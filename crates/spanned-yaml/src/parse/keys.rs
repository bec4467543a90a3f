//! Duplicate keys.

use std::collections::HashMap;

use super::build::tell;
use crate::{Error, ErrorKind, Kind, NodeId, Tree};

/// From how many entries on a table is faster than comparing every two keys.
const TABLE: u32 = 16;

/// Reports the keys of a mapping of `len` entries that stand there before.
pub(super) fn check(text: &str, tree: &mut Tree, map: NodeId, len: u32) {
    let mut found = Vec::new();
    let keys = tree
        .entries(map)
        .map(|(key, _)| key)
        .filter(|key| tree.kind(*key) == Kind::Scalar)
        .map(|key| (tree.scalar_in(text, key), key));
    if len <= TABLE {
        let mut seen = [("", map); TABLE as usize];
        for (at, (text, key)) in keys.enumerate() {
            let Some(slot) = seen.get_mut(at) else { break };
            *slot = (text, key);
            if let Some((_, first)) = seen[..at].iter().find(|(t, _)| *t == text) {
                found.push((*first, key));
            }
        }
    } else {
        let mut seen = HashMap::with_capacity(len as usize);
        for (text, key) in keys {
            let first = *seen.entry(text).or_insert(key);
            if first != key {
                found.push((first, key));
            }
        }
    }
    for (first, second) in found {
        let error = Error {
            kind: ErrorKind::DuplicateKey {
                first: tree.span(first),
            },
            span: tree.span(second),
            message: format!(
                "duplicate key `{}` in this mapping",
                tree.scalar_in(text, second)
            ),
        };
        tell(tree, error);
    }
}
