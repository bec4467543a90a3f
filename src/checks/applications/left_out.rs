//! What stands beside deployed things and is deployed by nothing.

use std::collections::{BTreeMap, BTreeSet};

use camino::{Utf8Path, Utf8PathBuf};

use super::known::{Deployer, Known, applied};
use super::rules::{UNDEPLOYED_OVERLAY, VALUES_NOT_GIVEN};
use crate::deploy::rules::{INVALID_APPLICATION_SET, UNKNOWN_APPLICATIONS};
use crate::deploy::{ChartLayout, Content};
use crate::problem::Problem;
use crate::render::Rendered;
use crate::rule::RuleId;

/// Overlays of environments that nothing deploys, where Applications deploy those beside them.
pub(super) fn overlays(rendered: &[Rendered]) -> Vec<Problem> {
    // What only a server knows may deploy anything.
    let open = [&UNKNOWN_APPLICATIONS, &INVALID_APPLICATION_SET].map(RuleId::from);
    let mut unmet = rendered.iter().flat_map(|target| &target.unmet);
    if unmet.any(|problem| open.contains(&problem.rule)) {
        return Vec::new();
    }
    let mut deployed: BTreeMap<&Utf8Path, BTreeSet<&Utf8Path>> = BTreeMap::new();
    let overlay = |target: &Rendered| {
        let is_built = matches!(target.spec.content, Content::Kustomization);
        is_built && target.spec.environment.is_some()
    };
    for (_, target) in applied(rendered).filter(|(_, target)| target.spec.by.is_some()) {
        if let Some(parent) = target.spec.path.parent().filter(|_| overlay(target)) {
            deployed
                .entry(parent)
                .or_default()
                .insert(&target.spec.path);
        }
    }
    let mut problems = Vec::new();
    for (at, target) in applied(rendered).filter(|(_, target)| target.spec.by.is_none()) {
        let parent = target.spec.path.parent().filter(|_| overlay(target));
        let Some(siblings) = parent.and_then(|parent| deployed.get(parent)) else {
            continue;
        };
        let names: Vec<&str> = siblings
            .iter()
            .filter_map(|path| path.file_name())
            .collect();
        let message = format!(
            "nothing deploys this overlay, although `{}` beside it {} deployed",
            names.join("`, `"),
            match names.len() {
                1 => "is",
                _ => "are",
            }
        );
        let file = kustomize_file(target);
        let problem = Problem::new(&UNDEPLOYED_OVERLAY, message).affecting([at]);
        problems.push(match file {
            Some(place) => problem.at(place),
            None => problem,
        });
    }
    problems
}

/// The start of a target's kustomization: of the first file that it read in its own folder.
fn kustomize_file(target: &Rendered) -> Option<manifest::Location> {
    let objects = target.objects.iter();
    let places = objects.filter_map(|object| object.node.view().origin());
    let mut places = places.map(|place| place.locate());
    let folder = &target.spec.path;
    places.find(|place| place.path().starts_with(folder))
}

/// Applications that do not give their chart the values of their environment, where others do.
pub(super) fn values(
    rendered: &[Rendered],
    known: &Known<'_>,
    layout: &ChartLayout,
) -> Vec<Problem> {
    let mut problems = Vec::new();
    for deployer in &known.applications {
        problems.extend(deployer.targets.iter().filter_map(|at| {
            let (environment, file) = missing_values(&rendered[*at], rendered, layout)?;
            Some(not_given(deployer, &rendered[*at], &environment, &file))
        }));
    }
    problems
}

/// The environment of a target and the values file that it is not given.
fn missing_values(
    target: &Rendered,
    rendered: &[Rendered],
    layout: &ChartLayout,
) -> Option<(String, Utf8PathBuf)> {
    let Content::Chart(used) = &target.spec.content else {
        return None;
    };
    let environment = &*target.spec.environment.as_ref()?.name;
    let files: Vec<(&str, &Utf8PathBuf)> = layout.environment_files(&used.chart).collect();
    let given: BTreeSet<&Utf8PathBuf> = used.files().collect();
    // Another environment's values in its place tell of a habit of its own.
    let has_any = files.iter().any(|(_, file)| given.contains(file));
    let own = files.iter().find(|(name, _)| *name == environment)?;
    if has_any {
        return None;
    }
    let is_habit = applied(rendered).any(|(_, other)| match &other.spec.content {
        Content::Chart(theirs) if theirs.chart == used.chart && other.spec.by.is_some() => {
            let given: BTreeSet<&Utf8PathBuf> = theirs.files().collect();
            files.iter().any(|(_, file)| given.contains(file))
        }
        _ => false,
    });
    is_habit.then(|| (environment.to_owned(), own.1.clone()))
}

fn not_given(
    deployer: &Deployer<'_>,
    target: &Rendered,
    environment: &str,
    file: &Utf8Path,
) -> Problem {
    let message = format!(
        "`{}` deploys the chart to {environment} without `{file}`, and other Applications give theirs",
        deployer.name()
    );
    let problem = Problem::new(&VALUES_NOT_GIVEN, message);
    deployer.tell(problem, target.spec.by.clone())
}
