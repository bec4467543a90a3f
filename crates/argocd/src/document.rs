//! Texts of which only the first document counts.

use std::sync::Arc;

use manifest::{Fault, FaultKind, Node, Source};
use spanned_yaml::ErrorKind;

/// The first document of a text, as go-yaml v2 reads it; none if that holds nothing.
///
/// # Errors
/// It is not well-formed. What is wrong behind it is never read.
pub(crate) fn first_document(source: &Arc<Source>) -> Result<Option<Node>, Fault> {
    let tree = &source.tree;
    let first = tree.documents().next();
    let end = first.map_or(u32::MAX, |root| tree.span(root).end);
    let wrong = |error: &&spanned_yaml::Error| {
        error.span.start < end && !matches!(error.kind, ErrorKind::DuplicateKey { .. })
    };
    let told = |error: &spanned_yaml::Error| {
        Fault::new(FaultKind::Syntax, error.message.clone()).at_location(source.locate(error.span))
    };
    if let Some(error) = tree.errors().iter().find(wrong) {
        return Err(told(error));
    }
    let Some(root) = first else {
        return Ok(None);
    };
    let before = tree.text().get(..tree.span(root).start as usize);
    let starts = before.unwrap_or_default().lines();
    if starts.filter(|line| line.starts_with("---")).count() > 1 {
        return Ok(None);
    }
    let expanded = source.documents();
    if let Some(error) = expanded.errors.iter().find(|error| error.span.start < end) {
        return Err(told(error));
    }
    Ok(expanded.documents.into_iter().next())
}
