//! Kustomizations of our own, with every way in which values come about.

use camino::Utf8Path;
use insta::assert_snapshot;
use manifest::Memory;

use crate::perturb::Report;

/// Renders a folder of files and tries every place that a value names.
fn check(files: &[(&str, &str)], folder: &str) -> String {
    let memory = Memory::from_iter(files.iter().copied());
    let mut report = Report::default();
    report.examine(&memory, Utf8Path::new(folder), || true);
    report.assert_true(1000)
}

const DEPLOYMENT: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: api
spec:
  replicas: 2
  template:
    spec:
      serviceAccountName: \"robot\"
      containers:
      - name: api
        image: ghcr.io/acme/api:1.4.2
        args: ['--level', debug]
        env:
        - {name: LEVEL, value: info}
        - name: SETTINGS
          valueFrom:
            configMapKeyRef: {name: settings, key: mode}
        resources:
          limits: {memory: 512Mi}
        ports:
        - containerPort: 8080
          protocol: TCP
";

#[test]
fn plain_values() {
    let files = [
        ("kustomization.yaml", "resources: [deployment.yaml]"),
        ("deployment.yaml", DEPLOYMENT),
    ];
    assert_snapshot!(check(&files, ""), @r#"17 scalars, 0 computed, 0 without origin, 9 places tried, left alone: {"identity": 8}"#);
}

#[test]
fn strategic_merges() {
    let files = [
        (
            "kustomization.yaml",
            "\
resources: [deployment.yaml]
patches:
- path: patch.yaml
- patch: |-
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: api
      annotations: {by: inline, block: \"x\\ty\"}
    spec:
      template:
        spec:
          containers:
          - name: sidecar
            image: envoy:2
- target: {kind: Deployment}
  patch: |
    kind: Deployment
    metadata: {name: any}
    spec: {strategy: {type: Recreate, rollingUpdate: null}}
",
        ),
        ("deployment.yaml", DEPLOYMENT),
        (
            "patch.yaml",
            "\
apiVersion: apps/v1
kind: Deployment
metadata: {name: api}
spec:
  replicas: 5
  template:
    spec:
      serviceAccountName: 7
      containers:
      - name: api
        env:
        - {name: LEVEL, $patch: delete}
        - {name: OTHER, value: x}
        resources:
          $patch: replace
          requests: {cpu: 100m}
",
        ),
    ];
    assert_snapshot!(check(&files, ""), @r#"22 scalars, 0 computed, 0 without origin, 14 places tried, left alone: {"identity": 8}"#);
}

#[test]
fn json_patches() {
    let files = [
        (
            "kustomization.yaml",
            "\
resources: [deployment.yaml]
patches:
- target: {kind: Deployment}
  path: patch.json
- target: {kind: Deployment}
  patch: |-
    - op: add
      path: /spec/template/spec/containers/-
      value: {name: sidecar, image: envoy, tty: yes, stdin: 0x10}
    - {op: copy, from: /spec/replicas, path: /spec/revisionHistoryLimit}
    - {op: move, from: /spec/template/spec/containers/0/args/1, path: /spec/x~1y}
",
        ),
        ("deployment.yaml", DEPLOYMENT),
        (
            "patch.json",
            r#"[
  {"op": "replace", "path": "/spec/replicas", "value": 1000000},
  {"op": "add", "path": "/metadata/annotations/example.com~1a", "value": "b"},
  {"op": "remove", "path": "/spec/template/spec/containers/0/resources"},
  {"op": "test", "path": "/spec/template/spec/containers/0/tty", "value": null},
  {"op": "add", "path": "/spec/template/spec/containers/0/env/0", "value": {"name": "Z", "value": "a\u00e9"}}
]"#,
        ),
    ];
    assert_snapshot!(check(&files, ""), @r#"24 scalars, 0 computed, 0 without origin, 14 places tried, left alone: {"identity": 9}"#);
}

const SERVICE: &str = "\
apiVersion: v1
kind: Service
metadata:
  name: api
  labels: {app: api}
spec:
  selector: {app: api}
  ports:
  - {name: http, port: 80, targetPort: 8080}
";

#[test]
fn names_namespaces_and_labels() {
    let files = [
        (
            "base/kustomization.yaml",
            "\
resources: [deployment.yaml, service.yaml, robot.yaml]
nameSuffix: -v2
labels:
- pairs: {team: shop}
  includeSelectors: true
",
        ),
        ("base/deployment.yaml", DEPLOYMENT),
        ("base/service.yaml", SERVICE),
        (
            "base/robot.yaml",
            "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: robot}\n",
        ),
        (
            "prod/kustomization.yaml",
            "\
resources: [../base]
namespace: shop-prod
namePrefix: prod-
commonLabels: {env: prod}
commonAnnotations: {owner: \"payments\"}
",
        ),
    ];
    assert_snapshot!(check(&files, "prod"), @r#"47 scalars, 0 computed, 0 without origin, 18 places tried, left alone: {"identity": 16}"#);
}

#[test]
fn images_and_replicas() {
    let files = [
        (
            "kustomization.yaml",
            "\
resources: [deployment.yaml]
images:
- name: ghcr.io/acme/api
  newName: registry.example.com/api
  newTag: \"2.0\"
replicas:
- name: api
  count: 7
",
        ),
        ("deployment.yaml", DEPLOYMENT),
    ];
    assert_snapshot!(check(&files, ""), @r#"17 scalars, 0 computed, 0 without origin, 10 places tried, left alone: {"identity": 8}"#);
}

#[test]
fn values_that_are_set_to_what_they_were() {
    let files = [
        (
            "kustomization.yaml",
            "\
resources: [deployment.yaml, service.yaml]
images:
- {name: ghcr.io/acme/api, newTag: 1.4.2}
replicas: [{name: api, count: 2}]
labels: [{pairs: {app: api}}]
replacements:
- source: {kind: Deployment, name: api, fieldPath: spec.template.spec.containers.0.ports.0.containerPort}
  targets:
  - select: {kind: Service}
    fieldPaths: [spec.ports.0.targetPort]
patches:
- patch: |-
    {apiVersion: apps/v1, kind: Deployment, metadata: {name: api},
    spec: {template: {spec: {serviceAccountName: robot}}}}
- target: {kind: Service}
  patch: |-
    - {op: replace, path: /spec/ports/0/port, value: 80}
",
        ),
        ("deployment.yaml", DEPLOYMENT),
        ("service.yaml", SERVICE),
    ];
    assert_snapshot!(check(&files, ""), @r#"26 scalars, 0 computed, 0 without origin, 13 places tried, left alone: {"identity": 12}"#);
}

#[test]
fn quoted_replicas() {
    let files = [
        (
            "kustomization.yaml",
            "resources: [thing.yaml]\nreplicas: [{name: api, count: 3}]\n",
        ),
        (
            "thing.yaml",
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: api}\nspec: {replicas: '2'}\n",
        ),
    ];
    assert_snapshot!(check(&files, ""), @r#"4 scalars, 0 computed, 0 without origin, 1 places tried, left alone: {"identity": 3}"#);
}

#[test]
fn generators() {
    let files = [
        (
            "kustomization.yaml",
            "\
resources: [deployment.yaml]
configMapGenerator:
- name: settings
  literals: [mode=fast, \"quoted='x y'\"]
  files: [app.conf, renamed.conf=app.conf]
  envs: [app.env]
secretGenerator:
- name: token
  type: Opaque
  literals:
  - key=s3cret
generatorOptions:
  labels: {made: here}
",
        ),
        ("deployment.yaml", DEPLOYMENT),
        ("app.conf", "a = 1\nb = 2\n"),
        ("app.env", "# comment\nUSER=joe\n\nPORT = 80\n"),
    ];
    assert_snapshot!(check(&files, ""), @r#"33 scalars, 4 computed, 0 without origin, 18 places tried, left alone: {"identity": 8, "selects others": 1}"#);
}

#[test]
fn replacements_and_vars() {
    let files = [
        (
            "kustomization.yaml",
            "\
resources: [deployment.yaml, service.yaml]
replacements:
- source: {kind: Service, name: api, fieldPath: \"spec.ports.0.port\"}
  targets:
  - select: {kind: Deployment}
    fieldPaths: [\"spec.template.spec.containers.0.ports.0.containerPort\"]
- source:
    kind: Deployment
    name: api
    fieldPath: spec.template.spec.containers.0.image
    options: {delimiter: ':', index: 1}
  targets:
  - select: {kind: Service}
    fieldPaths: [metadata.labels.app]
vars:
- name: PORT
  objref: {kind: Service, name: api, apiVersion: v1}
  fieldref: {fieldpath: \"spec.ports[0].targetPort\"}
patches:
- target: {kind: Deployment}
  patch: |
    - op: replace
      path: /spec/template/spec/containers/0/args/1
      value: port $(PORT) here
",
        ),
        ("deployment.yaml", DEPLOYMENT),
        ("service.yaml", SERVICE),
    ];
    assert_snapshot!(check(&files, ""), @r#"25 scalars, 0 computed, 0 without origin, 13 places tried, left alone: {"identity": 12}"#);
}

#[test]
fn components_and_anchors() {
    let files = [
        (
            "kustomization.yaml",
            "resources: [deployment.yaml, anchored.yaml]\ncomponents: [debug]\n",
        ),
        ("deployment.yaml", DEPLOYMENT),
        (
            "anchored.yaml",
            "\
apiVersion: v1
kind: ConfigMap
metadata: {name: anchored}
data:
  a: &text some text
  b: *text
  c: |
    a block
    of text
  d: >-
    folded
    text
",
        ),
        (
            "debug/kustomization.yaml",
            "\
apiVersion: kustomize.config.k8s.io/v1alpha1
kind: Component
patches:
- target: {kind: Deployment}
  patch: |
    - {op: add, path: /spec/template/spec/containers/0/command, value: [sleep, 1h]}
",
        ),
    ];
    assert_snapshot!(check(&files, ""), @r#"26 scalars, 0 computed, 0 without origin, 14 places tried, left alone: {"identity": 11}"#);
}
