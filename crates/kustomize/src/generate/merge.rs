//! `behavior: merge` and `behavior: replace`.

use std::sync::Arc;

use manifest::{Entry, Map, Node, Step, Style, View};

use crate::edit::{self, At};
use crate::resource::Resource;
use crate::text::part;

/// The new object with the name, the namespace and the past of the old one, and the labels and
/// annotations of both.
pub(crate) fn replace(old: &Resource, new: Resource) -> Resource {
    let step = step_of(&new);
    let mut node = new.node.clone();
    for field in ["labels", "annotations"] {
        let way = [At::Key("metadata"), At::Key(field)];
        let both = united(
            edit::get(old.view(), &way),
            edit::get(new.view(), &way),
            &step,
        );
        if let Some(both) = both {
            edit::set(&mut node, &way, both, &step);
        }
    }
    for field in ["name", "namespace"] {
        let way = [At::Key("metadata"), At::Key(field)];
        match edit::get(old.view(), &way).filter(|v| !v.is_null()) {
            Some(value) => edit::set(&mut node, &way, value.to_node(), &step),
            None => {
                if let Some(map) =
                    edit::node_mut(&mut node, &[At::Key("metadata")]).and_then(Node::map_mut)
                {
                    map.entries.retain(|entry| entry.key.view().text() != field);
                }
            }
        }
    }
    let mut past = (*old.past).clone();
    past.hash = match new.past.hash.clone() {
        Some(hash) if old.needs_hash() => Some(hash),
        _ => None,
    };
    past.hash_unplaced = false;
    Resource {
        node,
        identity: old.identity.clone(),
        gvk: new.gvk,
        cluster_scoped: new.cluster_scoped,
        known: new.known,
        past: Arc::new(past),
        origin: new.origin,
        transformations: old.transformations.clone(),
    }
}

/// As [`replace`], with the data of both.
pub(crate) fn merge(old: &Resource, new: Resource) -> Resource {
    let step = step_of(&new);
    let mut merged = replace(old, new);
    for field in ["data", "binaryData"] {
        let (mine, theirs) = (merged.view().get(field), old.view().get(field));
        match united(theirs, mine, &step) {
            Some(both) => edit::set(&mut merged.node, &[At::Key(field)], both, &step),
            None => {
                if let Some(map) = merged.node.map_mut() {
                    map.entries.retain(|entry| entry.key.view().text() != field);
                }
            }
        }
    }
    merged.origin = old.origin.clone().or(merged.origin);
    merged
}

fn step_of(new: &Resource) -> Step {
    Step {
        name: match new.id().kind {
            "Secret" => "secretGenerator",
            _ => "configMapGenerator",
        },
        by: new.view().origin(),
    }
}

/// The entries of both mappings; the new one's win. None if there are none.
fn united(old: Option<View<'_>>, new: Option<View<'_>>, step: &Step) -> Option<Node> {
    let place = old.and_then(View::origin);
    let mut map = Map {
        place: place.or_else(|| new.and_then(View::origin)),
        entries: Vec::new(),
    };
    for entry in old.into_iter().flat_map(View::entries) {
        map.entries.push(Entry {
            key: entry.key.to_node(),
            value: as_text(entry.value, step),
            was: entry.was.cloned(),
        });
    }
    let added = new.into_iter().flat_map(View::entries);
    let added = added.map(|entry| {
        let value = as_text(entry.value, step);
        (entry.key.to_node(), value, step.clone())
    });
    edit::merge_into(&mut map, added);
    (!map.entries.is_empty()).then(|| Node::Map(Arc::new(map)))
}

/// The scalar's characters as text, whatever type they have.
fn as_text(value: View<'_>, step: &Step) -> Node {
    if value.as_str().is_some() {
        return value.to_node();
    }
    let text = if value.is_null() { "" } else { value.text() };
    match value.origin() {
        Some(at) if !text.is_empty() => {
            let part = part(&at, 0..text.len(), 0);
            Node::made(text, Style::DoubleQuoted, [part], step.clone())
        }
        _ => Node::text(text, step.clone()),
    }
}
