//! What only follows from a key that is written twice: the list that is lost held what other
//! fields of the kustomization are about.

use manifest::Location;
use spanned_yaml::{ErrorKind, NodeId, Tree};

use super::rules::{UNMATCHED_IMAGE, UNMATCHED_PATCH, UNMATCHED_REPLACEMENT};
use crate::problem::{MISSING_RESOURCE, PATCH_NOT_APPLIED, Problem};
use crate::rule::Rule;

/// The fields that bring objects.
const SOURCES: [&str; 8] = [
    "resources",
    "bases",
    "components",
    "generators",
    "configMapGenerator",
    "secretGenerator",
    "helmCharts",
    "helmChartInflationGenerator",
];

/// The rules on what is not there for a field.
const NOT_THERE: [&Rule; 5] = [
    &MISSING_RESOURCE,
    &PATCH_NOT_APPLIED,
    &UNMATCHED_PATCH,
    &UNMATCHED_IMAGE,
    &UNMATCHED_REPLACEMENT,
];

/// Leaves out what fields of a kustomization do not find, where it loses a list of resources to a
/// second key: that is told, and the rest follows from it.
pub fn leave_out_lost(problems: &mut Vec<Problem>) {
    problems.retain(|problem| {
        let is_of_kind = NOT_THERE.iter().any(|rule| rule.id == problem.rule.id);
        !is_of_kind || !problem.place().is_some_and(is_after_a_loss)
    });
}

/// Whether a place is in a field that works on objects, of a file that has a field that brings some
/// twice.
fn is_after_a_loss(place: &Location) -> bool {
    let tree = &place.file.tree;
    let name = place.path().file_name().unwrap_or_default();
    let is_kustomization = kustomize::FILE_NAMES.contains(&name);
    let Some(root) = tree.documents().next().filter(|_| is_kustomization) else {
        return false;
    };
    let is_lost = tree.errors().iter().any(|error| {
        let is_twice = matches!(error.kind, ErrorKind::DuplicateKey { .. });
        let mut keys = tree.entries(root).map(|(key, _)| key);
        is_twice && keys.any(|key| tree.span(key) == error.span && is_source(tree, key))
    });
    let field = tree.entries(root).find(|(key, value)| {
        tree.span(*key).start <= place.span.start && place.span.end <= tree.span(*value).end
    });
    is_lost && field.is_some_and(|(key, _)| !is_source(tree, key))
}

fn is_source(tree: &Tree, key: NodeId) -> bool {
    SOURCES.contains(&tree.scalar(key))
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use manifest::Memory;

    use crate::date::Date;
    use crate::{Request, Setup};

    fn check(overlay: &str) -> String {
        let deployment =
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {replicas: 1}\n";
        let memory: Memory = [
            ("base/kustomization.yaml", "resources: [web.yaml]\n"),
            ("base/web.yaml", deployment),
            (
                "prod/more.yaml",
                "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: more}\n",
            ),
            ("prod/kustomization.yaml", overlay),
        ]
        .into_iter()
        .collect();
        let setup = Setup::read(&memory, None).unwrap();
        let request = Request::all(Date::parse("2026-06-30").unwrap());
        let findings = setup.check(&memory, &request).report.findings;
        let own = ["missing-resource", "duplicate-key", "unmatched-image"];
        let told = findings
            .iter()
            .filter(|finding| own.contains(&&*finding.rule.id));
        told.map(|finding| {
            let line = finding.place.as_ref().unwrap().start().line;
            format!("{line} {}: {}\n", finding.rule.id, finding.message)
        })
        .collect()
    }

    #[test]
    fn what_is_lost_is_told_once() {
        assert_snapshot!(check("resources: [../base]\nreplicas: [{name: web, count: 2}]\nimages: [{name: web, newTag: '1'}]\nresources: [more.yaml]\n"), @"4 duplicate-key: duplicate key `resources` in this mapping");
    }

    #[test]
    fn what_no_loss_explains_is_told_beside_it() {
        assert_snapshot!(check("resources: [../base]\nreplicas: [{name: web, count: 2}]\nresources: [gone.yaml]\n"), @r"
        3 duplicate-key: duplicate key `resources` in this mapping
        3 missing-resource: `gone.yaml` cannot be read: there is no such file
        ");
        assert_snapshot!(check("resources: [../base]\nreplicas: [{name: api, count: 2}]\nnameSuffix: a\nnameSuffix: b\n"), @r"
        2 missing-resource: `replicas` is set for `api`, but nothing of that name has any
        4 duplicate-key: duplicate key `nameSuffix` in this mapping
        ");
    }
}
