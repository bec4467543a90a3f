//! What an Argo CD Application asks to be deployed from a chart of the repository.

use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};
use manifest::{Fault, FaultKind, Location, Node, Object, Snapshot, Source, Src, View, normalize};

use super::charts::is_chart;
use super::environment::{environment_in_name, environment_of_path};
use super::{
    Asked, CHART_ELSEWHERE, ChartUse, Content, Environment, FLOATING_CHART, MISSING_FILE, OUTSIDE,
    TargetSpec, ValuesFrom,
};
use crate::config::Config;

/// The labels that name an environment, the likelier ones first.
const LABELS: [&str; 5] = [
    "environment",
    "env",
    "app.kubernetes.io/environment",
    "stage",
    "tier",
];

pub(super) fn asked_by(snapshot: &dyn Snapshot, object: &Object, config: &Config) -> Asked {
    let application = object.node.view();
    let Some(spec) = application.get("spec") else {
        return Asked::default();
    };
    let sources: Vec<View<'_>> = match spec.get("sources") {
        Some(sources) => sources.items().collect(),
        None => spec.get("source").into_iter().collect(),
    };
    let mut asked = Asked::default();
    for source in &sources {
        let mut reader = Reader {
            snapshot,
            object,
            sources: &sources,
            asked: &mut asked,
        };
        if let Some(chart) = reader.chart_use(*source) {
            let target = target(object, chart, config);
            asked.targets.push(target);
        }
    }
    asked
}

/// The target of an Application that deploys a chart.
fn target(object: &Object, chart: ChartUse, config: &Config) -> TargetSpec {
    let environment = environment_of(object, &chart, config);
    let destination = object
        .node
        .view()
        .get_path(&["spec", "destination", "name"]);
    let mut spec = TargetSpec::new(chart.chart.clone(), Content::Kustomization, config);
    spec.application = object.id.name.to_string();
    spec.environment = environment.or(spec.environment);
    spec.cluster = destination
        .map(|name| name.text().to_owned())
        .or(spec.cluster);
    spec.content = Content::Chart(Arc::new(chart));
    spec
}

/// The environment of an object that deploys a chart: what the configuration says of its file,
/// a label, the folder it stands in, its values files, its name, its destination.
pub(super) fn environment_of(
    object: &Object,
    chart: &ChartUse,
    config: &Config,
) -> Option<Environment> {
    let view = object.node.view();
    let text = |path: &[&str]| view.get_path(path).map(View::text);
    let file = place_of(view).map(|place| place.path().to_owned());
    let configured = file.as_ref().and_then(|file| config.environment_of(file));
    if let Some((name, tier)) = configured {
        return Some(Environment {
            name: name.into(),
            tier,
        });
    }
    let label = LABELS
        .iter()
        .find_map(|label| environment_in_name(text(&["metadata", "labels", label])?, config));
    let in_files = || {
        let mut names = chart.files().filter_map(|file| file.file_stem());
        names.find_map(|name| environment_in_name(name, config))
    };
    let destination = || {
        let fields = ["name", "namespace"];
        fields
            .iter()
            .find_map(|field| environment_in_name(text(&["spec", "destination", field])?, config))
    };
    label
        .or_else(|| environment_of_path(file.as_ref()?))
        .or_else(in_files)
        .or_else(|| environment_in_name(&object.id.name, config))
        .or_else(destination)
        .or_else(|| environment_in_name(&object.id.namespace, config))
}

/// Where a value stands.
pub(super) fn place_of(view: View<'_>) -> Option<Location> {
    let named = view.get("kind").unwrap_or(view);
    named.origin().map(|src| src.locate())
}

/// The mapping inside a scalar such as `values: |`.
pub(super) fn embedded(view: View<'_>) -> Option<Node> {
    let source = match view {
        View::Src(source, node) => Source::embedded(Src::new(source, node)),
        _ => return None,
    };
    let documents = source.documents().documents;
    documents.into_iter().find(|root| root.view().is_map())
}

struct Reader<'a> {
    snapshot: &'a dyn Snapshot,
    object: &'a Object,
    sources: &'a [View<'a>],
    asked: &'a mut Asked,
}

impl Reader<'_> {
    fn chart_use(&mut self, source: View<'_>) -> Option<ChartUse> {
        let helm = source.get("helm");
        if let Some(chart) = source.get("chart") {
            self.remote(source, chart);
            // The chart is elsewhere, but what it is given stands here.
            if let Some(helm) = helm {
                let values = self.values(helm, Utf8Path::new(""));
                self.asked.values.extend(values);
            }
            return None;
        }
        let path = source.get("path")?;
        let folder = normalize(Utf8Path::new(""), path.text().trim_start_matches('/'))?;
        if !is_chart(self.snapshot, &folder) {
            return None;
        }
        let release = helm
            .and_then(|helm| helm.get("releaseName"))
            .map_or(&*self.object.id.name, View::text);
        let namespace = self
            .object
            .node
            .view()
            .get_path(&["spec", "destination", "namespace"]);
        let values = match helm {
            Some(helm) => self.values(helm, &folder),
            None => Vec::new(),
        };
        Some(ChartUse {
            values,
            release: release.to_owned(),
            namespace: namespace.map(|own| own.text().to_owned()),
            by: place_of(path),
            chart: folder,
        })
    }

    /// In the order in which Argo CD lets them outrank one another.
    fn values(&mut self, helm: View<'_>, folder: &Utf8Path) -> Vec<ValuesFrom> {
        let mut values = Vec::new();
        let is_optional = helm
            .get("ignoreMissingValueFiles")
            .is_some_and(|flag| flag.text() == "true");
        for entry in items(helm, "valueFiles") {
            if let Some(path) = self.file(entry, folder, is_optional) {
                values.push(ValuesFrom::File {
                    path,
                    by: place_of(entry),
                    is_optional,
                });
            }
        }
        if let Some(inline) = helm.get("values").and_then(embedded) {
            values.push(ValuesFrom::Inline(inline));
        }
        if let Some(inline) = helm.get("valuesObject").filter(|own| own.is_map()) {
            values.push(ValuesFrom::Inline(inline.to_node()));
        }
        for entry in items(helm, "parameters") {
            if let (Some(name), Some(value)) = (entry.get("name"), entry.get("value")) {
                values.push(ValuesFrom::Parameter {
                    name: name.to_node(),
                    value: value.to_node(),
                    is_text: entry
                        .get("forceString")
                        .is_some_and(|flag| flag.text() == "true"),
                });
            }
        }
        for entry in items(helm, "fileParameters") {
            if let (Some(name), Some(path)) = (entry.get("name"), entry.get("path"))
                && let Some(file) = self.file(path, folder, false)
            {
                values.push(ValuesFrom::FileParameter {
                    name: name.to_node(),
                    by: place_of(path),
                    path: file,
                });
            }
        }
        values
    }

    /// The path of a file that an entry names: from the chart, from the repository's root with
    /// `/`, from that of another source with `$ref/`. None if it stands elsewhere.
    fn file(
        &mut self,
        entry: View<'_>,
        folder: &Utf8Path,
        is_optional: bool,
    ) -> Option<Utf8PathBuf> {
        let text = entry.text();
        if text.contains("://") {
            return None;
        }
        let outside = |reader: &mut Self| {
            let message = format!("`{text}` leads out of the repository");
            reader.fault(OUTSIDE, FaultKind::Outside, message, entry);
        };
        let path = match text.strip_prefix('$') {
            Some(rest) => {
                let (name, path) = rest.split_once('/')?;
                let is_named =
                    |source: &&View<'_>| source.get("ref").is_some_and(|own| own.text() == name);
                if !self.sources.iter().any(|source| is_named(&source)) {
                    let message = format!("no source of this Application has `ref: {name}`");
                    self.fault(MISSING_FILE, FaultKind::Missing, message, entry);
                    return None;
                }
                let path = normalize(Utf8Path::new(""), path)?;
                // The other source may be another repository, which is not here to be read.
                return (is_optional || self.snapshot.kept(&path) == manifest::Kept::File)
                    .then_some(path);
            }
            None => match text.strip_prefix('/') {
                Some(path) => normalize(Utf8Path::new(""), path),
                None => normalize(folder, text),
            },
        };
        if path.is_none() {
            outside(self);
        }
        path
    }

    fn remote(&mut self, source: View<'_>, chart: View<'_>) {
        let text = |key| source.get(key).map_or("", View::text);
        let fault = not_available(chart, text("targetRevision"), text("repoURL"));
        self.asked.faults.push((CHART_ELSEWHERE, fault));
        let version = source.get("targetRevision");
        self.asked.faults.extend(floating(chart, version));
    }

    fn fault(&mut self, rule: &'static str, kind: FaultKind, message: String, at: View<'_>) {
        let mut fault = Fault::new(kind, message);
        fault.at = place_of(at);
        self.asked.faults.push((rule, fault));
    }
}

pub(super) fn items<'a>(view: View<'a>, key: &str) -> Vec<View<'a>> {
    view.get(key)
        .map_or_else(Vec::new, |list| list.items().collect())
}

/// What to say of a chart of no certain version.
pub(super) fn floating(
    chart: View<'_>,
    version: Option<View<'_>>,
) -> Option<(&'static str, Fault)> {
    let range = version.map_or("", View::text);
    if !is_range(range) {
        return None;
    }
    let name = chart.text();
    let message = match range {
        "" => format!("`{name}` is taken in whichever version is the newest"),
        range => format!("`{name}` is taken in whichever version fits `{range}`"),
    };
    let mut fault = Fault::new(FaultKind::Remote, message);
    fault.at = place_of(version.unwrap_or(chart));
    Some((FLOATING_CHART, fault.help("name one version")))
}

/// Whether more than one version of a chart fits.
pub fn is_range(version: &str) -> bool {
    let version = version.trim();
    let is_wild = |part: &str| matches!(part, "x" | "X" | "*");
    version.is_empty()
        || version.contains(['^', '~', '>', '<', '|', ',', '*', ' '])
        || version.split('.').any(is_wild)
        || version.split('.').count() < 3
}

/// What to say of a chart that stands in another place.
pub(super) fn not_available(chart: View<'_>, version: &str, repository: &str) -> Fault {
    let name = chart.text();
    let version = match version {
        "" => String::new(),
        version => format!(" {version}"),
    };
    let mut fault = Fault::new(
        FaultKind::Remote,
        format!(
            "the chart `{name}`{version} is not in this repository, so what it renders is not checked"
        ),
    );
    fault.at = place_of(chart);
    if repository.is_empty() {
        return fault;
    }
    let repository = repository.trim_end_matches('/');
    let argument = match repository.split_once("://") {
        Some(("oci", _)) => format!("{repository}/{name}"),
        Some(_) => format!("{name} --repo {repository}"),
        None => format!("{repository}/{name}"),
    };
    let version = match version.trim() {
        "" => String::new(),
        version => format!(" --version {version}"),
    };
    fault.help(format!(
        "`helm pull {argument}{version} --untar` puts it here"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_ranges_from_versions() {
        for version in ["1.2.3", "v1.2.3", "1.2.3-rc.1+build", "=1.2.3"] {
            assert!(!is_range(version), "{version}");
        }
        for version in [
            "",
            "*",
            "1.x",
            "1.2.x",
            "^1.2.3",
            "~1.2",
            ">=1.0.0 <2.0.0",
            "1",
            "1.2",
        ] {
            assert!(is_range(version), "{version}");
        }
    }
}
