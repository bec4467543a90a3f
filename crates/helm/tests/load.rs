//! Charts as they are found: their dependencies, and who owns their files.

#![allow(clippy::unwrap_used, reason = "a test may fail anywhere")]

use std::io::Write;

use camino::Utf8Path;
use flate2::Compression;
use flate2::write::GzEncoder;
use helm::{Capabilities, Chart, Found, Lock, Options, Release, Rendered, print, render};
use manifest::{Fault, Memory};

const PARENT: &str = "apiVersion: v2
name: app
version: 1.0.0
dependencies:
  - name: db
    version: ^2.0.0
    repository: REPOSITORY
";

const DB: &str = "apiVersion: v2\nname: db\nversion: 2.3.4\n";

fn files(repository: &str, others: &[(&str, &str)]) -> Memory {
    let parent = PARENT.replace("REPOSITORY", repository);
    let mut files: Memory = others.iter().copied().collect();
    files.insert("app/Chart.yaml", parent);
    files
}

fn rendered(chart: &Chart) -> Rendered {
    let capabilities = Capabilities::default();
    render(
        chart,
        &[],
        &Release::default(),
        &capabilities,
        Options::default(),
    )
}

fn places(faults: &[Fault]) -> String {
    let told = faults.iter().map(|fault| {
        let place = fault.at.as_ref().map_or_else(String::new, |place| {
            format!("{}:{}", place.path(), place.start().line)
        });
        format!("{:?} {place} {}\n", fault.kind, fault.message)
    });
    told.collect()
}

#[test]
fn a_dependency_elsewhere_in_the_repository() {
    let files = files(
        "file://../libs/db",
        &[
            ("libs/db/Chart.yaml", DB),
            ("libs/db/values.yaml", "size: 1\n"),
            (
                "libs/db/templates/a.yaml",
                "kind: Db\nsize: {{ .Values.size }}\n",
            ),
        ],
    );
    let chart = Chart::load(&files, Utf8Path::new("app")).unwrap();
    assert_eq!(chart.dependencies()[0].found, Found::Subchart);
    let rendered = rendered(&chart);
    assert_eq!(places(&rendered.faults), "");
    assert_eq!(
        print(&rendered),
        "---\n# Source: app/charts/db/templates/a.yaml\nkind: Db\nsize: 1\n"
    );
    // The user owns it, so its values are theirs.
    let source = &rendered.manifests[0].source;
    let root = source.tree.documents().next().unwrap();
    let size = source.tree.get(root, "size").unwrap();
    let place = source.locate(source.tree.span(size));
    assert_eq!(place.path(), "libs/db/values.yaml");
}

#[test]
fn a_dependency_that_is_not_there() {
    let told = |repository: &str, others: &[(&str, &str)]| {
        let chart = Chart::load(&files(repository, others), Utf8Path::new("app")).unwrap();
        let own = rendered(&chart).manifests.len();
        format!("{own} {}", places(chart.faults()))
    };
    let own = ("app/templates/a.yaml", "kind: Own\n");
    let needs = ("app/templates/b.yaml", "{{ include \"db.name\" . }}");
    insta::assert_snapshot!(told("https://example.org", &[own, needs]), @"1 Remote app/Chart.yaml:5 the chart db ^2.0.0 is not available: it is not in the folder charts/");
    insta::assert_snapshot!(told("file://../nothing", &[own]), @"1 Chart app/Chart.yaml:5 the chart db ^2.0.0 is not available: there is no folder nothing");
}

#[test]
fn what_is_read_of_a_dependency_that_is_not_there_is_not_known() {
    let helpers = (
        "app/templates/_helpers.tpl",
        "{{ define \"app.name\" }}{{ default .Chart.Name .Values.nameOverride | trunc 63 }}{{ end }}",
    );
    let reads = (
        "app/templates/a.yaml",
        "kind: Own\nname: {{ include \"app.name\" (index .Subcharts \"db\") }}\nof: {{ .Subcharts.db.Release.Name }}\nversion: {{ .Subcharts.db.Chart.Version | upper }}\nkeys: {{ .Subcharts.db.Values.a.b | quote }}\n",
    );
    // What is read of the chart itself, or of a subchart that nobody declares, is known.
    let own = ("app/templates/b.yaml", "a: {{ .Values.routes.enabled }}");
    let other = ("app/templates/c.yaml", "a: {{ .Subcharts.web.Chart.Name }}");
    let files = files("https://example.org", &[helpers, reads, own, other]);
    let chart = Chart::load(&files, Utf8Path::new("app")).unwrap();
    let rendered = rendered(&chart);
    insta::assert_snapshot!(print(&rendered), @r"
    ---
    # Source: app/templates/a.yaml
    kind: Own
    name: db
    of: release-name
    version: UNKNOWN
    keys: unknown
    ");
    insta::assert_snapshot!(places(&rendered.faults), @r"
    Remote app/Chart.yaml:5 the chart db ^2.0.0 is not available: it is not in the folder charts/
    Unset app/templates/c.yaml:1 `.Subcharts.web.Chart`: `.Subcharts.web` is not set, so it has no `Chart`
    Unset app/templates/b.yaml:1 `.Values.routes` is not set: the values of the chart `app` have no key `routes`
    ");
}

#[test]
fn a_dependency_in_another_version() {
    let files = files(
        "",
        &[("app/charts/db/Chart.yaml", "name: db\nversion: 1.0.0\n")],
    );
    let chart = Chart::load(&files, Utf8Path::new("app")).unwrap();
    assert_eq!(
        chart.dependencies()[0].found,
        Found::OtherVersion("1.0.0".to_owned())
    );
    assert_eq!(places(chart.faults()), "");
}

#[test]
fn faults_in_what_others_own_stand_where_it_is_asked_for() {
    let broken = [
        ("app/charts/db/Chart.yaml", DB),
        ("app/charts/db/templates/a.yaml", "{{ .Values.a.b }}"),
    ];
    let told = |repository| {
        let chart = Chart::load(&files(repository, &broken), Utf8Path::new("app")).unwrap();
        places(&rendered(&chart).faults)
    };
    insta::assert_snapshot!(told("https://example.org"), @"Unset app/Chart.yaml:5 app/charts/db/templates/a.yaml:1:4: `.Values.a` is not set: the values of the chart `db` have no key `a`");
    insta::assert_snapshot!(told(""), @"Unset app/charts/db/templates/a.yaml:1 `.Values.a` is not set: the values of the chart `db` have no key `a`");
}

#[test]
fn a_dependency_in_an_archive() {
    let mut builder = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::fast()));
    let template = "kind: Db\nsize: {{ .Values.size }}\n";
    let files_within = [
        ("db/Chart.yaml", DB),
        ("db/values.yaml", "size: 1\n"),
        ("db/templates/a.yaml", template),
    ];
    for (name, content) in files_within {
        let mut header = tar::Header::new_gnu();
        header.set_size(content.len() as u64);
        builder
            .append_data(&mut header, name, content.as_bytes())
            .unwrap();
    }
    let mut encoder = builder.into_inner().unwrap();
    encoder.flush().unwrap();
    let mut files = files("https://example.org", &[]);
    files.insert("app/charts/db-2.3.4.tgz", encoder.finish().unwrap());
    let chart = Chart::load(&files, Utf8Path::new("app")).unwrap();
    let rendered = rendered(&chart);
    assert_eq!(places(&rendered.faults), "");
    let source = &rendered.manifests[0].source;
    let root = source.tree.documents().next().unwrap();
    let size = source.tree.get(root, "size").unwrap();
    let place = source.locate(source.tree.span(size));
    assert_eq!(
        format!("{}:{}", place.path(), place.start().line),
        "app/Chart.yaml:5"
    );
}

#[test]
fn lock_files() {
    let lock = |text: &str| {
        let files = files(
            "",
            &[("app/charts/db/Chart.yaml", DB), ("app/Chart.lock", text)],
        );
        Chart::load(&files, Utf8Path::new("app"))
            .unwrap()
            .lock()
            .clone()
    };
    let db = "dependencies: [{name: db, version: VERSION}]\n";
    assert_eq!(lock(&db.replace("VERSION", "2.9.0")), Lock::Fits);
    let differs = |text: &str| Lock::Differs(vec![text.to_owned()]);
    let other = lock(&db.replace("VERSION", "3.0.0"));
    assert_eq!(other, differs("`db` is locked to 3.0.0, not to ^2.0.0"));
    assert_eq!(lock("dependencies: []\n"), differs("`db` is not locked"));
    let chart = Chart::load(&files("", &[]), Utf8Path::new("app")).unwrap();
    assert_eq!(chart.lock(), &Lock::Missing);
}

#[test]
fn what_is_told_of_a_chart() {
    let files = files(
        "",
        &[
            ("app/charts/db/Chart.yaml", DB),
            ("app/values.yaml", "a: 1\n"),
        ],
    );
    let chart = Chart::load(&files, Utf8Path::new("app")).unwrap();
    let about = (
        chart.name(),
        chart.version(),
        chart.app_version(),
        chart.is_library(),
    );
    assert_eq!(about, ("app", "1.0.0", None, false));
    assert_eq!(chart.metadata().path(), "app/Chart.yaml");
    assert_eq!(chart.values().unwrap().path(), "app/values.yaml");
    let dependency = &chart.dependencies()[0];
    assert_eq!((&*dependency.name, &*dependency.version), ("db", "^2.0.0"));
    assert_eq!(dependency.place.locate().start().line, 5);
}

/// Charts of the first format say apart what they depend on, or that they depend on nothing.
#[test]
fn requirements_of_the_first_format() {
    let load = |text: &str| {
        let files: Memory = [
            (
                "app/Chart.yaml",
                "apiVersion: v1\nname: app\nversion: 1.0.0\n",
            ),
            ("app/requirements.yaml", text),
        ]
        .into_iter()
        .collect();
        match Chart::load(&files, Utf8Path::new("app")) {
            Ok(chart) => {
                let names = chart.dependencies().iter().map(|own| own.name.clone());
                names.collect::<Vec<_>>().join(", ")
            }
            Err(faults) => places(&faults),
        }
    };
    assert_eq!(load("dependencies: [{name: db, version: 1.0.0}]\n"), "db");
    assert_eq!(load("# dependencies:\n"), "");
    assert_eq!(
        load("db\n"),
        "Chart app/requirements.yaml:1 this file has to be a YAML mapping\n"
    );
}
