//! What charts are given that are not here: which files, and the credentials in them. Nothing
//! renders such a chart, so that no object shows what it is given.

use std::collections::{BTreeMap, BTreeSet};

use camino::{Utf8Path, Utf8PathBuf};
use helm::Found;
use manifest::{FaultKind, Location, Snapshot, View, normalize};

use super::Uses;
use crate::checks::credentials;
use crate::deploy::ValuesFrom;
use crate::problem::Problem;
use crate::render::Rendered;

/// The fields of a chart's entry in a kustomization that name values files.
const FILES: [&str; 2] = ["valuesFile", "additionalValuesFiles"];

/// In what a chart gives to the dependencies that it lacks.
pub(super) fn in_dependencies(uses: &Uses<'_>, problems: &mut Vec<Problem>) {
    let dependencies = uses.chart.dependencies().iter();
    let missing = dependencies.filter(|own| matches!(own.found, Found::Missing(_)));
    let keys: BTreeSet<&str> = missing.map(|own| own.values_key()).collect();
    for rendering in &uses.renderings {
        // What an object holds is told of the object.
        let files = rendering.layers.iter().filter(|own| own.file.is_some());
        for layer in files {
            for values in keys.iter().filter_map(|key| layer.root.view().get(key)) {
                let found = credentials::in_values(values).into_iter();
                problems.extend(found.map(|problem| problem.affecting([rendering.target])));
            }
        }
    }
}

/// The files that releases and kustomizations give to charts of other repositories, each with the
/// targets.
pub(super) struct Given(BTreeMap<Utf8PathBuf, BTreeSet<usize>>);

impl Given {
    pub(super) fn of(rendered: &[Rendered]) -> Self {
        let mut files: BTreeMap<Utf8PathBuf, BTreeSet<usize>> = BTreeMap::new();
        for (at, target) in rendered.iter().enumerate() {
            let mut add = |path| {
                files.entry(path).or_default().insert(at);
            };
            for from in &target.values_elsewhere {
                // What an object holds is told of the object.
                if let ValuesFrom::File { path, .. } = from {
                    add(path.clone());
                }
            }
            for place in remote_charts(target) {
                with_entry(place, &mut |entry| {
                    named(place.path(), entry).for_each(&mut add);
                });
            }
        }
        Self(files)
    }

    /// Whether a chart elsewhere is given a file: which of its keys that reads is not known.
    pub(super) fn has(&self, file: &Utf8Path) -> bool {
        self.0.contains_key(file)
    }
}

/// Where the charts of other repositories are named that a target asks for.
fn remote_charts(target: &Rendered) -> impl Iterator<Item = &Location> {
    let faults = target.faults.iter();
    let remote = faults.filter(|fault| fault.kind == FaultKind::Remote);
    remote.filter_map(|fault| fault.at.as_ref())
}

/// In what releases and kustomizations give to charts of other repositories.
pub(super) fn in_given(
    snapshot: &dyn Snapshot,
    rendered: &[Rendered],
    given: &Given,
    problems: &mut Vec<Problem>,
) {
    for (at, target) in rendered.iter().enumerate() {
        for place in remote_charts(target) {
            with_entry(place, &mut |entry| {
                let inline = entry.get("valuesInline").into_iter();
                let found = inline.flat_map(credentials::in_values);
                problems.extend(found.map(|problem| problem.affecting([at])));
            });
        }
    }
    for (path, targets) in &given.0 {
        let Ok(source) = snapshot.source(path) else {
            continue;
        };
        // Helm reads the first document.
        if let Some(root) = source.documents().documents.first() {
            let found = credentials::in_values(root.view()).into_iter();
            problems.extend(found.map(|problem| problem.affecting(targets.iter().copied())));
        }
    }
}

/// Takes the entry of a kustomization, or the generator, that names the chart at a place.
fn with_entry(place: &Location, take: &mut dyn FnMut(View<'_>)) {
    for document in &place.file.documents().documents {
        let root = document.view();
        let entries = root.get("helmCharts").into_iter().flat_map(View::items);
        for entry in std::iter::once(root).chain(entries) {
            let name = entry.get("name").and_then(View::origin);
            if name.is_some_and(|name| name.locate().span == place.span) {
                take(entry);
            }
        }
    }
}

/// The values files that an entry names.
fn named<'a>(file: &'a Utf8Path, entry: View<'a>) -> impl Iterator<Item = Utf8PathBuf> {
    let folder = file.parent().unwrap_or(Utf8Path::new(""));
    let fields = FILES.iter().filter_map(move |field| entry.get(field));
    let paths = fields.flat_map(|field| match field.is_seq() {
        true => field.items().collect(),
        false => vec![field],
    });
    paths.filter_map(move |path| normalize(folder, path.text()))
}
