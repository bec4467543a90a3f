//! How what deploys is told of: how severe it is, of which Application, and what comes of it.

use insta::assert_snapshot;
use manifest::Memory;

use crate::date::Date;
use crate::{Request, Setup};

/// The findings of this group with their severities, related places and advice.
fn check(files: &[(&str, &str)]) -> String {
    let memory: Memory = files.iter().copied().collect();
    let setup = Setup::read(&memory, None).unwrap();
    let request = Request::all(Date::parse("2026-06-30").unwrap());
    let findings = setup.check(&memory, &request).report.findings;
    let is_own = |id: &str| super::RULES.iter().any(|rule| rule.id == id);
    let own = findings.iter().filter(|finding| is_own(&finding.rule.id));
    let mut told = String::new();
    for finding in own {
        let place = finding.place.as_ref().unwrap();
        let (path, line) = (place.path(), place.start().line);
        let severity = format!("{:?}", finding.severity).to_lowercase();
        told += &format!("{path}:{line} {severity} {}\n", finding.message);
        for related in &finding.related {
            let (path, line) = (related.place.path(), related.place.start().line);
            told += &format!("  {path}:{line} {}\n", related.what);
        }
        if finding.rule.id == "invalid-project" {
            told += &format!("  {}\n", finding.help.as_deref().unwrap_or("-"));
        }
    }
    told
}

#[test]
fn what_only_the_server_of_argo_cd_refuses_is_no_error() {
    let project = "apiVersion: argoproj.io/v1alpha1\nkind: AppProject\nmetadata: {name: shop, namespace: argocd}\nspec:\n  roles:\n    - name: dev\n      policies:\n        - p, proj:shop:dev, applications, get, *, allow\n        - p, proj:shop:ops, applications, get, shop/*, allow\n";
    assert_snapshot!(check(&[("projects/shop.yaml", project)]), @r"
    projects/shop.yaml:8 warning the object of this policy has to begin with `shop/`: `*`
      Argo CD's API server rejects this policy in `argocd proj` and the UI; applying the project with kubectl or from git bypasses that check: the policy is accepted and may never match
    projects/shop.yaml:9 error the subject of this policy has to be `proj:shop:dev`, not `proj:shop:ops`
      the role `dev` gets nothing by it
    ");
}

#[test]
fn applications_are_named_where_the_place_is_not_theirs() {
    let project = "apiVersion: argoproj.io/v1alpha1\nkind: AppProject\nmetadata: {name: shop, namespace: argocd}\nspec:\n  sourceRepos: ['*']\n  destinations: [{namespace: 'shop-*', name: in-cluster}]\n";
    let set = "apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata: {name: all, namespace: argocd}\nspec:\n  generators:\n    - list:\n        elements:\n          - {name: web}\n          - {name: api}\n  template:\n    metadata: {name: '{{name}}'}\n    spec:\n      project: shop\n      source: {repoURL: 'https://git.example.org/platform.git', path: '{{name}}'}\n      destination: {name: in-cluster, namespace: tools}\n";
    let objects = |namespace: &str| {
        format!(
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: a, namespace: {namespace}-a}}\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {{name: b, namespace: {namespace}-b}}\n"
        )
    };
    let (web, api) = (objects("web"), objects("shop"));
    let files = [
        ("projects/shop.yaml", project),
        ("apps/all.yaml", set),
        ("web/objects.yaml", web.as_str()),
        ("api/objects.yaml", api.as_str()),
    ];
    assert_snapshot!(check(&files), @r"
    apps/all.yaml:13 error Application `web`: the project `shop` does not permit the namespaces `web-a`, `web-b`, which its objects name
      projects/shop.yaml:6 what it permits
      web/objects.yaml:3 an object names it here
    apps/all.yaml:15 error Applications `api`, `web`: the project `shop` does not permit the namespace `tools` of `in-cluster`
      projects/shop.yaml:6 what it permits
    ");
}

#[test]
fn a_project_that_many_name_is_told_once() {
    let project = "apiVersion: argoproj.io/v1alpha1\nkind: AppProject\nmetadata: {name: shop, namespace: argocd}\nspec: {sourceRepos: ['*'], destinations: [{namespace: '*', server: '*'}]}\n";
    let application = |name: &str, project: &str| {
        format!(
            "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {{name: {name}, namespace: argocd}}\nspec:\n  project: {project}\n  source: {{repoURL: 'https://git.example.org/{name}.git', path: a}}\n  destination: {{name: in-cluster, namespace: {name}}}\n"
        )
    };
    let (a, b) = (application("a", "platform"), application("b", "platform"));
    let c = application("c", "payments");
    let files = [
        ("projects/shop.yaml", project),
        ("apps/a.yaml", a.as_str()),
        ("apps/b.yaml", b.as_str()),
        ("apps/c.yaml", c.as_str()),
    ];
    assert_snapshot!(check(&files), @r"
    apps/a.yaml:5 warning there is no AppProject `platform` in this repository, which 2 Applications name
      apps/b.yaml:5 `b` names it, too
    apps/c.yaml:5 warning there is no AppProject `payments` in this repository
    ");
}

#[test]
fn production_of_a_test_is_none() {
    let object = |namespace: &str, url: &str| {
        format!(
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: a, namespace: {namespace}}}\ndata: {{url: {url}}}\n"
        )
    };
    let other = "http://api.web-staging.svc.cluster.local";
    let (prod, staging) = (object("web-prod", other), object("web-staging", other));
    let of = |folder: &str| {
        let [prod_at, staging_at] = ["prod", "staging"].map(|own| format!("{folder}/{own}/a.yaml"));
        check(&[
            (prod_at.as_str(), prod.as_str()),
            (staging_at.as_str(), staging.as_str()),
        ])
    };
    assert_snapshot!(of("tests/fixtures/web/overlays"), @"");
    assert_snapshot!(of("web/overlays"), @"web/overlays/prod/a.yaml:4 warning `api.web-staging.svc.cluster.local` belongs to staging, but this is deployed to production");
}

#[test]
fn an_object_that_several_environments_misplace_is_told_once() {
    let object = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: web-dev}\n";
    let namespace =
        |name: &str| format!("apiVersion: v1\nkind: Namespace\nmetadata: {{name: web-{name}}}\n");
    let [dev, uat, prod] = ["dev", "uat", "prod"].map(namespace);
    let overlay = "resources: [../../base, namespace.yaml]\n";
    let files = [
        ("base/a.yaml", object),
        ("base/kustomization.yaml", "resources: [a.yaml]\n"),
        ("overlays/dev/kustomization.yaml", overlay),
        ("overlays/dev/namespace.yaml", dev.as_str()),
        ("overlays/uat/kustomization.yaml", overlay),
        ("overlays/uat/namespace.yaml", uat.as_str()),
        ("overlays/prod/kustomization.yaml", overlay),
        ("overlays/prod/namespace.yaml", prod.as_str()),
    ];
    assert_snapshot!(check(&files), @"base/a.yaml:3 warning ConfigMap `a` goes to namespace `web-dev` of dev, but is deployed to prod and uat");
}

#[test]
fn a_json_file_that_is_no_manifest() {
    let application = "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: web, namespace: argocd}\nspec:\n  project: default\n  source: {repoURL: 'https://git.example.org/platform.git', path: web}\n  destination: {name: in-cluster, namespace: web}\n";
    let with = |file: &'static str, text: &'static str| {
        check(&[("apps/web.yaml", application), (file, text)])
    };
    assert_snapshot!(with("web/report.json", "{\"a\": 1}\n"), @r"
    apps/web.yaml:6 warning `web` cannot sync: Argo CD reads every `.json` file in the folder as a manifest, but `web/report.json` is not one
      web/report.json:1 not a manifest
    ");
    assert_snapshot!(with("web/notes.txt", "text\n"), @"apps/web.yaml:6 warning `web` renders no objects");
}

#[test]
fn two_of_one_name_among_tokens() {
    let application = |path: &str| {
        format!(
            "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {{name: web, namespace: argocd}}\nspec:\n  project: default\n  source: {{repoURL: 'https://git.example.org/platform.git', path: {path}}}\n  destination: {{name: in-cluster, namespace: web}}\n"
        )
    };
    let of = |a: &str, b: &str| {
        let (a, b) = (application(a), application(b));
        check(&[("apps/a.yaml", a.as_str()), ("apps/b.yaml", b.as_str())])
    };
    assert_snapshot!(of("clusters/<NAME>/a", "clusters/<NAME>/b"), @r"
    apps/b.yaml:3 warning another Application is also called `web`
      apps/a.yaml:3 the other one
    ");
    assert_snapshot!(of("clusters/one/a", "clusters/one/b"), @r"
    apps/b.yaml:3 error another Application is also called `web`
      apps/a.yaml:3 the other one
    ");
}

#[test]
fn an_object_of_two_kustomizations() {
    let of = |name: &str| {
        format!(
            "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {{name: {name}, namespace: flux-system}}\nspec:\n  interval: 1h\n  prune: true\n  path: ./web\n  sourceRef: {{kind: GitRepository, name: flux-system}}\n"
        )
    };
    let (a, b) = (of("one"), of("two"));
    let files = [
        ("clusters/dev/a.yaml", a.as_str()),
        ("clusters/dev/b.yaml", b.as_str()),
        (
            "web/a.yaml",
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: web}\n",
        ),
    ];
    assert_snapshot!(check(&files), @r"
    clusters/dev/b.yaml:7 warning Kustomizations `two` and `one` both apply ConfigMap/a
      clusters/dev/a.yaml:7 the other one
    ");
}
