//! What Helm looks at in a manifest.

use std::sync::Arc;

use manifest::{Dialect, Fault, FaultKind, Location, Scalar, Source, Span, View};
use spanned_yaml::ErrorKind;

use crate::{Hook, Origin};

/// A manifest's kind, and whether it is a hook.
#[derive(Debug)]
pub(super) struct Head {
    pub(super) kind: String,
    /// None if Helm leaves the manifest out: a hook of an unknown sort.
    pub(super) origin: Option<Origin>,
}

const HOOK: &str = "helm.sh/hook";
const WEIGHT: &str = "helm.sh/hook-weight";

const EVENTS: &[&str] = &[
    "pre-install",
    "post-install",
    "pre-delete",
    "post-delete",
    "pre-upgrade",
    "post-upgrade",
    "pre-rollback",
    "post-rollback",
    "test",
    "test-success",
];

/// Where a template printed bytes: whatever the values are, it is the template that makes YAML of
/// them.
fn printed_at(source: &Arc<Source>, span: Span) -> Location {
    let template = source.printed_from(span).and_then(|(_, template)| template);
    template.unwrap_or_else(|| source.locate(span))
}

impl Head {
    /// Reads a document that a template printed.
    pub(super) fn read(template: &str, source: &Arc<Source>) -> Result<Self, Vec<Fault>> {
        let errors = source.tree.errors().iter();
        // Helm takes the last of equal keys, and does not look behind the first document.
        let errors = errors.filter(|error| !matches!(error.kind, ErrorKind::DuplicateKey { .. }));
        let faults: Vec<Fault> = errors
            .map(|error| {
                let message = format!("{template} prints what is not YAML: {}", error.message);
                let fault = Fault::new(FaultKind::Template, message);
                let fault = fault.at_location(printed_at(source, error.span));
                match source.printed_from(error.span).and_then(|(value, _)| value) {
                    Some(value) => fault.related("it printed this", value),
                    None => fault,
                }
            })
            .collect();
        if !faults.is_empty() {
            return Err(faults);
        }
        let none = Self {
            kind: String::new(),
            origin: Some(Origin::Template),
        };
        let expanded = source.documents();
        let Some(node) = expanded.documents.first() else {
            return Ok(none);
        };
        let view = node.view();
        if view.scalar(Dialect::Kubectl) == Some(Scalar::Null) {
            return Ok(none);
        }
        let wrong = |view: View<'_>, what: &str| {
            let place = view.origin();
            let message = format!("{template} prints {what}");
            let fault = Fault::new(FaultKind::Template, message);
            vec![match place {
                Some(place) => fault.at_location(printed_at(source, source.tree.span(place.node))),
                None => fault.at_location(printed_at(source, Span::new(0, 0))),
            }]
        };
        if !view.is_map() {
            return Err(wrong(view, "a document that is not a mapping"));
        }
        let text = |key: &str, owner: View<'_>| match owner.get(key) {
            None => Ok(String::new()),
            Some(value) => match text(value) {
                Some(text) => Ok(text),
                None => Err(wrong(value, &format!("a `{key}` that is not text"))),
            },
        };
        text("apiVersion", view)?;
        let kind = text("kind", view)?;
        let metadata = view.get("metadata").filter(|view| !is_null(*view));
        let Some(metadata) = metadata else {
            return Ok(Self { kind, ..none });
        };
        if !metadata.is_map() {
            return Err(wrong(metadata, "`metadata` that is not a mapping"));
        }
        text("name", metadata)?;
        let annotations = metadata.get("annotations").filter(|view| !is_null(*view));
        let Some(annotations) = annotations else {
            return Ok(Self { kind, ..none });
        };
        if !annotations.is_map() {
            return Err(wrong(annotations, "annotations that are not a mapping"));
        }
        for entry in annotations.entries() {
            text(entry.key.text(), annotations)?;
        }
        let origin = match annotations.get(HOOK) {
            Some(_) => hook(&text(HOOK, annotations)?, &text(WEIGHT, annotations)?),
            None => Some(Origin::Template),
        };
        Ok(Self { kind, origin })
    }
}

fn hook(events: &str, weight: &str) -> Option<Origin> {
    let events = events
        .split(',')
        .map(|event| event.trim().to_lowercase().into());
    let events: Vec<Box<str>> = events.collect();
    let known = events.iter().all(|event| EVENTS.contains(&&**event));
    known.then(|| {
        let weight = weight.parse().unwrap_or(0);
        Origin::Hook(Hook { events, weight })
    })
}

fn is_null(view: View<'_>) -> bool {
    view.scalar(Dialect::Kubectl) == Some(Scalar::Null)
}

/// A scalar that Go's JSON reader takes for text: numbers and booleans are.
fn text(view: View<'_>) -> Option<String> {
    Some(match view.scalar(Dialect::Kubectl)? {
        Scalar::Null => String::new(),
        Scalar::Bool(value) => value.to_string(),
        Scalar::Int(value) => value.to_string(),
        Scalar::Uint(value) => value.to_string(),
        Scalar::Float(value) => value.to_string(),
        Scalar::Str(text) => text.into_owned(),
    })
}
