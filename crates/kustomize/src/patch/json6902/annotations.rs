//! What kustomize does to annotations after a JSON patch, because it keeps notes among them.

use manifest::{EntryRef, Fault, FaultKind, Map, Node, Step, Style};

use super::super::fault_at;
use super::normal::made_of;

/// Makes annotations text. Where there are none their mapping goes.
///
/// # Errors
/// They are a list.
pub(super) fn to_text(object: &mut Node, step: &Step) -> Result<(), Fault> {
    let Some(annotations) = object.view().get_path(&["metadata", "annotations"]) else {
        return Ok(());
    };
    if annotations.items().next().is_some() {
        let message = "annotations are a mapping, but here they are a list";
        return Err(fault_at(annotations, FaultKind::Patch, message));
    }
    let is_text = |entry: EntryRef<'_>| entry.value.as_str().is_some();
    let is_empty = annotations.entries().next().is_none();
    if !is_empty && annotations.entries().all(is_text) {
        return Ok(());
    }
    let texts = annotations.entries().map(|entry| match is_text(entry) {
        true => entry.value.to_node(),
        false => made_of(entry.value, entry.value.text(), Style::DoubleQuoted, step),
    });
    let texts: Vec<Node> = texts.collect();
    let Some(metadata) = metadata(object) else {
        return Ok(());
    };
    if is_empty {
        metadata.remove("annotations", step.clone());
        return Ok(());
    }
    let annotations = metadata.get_mut("annotations").and_then(Node::map_mut);
    let entries = annotations.into_iter().flat_map(|map| &mut map.entries);
    for (entry, text) in entries.filter(|e| !e.value.is_gone()).zip(texts) {
        entry.value = text;
    }
    Ok(())
}

fn metadata(object: &mut Node) -> Option<&mut Map> {
    object.map_mut()?.get_mut("metadata")?.map_mut()
}
