//! Overlays of Rancher Fleet, which adds what the bundle's chart gives before it builds them.

use std::collections::BTreeSet;

use camino::{Utf8Path, Utf8PathBuf};
use manifest::{Snapshot, View, normalize};
use rustc_hash::FxHashSet;

use super::{Context, Told};
use crate::problem::{Affects, PATCH_NOT_APPLIED, Problem, UNSUPPORTED_FIELD};
use crate::rule::Severity;

/// The rules on what a kustomization is about and does not have.
const UNMATCHED: [&str; 3] = [
    "unmatched-image",
    "unmatched-patch",
    "unmatched-replacement",
];

pub(super) fn concerns(problem: &Problem) -> bool {
    let id = &*problem.rule.id;
    id == PATCH_NOT_APPLIED.id || UNMATCHED.contains(&id)
}

/// Of overlays that Fleet adds to, only says that they are not checked. What they lack is in what
/// it adds.
pub(super) fn amend(told: &mut Told<'_>, context: &Context<'_>) {
    let overlays = overlays(context.repository, context.files);
    if overlays.is_empty() {
        return;
    }
    let is_overlay = |at: &usize| overlays.contains(&context.rendered[*at].spec.path);
    let mut not_checked = BTreeSet::new();
    told.keep(concerns, |problem| {
        let Affects::Targets(targets) = &problem.affects else {
            return true;
        };
        if !targets.iter().all(is_overlay) {
            return true;
        }
        let is_of_patch = problem.rule.id == PATCH_NOT_APPLIED.id;
        let is_first = is_of_patch && not_checked.insert(targets.clone());
        if is_first {
            *problem = self::not_checked(problem);
        }
        is_first
    });
}

fn not_checked(problem: &Problem) -> Problem {
    let message =
        "Fleet adds objects to this kustomization before it builds it, so it is not checked";
    Problem {
        at: problem.at.clone(),
        affects: problem.affects.clone(),
        at_most: Some(Severity::Info),
        ..Problem::new(&UNSUPPORTED_FIELD, message)
    }
}

/// The folders that a `fleet.yaml` has built.
fn overlays(snapshot: &dyn Snapshot, files: &[Utf8PathBuf]) -> FxHashSet<Utf8PathBuf> {
    let mut overlays = FxHashSet::default();
    let bundles = files.iter();
    for file in bundles.filter(|file| file.file_name() == Some("fleet.yaml")) {
        let Ok(source) = snapshot.source(file) else {
            continue;
        };
        let folder = file.parent().unwrap_or(Utf8Path::new(""));
        for document in source.documents().documents {
            let folders = folders(document.view());
            overlays.extend(folders.filter_map(|own| normalize(folder, own)));
        }
    }
    overlays
}

/// The folders that a bundle names, for all clusters and for some of them.
fn folders(bundle: View<'_>) -> impl Iterator<Item = &str> {
    let customized = bundle.get("targetCustomizations");
    let customized = customized.into_iter().flat_map(View::items);
    let all = std::iter::once(bundle).chain(customized);
    all.filter_map(|own| own.get_path(&["kustomize", "dir"]).map(View::text))
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use manifest::Memory;

    use crate::date::Date;
    use crate::{Request, Setup};

    #[test]
    fn an_overlay_patches_what_fleet_adds() {
        let files = [
            (
                "web/fleet.yaml",
                "helm: {chart: https://example.com/web.tgz}\ntargetCustomizations:\n- {name: prod, kustomize: {dir: overlays/prod}}\n",
            ),
            (
                "web/overlays/prod/kustomization.yaml",
                "patches: [{path: web.yaml}, {path: api.yaml}]\n",
            ),
            (
                "web/overlays/prod/web.yaml",
                "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\n",
            ),
            (
                "web/overlays/prod/api.yaml",
                "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: api}\n",
            ),
            (
                "web/overlays/dev/kustomization.yaml",
                "patches: [{path: web.yaml}]\n",
            ),
            (
                "web/overlays/dev/web.yaml",
                "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\n",
            ),
        ];
        let memory: Memory = files.into_iter().collect();
        let setup = Setup::read(&memory, None).unwrap();
        let request = Request::all(Date::parse("2026-06-30").unwrap());
        let findings = setup.check(&memory, &request).report.findings;
        let told = findings.iter().map(|finding| {
            let path = finding.place.as_ref().unwrap().path();
            format!("{path}: {} {}\n", finding.severity, finding.message)
        });
        assert_snapshot!(told.collect::<String>(), @r"
        web/overlays/dev/web.yaml: error the patch matches no object: there is no Deployment/web
        web/overlays/prod/web.yaml: info Fleet adds objects to this kustomization before it builds it, so it is not checked
        ");
    }
}
