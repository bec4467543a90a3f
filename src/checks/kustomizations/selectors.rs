//! Labels that an overlay adds to selectors, which a cluster does not let change.

use std::collections::{BTreeMap, BTreeSet};

use camino::{Utf8Path, Utf8PathBuf};
use manifest::{Location, Object, Span, Src, View};

use super::rules::SELECTOR_LABEL_IN_OVERLAY;
use crate::problem::Problem;
use crate::render::Rendered;

/// Kinds whose selector stays what it was when the object was made.
const KINDS: [&str; 4] = ["DaemonSet", "Deployment", "ReplicaSet", "StatefulSet"];

/// An object of a base, whatever its overlays call it: its file, kind and name.
type Key<'a> = (&'a Utf8Path, &'a str, &'a str);

/// What one target makes of an object's selector.
struct Selector<'a> {
    at: usize,
    target: &'a Rendered,
    object: &'a Object,
    /// The labels, with the kustomization field that added each, if one did.
    labels: BTreeMap<&'a str, Option<&'a Src>>,
}

/// What is to be said of the selectors of all targets.
pub(super) fn problems<'a>(rendered: impl Iterator<Item = (usize, &'a Rendered)>) -> Vec<Problem> {
    let mut all: BTreeMap<Key<'_>, Vec<Selector<'_>>> = BTreeMap::new();
    for (at, target) in rendered {
        for object in &target.objects {
            if let Some((key, labels)) = selector(object) {
                let selector = Selector {
                    at,
                    target,
                    object,
                    labels,
                };
                all.entry(key).or_default().push(selector);
            }
        }
    }
    let mut told: BTreeMap<(Utf8PathBuf, Span), (Problem, BTreeSet<usize>)> = BTreeMap::new();
    for selectors in all.values() {
        for selector in selectors {
            let added = selector.labels.iter();
            for (label, by) in added.filter_map(|(label, by)| Some((*label, (*by)?))) {
                let lacks = |other: &&Selector<'_>| !other.labels.contains_key(label);
                let Some(other) = selectors.iter().find(lacks) else {
                    continue;
                };
                let place = by.locate();
                let key = (place.path().to_owned(), place.span);
                let new = || (problem(label, selector, other, place), BTreeSet::new());
                let (_, targets) = told.entry(key).or_insert_with(new);
                targets.insert(selector.at);
            }
        }
    }
    let told = told.into_values();
    told.map(|(problem, targets)| problem.affecting(targets))
        .collect()
}

fn problem(label: &str, selector: &Selector<'_>, other: &Selector<'_>, at: Location) -> Problem {
    let id = &selector.object.id;
    let message = format!(
        "`{label}` becomes part of the selector of {}/{}, which `{}` deploys without it",
        id.gvk.kind, id.name, other.target.spec.path,
    );
    Problem::new(&SELECTOR_LABEL_IN_OVERLAY, message).at(at)
}

fn selector(object: &Object) -> Option<(Key<'_>, BTreeMap<&str, Option<&Src>>)> {
    let view = object.node.view();
    let kind = view.get("kind")?;
    let View::Src(source, _) = kind else {
        return None;
    };
    if !KINDS.contains(&kind.text()) {
        return None;
    }
    let labels = view.get_path(&["spec", "selector", "matchLabels"])?;
    let added = |entry: manifest::EntryRef<'_>| {
        let was = entry.was?;
        matches!(was.step.name, "commonLabels" | "labels").then_some(())
    };
    let labels = labels.entries().map(|entry| {
        let by = entry.was.filter(|_| added(entry).is_some());
        (entry.key.text(), by.and_then(|was| was.step.by.as_ref()))
    });
    let key = (source.path(), kind.text(), &*object.identity.name);
    Some((key, labels.collect()))
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use crate::checks::kustomizations::tests::check;

    /// What is told of two overlays of one base, the first with these fields.
    fn first(fields: &str) -> String {
        check(&[
            (
                "base/a.yaml",
                "{apiVersion: apps/v1, kind: Deployment, metadata: {name: a}, spec: {selector: {matchLabels: {app: a}}}}",
            ),
            ("base/kustomization.yaml", "resources: [a.yaml]"),
            (
                "one/kustomization.yaml",
                &format!("resources: [../base]\n{fields}"),
            ),
            (
                "two/kustomization.yaml",
                "resources: [../base]\nnamePrefix: b-",
            ),
        ])
    }

    #[test]
    fn labels_in_selectors() {
        assert_snapshot!(first("labels: [{pairs: {env: one}, includeSelectors: true}]"), @"one/kustomization.yaml:2:24 selector-label-in-overlay: `env` becomes part of the selector of Deployment/a, which `two` deploys without it");
        assert_snapshot!(first("labels: [{pairs: {env: one}}]"), @"");
        assert_snapshot!(first("labels: [{pairs: {app: b}, includeSelectors: true}]"), @"");
    }
}
