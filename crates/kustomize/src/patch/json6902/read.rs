//! From text to operations.

use std::sync::Arc;

use manifest::{Dialect, Fault, FaultKind, Node, Source, Span, View};
use spanned_yaml::ErrorKind;

use super::super::{fault_at, noun};
use super::json;
use super::pointer::Pointer;
use super::{JsonPatch, Operation};

/// How many operations a patch may have.
const MAX_OPERATIONS: usize = 5_000;

pub(super) fn patch(source: &Arc<Source>) -> Result<JsonPatch, Vec<Fault>> {
    let text = source.tree.text();
    let is_json = text.starts_with('[');
    if is_json && let Err(at) = json::check(text) {
        return Err(vec![not_json(source, at)]);
    }
    let expanded = source.documents();
    let errors = source.tree.errors().iter().chain(&expanded.errors);
    let errors = errors.filter(|error| !matches!(error.kind, ErrorKind::DuplicateKey { .. }));
    let faults: Vec<Fault> = errors
        .map(|error| {
            let kind = match error.kind {
                ErrorKind::Limit => FaultKind::Limit,
                _ => FaultKind::Syntax,
            };
            Fault::new(kind, error.message.clone()).at_location(source.locate(error.span))
        })
        .collect();
    if !faults.is_empty() {
        return Err(faults);
    }
    let operations = match expanded.documents.first().map(Node::view) {
        None => Vec::new(),
        Some(root) if root.is_null() => Vec::new(),
        Some(root) if root.is_seq() => operations(root).map_err(|fault| vec![fault])?,
        Some(root) => {
            let message = format!(
                "a JSON patch is a list of operations, but this is {}",
                noun(root)
            );
            return Err(vec![fault_at(root, FaultKind::Patch, message).help(
                "write `- op: replace`, `path: /spec/replicas`, `value: 2`, one item per operation",
            )]);
        }
    };
    Ok(JsonPatch {
        operations,
        json: is_json.then(|| source.clone()),
    })
}

fn operations(root: View<'_>) -> Result<Vec<Operation>, Fault> {
    let mut operations = Vec::new();
    for item in root.items() {
        if operations.len() == MAX_OPERATIONS {
            let message = format!("a patch of more than {MAX_OPERATIONS} operations");
            return Err(fault_at(item, FaultKind::Limit, message));
        }
        if !item.is_map() && !item.is_null() {
            let message = format!("an operation is a mapping, but this is {}", noun(item));
            return Err(fault_at(item, FaultKind::Patch, message)
                .help("write `op`, `path` and, where it takes one, `value`"));
        }
        operations.push(operation(item));
    }
    Ok(operations)
}

fn operation(item: View<'_>) -> Operation {
    let pointer = |key| item.get(key).and_then(Pointer::read);
    let name = item.get("op").filter(|name| {
        let scalar = name.scalar(Dialect::Kubectl);
        matches!(scalar, Some(manifest::Scalar::Str(_)))
    });
    Operation {
        name: name.map_or("", View::text).into(),
        place: item.origin(),
        path: pointer("path"),
        from: pointer("from"),
        value: item.get("value").map(View::to_node),
    }
}

fn not_json(source: &Arc<Source>, at: usize) -> Fault {
    let rest = source.tree.text().get(at..).unwrap_or_default();
    let length = rest.chars().next().map_or(0, char::len_utf8);
    let span = Span::new(at as u32, (at + length) as u32);
    Fault::new(
        FaultKind::Syntax,
        "the patch begins with `[`, so it must be JSON, and here it is not",
    )
    .at_location(source.locate(span))
    .help("write it as a YAML block list, or quote keys and text as JSON requires")
}
