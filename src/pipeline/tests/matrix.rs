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
    let memory: Memory = files.iter().copied().collect();
    let setup = Setup::read(&memory, None).unwrap();
    let request = Request::all(Date::parse("2026-06-30").unwrap());
    let deployed = setup.render(&memory, &request, Setup::lenient());
    matrix::human(&Matrix::of(&deployed), true)
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
