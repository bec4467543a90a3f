//! What is wrong with what asks for something to be deployed.

use insta::assert_snapshot;

use super::{check, rendered};

const CONFIG: (&str, &str) = (
    "web/a.yaml",
    "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: web}\n",
);

fn set(generators: &str, name: &str) -> String {
    format!(
        "apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata: {{name: web}}\nspec:\n  goTemplate: true\n  goTemplateOptions: [missingkey=error]\n  generators: [{generators}]\n  template:\n    metadata:\n      name: '{name}'\n    spec:\n      project: default\n      source: {{repoURL: https://git.example.org/platform.git, path: web}}\n      destination: {{name: in-cluster, namespace: web}}\n"
    )
}

#[test]
fn an_application_that_points_at_itself() {
    let own = "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: root}\nspec:\n  project: default\n  source: {repoURL: https://git.example.org/platform.git, path: apps}\n  destination: {name: in-cluster, namespace: argocd}\n";
    let files = [("apps/root.yaml", own)];
    assert_snapshot!(rendered(&files), @r#"
    # root (-) apps
    apiVersion: argoproj.io/v1alpha1
    kind: Application
    metadata:
      name: root
    spec:
      destination:
        name: in-cluster
        namespace: argocd
      project: default
      source:
        path: apps
        repoURL: https://git.example.org/platform.git
    "#);
    assert_snapshot!(check("target-not-rendered", &files), @"");
}

#[test]
fn generators_that_multiply_without_bound() {
    let list = format!("{{list: {{elements: [{}]}}}}", "{a: 1},".repeat(200));
    let product = format!("{{matrix: {{generators: [{list}, {list}]}}}}");
    let own = set(&product, "web-{{ .a }}");
    let told = check(
        "invalid-application-set",
        &[("apps/set.yaml", own.as_str()), CONFIG],
    );
    assert_snapshot!(told, @"apps/set.yaml:7: error {-} this generates more than 20000 sets of parameters");
}

#[test]
fn templates_that_fail() {
    let own = set(
        "{list: {elements: [{env: dev}, {environment: prod}]}}",
        "web-{{ .env }}",
    );
    let told = check(
        "invalid-application-set",
        &[("apps/set.yaml", own.as_str()), CONFIG],
    );
    assert_snapshot!(told, @"apps/set.yaml:10: error {-} `.env`: there is no key `env`");
}

#[test]
fn templates_in_go_where_nothing_says_so() {
    let own = |name: &str| {
        let own = set("{list: {elements: [{env: dev}]}}", name);
        own.replace(
            "  goTemplate: true\n  goTemplateOptions: [missingkey=error]\n",
            "",
        )
    };
    let told = |name: &str| {
        let own = own(name);
        check(
            "invalid-application-set",
            &[("apps/set.yaml", own.as_str()), CONFIG],
        )
    };
    assert_snapshot!(told("web-{{ .env }}"), @"apps/set.yaml:8: error {-} `{{ .env }}` is not filled in: without `goTemplate: true`, only `{{name}}` is");
    assert_snapshot!(told("{{- if .env }}web{{ end }}"), @"apps/set.yaml:8: error {-} `{{- if .env }}` is not filled in: without `goTemplate: true`, only `{{name}}` is");
    assert_snapshot!(told("web-{{env}}"), @"");
    assert_snapshot!(told("web-{{env}}-{{ .region }}"), @"apps/set.yaml:8: error {-} `{{ .region }}` is not filled in: without `goTemplate: true`, only `{{name}}` is");
    let of_chart = own("web-{{env}}").replace(
        "path: web}",
        "path: web, helm: {valuesObject: {host: '{{ .Name }}.example.org'}}}",
    );
    let files = [("apps/set.yaml", of_chart.as_str()), CONFIG];
    assert_snapshot!(check("invalid-application-set", &files), @"");
}

#[test]
fn malformed_configuration_files() {
    let own = set(
        "{git: {repoURL: https://git.example.org/platform.git, revision: HEAD, files: [{path: config/*.yaml}]}}",
        "web-{{ .env }}",
    );
    let files = [
        ("apps/set.yaml", own.as_str()),
        ("config/dev.yaml", "env: dev\n"),
        ("config/prod.yaml", "env: [prod\n"),
        CONFIG,
    ];
    assert_snapshot!(check("invalid-application-set", &files), @"");
    assert_snapshot!(check("invalid-yaml", &files), @"config/prod.yaml:1: error {} this `[` is never closed");
}

#[test]
fn two_sources_of_one_path() {
    let own = "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: web}\nspec:\n  project: default\n  sources:\n  - {repoURL: https://git.example.org/platform.git, path: web}\n  - {repoURL: https://git.example.org/platform.git, path: web}\n  destination: {name: in-cluster, namespace: web}\n";
    assert_snapshot!(rendered(&[("apps/web.yaml", own), CONFIG]), @r#"
    # web (-) web
    apiVersion: v1
    kind: ConfigMap
    metadata:
      name: web
    # web (-) web
    apiVersion: v1
    kind: ConfigMap
    metadata:
      name: web
    "#);
}

#[test]
fn a_repository_without_remotes() {
    // Any address may be this repository's, so that a path that is not there says nothing.
    let own = "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: web}\nspec:\n  project: default\n  source: {repoURL: https://git.example.org/platform.git, path: web}\n  destination: {name: in-cluster, namespace: web}\n---\napiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: other}\nspec:\n  project: default\n  source: {repoURL: https://git.example.org/other.git, path: elsewhere}\n  destination: {name: in-cluster, namespace: web}\n";
    let files = [("apps/web.yaml", own), CONFIG];
    assert_snapshot!(rendered(&files), @r#"
    # web (-) web
    apiVersion: v1
    kind: ConfigMap
    metadata:
      name: web
    "#);
    assert_snapshot!(check("missing-source-path", &files), @"");
}

#[test]
fn json_in_place_of_yaml() {
    let own = r#"{"apiVersion": "argoproj.io/v1alpha1", "kind": "Application", "metadata": {"name": "web"}, "spec": {"project": "default", "source": {"repoURL": "https://git.example.org/platform.git", "path": "web"}, "destination": {"name": "in-cluster", "namespace": "web"}}}"#;
    let set = set(
        "{git: {repoURL: https://git.example.org/platform.git, revision: HEAD, files: [{path: config/*.json}]}}",
        "web-{{ .env }}",
    );
    let files = [
        ("apps/web.yaml", own),
        ("apps/set.yaml", set.as_str()),
        ("config/dev.json", r#"{"env": "dev"}"#),
        CONFIG,
    ];
    assert_snapshot!(rendered(&files), @r#"
    # web (-) web
    apiVersion: v1
    kind: ConfigMap
    metadata:
      name: web
    ? what https://git.example.org/platform.git holds is not known here, so the Applications that depend on it are not checked
    "#);
}

#[test]
fn equal_keys_in_what_a_chart_prints() {
    let files = [
        ("Chart.yaml", "apiVersion: v2\nname: web\nversion: 1.0.0\n"),
        (
            "templates/a.yaml",
            "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  containers:\n  - name: web\n    image:\n    image: {{ \"acme/web:1.4.2\" }}\n",
        ),
    ];
    assert_snapshot!(check("duplicate-key", &files), @"templates/a.yaml:8: warning {-} duplicate key `image` in this mapping");
    assert_snapshot!(check("missing-field", &files), @"");
}

#[test]
fn objects_that_nothing_separates() {
    let one = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {a: b}\n";
    let other = "kind: ConfigMap\napiVersion: v1\nmetadata: {name: b}\n";
    let told = |text: &str| check("duplicate-key", &[("web/a.yaml", text)]);
    assert_snapshot!(told(&format!("{one}{one}{other}")), @"
    web/a.yaml:5: error {} a second object starts here, in the document of the one before
    web/a.yaml:9: error {} a second object starts here, in the document of the one before
    ");
    assert_snapshot!(told(&format!("{one}---\n{other}")), @"");
    // A key that is there twice in one object is told all the same.
    assert_snapshot!(told(&format!("{one}data: {{c: d}}\n{other}data: {{}}\ndata: {{}}\n")), @"
    web/a.yaml:5: error {} duplicate key `data` in this mapping
    web/a.yaml:6: error {} a second object starts here, in the document of the one before
    web/a.yaml:10: error {} duplicate key `data` in this mapping
    ");
    assert_snapshot!(told(&format!("{one}kind: Secret\n")), @"web/a.yaml:5: error {} duplicate key `kind` in this mapping");
}
