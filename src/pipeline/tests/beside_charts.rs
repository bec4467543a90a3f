//! Manifests in the folder of a chart.

use insta::assert_snapshot;

use super::{check, rendered};

const CHART: (&str, &str) = (
    "apps/web/Chart.yaml",
    "apiVersion: v2\nname: web\nversion: 1.0.0\n",
);
const TEMPLATE: (&str, &str) = (
    "apps/web/templates/a.yaml",
    "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {host: '{{ .Values.host }}'}\n",
);
const VALUES: (&str, &str) = ("apps/web/environments/prod.yaml", "host: example.org\n");

/// What deploys a chart may stand beside it.
#[test]
fn an_application_in_the_folder_of_its_chart() {
    let application = "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: web-prod}\nspec:\n  project: default\n  destination: {name: in-cluster, namespace: web}\n  source: {repoURL: 'https://git.example.org/platform.git', path: apps/web, helm: {valueFiles: [environments/prod.yaml]}}\n";
    let files = [
        CHART,
        TEMPLATE,
        VALUES,
        ("apps/web/argocd/prod.yaml", application),
    ];
    assert_snapshot!(rendered(&files), @r"
    # web-prod (prod) apps/web
    apiVersion: v1
    data:
      host: example.org
    kind: ConfigMap
    metadata:
      name: a
    ");
}

#[test]
fn what_a_template_reads_is_no_manifest() {
    let pod =
        "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [], hostPIDD: true}\n";
    let files = [
        CHART,
        TEMPLATE,
        ("apps/web/extra/pod.yaml", pod),
        ("apps/web/pods/values.yaml", "a: {{ b }}\n"),
        ("apps/web/pods/broken.yaml", "a: [\n"),
    ];
    assert_snapshot!(check("unknown-field", &files), @"apps/web/extra/pod.yaml:4: error {-} unknown field `hostPIDD` in `spec`");
    assert_snapshot!(check("invalid-yaml", &files), @"");
    let reads = "a: {{ .Files.Get \"extra/pod.yaml\" | quote }}\n";
    let mut read = files.to_vec();
    read.push(("apps/web/templates/b.yaml", reads));
    assert_snapshot!(check("unknown-field", &read), @"");
}
