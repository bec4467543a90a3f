//! Labels and annotations as kustomize writes them anew: texts, one for each key.

use manifest::{Dialect, Map, Node, Scalar, Step, Style, View};
use rustc_hash::FxHashSet;

use crate::edit::{self, At};
use crate::text::part;

/// Turns the values of `labels` or `annotations` into texts. Entries that `drop` names go, and
/// so does the mapping if nothing is left.
pub(crate) fn stringify(node: &mut Node, field: &'static str, drop: impl Fn(&str) -> bool) {
    let Some(map) = node.view().get_path(&["metadata", field]) else {
        return;
    };
    // What becomes of each entry that does not stay as it is, by its place.
    let mut changes = Vec::new();
    let mut left = 0usize;
    let mut odd_keys = false;
    for (at, entry) in map.entries().enumerate() {
        let key = entry.key.text();
        if drop(key) {
            changes.push((at, Node::Gone));
            continue;
        }
        left += 1;
        odd_keys |= !is_plain_key(key);
        // Their style is gone by the time they are written, and with it what it would change.
        if entry.value.as_str().is_none() || entry.value.style() == Style::Folded {
            changes.push((at, as_text(entry.value, field)));
        }
    }
    let step = Step::own(field);
    if left == 0 {
        edit::remove(node, &[At::Key("metadata")], field, &step);
        return;
    }
    let way = [At::Key("metadata"), At::Key(field)];
    if !changes.is_empty()
        && let Some(map) = edit::node_mut(node, &way).and_then(Node::map_mut)
    {
        let mut live = map.entries.iter_mut().filter(|e| !e.value.is_gone());
        let mut passed = 0;
        for (at, value) in changes {
            if let Some(entry) = live.nth(at - passed) {
                entry.set(value, step.clone());
            }
            passed = at + 1;
        }
    }
    if odd_keys && let Some(map) = edit::node_mut(node, &way).and_then(Node::map_mut) {
        unquote_keys(map);
    }
    drop_repeated(node, &way);
}

/// Whether a key is text even without quotes.
fn is_plain_key(key: &str) -> bool {
    let read = spanned_yaml::resolve(key, Style::Plain, None, Dialect::Kustomize);
    matches!(read, Scalar::Str(text) if text == key)
}

/// Keys that kustomize writes anew have no quotes: one like `1` is no
/// text any more, and the object is refused when it is printed.
fn unquote_keys(map: &mut Map) {
    for entry in &mut map.entries {
        let key = entry.key.view();
        if !is_plain_key(key.text()) {
            let part = key.origin().map(|at| part(&at, 0..key.text().len(), 0));
            let parts: Vec<_> = part.into_iter().collect();
            entry.key = Node::made(key.text(), Style::Plain, parts, Step::own("annotations"));
        }
    }
}

/// The scalar's characters as text, whatever type they have.
fn as_text(value: View<'_>, field: &'static str) -> Node {
    let step = Step::own(field);
    let part = value.origin().map(|at| part(&at, 0..value.text().len(), 0));
    let parts: Vec<_> = part.into_iter().collect();
    Node::made(value.text(), Style::DoubleQuoted, parts, step)
}

/// Leaves the last of entries with the same key.
fn drop_repeated(node: &mut Node, way: &[At<'_>]) {
    let mut seen = FxHashSet::default();
    let repeated = edit::get(node.view(), way)
        .is_some_and(|map| map.entries().any(|entry| !seen.insert(entry.key.text())));
    if !repeated {
        return;
    }
    if let Some(map) = edit::node_mut(node, way).and_then(Node::map_mut) {
        keep_last(map);
    }
}

fn keep_last(map: &mut Map) {
    let mut seen = FxHashSet::default();
    let step = Step::own("annotations");
    for entry in map.entries.iter_mut().rev() {
        if !entry.value.is_gone() && !seen.insert(entry.key.view().text().to_owned()) {
            entry.set(Node::Gone, step.clone());
        }
    }
}
