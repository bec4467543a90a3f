//! What is found out about Applications, projects and Flux' objects.

use insta::assert_snapshot;
use manifest::Memory;

use crate::date::Date;
use crate::{Request, Setup};

/// The findings of this group, as `path:line rule message`.
fn check(files: &[(&str, &str)]) -> String {
    let memory: Memory = files.iter().copied().collect();
    let setup = Setup::read(&memory, None).unwrap();
    let request = Request::all(Date::parse("2026-06-30").unwrap());
    let findings = setup.check(&memory, &request).report.findings;
    let is_own = |id: &str| super::RULES.iter().any(|rule| rule.id == id);
    let told = findings.iter().filter(|finding| is_own(&finding.rule.id));
    let told = told.map(|finding| {
        let place = finding.place.as_ref().unwrap();
        let help = match &finding.help {
            Some(help) if help.starts_with("did you") || help.starts_with("it") => {
                format!(" ({help})")
            }
            _ => String::new(),
        };
        let (path, line) = (place.path(), place.start().line);
        format!(
            "{path}:{line} {} {}{help}\n",
            finding.rule.id, finding.message
        )
    });
    told.collect()
}

fn application(name: &str, more: &str) -> String {
    format!(
        "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {{name: {name}, namespace: argocd}}\nspec:\n{more}"
    )
}

const SOURCE: &str = "  source: {repoURL: https://git.example.org/platform.git, path: web}\n";

const OBJECTS: (&str, &str) = (
    "web/objects.yaml",
    "apiVersion: v1\nkind: Namespace\nmetadata: {name: web, annotations: {argocd.argoproj.io/sync-wave: '1'}}\n---\napiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: web, annotations: {argocd.argoproj.io/sync-wave: first}}\nrules: []\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: web, namespace: web}\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: other, namespace: elsewhere}\n",
);

#[test]
fn what_a_project_does_not_permit() {
    let project = "apiVersion: argoproj.io/v1alpha1\nkind: AppProject\nmetadata: {name: shop, namespace: argocd}\nspec:\n  sourceRepos: ['https://git.example.org/shop/*']\n  destinations: [{namespace: 'shop-*', name: in-cluster}]\n  clusterResourceWhitelist: [{group: '', kind: Namespace}]\n";
    let own = application(
        "web",
        &format!("  project: shop\n{SOURCE}  destination: {{name: in-cluster, namespace: web}}\n"),
    );
    let other = application(
        "api",
        &format!("  project: shopp\n{SOURCE}  destination: {{name: in-cluster, namespace: web}}\n"),
    );
    let files = [
        ("projects/shop.yaml", project),
        ("apps/web.yaml", own.as_str()),
        ("apps/api.yaml", other.as_str()),
        OBJECTS,
    ];
    assert_snapshot!(check(&files), @r"
    apps/api.yaml:5 unknown-project there is no AppProject `shopp` in this repository (did you mean `shop`?)
    apps/web.yaml:5 project-forbids the project `shop` does not permit `ClusterRole`
    apps/web.yaml:5 project-forbids the project `shop` does not permit the namespace `elsewhere`, which its objects name
    apps/web.yaml:6 project-forbids the project `shop` does not permit the repository `https://git.example.org/platform.git`
    apps/web.yaml:6 object-of-two-applications Applications `web` and `api` both apply ClusterRole/web, ConfigMap/other, ConfigMap/web and 1 more
    apps/web.yaml:7 project-forbids the project `shop` does not permit the namespace `web` of `in-cluster`
    web/objects.yaml:3 late-sync-wave namespace `web` comes in wave 1, after ConfigMap `web` of wave 0 in it
    web/objects.yaml:7 invalid-sync-wave `first` is not a whole number, so Argo CD reads it as 0
    ");
}

#[test]
fn what_is_not_here_may_make_projects() {
    let project = "apiVersion: argoproj.io/v1alpha1\nkind: AppProject\nmetadata: {name: bootstrap, namespace: argocd}\nspec: {sourceRepos: ['*'], destinations: [{namespace: '*', server: '*'}]}\n";
    let of = |name: &str, project: &str, chart: &str, namespace: &str| {
        application(
            name,
            &format!(
                "  project: {project}\n  source: {{repoURL: https://charts.example.org, chart: {chart}, targetRevision: 1.0.0}}\n  destination: {{name: in-cluster, namespace: {namespace}}}\n"
            ),
        )
    };
    let told = |chart: &str, namespace: &str| {
        let web = of("web", "team", "web", "web");
        let other = of("other", "bootstrap", chart, namespace);
        check(&[
            ("projects/bootstrap.yaml", project),
            ("apps/web.yaml", web.as_str()),
            ("apps/other.yaml", other.as_str()),
        ])
    };
    assert_snapshot!(told("teams", "argocd"), @"");
    assert_snapshot!(told("teams", "shop"), @"apps/web.yaml:5 unknown-project there is no AppProject `team` in this repository");
    assert_snapshot!(told("argo-cd", "argocd"), @"apps/web.yaml:5 unknown-project there is no AppProject `team` in this repository");
    let remote = |base: &str| {
        let web = of("web", "team", "web", "web");
        let base = format!("namespace: argocd\nresources: [other.yaml, '{base}']\n");
        check(&[
            ("projects/bootstrap.yaml", project),
            ("apps/web.yaml", web.as_str()),
            ("argocd/kustomization.yaml", &base),
            (
                "argocd/other.yaml",
                "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n",
            ),
        ])
    };
    assert_snapshot!(remote("https://github.com/acme/teams?ref=v1"), @"");
    assert_snapshot!(remote("https://github.com/argoproj/argo-cd/manifests/cluster-install?ref=v2.9.0"), @"apps/web.yaml:5 unknown-project there is no AppProject `team` in this repository");
}

#[test]
fn what_argo_cd_refuses() {
    let both = application(
        "web",
        &format!(
            "  project: default\n{SOURCE}  destination: {{name: in-cluster, server: https://kubernetes.default.svc}}\n"
        ),
    );
    let policies = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: argocd-rbac-cm}\ndata:\n  policy.csv: |\n    p, role:dev, applications, get, shop/*\n    g, team, role:nobody\n    p, role:dev, applications, list, shop/*, allow\n    p, role:dev, applications, get, shop/*, alow\n";
    let files = [
        ("apps/web.yaml", both.as_str()),
        ("argocd/rbac.yaml", policies),
        (
            "web/a.yaml",
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n",
        ),
    ];
    assert_snapshot!(check(&files), @r#"
    apps/web.yaml:7 invalid-application a destination has a `server` or a `name`, not both
    argocd/rbac.yaml:6 invalid-rbac-policy a policy is `p, subject, resource, action, object, effect`: this has 5 fields, not 6
    argocd/rbac.yaml:7 powerless-policy no policy grants anything to `role:nobody`
    argocd/rbac.yaml:8 powerless-policy `list` is not an action
    argocd/rbac.yaml:9 powerless-policy `alow` is not an effect: expected one of `allow`, `deny`
    "#);
}

#[test]
fn two_of_one_name_and_differences_of_nothing() {
    let destination = "  destination: {name: in-cluster, namespace: web}\n";
    let first = application("web", &format!("  project: default\n{SOURCE}{destination}"));
    let ignored = "  ignoreDifferences:\n  - {group: '', kind: ConfigMap}\n  - {group: apps, kind: ConfigMap}\n  - {kind: ConfigMap, name: weeb}\n  - {group: '*', kind: Deployment}\n";
    let second = application(
        "web",
        &format!("  project: default\n{SOURCE}{destination}{ignored}"),
    );
    let files = [
        ("apps/web.yaml", first.as_str()),
        ("apps/zweb.yaml", second.as_str()),
        (
            "web/a.yaml",
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: web}\n",
        ),
    ];
    assert_snapshot!(check(&files), @r#"
    apps/zweb.yaml:3 two-applications-of-one-name another Application is also called `web`
    apps/zweb.yaml:10 unused-ignore-difference `web` deploys no ConfigMap of group `apps` (its ConfigMap is in the core group: `group: ""`)
    apps/zweb.yaml:11 unused-ignore-difference `web` deploys no ConfigMap `weeb` (it deploys ConfigMap `web`)
    apps/zweb.yaml:12 unused-ignore-difference `web` deploys no Deployment of group `*`
    "#);
    // Each cluster may have an Argo CD of its own.
    let apart = [
        ("clusters/a/web.yaml", first.as_str()),
        ("clusters/b/web.yaml", first.as_str()),
    ];
    assert_snapshot!(check(&apart), @"");
}

/// What an Application is called by is where it is written, not what tells it apart.
#[test]
fn two_generated_of_one_name() {
    let set = |name: &str| {
        format!(
            "apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata: {{name: {name}, namespace: argocd}}\nspec:\n  generators:\n  - clusters: {{selector: {{matchLabels: {{tier: dev}}}}}}\n  template:\n    metadata:\n      name: 'web-{{{{name}}}}'\n    spec:\n      project: default\n      source: {{repoURL: 'https://git.example.org/platform.git', path: web}}\n      destination: {{server: '{{{{server}}}}', namespace: web}}\n"
        )
    };
    let (a, b) = (set("a"), set("b"));
    let cluster = "apiVersion: v1\nkind: Secret\nmetadata: {name: c, namespace: argocd, labels: {argocd.argoproj.io/secret-type: cluster, tier: dev}}\nstringData: {name: c, server: 'https://10.0.0.1'}\n";
    let config = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: web}\n";
    let files = [
        ("sets/a.yaml", a.as_str()),
        ("sets/b.yaml", b.as_str()),
        ("sets/c.yaml", cluster),
        ("web/a.yaml", config),
    ];
    assert_snapshot!(check(&files), @"sets/b.yaml:9 two-applications-of-one-name another Application is also called `web-c`");
    let of_tests = [
        ("tests/a.yaml", a.as_str()),
        ("tests/b.yaml", b.as_str()),
        ("tests/c.yaml", cluster),
        ("web/a.yaml", config),
    ];
    assert_snapshot!(check(&of_tests), @"");
}

#[test]
fn what_nothing_deploys() {
    let dev = application(
        "web-dev",
        "  project: default\n  source: {repoURL: https://git.example.org/platform.git, path: web/overlays/dev}\n  destination: {name: in-cluster, namespace: web}\n",
    );
    let config = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: web}\n";
    let files = [
        ("apps/web.yaml", dev.as_str()),
        (
            "web/overlays/dev/kustomization.yaml",
            "resources: [a.yaml]\n",
        ),
        ("web/overlays/dev/a.yaml", config),
        (
            "web/overlays/production/kustomization.yaml",
            "resources: [a.yaml]\n",
        ),
        ("web/overlays/production/a.yaml", config),
    ];
    assert_snapshot!(check(&files), @"web/overlays/production/kustomization.yaml:1 undeployed-overlay nothing deploys this overlay, although `dev` beside it is deployed");
}

#[test]
fn what_deploys_others_is_where_people_begin() {
    let of = |name: &str, path: &str| {
        application(
            name,
            &format!(
                "  project: default\n  source: {{repoURL: https://git.example.org/platform.git, path: {path}}}\n  destination: {{name: in-cluster, namespace: web}}\n"
            ),
        )
    };
    let (root, web, web_dev) = (
        of("root", "apps/prod"),
        of("web", "web/overlays/prod"),
        of("web", "web/overlays/dev"),
    );
    let config = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: web}\n";
    let own = "resources: [a.yaml]\n";
    let files = [
        ("apps/prod/a.yaml", web.as_str()),
        ("apps/prod/kustomization.yaml", own),
        ("apps/dev/a.yaml", web_dev.as_str()),
        ("apps/dev/kustomization.yaml", own),
        ("root/root.yaml", root.as_str()),
        ("web/overlays/prod/kustomization.yaml", own),
        ("web/overlays/prod/a.yaml", config),
        ("web/overlays/dev/kustomization.yaml", own),
        ("web/overlays/dev/a.yaml", config),
    ];
    assert_snapshot!(check(&files), @"");
}

#[test]
fn an_application_in_an_environments_folder_is_no_overlay() {
    let dev = application(
        "web-dev",
        "  project: default\n  source: {repoURL: https://git.example.org/platform.git, path: apps/dev/web}\n  destination: {name: in-cluster, namespace: web}\n",
    );
    let config = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: web}\n";
    let files = [
        ("argocd/web.yaml", dev.as_str()),
        ("apps/dev/web/kustomization.yaml", "resources: [a.yaml]\n"),
        ("apps/dev/web/a.yaml", config),
        ("apps/dev/api/kustomization.yaml", "resources: [a.yaml]\n"),
        ("apps/dev/api/a.yaml", config),
    ];
    assert_snapshot!(check(&files), @"");
}

#[test]
fn values_that_an_application_does_not_give() {
    let of = |name: &str, files: &str| {
        application(
            name,
            &format!(
                "  project: default\n  source: {{repoURL: https://git.example.org/platform.git, path: web, helm: {{valueFiles: [{files}]}}}}\n  destination: {{name: in-cluster, namespace: {name}}}\n"
            ),
        )
    };
    let (dev, production) = (of("web-dev", "values-dev.yaml"), of("web-prod", ""));
    let files = [
        ("apps/dev.yaml", dev.as_str()),
        ("apps/production.yaml", production.as_str()),
        (
            "web/Chart.yaml",
            "apiVersion: v2\nname: web\nversion: 1.0.0\n",
        ),
        ("web/values-dev.yaml", "a: 1\n"),
        ("web/values-prod.yaml", "a: 2\n"),
    ];
    assert_snapshot!(check(&files), @r"
    apps/dev.yaml:6 application-of-nothing `web-dev` renders no objects
    apps/production.yaml:6 application-of-nothing `web-prod` renders no objects
    apps/production.yaml:6 values-not-given `web-prod` deploys the chart to prod without `web/values-prod.yaml`, although other Applications use theirs
    ");
}

#[test]
fn what_flux_waits_for() {
    let of = |name: &str, depends: &str| {
        format!(
            "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {{name: {name}, namespace: flux-system}}\nspec:\n  interval: 1h\n  prune: true\n  path: ./{name}\n  sourceRef: {{kind: GitRepository, name: flux-system}}\n  dependsOn: [{depends}]\n"
        )
    };
    let (a, b, c) = (
        of("apps", "{name: infra}"),
        of("infra", "{name: core}"),
        of("core", "{name: apps}, {name: inffra}"),
    );
    let files = [
        ("clusters/dev/a.yaml", a.as_str()),
        ("clusters/dev/b.yaml", b.as_str()),
        ("clusters/dev/c.yaml", c.as_str()),
    ];
    assert_snapshot!(check(&files), @r#"
    clusters/dev/c.yaml:9 flux-dependency-circle these depend on each other in a cycle: apps → infra → core → apps
    clusters/dev/c.yaml:9 unknown-flux-dependency there is no Kustomization `inffra` to wait for (did you mean `infra`?)
    "#);
}

#[test]
fn what_names_another_environment() {
    let ingress = |host: &str| {
        format!(
            "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {{name: web}}\nspec: {{rules: [{{host: {host}}}]}}\n"
        )
    };
    let config = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: web}\ndata:\n  url: https://web.dev.example.org/a\n  own: https://web.example.org\n  db: postgres://db.web-dev.svc.cluster.local:5432\n  shm: /dev/shm\n";
    let (dev, production) = (ingress("web.dev.example.org"), ingress("web.example.org"));
    let namespace = "apiVersion: v1\nkind: Namespace\nmetadata: {name: web-dev}\n";
    let files = [
        ("envs/dev/ingress.yaml", dev.as_str()),
        ("envs/dev/namespace.yaml", namespace),
        ("envs/production/ingress.yaml", production.as_str()),
        ("envs/production/config.yaml", config),
    ];
    assert_snapshot!(check(&files), @r#"
    envs/production/config.yaml:5 names-another-environment `web.dev.example.org` belongs to dev, but this is deployed to production
    envs/production/config.yaml:7 names-another-environment `db.web-dev.svc.cluster.local` belongs to dev, but this is deployed to production
    "#);
}

#[test]
fn each_environment_may_have_a_namespace_of_its_own_by_the_same_name() {
    let config =
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: web}\ndata: {db: db.default.svc}\n";
    let database =
        "apiVersion: v1\nkind: Service\nmetadata: {name: db, namespace: default}\nspec: {}\n";
    let files = [
        ("envs/dev/a.yaml", database),
        ("envs/production/a.yaml", config),
    ];
    assert_snapshot!(check(&files), @"");
}

#[test]
fn applications_of_nothing_and_of_no_project() {
    let destination = "  destination: {name: in-cluster, namespace: web}\n";
    let own = application("web", &format!("  project: default\n{SOURCE}{destination}"));
    let project =
        "apiVersion: argoproj.io/v1alpha1\nkind: AppProject\nmetadata: {name: shop}\nspec: {}\n";
    let files = [
        ("projects/shop.yaml", project),
        ("apps/web.yaml", own.as_str()),
        ("web/notes.yaml", "a: 1\n"),
    ];
    assert_snapshot!(check(&files), @r"
    apps/web.yaml:5 default-project `web` uses the default project, which permits everything
    apps/web.yaml:6 application-of-nothing `web` renders no objects
    ");
}

/// What a chart of Applications makes of the values that it has by default says nothing of what is
/// deployed with others.
#[test]
fn an_application_of_a_chart_that_others_give_values() {
    let destination = "  destination: {name: in-cluster, namespace: web}\n";
    let own = application("web", &format!("  project: default\n{SOURCE}{destination}"));
    let files = |application: &str| {
        let chart = "{apiVersion: v2, name: root, version: 1.0.0}";
        let web = "{apiVersion: v2, name: web, version: 1.0.0}";
        let object = "{{ if .Values.isAdmin }}\n{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}\n{{ end }}\n";
        check(&[
            ("root/Chart.yaml", chart),
            (application, own.as_str()),
            ("web/Chart.yaml", web),
            ("web/templates/a.yaml", object),
        ])
    };
    assert_snapshot!(files("root/templates/web.yaml"), @"");
    assert_snapshot!(files("apps/web.yaml"), @"apps/web.yaml:6 application-of-nothing `web` renders no objects");
}

#[test]
fn what_becomes_of_what_an_application_of_nothing_deployed() {
    for (automated, outcome) in [
        (
            "{prune: true, allowEmpty: true}",
            "`web` renders no objects, so automated sync with `prune` deletes everything that it deployed before",
        ),
        (
            "{prune: true}",
            "`web` renders no objects, and automated sync with `prune` refuses to delete all that it deployed before",
        ),
        ("{allowEmpty: true}", "`web` renders no objects"),
        (
            "{enabled: false, prune: true, allowEmpty: true}",
            "`web` renders no objects",
        ),
        ("", "`web` renders no objects"),
    ] {
        let own = application(
            "web",
            &format!(
                "{SOURCE}  destination: {{name: in-cluster, namespace: web}}\n  syncPolicy: {{automated: {automated}}}\n"
            ),
        );
        let files = [
            ("apps/web.yaml", own.as_str()),
            ("web/notes.yaml", "a: 1\n"),
        ];
        let expect = format!("apps/web.yaml:5 application-of-nothing {outcome}\n");
        assert_eq!(check(&files), expect, "{automated}");
    }
}

const POD: &str = "apiVersion: v1\nkind: Pod\nmetadata: {name: api, namespace: web}\nspec:\n  serviceAccountName: api\n  containers:\n  - name: api\n    image: api:1\n    envFrom:\n    - configMapRef: {name: settings}\n    - secretRef: {name: sealed}\n    - secretRef: {name: token}\n";

fn annotated(kind: &str, name: &str, annotations: &str) -> String {
    format!(
        "apiVersion: v1\nkind: {kind}\nmetadata: {{name: {name}, namespace: web, annotations: {{{annotations}}}}}\n"
    )
}

#[test]
fn waves_that_cannot_be_satisfied() {
    let own = application(
        "web",
        &format!(
            "  project: default\n{SOURCE}  destination: {{name: in-cluster, namespace: web}}\n"
        ),
    );
    let later = annotated("ConfigMap", "settings", "argocd.argoproj.io/sync-wave: '2'");
    let earlier = annotated(
        "ServiceAccount",
        "api",
        "argocd.argoproj.io/sync-wave: '-1'",
    );
    let sealed = "apiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\nmetadata: {name: other, namespace: web, annotations: {argocd.argoproj.io/hook: PostSync}}\nspec: {encryptedData: {}, template: {metadata: {name: sealed}}}\n";
    let hook = annotated(
        "Secret",
        "token",
        "argocd.argoproj.io/hook: PreSync, argocd.argoproj.io/hook-delete-policy: HookSucceeded",
    );
    let migrate = "apiVersion: batch/v1\nkind: Job\nmetadata: {name: migrate, namespace: shop, annotations: {helm.sh/hook: pre-install}}\nspec: {template: {spec: {containers: [{name: a, image: a:1}]}}}\n";
    let custom = "apiVersion: example.org/v1\nkind: Widget\nmetadata: {name: a, namespace: web}\n---\napiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: widgets.example.org, annotations: {argocd.argoproj.io/sync-wave: '1'}}\nspec: {group: example.org, scope: Namespaced, names: {kind: Widget, plural: widgets}, versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}}]}\n";
    let files = [
        ("apps/web.yaml", own.as_str()),
        ("web/pod.yaml", POD),
        ("web/a.yaml", later.as_str()),
        ("web/b.yaml", earlier.as_str()),
        ("web/c.yaml", sealed),
        ("web/d.yaml", hook.as_str()),
        ("web/e.yaml", migrate),
        ("web/f.yaml", custom),
        (
            "web/g.yaml",
            "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n",
        ),
    ];
    assert_snapshot!(check(&files), @r#"
    web/a.yaml:3 late-sync-wave ConfigMap `settings` comes in wave 2, after Pod `api` of wave 0, which needs it
    web/c.yaml:3 late-sync-wave Secret `sealed` comes in PostSync, after Pod `api` of wave 0, which needs it
    web/d.yaml:3 deleted-hook hook Secret `token` is deleted after the sync, but Pod `api` of wave 0 needs it
    web/e.yaml:3 late-sync-wave namespace `shop` comes in wave 0, after Job `migrate` of PreSync in it
    web/f.yaml:7 late-sync-wave the definition of Widget comes in wave 1, after Widget `a` of wave 0
    "#);
}

#[test]
fn waves_that_are_in_order() {
    let own = application(
        "web",
        &format!(
            "  project: default\n{SOURCE}  destination: {{name: in-cluster, namespace: web}}\n"
        ),
    );
    let hook = annotated(
        "Secret",
        "token",
        "argocd.argoproj.io/hook: PreSync, argocd.argoproj.io/hook-delete-policy: BeforeHookCreation",
    );
    let twice = annotated(
        "ConfigMap",
        "settings",
        "argocd.argoproj.io/sync-wave: '-1'",
    );
    let nightly = "apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: nightly, namespace: web}\nspec: {schedule: '0 1 * * *', jobTemplate: {spec: {template: {spec: {containers: [{name: a, image: a:1, envFrom: [{configMapRef: {name: later}}]}]}}}}}\n";
    let later = annotated("ConfigMap", "later", "argocd.argoproj.io/sync-wave: '1'");
    let failed = annotated("ConfigMap", "sealed", "argocd.argoproj.io/hook: SyncFail");
    let files = [
        ("apps/web.yaml", own.as_str()),
        ("web/pod.yaml", POD),
        ("web/a.yaml", twice.as_str()),
        ("web/d.yaml", hook.as_str()),
        ("web/e.yaml", nightly),
        ("web/f.yaml", later.as_str()),
        ("web/g.yaml", failed.as_str()),
    ];
    assert_snapshot!(check(&files), @"");
}

#[test]
fn what_goes_to_another_environment() {
    let of = |name: &str, path: &str, namespace: &str, more: &str| {
        application(
            name,
            &format!(
                "  project: default\n  source: {{repoURL: https://git.example.org/platform.git, path: {path}{more}}}\n  destination: {{name: in-cluster, namespace: {namespace}}}\n"
            ),
        )
    };
    let dev = of("web-dev", "web/dev", "web-dev", "");
    let production = of("web-prod", "web/prod", "web", "");
    let root = of(
        "apps-prod",
        "apps",
        "argocd",
        ", directory: {recurse: true}",
    );
    let own = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: web}\n";
    let strange = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: strange, namespace: web-dev}\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: shared, namespace: monitoring}\n";
    let files = [
        ("bootstrap/root.yaml", root.as_str()),
        ("apps/dev/web.yaml", dev.as_str()),
        ("apps/prod/web.yaml", production.as_str()),
        ("web/dev/a.yaml", own),
        ("web/prod/a.yaml", own),
        ("web/prod/b.yaml", strange),
        // Who deploys this, and where, is not known.
        (
            "cache/dev/a.yaml",
            "apiVersion: v1\nkind: Namespace\nmetadata: {name: cache}\n",
        ),
        (
            "cache/prod/a.yaml",
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: cache}\n",
        ),
    ];
    assert_snapshot!(check(&files), @r#"
    bootstrap/root.yaml:6 application-of-another-environment `apps-prod` of prod also deploys the Application `web-dev`
    web/prod/b.yaml:3 object-in-another-environment ConfigMap `strange` goes to namespace `web-dev` of dev, but is deployed to prod
    "#);
}

/// One environment has the Namespace in git; the clusters of the others have it all the same.
#[test]
fn a_namespace_that_several_environments_use() {
    let of = |environment: &str| {
        application(
            &format!("cache-{environment}"),
            &format!(
                "  project: default\n  source: {{repoURL: https://git.example.org/platform.git, path: cache/{environment}}}\n  destination: {{name: in-cluster, namespace: cache-operator}}\n"
            ),
        )
    };
    let own = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: tenant}\n";
    let all: Vec<(String, String)> = ["dev", "stage", "prod"]
        .into_iter()
        .flat_map(|name| {
            [
                (format!("apps/{name}/cache.yaml"), of(name)),
                (format!("cache/{name}/a.yaml"), own.to_owned()),
            ]
        })
        .collect();
    let namespace = (
        "cache/dev/b.yaml",
        "apiVersion: v1\nkind: Namespace\nmetadata: {name: tenant}\n",
    );
    let told = |left_out: &str| {
        let kept = all.iter().filter(|(path, _)| !path.contains(left_out));
        let kept = kept.map(|(path, text)| (path.as_str(), text.as_str()));
        check(&kept.chain([namespace]).collect::<Vec<_>>())
    };
    assert_snapshot!(told("/stage/"), @"cache/prod/a.yaml:3 object-in-another-environment ConfigMap `a` goes to namespace `tenant` of dev, but is deployed to prod");
    assert_snapshot!(told("/none/"), @"");
}

#[test]
fn what_a_project_inherits() {
    let settings = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: argocd-cm, namespace: argocd}\ndata:\n  globalProjects: |\n    - labelSelector: {matchLabels: {team: shop}}\n      projectName: shared\n";
    let project = |name: &str, team: &str, spec: &str| {
        format!(
            "apiVersion: argoproj.io/v1alpha1\nkind: AppProject\nmetadata: {{name: {name}, namespace: argocd, labels: {{team: {team}}}}}\nspec: {spec}\n"
        )
    };
    let all = "{sourceRepos: ['*'], destinations: [{namespace: '*', server: '*'}], clusterResourceWhitelist: [{group: '*', kind: '*'}]}";
    let (shared, heir, other) = (
        project("shared", "none", all),
        project("heir", "shop", "{}"),
        project("other", "web", "{}"),
    );
    let of = |name: &str| {
        application(
            name,
            &format!(
                "  project: {name}\n{SOURCE}  destination: {{name: in-cluster, namespace: web}}\n"
            ),
        )
    };
    let (a, b) = (of("heir"), of("other"));
    let config = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: web}\n";
    let mut files = vec![
        ("argocd/cm.yaml", settings),
        ("projects/shared.yaml", shared.as_str()),
        ("projects/heir.yaml", heir.as_str()),
        ("projects/other.yaml", other.as_str()),
        ("apps/a.yaml", a.as_str()),
        ("apps/b.yaml", b.as_str()),
        ("web/a.yaml", config),
    ];
    let only_projects = |told: String| -> String {
        let lines = told.lines().filter(|line| line.contains("project"));
        lines.collect::<Vec<_>>().join("\n")
    };
    assert_snapshot!(only_projects(check(&files)), @r#"
    apps/b.yaml:6 project-forbids the project `other` does not permit the repository `https://git.example.org/platform.git`
    apps/b.yaml:7 project-forbids the project `other` does not permit the namespace `web` of `in-cluster`
    "#);
    // Without the settings, labels may mean anything.
    files.remove(0);
    assert_snapshot!(only_projects(check(&files)), @"");
}

#[test]
fn projects_that_something_else_creates() {
    let own = application(
        "web",
        &format!(
            "  project: platform\n{SOURCE}  destination: {{name: in-cluster, namespace: web}}\n"
        ),
    );
    let project =
        "apiVersion: argoproj.io/v1alpha1\nkind: AppProject\nmetadata: {name: shop}\nspec: {}\n";
    let config = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: web}\n";
    let mut files = vec![
        ("projects/shop.yaml", project),
        ("apps/web.yaml", own.as_str()),
        ("web/a.yaml", config),
    ];
    assert_snapshot!(check(&files), @"apps/web.yaml:5 unknown-project there is no AppProject `platform` in this repository");
    files.push((".gitopslint.yaml", "external: {projects: [platform]}\n"));
    assert_snapshot!(check(&files), @"");
}

#[test]
fn projects_that_another_repository_holds() {
    let of = |name: &str| {
        application(
            name,
            &format!(
                "  project: {name}\n{SOURCE}  destination: {{name: in-cluster, namespace: {name}}}\n"
            ),
        )
    };
    let all = ["shop", "guard", "metrics", "search", "shopp"].map(of);
    let project = "apiVersion: argoproj.io/v1alpha1\nkind: AppProject\nmetadata: {name: shop}\nspec: {sourceRepos: ['*'], destinations: [{namespace: '*', server: '*', name: '*'}]}\n";
    let files = [
        ("projects/shop.yaml", project),
        ("apps/all.yaml", &all.join("---\n")),
    ];
    assert_snapshot!(check(&files), @"apps/all.yaml:37 unknown-project there is no AppProject `shopp` in this repository (did you mean `shop`?)");
}

#[test]
fn an_address_that_one_alone_has() {
    let of = |name: &str, url: &str| {
        application(
            name,
            &format!(
                "  project: shop\n  source: {{repoURL: {url}, path: {name}}}\n  destination: {{name: in-cluster, namespace: web}}\n"
            ),
        )
    };
    let told = |url: &str| {
        let own = "https://git.example.org/acme/platform.git";
        let all = [
            of("a", own),
            of("b", "git@git.example.org:acme/platform"),
            of("c", url),
        ];
        check(&[("apps/all.yaml", &all.join("---\n"))])
    };
    assert_snapshot!(told("https://git.example.org/acme/platfrom"), @"apps/all.yaml:22 mistyped-repository no other Application deploys from `https://git.example.org/acme/platfrom`, and 2 from nearly the same address (did you mean `https://git.example.org/acme/platform.git`?)");
    for other in [
        "https://git.example.org/acme/platform-2",
        "https://git.example.org/acme/shop",
    ] {
        assert_eq!(told(other), "", "{other}");
    }
}

#[test]
fn variables_that_flux_replaces_by_nothing() {
    let told_with = |post_build: &str, value: &str, more: &[(&str, &str)]| {
        let own = format!(
            "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {{name: web, namespace: flux-system}}\nspec:\n  interval: 1h\n  prune: true\n  path: ./web\n  sourceRef: {{kind: GitRepository, name: flux-system}}\n  postBuild: {{{post_build}}}\n"
        );
        let config = format!(
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: web, namespace: web}}\ndata:\n  a: {value}\n"
        );
        let files = [
            ("clusters/dev/web.yaml", &*own),
            ("web/config.yaml", &*config),
        ];
        check(&[&files, more].concat())
    };
    let told = |post_build: &str, value: &str| told_with(post_build, value, &[]);
    let set = "substitute: {domain: example.org}";
    assert_snapshot!(told(set, "'${domain}'"), @"");
    assert_snapshot!(told(set, "'${host:-web}.${domain} $${shell} $plain'"), @"");
    assert_snapshot!(told(set, "'${host}.${domain}'"), @"web/config.yaml:5 undefined-variable Flux replaces `${host}` with an empty string");
    assert_snapshot!(told(set, "|\n    a\n    rm -rf ${dir}/${file} ${dir}"), @"web/config.yaml:7 undefined-variable Flux replaces `${dir}`, `${file}` with an empty string");
    assert_snapshot!(told(set, "|\n    a\n    # rm -rf ${dir}\n    b"), @"");
    assert_snapshot!(told(set, "'#${channel}'"), @"web/config.yaml:5 undefined-variable Flux replaces `${channel}` with an empty string");
    // Of what SOPS encrypted, names are known.
    let secret = "apiVersion: v1\nkind: Secret\nmetadata: {name: hidden, namespace: flux-system}\nstringData: {domain: 'ENC[AES256_GCM,data:x]'}\nsops: {mac: x}\n";
    let hidden = |value: &str| {
        let files = [("clusters/dev/secret.yaml", secret)];
        told_with(
            "substituteFrom: [{kind: Secret, name: hidden}]",
            value,
            &files,
        )
    };
    assert_snapshot!(hidden("'web.${domain}'"), @"");
    assert_snapshot!(hidden("'web.${domian}'"), @"web/config.yaml:5 undefined-variable Flux replaces `${domian}` with an empty string");
    // Another source may set it, and without any variable Flux replaces nothing.
    let open = "substitute: {domain: example.org}, substituteFrom: [{kind: Secret, name: gone}]";
    assert_snapshot!(told(open, "'${host}'"), @"");
    assert_snapshot!(told("", "'${host}'"), @"");
}

#[test]
fn what_hangs_from_two_roots_may_be_in_two_clusters() {
    let of = |name: &str, cluster: &str| {
        application(
            name,
            &format!(
                "  project: default\n{SOURCE}  destination: {{name: {cluster}, namespace: web}}\n"
            ),
        )
    };
    let told = |one: &str, other: &str, cluster: &str| {
        let (web, api) = (of("web", cluster), of("api", cluster));
        let told = check(&[(one, &web), (other, &api), OBJECTS]);
        let mut told = told.lines().filter(|line| line.contains("object-of-two"));
        told.next().unwrap_or_default().to_owned()
    };
    assert_snapshot!(told("apps/web.yaml", "apps/api.yaml", "in-cluster"), @"apps/web.yaml:6 object-of-two-applications Applications `web` and `api` both apply ClusterRole/web, ConfigMap/other, ConfigMap/web and 1 more");
    assert_snapshot!(told("one/web.yaml", "two/api.yaml", "in-cluster"), @"two/api.yaml:6 object-of-two-applications Applications `api` and `web` both apply ClusterRole/web, ConfigMap/other, ConfigMap/web and 1 more, if they are in one cluster");
    assert_snapshot!(told("one/web.yaml", "two/api.yaml", "east"), @"two/api.yaml:6 object-of-two-applications Applications `api` and `web` both apply ClusterRole/web, ConfigMap/other, ConfigMap/web and 1 more");
}

#[test]
fn the_namespace_of_the_application_itself_is_there() {
    let own = application(
        "web",
        &format!(
            "  project: default\n{SOURCE}  destination: {{name: in-cluster, namespace: argocd}}\n"
        ),
    );
    let objects = "apiVersion: v1\nkind: Namespace\nmetadata: {name: NAMESPACE}\n---\napiVersion: batch/v1\nkind: Job\nmetadata: {name: a, namespace: NAMESPACE, annotations: {argocd.argoproj.io/hook: PreSync}}\nspec: {template: {spec: {restartPolicy: Never, containers: [{name: a, image: 'a:1'}]}}}\n";
    let told = |namespace: &str| {
        let objects = objects.replace("NAMESPACE", namespace);
        let told = check(&[("apps/web.yaml", &own), ("web/a.yaml", &objects)]);
        told.lines()
            .filter(|line| line.contains("late-sync-wave"))
            .count()
    };
    assert_eq!([told("argocd"), told("web")], [0, 1]);
}
