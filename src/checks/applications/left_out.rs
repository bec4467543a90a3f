//! What stands beside deployed things and is deployed by nothing.

use std::collections::{BTreeMap, BTreeSet};

use camino::{Utf8Path, Utf8PathBuf};
use manifest::Snapshot;

use super::known::{Deployer, Known, applied};
use super::rules::{UNDEPLOYED_OVERLAY, VALUES_NOT_GIVEN};
use crate::deploy::rules::{INVALID_APPLICATION_SET, UNKNOWN_APPLICATIONS};
use crate::deploy::{ChartLayout, ChartUse, Content, environment_of_path, holds_environments};
use crate::problem::Problem;
use crate::render::Rendered;
use crate::rule::{RuleId, Severity};

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
        is_built && target.spec.environment.is_some() && is_of_environment(&target.spec.path)
    };
    for (_, target) in applied(rendered).filter(|(_, target)| target.spec.by.is_some()) {
        if let Some(parent) = target.spec.path.parent().filter(|_| overlay(target)) {
            deployed
                .entry(parent)
                .or_default()
                .insert(&target.spec.path);
        }
    }
    let mut left_out: Vec<(usize, &Rendered, &BTreeSet<&Utf8Path>)> = Vec::new();
    let is_left_out = |target: &Rendered| target.spec.by.is_none() && !begins(target);
    for (at, target) in applied(rendered).filter(|(_, target)| is_left_out(target)) {
        let parent = target.spec.path.parent().filter(|_| overlay(target));
        let siblings = parent.and_then(|parent| deployed.get(parent));
        left_out.extend(siblings.map(|siblings| (at, target, siblings)));
    }
    let unused = unused_names(
        rendered,
        left_out.iter().map(|(at, target, _)| (*at, *target)),
    );
    let mut problems = Vec::new();
    for (name, all) in &unused {
        let message = format!(
            "nothing here deploys any of the {} `{name}` overlays",
            all.len()
        );
        let first = all.first().map(|(_, target)| *target);
        let place = first.and_then(|target| start_of(target, snapshot));
        let problem = Problem {
            at_most: Some(Severity::Info),
            help: Some(UNUSED_HELP.to_owned()),
            ..Problem::new(&UNDEPLOYED_OVERLAY, message)
        };
        let problem = problem.affecting(all.iter().map(|(at, _)| *at));
        problems.push(match place {
            Some(place) => problem.at(place),
            None => problem,
        });
    }
    let is_told = |target: &Rendered| name_of(target).is_some_and(|own| unused.contains_key(own));
    for (at, target, siblings) in left_out {
        if is_told(target) {
            continue;
        }
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

/// Whether a folder is called after an environment, or stands where only those do. In the folder
/// of an environment there are applications, and not all of them have to be deployed.
fn is_of_environment(folder: &Utf8Path) -> bool {
    let told = environment_of_path(folder);
    let above = folder.parent().and_then(environment_of_path);
    told != above || folder.parent().is_some_and(holds_environments)
}

/// Whether people apply a target to begin with: it deploys others, and nothing has to deploy it.
fn begins(target: &Rendered) -> bool {
    target.objects.iter().any(|object| {
        let gvk = &object.id.gvk;
        match &*gvk.group {
            "argoproj.io" => matches!(&*gvk.kind, "Application" | "ApplicationSet"),
            "kustomize.toolkit.fluxcd.io" => true,
            _ => false,
        }
    })
}

/// What is advised for an environment of which no overlay is deployed.
const UNUSED_HELP: &str = "Ignore this if another repository deploys them; otherwise remove them.";

fn name_of(target: &Rendered) -> Option<&str> {
    target.spec.path.file_name()
}

/// Targets with their indices.
type Targets<'a> = Vec<(usize, &'a Rendered)>;

/// The overlays of each name that several have and no folder of which anything deploys: those of an
/// environment as a whole.
fn unused_names<'a>(
    rendered: &'a [Rendered],
    left_out: impl Iterator<Item = (usize, &'a Rendered)>,
) -> BTreeMap<&'a str, Targets<'a>> {
    let deployed = applied(rendered).filter(|(_, target)| target.spec.by.is_some());
    let names: BTreeSet<&str> = deployed
        .flat_map(|(_, target)| target.spec.path.components())
        .map(|part| part.as_str())
        .collect();
    let mut unused: BTreeMap<&str, Targets<'_>> = BTreeMap::new();
    for (at, target) in left_out {
        if let Some(name) = name_of(target).filter(|name| !names.contains(name)) {
            unused.entry(name).or_default().push((at, target));
        }
    }
    unused.retain(|_, all| all.len() > 1);
    unused
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
