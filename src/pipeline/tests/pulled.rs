//! Charts that the repository names and a shelf keeps.

use flate2::Compression;
use flate2::write::GzEncoder;
use helm::Shelf;
use insta::assert_snapshot;
use manifest::{Memory, print};

use crate::date::Date;
use crate::{Request, Setup};

const TEMPLATE: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Release.Name }}\n  namespace: {{ .Release.Namespace }}\ndata:\n  chart: {{ .Chart.Name }}-{{ .Chart.Version }}\n  size: {{ .Values.size | quote }}\n";

/// A chart as `helm package` writes it.
fn package(name: &str, version: &str) -> Vec<u8> {
    let metadata = format!("apiVersion: v2\nname: {name}\nversion: {version}\n");
    let mut builder = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::fast()));
    for (path, text) in [
        ("Chart.yaml", metadata.as_str()),
        ("values.yaml", "size: small\n"),
        ("templates/a.yaml", TEMPLATE),
    ] {
        let mut header = tar::Header::new_gnu();
        header.set_size(text.len() as u64);
        header.set_mode(0o644);
        let path = format!("{name}/{path}");
        builder
            .append_data(&mut header, path, text.as_bytes())
            .unwrap();
    }
    builder.into_inner().unwrap().finish().unwrap()
}

/// What is rendered of charts, and which are missing still.
fn told(memory: &Memory, shelf: Shelf) -> String {
    let setup = Setup::read(memory, None).unwrap().with_shelf(shelf);
    let request = Request::all(Date::parse("2026-06-30").unwrap());
    let deployed = setup.render(memory, &request, Setup::lenient());
    let mut told = String::new();
    for target in &deployed.rendered {
        let spec = &target.spec;
        if spec.kind() == "chart" {
            told += &format!("# {} {}\n", spec.application, spec.path);
            for object in &target.objects {
                told += &print(object.node.view()).unwrap();
            }
        }
        for fault in &target.faults {
            told += &format!("! {}\n", fault.message);
        }
        for problem in &target.unmet {
            told += &format!("? {}\n", problem.message);
        }
    }
    told
}

fn shelf() -> Shelf {
    let mut shelf = Shelf::default();
    let mut folder = Memory::new();
    folder.insert("redis-1.2.0.tgz", package("redis", "1.2.0"));
    folder.insert("redis-2.0.0.tgz", package("redis", "2.0.0"));
    shelf.add(folder);
    shelf
}

fn application(version: &str, helm: &str) -> String {
    format!(
        "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {{name: cache}}\nspec:\n  project: default\n  source:\n    repoURL: https://charts.example.org\n    chart: redis\n    targetRevision: {version}\n    helm: {helm}\n  destination: {{name: in-cluster, namespace: data}}\n"
    )
}

#[test]
fn an_application_gets_its_chart_from_a_shelf() {
    let text = application("1.2.0", "{valuesObject: {size: large}}");
    let memory: Memory = [("apps/cache.yaml", text.as_str())].into_iter().collect();
    assert_snapshot!(told(&memory, shelf()), @r#"
    # cache apps/cache.yaml/redis-1.2.0
    apiVersion: v1
    data:
      chart: redis-1.2.0
      size: large
    kind: ConfigMap
    metadata:
      name: cache
      namespace: data
    "#);
    // A version that the shelf has not.
    let text = application("3.0.0", "{}");
    let memory: Memory = [("apps/cache.yaml", text.as_str())].into_iter().collect();
    assert_snapshot!(told(&memory, shelf()), @"? the chart `redis` 3.0.0 is not in this repository, so what it renders is not checked");
    // Such a file stands in the chart.
    let text = application("1.2.0", "{valueFiles: [values-prod.yaml]}");
    let memory: Memory = [("apps/cache.yaml", text.as_str())].into_iter().collect();
    assert_snapshot!(told(&memory, shelf()), @"? the chart `redis` 1.2.0 is not in this repository, so what it renders is not checked");
}

const RELEASE: &str = "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: cache, namespace: data}\nspec:\n  interval: 1h\n  chart: {spec: {chart: redis, version: 2.x, sourceRef: {kind: HelmRepository, name: charts}}}\n  values: {size: huge}\n---\napiVersion: source.toolkit.fluxcd.io/v1\nkind: HelmRepository\nmetadata: {name: charts, namespace: data}\nspec: {interval: 1h, url: 'https://charts.example.org'}\n";

const PUBLISHED: &str = "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: queue, namespace: data}\nspec:\n  interval: 1h\n  chartRef: {kind: OCIRepository, name: redis}\n---\napiVersion: source.toolkit.fluxcd.io/v1\nkind: OCIRepository\nmetadata: {name: redis, namespace: data}\nspec: {interval: 1h, url: 'oci://registry.example.org/charts/redis', ref: {tag: 1.2.0}}\n";

#[test]
fn a_release_gets_its_chart_from_a_shelf() {
    let memory: Memory = [("apps/cache.yaml", RELEASE), ("apps/queue.yaml", PUBLISHED)]
        .into_iter()
        .collect();
    assert_snapshot!(told(&memory, shelf()), @r#"
    ? `redis` is not pinned: the newest version matching `2.x` is used
    # cache apps/cache.yaml/redis-2.x
    apiVersion: v1
    data:
      chart: redis-2.0.0
      size: huge
    kind: ConfigMap
    metadata:
      name: cache
      namespace: data
    # queue apps/queue.yaml/redis-1.2.0
    apiVersion: v1
    data:
      chart: redis-1.2.0
      size: small
    kind: ConfigMap
    metadata:
      name: queue
      namespace: data
    "#);
}

#[test]
fn the_configuration_names_a_folder_of_charts() {
    let mut memory: Memory = [
        ("apps/cache.yaml", RELEASE),
        (".gitopslint.yaml", "chart-path: [vendor]\n"),
    ]
    .into_iter()
    .collect();
    memory.insert("vendor/redis-2.0.0.tgz", package("redis", "2.0.0"));
    assert_snapshot!(told(&memory, Shelf::default()), @r#"
    ? `redis` is not pinned: the newest version matching `2.x` is used
    # cache apps/cache.yaml/redis-2.x
    apiVersion: v1
    data:
      chart: redis-2.0.0
      size: huge
    kind: ConfigMap
    metadata:
      name: cache
      namespace: data
    "#);
}

#[test]
fn a_finding_in_a_chart_of_others_stands_where_it_is_asked_for() {
    let text = application("1.2.0", "{valuesObject: {size: large, unread: 1}}");
    let memory: Memory = [("apps/cache.yaml", text.as_str())].into_iter().collect();
    let setup = Setup::read(&memory, None).unwrap().with_shelf(shelf());
    let request = Request::all(Date::parse("2026-06-30").unwrap());
    let findings = setup.check(&memory, &request).report.findings;
    let places = findings.iter().filter_map(|finding| finding.place.as_ref());
    for place in places {
        assert!(place.path() == "apps/cache.yaml", "{}", place.path());
    }
}
