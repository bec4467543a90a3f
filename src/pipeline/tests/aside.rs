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
    ];
    assert_snapshot!(check("missing-resource", &files), @"");
    assert_snapshot!(check("unknown-field", &files), @"archive/pod.yaml:4: error {-} unknown field `hostPIDD` in `spec`");
    assert_snapshot!(check("plain-secret", &files), @".archive/a/secret.yaml:4: error {-} Secret `a` is not encrypted: password");
}
