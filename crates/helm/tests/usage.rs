//! What templates are told to have looked at.

mod common;

use camino::Utf8Path;
use helm::{Capabilities, Chart, Options, Release, render};
use manifest::Memory;

const VALUES: &str = "
image: {tag: 1, pull: Always}
labels: {a: b}
unused: 1
db: {host: x, other: y}
";

#[test]
fn keys_that_were_asked_for() {
    let files = Memory::from_iter([
        (
            "app/Chart.yaml",
            "apiVersion: v2\nname: app\nversion: 1.0.0\n",
        ),
        ("app/values.yaml", VALUES),
        (
            "app/templates/a.yaml",
            "a: {{ .Values.image.tag }}\nb: {{ toYaml .Values.labels | nindent 2 }}\nc: {{ .Values.imgae }}\n",
        ),
        (
            "app/charts/db/Chart.yaml",
            "apiVersion: v2\nname: db\nversion: 1.0.0\n",
        ),
        (
            "app/charts/db/templates/b.yaml",
            "{{ if .Values.off }}a: 1{{ else }}host: {{ .Values.host }}{{ end }}\n",
        ),
    ]);
    let chart = Chart::load(&files, Utf8Path::new("app")).unwrap();
    let capabilities = Capabilities::default();
    let rendered = render(
        &chart,
        &[],
        &Release::default(),
        &capabilities,
        Options::default(),
    );
    let reads = rendered.usage.reads.iter().map(|read| {
        let place = read.value.as_ref().map(|src| src.locate());
        let line = place.map_or(0, |place| place.start().line);
        let (found, whole) = (read.found, read.whole);
        let whole = if whole { " whole" } else { "" };
        format!("{} {} {found}{whole} {line}\n", read.chart, read.path)
    });
    insta::assert_snapshot!(reads.collect::<String>(), @r"
    app/charts/db host true 5
    app/charts/db off false 0
    app image true 2
    app imgae false 0
    app labels true 3
    app image.tag true 2
    app labels true whole 3
    ");
    let branches = rendered.usage.branches.iter().map(|run| {
        let at = run.file.locate(run.span).start();
        format!("{}:{} {}\n", run.file.path(), at.column, run.branch)
    });
    insta::assert_snapshot!(branches.collect::<String>(), @"app/charts/db/templates/b.yaml:1 1");
}
