//! Which application is in which environment, and in what version.

use std::collections::{BTreeMap, BTreeSet};

use manifest::{Gvk, Object, View};

use super::Deployed;
use super::reach::Reach;
use crate::deploy::{
    Content, MissingChart, Sourced, TargetSpec, application_across, application_of,
    cluster_of_application,
};
use crate::render::Rendered;
use crate::rule::Tier;

/// How deep containers are looked for.
const DEPTH: usize = 8;

/// Applications and environments.
#[derive(Debug, Default)]
pub struct Matrix {
    /// The environments in the order of their tiers, with these; without a name stands what
    /// belongs to none.
    pub environments: Vec<(Option<String>, Tier)>,
    /// The applications, by name.
    pub rows: Vec<Row>,
}

/// An application.
#[derive(Debug)]
pub struct Row {
    /// Its name, without any environment in it.
    pub application: String,
    /// What is deployed of it, in the order of the environments.
    pub cells: Vec<Cell>,
}

/// An application in an environment.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cell {
    /// The environment's name.
    pub environment: Option<String>,
    /// What is deployed under which name: the Application, or the folder's.
    pub deployed_as: String,
    /// The folder that it is made from; empty of a chart elsewhere.
    pub path: String,
    /// The cluster that it goes to, if that is known and not Argo CD's own.
    pub cluster: Option<String>,
    /// The namespace of objects that name none.
    pub namespace: Option<String>,
    /// The images of its containers: the names, with their tags or digests.
    pub images: BTreeMap<String, BTreeSet<String>>,
    /// Of a chart, its name and version.
    pub chart: Option<(String, String)>,
    /// A chart elsewhere that is deployed together with the folder.
    pub chart_beside: Option<(String, String)>,
    /// The revision that it is taken in, where that is another repository's.
    pub revision: Option<String>,
    /// What told the environment.
    pub told_by: &'static str,
    /// Whether it is deployed, as far as this repository tells.
    pub is_deployed: bool,
}

impl Matrix {
    /// What a repository deploys.
    pub fn of(deployed: &Deployed) -> Self {
        let mut rows: BTreeMap<String, BTreeSet<Cell>> = BTreeMap::new();
        let mut environments: BTreeSet<(Tier, Option<String>)> = BTreeSet::new();
        let is_test = |target: &&Rendered| target.spec.is_chart_test();
        let reach = Reach::of(deployed);
        for target in deployed.targets().filter(|own| !is_test(own)) {
            let spec = &target.spec;
            let is_deployed = reach.deploys(spec);
            for (name, cell, tier) in elsewhere_for(target) {
                environments.insert((tier, cell.environment.clone()));
                let cell = Cell {
                    is_deployed,
                    ..cell
                };
                rows.entry(name).or_default().insert(cell);
            }
            // What only brings Applications is no application itself.
            let brings = target.objects.iter().any(|own| is_deployer(&own.id.gvk));
            let runs = target.objects.iter().any(|own| !is_beside(&own.id.gvk));
            if brings && !runs {
                continue;
            }
            let cell = Cell {
                is_deployed,
                ..cell_of(deployed, target)
            };
            environments.insert((spec.tier(), cell.environment.clone()));
            let name = spec.application_across().into_owned();
            rows.entry(name).or_default().insert(cell);
        }
        for (name, cell, tier) in elsewhere(deployed) {
            environments.insert((tier, cell.environment.clone()));
            rows.entry(name).or_default().insert(cell);
        }
        let order = |name: &Option<String>| {
            let mut all = environments.iter();
            all.position(|(_, own)| own == name)
        };
        let rows = rows.into_iter().map(|(application, cells)| {
            let mut cells: Vec<Cell> = cells.into_iter().collect();
            cells.sort_by_key(|cell| order(&cell.environment));
            Row { application, cells }
        });
        Self {
            rows: rows.collect(),
            environments: environments
                .iter()
                .map(|(tier, name)| (name.clone(), *tier))
                .collect(),
        }
    }
}

/// Whether an object runs nothing by itself.
fn is_beside(gvk: &Gvk) -> bool {
    let is_core = gvk.group.is_empty();
    is_deployer(gvk) || is_core && matches!(&*gvk.kind, "Namespace" | "ConfigMap" | "Secret")
}

fn is_deployer(gvk: &Gvk) -> bool {
    matches!(
        (&*gvk.group, &*gvk.kind),
        (
            "argoproj.io",
            "Application" | "ApplicationSet" | "AppProject"
        ) | ("kustomize.toolkit.fluxcd.io", "Kustomization")
            | ("helm.toolkit.fluxcd.io", "HelmRelease")
            | (
                "source.toolkit.fluxcd.io" | "source.extensions.fluxcd.io",
                _
            )
    )
}

fn cell_of(deployed: &Deployed, target: &Rendered) -> Cell {
    let spec = &target.spec;
    let mut images: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for object in &target.objects {
        collect(object.node.view(), 0, &mut images);
    }
    Cell {
        environment: spec.environment.as_ref().map(|own| own.name.to_string()),
        deployed_as: spec.application.clone(),
        path: spec.path.to_string(),
        cluster: spec.cluster.clone(),
        namespace: spec.namespace.as_ref().map(|word| word.text.clone()),
        images,
        chart: chart_of(deployed, spec),
        chart_beside: spec.deployer.as_deref().and_then(chart_beside),
        revision: None,
        told_by: spec.told_by.words(),
        is_deployed: true,
    }
}

/// The name and version of a target's chart.
fn chart_of(deployed: &Deployed, spec: &TargetSpec) -> Option<(String, String)> {
    let Content::Chart(used) = &spec.content else {
        return None;
    };
    let chart = deployed.charts.get(&used.chart)?;
    Some((chart.name().to_owned(), chart.version().to_owned()))
}

/// The chart elsewhere among the sources of an Application.
fn chart_beside(deployer: &Object) -> Option<(String, String)> {
    let sources = deployer.node.view().get_path(&["spec", "sources"])?;
    let mut charts = sources
        .items()
        .filter(|source| source.get("chart").is_some());
    let source = charts.next()?;
    let text = |key| source.get(key).map_or("", View::text).to_owned();
    Some((text("chart"), text("targetRevision")))
}

/// What Flux deploys for the objects of a target that stands in other places.
fn elsewhere_for(target: &Rendered) -> impl Iterator<Item = (String, Cell, Tier)> {
    let releases = target.charts_elsewhere.iter();
    let releases = releases.filter(|chart| !chart.release.is_empty());
    let releases = releases.map(|chart| release(&target.spec, chart));
    releases.chain(target.sourced.iter().map(|own| sourced(&target.spec, own)))
}

/// What Applications deploy that stands in other places: charts, and folders.
fn elsewhere(deployed: &Deployed) -> Vec<(String, Cell, Tier)> {
    let deployers = deployed
        .targets()
        .filter_map(|own| own.spec.deployer.as_deref());
    let known: BTreeSet<_> = deployers.map(identity).collect();
    let mut cells = Vec::new();
    for target in deployed.targets() {
        for asking in &target.applications {
            let object = &asking.object;
            if known.contains(&identity(object)) {
                continue;
            }
            let application = asking.application();
            let text =
                |text: &Option<argocd::Text>| text.as_ref().map(|own| own.as_str().to_owned());
            let source = application
                .sources
                .iter()
                .find(|own| !own.is_reference_only());
            let Some(source) = source else {
                continue;
            };
            let revision = text(&source.target_revision);
            let chart = text(&source.chart);
            let destination = &application.destination;
            let cell = Cell {
                environment: asking.environment.as_ref().map(|own| own.name.to_string()),
                deployed_as: object.id.name.to_string(),
                path: String::new(),
                cluster: cluster_of_application(object),
                namespace: text(&destination.namespace),
                images: BTreeMap::new(),
                revision: revision.clone().filter(|_| chart.is_none()),
                chart: chart.map(|name| (name, revision.unwrap_or_default())),
                chart_beside: None,
                told_by: asking.told_by.words(),
                is_deployed: true,
            };
            let environment = asking.environment.as_ref();
            let name = application_of(&object.id.name, object, environment).into_owned();
            let tier = environment.map_or(Tier::Stage, |own| own.tier);
            cells.push((name, cell, tier));
        }
    }
    cells
}

/// What tells Applications apart: each cluster with an Argo CD of its own may have one of the same
/// name, from another repository.
fn identity(application: &Object) -> (&str, &str, &str) {
    let spec = application.node.view().get("spec");
    let one = spec.and_then(|spec| spec.get("source"));
    let several = || spec?.get("sources")?.items().next();
    let source = one.or_else(several);
    let address = source.and_then(|source| source.get("repoURL"));
    let id = &application.id;
    (&id.namespace, &id.name, address.map_or("", View::text))
}

/// A HelmRelease of a chart elsewhere.
fn release(spec: &TargetSpec, chart: &MissingChart) -> (String, Cell, Tier) {
    let (name, cell, tier) = brought(spec, &chart.release);
    let chart = Some((chart.name.clone(), chart.version.clone()));
    (name, Cell { chart, ..cell }, tier)
}

/// What Flux takes from another source.
fn sourced(spec: &TargetSpec, own: &Sourced) -> (String, Cell, Tier) {
    let (name, cell, tier) = brought(spec, &own.name);
    let cell = Cell {
        namespace: own.namespace.clone().or(cell.namespace),
        revision: own.revision.clone(),
        ..cell
    };
    (name, cell, tier)
}

/// What is deployed from elsewhere, which goes where what brings it goes.
fn brought(spec: &TargetSpec, name: &str) -> (String, Cell, Tier) {
    let cell = Cell {
        environment: spec.environment.as_ref().map(|own| own.name.to_string()),
        deployed_as: name.to_owned(),
        path: String::new(),
        cluster: spec.cluster.clone(),
        namespace: spec.namespace.as_ref().map(|word| word.text.clone()),
        images: BTreeMap::new(),
        chart: None,
        chart_beside: None,
        revision: None,
        told_by: spec.told_by.words(),
        is_deployed: true,
    };
    let name = application_across(name, spec.environment.as_ref());
    (name.into_owned(), cell, spec.tier())
}

/// The images of all containers below a value.
fn collect(view: View<'_>, depth: usize, images: &mut BTreeMap<String, BTreeSet<String>>) {
    if depth > DEPTH {
        return;
    }
    for entry in view.entries() {
        if matches!(entry.key.text(), "containers" | "initContainers") {
            for container in entry.value.items() {
                let image = container.get("image").and_then(View::as_str);
                if let Some(image) = image {
                    let (name, version) = split(image);
                    let versions = images.entry(name.to_owned()).or_default();
                    versions.insert(version.to_owned());
                }
            }
        } else if entry.value.is_map() {
            collect(entry.value, depth + 1, images);
        }
    }
}

/// An image's name, and its tag or digest.
fn split(image: &str) -> (&str, &str) {
    let (name, digest) = match image.split_once('@') {
        Some((name, digest)) => (name, Some(digest)),
        None => (image, None),
    };
    let path = name.rfind('/').map_or(0, |at| at + 1);
    match name[path..].rfind(':') {
        Some(at) => (&name[..path + at], &name[path + at + 1..]),
        None => (name, digest.unwrap_or("")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_images_apart() {
        assert_eq!(split("acme/api:1.2"), ("acme/api", "1.2"));
        assert_eq!(split("host:5000/api"), ("host:5000/api", ""));
        assert_eq!(split("host:5000/api:2@sha256:ab"), ("host:5000/api", "2"));
        assert_eq!(split("api@sha256:ab"), ("api", "sha256:ab"));
    }
}
