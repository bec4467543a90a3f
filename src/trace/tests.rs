use std::io;

use camino::Utf8Path;
use helm::Shelf;
use insta::assert_snapshot;
use kustomize::Options;
use manifest::Memory;

use super::{ObjectQuery, PathQuery, Trace, trace};
use crate::render;
use crate::report::described::assert_described;
use crate::report::{Context, Workflow, write_trace, write_trace_json};

/// The life of a value in the kustomization of the folder `prod`, as a terminal shows it.
fn check(files: &str, object: &str, path: &str) -> String {
    written(files, object, path, write_trace)
}

/// As [`check`], for programs.
fn check_json(files: &str, object: &str, path: &str) -> String {
    let text = written(files, object, path, write_trace_json);
    assert_described(&text, include_str!("../../schemas/trace.schema.json"));
    text
}

type Write = fn(&Trace, &Context<'_>, &mut dyn io::Write) -> io::Result<()>;

fn written(files: &str, object: &str, path: &str, write: Write) -> String {
    let files = files.split("--- ").filter(|file| !file.trim().is_empty());
    let files: Memory = files
        .map(|file| file.split_once('\n').unwrap())
        .map(|(path, text)| (path.trim(), text))
        .collect();
    let target = Utf8Path::new("prod");
    let objects = match render::is_chart(&files, target) {
        true => {
            let request = render::ChartRequest::template(target);
            render::render_chart(&files, &request, &Shelf::default()).objects
        }
        false => render::objects_applied(&files, target, Options::default()).unwrap(),
    };
    let object = ObjectQuery::parse(object).unwrap().find(&objects).unwrap();
    let path = PathQuery::parse(path).unwrap();
    let traced = match trace(target, &objects, object, &path) {
        Ok(traced) => traced,
        Err(none) => return format!("nothing at {}: {}", none.part, none.help.unwrap()),
    };
    let context = Context {
        rules: &[],
        sensitive: &traced.sensitive,
        color: false,
        width: 100,
        show_info: true,
        detail: crate::report::Detail::default(),
        complete: true,
        prefix: Utf8Path::new(""),
        workflow: Workflow::default(),
    };
    let mut out = Vec::new();
    write(&traced, &context, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

const SHOP: &str = "
--- base/kustomization.yaml
resources: [deployment.yaml]
configMapGenerator:
- name: settings
  literals: [MODE=fast]
  envs: [settings.env]
--- base/settings.env
# How loud it is.
LEVEL=3
--- base/deployment.yaml
apiVersion: apps/v1
kind: Deployment
metadata:
  name: api
  annotations: {a.b/c: one, old: two}
spec:
  replicas: 1
  template:
    spec:
      containers:
      - name: api
        image: acme/api:1.4.2
        env:
        - name: MODE
          value: slow
        - name: PASSWORD
          value: canary-tundra
        envFrom:
        - configMapRef: {name: settings}
      - name: sidecar
        image: side:1
--- prod/kustomization.yaml
resources: [../base]
namePrefix: prod-
images:
- name: acme/api
  newTag: 1.5.0
patches:
- path: patch.yaml
- target: {kind: Deployment}
  patch: |-
    - op: replace
      path: /spec/replicas
      value: 5
    - op: replace
      path: /metadata/annotations
      value:
        a.b/c: three
replacements:
- source: {kind: ConfigMap, fieldPath: data.MODE}
  targets:
  - select: {kind: Deployment}
    fieldPaths: ['spec.template.spec.containers.[name=api].env.[name=MODE].value']
--- prod/patch.yaml
apiVersion: apps/v1
kind: Deployment
metadata: {name: api}
spec:
  replicas: 3
  template:
    spec:
      containers:
      - name: sidecar
        $patch: delete
";

const API: &str = "Deployment/api";

#[test]
fn patches() {
    assert_snapshot!(check(SHOP, API, "spec.replicas"), @"
    Deployment/prod-api spec.replicas in prod

    base/deployment.yaml:7:13
        7 │   replicas: 1
      = 1

    patches at prod/kustomization.yaml:7:9
      from prod/patch.yaml:5:13
        5 │   replicas: 3
      = 3

    patches at prod/kustomization.yaml:9:10
      from prod/kustomization.yaml:12:14
       12 │       value: 5
      = 5
    ");
}

#[test]
fn images() {
    assert_snapshot!(check(SHOP, API, "spec.template.spec.containers[0].image"), @"
    Deployment/prod-api spec.template.spec.containers[0].image in prod

    base/deployment.yaml:12:16
       12 │         image: acme/api:1.4.2
      = acme/api:1.4.2

    images at prod/kustomization.yaml:5:11
        5 │   newTag: 1.5.0
      = acme/api:1.5.0
    ");
}

#[test]
fn names_and_hashes() {
    assert_snapshot!(check(SHOP, "ConfigMap/settings", "metadata.name"), @"
    ConfigMap/prod-settings-7g2bct7fdt metadata.name in prod

    configMapGenerator at base/kustomization.yaml:3:3
      from base/kustomization.yaml:3:9
        3 │ - name: settings
      = settings

    namePrefix at prod/kustomization.yaml:2:13
        2 │ namePrefix: prod-
      = prod-settings

    nameSuffixHash at base/kustomization.yaml:3:3
      = prod-settings-7g2bct7fdt
    ");
    assert_snapshot!(check(SHOP, API, "spec.template.spec.containers[0].envFrom[0].configMapRef.name"), @"
    Deployment/prod-api spec.template.spec.containers[0].envFrom[0].configMapRef.name in prod

    base/deployment.yaml:19:32
       19 │         - configMapRef: {name: settings}
      = settings

    nameReference at base/kustomization.yaml:3:3
      from prod/kustomization.yaml:2:13
        2 │ namePrefix: prod-
      = prod-settings-7g2bct7fdt
    ");
}

#[test]
fn generators() {
    assert_snapshot!(check(SHOP, "ConfigMap/settings", "data.LEVEL"), @"
    ConfigMap/prod-settings-7g2bct7fdt data.LEVEL in prod

    configMapGenerator at base/kustomization.yaml:3:3
      from base/settings.env:2:7
        2 │ LEVEL=3
      = 3
    ");
}

#[test]
fn replacements() {
    assert_snapshot!(check(SHOP, API, "spec.template.spec.containers[name=api].env[name=MODE].value"), @"
    Deployment/prod-api spec.template.spec.containers[0].env[0].value in prod

    base/deployment.yaml:15:18
       15 │           value: slow
      = slow

    replacements at prod/kustomization.yaml:18:3
      from base/kustomization.yaml:4:19
        4 │   literals: [MODE=fast]
      = fast
    ");
}

#[test]
fn what_a_step_put_around_it() {
    assert_snapshot!(check(SHOP, API, "metadata.annotations['a.b/c']"), @r#"
    Deployment/prod-api metadata.annotations["a.b/c"] in prod

    base/deployment.yaml:5:24
        5 │   annotations: {a.b/c: one, old: two}
      = one

    patches at prod/kustomization.yaml:9:10
      from prod/kustomization.yaml:16:16
       16 │         a.b/c: three
      = three
    "#);
}

#[test]
fn what_was_removed() {
    assert_snapshot!(check(SHOP, API, "spec.template.spec.containers[name=sidecar].image"), @"
    Deployment/prod-api spec.template.spec.containers[name=sidecar].image in prod

    base/deployment.yaml:21:16
       21 │         image: side:1
      = side:1

    patches at prod/kustomization.yaml:7:9
        7 │ - path: patch.yaml
      = removed
    ");
    assert_snapshot!(check(SHOP, API, "metadata.annotations.old"), @"
    Deployment/prod-api metadata.annotations.old in prod

    base/deployment.yaml:5:34
        5 │   annotations: {a.b/c: one, old: two}
      = two

    patches at prod/kustomization.yaml:9:10
        9 │   patch: |-
      = removed
    ");
}

#[test]
fn what_is_sensitive_is_not_shown() {
    assert_snapshot!(check(SHOP, API, "spec.template.spec.containers[name=api].env[1].value"), @"
    Deployment/prod-api spec.template.spec.containers[0].env[1].value in prod

    base/deployment.yaml:17:18
       17 │           value: ‹redacted›
      = ‹redacted›
    ");
}

#[test]
fn what_never_was() {
    assert_snapshot!(check(SHOP, API, "spec.replica"), @"nothing at replica: did you mean `replicas`?");
    assert_snapshot!(check(SHOP, API, "spec.template.spec.containers[name=web].image"), @"nothing at [name=web]: there are [name=api]");
    assert_snapshot!(check(SHOP, API, "spec.replicas.count"), @"nothing at count: what is there is a single value, not a mapping");
}

#[test]
fn manifests_without_a_kustomization() {
    assert_snapshot!(check("--- prod/a.yaml\nkind: Service\napiVersion: v1\nmetadata: {name: a}\n", "Service/a", "metadata.name"), @"
    Service/a metadata.name in prod

    prod/a.yaml:3:18
        3 │ metadata: {name: a}
      = a
    ");
}

#[test]
fn for_programs() {
    assert_snapshot!(check_json(SHOP, API, "spec.template.spec.containers[0].image"), @r#"
    {
      "version": 1,
      "target": "prod",
      "object": {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "namespace": "",
        "name": "prod-api"
      },
      "path": "spec.template.spec.containers[0].image",
      "events": [
        {
          "step": null,
          "by": null,
          "kind": "scalar",
          "value": "acme/api:1.4.2",
          "pieces": [
            {
              "text": null,
              "place": {
                "file": "base/deployment.yaml",
                "start": {
                  "line": 12,
                  "column": 16,
                  "offset": 190
                },
                "end": {
                  "line": 12,
                  "column": 30,
                  "offset": 204
                }
              }
            }
          ]
        },
        {
          "step": "images",
          "by": {
            "file": "prod/kustomization.yaml",
            "start": {
              "line": 5,
              "column": 11,
              "offset": 74
            },
            "end": {
              "line": 5,
              "column": 16,
              "offset": 79
            }
          },
          "kind": "scalar",
          "value": "acme/api:1.5.0",
          "pieces": [
            {
              "text": "acme/api",
              "place": {
                "file": "base/deployment.yaml",
                "start": {
                  "line": 12,
                  "column": 16,
                  "offset": 190
                },
                "end": {
                  "line": 12,
                  "column": 24,
                  "offset": 198
                }
              }
            },
            {
              "text": "1.5.0",
              "place": {
                "file": "prod/kustomization.yaml",
                "start": {
                  "line": 5,
                  "column": 11,
                  "offset": 74
                },
                "end": {
                  "line": 5,
                  "column": 16,
                  "offset": 79
                }
              }
            }
          ]
        }
      ]
    }
    "#);
    let hidden = check_json(SHOP, API, "spec.template.spec.containers[0].env[1].value");
    assert!(hidden.contains(r#""kind": "redacted""#), "{hidden}");
    assert!(!hidden.contains("canary"), "{hidden}");
    let removed = check_json(SHOP, API, "metadata.annotations.old");
    assert!(removed.contains(r#""kind": "removed""#), "{removed}");
    check_json(SHOP, API, "spec.template.spec.containers");
}

const CHART: &str = "
--- prod/Chart.yaml
apiVersion: v2
name: web
version: 1.0.0
--- prod/values.yaml
image: {repository: acme/web, tag: 1.4.2}
--- prod/templates/pod.yaml
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
  - image: {{ .Values.image.repository }}:{{ .Values.image.tag }}
    name: web
";

#[test]
fn what_a_template_made_of_values() {
    assert_snapshot!(check(CHART, "Pod/web", "spec.containers[0].image"), @"
    Pod/web spec.containers[0].image in prod

    template at prod/templates/pod.yaml:7:15
      from prod/values.yaml:1:21
        1 │ image: {repository: acme/web, tag: 1.4.2}
      = acme/web:1.4.2
    ");
    assert_snapshot!(check(CHART, "Pod/web", "spec.containers[0].name"), @"
    Pod/web spec.containers[0].name in prod

    prod/templates/pod.yaml:8:11
        8 │     name: web
      = web
    ");
}
