//! From files in memory to what does not fit together.

use insta::assert_snapshot;
use manifest::Memory;

use crate::date::Date;
use crate::rule::REFERENCES;
use crate::{Request, Setup};

pub(super) fn check(yaml: &str) -> String {
    check_files(&[("all.yaml", yaml)])
}

/// What is told of some files, one line each.
pub(super) fn check_files(files: &[(&str, &str)]) -> String {
    let memory: Memory = files.iter().copied().collect();
    let setup = Setup::read(&memory, None).unwrap();
    let request = Request::all(Date::parse("2026-06-30").unwrap());
    let findings = setup.check(&memory, &request).report.findings;
    let told = findings.iter().filter(|f| f.rule.group == REFERENCES);
    let told = told.map(|finding| {
        let line = finding.place.as_ref().unwrap().start().line;
        let help = match (&*finding.rule.id, &finding.help) {
            ("unknown-scale-target", Some(help)) => format!(" ({help})"),
            _ => String::new(),
        };
        format!("{line}: {} {}{help}\n", finding.severity, finding.message)
    });
    told.collect()
}

const WEB: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - name: web
        image: acme/web:1.4.2
        ports: [{name: http, containerPort: 8080}]
";

#[test]
fn services_select_pods() {
    let service = |spec: &str| {
        check(&format!(
            "{WEB}---\napiVersion: v1\nkind: Service\nmetadata: {{name: web, namespace: shop}}\nspec: {spec}\n"
        ))
    };
    assert_snapshot!(service("{selector: {app: web}, ports: [{port: 80, targetPort: http}]}"), @"");
    assert_snapshot!(service("{selector: {app: wbe}, ports: [{port: 80}]}"), @"17: warning no pod has the labels `app=wbe`");
    assert_snapshot!(service("{selector: {app: web}, ports: [{port: 80, targetPort: https}]}"), @"17: warning no selected pod has a port `https`");
    // An operator may make such pods.
    assert_snapshot!(service("{selector: {strimzi.io/name: kafka}, ports: [{port: 80}]}"), @"");
    assert_snapshot!(service("{ports: [{port: 80}]}"), @"");
    assert_snapshot!(service("{selector: {app: '${APP}'}, ports: [{port: 80}]}"), @"");
}

#[test]
fn pods_read_keys() {
    let read = |env: &str| {
        check(&format!(
            "{WEB}        env: [{{name: A, valueFrom: {{configMapKeyRef: {env}}}}}]\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {{name: settings, namespace: shop}}\ndata: {{url: x}}\n"
        ))
    };
    assert_snapshot!(read("{name: settings, key: url}"), @"");
    assert_snapshot!(read("{name: settings, key: uri}"), @"13: error ConfigMap `settings` has no key `uri`");
    assert_snapshot!(read("{name: settings, key: uri, optional: true}"), @"");
    assert_snapshot!(read("{name: elsewhere, key: uri}"), @"");
}

#[test]
fn probes_ask_ports() {
    let probe = |port: &str| {
        check(&format!(
            "{WEB}        readinessProbe: {{httpGet: {{port: {port}}}}}\n"
        ))
    };
    assert_snapshot!(probe("http"), @"");
    assert_snapshot!(probe("8080"), @"");
    assert_snapshot!(probe("htp"), @"13: error the container has no port `htp`");
}

#[test]
fn autoscalers_scale_what_is_there() {
    let scaled = |kind: &str, name: &str| {
        check(&format!(
            "{WEB}---\napiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {{name: web, namespace: shop}}\nspec: {{maxReplicas: 3, scaleTargetRef: {{apiVersion: apps/v1, kind: {kind}, name: {name}}}}}\n"
        ))
    };
    let target = |name: &str| scaled("Deployment", name);
    assert_snapshot!(target("web"), @"");
    assert_snapshot!(scaled("Deploment", "web"), @"17: warning there is no Deploment `web` (`web` is a Deployment)");
    assert_snapshot!(scaled("StatefulSet", "web"), @"17: warning there is no StatefulSet `web` (`web` is a Deployment)");
    assert_snapshot!(scaled("Cluster", "web"), @"17: info Cluster `web` is not applied from here");
    assert_snapshot!(target("wep"), @"17: warning there is no Deployment `wep` (did you mean `web`?)");
    assert_snapshot!(target("another"), @"17: info Deployment `another` is not applied from here");
}

/// What is applied beside it is known only where all is rendered.
#[test]
fn a_scale_target_that_is_not_rendered() {
    let vpa = |name: &str| {
        format!(
            "apiVersion: autoscaling.k8s.io/v1\nkind: VerticalPodAutoscaler\nmetadata: {{name: db, namespace: shop}}\nspec: {{targetRef: {{apiVersion: apps/v1, kind: Deployment, name: '{name}'}}}}\n"
        )
    };
    let told = |name: &str, more: &str| {
        check_files(&[
            ("vpa/kustomization.yaml", "resources: [vpa.yaml]\n"),
            ("vpa/vpa.yaml", &vpa(name)),
            ("app/kustomization.yaml", "resources: [all.yaml]\n"),
            (
                "app/all.yaml",
                &format!(
                    "apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: a, namespace: shop}}\ndata:\n  a: '1'\n{more}"
                ),
            ),
        ])
    };
    assert_snapshot!(told("db", ""), @"4: info Deployment `db` is not applied from here");
    assert_snapshot!(told("db", "  a: '2'\n"), @"");
    assert_snapshot!(told("", ""), @"");
}

/// Overlays beside each other are for clusters of their own.
#[test]
fn a_service_of_another_overlay() {
    let ingress = "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: v, namespace: v}\nspec: {rules: [{host: v.example.com, http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: v, port: {number: 443}}}}]}}]}\n";
    let service = "apiVersion: v1\nkind: Service\nmetadata: {name: v, namespace: v}\nspec: {ports: [{port: 8200}], selector: {app: v}}\n";
    let told = |one: &str, other: &str| {
        check_files(&[
            (
                &format!("{one}/kustomization.yaml"),
                "resources: [a.yaml]\n",
            ),
            (&format!("{one}/a.yaml"), ingress),
            (
                &format!("{other}/kustomization.yaml"),
                "resources: [a.yaml]\n",
            ),
            (&format!("{other}/a.yaml"), service),
        ])
    };
    assert_snapshot!(told("v/overlays/a", "v/overlays/b"), @"");
    assert_snapshot!(told("v/routes", "v/server"), @"4: warning Service `v` has no port `443`");
}
