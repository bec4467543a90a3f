//! What the tests share: charts on disk, and arguments as `helm template` takes them.

#![allow(dead_code, reason = "each test uses a part of it")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail")]

use std::fs;
use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};
use helm::{Capabilities, Chart, Layer, Options, Release, Rendered, SetKind, render};
use manifest::{Fault, Memory, Snapshot, Source, Span, Src};
use spanned_yaml::Tree;

/// The folder of the charts that tests render.
pub(crate) fn charts() -> Utf8PathBuf {
    Utf8Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/charts")
}

/// The files below a folder of the disk, by their paths from it.
pub(crate) fn read(folder: &Utf8Path) -> Memory {
    let mut files = Memory::new();
    let mut open = vec![folder.to_owned()];
    while let Some(at) = open.pop() {
        for entry in at.read_dir_utf8().unwrap() {
            let path = entry.unwrap().into_path();
            if path.is_dir() {
                open.push(path);
            } else {
                let name = path.strip_prefix(folder).unwrap().to_owned();
                files.insert(name, fs::read(path).unwrap());
            }
        }
    }
    files
}

/// A scalar that is all of a text.
pub(crate) fn scalar(text: &str) -> Src {
    let whole = Span::new(0, u32::try_from(text.len()).unwrap());
    let source = Source::file("arguments", Tree::of_spans(text, [whole]));
    let node = source.tree.documents().next().unwrap();
    Src::new(&source, node)
}

/// The documents of a values file.
pub(crate) fn values(files: &dyn Snapshot, path: &Utf8Path) -> Vec<Layer> {
    let source: Arc<Source> = files.source(path).unwrap();
    let documents = source.documents().documents;
    documents.into_iter().map(Layer::Values).collect()
}

/// An assignment such as `a.b=c`.
pub(crate) fn set(text: &str, kind: SetKind) -> Layer {
    let at = text
        .char_indices()
        .find(|(at, c)| *c == '=' && !text[..*at].ends_with('\\'))
        .map_or(text.len(), |(at, _)| at);
    let value = text.get(at + 1..).unwrap_or_default();
    Layer::Set {
        path: text[..at].to_owned(),
        value: value.to_owned(),
        at: scalar(value),
        kind,
    }
}

/// Renders a chart as `helm template` with arguments.
pub(crate) fn template(
    files: &dyn Snapshot,
    chart: &str,
    args: &[String],
) -> Result<Rendered, Vec<Fault>> {
    let chart = Utf8Path::new(chart);
    let mut release = Release::default();
    let mut capabilities = Capabilities::default();
    let mut options = Options::default();
    let mut layers = Vec::new();
    let mut args = args.iter();
    while let Some(flag) = args.next() {
        let mut next = || args.next().unwrap().clone();
        match &**flag {
            "-f" => layers.extend(values(files, &chart.join(next()))),
            "--set" => layers.push(set(&next(), SetKind::Infer)),
            "--set-string" => layers.push(set(&next(), SetKind::Text)),
            "--set-json" => layers.push(set(&next(), SetKind::Json)),
            "--set-literal" => layers.push(set(&next(), SetKind::Literal)),
            "--name" => release.name = next(),
            "--namespace" => release.namespace = next(),
            "--upgrade" => release.is_upgrade = true,
            "--include-crds" => options.include_crds = true,
            "--skip-tests" => options.skip_tests = true,
            "--api" => capabilities.api_versions.push(next()),
            "--kube-version" => capabilities.kubernetes_version = next(),
            flag => panic!("{flag}"),
        }
    }
    let chart = Chart::load(files, chart)?;
    Ok(render(&chart, &layers, &release, &capabilities, options))
}
