//! Namespaces that are set and set again.

use std::collections::{BTreeMap, BTreeSet};

use camino::{Utf8Path, Utf8PathBuf};
use manifest::{Location, Span, View};

use super::rules::OVERRIDDEN_NAMESPACE;
use super::{Kustomizations, Users};
use crate::deploy::holds_environments;
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
    /// The folders of all that did.
    winners: BTreeSet<Utf8PathBuf>,
    targets: Vec<usize>,
}

/// What is to be said of the `namespace` fields behind all objects.
pub(super) fn problems(all: &Kustomizations<'_>, users: &Users<'_>) -> Vec<Problem> {
    let mut fields: BTreeMap<(Utf8PathBuf, Span), Field> = BTreeMap::new();
    for (at, target) in all.targets() {
        for object in &target.objects {
            note(object.node.view(), at, &mut fields);
        }
    }
    // What does not render may keep it, and an overlay is there to be applied, even if others
    // build on it.
    let may_be_kept = |field: &Field| {
        let folder = field.place.path().parent().unwrap_or(Utf8Path::new(""));
        let users = users.targets([&folder]).into_iter();
        let mut failed = users
            .map(|at| &all.rendered[at])
            .filter(|user| !user.is_rendered_in_part());
        let keeps = |user: &Rendered| all.reaches(&user.spec.path, folder, &field.winners);
        is_overlay(folder) || failed.any(keeps)
    };
    let dead = fields.into_values();
    let dead = dead.filter(|field| !field.is_kept && !may_be_kept(field));
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

impl Kustomizations<'_> {
    /// Whether a kustomization builds on another one by a way that leads through none of some.
    fn reaches(&self, from: &Utf8Path, to: &Utf8Path, through: &BTreeSet<Utf8PathBuf>) -> bool {
        let mut open = vec![from];
        let mut seen = BTreeSet::new();
        while let Some(folder) = open.pop() {
            if folder == to {
                return true;
            }
            if seen.insert(folder) && !through.contains(folder) {
                open.extend(self.graph.bases(folder));
            }
        }
        false
    }
}

/// Whether a folder is that of an overlay, rather than of what overlays share.
fn is_overlay(folder: &Utf8Path) -> bool {
    let is_one_of_many = folder.parent().is_some_and(holds_environments);
    let is_shared = |name: &str| matches!(name, "base" | "bases" | "common" | "shared");
    is_one_of_many && !folder.file_name().is_some_and(is_shared)
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
                winners: BTreeSet::new(),
                targets: Vec::new(),
            });
            field.is_kept |= value.text() == last;
            field.overridden_by = field.overridden_by.take().or_else(|| later.clone());
            let winner = later.as_ref().and_then(|later| later.path().parent());
            field.winners.extend(winner.map(Utf8Path::to_owned));
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
    fn an_overlay_is_applied_even_if_others_build_on_it() {
        let built_on = |folder: &str| {
            check(&[
                ("base/a.yaml", OBJECT),
                ("base/kustomization.yaml", "resources: [a.yaml]"),
                (
                    &format!("{folder}/kustomization.yaml"),
                    "namespace: files\nresources: [../../base]",
                ),
                (
                    "web/other/kustomization.yaml",
                    &format!("namespace: other\nresources: [../../{folder}]"),
                ),
            ])
        };
        assert_snapshot!(built_on("web/shared"), @"web/shared/kustomization.yaml:1:12 overridden-namespace: no object stays in `files`: every one is moved to another namespace later");
        assert_snapshot!(built_on("overlays/default"), @"");
    }

    /// The other one may keep it.
    #[test]
    fn what_does_not_render_may_keep_a_namespace() {
        let told = overlays("namespace: one", "patches: [{path: gone.yaml}]");
        assert_snapshot!(told, @"");
        let above = check(&[
            ("base/a.yaml", OBJECT),
            (
                "base/kustomization.yaml",
                "namespace: base\nresources: [a.yaml]",
            ),
            (
                "one/kustomization.yaml",
                "namespace: one\nresources: [../base]",
            ),
            ("two/kustomization.yaml", "resources: [../one]"),
            (
                "three/kustomization.yaml",
                "resources: [../one]\npatches: [{path: gone.yaml}]",
            ),
        ]);
        assert_snapshot!(above, @"base/kustomization.yaml:1:12 overridden-namespace: no object stays in `base`: every one is moved to another namespace later");
    }

    #[test]
    fn a_patch_counts_too() {
        let patch = "patches: [{target: {kind: ConfigMap}, patch: '- {op: replace, path: /metadata/namespace, value: x}'}]";
        assert_snapshot!(overlays("namespace: one", patch), @"base/kustomization.yaml:1:12 overridden-namespace: no object stays in `base`: every one is moved to another namespace later");
    }
}
