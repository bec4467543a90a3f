//! Names and messages that would act on a reader's screen, or be read as another line.

use std::fmt::Write as _;

use gitopslint::report::Format;
use manifest::Memory;

use crate::run::{Folder, check};

/// Control characters, text turned around, text that hides, and a line of its own, as YAML and
/// JSON spell them in quotes.
const HOSTILE: &str = r"x\e[2J\u202egpj.\u2066\u200b\u00ad\u009b31m\u2028\r\n::error::evil\ny";

/// What no output holds.
fn acts(c: char) -> bool {
    c.is_control() && c != '\n'
        || matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}')
}

/// The repository, with the hostile name wherever a repository gives names.
fn repository() -> Vec<(String, String)> {
    let name = HOSTILE;
    let yaml = [
        (
            "apps/a/overlays/production/kustomization.yaml".to_owned(),
            format!("resources: [pod.yaml]\nnamePrefix: \"{name}\"\nnamespace: \"{name}\"\n"),
        ),
        (
            "apps/a/overlays/production/pod.yaml".to_owned(),
            format!(
                "apiVersion: v1\nkind: Pod\nmetadata: {{name: \"{name}\", labels: {{\"{name}\": \"{name}\"}}}}\n\
                 spec:\n  containers:\n  - {{name: \"{name}\", image: \"{name}\", \"{name}\": 1, \"{name}\": 2}}\n"
            ),
        ),
        (
            "apps/b/kustomization.yaml".to_owned(),
            format!("resources: [\"{name}\"]\n\"{name}\": 1\n"),
        ),
        (
            "apps/c/application.yaml".to_owned(),
            format!(
                "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {{name: \"{name}\", namespace: argocd}}\n\
                 spec: {{project: \"{name}\", destination: {{server: \"{name}\"}}, source: {{path: \"{name}\", repoURL: \"{name}\", targetRevision: \"{name}\"}}}}\n"
            ),
        ),
        (
            "apps/d/Chart.yaml".to_owned(),
            format!(
                "apiVersion: v2\nname: \"{name}\"\nversion: 1.0.0\ndependencies: [{{name: \"{name}\", version: \"{name}\", repository: \"{name}\"}}]\n"
            ),
        ),
        (
            "apps/e/Chart.yaml".to_owned(),
            "apiVersion: v2\nname: e\nversion: 1.0.0\n".to_owned(),
        ),
        ("apps/e/values.yaml".to_owned(), format!("a: \"{name}\"\n")),
        (
            "apps/e/templates/a.yaml".to_owned(),
            "a: {{ fail .Values.a }}\n".to_owned(),
        ),
        (
            ".gitopslint.yaml".to_owned(),
            format!(
                "policies: [policies]\nenvironments:\n  production: {{members: [\"{name}\"], paths: {{\"{name}\": ['apps/c/**']}}}}\n\
                 ignores:\n- {{rule: duplicate-key, reason: \"{name}\"}}\n"
            ),
        ),
        (
            "policies/echo.rego".to_owned(),
            format!(
                "package echo\ndeny contains {{\"message\": \"{message}\", \"help\": \"{message}\"}} if input.kind == \"Pod\"\n",
                message = name.replace(r"\e", r"\u001b"),
            ),
        ),
    ];
    yaml.into_iter().collect()
}

/// The lines of an output in which something acts, or that a name made.
fn wrong(output: &str) -> String {
    let is_wrong =
        |line: &&str| line.contains(acts) || line.trim_start().starts_with("::error::evil");
    let mut wrong = String::new();
    for line in output.split('\n').filter(is_wrong) {
        writeln!(wrong, "{line:?}").unwrap();
    }
    wrong
}

#[test]
fn no_name_acts_in_a_report() {
    let path = "apps/a\u{202e}\u{1b}[2J\r\n::error::evil/pod.yaml";
    let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: []}\n";
    let files = repository();
    let files = files
        .iter()
        .map(|(path, text)| (path.as_str(), text.as_str()));
    let memory: Memory = files.chain([(path, pod)]).collect();
    let run = check(&memory);
    assert!(run.findings().len() > 4);
    for format in Format::ALL {
        let output = run.written(format);
        assert!(output.contains("evil"), "{}", format.name());
        assert_eq!(wrong(&output), "", "{}", format.name());
    }
}

#[test]
fn no_name_acts_in_what_a_command_says() {
    let texts = repository().into_iter();
    let texts: String = texts
        .map(|(path, text)| format!("--- {path}\n{text}\n"))
        .collect();
    let folder = Folder::with(&texts);
    let mut said = 0;
    for arguments in [
        &["apps"][..],
        &["charts"],
        &["check", "apps/a"],
        &["check", "--statistics"],
        &["diff", "production", "stage"],
        &["environments"],
        &["ignores"],
        &["plan", "stage", "production"],
        &["render", "--all", "--output-dir", "out"],
        &["render", "apps/b"],
        &["render", "apps/e"],
        &["trace", "apps/a/overlays/production", "Pod/none", "spec"],
        &[
            "trace",
            "apps/a/overlays/production",
            "Pod",
            "spec.containers",
        ],
    ] {
        let output = crate::command::program()
            .args(arguments)
            .args(["--root", "."])
            .current_dir(folder.path())
            .output()
            .unwrap();
        for bytes in [output.stdout, output.stderr] {
            let text = String::from_utf8(bytes).unwrap();
            said += usize::from(text.contains("evil"));
            assert_eq!(wrong(&text), "", "{arguments:?}");
        }
    }
    assert!(said > 5, "{said}");
}
