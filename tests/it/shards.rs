//! A check that several runs share comes to what one run does, and the files in the documents that
//! spread it over machines work.

use std::process::{Command, Output};

use camino::{Utf8Path, Utf8PathBuf};
use gitopslint::Setup;
use gitopslint::evaluate::Verdicts;
use gitopslint::report::Format;
use gitopslint::shard::{ShardReport, merge};
use gitopslint::snapshot::Repository;
use serde_json::Value;

use crate::command::run;
use crate::run::{Folder, check, disk, everything, written};

fn root() -> &'static Utf8Path {
    Utf8Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// What one shard writes, read again.
fn shard(setup: &Setup, repository: &dyn Repository, share: &str) -> ShardReport {
    let share = share.parse().unwrap();
    let mut request = everything();
    request.share = Some(share);
    let deployed = setup.render(repository, &request, Setup::lenient());
    let (part, _) = setup.judge(repository, &request, &deployed, &mut Verdicts::default());
    ShardReport::parse(&ShardReport::of(setup, &request, share, part).text()).unwrap()
}

#[test]
fn shards_of_every_fixture_come_to_what_one_run_does() {
    let fixtures = root().join("fixtures").read_dir_utf8().unwrap();
    let mut findings = 0;
    for fixture in fixtures.map(|fixture| fixture.unwrap().into_path()) {
        let repository = disk(&fixture);
        let setup = Setup::read(&repository, None).unwrap();
        let one = check(&repository);
        findings += one.findings().len();
        for of in [1, 2, 5, 16] {
            let shares = (1..=of).map(|number| format!("{number}/{of}"));
            let reports = shares.map(|share| (share.clone(), shard(&setup, &repository, &share)));
            let merged = merge(&setup, &repository, reports.collect()).unwrap();
            let merged = merged.concluded;
            for format in Format::ALL {
                let told = written(format, &setup, &merged.report, &merged.sensitive);
                let is_same = told == one.written(format);
                assert!(is_same, "{fixture}, {of} shards, {}", format.name());
            }
        }
    }
    assert!(findings > 80, "{findings}");
}

const REPOSITORY: &str = "
--- base/kustomization.yaml
resources: [pod.yaml, service.yaml]
--- base/pod.yaml
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  hostPID: true
  containers:
  - {name: app, image: acme/web:latest}
--- base/service.yaml
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: http}]}
--- envs/stage/kustomization.yaml
resources: [../../base]
nameSuffix: -stage
--- envs/production/kustomization.yaml
resources: [../../base]
";

fn code(output: &Output) -> i32 {
    output.status.code().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[test]
fn merged_reports_are_printed_and_end_as_a_check_does() {
    let folder = Folder::with(REPOSITORY);
    let reports = Folder::new();
    let mut merge = vec!["merge-reports".to_owned()];
    for number in 1..=2 {
        let file = reports.path().join(format!("{number}.json"));
        let share = format!("{number}/2");
        let output = run(
            folder.path(),
            &[
                "check",
                "--root",
                ".",
                "--shard",
                &share,
                "-o",
                file.as_str(),
            ],
        );
        assert_eq!((code(&output), text(&output.stdout)), (0, String::new()));
        merge.push(file.into_string());
    }
    for arguments in [
        ["--root", "."].as_slice(),
        &["--root", ".", "--format", "json"],
        &["--root", ".", "--fail-on", "never", "--show", "all"],
        &["--root", ".", "--statistics"],
    ] {
        let one = run(folder.path(), &[&["check"], arguments].concat());
        let merge: Vec<&str> = merge.iter().map(String::as_str).collect();
        let merged = run(folder.path(), &[&merge, arguments].concat());
        assert!(one.stdout.len() > 100);
        assert_eq!(text(&merged.stdout), text(&one.stdout), "{arguments:?}");
        assert_eq!(code(&merged), code(&one), "{arguments:?}");
    }
    let missing = run(folder.path(), &[&merge[0], &merge[1], "--root", "."]);
    assert_eq!(code(&missing), 2);
    insta::assert_snapshot!(text(&missing.stderr), @"
    error: the shards cannot be merged: shard 2/2 is missing
    ");
    let format = ["check", "--root", ".", "--shard", "1/2", "--format", "json"];
    assert_eq!(code(&run(folder.path(), &format)), 2);
    let file = [
        "check",
        "--root",
        ".",
        "--shard",
        "1/2",
        "-o",
        "sarif=a.sarif",
    ];
    let file = run(folder.path(), &file);
    assert_eq!(code(&file), 2);
    insta::assert_snapshot!(text(&file.stderr), @"
    error: a.sarif cannot be written as `sarif`
      help: `gitopslint merge-reports` writes the formats
    ");
}

/// Everything in a document of the documents.
fn documents(file: &str) -> Vec<Value> {
    let path = root().join("docs/shards").join(file);
    let text = std::fs::read_to_string(path).unwrap();
    let documents = text.split("\n---\n");
    documents
        .map(|document| yaml_serde::from_str(document).unwrap())
        .collect()
}

/// A machine's part of a check, as one of the files describes it.
struct Machine {
    script: String,
    variables: Vec<(&'static str, String)>,
}

/// Runs the scripts of shards, then that which merges, in checkouts of one repository, and holds
/// what is printed to what one run prints.
fn spread(shards: Vec<Machine>, merge: Machine, arguments: &[&str]) {
    let (folder, temporary) = (Folder::with(REPOSITORY), Folder::new());
    let repository = root_of(&folder);
    let program = Utf8Path::new(env!("CARGO_BIN_EXE_gitopslint"));
    let path = std::env::var("PATH").unwrap();
    let path = format!("{}:{path}", program.parent().unwrap());
    let run_in = |machine: &Machine, checkout: &Utf8Path| {
        let script = machine
            .script
            .replace("/reports/", &format!("{}/", temporary.path()));
        // The checkout is there already.
        let script = script.lines().filter(|line| !line.starts_with("git "));
        Command::new("bash")
            .args(["-ec", &script.collect::<Vec<_>>().join("\n")])
            .current_dir(checkout)
            .env("PATH", &path)
            .env("RUNNER_TEMP", temporary.path())
            .env("GITHUB_STEP_SUMMARY", temporary.path().join("summary.md"))
            .envs(machine.variables.iter().cloned())
            .output()
            .unwrap()
    };
    for machine in &shards {
        let checkout = Folder::with(REPOSITORY);
        root_of(&checkout);
        let output = run_in(machine, checkout.path());
        assert_eq!(code(&output), 0, "{}", text(&output.stderr));
        // What is left in the checkout is carried on, as artifacts are.
        for kept in checkout.path().read_dir_utf8().unwrap() {
            let kept = kept.unwrap().into_path();
            if kept.extension() == Some("json") {
                let name = kept.file_name().unwrap();
                std::fs::copy(&kept, repository.join(name)).unwrap();
            }
        }
    }
    let merged = run_in(&merge, &repository);
    let one = Folder::with(REPOSITORY);
    let one = run(&root_of(&one), arguments);
    assert!(one.stdout.len() > 100);
    assert_eq!(
        text(&merged.stdout),
        text(&one.stdout),
        "{}",
        text(&merged.stderr)
    );
    assert_eq!(code(&merged), 1);
}

/// The root of a git repository with one commit's worth of files.
fn root_of(folder: &Folder) -> Utf8PathBuf {
    let status = Command::new("git")
        .args(["init", "--quiet"])
        .current_dir(folder.path())
        .status();
    assert!(status.unwrap().success());
    folder.path().to_owned()
}

fn script(lines: &Value) -> String {
    let lines = lines.as_array().unwrap().iter();
    let lines: Vec<&str> = lines.map(|line| line.as_str().unwrap()).collect();
    lines.join("\n")
}

#[test]
fn the_workflow_for_github_works() {
    let [workflow] = documents("github.yml").try_into().unwrap();
    let jobs = &workflow["jobs"];
    let shards = jobs["shard"]["strategy"]["matrix"]["shard"]
        .as_array()
        .unwrap();
    let command = |job: &Value| {
        let steps = job["steps"].as_array().unwrap().iter();
        let mut scripts = steps.filter_map(|step| Some((step, step["run"].as_str()?)));
        let (step, script) = scripts
            .find(|(_, run)| run.starts_with("gitopslint "))
            .unwrap();
        (step["env"].clone(), script.to_owned())
    };
    let (variables, script) = command(&jobs["shard"]);
    assert_eq!(variables["SHARD"], "${{ matrix.shard }}");
    assert_eq!(variables["SHARDS"], "${{ strategy.job-total }}");
    let machine = |shard: &Value| Machine {
        script: script.clone(),
        variables: vec![
            ("SHARD", shard.to_string()),
            ("SHARDS", shards.len().to_string()),
        ],
    };
    let merge = Machine {
        script: command(&jobs["gitopslint"]).1,
        variables: Vec::new(),
    };
    let machines = shards.iter().map(machine).collect();
    spread(machines, merge, &["check", "--format", "github"]);
}

#[test]
fn the_jobs_for_gitlab_work() {
    let [jobs] = documents("gitlab-ci.yml").try_into().unwrap();
    let shard = &jobs["gitopslint-shard"];
    let total = shard["parallel"].as_u64().unwrap();
    let machine = |number: u64| Machine {
        script: script(&shard["script"]),
        variables: vec![
            ("CI_NODE_INDEX", number.to_string()),
            ("CI_NODE_TOTAL", total.to_string()),
        ],
    };
    let merge = Machine {
        script: script(&jobs["gitopslint"]["script"]),
        variables: Vec::new(),
    };
    let machines = (1..=total).map(machine).collect();
    spread(machines, merge, &["check", "--format", "concise"]);
}

#[test]
fn the_jobs_for_kubernetes_work() {
    let [_, settings, shards, merge] = documents("indexed-job.yaml").try_into().unwrap();
    let script = |job: &Value| {
        let container = &job["spec"]["template"]["spec"]["containers"][0];
        container["args"][0].as_str().unwrap().to_owned()
    };
    let total = settings["data"]["SHARDS"].as_str().unwrap();
    let completions = shards["spec"]["completions"].as_u64().unwrap();
    assert_eq!(completions.to_string(), total);
    let machine = |index: u64| Machine {
        script: script(&shards),
        variables: vec![
            ("JOB_COMPLETION_INDEX", index.to_string()),
            ("SHARDS", total.to_owned()),
        ],
    };
    let merge = Machine {
        script: script(&merge),
        variables: Vec::new(),
    };
    spread((0..completions).map(machine).collect(), merge, &["check"]);
}

#[test]
fn the_workflow_for_argo_works() {
    let [workflow] = documents("workflow.yaml").try_into().unwrap();
    let spec = &workflow["spec"];
    let steps = &spec["templates"][0]["steps"];
    let script = |step: &Value| {
        let script = &step["arguments"]["parameters"][0];
        assert_eq!(script["name"], "script");
        script["value"].as_str().unwrap().to_owned()
    };
    let total = &spec["arguments"]["parameters"][2];
    assert_eq!(total["name"], "shards");
    let total = total["value"].as_str().unwrap();
    let (shard, merge) = (&steps[0][0], &steps[1][0]);
    assert_eq!(shard["withSequence"]["start"], "1");
    let machine = |number: u64| Machine {
        script: script(shard),
        variables: vec![("SHARD", number.to_string()), ("SHARDS", total.to_owned())],
    };
    let merge = Machine {
        script: script(merge),
        variables: Vec::new(),
    };
    let machines = (1..=total.parse().unwrap()).map(machine).collect();
    spread(machines, merge, &["check"]);
}
