//! Which charts are rendered with what, from files alone.

use insta::assert_snapshot;
use manifest::{Memory, Node, Object, Snapshot, Source};
use spanned_yaml::Tree;

use super::*;
use crate::problem::Problem;
use crate::snapshot::Repository;

/// Tells each target as `chart (environment) release: values`, and each fault.
fn check(files: &[(&str, &str)]) -> String {
    check_with("", files)
}

fn check_with(config: &str, files: &[(&str, &str)]) -> String {
    let config = Source::file(".gitopslint.yaml", Tree::parse(config));
    let config = crate::settings::read(&config, &[]).unwrap();
    let snapshot: Memory = files.iter().copied().collect();
    let walk = snapshot.walk();
    let kinds = Kinds::of(&snapshot, &walk.files);
    let mut told = Vec::new();
    let mut targets = Vec::new();
    for file in walk.files.iter().filter(|f| f.starts_with("apps")) {
        for node in snapshot.source(file).unwrap().documents().documents {
            let known = Known {
                snapshot: &snapshot,
                config: &config,
                addresses: &Addresses::default(),
                sources: &Sources::default(),
                clusters: &[],
                shelf: &Shelf::default(),
                asker: None,
            };
            let asked = asked_by(known, &object(node));
            targets.extend(asked.targets);
            told.extend(asked.problems.iter().map(tell_problem));
        }
    }
    let asked: Vec<&ChartUse> = targets.iter().filter_map(chart_of).collect();
    let layout = ChartLayout::find(&snapshot, &walk.files, &kinds, &config).by_layout(
        &snapshot,
        &asked,
        &|_| false,
        &config,
    );
    told.extend(targets.iter().map(|spec| format!("asked   {}", tell(spec))));
    told.extend(layout.iter().map(|spec| format!("layout  {}", tell(spec))));
    told.join("\n")
}

fn object(node: Node) -> Object {
    Object::of(node)
}

fn chart_of(spec: &TargetSpec) -> Option<&ChartUse> {
    match &spec.content {
        Content::Chart(chart) => Some(chart),
        _ => None,
    }
}

fn tell(spec: &TargetSpec) -> String {
    let chart = chart_of(spec).unwrap();
    let values: Vec<String> = chart.values.iter().map(tell_values).collect();
    let environment = spec.environment.as_ref().map_or("-", |e| &e.name);
    format!(
        "{} ({environment}) {}@{}: {}",
        chart.chart,
        chart.release.text,
        chart.namespace.as_ref().map_or("-", |word| &word.text),
        values.join(" "),
    )
    .trim_end()
    .to_owned()
}

fn tell_values(from: &ValuesFrom) -> String {
    match from {
        ValuesFrom::File { path, .. } => path.file_name().unwrap().to_owned(),
        ValuesFrom::Inline(node) | ValuesFrom::Supposed(node) => {
            let keys: Vec<&str> = node.view().entries().map(|e| e.key.text()).collect();
            format!("{{{}}}", keys.join(","))
        }
        ValuesFrom::Parameter { name, value, .. } => {
            format!("{}={}", name.view().text(), value.view().text())
        }
        ValuesFrom::FileParameter { name, path, .. } => {
            format!("{}=<{path}", name.view().text())
        }
    }
}

fn tell_problem(problem: &Problem) -> String {
    let place = problem.place().map_or_else(String::new, |at| {
        format!("{}:{}: ", at.path(), at.start().line)
    });
    let help = problem.help.as_deref().unwrap_or("");
    format!("{place}{}\n  {help}", problem.message)
        .trim_end()
        .to_owned()
}

const CHART: &str = "apiVersion: v2\nname: api\nversion: 1.0.0\n";

#[test]
fn renders_a_chart_for_each_environment_of_its_values() {
    assert_snapshot!(check(&[
        ("charts/api/Chart.yaml", CHART),
        ("charts/api/values.yaml", "a: 1\n"),
        ("charts/api/values/common.yaml", "a: 2\n"),
        ("charts/api/values/dev.yaml", "a: 3\n"),
        ("charts/api/values/prod.yaml", "a: 4\n"),
        ("charts/api/charts/db/Chart.yaml", CHART),
        ("charts/lone/Chart.yaml", CHART),
        ("charts/lone/ci/kind-values.yaml", ""),
        ("charts/lib/Chart.yaml", "apiVersion: v2\nname: lib\ntype: library\n"),
    ]), @r"
    layout  charts/api (dev) api@-: common.yaml dev.yaml
    layout  charts/api (prod) api@-: common.yaml prod.yaml
    layout  charts/lone (-) lone@-:
    layout  charts/lone (ci) lone@-: kind-values.yaml
    ");
}

#[test]
fn values_may_say_which_environment_they_are_for() {
    assert_snapshot!(check(&[
        ("environments/Chart.yaml", CHART),
        ("environments/values-base.yaml", "name: base\n"),
        ("environments/values-summit.yaml", "name: summit\n"),
        ("environments/values-dev.yaml", "name: dev\n"),
        ("environments/values-ha.yaml", "replicas: 3\n"),
        ("charts/api/Chart.yaml", CHART),
        ("charts/api/values-base.yaml", "name: base\n"),
        ("charts/api/values-summit.yaml", "environment: summit\n"),
        ("charts/api/values-worker.yaml", "name: worker\n"),
    ]), @r"
    layout  charts/api (summit) api@-: values-base.yaml values-summit.yaml
    layout  charts/api (-) api@-: values-base.yaml values-worker.yaml
    layout  environments (base) .@-: values-base.yaml
    layout  environments (dev) .@-: values-dev.yaml
    layout  environments (summit) .@-: values-summit.yaml
    layout  environments (-) .@-: values-ha.yaml
    ");
}

#[test]
fn reads_applications_in_the_order_of_argo_cd() {
    assert_snapshot!(check(&[
        ("charts/api/Chart.yaml", CHART),
        ("charts/api/values-dev.yaml", "a: 3\n"),
        ("charts/api/values-prod.yaml", "a: 4\n"),
        ("config/prod.yaml", "a: 4\n"),
        (
            "apps/production/api.yaml",
            r"
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: api}
spec:
  destination: {namespace: api-prod, server: https://kubernetes.default.svc}
  sources:
  - repoURL: https://github.com/acme/config
    ref: config
  - repoURL: https://github.com/acme/platform
    path: charts/api
    helm:
      releaseName: backend
      parameters:
      - {name: image.tag, value: '1.2'}
      fileParameters:
      - {name: note, path: note.txt}
      valuesObject: {b: 1}
      values: |
        c: 2
      valueFiles: [values-prod.yaml, $config/config/prod.yaml, $missing/a.yaml, ../../../b.yaml]
"
        ),
    ]), @r#"
    apps/production/api.yaml:21: no source of this Application has `ref: missing`
    apps/production/api.yaml:21: `../../../b.yaml` is outside the repository
    asked   charts/api (production) backend@api-prod: values-prod.yaml prod.yaml {b} image.tag=1.2 note=<charts/api/note.txt
    "#);
}

#[test]
fn tells_of_charts_that_are_elsewhere() {
    assert_snapshot!(check(&[(
        "apps/a.yaml",
        r"
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: redis}
spec:
  source: {repoURL: https://charts.example.org, chart: redis, targetRevision: 1.2.3}
---
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: web, namespace: web}
spec:
  chart:
    spec:
      chart: web
      sourceRef: {kind: HelmRepository, name: acme}
"
    )]), @r"
    apps/a.yaml:6: the chart `redis` 1.2.3 is not in this repository, so what it renders is not checked
      `helm pull redis --repo https://charts.example.org --version 1.2.3 --untar` puts it here
    apps/a.yaml:14: the chart `web` is not in this repository, so what it renders is not checked
      `helm pull acme/web --untar` puts it here
    apps/a.yaml:14: `web` is not pinned: the newest version is used
      pin one version
    ");
}

#[test]
fn reads_releases_of_flux() {
    assert_snapshot!(check(&[
        ("charts/api/Chart.yaml", CHART),
        ("charts/api/values-stage.yaml", "a: 3\n"),
        (
            "apps/stage/api.yaml",
            r"
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: api, namespace: flux-system}
spec:
  targetNamespace: api
  chart:
    spec:
      chart: ./charts/api
      sourceRef: {kind: GitRepository, name: platform}
      valuesFiles: [./charts/api/values-stage.yaml]
  values: {replicas: 2}
"
        ),
    ]), @"asked   charts/api (stage) api-api@api: values-stage.yaml {replicas}");
}

#[test]
fn takes_values_from_where_the_configuration_says() {
    let config = "
charts:
- paths: ['charts/*']
  values: [values-base.yaml, '/config/{env}/{chart}.yaml']
  namespace: '{chart}-{env}'
";
    assert_snapshot!(check_with(config, &[
        ("charts/api/Chart.yaml", CHART),
        ("charts/api/values-base.yaml", "a: 1\n"),
        ("charts/api/values-dev.yaml", "a: 1\n"),
        ("config/blue/api.yaml", "a: 3\n"),
        ("config/prod-eu/api.yaml", "a: 3\n"),
        ("config/prod-eu/web.yaml", "a: 3\n"),
    ]), @r"
    layout  charts/api (blue) api@api-blue: values-base.yaml api.yaml
    layout  charts/api (prod-eu) api@api-prod-eu: values-base.yaml api.yaml
    ");
}

#[test]
fn tells_of_folders_that_are_in_another_repository() {
    assert_snapshot!(check(&[(
        "apps/a.yaml",
        r"
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: web}
spec:
  source: {repoURL: https://git.example.org/other.git, path: charts/web, helm: {releaseName: w}}
---
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: api, namespace: api}
spec:
  chart:
    spec:
      chart: ./charts/api
      sourceRef: {kind: GitRepository, name: other}
"
    )]), @"
    apps/a.yaml:6: the chart `charts/web` is not in this repository, so what it renders is not checked
    apps/a.yaml:14: the chart `./charts/api` is not in this repository, so what it renders is not checked
    ");
}

/// What Flux takes from other sources, and what is wrong with what it asks for.
fn sourced(text: &str, folders: &[(&str, &str)]) -> String {
    let files = folders
        .iter()
        .copied()
        .chain([("clusters/flux.yaml", text)]);
    let snapshot: Memory = files.collect();
    let source = snapshot.source("clusters/flux.yaml".into()).unwrap();
    let objects: Vec<Object> = source
        .documents()
        .documents
        .into_iter()
        .map(object)
        .collect();
    let config = Config::default();
    let spec = TargetSpec::new("clusters".into(), Content::Kustomization, &config);
    let known = Known {
        snapshot: &snapshot,
        config: &config,
        addresses: &Addresses::new(["https://git.example.org/acme/platform.git"]),
        sources: &Sources::of(objects.iter().map(|object| (&spec, object))),
        clusters: &[],
        shelf: &Shelf::default(),
        asker: None,
    };
    let mut told = Vec::new();
    for object in &objects {
        let asked = asked_by(known, object);
        told.extend(
            asked
                .targets
                .iter()
                .map(|spec| format!("here {}", spec.path)),
        );
        told.extend(asked.sourced.iter().map(|own| {
            let revision = own.revision.as_deref().unwrap_or("-");
            format!("elsewhere {} @{revision}", own.name)
        }));
        told.extend(asked.problems.iter().map(tell_problem));
    }
    told.join("\n")
}

#[test]
fn another_branch_has_folders_of_its_own() {
    let repository = |name: &str, url: &str, branch: &str| {
        format!(
            "apiVersion: source.toolkit.fluxcd.io/v1\nkind: GitRepository\nmetadata: {{name: {name}}}\nspec: {{url: 'https://git.example.org/acme/{url}', ref: {{branch: {branch}}}}}\n---\n"
        )
    };
    let kustomization = |name: &str, source: &str, path: &str| {
        format!(
            "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {{name: {name}}}\nspec: {{path: {path}, sourceRef: {{kind: GitRepository, name: {source}}}}}\n---\n"
        )
    };
    let text = [
        repository("own", "platform", "main"),
        repository("team", "platform", "team"),
        repository("other", "other", "main"),
        kustomization("own-there", "own", "./apps/web"),
        kustomization("own-gone", "own", "./apps/gone"),
        kustomization("team-there", "team", "./apps/web"),
        kustomization("team-gone", "team", "./staging"),
        kustomization("team-root", "team", "./"),
        kustomization("other", "other", "./apps/web"),
    ];
    let folders = [("apps/web/kustomization.yaml", "resources: []\n")];
    assert_snapshot!(sourced(&text.concat(), &folders), @r"
    here apps/web
    clusters/flux.yaml:24: there is no folder `./apps/gone` in this repository
    here apps/web
    elsewhere team-gone @team
    elsewhere team-root @team
    elsewhere other @main
    ");
}
