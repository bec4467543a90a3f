//! What stands beside deployed things and is deployed by nothing.

use std::collections::{BTreeMap, BTreeSet};

use camino::{Utf8Path, Utf8PathBuf};
use manifest::Snapshot;

use super::known::{Deployer, Known, applied};
use super::rules::{UNDEPLOYED_OVERLAY, VALUES_NOT_GIVEN};
use crate::deploy::rules::{INVALID_APPLICATION_SET, UNKNOWN_APPLICATIONS};
use crate::deploy::{ChartLayout, ChartUse, Content};
use crate::problem::Problem;
use crate::render::Rendered;
use crate::rule::RuleId;

/// Overlays of environments that nothing deploys, where Applications deploy those beside them.
pub(super) fn overlays(rendered: &[Rendered], snapshot: &dyn Snapshot) -> Vec<Problem> {
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
        let file = start_of(target, snapshot);
        let problem = Problem::new(&UNDEPLOYED_OVERLAY, message).affecting([at]);
        problems.push(match file {
            Some(place) => problem.at(place),
            None => problem,
        });
    }
    problems
}

/// The start of a target's kustomization.
fn start_of(target: &Rendered, snapshot: &dyn Snapshot) -> Option<manifest::Location> {
    let folder = &target.spec.path;
    let mut files = target.files();
    let file = files.find(|file| {
        let name = file.file_name().unwrap_or_default();
        file.parent() == Some(folder) && kustomize::FILE_NAMES.contains(&name)
    })?;
    let source = snapshot.source(file).ok()?;
    let root = source.documents().documents.into_iter().next()?;
    let root = root.view();
    let first = root.entries().next().map(|entry| entry.key)?;
    Some(first.origin()?.locate())
}

/// Applications that do not give their chart the values of their environment, where others do.
pub(super) fn values(
    rendered: &[Rendered],
    known: &Known<'_>,
    layout: &ChartLayout,
) -> Vec<Problem> {
    let used = |target: &'_ Rendered| match &target.spec.content {
        Content::Chart(used) if target.spec.by.is_some() => Some(used.clone()),
        _ => None,
    };
    // The charts that somebody gives an environment's values.
    let mut habits: BTreeSet<Utf8PathBuf> = BTreeSet::new();
    for chart in applied(rendered).filter_map(|(_, target)| used(target)) {
        if !habits.contains(&chart.chart) && gives_any(&chart, layout) {
            habits.insert(chart.chart.clone());
        }
    }
    let mut problems = Vec::new();
    for deployer in &known.applications {
        for at in &deployer.targets {
            let target = &rendered[*at];
            let Some(chart) = used(target).filter(|chart| habits.contains(&chart.chart)) else {
                continue;
            };
            // Another environment's values in their place tell of a habit of their own.
            if gives_any(&chart, layout) {
                continue;
            }
            let environment = target.spec.environment.as_ref();
            let Some(environment) = environment.map(|own| &*own.name) else {
                continue;
            };
            let mut files = layout.environment_files(&chart.chart);
            if let Some((_, file)) = files.find(|(name, _)| *name == environment) {
                problems.push(not_given(deployer, target, environment, file));
            }
        }
    }
    problems
}

/// Whether a chart is given the values of any environment.
fn gives_any(chart: &ChartUse, layout: &ChartLayout) -> bool {
    let mut given = chart.files();
    let is_of_environment = |file: &Utf8PathBuf| {
        let mut files = layout.environment_files(&chart.chart);
        files.any(|(_, own)| own == file)
    };
    given.any(is_of_environment)
}

fn not_given(
    deployer: &Deployer<'_>,
    target: &Rendered,
    environment: &str,
    file: &Utf8Path,
) -> Problem {
    let message = format!(
        "`{}` deploys the chart to {environment} without `{file}`, although other Applications use theirs",
        deployer.name()
    );
    let problem = Problem::new(&VALUES_NOT_GIVEN, message);
    deployer.tell(problem, target.spec.by.clone())
}
