//! What people put aside is not deployed, but it is still there to be read.

use insta::assert_snapshot;

use super::check;

#[test]
fn what_is_put_aside_reaches_no_cluster() {
    let pod =
        "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [], hostPIDD: true}\n";
    let secret =
        "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\nstringData: {password: x9-Kf2mQ7w}\n";
    let files = [
        (
            ".archive/a/kustomization.yaml",
            "resources: [pod.yaml, secret.yaml, gone.yaml]\n",
        ),
        (".archive/a/pod.yaml", pod),
        (".archive/a/secret.yaml", secret),
        ("_old/pod.yaml", pod),
        ("archive/pod.yaml", pod),
        ("apps/disabled/pod.yaml", pod),
        ("apps/web-deprecated/pod.yaml", pod),
        ("overlays/prod-disabled/pod.yaml", pod),
        ("media/plex.disabled/pod.yaml", pod),
        ("overlays/tls-disabled/pod.yaml", pod),
    ];
    assert_snapshot!(check("missing-resource", &files), @"");
    assert_snapshot!(check("unknown-field", &files), @"
    archive/pod.yaml:4: error {-} unknown field `hostPIDD` in `spec`
    overlays/tls-disabled/pod.yaml:4: error {-} unknown field `hostPIDD` in `spec`
    ");
    assert_snapshot!(check("plain-secret", &files), @".archive/a/secret.yaml:4: error {-} Secret `a` is not encrypted: password");
}

#[test]
fn an_archive_is_put_aside_where_something_deploys() {
    let pod =
        "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [], hostPIDD: true}\n";
    let application = "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: a, namespace: argocd}\nspec:\n  project: default\n  source: {repoURL: 'https://example.com/a.git', path: web/archive}\n  destination: {name: in-cluster, namespace: a}\n";
    let files = [
        ("argocd/a.yaml", application),
        ("archive/old/pod.yaml", pod),
        ("web/archive/pod.yaml", pod),
    ];
    assert_snapshot!(check("unknown-field", &files), @"web/archive/pod.yaml:4: error {-} unknown field `hostPIDD` in `spec`");
    assert_snapshot!(check("unknown-field", &files[1..]).lines().count(), @"2");
}

/// What a cluster once gave is a record of it, unless something deploys it.
#[test]
fn records_of_a_cluster_reach_none() {
    let application = |name: &str, path: &str, more: &str| {
        format!(
            "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {{name: {name}, namespace: argocd{more}}}\nspec:\n  project: default\n  source: {{repoURL: https://git.example.org/platform.git, path: {path}}}\n  destination: {{namespace: web, name: in-cluster}}\n"
        )
    };
    let live = "apiVersion: v1\nkind: Service\nmetadata: {name: web, uid: 0a1b, resourceVersion: '7'}\nspec: {ports: [{port: 80}]}\nstatus: {}\n";
    let web = application("web", "web", "");
    let recorded = application("web", "web", ", uid: 0a1c, resourceVersion: '8'") + "status: {}\n";
    let service =
        "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {ports: [{port: 80}]}\n";
    let files = [
        ("apps/web.yaml", web.as_str()),
        ("evidence/run/service.yaml", live),
        ("evidence/run/web.yaml", &recorded),
        ("web/service.yaml", service),
    ];
    assert_snapshot!(check("two-applications-of-one-name", &files), @"");
    assert_snapshot!(check("invalid-value", &files), @"");
    // Nor is what was exported beside it, once or twice.
    let exported = application(
        "web",
        "web",
        ", uid: 0a1c, resourceVersion: '8', creationTimestamp: x",
    );
    let again = exported.replace("'8'", "'9'");
    let mut root = files.to_vec();
    root.extend([
        ("web.yaml", &*exported),
        ("again.yaml", &*again),
        ("other.yaml", service),
    ]);
    assert_snapshot!(check("two-applications-of-one-name", &root), @"");
    assert_snapshot!(check("two-applications-of-one-name", &root[4..]), @"");
    // What is deployed is no record, and neither is anything where people deploy by hand.
    let mut deployed = files.to_vec();
    deployed.push(("web/live.yaml", live));
    assert_snapshot!(check("invalid-value", &deployed), @"web/live.yaml:3: error {-} `resourceVersion` must not be set: the API server sets it, and rejects the creation of an object that has it");
    assert_snapshot!(check("invalid-value", &[("web/live.yaml", live)]), @"web/live.yaml:3: error {-} `resourceVersion` must not be set: the API server sets it, and rejects the creation of an object that has it");
}

/// What a chart printed is kept for a look at it, unless something deploys it.
#[test]
fn the_print_of_a_chart_is_put_aside_where_something_deploys() {
    let pod = "---\n# Source: web/templates/pod.yaml\napiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [], hostPIDD: true}\n";
    let application = |path: &str| {
        format!(
            "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {{name: a, namespace: argocd}}\nspec:\n  project: default\n  source: {{repoURL: 'https://example.com/a.git', path: {path}}}\n  destination: {{name: in-cluster, namespace: a}}\n"
        )
    };
    let told = |path: &str, pod: &str| {
        let application = application(path);
        let files = [
            ("argocd/a.yaml", application.as_str()),
            (
                "charts/web/Chart.yaml",
                "apiVersion: v2\nname: web\nversion: 1.0.0\n",
            ),
            ("print/web.yaml", pod),
        ];
        check("unknown-field", &files)
    };
    assert_snapshot!(told("charts/web", pod), @"");
    assert_snapshot!(told("print", pod), @"print/web.yaml:6: error {-} unknown field `hostPIDD` in `spec`");
    let other = pod.replace("web/", "other/");
    assert_snapshot!(told("charts/web", &other), @"print/web.yaml:6: error {-} unknown field `hostPIDD` in `spec`");
}
