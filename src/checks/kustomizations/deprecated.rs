//! Fields for which there are others by now.

use kustomize::Kustomization;
use manifest::Node;

use super::rules::DEPRECATED_FIELD;
use crate::problem::Problem;

/// Deprecated fields, and those that took their place.
const FIELDS: [(&str, &str); 7] = [
    ("bases", "resources"),
    ("commonLabels", "labels"),
    ("helmChartInflationGenerator", "helmCharts"),
    ("imageTags", "images"),
    ("patchesJson6902", "patches"),
    ("patchesStrategicMerge", "patches"),
    ("vars", "replacements"),
];

/// What is to be said of the fields of one kustomization.
pub(super) fn problems(kustomization: &Kustomization) -> Vec<Problem> {
    let documents = kustomization.source().documents().documents;
    let view = documents.first().map(Node::view);
    let entries = view.into_iter().flat_map(|view| view.entries());
    entries
        .filter_map(|entry| {
            let key = entry.key.text();
            let (_, new) = FIELDS.iter().find(|(old, _)| *old == key)?;
            let place = entry.key.origin()?.locate();
            let message = format!("`{key}` is deprecated: use `{new}`");
            Some(Problem::new(&DEPRECATED_FIELD, message).at(place))
        })
        .collect()
}
