//! Which application is in which environment.

use insta::assert_snapshot;
use manifest::Memory;

use crate::date::Date;
use crate::pipeline::Matrix;
use crate::report::matrix;
use crate::{Request, Setup};

const CONFIG: &str =
    "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {ports: [{port: 80}]}\n";

/// The cells, each with what told it.
fn told(files: &[(&str, &str)]) -> String {
    human(files, true)
}

/// The table.
fn shown(files: &[(&str, &str)]) -> String {
    human(files, false)
}

fn human(files: &[(&str, &str)], why: bool) -> String {
    let memory: Memory = files.iter().copied().collect();
    let setup = Setup::read(&memory, None).unwrap();
    let request = Request::all(Date::parse("2026-06-30").unwrap());
    let deployed = setup.render(&memory, &request, Setup::lenient());
    matrix::human(&Matrix::of(&deployed), why)
}

fn application(name: &str, labels: &str, path: &str, destination: &str) -> String {
    format!(
        "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {{name: {name}, labels: {{{labels}}}}}\nspec:\n  project: default\n  source: {{repoURL: https://git.example.org/platform.git, path: {path}}}\n  destination: {{{destination}}}\n"
    )
}

#[test]
fn what_stands_beside_environments_is_one() {
    let overlay = "resources: [a.yaml]\n";
    let mut files = Vec::new();
    for path in [
        "clusters/dev",
        "clusters/prod",
        "clusters/sbox",
        "apps/web/sbox/00",
        "apps/web/prod/base",
        "apps/shop/overlays/dev",
        "apps/shop/overlays/prod",
        "apps/shop/overlays/okd",
        "apps/okd",
    ] {
        files.push((format!("{path}/kustomization.yaml"), overlay));
        files.push((format!("{path}/a.yaml"), CONFIG));
    }
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (&**path, *text)).collect();
    assert_snapshot!(told(&files), @r#"
    .
      dev  clusters/dev  → dev  from its folder
      sbox  clusters/sbox  → sbox  from its destination
      prod  clusters/prod  → prod  from its folder
    okd
      unassigned  apps/okd  from nothing
    shop
      dev  apps/shop/overlays/dev  from its folder
      okd  apps/shop/overlays/okd  from its folder
      prod  apps/shop/overlays/prod  from its folder
    web
      sbox  apps/web/sbox/00  from its folder
      prod  apps/web/prod/base  from its folder
    "#);
}

#[test]
fn labels_and_clusters_name_environments() {
    let one = application(
        "shop-pro-leon-web",
        "environment: pro, cluster: leon.example.org",
        "web",
        "server: 'https://leon.example.org', namespace: web",
    );
    let other = application(
        "shop-pre-avila-web",
        "environment: pre, cluster: avila.example.org",
        "web",
        "server: 'https://avila.example.org', namespace: web",
    );
    let demo = application(
        "api-eks-demo-1",
        "",
        "web",
        "name: eks-demo-1, namespace: web",
    );
    let files = [
        ("apps/a.yaml", one.as_str()),
        ("apps/b.yaml", other.as_str()),
        ("apps/c.yaml", demo.as_str()),
        ("web/a.yaml", CONFIG),
    ];
    assert_snapshot!(told(&files), @r#"
    api
      demo  web  → eks-demo-1/web  from its destination
    shop-web
      pre  web  → https://avila.example.org/web  from a label of what deploys it
      pro  web  → https://leon.example.org/web  from a label of what deploys it
    "#);
}

#[test]
fn an_application_of_a_chart_elsewhere_has_one_name_for_its_environment() {
    let remote = |name: &str| {
        format!(
            "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {{name: {name}}}\nspec:\n  project: default\n  source: {{repoURL: https://charts.example.org, chart: redis, targetRevision: 1.2.3}}\n  destination: {{server: 'https://kubernetes.default.svc', namespace: redis}}\n"
        )
    };
    let (a, b) = (remote("redis-prod"), remote("cache-prod"));
    let web = application(
        "web-production",
        "",
        "web",
        "name: in-cluster, namespace: web",
    );
    let files = [
        ("apps/a.yaml", a.as_str()),
        ("apps/b.yaml", b.as_str()),
        ("apps/c.yaml", web.as_str()),
        ("web/a.yaml", CONFIG),
    ];
    assert_snapshot!(told(&files), @r#"
    cache
      production  cache-prod  → redis  from the name of what deploys it
    redis
      production  redis-prod  → redis  from the name of what deploys it
    web
      production  web  → web  from the name of what deploys it
    "#);
}

#[test]
fn a_word_of_a_name_may_mean_something_else() {
    let to = |name: &str| application(name, "", "web", "name: in-cluster, namespace: web");
    let names = [
        "crm-integration",
        "local-path-provisioner",
        "shop-test",
        "shop-prod",
    ];
    let applications = names.map(|name| (format!("argocd/{name}.yaml"), to(name)));
    let files = applications.iter().map(|(path, text)| (&**path, &**text));
    let files: Vec<_> = files.chain([("web/a.yaml", CONFIG)]).collect();
    assert_snapshot!(told(&files), @r"
    crm-integration
      unassigned  web  → web  from nothing
    local-path-provisioner
      unassigned  web  → web  from nothing
    shop
      test  web  → web  from a word in the name or destination of what deploys it
      prod  web  → web  from the name of what deploys it
    ");
}

#[test]
fn a_folder_called_like_a_test_is_no_environment_by_itself() {
    let alert = application("alert", "", "alerts/test/web", "name: in-cluster");
    let files = [
        ("alerts/base/a.yaml", CONFIG),
        ("alerts/test/alert.yaml", alert.as_str()),
        ("alerts/test/web/a.yaml", CONFIG),
        ("web/test/a.yaml", CONFIG),
        ("web/uat/a.yaml", CONFIG),
    ];
    assert_snapshot!(told(&files), @r"
    alert
      test  alerts/test/web  from the folder of what deploys it
    alerts
      unassigned  alerts/base  from nothing
    web
      test  web/test  from its folder
      uat  web/uat  from its folder
    ");
    let files = [files[0], files[1], files[2]];
    assert_snapshot!(told(&files), @r"
    alert
      unassigned  alerts/test/web  from nothing
    alerts
      unassigned  alerts/base  from nothing
    ");
}

#[test]
fn values_of_a_chart_that_only_test_it_are_no_environment() {
    let chart = |name: &str| format!("apiVersion: v2\nname: {name}\nversion: 1.0.0\n");
    let (cache, web) = (chart("cache"), chart("web"));
    let files = [
        ("vendor/cache/Chart.yaml", cache.as_str()),
        ("vendor/cache/templates/a.yaml", CONFIG),
        ("vendor/cache/values.test.yaml", "a: 1\n"),
    ];
    assert_snapshot!(told(&files), @r"
    cache
      unassigned  vendor/cache  from nothing
    ");
    let with = [
        files[0],
        files[1],
        files[2],
        ("charts/web/Chart.yaml", web.as_str()),
        ("charts/web/templates/a.yaml", CONFIG),
        ("charts/web/values-test.yaml", "a: 1\n"),
        ("charts/web/values-prod.yaml", "a: 1\n"),
    ];
    assert_snapshot!(told(&with), @r"
    cache
      test  vendor/cache  from its values files
    web
      test  charts/web  from its values files
      prod  charts/web  from its values files
    ");
}

#[test]
fn what_an_environment_brings_is_not_called_by_a_part_of_its_name() {
    let child = "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: '{{ .Values.app }}'}\nspec:\n  project: default\n  source: {repoURL: https://git.example.org/platform.git, path: web, helm: {valueFiles: ['values-{{ .Values.name }}.yaml']}}\n  destination: {name: in-cluster, namespace: web}\n";
    let chart = "apiVersion: v2\nname: own\nversion: 1.0.0\n";
    let files = [
        ("sites/Chart.yaml", chart),
        ("sites/templates/a.yaml", child),
        (
            "sites/values-north-lab-dev.yaml",
            "{name: north-lab-dev, app: system-test}\n",
        ),
        (
            "sites/values-south-dev.yaml",
            "{name: south-dev, app: system-test}\n",
        ),
        ("web/Chart.yaml", chart),
        ("web/templates/a.yaml", CONFIG),
        ("web/values-north-lab-dev.yaml", "a: 1\n"),
        ("web/values-south-dev.yaml", "a: 1\n"),
    ];
    assert_snapshot!(told(&files), @r"
    system-test
      north-lab-dev  web  → web  from what brings the object that deploys it
      south-dev  web  → web  from what brings the object that deploys it
    ");
}

#[test]
fn an_overlay_that_is_an_environment_of_others_is_one() {
    let overlay = "resources: [a.yaml]\n";
    let mut files = Vec::new();
    for path in [
        "web/overlays/dev",
        "web/overlays/prod",
        "web/overlays/acme",
        "shop/overlays/dev",
        "shop/overlays/prod",
        "shop/overlays/acme",
        "shop/overlays/okd",
        "login/overlays/acme",
        "cart/overlays/okd",
    ] {
        files.push((format!("{path}/kustomization.yaml"), overlay));
        files.push((format!("{path}/a.yaml"), CONFIG));
    }
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (&**path, *text)).collect();
    assert_snapshot!(told(&files), @r"
    cart
      unassigned  cart/overlays/okd  from nothing
    login
      acme  login/overlays/acme  from its folder
    shop
      dev  shop/overlays/dev  from its folder
      acme  shop/overlays/acme  from its folder
      okd  shop/overlays/okd  from its folder
      prod  shop/overlays/prod  from its folder
    web
      dev  web/overlays/dev  from its folder
      acme  web/overlays/acme  from its folder
      prod  web/overlays/prod  from its folder
    ");
}

#[test]
fn what_somebody_applies_to_begin_with_is_deployed() {
    let start = |name: &str, path: &str| {
        let text = application(name, "", path, "name: in-cluster, namespace: argocd");
        (format!("platform/{name}.yaml"), text)
    };
    let (root, other) = (start("root", "platform"), start("other", "web"));
    let files = [
        ("platform/kustomization.yaml", "resources: [a.yaml]\n"),
        ("platform/a.yaml", CONFIG),
        (&*root.0, &*root.1),
        (&*other.0, &*other.1),
        ("web/a.yaml", CONFIG),
    ];
    assert_snapshot!(told(&files), @r"
    other
      unassigned  web  → argocd  from nothing
    root
      unassigned  platform  → argocd  from nothing
    ");
}

#[test]
fn what_flux_takes_from_other_sources_is_there() {
    let flux = "apiVersion: source.toolkit.fluxcd.io/v1\nkind: OCIRepository\nmetadata: {name: policies, namespace: flux-system}\nspec: {url: 'oci://registry.example.org/acme/policies', ref: {tag: v1.2.3}}\n---\napiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: policies, namespace: flux-system}\nspec:\n  sourceRef: {kind: OCIRepository, name: policies}\n  targetNamespace: guard\n---\napiVersion: source.toolkit.fluxcd.io/v1\nkind: GitRepository\nmetadata: {name: charts, namespace: flux-system}\nspec: {url: 'https://git.example.org/charts.git', ref: {branch: stable}}\n---\napiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: web, namespace: flux-system}\nspec: {chart: {spec: {chart: ./stable/web, sourceRef: {kind: GitRepository, name: charts}}}}\n";
    let files = [("clusters/prod/flux.yaml", flux)];
    assert_snapshot!(told(&files), @r"
    policies
      prod  policies  → prod/guard  from its folder
    web
      prod  web  → prod  from its folder
    ");
}

#[test]
fn an_overlay_that_only_others_are_deployed_like() {
    let web = "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: web-dev}\nspec:\n  project: default\n  sources:\n  - {repoURL: https://charts.example.org, chart: redis, targetRevision: 1.2.3}\n  - {repoURL: https://git.example.org/platform.git, path: web/overlays/dev}\n  destination: {name: in-cluster, namespace: web}\n";
    let overlay = "resources: [a.yaml]\n";
    let files = [
        ("argocd/web.yaml", web),
        ("web/overlays/dev/kustomization.yaml", overlay),
        ("web/overlays/dev/a.yaml", CONFIG),
        ("web/overlays/prod/kustomization.yaml", overlay),
        ("web/overlays/prod/a.yaml", CONFIG),
        ("api/overlays/prod/kustomization.yaml", overlay),
        ("api/overlays/prod/a.yaml", CONFIG),
    ];
    assert_snapshot!(shown(&files), @r"
         dev          prod (production)
    api               deployed
    web  redis 1.2.3  not deployed
    ");
}

#[test]
fn what_nothing_deploys_beside_what_is_deployed() {
    let to = |name: &str| {
        let path = format!("apps/{name}");
        application(name, "", &path, "name: in-cluster, namespace: web")
    };
    let (web, shop) = (to("web"), to("shop"));
    let plugin = to("plugin").replace("path: ", "plugin: {name: own}, path: ");
    let files = [
        ("argocd/web.yaml", web.as_str()),
        ("argocd/shop.yaml", shop.as_str()),
        ("argocd/plugin.yaml", plugin.as_str()),
        ("apps/web/a.yaml", CONFIG),
        ("apps/shop/a.yaml", CONFIG),
        ("apps/rest/a.yaml", CONFIG),
        ("apps/plugin/a.yaml", CONFIG),
        ("tools/a.yaml", CONFIG),
    ];
    assert_snapshot!(told(&files), @r"
    plugin
      unassigned  plugin  → web  from nothing
      unassigned  apps/plugin  from nothing
    rest
      unassigned  apps/rest  from nothing; nothing deploys it, although others beside it are deployed
    shop
      unassigned  apps/shop  → web  from nothing
    tools
      unassigned  tools  from nothing
    web
      unassigned  apps/web  → web  from nothing
    ");
}

#[test]
fn a_cluster_among_other_folders_is_no_category() {
    let files = ["apps/web", "infra/dns", "tools", "local-k8s"].map(|folder| {
        let file = format!("{folder}/a.yaml");
        (file, CONFIG)
    });
    let files: Vec<_> = files.iter().map(|(path, text)| (&**path, *text)).collect();
    assert_snapshot!(told(&files), @r"
    .
      local-k8s  local-k8s  from its folder
    dns
      unassigned  infra/dns  from nothing
    tools
      unassigned  tools  from nothing
    web
      unassigned  apps/web  from nothing
    ");
}
