//! The charts that kustomizations name, where the repository holds them.

use camino::{Utf8Path, Utf8PathBuf};
use helm::{Capabilities, Chart, Layer, Options, Release, Shelf};
use kustomize::{Inflate, Inflated};
use manifest::{Fault, FaultKind, Snapshot, View, normalize};

use crate::deploy::{is_chart, items_of_list};

/// Where charts stand if the kustomization says nothing else.
const HOME: &str = "charts";

/// Renders charts of the repository as kustomize has Helm do it.
pub(super) struct Inflater<'a> {
    pub(super) snapshot: &'a dyn Snapshot,
}

impl Inflate for Inflater<'_> {
    fn inflate(&self, request: &kustomize::Chart<'_>) -> Result<Inflated, Vec<Fault>> {
        let entry = Entry {
            folder: request.folder,
            home: home(request.globals),
            view: request.chart,
        };
        let path = entry.chart(self.snapshot).map_err(|fault| vec![*fault])?;
        let shelf = Shelf::default();
        let chart = Chart::load_within(self.snapshot, &path, &shelf, request.budget)?;
        let layers = entry.layers(self.snapshot, &path);
        let layers = layers.map_err(|faults| chart.confide(faults))?;
        let capabilities = Capabilities::new(
            Some(entry.text("kubeVersion")).filter(|version| !version.is_empty()),
            entry.list("apiVersions").map(|item| item.text().to_owned()),
        );
        let options = Options {
            include_crds: entry.flag("includeCRDs"),
            skip_tests: entry.flag("skipTests"),
            skip_hooks: entry.flag("skipHooks"),
            ..Options::default()
        };
        let release = entry.release();
        let budget = request.budget;
        let output = helm::render_within(&chart, &layers, &release, &capabilities, options, budget);
        if !output.faults.is_empty() {
            return Err(output.faults);
        }
        let documents = output
            .manifests
            .iter()
            .flat_map(|manifest| manifest.source.documents().documents);
        let objects = documents.flat_map(items_of_list);
        Ok(Inflated {
            objects: objects.filter(|node| !node.view().is_null()).collect(),
            unchecked: output.unchecked,
        })
    }
}

/// The folder that `helmGlobals` names.
fn home(globals: Option<View<'_>>) -> &str {
    globals
        .and_then(|globals| globals.get("chartHome"))
        .map_or(HOME, View::text)
}

/// An entry of `helmCharts`, or a generator that stands for one.
struct Entry<'a> {
    folder: &'a Utf8Path,
    home: &'a str,
    view: View<'a>,
}

impl<'a> Entry<'a> {
    fn text(&self, field: &str) -> &'a str {
        self.view.get(field).map_or("", View::text)
    }

    fn flag(&self, field: &str) -> bool {
        self.text(field) == "true"
    }

    fn list(&self, field: &str) -> impl Iterator<Item = View<'a>> {
        self.view.get(field).into_iter().flat_map(View::items)
    }

    /// The chart's folder, as kustomize looks for it.
    fn chart(&self, snapshot: &dyn Snapshot) -> Result<Utf8PathBuf, Box<Fault>> {
        let (name, version) = (self.text("name"), self.text("version"));
        let below = match !version.is_empty() && !self.text("repo").is_empty() {
            true => format!("{}/{name}-{version}/{name}", self.home),
            false => format!("{}/{name}", self.home),
        };
        let path = normalize(self.folder, &below);
        let found = path.filter(|path| is_chart(snapshot, path));
        found.ok_or_else(|| Box::new(self.elsewhere(&below)))
    }

    fn elsewhere(&self, below: &str) -> Fault {
        let fault = Fault::new(
            FaultKind::Remote,
            format!("the chart `{}` is not in this repository", self.text("name")),
        )
        .help(format!(
            "kustomize would fetch it; pull it to `{below}` with `helm pull --untar` and it is rendered from there"
        ));
        match self.view.get("name").and_then(View::origin) {
            Some(place) => fault.at(&place),
            None => fault,
        }
    }

    fn release(&self) -> Release {
        let name = match self.text("releaseName") {
            // kustomize lets Helm make one up.
            "" => self.text("name"),
            name => name,
        };
        let namespace = match self.text("namespace") {
            "" => "default",
            namespace => namespace,
        };
        let mut release = Release::new(name, namespace);
        release.name_place = self.view.get("releaseName").and_then(View::origin);
        release.namespace_place = self.view.get("namespace").and_then(View::origin);
        release
    }

    /// The values in the order in which kustomize hands them on.
    fn layers(&self, snapshot: &dyn Snapshot, chart: &Utf8Path) -> Result<Vec<Layer>, Vec<Fault>> {
        let mut faults = Vec::new();
        let mut read = |path: Option<Utf8PathBuf>, entry: Option<View<'_>>| {
            let source = match path {
                Some(path) => snapshot.source(&path).map_err(|reason| {
                    Fault::new(
                        FaultKind::Missing,
                        format!("cannot read the values of {path}: {reason}"),
                    )
                }),
                None => Err(Fault::new(
                    FaultKind::Outside,
                    "this path is outside the repository",
                )),
            };
            match source {
                Ok(source) => Layer::of_file(&source).unwrap_or_else(|wrong| {
                    faults.extend(wrong);
                    None
                }),
                Err(mut fault) => {
                    fault.at = entry
                        .and_then(View::origin)
                        .or_else(|| self.view.origin())
                        .map(|src| src.locate());
                    faults.push(fault);
                    None
                }
            }
        };
        let own = match self.view.get("valuesFile") {
            Some(entry) => read(normalize(self.folder, entry.text()), Some(entry)),
            None => {
                let path = chart.join("values.yaml");
                let is_there = snapshot.kept(&path) == manifest::Kept::File;
                is_there.then(|| read(Some(path), None)).flatten()
            }
        };
        let inline = self.view.get("valuesInline");
        let inline = inline.map(|values| Layer::Values(values.to_node()));
        let mut layers: Vec<Layer> = match self.text("valuesMerge") {
            "merge" => inline.into_iter().chain(own).collect(),
            "replace" if inline.is_some() => inline.into_iter().collect(),
            _ => own.into_iter().chain(inline).collect(),
        };
        for entry in self.list("additionalValuesFiles") {
            layers.extend(read(normalize(self.folder, entry.text()), Some(entry)));
        }
        match faults.is_empty() {
            true => Ok(layers),
            false => Err(faults),
        }
    }
}
