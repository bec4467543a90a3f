//! The pre-commit hooks, by git alone: their entry is run as git's own hook.

use std::os::unix::fs::PermissionsExt;
use std::process::Command;

use camino::Utf8Path;

use crate::run::Folder;

const CLEAN: &str = "
--- app/kustomization.yaml
resources: [config.yaml]
--- app/config.yaml
apiVersion: v1
kind: ConfigMap
metadata: {name: a}
data: {a: b}
";

/// The hooks of the project, each with its entry.
fn hooks() -> Vec<(String, String)> {
    let file = Utf8Path::new(env!("CARGO_MANIFEST_DIR")).join(".pre-commit-hooks.yaml");
    let text = std::fs::read_to_string(file).unwrap();
    let hooks: Vec<serde_json::Value> = yaml_serde::from_str(&text).unwrap();
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    let hooks = hooks.iter();
    hooks
        .map(|hook| {
            assert_eq!(hook["pass_filenames"], false);
            assert_eq!(hook["always_run"], true);
            (text(&hook["language"]), text(&hook["entry"]))
        })
        .collect()
}

/// A repository with one commit and the hook of the project.
struct Work(Folder);

impl Work {
    fn new() -> Self {
        let work = Self(Folder::with(CLEAN));
        work.git(&["init", "-q"]);
        work.git(&["add", "-A"]);
        work.git(&["commit", "-q", "-m", "first"]);
        let (_, entry) = hooks().remove(0);
        let hook = work.0.path().join(".git/hooks/pre-commit");
        std::fs::create_dir_all(hook.parent().unwrap()).unwrap();
        std::fs::write(&hook, format!("#!/bin/sh\nexec {entry}\n")).unwrap();
        std::fs::set_permissions(&hook, std::fs::Permissions::from_mode(0o755)).unwrap();
        work
    }

    /// Whether a git command succeeds, and what it says.
    fn try_git(&self, arguments: &[&str]) -> (bool, String) {
        let own = Utf8Path::new(env!("CARGO_BIN_EXE_gitopslint"))
            .parent()
            .unwrap();
        let path = std::env::var("PATH").unwrap_or_default();
        let output = Command::new("git")
            .args(["-c", "user.name=A", "-c", "user.email=a@example.com"])
            .args(arguments)
            .env("PATH", format!("{own}:{path}"))
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env_remove("GIT_DIR")
            .env_remove("GIT_INDEX_FILE")
            .env_remove("GIT_WORK_TREE")
            .current_dir(self.0.path())
            .output()
            .unwrap();
        let told = [output.stdout, output.stderr].concat();
        (
            output.status.success(),
            String::from_utf8_lossy(&told).into_owned(),
        )
    }

    fn git(&self, arguments: &[&str]) {
        let (is_done, told) = self.try_git(arguments);
        assert!(is_done, "{arguments:?}: {told}");
    }

    /// Commits, and asserts that the hook refuses it for a reason.
    fn refused(&self, arguments: &[&str], why: &str) {
        let (is_done, told) = self.try_git(&[&["commit", "-m", "x"], arguments].concat());
        assert!(!is_done && told.contains(why), "{told}");
    }

    fn write(&self, path: &str, text: &str) {
        self.0.write(path, text.as_bytes());
    }
}

#[test]
fn all_hooks_do_the_same() {
    let hooks = hooks();
    let languages: Vec<&str> = hooks
        .iter()
        .map(|(language, _)| language.as_str())
        .collect();
    assert_eq!(languages, ["python", "rust", "system"]);
    for (_, entry) in &hooks {
        assert_eq!(entry, "gitopslint check --staged --changed");
    }
}

/// The file is there on disk, and would not be in the commit.
#[test]
fn a_file_that_was_not_added_does_not_count() {
    let work = Work::new();
    work.write(
        "app/kustomization.yaml",
        "resources: [config.yaml, more.yaml]\n",
    );
    work.write(
        "app/more.yaml",
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: b}\n",
    );
    work.git(&["add", "app/kustomization.yaml"]);
    work.refused(&[], "more.yaml");
    work.git(&["add", "app/more.yaml"]);
    work.git(&["commit", "-q", "-m", "both"]);
}

#[test]
fn a_file_that_git_ignores_does_not_count() {
    let work = Work::new();
    work.write(".gitignore", "local.yaml\n");
    work.write(
        "app/kustomization.yaml",
        "resources: [config.yaml, local.yaml]\n",
    );
    work.write(
        "app/local.yaml",
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: b}\n",
    );
    work.git(&["add", "-A"]);
    work.refused(&[], "local.yaml");
}

#[test]
fn a_scratch_file_blocks_nothing() {
    let work = Work::new();
    work.write(
        "app/scratch.yaml",
        "apiVersion: v1\nkind: Pod\nspec: {containers: 1}\n",
    );
    work.write("broken/kustomization.yaml", "resources: [none.yaml]\n");
    work.write(
        "app/config.yaml",
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\n",
    );
    work.git(&["commit", "-q", "-a", "-m", "x"]);
}

/// `git commit PATH` commits from an index of its own, which `GIT_INDEX_FILE` names.
#[test]
fn the_index_of_a_partial_commit_counts() {
    let work = Work::new();
    work.write(
        "app/config.yaml",
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: d}\ndata: 1\n",
    );
    work.write("readme.txt", "text\n");
    work.git(&["add", "-A"]);
    work.git(&["commit", "-q", "-m", "x", "readme.txt"]);
    work.refused(&["app/config.yaml"], "app/config.yaml");
}

#[test]
fn a_commit_that_only_deletes_is_checked() {
    let work = Work::new();
    work.git(&["rm", "-q", "app/config.yaml"]);
    work.refused(&[], "config.yaml");
}

/// An old fault stops nobody, until everything is asked for.
#[test]
fn old_faults_stop_no_commit_and_are_told_in_ci() {
    let work = Work::new();
    work.write(
        "old/pod.yaml",
        "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: 1}\n",
    );
    work.git(&["add", "-A"]);
    work.git(&["commit", "-q", "-n", "-m", "old"]);
    work.write(
        "app/config.yaml",
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\n",
    );
    work.git(&["commit", "-q", "-a", "-m", "new"]);

    let check = |variables: &[(&str, &str)]| {
        let output = crate::command::program()
            .args(["check", "--staged", "--changed"])
            .env_remove("PRE_COMMIT")
            .envs(variables.iter().copied())
            .current_dir(work.0.path())
            .output()
            .unwrap();
        output.status.code()
    };
    assert_eq!(check(&[]), Some(0));
    assert_eq!(check(&[("PRE_COMMIT", "1")]), Some(1));
    let since = |reference| check(&[("PRE_COMMIT", "1"), ("PRE_COMMIT_FROM_REF", reference)]);
    assert_eq!(since("HEAD~1"), Some(0));
    assert_eq!(since("HEAD~2"), Some(1));
}
