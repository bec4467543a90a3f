//! Lesser cases of what is wrong with what deploys.

use insta::assert_snapshot;
use manifest::Memory;

use crate::date::Date;
use crate::{Request, Setup};

/// The findings of a rule, as `path:line severity message (help)`.
fn check(rule: &str, files: &[(&str, &str)]) -> String {
    let memory: Memory = files.iter().copied().collect();
    let setup = Setup::read(&memory, None).unwrap();
    let request = Request::all(Date::parse("2026-06-30").unwrap());
    let findings = setup.check(&memory, &request).report.findings;
    let told = findings.iter().filter(|finding| finding.rule.id == rule);
    let told = told.map(|finding| {
        let place = finding.place.as_ref().unwrap();
        let (path, line) = (place.path(), place.start().line);
        format!("{path}:{line} {} {}\n", finding.severity, finding.message)
    });
    told.collect()
}

fn application(path: &str, more: &str) -> String {
    format!(
        "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {{name: web, namespace: argocd}}\nspec:\n  project: default\n  source: {{repoURL: https://git.example.org/platform.git, path: {path}}}\n  destination: {{name: in-cluster, namespace: web}}\n{more}"
    )
}

#[test]
fn what_is_empty_on_purpose() {
    let check = |file: &str, more: &str| {
        let own = application("web", more);
        check(
            "application-of-nothing",
            &[("apps/web.yaml", own.as_str()), (file, "")],
        )
    };
    assert_snapshot!(check("web/.gitkeep", ""), @"apps/web.yaml:6 info `web` renders no objects yet: its folder is kept empty");
    assert_snapshot!(check("web/notes.txt", ""), @"apps/web.yaml:6 warning `web` renders no objects");
    assert_snapshot!(check("web/notes.txt", "  syncPolicy: {automated: {allowEmpty: true}}\n"), @"apps/web.yaml:6 info `web` renders no objects");
}

const OBJECT: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n";

/// What is said of overlays of two applications, of which those for `dev` are deployed, beside more
/// files.
fn overlays(name: &str, more: &[(&str, &str)]) -> String {
    let own = application("web/overlays/dev", "");
    let other = application("api/overlays/dev", "").replace("name: web", "name: api");
    let (web, api) = (
        format!("web/overlays/{name}/kustomization.yaml"),
        format!("api/overlays/{name}/kustomization.yaml"),
    );
    let mut files = vec![
        ("apps/web.yaml", own.as_str()),
        ("apps/api.yaml", other.as_str()),
        ("web/base/a.yaml", OBJECT),
        ("web/base/kustomization.yaml", "resources: [a.yaml]\n"),
        ("api/base/a.yaml", OBJECT),
        ("api/base/kustomization.yaml", "resources: [a.yaml]\n"),
        (
            "web/overlays/dev/kustomization.yaml",
            "resources: [../../base]\n",
        ),
        (
            "api/overlays/dev/kustomization.yaml",
            "resources: [../../base]\n",
        ),
        (&web, "resources: [../../base]\n"),
        (&api, "resources: [../../base]\n"),
    ];
    files.extend(more);
    check("undeployed-overlay", &files)
}

#[test]
fn an_environment_of_which_nothing_is_deployed_is_told_once() {
    assert_snapshot!(overlays("uat", &[]), @"api/overlays/uat/kustomization.yaml:1 info nothing here deploys any of the 2 `uat` overlays");
    let deployed = application("shop/overlays/uat", "").replace("name: web", "name: shop");
    let shop = [
        ("apps/shop.yaml", deployed.as_str()),
        ("shop/overlays/uat/a.yaml", OBJECT),
        (
            "shop/overlays/uat/kustomization.yaml",
            "resources: [a.yaml]\n",
        ),
    ];
    assert_snapshot!(overlays("uat", &shop), @r"
    api/overlays/uat/kustomization.yaml:1 warning nothing deploys this overlay, although `dev` beside it is deployed
    web/overlays/uat/kustomization.yaml:1 warning nothing deploys this overlay, although `dev` beside it is deployed
    ");
    // The entries of the environment's own list are commented out.
    let list = "resources:\n- a.yaml\n# - apps/web.yaml\n# - apps/api.yaml # later\n";
    let mut listed = shop.to_vec();
    listed.push(("argocd/uat/a.yaml", OBJECT));
    listed.push(("argocd/uat/kustomization.yaml", list));
    assert_snapshot!(overlays("uat", &listed), @"api/overlays/uat/kustomization.yaml:1 info the entries for 2 `uat` overlays are commented out in argocd/uat/kustomization.yaml, the one for this overlay among them");
    listed[4].1 = "resources:\n- a.yaml\n# - apps/web.yaml\n";
    assert_snapshot!(overlays("uat", &listed), @r"
    api/overlays/uat/kustomization.yaml:1 warning nothing deploys this overlay, although `dev` beside it is deployed
    web/overlays/uat/kustomization.yaml:1 info the entry for this overlay is commented out in argocd/uat/kustomization.yaml:3
    ");
}

#[test]
fn replicas_that_an_application_ignores() {
    let objects = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, namespace: web}\nspec:\n  replicas: 2\n  selector: {matchLabels: {app: web}}\n  template: {metadata: {labels: {app: web}}, spec: {containers: [{name: web, image: 'example.org/web:1'}]}}\n---\napiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: web, namespace: web}\nspec:\n  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}\n  minReplicas: 2\n  maxReplicas: 4\n";
    let check = |more: &str| {
        let own = application("prod/web", more);
        check(
            "autoscaled-replicas",
            &[
                ("apps/web.yaml", own.as_str()),
                ("prod/web/a.yaml", objects),
            ],
        )
    };
    let ignored =
        "  ignoreDifferences: [{group: apps, kind: Deployment, jsonPointers: [/spec/replicas]}]\n";
    assert_snapshot!(check(""), @"prod/web/a.yaml:5 warning the replicas of `web` are also set by an autoscaler");
    assert_snapshot!(check(ignored), @"prod/web/a.yaml:5 warning the replicas of `web` are also set by an autoscaler");
    assert_snapshot!(check(&format!("{ignored}  syncPolicy: {{syncOptions: [RespectIgnoreDifferences=true]}}\n")), @"prod/web/a.yaml:5 info the replicas of `web` are also set by an autoscaler");
}
