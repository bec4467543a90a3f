//! What each file of the repository is.

use std::iter::successors;

use camino::{Utf8Path, Utf8PathBuf};
use rustc_hash::FxHashSet;

use super::apart::is_test_data;

/// What a file's name and folder tell of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKind {
    /// The file that makes its folder a kustomization.
    Kustomization,
    /// Part of a Helm chart.
    Chart,
    /// Any other YAML or JSON.
    Yaml,
    /// Anything else.
    Other,
}

/// The folders of charts, and the kind of every file.
#[derive(Debug)]
pub struct Kinds {
    // By text: every file is looked up with every folder above it.
    charts: FxHashSet<Box<str>>,
}

impl Kinds {
    /// Learns from all files where the charts are.
    pub fn of(files: &[Utf8PathBuf]) -> Self {
        let charts = files
            .iter()
            .filter(|file| file.file_name() == Some("Chart.yaml"))
            .filter_map(|file| Some(file.parent()?.as_str().into()))
            .collect();
        Self { charts }
    }

    /// How many charts there are that stand in no other.
    pub fn charts(&self) -> impl Iterator<Item = &Utf8Path> {
        self.charts
            .iter()
            .map(|chart| Utf8Path::new(&**chart))
            .filter(|chart| !self.is_in_chart(chart))
    }

    /// Whether something stands below a chart.
    fn is_in_chart(&self, path: &Utf8Path) -> bool {
        let mut folders = successors(folder_of(path.as_str()), |folder| folder_of(folder));
        folders.any(|folder| self.charts.contains(folder))
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
            .filter(|file| self.kind(file) == FileKind::Yaml)
    }

    /// What a file is.
    pub fn kind(&self, file: &Utf8Path) -> FileKind {
        if is_kustomization(file) {
            return FileKind::Kustomization;
        }
        if self.is_in_chart(file) {
            return FileKind::Chart;
        }
        match file.extension() {
            Some("yaml" | "yml" | "json") => FileKind::Yaml,
            _ => FileKind::Other,
        }
    }
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
