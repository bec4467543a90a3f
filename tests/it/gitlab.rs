//! The job for GitLab CI: its script is run as a runner would, with an API on this machine.

use std::process::Command;
use std::sync::{Arc, Mutex};

use camino::Utf8Path;

use crate::local::{Request, serve};
use crate::run::Folder;

/// The lines of the job's script, after what installs the program.
fn script() -> Vec<String> {
    let file = Utf8Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/gitlab-ci.yml");
    let text = std::fs::read_to_string(file).unwrap();
    let job: serde_json::Value = yaml_serde::from_str(&text).unwrap();
    let lines = job["gitopslint"]["script"].as_array().unwrap().iter();
    lines
        .map(|line| line.as_str().unwrap().to_owned())
        .collect()
}

/// What a merge request, or without `base` a branch, is told.
struct Job {
    folder: Folder,
    asked: Arc<Mutex<Vec<Request>>>,
    api: String,
}

impl Job {
    fn new(notes: &'static str, status: u16) -> Self {
        let asked = Arc::<Mutex<Vec<Request>>>::default();
        let kept = asked.clone();
        let api = serve(move |request| {
            let answer = match request.line.as_str() {
                "GET /user" => (200, br#"{"id": 4}"#.to_vec()),
                line if line.starts_with("GET ") => (200, notes.into()),
                _ => (status, b"{}".to_vec()),
            };
            kept.lock().unwrap().push(request);
            answer
        });
        let folder = Folder::new();
        let job = Self { folder, asked, api };
        job.git(&["init", "-q", "-b", "main"]);
        for name in ["old", "new"] {
            let pod = format!(
                "apiVersion: v1\nkind: Pod\nmetadata: {{name: {name}}}\nspec:\n  containers:\n    \
                 - {{name: a, image: a:1, securityContext: {{privileged: true}}}}\n"
            );
            job.folder.write(format!("{name}.yaml"), pod.as_bytes());
            job.git(&["add", "-A"]);
            job.git(&["commit", "-q", "-m", name]);
        }
        job
    }

    fn git(&self, arguments: &[&str]) -> String {
        let output = Command::new("git")
            .args(["-c", "user.name=A", "-c", "user.email=a@example.com"])
            .args(arguments)
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .current_dir(self.folder.path())
            .output()
            .unwrap();
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }

    fn run(&self, variables: &[(&str, &str)]) -> (i32, String) {
        let tools = Utf8Path::new(env!("CARGO_BIN_EXE_gitopslint"));
        let tools = tools.parent().unwrap();
        let output = Command::new("sh")
            .args(["-ec", &script().join("\n")])
            .current_dir(self.folder.path())
            .env("PATH", format!("{tools}:/usr/bin:/bin"))
            .env("CI_API_V4_URL", &self.api)
            .env("CI_PROJECT_ID", "3")
            .envs(variables.iter().copied())
            .output()
            .unwrap();
        let told = [output.stdout, output.stderr].concat();
        let told = String::from_utf8(told).unwrap();
        (output.status.code().unwrap(), told)
    }

    fn written(&self) -> Vec<String> {
        let asked = self.asked.lock().unwrap();
        let lines = asked.iter().map(|request| request.line.clone());
        lines.filter(|line| !line.starts_with("GET ")).collect()
    }
}

#[test]
fn a_merge_request_is_told_what_it_introduces_in_one_note() {
    let notes = "/projects/3/merge_requests/5/notes";
    for (there, expect) in [
        ("[]", format!("POST {notes}")),
        (
            r#"[{"id": 8, "author": {"id": 1}, "body": "[gitopslint]: #note"},
                {"id": 9, "author": {"id": 4}, "body": "[gitopslint]: #note\nold"}]"#,
            format!("PUT {notes}/9"),
        ),
    ] {
        let job = Job::new(there, 200);
        let base = job.git(&["rev-parse", "HEAD~1"]);
        let (code, told) = job.run(&[
            ("CI_MERGE_REQUEST_DIFF_BASE_SHA", &base),
            ("CI_MERGE_REQUEST_IID", "5"),
            ("GITOPSLINT_TOKEN", "token"),
        ]);
        assert_eq!(code, 1, "{told}");
        assert!(told.contains("new.yaml:6:"), "{told}");
        assert!(!told.contains("old.yaml:"), "{told}");
        assert_eq!(job.written(), [expect], "{told}");
        let report = job.folder.path().join("gl-code-quality-report.json");
        let report = std::fs::read_to_string(report).unwrap();
        assert!(report.contains("old.yaml") && report.contains("new.yaml"));
        assert!(!job.folder.path().join(".gitopslint-curl").exists());
    }
}

#[test]
fn a_token_that_may_not_write_changes_nothing() {
    let job = Job::new("[]", 403);
    let base = job.git(&["rev-parse", "HEAD~1"]);
    let (code, told) = job.run(&[
        ("CI_MERGE_REQUEST_DIFF_BASE_SHA", &base),
        ("CI_MERGE_REQUEST_IID", "5"),
        ("GITOPSLINT_TOKEN", "token"),
    ]);
    assert_eq!(code, 1, "{told}");
    assert!(told.contains("the token may not write one"), "{told}");
}

#[test]
fn a_branch_is_checked_in_full_without_a_note() {
    let job = Job::new("[]", 200);
    let (code, told) = job.run(&[("GITOPSLINT_TOKEN", "token")]);
    assert_eq!(code, 1, "{told}");
    assert!(
        told.contains("new.yaml:6:") && told.contains("old.yaml:6:"),
        "{told}"
    );
    assert_eq!(job.written(), Vec::<String>::new());
}
