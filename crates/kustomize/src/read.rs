//! Files of objects.

use std::sync::Arc;

use manifest::{Budget, Fault, FaultKind, Node, Source, Unit, View};
use spanned_yaml::{Error, ErrorKind, Span};

use crate::accumulate::all;
use crate::decode::is_null;
use crate::fault;
use crate::patch::repeated::Repeated;

/// The objects of a text, in the order in which kustomize takes them up.
pub(crate) fn objects(source: &Arc<Source>, budget: &Budget) -> Result<Vec<Node>, Vec<Fault>> {
    let errors = errors(source);
    all(errors.map(|error| fault::of_yaml(source, error)).collect())?;
    let objects = objects_of(source, budget, |document| document)?;
    budget.spend(Unit::Objects, objects.len())?;
    Ok(objects)
}

/// The strategic merges of a text, each with its duplicate keys.
pub(crate) fn merges(
    source: &Arc<Source>,
    budget: &Budget,
) -> Result<Vec<(Node, Repeated)>, Vec<Fault>> {
    let is_repeated = |error: &&Error| matches!(error.kind, ErrorKind::DuplicateKey { .. });
    let (repeated, others): (Vec<&Error>, Vec<&Error>) = errors(source).partition(is_repeated);
    let others = others.into_iter();
    all(others.map(|error| fault::of_yaml(source, error)).collect())?;
    let mut left_out = Repeated::default();
    let first_of_each = |document: Node| left_out.leave_out(source, document, &repeated);
    let objects = objects_of(source, budget, first_of_each)?;
    budget.spend(Unit::Objects, objects.len())?;
    let merges = objects.into_iter();
    Ok(merges.map(|patch| (patch, left_out.clone())).collect())
}

/// What is wrong with a text of objects.
fn errors(source: &Arc<Source>) -> impl Iterator<Item = &Error> {
    let errors = source.tree.errors();
    let annotations = match errors.is_empty() {
        true => Vec::new(),
        false => annotations(source),
    };
    let errors = errors.iter();
    errors.filter(move |error| !is_repeated_annotation(&annotations, error))
}

fn objects_of(
    source: &Arc<Source>,
    budget: &Budget,
    read: impl FnMut(Node) -> Node,
) -> Result<Vec<Node>, Vec<Fault>> {
    let expanded = source.documents();
    budget.spend(Unit::Nodes, expanded.made)?;
    if !expanded.errors.is_empty() {
        let errors = expanded.errors.iter();
        return Err(errors.map(|e| fault::of_yaml(source, e)).collect());
    }
    let documents: Vec<Node> = expanded.documents.into_iter().map(read).collect();
    let documents = match documents.as_slice() {
        // kustomize looks into a list at once if the file holds nothing else.
        [only] => items_of(only).unwrap_or(documents),
        _ => documents,
    };
    let mut faults = Vec::new();
    let mut objects = Vec::new();
    let mut nested = Vec::new();
    for node in documents {
        if is_nothing(node.view()) {
            continue;
        }
        match check(node.view()) {
            Ok(()) => objects.push(node),
            Err(fault) => faults.push(fault),
        }
    }
    // What stands in a list goes behind everything else.
    let mut kept = Vec::new();
    for node in objects {
        match list_items(&node) {
            None => kept.push(node),
            Some(Ok(items)) => nested.extend(items),
            Some(Err(fault)) => faults.push(fault),
        }
    }
    let mut depth = 0;
    while !nested.is_empty() {
        depth += 1;
        if depth > MAX_NESTED_LISTS {
            faults.push(Fault::new(FaultKind::Limit, "lists are nested too deeply"));
            break;
        }
        let mut inner = Vec::new();
        for node in std::mem::take(&mut nested) {
            if is_nothing(node.view()) {
                continue;
            }
            match (check(node.view()), list_items(&node)) {
                (Err(fault), _) | (Ok(()), Some(Err(fault))) => faults.push(fault),
                (Ok(()), None) => kept.push(node),
                (Ok(()), Some(Ok(items))) => inner.extend(items),
            }
        }
        nested = inner;
    }
    match faults.is_empty() {
        true => Ok(kept),
        false => Err(faults),
    }
}

/// How deeply lists may stand in lists.
const MAX_NESTED_LISTS: usize = 64;

/// Where the annotations of documents stand, in their order.
fn annotations(source: &Arc<Source>) -> Vec<Span> {
    let annotations = source.tree.documents().filter_map(|root| {
        let metadata = source.tree.get(root, "metadata")?;
        source.tree.get(metadata, "annotations")
    });
    annotations.map(|at| source.tree.span(at)).collect()
}

/// Duplicate annotations are no fault: the last one counts.
fn is_repeated_annotation(annotations: &[Span], error: &Error) -> bool {
    let before = annotations.partition_point(|span| span.start <= error.span.start);
    let around = before.checked_sub(1).and_then(|at| annotations.get(at));
    matches!(error.kind, ErrorKind::DuplicateKey { .. })
        && around.is_some_and(|span| error.span.end <= span.end)
}

/// The items of a document of kind List.
fn items_of(node: &Node) -> Option<Vec<Node>> {
    let view = node.view();
    let kind = view.get("kind")?.text();
    if kind != "List" && kind != "ResourceList" {
        return None;
    }
    let items = view.get("items")?;
    Some(items.items().map(View::to_node).collect())
}

/// The items of any other kind of list; none if it is not one.
fn list_items(node: &Node) -> Option<Result<Vec<Node>, Fault>> {
    let view = node.view();
    if !view.get("kind")?.text().ends_with("List") {
        return None;
    }
    let items = view.get("items")?;
    if is_null(items) {
        return Some(Ok(Vec::new()));
    }
    if !items.is_seq() {
        let message = "`items` of a list must be a list";
        let place = items.origin();
        return Some(Err(fault::at(FaultKind::Field, message, place.as_ref())));
    }
    Some(Ok(items.items().map(View::to_node).collect()))
}

/// Whether kustomize passes over a document.
fn is_nothing(view: View<'_>) -> bool {
    is_null(view)
        || (view.is_map() && view.entries().next().is_none())
        || (view.is_seq() && view.items().next().is_none())
}

/// Whether a value is what YAML makes of `{{ .Values.name }}` without quotes.
fn is_action(view: View<'_>) -> bool {
    view.is_map()
        && view.origin().is_some_and(|src| {
            let tree = &src.source.tree;
            tree.text()[tree.span(src.node).range()].starts_with("{{")
        })
}

/// What kustomize asks of every object: a kind, and a name unless it is a list.
pub(crate) fn check(view: View<'_>) -> Result<(), Fault> {
    let place = view.origin();
    let fail = |message: String| Err(fault::at(FaultKind::Field, message, place.as_ref()));
    if !view.is_map() {
        return fail("this is not a Kubernetes object: it is not a mapping".to_owned());
    }
    let kind = view.get("kind").filter(|k| !is_null(*k));
    let kind = match kind.map(View::text) {
        None | Some("") => {
            return fail("this is not a Kubernetes object: it has no `kind`".to_owned()).map_err(
                |fault| fault.help("objects have apiVersion, kind and metadata.name; patches, values and other files do not belong in `resources`"),
            );
        }
        Some(kind) => kind,
    };
    if kind.ends_with("List") {
        return Ok(());
    }
    let name = view
        .get_path(&["metadata", "name"])
        .filter(|name| !is_null(*name));
    if let Some(name) = name.filter(|name| is_action(*name)) {
        let message = format!("the name of this {kind} is an action of a Helm template");
        let fault = fault::at(FaultKind::Field, message, name.origin().as_ref());
        return Err(fault.help("kustomize renders no templates: write the name itself, or keep the file with the templates of a chart"));
    }
    match name.map(View::text) {
        None | Some("") => fail(format!("this {kind} has no `metadata.name`")),
        Some(_) => Ok(()),
    }
}
