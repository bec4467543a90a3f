use camino::Utf8Path;
use insta::assert_snapshot;
use manifest::Memory;

use super::*;
use crate::date::Date;
use crate::evaluate::Verdicts;
use crate::judge::finding::Report;
use crate::judge::redact::Sensitive;
use crate::report::{self, Format};
use crate::snapshot::Repository;
use crate::{Request, Setup};

/// A base in three environments, with a fault of the base, one of an overlay, what only all objects
/// together tell, ignores of use and of none, findings in a baseline, and owners.
const FILES: &[(&str, &str)] = &[
    (
        ".gitopslint.yaml",
        "baseline: baseline.yaml\npolicies: [policies]\nignores:\n- rule: mutable-image-tag\n  paths: [nowhere/**]\n  reason: it is used by none\n",
    ),
    (
        "baseline.yaml",
        "version: 1\nfindings:\n- {rule: missing-memory-limit, file: base/deployment.yaml, object: Deployment.apps/web, path: \"spec.template.spec.containers[name=app].resources.limits.memory\", environments: [stage]}\n- {rule: gone, file: base/deployment.yaml, environments: [dev]}\n",
    ),
    ("CODEOWNERS", "/base/ @web\n/envs/ @platform\n"),
    (
        "policies/team.rego",
        "package main\n\nwarn contains \"no team\" if not input.metadata.labels.team\n",
    ),
    (
        "base/kustomization.yaml",
        "resources: [deployment.yaml, secret.yaml, service.yaml]\n",
    ),
    (
        "base/deployment.yaml",
        "apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: two
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      hostNetwork: true # gitopslint: ignore[host-namespace] it is a node's agent
      hostPID: true # gitopslint: ignore[host-path-volume] nothing needs it
      containers:
      - name: app
        image: acme/web:latest
        securityContext: {privileged: true}
        env:
        - {name: MODE, valueFrom: {configMapKeyRef: {name: gone, key: mode}}}
",
    ),
    (
        "base/secret.yaml",
        "apiVersion: v1\nkind: Secret\nmetadata: {name: web}\ndata: {password: ocarina-tundra-fjord}\n",
    ),
    (
        "base/service.yaml",
        "apiVersion: v1\nkind: Service\nmetadata:\n  name: web\n  annotations:\n    gitopslint.io/ignore: 'unmatched-selector: it is filled by hand'\nspec: {selector: {app: other}, ports: [{port: 80, protocl: TCP}]}\n",
    ),
    (
        "envs/dev/kustomization.yaml",
        "resources: [../../base]\nnamePrefix: dev-\n",
    ),
    (
        "envs/stage/kustomization.yaml",
        "resources: [../../base]\nnamespace: stage\n",
    ),
    (
        "envs/production/kustomization.yaml",
        "resources: [../../base]\npatches:\n- target: {kind: Deployment}\n  patch: |\n    - {op: replace, path: /spec/template/spec/containers/0/image, value: acme/web}\n    - {op: add, path: /spec/paused, value: never}\n",
    ),
];

fn memory(files: &[(&str, &str)]) -> Memory {
    files.iter().copied().collect()
}

fn request(day: &str) -> Request {
    Request::all(Date::parse(day).unwrap())
}

/// Everything that a report says, in one format.
fn written(format: Format, setup: &Setup, report: &Report, sensitive: &Sensitive) -> String {
    let context = report::Context {
        rules: setup.rules(),
        sensitive,
        color: false,
        width: 100,
        show_info: true,
        detail: report::Detail::default(),
        complete: true,
        prefix: Utf8Path::new(""),
        workflow: report::Workflow::default(),
    };
    let mut text = Vec::new();
    report::write(format, report, &context, &mut text).unwrap();
    String::from_utf8(text).unwrap()
}

/// The file that one shard writes.
fn shard(repository: &dyn Repository, share: &str, mut request: Request) -> Vec<u8> {
    let setup = Setup::read(repository, None).unwrap();
    let share = share.parse().unwrap();
    request.share = Some(share);
    let deployed = setup.render(repository, &request, Setup::lenient());
    let (part, _) = setup.judge(repository, &request, &deployed, &mut Verdicts::default());
    ShardReport::of(&setup, &request, share, part).text()
}

fn read(files: &[Vec<u8>]) -> Vec<(String, ShardReport)> {
    let files = files.iter().enumerate();
    files
        .map(|(at, file)| (format!("{at}.json"), ShardReport::parse(file).unwrap()))
        .collect()
}

fn shards(repository: &dyn Repository, of: usize) -> Vec<Vec<u8>> {
    (1..=of)
        .map(|number| shard(repository, &format!("{number}/{of}"), request("2026-06-30")))
        .collect()
}

/// That shards come to what one run does, with every format; returns what that is.
fn check(files: &[(&str, &str)]) -> String {
    let memory = memory(files);
    let setup = Setup::read(&memory, None).unwrap();
    let one = setup.check(&memory, &request("2026-06-30"));
    for of in [1, 2, 5, 16] {
        let mut files = shards(&memory, of);
        // The order in which they are named does not matter.
        files.reverse();
        let merged = merge(&setup, &memory, read(&files)).unwrap().concluded;
        for format in Format::ALL {
            let told = written(format, &setup, &merged.report, &merged.sensitive);
            let expected = written(format, &setup, &one.report, &one.sensitive);
            assert_eq!(told, expected, "{of} shards, {}", format.name());
        }
    }
    written(Format::Concise, &setup, &one.report, &one.sensitive)
}

#[test]
fn shards_come_to_what_one_run_does() {
    assert_snapshot!(check(FILES), @r"
    .gitopslint.yaml:4:9: warning[unused-ignore]: nothing breaks `mutable-image-tag` where this ignore applies
    base/deployment.yaml:2:7: warning[main-warn]: no team (affects dev, stage, production)
    base/deployment.yaml:5:13: info[single-replica]: there is only one replica (production only)
    base/deployment.yaml:5:13: error[wrong-type]: `replicas` must be an integer, not the text `two` (affects dev, stage, production)
    base/deployment.yaml:9:5: warning[may-run-as-root]: the pod's containers may run as root (warning in production; info in stage)
    base/deployment.yaml:11:16: error[host-namespace]: the pod shares its node's process namespace (affects dev, stage, production)
    base/deployment.yaml:11:42: warning[unused-ignore]: nothing breaks `host-path-volume` where this ignore applies
    base/deployment.yaml:13:15: warning[missing-memory-limit]: container `app` has no memory limit (production only)
    base/deployment.yaml:13:15: warning[missing-readiness-probe]: container `app` has no readiness probe (warning in production; info in stage)
    base/deployment.yaml:13:15: warning[missing-resource-requests]: container `app` requests no cpu and no memory (warning in production; info in stage)
    base/deployment.yaml:14:25: warning[mutable-image-tag]: `acme/web:latest` can change under you (affects dev, stage)
    base/deployment.yaml:15:9: warning[writable-root-filesystem]: container `app` can write to its root file system (warning in production; info in stage)
    base/deployment.yaml:15:39: error[privileged-container]: container `app` runs privileged (affects dev, stage, production)
    base/secret.yaml:2:7: warning[main-warn]: no team (affects dev, stage, production)
    base/secret.yaml:4:8: error[plain-secret]: Secret `dev-web` is not encrypted: password (affects dev, stage, production)
    base/secret.yaml:4:18: error[invalid-value]: `password` is not valid base64 (affects dev, stage, production)
    base/service.yaml:2:7: warning[main-warn]: no team (affects dev, stage, production)
    base/service.yaml:7:51: error[unknown-field]: unknown field `protocl` in `ports[0]` (affects dev, stage, production)
    envs/production/kustomization.yaml:5:74: error[mutable-image-tag]: `acme/web` has no tag and can change under you (production only)
    envs/production/kustomization.yaml:6:44: error[wrong-type]: `paused` must be a boolean, not the text `never` (production only)
    8 errors, 11 warnings (1 info; 2 suppressed; 1 in baseline; 1 fixed)
    ");
}

#[test]
fn no_secret_is_in_what_a_shard_writes() {
    let memory = memory(FILES);
    for file in shards(&memory, 2) {
        let text = String::from_utf8(file).unwrap();
        assert!(!text.contains("ocarina"), "{text}");
    }
}

/// Why reports cannot be merged.
fn refused(files: &[Vec<u8>], here: &Memory) -> String {
    let setup = Setup::read(here, None).unwrap();
    merge(&setup, here, read(files)).unwrap_err()
}

#[test]
fn shards_that_do_not_belong_together_are_told() {
    let here = memory(FILES);
    let all = shards(&here, 3);
    let [one, two, three] = [0, 1, 2].map(|at| all[at].clone());
    assert_snapshot!(refused(std::slice::from_ref(&one), &here), @"shards 2/3, 3/3 are missing");
    assert_snapshot!(refused(&[one.clone(), two.clone()], &here), @"shard 3/3 is missing");
    assert_snapshot!(refused(&[one.clone(), two.clone(), two.clone(), three.clone()], &here), @"1.json and 2.json are both shard 2/3");
    assert_snapshot!(refused(&[shard(&here, "1/2", request("2026-06-30")), two.clone()], &here), @"0.json and 1.json are shards of different numbers");
    let other = Request {
        select: vec!["mutable-image-tag".to_owned()],
        ..request("2026-06-30")
    };
    assert_snapshot!(refused(&[one.clone(), shard(&here, "2/3", other), three.clone()], &here), @"0.json and 1.json were asked for different things");
    let next_day = shard(&here, "2/3", request("2026-07-01"));
    assert_snapshot!(refused(&[one.clone(), next_day, three.clone()], &here), @"0.json and 1.json are of different days, on which other ignores may have expired");

    let change = |path: &str, text: &str| {
        let mut files = FILES.to_vec();
        files.retain(|(own, _)| *own != path);
        files.push((path, text));
        memory(&files)
    };
    let changed = change("envs/dev/kustomization.yaml", "resources: [../../base]\n");
    let two_of_it = shard(&changed, "2/3", request("2026-06-30"));
    assert_snapshot!(refused(&[one.clone(), two_of_it, three.clone()], &here), @"0.json and 1.json have seen different files");
    let configured = change(
        ".gitopslint.yaml",
        "baseline: baseline.yaml\npolicies: [policies]\n",
    );
    let two_of_it = shard(&configured, "2/3", request("2026-06-30"));
    assert_snapshot!(refused(&[one.clone(), two_of_it, three.clone()], &here), @"0.json and 1.json were judged by different configurations, baselines or policies");
    assert_snapshot!(refused(&[one.clone(), two.clone(), three.clone()], &configured), @"the shards were judged by another configuration, baseline or policies than are here");
    let shifted = FILES
        .iter()
        .find(|(path, _)| *path == "base/deployment.yaml")
        .unwrap()
        .1;
    let shifted = change(
        "base/deployment.yaml",
        &format!("# The web server.\n{shifted}"),
    );
    assert_snapshot!(refused(&[one, two, three], &shifted), @"0.json: base/deployment.yaml is not here as the shards have read it");
}

#[test]
fn what_is_no_report_of_a_shard_is_told() {
    let file = shard(&memory(FILES), "1/1", request("2026-06-30"));
    let text = String::from_utf8(file).unwrap();
    let fault = |text: &str| ShardReport::parse(text.as_bytes()).unwrap_err();
    assert_snapshot!(fault("{}"), @"it is not the report of a shard, as `check --shard` writes it");
    assert_snapshot!(fault("a"), @"it is not the report of a shard, as `check --shard` writes it");
    let older = text.replace(
        "\"made_by\":\"gitopslint ",
        "\"made_by\":\"gitopslint 0.0.1 for ",
    );
    assert!(fault(&older).starts_with("it was written by gitopslint 0.0.1 for "));
    let damaged = text.replace("\"findings\":", "\"found\":");
    assert!(fault(&damaged).starts_with("it is damaged: "));
}

/// Places, targets and rules that there are not.
#[test]
fn what_a_damaged_report_names_is_not_taken_for_granted() {
    let here = memory(FILES);
    let setup = Setup::read(&here, None).unwrap();
    let file = shard(&here, "1/1", request("2026-06-30"));
    let whole: serde_json::Value = serde_json::from_slice(&file).unwrap();
    let fault = |change: &dyn Fn(&mut serde_json::Value)| {
        let mut report = whole.clone();
        change(&mut report);
        let text = serde_json::to_vec(&report).unwrap();
        let report = ShardReport::parse(&text).unwrap();
        merge(&setup, &here, vec![("a.json".to_owned(), report)]).unwrap_err()
    };
    let place = |start: u32, end: u32| {
        fault(&move |report| report["findings"][0]["place"] = serde_json::json!([0, start, end]))
    };
    let nowhere = "a.json: it names a place that does not exist";
    assert_eq!(place(2, 1), nowhere);
    assert_eq!(place(0, u32::MAX), nowhere);
    assert_eq!(
        fault(&|report| report["findings"][0]["place"] = serde_json::json!([usize::MAX, 0, 0])),
        nowhere
    );
    assert_eq!(
        fault(&|report| report["findings"][0]["rule"] = "made-up".into()),
        "a.json: it names the unknown rule `made-up`"
    );
    assert_eq!(
        fault(&|report| report["targets"] = serde_json::json!([])),
        "a.json: it names a target that does not exist"
    );
    assert_eq!(
        fault(&|report| report["asked"]["today"] = "never".into()),
        "it names a day that does not exist"
    );
}

/// A policy that fails is given up after a while: which objects it was not evaluated on, only one
/// run can tell.
#[test]
fn what_shards_evaluate_and_one_run_would_not_is_told() {
    let policy = "package main\ndeny contains \"x\" if { e := []\n object.subset([1], e) }\n";
    let mut files = vec![
        (
            ".gitopslint.yaml".to_owned(),
            "policies: [policies]\n".to_owned(),
        ),
        ("policies/team.rego".to_owned(), policy.to_owned()),
    ];
    for at in 0..8 {
        let path = format!("apps/{at}.yaml");
        let text = format!("apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: a{at}}}\n");
        files.push((path, text));
    }
    let files: Vec<(&str, &str)> = files
        .iter()
        .map(|(path, text)| (path.as_str(), text.as_str()))
        .collect();
    let here = memory(&files);
    assert_snapshot!(refused(&shards(&here, 2), &here), @"the policy `main-deny` failed too often, so one run would not evaluate all that the shards do");
}

/// A value of a parameter, and what a chart prints, stand in no file of the repository.
#[test]
fn what_stands_in_no_file_is_told_alike() {
    let files = [
        (
            "apps/web.yaml",
            "apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: web-prod, namespace: argocd}
spec:
  project: default
  source:
    repoURL: https://git.example.org/acme/gitops.git
    path: charts/web
    helm:
      parameters:
      - {name: image, value: acme/web}
      - {name: password, value: ocarina-tundra-fjord}
      valuesObject: {replicas: two}
  destination: {server: https://kubernetes.default.svc, namespace: web}
",
        ),
        (
            "charts/web/Chart.yaml",
            "apiVersion: v2\nname: web\nversion: 1.0.0\n",
        ),
        (
            "charts/web/values.yaml",
            "image: acme/web:1.2.3\npassword: ''\nreplicas: 1\n",
        ),
        (
            "charts/web/templates/web.yaml",
            "apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: {{ .Values.replicas }}
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - {name: web, image: {{ .Values.image }}, privileged: {{ randAlpha 5 }}}
---
apiVersion: v1
kind: Secret
metadata: {name: web}
data: {password: {{ .Values.password }}}
",
        ),
    ];
    let told = check(&files);
    assert!(told.contains("wrong-type"), "{told}");
    for file in shards(&memory(&files), 2) {
        assert!(!String::from_utf8(file).unwrap().contains("ocarina"));
    }
}
