//! Files that a kustomization lists in comments are there to be chosen.

use insta::assert_snapshot;

use super::check;

const WEB: &str = "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: web}\nspec:\n  project: default\n  destination: {name: in-cluster, namespace: web}\n  source: {path: operators/web}\n";

fn kustomization(entry: &str) -> String {
    format!(
        "resources:\n{entry}\npatches:\n- target: {{kind: Application}}\n  patch: |\n    - {{op: add, path: /spec/source/repoURL, value: 'https://git.example.org/other/deploy.git'}}\n"
    )
}

#[test]
fn what_is_not_chosen_is_not_deployed() {
    let chosen = kustomization("- argocd/web.yaml");
    let open = kustomization("#- argocd/web.yaml");
    let prose = kustomization("# see argocd/web.yaml");
    let told = |above: &str| {
        let files = [
            ("services/kustomization.yaml", above),
            ("services/argocd/web.yaml", WEB),
            ("services/argocd/not-listed.yaml", WEB),
        ];
        check("missing-field", &files)
    };
    assert_snapshot!(told(&chosen), @"");
    assert_snapshot!(told(&open), @"");
    assert_snapshot!(told(&prose), @r"
    services/argocd/not-listed.yaml:7: error {-} `repoURL` is missing in `source`
    services/argocd/web.yaml:7: error {-} `repoURL` is missing in `source`
    ");
}

#[test]
fn what_something_deploys_is_no_menu() {
    let application = "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: services}\nspec:\n  project: default\n  destination: {name: in-cluster, namespace: argocd}\n  source: {repoURL: 'https://git.example.org/acme/deploy.git', path: services/argocd}\n";
    let files = [
        ("root/application.yaml", application),
        (
            "services/kustomization.yaml",
            "#- argocd/web.yaml\nresources: []\n",
        ),
        ("services/argocd/web.yaml", WEB),
    ];
    assert_snapshot!(check("missing-field", &files), @"services/argocd/web.yaml:7: error {-} `repoURL` is missing in `source`");
}

#[test]
fn an_application_without_an_address_is_told_once() {
    let files = [("apps/web.yaml", WEB)];
    assert_snapshot!(check("missing-field", &files), @"apps/web.yaml:7: error {-} `repoURL` is missing in `source`");
    assert_snapshot!(check("invalid-application", &files), @"");
    let empty = WEB.replace("{path", "{repoURL: '', path");
    let files = [("apps/web.yaml", empty.as_str())];
    assert_snapshot!(check("missing-field", &files), @"");
    assert_snapshot!(check("invalid-application", &files), @"apps/web.yaml:7: error {-} this source needs a `repoURL`");
}
