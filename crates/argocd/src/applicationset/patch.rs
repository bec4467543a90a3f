//! `templatePatch`: a strategic merge into a generated Application.

use std::sync::Arc;

use manifest::{Entry, Fault, FaultKind, Item, Kind, Map, Node, Seq, Step, View};
use rustc_hash::FxHashSet;

use crate::shape::Shape;

const DIRECTIVE: &str = "$patch";
const RETAIN_KEYS: &str = "$retainKeys";
const DELETE_FROM: &str = "$deleteFromPrimitiveList/";
const ORDER: &str = "$setElementOrder/";

/// Merges a patch into a value of a shape. Every change is a step of `step`.
///
/// # Errors
/// What Kubernetes' strategic merge refuses.
pub(super) fn merge(
    node: &mut Node,
    patch: View<'_>,
    shape: &Shape,
    step: &Step,
) -> Result<(), Fault> {
    if let Some(directive) = patch.get(DIRECTIVE) {
        let entries = match directive.text() {
            "replace" => replacement(patch),
            "delete" => Vec::new(),
            other => {
                let message =
                    format!("`{other}` is not a directive: expected one of `replace`, `delete`");
                return Err(wrong(message, directive));
            }
        };
        let place = patch.origin();
        *node = Node::Map(Arc::new(Map { place, entries }));
        return Ok(());
    }
    let Some(map) = node.map_mut() else {
        return Ok(());
    };
    if let Some(keys) = patch.get(RETAIN_KEYS) {
        retain(map, keys, patch, step)?;
    }
    for entry in patch.entries() {
        let key = entry.key.text();
        if key == RETAIN_KEYS {
            continue;
        }
        if key.starts_with(ORDER) {
            let message = format!("`{key}` is not supported");
            return Err(Fault {
                kind: FaultKind::Unsupported,
                ..wrong(message, entry.key)
            });
        }
        if let Some(list) = key.strip_prefix(DELETE_FROM) {
            if let Some(value) = map.get_mut(list) {
                delete_from(value, entry.value, step);
            }
            continue;
        }
        if entry.value.is_null() {
            map.remove(key, step.clone());
            continue;
        }
        let Some(value) = map.get_mut(key) else {
            if let Some(value) = without_directives(entry.value) {
                map.set(entry.key.to_node(), value, step.clone());
            }
            continue;
        };
        let merged = match (value.view().kind(), entry.value.kind()) {
            (Kind::Map, Kind::Map) => Some(shape),
            (Kind::Seq, Kind::Seq) => Some(shape),
            _ => None,
        };
        let Some(shape) = merged else {
            if let Some(value) = without_directives(entry.value) {
                map.set(entry.key.to_node(), value, step.clone());
            }
            continue;
        };
        let of = match shape {
            Shape::Struct(_) => shape.field(key).map(|field| &field.shape),
            _ => None,
        };
        let Some(of) = of else {
            let message = format!("`{key}` cannot be patched: what contains it has no known form");
            let help = "leave it out of the template, or out of the patch";
            return Err(wrong(message, entry.key).help(help));
        };
        if entry.value.is_map() {
            merge(value, entry.value, of, step)?;
        } else if key == "finalizers" {
            unite(value, entry.value, step);
        } else {
            map.set(entry.key.to_node(), entry.value.to_node(), step.clone());
        }
    }
    Ok(())
}

fn wrong(message: String, at: View<'_>) -> Fault {
    let fault = Fault::new(FaultKind::Patch, message);
    match at.origin() {
        Some(place) => fault.at(&place),
        None => fault,
    }
}

/// The entries of a patch that takes the place of all there was.
fn replacement(patch: View<'_>) -> Vec<Entry> {
    let entries = patch
        .entries()
        .filter(|entry| entry.key.text() != DIRECTIVE);
    entries
        .map(|entry| Entry::new(entry.key.to_node(), entry.value.to_node()))
        .collect()
}

/// Takes out what a patch does not list.
fn retain(map: &mut Map, keys: View<'_>, patch: View<'_>, step: &Step) -> Result<(), Fault> {
    let kept: FxHashSet<&str> = keys.items().map(View::text).collect();
    let is_listed = |key: &str| key.starts_with('$') || kept.contains(key);
    for entry in patch.entries() {
        let key = entry.key.text();
        if !entry.value.is_null() && !is_listed(key) {
            let message = format!("`{key}` is set here, and `{RETAIN_KEYS}` does not list it");
            return Err(wrong(message, entry.key));
        }
    }
    for entry in &mut map.entries {
        if !entry.value.is_gone() && !kept.contains(entry.key.view().text()) {
            entry.set(Node::Gone, step.clone());
        }
    }
    Ok(())
}

/// Takes items out of a list of scalars.
fn delete_from(list: &mut Node, deleted: View<'_>, step: &Step) {
    let deleted: FxHashSet<&str> = deleted.items().map(View::text).collect();
    let items = list.seq_mut().map(|seq| seq.items.iter_mut());
    for item in items.into_iter().flatten() {
        if !item.value.is_gone() && deleted.contains(item.value.view().text()) {
            item.set(Node::Gone, step.clone());
        }
    }
}

/// Adds the items of a list of scalars that another one does not hold.
fn unite(list: &mut Node, more: View<'_>, step: &Step) {
    let place = list.view().origin();
    let before: Vec<Item> = match list.seq_mut() {
        Some(seq) => std::mem::take(&mut seq.items),
        None => Vec::new(),
    };
    let index = |text: &str| {
        let found = before.iter();
        found
            .filter(|item| !item.value.is_gone())
            .position(|item| item.value.view().text() == text)
    };
    let mut seen = FxHashSet::default();
    let patched = more.items().filter(|item| seen.insert(item.text()));
    let mut patched = patched.peekable();
    let in_patch: FxHashSet<&str> = more.items().map(View::text).collect();
    let mut items = Vec::new();
    let mut others = before.iter();
    let mut other = others.next();
    // What only the object has comes first, unless the object had it behind what the patch has.
    loop {
        while other.is_some_and(|item| in_patch.contains(item.value.view().text())) {
            other = others.next();
        }
        let item = match (patched.peek(), other) {
            (None, None) => break,
            (Some(item), Some(rest)) => match (index(item.text()), index(rest.value.view().text()))
            {
                (Some(a), Some(b)) if a < b => None,
                _ => Some(rest),
            },
            (None, Some(rest)) => Some(rest),
            (Some(_), None) => None,
        };
        match item {
            Some(rest) => {
                items.push(rest.clone());
                other = others.next();
            }
            None => items.extend(patched.next().map(|item| Item {
                value: item.to_node(),
                was: Some(manifest::Was::nothing(step.clone())),
            })),
        }
    }
    *list = Node::Seq(Arc::new(Seq { place, items }));
}

/// A value without nulls and without mappings that hold a directive; none if it is one.
fn without_directives(value: View<'_>) -> Option<Node> {
    match value.kind() {
        Kind::Map => {
            if value.get(DIRECTIVE).is_some() {
                return None;
            }
            let is_clean = value.entries().all(|entry| is_clean(entry.value));
            if is_clean {
                return Some(value.to_node());
            }
            let entries = value.entries().filter(|entry| !entry.value.is_null());
            let entries = entries.filter_map(|entry| {
                Some(Entry::new(
                    entry.key.to_node(),
                    without_directives(entry.value)?,
                ))
            });
            Some(Node::Map(Arc::new(Map {
                place: value.origin(),
                entries: entries.collect(),
            })))
        }
        Kind::Seq if !value.items().all(is_clean) => {
            let items = value.items().filter_map(|item| match item.is_null() {
                true => Some(item.to_node()),
                false => without_directives(item),
            });
            Some(Node::Seq(Arc::new(Seq {
                place: value.origin(),
                items: items.map(Item::new).collect(),
            })))
        }
        _ => Some(value.to_node()),
    }
}

fn is_clean(value: View<'_>) -> bool {
    match value.kind() {
        Kind::Map => {
            value.get(DIRECTIVE).is_none() && value.entries().all(|entry| is_clean(entry.value))
        }
        Kind::Seq => value.items().all(is_clean),
        _ => !value.is_null(),
    }
}
