//! What is less severe for where it is.

use insta::assert_snapshot;

use super::check;

#[test]
fn an_example_breaks_nothing() {
    let pod =
        "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [], hostPIDD: true}\n";
    let secret =
        "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\nstringData: {password: x9-Kf2mQ7w}\n";
    let application = "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: a}\nspec:\n  project: default\n  source: {repoURL: 'https://example.com/a.git', path: examples/used}\n  destination: {name: in-cluster, namespace: a}\n";
    let files = [
        ("apps/a.yaml", application),
        (
            "docs/template/kustomization.yaml",
            "resources: [../../../base]\n",
        ),
        (".taskfiles/wipe/pod.yaml", pod),
        ("docs/pod.yaml", pod),
        ("examples/used/pod.yaml", pod),
        ("examples/secret.yaml", secret),
    ];
    assert_snapshot!(check("outside-root", &files), @"docs/template/kustomization.yaml:1: warning {-} `../../../base` may not be read: it is outside the repository");
    assert_snapshot!(check("unknown-field", &files), @r"
    .taskfiles/wipe/pod.yaml:4: warning {-} unknown field `hostPIDD` in `spec`
    docs/pod.yaml:4: warning {-} unknown field `hostPIDD` in `spec`
    examples/used/pod.yaml:4: error {-} unknown field `hostPIDD` in `spec`
    ");
    assert_snapshot!(check("plain-secret", &files), @"examples/secret.yaml:4: error {-} Secret `a` is not encrypted: password");
}

#[test]
fn flux_answers_for_its_own_manifests() {
    let role = "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: a}\nrules:\n- {apiGroups: [''], resources: ['*'], verbs: ['*']}\n";
    let files = [
        ("clusters/prod/flux-system/gotk-components.yaml", role),
        ("clusters/prod/other/role.yaml", role),
    ];
    assert_snapshot!(check("wildcard-permissions", &files), @r"
    clusters/prod/flux-system/gotk-components.yaml:5: info {prod} the role grants every verb and every resource of the API group core
    clusters/prod/other/role.yaml:5: error {prod} the role grants every verb and every resource of the API group core
    ");
}
