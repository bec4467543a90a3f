//! A target as text.

use camino::Utf8Path;
use helm::{Capabilities, Shelf};
use kustomize::Options;
use manifest::{Fault, FaultKind, Object, Snapshot, Total};

use super::{ChartRenderer, Graph, Outcome, Rendered, is_kustomization};
use crate::deploy::{self, ChartUse, Content, TargetSpec};
use crate::settings::Config;

/// What Argo CD would apply from a folder: a kustomization as `kustomize build` prints it, a chart
/// as `chart` says, and manifests without either as they stand.
///
/// # Errors
/// Every fault that keeps it from being rendered.
pub fn print_applied(
    snapshot: &dyn Snapshot,
    folder: &Utf8Path,
    options: Options,
    chart: &ChartRequest,
) -> Result<String, Vec<Fault>> {
    match is_chart(snapshot, folder) {
        true => print_chart(snapshot, chart),
        false => kustomize::print(&objects_applied(snapshot, folder, options)?),
    }
}

/// The objects that are applied from a folder without a chart.
///
/// # Errors
/// Every fault that keeps it from being rendered.
pub fn objects_applied(
    snapshot: &dyn Snapshot,
    folder: &Utf8Path,
    options: Options,
) -> Result<Vec<Object>, Vec<Fault>> {
    match is_kustomization(snapshot, folder) {
        true => objects(snapshot, folder, options),
        false => manifests(snapshot, folder),
    }
}

/// Whether a path is a chart, and no kustomization besides.
pub fn is_chart(snapshot: &dyn Snapshot, path: &Utf8Path) -> bool {
    deploy::is_chart(snapshot, path) && !is_kustomization(snapshot, path)
}

/// What a chart is rendered with, and for which cluster.
#[derive(Clone, Debug)]
pub struct ChartRequest {
    /// The chart and its values.
    pub chart: ChartUse,
    /// What the cluster can do.
    pub capabilities: Capabilities,
    /// What of the chart is rendered.
    pub options: helm::Options,
}

impl ChartRequest {
    /// `helm template` without further arguments.
    pub fn template(chart: &Utf8Path) -> Self {
        let release = helm::Release::default();
        Self {
            chart: ChartUse {
                chart: chart.to_owned(),
                values: Vec::new(),
                release: release.name.into(),
                namespace: Some(release.namespace.into()),
                by: None,
                pulled: None,
                post_renderers: Vec::new(),
            },
            capabilities: Capabilities::default(),
            options: helm::Options::default(),
        }
    }
}

/// The objects of a target.
///
/// # Errors
/// What keeps it from being rendered.
pub fn objects_of(target: Rendered) -> Result<Vec<Object>, Vec<Fault>> {
    match target.faults.is_empty() {
        true => Ok(target.objects),
        false => Err(target.faults),
    }
}

/// A chart as `helm template` prints it.
///
/// # Errors
/// Everything for which Helm would refuse.
pub fn print_chart(snapshot: &dyn Snapshot, request: &ChartRequest) -> Result<String, Vec<Fault>> {
    print_rendered(&render_chart(snapshot, request, &Shelf::default()))
}

/// What a chart gives. What it depends on may be kept on a shelf.
pub fn render_chart(snapshot: &dyn Snapshot, request: &ChartRequest, shelf: &Shelf) -> Rendered {
    let used = &request.chart;
    let spec = TargetSpec::new(
        used.chart.clone(),
        Content::Chart(used.clone().into()),
        &Config::default(),
    );
    ChartRenderer::new(snapshot, shelf, request.options).render_alone(
        spec,
        used,
        &request.capabilities,
    )
}

/// A target as its own tool prints it: `kustomize build` or `helm template`.
///
/// # Errors
/// What keeps it from being rendered, or cannot be said in JSON.
pub fn print_rendered(target: &Rendered) -> Result<String, Vec<Fault>> {
    match &target.chart {
        _ if !target.faults.is_empty() => Err(target.faults.clone()),
        Some(chart) if !chart.faults.is_empty() => Err(chart.faults.clone()),
        Some(chart) => Ok(helm::print(chart)),
        None => kustomize::print(&target.objects),
    }
}

/// The objects that are applied from the kustomization of a folder. Only what it needs is read.
///
/// # Errors
/// Every fault that keeps it from being rendered.
pub fn objects(
    snapshot: &dyn Snapshot,
    folder: &Utf8Path,
    options: Options,
) -> Result<Vec<Object>, Vec<Fault>> {
    let graph = Graph::load(snapshot, [folder.to_owned()], options);
    let rendering = graph.render(
        snapshot,
        &[folder.to_owned()],
        options,
        &mut Total::default(),
    );
    match rendering.outcomes.into_iter().next() {
        Some(Outcome::Objects(objects)) => Ok(objects),
        Some(
            Outcome::Failed(faults) | Outcome::Partial(_, faults) | Outcome::Blocked(_, faults),
        ) => Err(faults),
        None => Err(Vec::new()),
    }
}

/// The manifests of a folder without a kustomization, subfolders aside.
fn manifests(snapshot: &dyn Snapshot, folder: &Utf8Path) -> Result<Vec<Object>, Vec<Fault>> {
    let files = snapshot.list(folder);
    let yaml: Vec<&Utf8Path> = files
        .iter()
        .map(|file| file.as_path())
        .filter(|file| matches!(file.extension(), Some("yaml" | "yml" | "json")))
        .filter(|file| snapshot.kept(file) == manifest::Kept::File)
        .collect();
    let found = deploy::find_alone(snapshot, &yaml, &Config::default());
    let mut faults: Vec<Fault> = found
        .faulty
        .iter()
        .flat_map(|source| {
            source.tree.errors().iter().map(|error| {
                Fault::new(FaultKind::Syntax, error.message.clone())
                    .at_location(source.locate(error.span))
            })
        })
        .collect();
    for (path, reason) in found.unreadable {
        faults.push(Fault::new(
            FaultKind::Missing,
            format!("cannot read {path}: {reason}"),
        ));
    }
    let objects: Vec<Object> = found
        .targets
        .into_iter()
        .filter(|spec: &TargetSpec| matches!(spec.content, Content::Manifests(_)))
        .flat_map(|spec| Rendered::of_manifests(spec).objects)
        .collect();
    if objects.is_empty() && faults.is_empty() {
        faults.push(
            Fault::new(
                FaultKind::Missing,
                format!(
                    "{} holds neither a kustomization nor a manifest",
                    if folder.as_str().is_empty() {
                        "the root"
                    } else {
                        folder.as_str()
                    }
                ),
            )
            .help("name the folder of a kustomization.yaml, or one with manifests in it"),
        );
    }
    if faults.is_empty() {
        Ok(objects)
    } else {
        Err(faults)
    }
}
