//! One run of the check, and what becomes of its results.

use std::collections::{BTreeMap, BTreeSet};
use std::os::unix::fs::symlink;

use camino::Utf8Path;

use super::Runner;

#[test]
fn one_run_gives_annotations_summary_outputs_and_sarif() {
    let runner = Runner::new();
    runner.installed();
    let (code, told) = runner.check(&[("INPUT_SARIF_FILE", "out.sarif")]);
    assert_eq!(code, 1, "{told}");
    assert!(told.contains("::error file=app/pod.yaml,line=6,"), "{told}");
    let last = told.lines().last().unwrap();
    assert_eq!(
        last,
        "The same check on your machine: gitopslint check --fail-on error"
    );
    assert!(runner.text("summary").starts_with("## gitopslint: "));
    let output = runner.text("output");
    let findings = output.lines().next().unwrap().strip_prefix("findings=");
    assert!(findings.unwrap().parse::<u32>().unwrap() > 0);
    assert!(output.ends_with("sarif-file=out.sarif\n"));
    assert!(
        runner
            .text("work/out.sarif")
            .contains("privileged-container")
    );
}

#[test]
fn inputs_reach_the_check_as_they_are_meant() {
    let runner = Runner::new();
    // It says what it was given, and writes what the step reads.
    runner.program(
        "temp/gitopslint/bin/gitopslint",
        "#!/bin/sh\nfor a; do echo \"<$a>\"; done\n\
         echo '{\"type\":\"summary\",\"errors\":1,\"warnings\":2}' >\"$TMPDIR/gitopslint-results/report.jsonl\"\n\
         : >\"$TMPDIR/gitopslint-results/summary.md\"\n",
    );
    let (code, told) = runner.check(&[
        (
            "INPUT_ARGS",
            "--env 'a b'\n\"c\\\"d\" e\\ f '' $(touch x) * \"it's\"",
        ),
        ("INPUT_PATHS", "apps/my app\n\n-x\n"),
        ("INPUT_FAIL_ON", "warning"),
    ]);
    assert_eq!(code, 0, "{told}");
    let given: Vec<&str> = told.lines().skip_while(|l| *l != "<--fail-on>").collect();
    assert_eq!(
        given[..given.len() - 1],
        [
            "<--fail-on>",
            "<warning>",
            "<--env>",
            "<a b>",
            "<c\"d>",
            "<e f>",
            "<>",
            "<$(touch>",
            "<x)>",
            "<*>",
            "<it's>",
            "<-->",
            "<apps/my app>",
            "<-x>"
        ]
    );
    assert!(runner.text("output").contains("findings=3\n"));
    let (code, told) = runner.check(&[("INPUT_ARGS", "--env 'a")]);
    assert_eq!(code, 2);
    assert!(told.contains("a quote is not closed"), "{told}");
}

#[test]
fn a_link_in_the_checkout_leads_nowhere() {
    let runner = Runner::new();
    runner.installed();
    runner.folder.write("victim/file", b"kept");
    symlink(runner.path("victim"), runner.path("work/outside")).unwrap();
    symlink(runner.path("victim/file"), runner.path("work/out.sarif")).unwrap();

    let (code, _) = runner.check(&[("INPUT_SARIF_FILE", "out.sarif")]);
    assert_eq!((code, runner.text("victim/file").as_str()), (1, "kept"));
    assert!(
        runner
            .text("work/out.sarif")
            .contains("\"version\": \"2.1.0\"")
    );

    let (code, told) = runner.check(&[("INPUT_SARIF_FILE", "outside/file")]);
    assert_eq!((code, runner.text("victim/file").as_str()), (2, "kept"));
    assert!(
        told.contains("the input sarif-file is outside the checkout"),
        "{told}"
    );

    let (code, told) = runner.check(&[("INPUT_WORKING_DIRECTORY", "outside")]);
    assert_eq!(code, 2);
    assert!(
        told.contains("the input working-directory is outside the checkout"),
        "{told}"
    );
}

#[test]
fn a_wrong_configuration_fails_the_step() {
    let runner = Runner::new();
    runner.installed();
    runner
        .folder
        .write("work/.gitopslint.yaml", b"profil: restricted\n");
    let (code, told) = runner.check(&[]);
    assert_eq!(code, 2, "{told}");
    assert!(
        told.contains("::error file=.gitopslint.yaml,line=1,"),
        "{told}"
    );
    assert!(told.contains("profil"), "{told}");
    assert_eq!(runner.text("output"), "");
}

/// What has no line is an annotation of the run.
#[test]
fn whatever_fails_is_an_annotation() {
    let runner = Runner::new();
    runner.installed();
    let (code, told) = runner.check(&[("INPUT_ARGS", "--select nothing")]);
    assert_eq!(code, 2, "{told}");
    assert!(
        told.contains("::error title=gitopslint::unknown rule `nothing`\n"),
        "{told}"
    );
}

/// Each step is given what its script reads, and nothing else.
#[test]
fn every_input_is_wired() {
    let own = Utf8Path::new(env!("CARGO_MANIFEST_DIR"));
    let read = |path: &str| std::fs::read_to_string(own.join(path)).unwrap();
    let action: serde_json::Value = yaml_serde::from_str(&read("action.yml")).unwrap();
    let page = read("docs/github-action.md");
    for input in action["inputs"].as_object().unwrap().keys() {
        let row = format!("| `{input}` |");
        assert!(page.contains(&row), "{input} is not in the documentation");
    }
    let names = |text: &str| -> BTreeSet<String> {
        let words = text.split(|c: char| !c.is_ascii_uppercase() && c != '_');
        let words = words.filter(|word| word.starts_with("INPUT_") || word.starts_with("EVENT_"));
        words.map(str::to_owned).collect()
    };
    let mut given: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for step in action["runs"]["steps"].as_array().unwrap() {
        if let Some(run) = step["run"].as_str() {
            let script = run.split('/').nth(2).unwrap().split('"').next().unwrap();
            let wired = step["env"].as_object().unwrap().keys().cloned();
            given.entry(script.to_owned()).or_default().extend(wired);
        }
    }
    for (script, given) in given {
        let mut text = read(&format!("action/{script}"));
        if text.contains("/change.sh") {
            text += &read("action/change.sh");
        }
        assert_eq!(names(&text), given, "{script}");
    }
}
