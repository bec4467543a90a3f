//! How fast charts are read and rendered: the charts of the tests, for some environments each.
//!
//! Helm's own times come from the program beside the tests, which says how it is run:
//! `oracle time 200 crates/helm/tests/charts/origins`; the command's, from
//! `helm template crates/helm/tests/charts/origins`.
#![allow(missing_docs, clippy::unwrap_used, reason = "it is not a library")]

#[path = "../tests/common/mod.rs"]
mod common;

use std::hint::black_box;
use std::sync::Arc;

use camino::Utf8Path;
use common::{charts, read, scalar};
use divan::Bencher;
use divan::counter::ItemsCount;
use helm::{Capabilities, Chart, Layer, Options, Release, SetKind, render};
use manifest::{Memory, Source};
use spanned_yaml::Tree;

fn main() {
    divan::main();
}

/// Charts that render without further values.
const CHARTS: &[&str] = &["origins", "family", "convert", "objects", "text"];

fn load(files: &Memory, name: &str) -> Arc<Chart> {
    Chart::load(files, Utf8Path::new(name)).unwrap()
}

/// The values of an environment: a file and a parameter.
fn environment(name: &str) -> Vec<Layer> {
    let text = format!("environment: {name}\nreplicas: 5\nglobal: {{zone: {name}}}\n");
    let source = Source::file("values-env.yaml", Tree::parse(text));
    let mut layers: Vec<Layer> = source
        .documents()
        .documents
        .into_iter()
        .map(Layer::Values)
        .collect();
    layers.push(Layer::Set {
        path: "image.tag".to_owned(),
        value: name.to_owned(),
        at: scalar(name),
        kind: SetKind::Infer,
    });
    layers
}

fn one(chart: &Chart, layers: &[Layer]) {
    let release = Release::new("web", "default");
    let capabilities = Capabilities::default();
    black_box(render(
        chart,
        layers,
        &release,
        &capabilities,
        Options::default(),
    ));
}

/// Files to a chart whose templates are parsed.
#[divan::bench(args = CHARTS)]
fn read_chart(bencher: Bencher<'_, '_>, name: &str) {
    let files = read(&charts());
    bencher.bench(|| black_box(load(&files, name)));
}

/// A chart that is read already, for one environment.
#[divan::bench(args = CHARTS)]
fn render_chart(bencher: Bencher<'_, '_>, name: &str) {
    let chart = load(&read(&charts()), name);
    let layers = environment("production");
    bencher.bench(|| one(&chart, &layers));
}

/// Five charts for two hundred environments each, reading included.
#[divan::bench(sample_count = 5)]
fn thousand_releases(bencher: Bencher<'_, '_>) {
    let files = read(&charts());
    let environments: Vec<Vec<Layer>> =
        (0..200).map(|n| environment(&format!("env-{n}"))).collect();
    let count = CHARTS.len() * environments.len();
    bencher.counter(ItemsCount::new(count)).bench(|| {
        for name in CHARTS {
            let chart = load(&files, name);
            environments.iter().for_each(|layers| one(&chart, layers));
        }
    });
}
