//! Namespaces that are set and set again.

use std::collections::BTreeMap;

use camino::Utf8PathBuf;
use manifest::{Location, Span, View};

use super::rules::OVERRIDDEN_NAMESPACE;
use crate::problem::Problem;
use crate::render::Rendered;

/// What became of one `namespace` field, over all targets.
struct Field {
    place: Location,
    value: String,
    /// Whether any object stays in the namespace.
    is_kept: bool,
    /// What moved an object on.
    overridden_by: Option<Location>,
    targets: Vec<usize>,
}

/// What is to be said of the `namespace` fields behind all objects.
pub(super) fn problems<'a>(rendered: impl Iterator<Item = (usize, &'a Rendered)>) -> Vec<Problem> {
    let mut fields: BTreeMap<(Utf8PathBuf, Span), Field> = BTreeMap::new();
    for (at, target) in rendered {
        for object in &target.objects {
            note(object.node.view(), at, &mut fields);
        }
    }
    let dead = fields.into_values().filter(|field| !field.is_kept);
    dead.map(|field| {
        let message = format!(
            "no object stays in `{}`: every one is moved to another namespace later",
            field.value
        );
        let problem = Problem::new(&OVERRIDDEN_NAMESPACE, message)
            .at(field.place)
            .affecting(field.targets);
        match field.overridden_by {
            Some(by) => problem.related("this one wins", by),
            None => problem,
        }
    })
    .collect()
}

fn note(object: View<'_>, target: usize, fields: &mut BTreeMap<(Utf8PathBuf, Span), Field>) {
    let metadata = object.get("metadata");
    let Some(entry) = metadata.and_then(|metadata| metadata.entry("namespace")) else {
        return;
    };
    let last = entry.value.text();
    let mut value = entry.value;
    let mut was = entry.was;
    let mut later: Option<Location> = None;
    while let Some(earlier) = was {
        if earlier.step.name == "namespace"
            && let Some(by) = &earlier.step.by
        {
            let place = by.locate();
            let key = (place.path().to_owned(), place.span);
            let field = fields.entry(key).or_insert_with(|| Field {
                place: place.clone(),
                value: value.text().to_owned(),
                is_kept: false,
                overridden_by: None,
                targets: Vec::new(),
            });
            field.is_kept |= value.text() == last;
            field.overridden_by = field.overridden_by.take().or_else(|| later.clone());
            field.targets.push(target);
        }
        later = earlier.step.by.as_ref().map(|by| by.locate()).or(later);
        value = earlier.node.view();
        was = earlier.prev.as_ref();
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use crate::checks::kustomizations::tests::check;

    const OBJECT: &str = "{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}";

    /// What is told of a base with a namespace, and of two overlays with these fields.
    fn overlays(one: &str, two: &str) -> String {
        let overlay = |fields: &str| format!("resources: [../base]\n{fields}");
        check(&[
            ("base/a.yaml", OBJECT),
            (
                "base/kustomization.yaml",
                "namespace: base\nresources: [a.yaml]",
            ),
            ("one/kustomization.yaml", &overlay(one)),
            ("two/kustomization.yaml", &overlay(two)),
        ])
    }

    #[test]
    fn a_namespace_counts_if_one_object_stays() {
        assert_snapshot!(overlays("namespace: one", "namespace: two"), @"base/kustomization.yaml:1:12 overridden-namespace: no object stays in `base`: every one is moved to another namespace later");
        assert_snapshot!(overlays("namespace: one", "namePrefix: b-"), @"");
        assert_snapshot!(overlays("namespace: base", "namespace: two"), @"");
    }

    #[test]
    fn a_patch_counts_too() {
        let patch = "patches: [{target: {kind: ConfigMap}, patch: '- {op: replace, path: /metadata/namespace, value: x}'}]";
        assert_snapshot!(overlays("namespace: one", patch), @"base/kustomization.yaml:1:12 overridden-namespace: no object stays in `base`: every one is moved to another namespace later");
    }
}
