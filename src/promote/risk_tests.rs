//! Promotions in memory, and what would go wrong in the cluster.

use insta::assert_snapshot;
use manifest::Memory;
use promotion::{Pattern, Side};

use super::tests::plan;
use super::{Block, Choice};

/// What stands in the way of moving some fields from dev to production, and what somebody should
/// look at.
fn check(files: &[(&str, &str)], take: &[&str]) -> String {
    let memory: Memory = files.iter().copied().collect();
    let mut choice = Choice::default();
    let patterns = take.iter().filter_map(|own| Pattern::parse(own));
    let take = patterns.map(|own| (own, Side::Source));
    choice.fields.take.extend(take);
    let plan = plan(&memory, &choice);
    let mut told = Vec::new();
    for (_, promotion) in plan.applications() {
        let what = |block: &Block| match block {
            Block::Finding(finding) => {
                let place = finding.place.as_ref().unwrap();
                let (path, line) = (place.path(), place.start().line);
                format!("[{}] {path}:{line}: {}", finding.rule.id, finding.message)
            }
            Block::Note(note) => note.clone(),
            Block::Elsewhere(what) | Block::Unknown(what) => what.clone(),
            other => format!("{other:?}").chars().take(60).collect(),
        };
        let blocks = promotion.blocks.iter();
        told.extend(blocks.map(|block| format!("blocked: {}", what(block))));
        let risks = promotion.warnings.iter();
        told.extend(risks.map(|block| format!("risk: {}", what(block))));
        let resolved = promotion.resolved.iter();
        told.extend(resolved.map(|own| format!("resolved: [{}] {}", own.rule.id, own.message)));
    }
    told.join("\n")
}

const BASE: [(&str, &str); 2] = [
    ("web/base/kustomization.yaml", "resources: [web.yaml]\n"),
    (
        "web/base/web.yaml",
        "apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 4
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      automountServiceAccountToken: false
      securityContext: {runAsNonRoot: true, runAsUser: 10001, seccompProfile: {type: RuntimeDefault}}
      containers:
      - name: web
        image: ghcr.io/acme/web
        ports: [{containerPort: 8080}]
        resources: {requests: {cpu: 500m, memory: 64Mi}, limits: {memory: 64Mi}}
        readinessProbe: {httpGet: {port: 8080}}
        securityContext: {allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: {drop: [ALL]}}
",
    ),
];

/// Two overlays of the base: each with a tag, what else its kustomization says, and one file more.
fn overlays(dev: [&str; 3], production: [&str; 3]) -> Vec<(String, String)> {
    let mut files: Vec<(String, String)> = BASE
        .iter()
        .map(|(path, text)| ((*path).to_owned(), (*text).to_owned()))
        .collect();
    let both = [("dev", dev), ("production", production)];
    for (name, [tag, more, file]) in both {
        let resource = if file.is_empty() { "" } else { ", more.yaml" };
        let kustomization = format!(
            "namespace: shop\nresources: [../../base{resource}]\nimages: [{{name: ghcr.io/acme/web, newTag: {tag}}}]\n{more}"
        );
        files.push((
            format!("web/overlays/{name}/kustomization.yaml"),
            kustomization,
        ));
        if !file.is_empty() {
            files.push((format!("web/overlays/{name}/more.yaml"), file.to_owned()));
        }
    }
    files
}

fn promoted(dev: [&str; 3], production: [&str; 3], take: &[&str]) -> String {
    promoted_with(&[], dev, production, take)
}

fn promoted_with(
    more: &[(&str, &str)],
    dev: [&str; 3],
    production: [&str; 3],
    take: &[&str],
) -> String {
    let files = overlays(dev, production);
    let files = files
        .iter()
        .map(|(path, text)| (path.as_str(), text.as_str()));
    let files: Vec<(&str, &str)> = files.chain(more.iter().copied()).collect();
    check(&files, take)
}

const NEW: &str = "2.0.0";
const OLD: &str = "1.0.0";

#[test]
fn a_quota_is_exceeded_by_what_moves() {
    let quota = "apiVersion: v1\nkind: ResourceQuota\nmetadata: {name: compute}\nspec: {hard: {requests.cpu: '3'}}\n";
    let replicas = |count: u64| format!("replicas: [{{name: web, count: {count}}}]\n");
    let (many, few) = (replicas(8), replicas(4));
    assert_snapshot!(promoted([NEW, &many, ""], [OLD, &few, quota], &["replicas.**"]), @"blocked: [quota-exceeded] web/overlays/production/more.yaml:4: `requests.cpu` in namespace `shop` adds up to 4, but quota `compute` allows 3");
    assert_snapshot!(promoted([NEW, &few, ""], [OLD, &few, quota], &[]), @"");
}

#[test]
fn a_limit_range_rejects_what_moves() {
    let bounds = "apiVersion: v1\nkind: LimitRange\nmetadata: {name: sizes}\nspec: {limits: [{type: Container, max: {memory: 128Mi}}]}\n";
    let patch = |size: &str| {
        format!(
            "patches:\n- target: {{kind: Deployment}}\n  patch: |\n    - op: replace\n      path: /spec/template/spec/containers/0/resources/limits/memory\n      value: {size}\n"
        )
    };
    let (big, small) = (patch("256Mi"), patch("96Mi"));
    assert_snapshot!(promoted([NEW, &big, ""], [OLD, &small, bounds], &["patches.**", "**.memory"]), @"blocked: [outside-limit-range] web/overlays/production/kustomization.yaml:9: container `web` may use 256Mi of memory, but limit range `sizes` allows at most 128Mi");
}

#[test]
fn the_target_may_not_serve_a_version() {
    let policy = |version: &str| {
        format!(
            "apiVersion: resource.k8s.io/{version}\nkind: DeviceClass\nmetadata: {{name: gpu}}\nspec: {{}}\n"
        )
    };
    let settings = "kubernetes: {default: '1.34', environments: {production: '1.32'}}\n";
    let (new, old) = (policy("v1"), policy("v1beta1"));
    assert_snapshot!(promoted_with(&[(".gitopslint.yaml", settings)], [NEW, "", &new], [OLD, "", &old], &["apiVersion"]), @"blocked: [unknown-api-version] web/overlays/production/more.yaml:1: `DeviceClass` of `resource.k8s.io/v1` exists only since Kubernetes 1.34, but this is for 1.32");
}

#[test]
fn nobody_may_reach_a_new_port() {
    let patch = |port: u64| {
        format!(
            "patches:\n- target: {{kind: Deployment}}\n  patch: |\n    - op: replace\n      path: /spec/template/spec/containers/0/ports/0/containerPort\n      value: {port}\n"
        )
    };
    let (new, old) = (patch(9090), patch(8080));
    let deny = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: deny}\nspec: {podSelector: {}, policyTypes: [Ingress]}\n";
    let allow = "---\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: web}\nspec: {podSelector: {matchLabels: {app: web}}, policyTypes: [Ingress], ingress: [{ports: [{port: 8080}]}]}\n";
    let take = ["patches.**", "**.containerPort"];
    let both = format!("{deny}{allow}");
    assert_snapshot!(promoted([NEW, &new, ""], [OLD, &old, &both], &take), @r#"
    risk: no network policy lets anything reach port 9090 of Deployment/web, and one denies what none allows
    resolved: [redundant-patch] the patch changes nothing: every object already has what it sets
    "#);
    let open = both.replace("port: 8080}", "port: 9090}");
    assert_snapshot!(promoted([NEW, &new, ""], [OLD, &old, &open], &take), @"resolved: [redundant-patch] the patch changes nothing: every object already has what it sets");
    assert_snapshot!(promoted([NEW, &old, ""], [OLD, &old, &both], &take), @"");
}

#[test]
fn a_new_peer_may_not_be_reached() {
    let patch = |host: &str| {
        format!(
            "patches:\n- target: {{kind: Deployment}}\n  patch: |\n    - op: add\n      path: /spec/template/spec/containers/0/env\n      value: [{{name: QUEUE, value: '{host}'}}]\n"
        )
    };
    let (new, old) = (patch("amqp://queue.mq.svc:5672"), patch("none"));
    let deny = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: deny}\nspec: {podSelector: {}, policyTypes: [Egress], egress: [{ports: [{port: 53, protocol: UDP}]}]}\n";
    let take = ["patches.**", "**.value", "**.QUEUE"];
    assert_snapshot!(promoted([NEW, &new, ""], [OLD, &old, deny], &take), @"risk: no network policy lets Deployment/web reach `queue.mq.svc`, and one denies what none allows");
}

#[test]
fn a_rollout_may_have_no_room() {
    let quota = "apiVersion: v1\nkind: ResourceQuota\nmetadata: {name: compute}\nspec: {hard: {requests.cpu: '1'}}\n";
    let replicas = |count: u64| format!("replicas: [{{name: web, count: {count}}}]\n");
    let (two, one) = (replicas(2), replicas(1));
    assert_snapshot!(promoted([NEW, &two, ""], [OLD, &one, quota], &["replicas.**"]), @"risk: [rollout-without-room] web/base/web.yaml:4: a rollout first starts another pod, which adds 500m of `requests.cpu`, but quota `compute` has 0 left");
}

#[test]
fn a_drain_may_wait_for_ever() {
    let budget = "apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: web}\nspec: {minAvailable: 51%, selector: {matchLabels: {app: web}}}\n";
    let replicas = |count: u64| format!("replicas: [{{name: web, count: {count}}}]\n");
    let (two, three) = (replicas(2), replicas(3));
    assert_snapshot!(promoted([NEW, &two, ""], [OLD, &three, budget], &["replicas.**"]), @"risk: [budget-of-all-replicas] web/overlays/production/more.yaml:4: 2 of 2 pods of `web` must be available: none may be evicted");
}

#[test]
fn the_target_may_not_check_an_image() {
    let policy = "apiVersion: policy.sigstore.dev/v1beta1\nkind: ClusterImagePolicy\nmetadata: {name: acme}\nspec: {images: [{glob: 'ghcr.io/acme/**'}], authorities: [{keyless: {url: 'https://fulcio.sigstore.dev'}}]}\n";
    let image = |name: &str| {
        format!(
            "components: []\ncommonAnnotations: {{a: {name}}}\npatches:\n- target: {{kind: Deployment}}\n  patch: |\n    - op: replace\n      path: /spec/template/spec/containers/0/image\n      value: {name}:1.0.0\n"
        )
    };
    let (other, own) = (image("ghcr.io/other/web"), image("ghcr.io/acme/web"));
    assert_snapshot!(promoted([NEW, &other, ""], [OLD, &own, policy], &["patches.**", "**.image"]), @r#"
    risk: [unmatched-image] web/overlays/production/kustomization.yaml:3: no container uses an image `ghcr.io/acme/web`
    risk: [image-outside-signature-policy] web/overlays/production/kustomization.yaml:11: `ghcr.io/other/web:1.0.0` is not covered by any signature policy
    "#);
}

fn application(environment: &str, revision: &str, more: &str) -> String {
    format!(
        "apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {{name: db-{environment}}}
spec:
  project: data
  source: {{repoURL: https://charts.example.org, chart: db, targetRevision: {revision}}}
  destination: {{namespace: db-{environment}, name: {environment}}}
{more}"
    )
}

#[test]
fn the_target_may_not_be_synced() {
    let dev = application("dev", NEW, "");
    let automated = "  syncPolicy: {automated: {}}\n";
    let project = |windows: &str| {
        format!(
            "apiVersion: argoproj.io/v1alpha1\nkind: AppProject\nmetadata: {{name: data}}\nspec:\n  destinations: [{{server: '*', namespace: '*'}}]\n  sourceRepos: ['*']\n  syncWindows: [{windows}]\n"
        )
    };
    let of = |more: &str, windows: &str| {
        let (production, project) = (application("production", OLD, more), project(windows));
        check(
            &[
                ("argocd/dev/db.yaml", &dev),
                ("argocd/production/db.yaml", &production),
                ("argocd/project.yaml", &project),
            ],
            &[],
        )
    };
    assert_snapshot!(of("", ""), @"risk: Application/db-production does not sync by itself");
    assert_snapshot!(of("  syncPolicy: {automated: {enabled: false}}\n", ""), @"risk: Application/db-production does not sync by itself");
    assert_snapshot!(of(automated, "{kind: deny, schedule: '0 22 * * *', duration: 8h, applications: ['db-*']}"), @"risk: project `data` denies syncs of Application/db-production from `0 22 * * *` for 8h");
    assert_snapshot!(of(automated, "{kind: allow, schedule: '0 8 * * 1-5', duration: 8h, clusters: [production], timeZone: Europe/Berlin}"), @"risk: project `data` allows syncs of Application/db-production from `0 8 * * 1-5` for 8h (Europe/Berlin) only");
    assert_snapshot!(of(automated, "{kind: deny, schedule: '0 22 * * *', duration: 8h, applications: [api]}"), @"");
}

#[test]
fn the_new_chart_may_not_read_a_value() {
    let chart = |version: &str| format!("apiVersion: v2\nname: web\nversion: {version}\n");
    let (one, two) = (chart(OLD), chart(NEW));
    let map = |key: &str| {
        format!(
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: web}}\ndata: {{size: \"{{{{ .Values.{key} }}}}\"}}\n"
        )
    };
    let (old, new) = (map("size"), map("capacity"));
    let of = |environment: &str, version: &str, values: &str| {
        format!(
            "apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {{name: web-{environment}}}
spec:
  project: default
  source:
    repoURL: https://git.example.org/platform.git
    path: charts/web-{version}
    helm: {{valuesObject: {values}}}
  destination: {{namespace: web, name: {environment}}}
  syncPolicy: {{automated: {{}}}}
"
        )
    };
    let (dev, production) = (
        of("dev", "2", "{capacity: 5}"),
        of("production", "1", "{size: 7}"),
    );
    let files = [
        ("charts/web-1/Chart.yaml", one.as_str()),
        ("charts/web-1/templates/map.yaml", &old),
        ("charts/web-1/values.yaml", "size: 1\n"),
        ("charts/web-2/Chart.yaml", &two),
        ("charts/web-2/templates/map.yaml", &new),
        ("charts/web-2/values.yaml", "capacity: 1\n"),
        ("argocd/dev/web.yaml", &dev),
        ("argocd/production/web.yaml", &production),
    ];
    assert_snapshot!(check(&files, &["spec.source.path"]), @r#"
    blocked: Difference(Difference { path: Path([Key("spec"), Key("source
    blocked: ConfigMap/web data.size
    risk: [unused-value] argocd/production/web.yaml:9: no template of the chart reads `size`
    "#);
}

#[test]
fn a_finding_may_go() {
    let (fixed, loose) = ("ghcr.io/acme/web:1.0.0", "ghcr.io/acme/web:latest");
    let patch = |image: &str| {
        format!(
            "patches:\n- target: {{kind: Deployment}}\n  patch: |\n    - op: replace\n      path: /spec/template/spec/containers/0/image\n      value: {image}\n"
        )
    };
    let image = |text: &str| patch(text).replace("images:", "");
    let (fixed, loose) = (image(fixed), image(loose));
    let files = [
        BASE[0],
        BASE[1],
        (
            "web/overlays/dev/kustomization.yaml",
            &format!("namespace: shop\nresources: [../../base]\n{fixed}"),
        ),
        (
            "web/overlays/production/kustomization.yaml",
            &format!("namespace: shop\nresources: [../../base]\n{loose}"),
        ),
    ];
    assert_snapshot!(check(&files, &["patches.**", "**.image"]), @"resolved: [mutable-image-tag] `ghcr.io/acme/web:latest` can change under you");
}
