//! What only follows from a key that is written twice: the list that is lost held what other
//! fields of the kustomization are about.

use std::sync::Arc;

use manifest::{Location, Source};
use rustc_hash::{FxHashMap, FxHashSet};
use spanned_yaml::{ErrorKind, NodeId, Span, Tree};

use super::{Context, Told};
use crate::checks::kustomizations::{UNMATCHED_IMAGE, UNMATCHED_PATCH, UNMATCHED_REPLACEMENT};
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
static NOT_THERE: [&Rule; 5] = [
    &MISSING_RESOURCE,
    &PATCH_NOT_APPLIED,
    &UNMATCHED_PATCH,
    &UNMATCHED_IMAGE,
    &UNMATCHED_REPLACEMENT,
];

pub(super) fn concerns(problem: &Problem) -> bool {
    NOT_THERE.iter().any(|rule| rule.id == problem.rule.id)
}

/// Leaves out what fields of a kustomization do not find, where it loses a list of resources to a
/// second key: that is told, and the rest follows from it.
pub(super) fn amend(told: &mut Told<'_>, _: &Context<'_>) {
    let mut known: FxHashMap<*const Source, Option<Vec<Field>>> = FxHashMap::default();
    told.keep(concerns, |problem| {
        let Some(place) = problem.place() else {
            return true;
        };
        let file = known.entry(Arc::as_ptr(&place.file));
        let fields = file.or_insert_with(|| fields_after_a_loss(&place.file));
        !fields
            .as_ref()
            .is_some_and(|fields| works_on_objects(fields, place))
    });
}

/// A field of a kustomization.
struct Field {
    /// Its bytes, the key's included.
    span: Span,
    is_source: bool,
}

/// Whether a place is in a field that works on objects.
fn works_on_objects(fields: &[Field], place: &Location) -> bool {
    let behind = fields.partition_point(|field| field.span.start <= place.span.start);
    let field = behind.checked_sub(1).and_then(|at| fields.get(at));
    field.is_some_and(|field| place.span.end <= field.span.end && !field.is_source)
}

/// The fields of a kustomization that has a field twice which brings objects.
fn fields_after_a_loss(file: &Source) -> Option<Vec<Field>> {
    let tree = &file.tree;
    let name = file.path().file_name().unwrap_or_default();
    let is_kustomization = kustomize::FILE_NAMES.contains(&name);
    let root = tree.documents().next().filter(|_| is_kustomization)?;
    let errors = tree.errors().iter();
    let twice = errors.filter(|error| matches!(error.kind, ErrorKind::DuplicateKey { .. }));
    let twice: FxHashSet<u32> = twice.map(|error| error.span.start).collect();
    let mut keys = tree.entries(root).map(|(key, _)| key);
    keys.find(|key| twice.contains(&tree.span(*key).start) && is_source(tree, *key))?;
    let fields = tree.entries(root).map(|(key, value)| Field {
        span: Span::new(tree.span(key).start, tree.span(value).end),
        is_source: is_source(tree, key),
    });
    Some(fields.collect())
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
