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
        "version: 1\nfindings:\n- {rule: missing-memory-limit, file: base/deployment.yaml, object: Deployment.apps/web, path: \"spec.template.spec.containers[name=web].resources.limits.memory\", environments: [stage]}\n- {rule: gone, file: base/deployment.yaml, environments: [dev]}\n",
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
      - name: web
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
        // In whichever order they are named.
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
    assert_snapshot!(check(FILES), @"");
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
    assert_snapshot!(refused(&[one.clone()], &here), @"");
    assert_snapshot!(refused(&[one.clone(), two.clone()], &here), @"");
    assert_snapshot!(refused(&[one.clone(), two.clone(), two.clone(), three.clone()], &here), @"");
    assert_snapshot!(refused(&[shard(&here, "1/2", request("2026-06-30")), two.clone()], &here), @"");
    let other = Request {
        select: vec!["mutable-image-tag".to_owned()],
        ..request("2026-06-30")
    };
    assert_snapshot!(refused(&[one.clone(), shard(&here, "2/3", other), three.clone()], &here), @"");
    let next_day = shard(&here, "2/3", request("2026-07-01"));
    assert_snapshot!(refused(&[one.clone(), next_day, three.clone()], &here), @"");

    let change = |path: &str, text: &str| {
        let mut files = FILES.to_vec();
        files.retain(|(own, _)| *own != path);
        files.push((path, text));
        memory(&files)
    };
    let changed = change("envs/dev/kustomization.yaml", "resources: [../../base]\n");
    let two_of_it = shard(&changed, "2/3", request("2026-06-30"));
    assert_snapshot!(refused(&[one.clone(), two_of_it, three.clone()], &here), @"");
    let configured = change(
        ".gitopslint.yaml",
        "baseline: baseline.yaml\npolicies: [policies]\n",
    );
    let two_of_it = shard(&configured, "2/3", request("2026-06-30"));
    assert_snapshot!(refused(&[one.clone(), two_of_it, three.clone()], &here), @"");
    assert_snapshot!(refused(&[one.clone(), two.clone(), three.clone()], &configured), @"");
    let shifted = FILES
        .iter()
        .find(|(path, _)| *path == "base/deployment.yaml")
        .unwrap()
        .1;
    let shifted = change(
        "base/deployment.yaml",
        &format!("# The web server.\n{shifted}"),
    );
    assert_snapshot!(refused(&[one, two, three], &shifted), @"");
}

#[test]
fn what_is_no_report_of_a_shard_is_told() {
    let file = shard(&memory(FILES), "1/1", request("2026-06-30"));
    let text = String::from_utf8(file).unwrap();
    let fault = |text: &str| ShardReport::parse(text.as_bytes()).unwrap_err();
    assert_snapshot!(fault("{}"), @"");
    assert_snapshot!(fault("a"), @"");
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
    let nowhere = "a.json: it names a place that there is not";
    assert_eq!(place(2, 1), nowhere);
    assert_eq!(place(0, u32::MAX), nowhere);
    assert_eq!(
        fault(&|report| report["findings"][0]["place"] = serde_json::json!([usize::MAX, 0, 0])),
        nowhere
    );
    assert_eq!(
        fault(&|report| report["findings"][0]["rule"] = "made-up".into()),
        "a.json: it names the rule `made-up`, which there is not"
    );
    assert_eq!(
        fault(&|report| report["targets"] = serde_json::json!([])),
        "a.json: it names a target that there is not"
    );
    assert_eq!(
        fault(&|report| report["asked"]["today"] = "never".into()),
        "it names a day that there is not"
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
    assert_snapshot!(refused(&shards(&here, 2), &here), @"");
}
