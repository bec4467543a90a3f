//! What Argo CD makes of what it deploys.

use insta::assert_snapshot;

use super::rendered;

fn application(name: &str, source: &str) -> String {
    format!(
        "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {{name: {name}}}\nspec:\n  project: default\n  source: {{repoURL: https://git.example.org/platform.git, {source}}}\n  destination: {{namespace: web, name: in-cluster}}\n"
    )
}

fn config(name: &str) -> String {
    format!("apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {name}}}\n")
}

#[test]
fn options_in_the_folder_win() {
    let own = application(
        "web",
        "path: web, kustomize: {namePrefix: a-, nameSuffix: -s}",
    );
    let files = [
        ("apps/web.yaml", own.as_str()),
        ("web/kustomization.yaml", "resources: [config.yaml]\n"),
        ("web/config.yaml", &config("web")),
        ("web/.argocd-source.yaml", "kustomize: {namePrefix: b-}\n"),
        (
            "web/.argocd-source-web.yaml",
            "kustomize: {namespace: shop}\n",
        ),
        (
            "web/.argocd-source-api.yaml",
            "kustomize: {namespace: api}\n",
        ),
    ];
    assert_snapshot!(rendered(&files), @r#"
    # web (-) web
    apiVersion: v1
    kind: ConfigMap
    metadata:
      name: b-web-s
      namespace: shop
    "#);
}

#[test]
fn a_folder_of_manifests_has_patterns() {
    let own = application(
        "web",
        "path: web, directory: {recurse: true, include: '{*.yaml,*.jsonnet}', exclude: 'old/*'}",
    );
    let files = [
        ("apps/web.yaml", own.as_str()),
        ("web/one.yaml", &config("one")),
        ("web/two.yml", &config("two")),
        ("web/old/three.yaml", &config("three")),
        ("web/new/four.yaml", &config("four")),
        ("web/five.jsonnet", "{}"),
    ];
    assert_snapshot!(rendered(&files), @r#"
    # web (-) web
    apiVersion: v1
    kind: ConfigMap
    metadata:
      name: four
    apiVersion: v1
    kind: ConfigMap
    metadata:
      name: one
    ? `web/five.jsonnet` is Jsonnet, which is not run here, so what it makes is not checked
    "#);
}

#[test]
fn a_chart_that_is_a_kustomization_is_built_as_one() {
    let own = application("web", "path: web");
    let files = [
        ("apps/web.yaml", own.as_str()),
        ("web/kustomization.yaml", "resources: [config.yaml]\n"),
        ("web/config.yaml", &config("web")),
        (
            "web/Chart.yaml",
            "apiVersion: v2\nname: web\nversion: 1.0.0\n",
        ),
    ];
    assert_snapshot!(rendered(&files), @r#"
    # web (-) web
    apiVersion: v1
    kind: ConfigMap
    metadata:
      name: web
    "#);
}
