//! What each file of the repository is.

use std::iter::successors;

use camino::{Utf8Path, Utf8PathBuf};
use manifest::Snapshot;
use rustc_hash::FxHashSet;

use super::apart::is_test_data;

/// What a file's name and folder tell of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKind {
    /// The file that makes its folder a kustomization.
    Kustomization,
    /// Part of a Helm chart.
    Chart,
    /// YAML or JSON in the folder of a chart that Helm makes nothing of by itself. It may hold
    /// values, and it may be what deploys the chart.
    BesideChart,
    /// Any other YAML or JSON.
    Yaml,
    /// Anything else.
    Other,
}

/// Folders of a chart that are part of it, or show how it is used.
const OF_CHART: [&str; 17] = [
    "charts",
    "ci",
    "crd-bases",
    "crds",
    "doc",
    "docs",
    "e2e",
    "example",
    "examples",
    "files",
    "hack",
    "samples",
    "scripts",
    "templates",
    "test",
    "tests",
    "unittests",
];

/// What a file's name has in it that shows how a chart is used: `secret-example.yaml`.
const OF_EXAMPLES: [&str; 4] = ["example", "examples", "sample", "template"];

/// The folders of charts, and the kind of every file.
#[derive(Debug, Default)]
pub struct Kinds {
    // By text: every file is looked up with every folder above it.
    charts: FxHashSet<Box<str>>,
}

impl Kinds {
    /// Learns from all files where the charts are.
    pub fn of(snapshot: &dyn Snapshot, files: &[Utf8PathBuf]) -> Self {
        let charts = files
            .iter()
            .filter(|file| file.file_name() == Some("Chart.yaml"))
            .filter(|file| !is_manifest(snapshot, file))
            .filter_map(|file| Some(file.parent()?.as_str().into()))
            .collect();
        Self { charts }
    }

    /// The charts that stand in no other.
    pub fn charts(&self) -> impl Iterator<Item = &Utf8Path> {
        self.charts
            .iter()
            .map(|chart| Utf8Path::new(&**chart))
            .filter(|chart| !self.is_in_chart(chart))
    }

    /// Whether something stands below a chart.
    fn is_in_chart(&self, path: &Utf8Path) -> bool {
        self.charts_around(path).next().is_some()
    }

    /// The folders of the charts that a path stands in, the nearest first.
    pub fn charts_around<'a>(&'a self, path: &'a Utf8Path) -> impl Iterator<Item = &'a Utf8Path> {
        let folders = successors(folder_of(path.as_str()), |folder| folder_of(folder));
        folders
            .filter(|folder| self.charts.contains(*folder))
            .map(Utf8Path::new)
    }

    /// Those that tools are tested with, and that nothing deploys.
    pub fn test_charts(&self) -> impl Iterator<Item = &Utf8Path> {
        self.charts()
            .filter(|chart| is_test_data(&chart.join("Chart.yaml")))
    }

    /// The folders of the kustomizations among `files`.
    pub fn kustomization_folders<'a>(
        &'a self,
        files: &'a [Utf8PathBuf],
    ) -> impl Iterator<Item = Utf8PathBuf> + 'a {
        files
            .iter()
            .filter(|file| self.kind(file) == FileKind::Kustomization)
            .filter_map(|file| file.parent().map(Utf8Path::to_owned))
    }

    /// Those of `files` that may hold manifests.
    pub fn yaml<'a>(
        &'a self,
        files: &'a [Utf8PathBuf],
    ) -> impl Iterator<Item = &'a Utf8PathBuf> + 'a {
        files
            .iter()
            .filter(|file| matches!(self.kind(file), FileKind::Yaml | FileKind::BesideChart))
    }

    /// What a file is.
    pub fn kind(&self, file: &Utf8Path) -> FileKind {
        if is_kustomization(file) {
            return FileKind::Kustomization;
        }
        let is_yaml = matches!(file.extension(), Some("yaml" | "yml" | "json"));
        let mut charts = self.charts_around(file).peekable();
        match charts.peek().is_some() {
            true if !is_yaml || charts.any(|chart| is_of_chart(chart, file)) => FileKind::Chart,
            true => FileKind::BesideChart,
            false if is_yaml => FileKind::Yaml,
            false => FileKind::Other,
        }
    }
}

/// Whether a file below a chart's folder is one that Helm or a tool for charts reads.
fn is_of_chart(chart: &Utf8Path, file: &Utf8Path) -> bool {
    let below = file.strip_prefix(chart).unwrap_or(file);
    let mut parts = below.components().map(|part| part.as_str());
    let (first, is_direct) = (parts.next().unwrap_or_default(), parts.next().is_none());
    if !is_direct && (OF_CHART.contains(&first) || first.starts_with('.')) {
        return true;
    }
    // `values-prod.yaml`, `values.schema.json`, `prod-values.yaml`.
    let stem = below.file_stem().unwrap_or_default();
    let mut words = stem.split(['-', '_', '.']);
    if words.any(|word| OF_EXAMPLES.contains(&word)) {
        return true;
    }
    let names = ["Chart", "requirements", "helmfile"];
    is_direct && names.contains(&stem) || stem.starts_with("values") || stem.ends_with("values")
}

/// Whether a file that is called as a chart's own is a manifest, such as Flux' `HelmChart`: it says
/// its kind, and has its name in its metadata.
fn is_manifest(snapshot: &dyn Snapshot, file: &Utf8Path) -> bool {
    let Ok(bytes) = snapshot.bytes(file) else {
        return false;
    };
    let has = |key: &[u8]| {
        bytes
            .split(|byte| *byte == b'\n')
            .any(|line| line.starts_with(key))
    };
    has(b"kind:") && !has(b"name:")
}

/// The folder that a path stands in; none for the root.
fn folder_of(path: &str) -> Option<&str> {
    match path.rfind('/') {
        Some(at) => path.get(..at),
        None => (!path.is_empty()).then_some(""),
    }
}

fn is_kustomization(file: &Utf8Path) -> bool {
    matches!(
        file.file_name(),
        Some("kustomization.yaml" | "kustomization.yml" | "Kustomization")
    )
}

#[cfg(test)]
mod tests {
    use manifest::Memory;

    use super::*;

    const CHART: &str = "apiVersion: v2\nname: web\nversion: 1.0.0\n";

    /// What a file is, where there is a chart in `web` besides.
    fn check(file: &str, chart: &str) -> FileKind {
        let snapshot: Memory = [("web/Chart.yaml", chart)].into_iter().collect();
        let files = ["web/Chart.yaml", file].map(Utf8PathBuf::from);
        Kinds::of(&snapshot, &files).kind(file.into())
    }

    #[test]
    fn what_is_part_of_a_chart_and_what_stands_beside_it() {
        for file in [
            "web/Chart.yaml",
            "web/values.yaml",
            "web/values-prod.yaml",
            "web/prod.values.yaml",
            "web/values.schema.json",
            "web/templates/deployment.yaml",
            "web/crds/a.yaml",
            "web/charts/db/argocd/a.yaml",
            "web/ci/a.yaml",
            "web/secret-example.yaml",
            "web/.github/workflows/a.yaml",
            "web/README.md",
        ] {
            assert_eq!(check(file, CHART), FileKind::Chart, "{file}");
        }
        for file in ["web/release.yaml", "web/argocd/prod.yaml"] {
            assert_eq!(check(file, CHART), FileKind::BesideChart, "{file}");
        }
        assert_eq!(
            check("web/kustomization.yaml", CHART),
            FileKind::Kustomization
        );
        assert_eq!(check("db/a.yaml", CHART), FileKind::Yaml);
    }

    #[test]
    fn a_manifest_makes_no_chart() {
        let manifest =
            "apiVersion: source.toolkit.fluxcd.io/v1\nkind: HelmChart\nmetadata:\n  name: web\n";
        assert_eq!(check("web/Chart.yaml", manifest), FileKind::Yaml);
        assert_eq!(check("web/a.yaml", manifest), FileKind::Yaml);
        let odd = format!("{CHART}kind: Chart\n");
        assert_eq!(check("web/Chart.yaml", &odd), FileKind::Chart);
    }
}
