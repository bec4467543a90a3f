use manifest::Memory;

use crate::date::Date;
use crate::rule::Severity;
use crate::{Request, Setup};

const OBJECT: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n";

const APPLICATION: &str = "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: web, namespace: argocd}\nspec:\n  project: default\n  source: {repoURL: https://git.example.org/platform.git, path: web/overlays/dev}\n  destination: {name: in-cluster, namespace: web}\n";

/// The rules that still warn, beside a text.
fn check(path: &str, text: &str) -> String {
    let files = [
        ("web/base/a.yaml", OBJECT),
        ("web/base/kustomization.yaml", "resources: [a.yaml]\n"),
        ("web/base/other.yaml", OBJECT),
        (
            "web/overlays/dev/kustomization.yaml",
            "resources: [../../base]\n",
        ),
        (
            "web/overlays/uat/kustomization.yaml",
            "resources: [../../base]\n",
        ),
        ("apps/web.yaml", APPLICATION),
        (path, text),
    ];
    let memory: Memory = files.into_iter().collect();
    let setup = Setup::read(&memory, None).unwrap();
    let request = Request::all(Date::parse("2026-06-30").unwrap());
    let findings = setup.check(&memory, &request).report.findings;
    let own = ["unreferenced-manifest", "undeployed-overlay"];
    let warned = findings.iter().filter(|own| own.severity > Severity::Info);
    let told = warned.map(|finding| &*finding.rule.id);
    let told: Vec<&str> = told.filter(|id| own.contains(id)).collect();
    told.join(" ")
}

#[test]
fn a_command_deploys_what_it_names() {
    const BOTH: &str = "unreferenced-manifest undeployed-overlay";
    for (path, text, expected) in [
        ("README.md", "Nothing.\n", BOTH),
        ("README.md", "We test `web/overlays/uat`.\n", BOTH),
        (
            "README.md",
            "kubectl apply -k web/overlays/uat\n",
            "unreferenced-manifest",
        ),
        (
            "web/deploy.sh",
            "kubectl apply -f base/other.yaml\n",
            "undeployed-overlay",
        ),
        ("web/base/README.md", "kubectl apply -k .\n", BOTH),
        (
            "Makefile",
            "uat:\n\tkustomize build web/overlays/uat | kubectl apply -f -\n",
            "unreferenced-manifest",
        ),
        (
            ".github/workflows/test.yaml",
            "run: kustomize build web/overlays/uat | kubeconform\n",
            BOTH,
        ),
        (
            "apps/web.yaml",
            &format!("{APPLICATION}# change the path to web/overlays/uat for tests\n"),
            "unreferenced-manifest",
        ),
    ] {
        assert_eq!(check(path, text), expected, "{text}");
    }
}
