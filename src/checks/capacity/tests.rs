//! From files in memory to what asks for more than is allowed.

use insta::assert_snapshot;
use manifest::Memory;

use crate::date::Date;
use crate::rule::CAPACITY;
use crate::{Request, Setup};

/// What is told of some files: the place, the severity, the message, and of sums the help.
fn check_files(files: &[(&str, &str)]) -> String {
    let memory: Memory = files.iter().copied().collect();
    let setup = Setup::read(&memory, None).unwrap();
    let request = Request::all(Date::parse("2026-06-30").unwrap());
    let findings = setup.check(&memory, &request).report.findings;
    let told = findings
        .iter()
        .filter(|f| f.rule.group == CAPACITY || &*f.rule.id == "input-limit");
    let told = told.map(|finding| {
        let place = finding.place.as_ref().unwrap();
        let at = match files.len() {
            1 => place.start().line.to_string(),
            _ => format!("{}:{}", place.path(), place.start().line),
        };
        let help = match (&*finding.rule.id, &finding.help) {
            ("quota-exceeded", Some(help)) => format!(" ({help})"),
            _ => String::new(),
        };
        format!("{at}: {} {}{help}\n", finding.severity, finding.message)
    });
    told.collect()
}

fn check(yaml: &str) -> String {
    check_files(&[("all.yaml", yaml)])
}

/// A quota that stands on the first five lines, and more behind it.
fn with_quota(hard: &str, rest: &[&str]) -> String {
    let quota = format!(
        "apiVersion: v1\nkind: ResourceQuota\nmetadata: {{name: compute, namespace: shop}}\nspec:\n  hard: {hard}\n"
    );
    check(&[&[quota.as_str()], rest].concat().join("---\n"))
}

/// A limit range that stands on the first six lines, and more behind it.
fn with_bounds(limit: &str, rest: &[&str]) -> String {
    let bounds = format!(
        "apiVersion: v1\nkind: LimitRange\nmetadata: {{name: sizes, namespace: shop}}\nspec:\n  limits:\n  - {limit}\n"
    );
    check(&[&[bounds.as_str()], rest].concat().join("---\n"))
}

/// A Deployment of eleven lines.
fn deployment(name: &str, replicas: &str, resources: &str) -> String {
    workload(
        "apps/v1\nkind: Deployment",
        name,
        &format!("replicas: {replicas}"),
        resources,
    )
}

fn workload(kind: &str, name: &str, spec: &str, resources: &str) -> String {
    format!(
        "apiVersion: {kind}
metadata: {{name: {name}, namespace: shop}}
spec:
  {spec}
  selector: {{matchLabels: {{app: {name}}}}}
  template:
    metadata: {{labels: {{app: {name}}}}}
    spec:
      containers: [{{name: web, image: 'acme/web:1.4.2', resources: {resources}}}]
"
    )
}

fn scaler(name: &str, least: u64, most: u64) -> String {
    format!(
        "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {{name: {name}, namespace: shop}}\nspec:\n  minReplicas: {least}\n  maxReplicas: {most}\n  scaleTargetRef: {{apiVersion: apps/v1, kind: Deployment, name: {name}}}\n  metrics: [{{type: Resource, resource: {{name: cpu, target: {{type: Utilization, averageUtilization: 80}}}}}}]\n"
    )
}

const ONE_CPU: &str = "{requests: {cpu: '1'}}";

#[test]
fn requests_add_up() {
    let (web, api) = (
        deployment("web", "4", ONE_CPU),
        deployment("api", "2", "{requests: {cpu: 1500m}}"),
    );
    assert_snapshot!(with_quota("{requests.cpu: '6'}", &[&web, &api]), @"5: error `requests.cpu` in namespace `shop` adds up to 7, but quota `compute` allows 6 (`web` adds 4 and `api` adds 2 × 1.5 = 3)");
    assert_snapshot!(with_quota("{requests.cpu: '12', requests.memory: 1Gi}", &[&web]), @"16: error container `web` does not set `requests.memory`, which quota `compute` requires");
    assert_snapshot!(with_quota("{cpu: '8'}", &[&web, &api]), @"21: warning a rollout first starts another pod, which adds 1.5 of `cpu`, but quota `compute` has 1 left");
    // It is a quota of another namespace.
    let other = web.replace("namespace: shop", "namespace: other");
    assert_snapshot!(with_quota("{cpu: '1'}", &[&other]), @"");
}

#[test]
fn what_cannot_be_counted_is_named() {
    let agent = workload(
        "apps/v1\nkind: DaemonSet",
        "agent",
        "minReadySeconds: 1",
        ONE_CPU,
    );
    let web = deployment("web", "'${COUNT}'", ONE_CPU);
    let api = deployment("api", "3", "{requests: {cpu: '${CPU}'}}");
    let big = deployment("big", "9", ONE_CPU);
    assert_snapshot!(with_quota("{cpu: '8'}", &[&agent, &web, &api]), @"");
    assert_snapshot!(with_quota("{cpu: '8'}", &[&agent, &web, &api, &big]), @"5: error `cpu` in namespace `shop` adds up to 9, but quota `compute` allows 8 (`big` adds 9; not counted, because their pods are not known: DaemonSet `agent`, `web`)");
}

#[test]
fn at_peak_it_is_a_warning() {
    let (web, scaler) = (deployment("web", "2", ONE_CPU), scaler("web", 2, 10));
    assert_snapshot!(with_quota("{cpu: '8'}", &[&web, &scaler]), @"5: warning `cpu` in namespace `shop` adds up to 10 with autoscalers at their maximum, but quota `compute` allows 8 (`web` adds 10)");
    assert_snapshot!(with_quota("{cpu: '10'}", &[&web, &scaler]), @"");
    let job = workload("batch/v1\nkind: Job", "load", "parallelism: 3", ONE_CPU);
    assert_snapshot!(with_quota("{cpu: '4'}", &[&web, &job]), @"5: warning `cpu` in namespace `shop` adds up to 5 with its jobs running, but quota `compute` allows 4 (Job `load` adds 3 and `web` adds 2)");
    let done = job.replace("parallelism: 3", "suspend: true");
    assert_snapshot!(with_quota("{cpu: '4'}", &[&web, &done]), @"");
}

#[test]
fn a_pod_that_does_not_fit_by_itself_is_told_there() {
    let web = deployment("web", "1", "{requests: {cpu: '9'}}");
    assert_snapshot!(with_quota("{cpu: '8'}", &[&web]), @"16: error one pod of `web` adds 9 to `cpu`, but quota `compute` allows 8 in total (Raise the quota, or lower the requests or the number of pods.)");
    let web = deployment("web", "1", "{limits: {memory: 9Gi}}");
    assert_snapshot!(with_quota("{requests.memory: 8Gi}", &[&web]), @"16: error one pod of `web` adds 9Gi to `requests.memory`, but quota `compute` allows 8Gi in total (Raise the quota, or lower the requests or the number of pods.)");
}

#[test]
fn containers_count_as_the_scheduler_counts_them() {
    let web = |init: &str| {
        deployment("web", "1", ONE_CPU).replace(
            "      containers:",
            &format!("      initContainers: [{init}]\n      containers:"),
        )
    };
    let first = "{name: first, image: 'acme/a:1.0.0', resources: {requests: {cpu: '3'}}}";
    let beside = "{name: beside, image: 'acme/b:1.0.0', restartPolicy: Always, resources: {requests: {cpu: '1'}}}";
    // 3 before it, then 1.
    assert_snapshot!(with_quota("{cpu: '2'}", &[&web(first)]), @"16: error one pod of `web` adds 3 to `cpu`, but quota `compute` allows 2 in total (Raise the quota, or lower the requests or the number of pods.)");
    // A sidecar runs with the rest: 2, and 4 while the other one runs.
    assert_snapshot!(with_quota("{cpu: '1'}", &[&web(beside)]), @"17: error one pod of `web` adds 2 to `cpu`, but quota `compute` allows 1 in total (Raise the quota, or lower the requests or the number of pods.)");
    assert_snapshot!(with_quota("{cpu: '3'}", &[&web(&format!("{beside}, {first}"))]), @"16: error one pod of `web` adds 4 to `cpu`, but quota `compute` allows 3 in total (Raise the quota, or lower the requests or the number of pods.)");
    assert_snapshot!(with_quota("{cpu: '4'}", &[&web(&format!("{beside}, {first}"))]), @"10: warning a rollout first starts another pod, which adds 4 of `cpu`, but quota `compute` has 0 left");
}

#[test]
fn quotas_reject_pods_that_say_nothing() {
    let web = deployment("web", "1", "{requests: {cpu: 100m}}");
    assert_snapshot!(with_quota("{requests.cpu: '1', limits.memory: 1Gi, memory: 1Gi}", &[&web]), @"16: error container `web` does not set `requests.memory`, `limits.memory`, which quota `compute` requires");
    assert_snapshot!(with_quota("{requests.cpu: '1', requests.ephemeral-storage: 1Gi}", &[&web]), @"");
    let bounds = "apiVersion: v1\nkind: LimitRange\nmetadata: {name: sizes, namespace: shop}\nspec:\n  limits: [{type: Container, default: {memory: 128Mi}}]\n";
    assert_snapshot!(with_quota("{requests.cpu: '1', limits.memory: 1Gi, memory: 1Gi}", &[&web, bounds]), @"");
}

#[test]
fn quotas_count_what_is_in_their_scope() {
    let scoped = |scope: &str, more: &str| {
        let web = deployment("web", "5", ONE_CPU);
        let web = web.replace(
            "      containers:",
            &format!("      {more}\n      containers:"),
        );
        with_quota(&format!("{{pods: '4'}}\n  {scope}"), &[&web])
    };
    assert_snapshot!(scoped("scopes: [BestEffort]", "terminationGracePeriodSeconds: 5"), @"");
    assert_snapshot!(scoped("scopes: [NotBestEffort]", "terminationGracePeriodSeconds: 5"), @"5: error `pods` in namespace `shop` adds up to 5, but quota `compute` allows 4 (`web` adds 5)");
    assert_snapshot!(scoped("scopes: [Terminating]", "activeDeadlineSeconds: 60"), @"5: error `pods` in namespace `shop` adds up to 5, but quota `compute` allows 4 (`web` adds 5)");
    let class = "scopeSelector: {matchExpressions: [{scopeName: PriorityClass, operator: In, values: [high]}]}";
    assert_snapshot!(scoped(class, "priorityClassName: low"), @"");
    assert_snapshot!(scoped(class, "priorityClassName: high"), @"5: error `pods` in namespace `shop` adds up to 5, but quota `compute` allows 4 (`web` adds 5)");
}

#[test]
fn objects_are_counted() {
    let service = |name: &str, kind: &str| {
        format!(
            "apiVersion: v1\nkind: Service\nmetadata: {{name: {name}, namespace: shop}}\nspec: {{type: {kind}, ports: [{{name: a, port: 1}}, {{name: b, port: 2}}]}}\n"
        )
    };
    let (a, b) = (service("a", "NodePort"), service("b", "LoadBalancer"));
    assert_snapshot!(with_quota("{services: '1', services.loadbalancers: '0', services.nodeports: '3', count/services: '2'}", &[&a, &b]), @r"
    5: error `services` in namespace `shop` adds up to 2, but quota `compute` allows 1 (Service `a` adds 1 and Service `b` adds 1)
    5: error `services.loadbalancers` in namespace `shop` adds up to 1, but quota `compute` allows 0 (Service `b` adds 1)
    5: error `services.nodeports` in namespace `shop` adds up to 4, but quota `compute` allows 3 (Service `a` adds 2 and Service `b` adds 2)
    ");
    let map = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: shop}\n";
    assert_snapshot!(with_quota("{configmaps: '1', count/deployments.apps: '0'}", &[map, &deployment("web", "0", "{}")]), @r"
    5: error `configmaps` in namespace `shop` adds up to 2, but quota `compute` allows 1 (ConfigMap `a` adds 1 and `kube-root-ca.crt`, which every namespace has, adds 1)
    5: error `count/deployments.apps` in namespace `shop` adds up to 1, but quota `compute` allows 0 (`web` adds 1)
    ");
    // What every namespace has is there before the quota, which then rejects nothing of this.
    assert_snapshot!(with_quota("{configmaps: '0'}", &[&a]), @"");
    let sealed = "apiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\nmetadata: {name: a, namespace: shop}\nspec: {encryptedData: {}}\n";
    assert_snapshot!(with_quota("{secrets: '0'}", &[sealed]), @"5: error `secrets` in namespace `shop` adds up to 1, but quota `compute` allows 0 (SealedSecret `a` adds 1)");
}

#[test]
fn volumes_are_counted_with_those_of_stateful_sets() {
    let claim = "{metadata: {name: data}, spec: {storageClassName: fast, accessModes: [ReadWriteOnce], resources: {requests: {storage: 10Gi}}}}";
    let db = workload(
        "apps/v1\nkind: StatefulSet",
        "db",
        &format!("replicas: 3\n  volumeClaimTemplates: [{claim}]"),
        "{}",
    );
    assert_snapshot!(with_quota("{requests.storage: 20Gi, persistentvolumeclaims: '3', fast.storageclass.storage.k8s.io/requests.storage: 30Gi}", &[&db]), @"5: error `requests.storage` in namespace `shop` adds up to 30Gi, but quota `compute` allows 20Gi (StatefulSet `db` adds 3 × 10Gi = 30Gi)");
    assert_snapshot!(with_bounds("{type: PersistentVolumeClaim, max: {storage: 5Gi}}", &[&db]), @"13: error claim `data` requests 10Gi of storage, but limit range `sizes` allows at most 5Gi");
}

#[test]
fn a_rollout_needs_room() {
    let web = |replicas: &str| deployment("web", replicas, ONE_CPU);
    // A quarter of two pods, rounded down, is none.
    assert_snapshot!(with_quota("{cpu: '2'}", &[&web("2")]), @"10: warning a rollout first starts another pod, which adds 1 of `cpu`, but quota `compute` has 0 left");
    assert_snapshot!(with_quota("{cpu: '3'}", &[&web("2")]), @"");
    assert_snapshot!(with_quota("{cpu: '4'}", &[&web("4")]), @"");
    let recreate = web("2\n  strategy: {type: Recreate}");
    assert_snapshot!(with_quota("{cpu: '2'}", &[&recreate]), @"");
    let first = web("2\n  strategy: {rollingUpdate: {maxUnavailable: 1}}");
    assert_snapshot!(with_quota("{cpu: '2'}", &[&first]), @"");
}

#[test]
fn limit_ranges_hold() {
    let web = |resources: &str| deployment("web", "1", resources);
    let most = "{type: Container, max: {memory: 1Gi}}";
    assert_snapshot!(with_bounds(most, &[&web("{limits: {memory: 2Gi}}")]), @"17: error container `web` may use 2Gi of memory, but limit range `sizes` allows at most 1Gi");
    assert_snapshot!(with_bounds(most, &[&web("{requests: {memory: 2Gi}}")]), @"17: error container `web` requests 2Gi of memory, but limit range `sizes` allows at most 1Gi");
    assert_snapshot!(with_bounds(most, &[&web("{}")]), @"");
    let least = "{type: Container, min: {cpu: 100m}}";
    assert_snapshot!(with_bounds(least, &[&web("{requests: {cpu: 50m}}")]), @"17: error container `web` requests 50m of cpu, but limit range `sizes` requires at least 100m");
    assert_snapshot!(with_bounds(least, &[&web("{limits: {cpu: 50m}}")]), @"17: error container `web` may use 50m of cpu, but limit range `sizes` requires at least 100m");
    assert_snapshot!(with_bounds("{type: Container, default: {memory: 512Mi}}", &[&web("{requests: {memory: 1Gi}}")]), @"17: error container `web` requests 1Gi of memory and has no limit, which limit range `sizes` sets to 512Mi");
    assert_snapshot!(with_bounds("{type: Container, maxLimitRequestRatio: {cpu: 4}}", &[&web("{requests: {cpu: 100m}, limits: {cpu: '1'}}")]), @"17: error container `web` may use 1 of cpu and requests 100m, but limit range `sizes` allows at most 4 times the request");
    assert_snapshot!(with_bounds("{type: Container, maxLimitRequestRatio: {cpu: 4}}", &[&web("{}")]), @"17: error container `web` has no cpu limit, but limit range `sizes` requires one");
    let pod = "{type: Pod, max: {cpu: '1'}, min: {memory: 1Gi}}";
    assert_snapshot!(with_bounds(pod, &[&web("{limits: {cpu: '2'}, requests: {memory: 128Mi}}")]), @r#"
    17: error the pod may use 2 of cpu, but limit range `sizes` allows at most 1
    17: error the pod requests 128Mi of memory, but limit range `sizes` requires at least 1Gi
    "#);
    assert_snapshot!(with_bounds(pod, &[&web("{requests: {memory: 2Gi}}")]), @"17: error the pod has no cpu limit, but limit range `sizes` requires one");
}

#[test]
fn autoscalers_need_requests() {
    let scaler = scaler("web", 1, 3);
    let of = |resources: &str| {
        check(&format!(
            "{scaler}---\n{}",
            deployment("web", "2", resources)
        ))
    };
    assert_snapshot!(of("{limits: {memory: 1Gi}}"), @"19: warning autoscaler `web` scales on cpu, but container `web` does not request any");
    assert_snapshot!(of("{limits: {cpu: '1'}}"), @"");
    let average = scaler.replace(
        "{type: Utilization, averageUtilization: 80}",
        "{type: AverageValue, averageValue: 100m}",
    );
    assert_snapshot!(check(&format!("{average}---\n{}", deployment("web", "2", "{}"))), @"");
    assert_snapshot!(with_bounds("{type: Container, defaultRequest: {cpu: 100m}}", &[&scaler, &deployment("web", "2", "{}")]), @"");
    let keda = "apiVersion: keda.sh/v1alpha1\nkind: ScaledObject\nmetadata: {name: web, namespace: shop}\nspec:\n  scaleTargetRef: {name: web}\n  triggers: [{type: memory, metricType: Utilization, metadata: {value: '80'}}]\n";
    assert_snapshot!(check(&format!("{keda}---\n{}", deployment("web", "2", "{}"))), @"17: warning autoscaler `web` scales on memory, but container `web` does not request any");
}

#[test]
fn examples_run_nowhere() {
    let both = format!(
        "{}---\n{}",
        scaler("web", 1, 3),
        deployment("web", "2", "{}")
    );
    assert_snapshot!(check_files(&[("shop/all.yaml", &both)]), @"19: warning autoscaler `web` scales on cpu, but container `web` does not request any");
    assert_snapshot!(check_files(&[("shop/samples/all.yaml", &both)]), @"");
    let chart = |values: &str| {
        check_files(&[
            ("Chart.yaml", "{apiVersion: v2, name: shop, version: 1.0.0}"),
            (
                "templates/all.yaml",
                &format!("{{{{ if .Values.scaled }}}}\n{both}{{{{ end }}}}\n"),
            ),
            ("values.yaml", "scaled: false\n"),
            (values, "scaled: true\n"),
        ])
    };
    assert_snapshot!(chart("values-prod.yaml"), @"templates/all.yaml:20: warning autoscaler `web` scales on cpu, but container `web` does not request any");
    assert_snapshot!(chart("ci/scaled-values.yaml"), @"");
}

#[test]
fn each_environment_is_judged_by_itself() {
    let base = deployment("web", "2", ONE_CPU).replace(", namespace: shop", "");
    let quota = |cpu: u64| {
        format!(
            "apiVersion: v1\nkind: ResourceQuota\nmetadata: {{name: compute}}\nspec:\n  hard: {{cpu: '{cpu}'}}\n"
        )
    };
    let overlay = |count: u64| {
        format!(
            "namespace: shop\nresources: [../../base, quota.yaml]\nreplicas: [{{name: web, count: {count}}}]\n"
        )
    };
    assert_snapshot!(check_files(&[
        ("base/kustomization.yaml", "resources: [web.yaml]\n"),
        ("base/web.yaml", &base),
        ("overlays/dev/kustomization.yaml", &overlay(4)),
        ("overlays/dev/quota.yaml", &quota(3)),
        ("overlays/production/kustomization.yaml", &overlay(6)),
        ("overlays/production/quota.yaml", &quota(6)),
    ]), @"overlays/dev/quota.yaml:5: error `cpu` in namespace `shop` adds up to 4, but quota `compute` allows 3 (`web` adds 4)");
}

#[test]
fn amounts_beyond_all_bounds_are_told() {
    let nines = "9".repeat(10_000);
    let web = deployment("web", "2", &format!("{{requests: {{cpu: '{nines}'}}}}"));
    assert_snapshot!(with_quota("{cpu: '8'}", &[&web]), @"16: error one pod of `web` adds more than 9E to `cpu`, but quota `compute` allows 8 in total (Raise the quota, or lower the requests or the number of pods.)");
    let web = deployment("web", "99999999999999999999", ONE_CPU);
    assert_snapshot!(with_quota("{cpu: '8'}", &[&web]), @"");
    let web = deployment("web", &u64::MAX.to_string(), ONE_CPU);
    assert_snapshot!(with_quota("{cpu: '8'}", &[&web]), @"5: error `cpu` in namespace `shop` adds up to more than 9E, but quota `compute` allows 8 (`web` adds 18446744073709551615)");
    let web = deployment("web", "2", "{requests: {cpu: -1}}");
    assert_snapshot!(with_quota("{cpu: '0'}", &[&web]), @"");
    let quotas: String = (0..60)
        .map(|at| format!("apiVersion: v1\nkind: ResourceQuota\nmetadata: {{name: q{at}, namespace: shop}}\nspec: {{hard: {{pods: '9'}}}}\n---\n"))
        .collect();
    assert_snapshot!(check(&quotas), @"252: error namespace `shop` has 60 objects of this kind: only 50 are checked");
    let names: Vec<String> = (0..300).map(|at| format!("count/a{at}: '1'")).collect();
    assert_snapshot!(with_quota(&format!("{{{}}}", names.join(", ")), &[]), @"4: error the ResourceQuota has 300 entries; one with more than 200 is not checked");
}
