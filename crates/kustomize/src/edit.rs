//! Changes at a place inside an object.

use std::sync::Arc;

use manifest::{Entry, Item, Map, Node, Step, Style, View, Was};
use rustc_hash::FxHashMap;

/// One step of the way to a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum At<'a> {
    /// Into a mapping's entry.
    Key(&'a str),
    /// Into a list's item, counted from 0 without removed ones.
    Item(usize),
}

/// The value at a path.
pub(crate) fn get<'n>(view: View<'n>, path: &[At<'_>]) -> Option<View<'n>> {
    path.iter().try_fold(view, |view, at| match at {
        At::Key(key) => view.get(key),
        At::Item(index) => view.items().nth(*index),
    })
}

/// The node at a path, with everything on the way made the object's own; none if nothing stands
/// there.
pub(crate) fn node_mut<'n>(node: &'n mut Node, path: &[At<'_>]) -> Option<&'n mut Node> {
    path.iter().try_fold(node, |node, at| match at {
        At::Key(key) => node.map_mut()?.get_mut(key),
        At::Item(index) => item_mut(node, *index).map(|item| &mut item.value),
    })
}

/// Sets the value at a path. Mappings that are missing on the way are made.
pub(crate) fn set(node: &mut Node, path: &[At<'_>], value: Node, step: &Step) {
    let Some((last, way)) = path.split_last() else {
        return;
    };
    let Some(parent) = make_way(node, way, step) else {
        return;
    };
    match last {
        At::Key(key) => {
            if let Some(map) = parent.map_mut() {
                set_entry(map, key, None, value, step);
            }
        }
        At::Item(index) => {
            if let Some(item) = item_mut(parent, *index) {
                item.set(value, step.clone());
            }
        }
    }
}

/// Sets an entry of the mapping at a path, which is made if it is missing. A new entry gets
/// `key` as its key.
pub(crate) fn set_in(
    node: &mut Node,
    path: &[At<'_>],
    name: &str,
    key: Option<Node>,
    value: Node,
    step: &Step,
) {
    if let Some(map) = make_way(node, path, step).and_then(Node::map_mut) {
        set_entry(map, name, key, value, step);
    }
}

/// Sets entries of the mapping at a path, which is made if it is missing. However many there are,
/// each is found at once. Of equal keys the last one counts.
pub(crate) fn set_all(
    node: &mut Node,
    path: &[At<'_>],
    entries: impl ExactSizeIterator<Item = (Node, Node, Step)>,
) {
    /// With so many entries a table is made sooner than looking for each.
    const TABLE: usize = 16;
    let mut entries = entries.peekable();
    let Some((_, _, step)) = entries.peek() else {
        return;
    };
    let step = step.clone();
    let Some(map) = make_way(node, path, &step).and_then(Node::map_mut) else {
        return;
    };
    if entries.len() < TABLE {
        for (key, value, step) in entries {
            let name = key.view().text().to_owned();
            set_entry(map, &name, Some(key), value, &step);
        }
        return;
    }
    merge_into(map, entries);
}

/// Sets entries of a mapping, each found in a table of those that are there.
pub(crate) fn merge_into(map: &mut Map, entries: impl Iterator<Item = (Node, Node, Step)>) {
    let keys = |gone: bool| {
        let there = map.entries.iter().enumerate();
        let those = there.filter(move |(_, entry)| entry.value.is_gone() == gone);
        those.map(|(at, entry)| (Box::from(entry.key.view().text()), at))
    };
    // What was removed comes back where it stood, unless there is another of its key.
    let mut index: FxHashMap<Box<str>, usize> = keys(true).chain(keys(false)).collect();
    for (key, value, step) in entries {
        let next = map.entries.len();
        let name = key.view().text().into();
        let at = *index.entry(name).or_insert(next);
        match map.entries.get_mut(at) {
            Some(entry) => entry.set(value, step),
            None => map.entries.push(Entry {
                key,
                value,
                was: Some(Was::nothing(step)),
            }),
        }
    }
}

/// Removes an entry of the mapping at a path. Tells whether there was one.
pub(crate) fn remove(node: &mut Node, path: &[At<'_>], name: &str, step: &Step) -> bool {
    let there = get(node.view(), path).is_some_and(|map| map.get(name).is_some());
    there
        && node_mut(node, path)
            .and_then(Node::map_mut)
            .is_some_and(|map| map.remove(name, step.clone()))
}

fn set_entry(map: &mut Map, name: &str, key: Option<Node>, value: Node, step: &Step) {
    match map.entry_mut(name) {
        Some(entry) => entry.set(value, step.clone()),
        None => {
            // Written without quotes, as kustomize does it.
            let key = key.unwrap_or_else(|| Node::made(name, Style::Plain, [], step.clone()));
            map.set(key, value, step.clone());
        }
    }
}

fn make_way<'n>(node: &'n mut Node, way: &[At<'_>], step: &Step) -> Option<&'n mut Node> {
    way.iter().try_fold(node, |node, at| match at {
        At::Key(key) => {
            let map = node.map_mut()?;
            let missing = map.get(key).is_none_or(|value| value.view().is_null());
            if missing {
                let empty = Node::Map(Arc::new(Map::default()));
                set_entry(map, key, None, empty, step);
            }
            map.get_mut(key)
        }
        At::Item(index) => item_mut(node, *index).map(|item| &mut item.value),
    })
}

fn item_mut(node: &mut Node, index: usize) -> Option<&mut Item> {
    node.seq_mut()?
        .items
        .iter_mut()
        .filter(|item| !item.value.is_gone())
        .nth(index)
}

/// A mapping of entries that a step brings.
pub(crate) fn map_of(entries: impl IntoIterator<Item = (Node, Node)>, step: &Step) -> Node {
    let entries = entries
        .into_iter()
        .map(|(key, value)| Entry {
            key,
            value,
            was: Some(Was::nothing(step.clone())),
        })
        .collect();
    Node::Map(Arc::new(Map {
        place: step.by.clone(),
        entries,
    }))
}
