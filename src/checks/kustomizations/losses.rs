//! What strategic merges silently lose.

use std::collections::{BTreeMap, BTreeSet};

use camino::Utf8Path;
use kustomize::{Loss, Lost};
use manifest::{Fault, Span};

use super::Users;
use super::rules::{DROPPED_PATCH_VALUE, LOST_LIST_ITEMS};
use crate::problem::{DUPLICATE_KEY, Problem, Related};
use crate::render::Deeds;

/// A loss, by what was lost and the bytes of the patch's value.
type Key<'a> = (Lost, &'a Utf8Path, Span);

/// What is to be said of what merges lose, in whatever rendering that happens.
pub(super) fn problems(deeds: &Deeds, users: &Users<'_>) -> Vec<Problem> {
    let mut all: BTreeMap<Key<'_>, (&Loss, BTreeSet<&Utf8Path>)> = BTreeMap::new();
    for (folder, effects) in deeds.done() {
        for loss in &effects.losses {
            let key = (loss.lost, loss.at.source.path(), loss.at.locate().span);
            let (_, folders) = all.entry(key).or_insert((loss, BTreeSet::new()));
            folders.insert(folder);
        }
    }
    let problems = all
        .into_values()
        .map(|(loss, folders)| problem(loss).affecting(users.targets(&folders)));
    problems.chain(repeated(deeds, users)).collect()
}

/// Entries of patches that no merge sees.
fn repeated(deeds: &Deeds, users: &Users<'_>) -> Vec<Problem> {
    let mut all: BTreeMap<(&Utf8Path, Span), (&Fault, BTreeSet<&Utf8Path>)> = BTreeMap::new();
    for (folder, effects) in deeds.done() {
        for fault in &effects.repeated {
            if let Some(at) = &fault.at {
                let (_, folders) = all
                    .entry((at.path(), at.span))
                    .or_insert((fault, BTreeSet::new()));
                folders.insert(folder);
            }
        }
    }
    let problems = all.into_values().map(|(fault, folders)| {
        let problem = Problem::under(&DUPLICATE_KEY, fault.clone());
        problem.affecting(users.targets(&folders))
    });
    problems.collect()
}

fn problem(loss: &Loss) -> Problem {
    let field = &loss.field;
    let (problem, what) = match loss.lost {
        Lost::Items => {
            let message = format!(
                "`{field}` replaces the base's list and loses {} of its {}",
                loss.from.len(),
                items(loss.of),
            );
            (Problem::new(&LOST_LIST_ITEMS, message), "this item is lost")
        }
        Lost::Part => {
            let message = format!("part of this item of `{field}` is lost in the merge");
            (
                Problem::new(&DROPPED_PATCH_VALUE, message),
                "this is dropped",
            )
        }
    };
    let related = loss.from.iter().map(|from| Related {
        what: what.to_owned(),
        place: from.locate(),
        like: None,
    });
    Problem {
        related: related.collect(),
        ..problem.at(loss.at.locate())
    }
}

fn items(count: usize) -> String {
    match count {
        1 => "1 item".to_owned(),
        _ => format!("{count} items"),
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use crate::checks::kustomizations::tests::check;

    /// What is told of a merge into a Deployment's container.
    fn merged(base: &str, patch: &str) -> String {
        let object = |fields: &str| {
            format!(
                "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: a}}\nspec: {{template: {{spec: {{containers: [{{name: c, {fields}}}]}}}}}}\n"
            )
        };
        check(&[
            ("a.yaml", &object(base)),
            ("patch.yaml", &object(patch)),
            (
                "kustomization.yaml",
                "resources: [a.yaml]\npatches: [{path: patch.yaml}]",
            ),
        ])
    }

    #[test]
    fn lists_that_are_replaced() {
        assert_snapshot!(merged("args: [--one, --two]", "args: [\"--two\", --three]"), @"patch.yaml:4:55 lost-list-items: `args` replaces the base's list and loses 1 of its 2 items");
        assert_snapshot!(merged("args: [--one]", "args: [--one, --two]"), @"");
        assert_snapshot!(merged("args: [--one]", "args: []"), @"");
    }

    #[test]
    fn lists_whose_items_merge_lose_nothing() {
        assert_snapshot!(merged("env: [{name: a, value: b}]", "env: [{name: c, value: d}]"), @"");
    }

    #[test]
    fn entries_that_are_not_seen() {
        assert_snapshot!(merged("image: a", "image: b, image: c"), @"patch.yaml:4:59 duplicate-key: duplicate key `image` in this mapping");
        // The container is new, so that both get into the object.
        assert_snapshot!(merged("image: a", "image: a}, {name: d, image: b, image: c"), @"");
        let inline = "resources: [a.yaml]\npatches:\n- patch: |\n    apiVersion: v1\n    kind: ConfigMap\n    metadata: {name: a}\n    data: {k: w}\n    data: {l: w}\n";
        let object = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {k: v}\n";
        assert_snapshot!(check(&[("a.yaml", object), ("kustomization.yaml", inline)]), @"kustomization.yaml:8:5 duplicate-key: duplicate key `data` in this mapping");
    }

    #[test]
    fn parts_that_are_dropped() {
        let ports =
            "ports: [{containerPort: 80, protocol: TCP}, {containerPort: 80, protocol: UDP}]";
        assert_snapshot!(merged(ports, "ports: [{containerPort: 80, name: x}]"), @"patch.yaml:4:57 dropped-patch-value: part of this item of `ports` is lost in the merge");
        assert_snapshot!(merged(ports, "ports: [{containerPort: 80, protocol: TCP, name: x}]"), @"");
        assert_snapshot!(merged("env: [{name: a, value: b}]", "env: [{name: a, value: c, $patch: replace}]"), @"patch.yaml:4:55 dropped-patch-value: part of this item of `env` is lost in the merge");
    }
}
