//! What is known in part: of a value, of a file, of an object, of what a chart deploys.

use insta::assert_snapshot;

use super::check;

const CHART: &str = "apiVersion: v2\nname: web\nversion: 1.0.0\n";

#[test]
fn an_image_is_to_blame_where_a_part_of_it_is_missing() {
    let told = |image: &str| {
        let pod = format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: a}}\nspec:\n  containers:\n  - name: a\n    image: {image}\n"
        );
        let files = [
            ("web/Chart.yaml", CHART),
            (
                "web/values.yaml",
                "name: web\naccount: null\ncommit: 00690e9\nteam: Shop\n",
            ),
            ("web/templates/pod.yaml", pod.as_str()),
        ];
        check("invalid-image", &files)
    };
    assert_snapshot!(told("{{ .Values.account }}.example.org/{{ .Values.name }}:1"), @"web/templates/pod.yaml:7: warning {-} `.example.org/web:1` is not a valid image reference: it is not of the form `registry/repository:tag`");
    assert_snapshot!(told("{{ .Values.name }}/{{ .Values.name }}:{{ .Values.commit }}"), @"web/values.yaml:3: error {-} `web/web:6.9e+11` is not a valid image reference: it is not of the form `registry/repository:tag`");
    assert_snapshot!(told("{{ .Values.name }}/A:{{ .Values.name }}"), @"web/templates/pod.yaml:7: warning {-} `web/A:web` is not a valid image reference: the repository must be in lower case");
    assert_snapshot!(told("{{ .Values.team }}"), @"web/values.yaml:4: error {-} `Shop` is not a valid image reference: the repository must be in lower case");
}

#[test]
fn a_file_that_git_crypt_keeps_locked() {
    let files = [
        ("locked/kustomization.yaml", "\0GITCRYPT\0\u{1}x"),
        ("broken/kustomization.yaml", "resources: [\n"),
    ];
    assert_snapshot!(check("locked-file", &files), @"locked/kustomization.yaml:1: info {-} encrypted with git-crypt: unlock the clone to have it checked");
    assert_snapshot!(check("invalid-yaml", &files), @"broken/kustomization.yaml:1: error {-} this `[` is never closed");
    assert_snapshot!(check("unreadable-file", &files), @"");
}

#[test]
fn a_part_of_an_object_is_applied_server_side() {
    let told = |annotations: &str, spec: &str, options: &str| {
        let object = format!(
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: web, annotations: {{{annotations}}}}}\nspec:\n{spec}"
        );
        let application = format!(
            "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {{name: web}}\nspec:\n  project: default\n  source: {{repoURL: https://git.example.org/platform.git, path: web}}\n  destination: {{namespace: web, name: in-cluster}}\n  syncPolicy: {{syncOptions: [{options}]}}\n"
        );
        let files = [
            ("apps/web.yaml", application.as_str()),
            ("web/deployment.yaml", object.as_str()),
        ];
        check("missing-field", &files)
    };
    let part = "  template: {metadata: {annotations: {a: b}}}\n";
    let own = "argocd.argoproj.io/sync-options: 'Prune=false,ServerSideApply=true'";
    assert_snapshot!(told("", part, ""), @r"
    web/deployment.yaml:4: error {-} `selector` is missing in `spec`
    web/deployment.yaml:5: error {-} `spec` is missing in `template`
    ");
    assert_snapshot!(told("", part, "ServerSideApply=true"), @"web/deployment.yaml:4: warning {-} this Deployment is partial: it can be applied only where something else has created it");
    assert_snapshot!(told(own, part, ""), @"web/deployment.yaml:4: warning {-} this Deployment is partial: it can be applied only where something else has created it");
    // One field is left out by mistake.
    let slip =
        "  selector: {matchLabels: {a: b}}\n  template: {metadata: {labels: {a: b}}, spec: {}}\n";
    assert_snapshot!(told("", slip, "ServerSideApply=true"), @"web/deployment.yaml:6: error {-} `containers` is missing in `spec`");
}

#[test]
fn what_a_chart_below_depends_on_may_deploy_anything() {
    let told = |dependencies: &str| {
        let below = format!("apiVersion: v2\nname: below\nversion: 1.0.0\n{dependencies}");
        let files = [
            (
                "apps/web.yaml",
                "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: web}\nspec:\n  project: default\n  source: {repoURL: https://git.example.org/platform.git, path: web, helm: {valueFiles: [dev.yaml]}}\n  destination: {namespace: web, name: in-cluster}\n  ignoreDifferences:\n  - {group: apps, kind: Deployment, jsonPointers: [/spec/replicas]}\n",
            ),
            (
                "web/Chart.yaml",
                "apiVersion: v2\nname: web\nversion: 1.0.0\ndependencies: [{name: below, version: 1.0.0, repository: 'file://../below'}]\n",
            ),
            ("web/dev.yaml", "a: b\n"),
            (
                "web/templates/a.yaml",
                "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n",
            ),
            ("below/Chart.yaml", below.as_str()),
            (
                "below/templates/a.yaml",
                "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: b}\n",
            ),
        ];
        check("unused-ignore-difference", &files)
    };
    let elsewhere =
        "dependencies: [{name: operator, version: 1.0.0, repository: 'https://example.org'}]\n";
    assert_snapshot!(told(elsewhere), @"");
    assert_snapshot!(told(""), @"apps/web.yaml:9: warning {-} `web` deploys no Deployment of group `apps`");
}

#[test]
fn hosts_that_belong_to_nobody() {
    let ingress = |host: &str| {
        format!(
            "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {{name: web}}\nspec: {{rules: [{{host: {host}}}]}}\n"
        )
    };
    let (dev, production) = (ingress("web.dev.example.org"), ingress("web.example.org"));
    let config = |data: &str| {
        format!("apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: web}}\ndata: {{{data}}}\n")
    };
    let told = |data: &str| {
        let config = config(data);
        let files = [
            ("envs/dev/ingress.yaml", dev.as_str()),
            ("envs/production/ingress.yaml", production.as_str()),
            ("envs/production/config.yaml", config.as_str()),
        ];
        check("names-another-environment", &files)
    };
    assert_snapshot!(told("url: 'https://web.dev.example.org'"), @"envs/production/config.yaml:4: warning {production} `web.dev.example.org` belongs to dev, but this is deployed to production");
    assert_snapshot!(told("origins: 'https://web.dev.example.org,https://web.example.org'"), @"");
    let config = config("url: 'https://web.dev.example.org'");
    let files = [
        ("base/ingress.yaml", dev.as_str()),
        ("base/kustomization.yaml", "resources: [ingress.yaml]\n"),
        ("envs/dev/kustomization.yaml", "resources: [../../base]\n"),
        (
            "envs/production/kustomization.yaml",
            "resources: [config.yaml]\n",
        ),
        ("envs/production/config.yaml", config.as_str()),
    ];
    assert_snapshot!(check("names-another-environment", &files), @"");
}

#[test]
fn a_patch_of_comments_alone() {
    let files = [
        (
            "web/kustomization.yaml",
            "resources: [pod.yaml]\npatches:\n- path: later.yaml\n  target: {kind: Pod}\n",
        ),
        ("web/later.yaml", "# nothing yet\n"),
        (
            "web/pod.yaml",
            "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  hostPIDD: true\n  containers: [{name: a, image: 'a:1'}]\n",
        ),
    ];
    assert_snapshot!(check("empty-patch", &files), @"web/kustomization.yaml:3: warning {-} this patch has no content: kustomize before 5.7.1 rejects it");
    assert_eq!(check("patch-not-applied", &files), "");
    assert_snapshot!(check("unknown-field", &files), @"web/pod.yaml:5: error {-} unknown field `hostPIDD` in `spec`");
}
