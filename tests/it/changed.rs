//! `check --changed`, in repositories made by git.

use std::collections::BTreeMap;
use std::process::Command;

use camino::{Utf8Path, Utf8PathBuf};
use gitopslint::evaluate::Verdicts;
use gitopslint::gate::{Change, Only, Scope};
use gitopslint::judge::finding::Finding;
use gitopslint::snapshot::{FileChange, Git};
use gitopslint::{Checked, Setup};

use crate::command::told;
use crate::git::{commit, git};
use crate::random::Random;
use crate::run::{Folder, disk, everything};

const FILES: &str = "
--- base/kustomization.yaml
resources: [pod.yaml]
--- base/pod.yaml
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - name: web
    image: acme/web:latest
--- envs/dev/kustomization.yaml
resources: [../../base]
--- envs/production/kustomization.yaml
resources: [../../base]
--- readme.txt
text
";

const PRIVILEGED: &str = "\
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - name: web
    image: acme/web:latest
    securityContext: {privileged: true}
";

fn repository() -> Folder {
    let folder = Folder::with(FILES);
    git(folder.path(), &["init", "-q", "-b", "main"]);
    commit(folder.path());
    folder
}

fn select() -> [&'static str; 2] {
    ["--select", "privileged-container,mutable-image-tag"]
}

fn changed(folder: &Utf8Path, arguments: &[&str]) -> String {
    let all: Vec<&str> = select().iter().chain(arguments).copied().collect();
    told(folder, &[&["check"], &all[..]].concat())
}

#[test]
fn the_work_tree_is_compared_with_the_last_commit() {
    let folder = repository();
    let root = folder.path();
    insta::assert_snapshot!(changed(root, &["--changed"]), @r#"
    0
    no file changed
    "#);
    folder.write("readme.txt", b"other\n");
    folder.write("new.txt", b"other\n");
    std::fs::write(root.join("more.txt"), b"other\n").unwrap();
    insta::assert_snapshot!(changed(root, &["--changed"]), @r#"
    0
    3 files changed, no target reads them
    "#);
    folder.write("base/pod.yaml", PRIVILEGED.as_bytes());
    insta::assert_snapshot!(changed(root, &["--changed"]), @r#"
    1
    error[privileged-container]: container `web` runs privileged
    4 files changed, 2 targets read them
    "#);
    insta::assert_snapshot!(changed(root, &["--changed", "--env", "dev"]), @r#"
    1
    error[privileged-container]: container `web` runs privileged
    4 files changed, 1 target reads them
    "#);
    commit(root);
    insta::assert_snapshot!(changed(root, &["--changed"]), @r#"
    0
    no file changed
    "#);
    insta::assert_snapshot!(changed(root, &["--rev", "HEAD", "--changed"]), @r#"
    1
    error[privileged-container]: container `web` runs privileged
    4 files changed, 2 targets read them
    "#);
    insta::assert_snapshot!(changed(root, &["--rev", "HEAD~1", "--changed"]), @r#"
    1
    error[mutable-image-tag]: `acme/web:latest` can change under you
    5 files changed, 2 targets read them
    "#);
}

#[test]
fn the_index_is_compared_with_the_last_commit() {
    let folder = repository();
    let root = folder.path();
    folder.write("base/pod.yaml", PRIVILEGED.as_bytes());
    insta::assert_snapshot!(changed(root, &["--staged", "--changed"]), @r#"
    0
    no file changed
    "#);
    git(root, &["add", "-A"]);
    folder.write("base/pod.yaml", b"kind: [\n");
    insta::assert_snapshot!(changed(root, &["--staged", "--changed"]), @r#"
    1
    error[privileged-container]: container `web` runs privileged
    1 file changed, 2 targets read it
    "#);
}

#[test]
fn what_one_application_deploys_is_no_other_ones() {
    let application = |name: &str| {
        format!(
            "apiVersion: argoproj.io/v1alpha1\nkind: Application\n\
             metadata: {{name: {name}, namespace: argocd}}\nspec:\n  project: default\n  \
             source: {{repoURL: https://git.example.org/acme/platform.git, \
             targetRevision: main, path: apps/{name}}}\n  \
             destination: {{name: production, namespace: {name}}}\n"
        )
    };
    let folder = Folder::new();
    let root = folder.path();
    for name in ["web", "api"] {
        folder.write(format!("argocd/{name}.yaml"), application(name).as_bytes());
        let kustomization = "resources: [pod.yaml]\n";
        folder.write(
            format!("apps/{name}/kustomization.yaml"),
            kustomization.as_bytes(),
        );
        folder.write(format!("apps/{name}/pod.yaml"), PRIVILEGED.as_bytes());
    }
    git(root, &["init", "-q", "-b", "main"]);
    let address = "https://git.example.org/acme/platform.git";
    git(root, &["remote", "add", "origin", address]);
    commit(root);
    let touch = |path: &str| {
        let text = std::fs::read_to_string(root.join(path)).unwrap();
        folder.write(path, format!("# reviewed\n{text}").as_bytes());
        let told = changed(root, &["--changed"]);
        git(root, &["checkout", "-q", "."]);
        told
    };
    insta::assert_snapshot!(touch("apps/web/pod.yaml"), @r"
    0
    1 file changed, 1 target reads it
    ");
    insta::assert_snapshot!(touch("argocd/web.yaml"), @r"
    0
    1 file changed, 2 targets read it
    ");
}

#[test]
fn a_branch_is_compared_with_where_it_started() {
    let folder = repository();
    let root = folder.path();
    git(root, &["checkout", "-q", "-b", "topic"]);
    folder.write("base/pod.yaml", PRIVILEGED.as_bytes());
    commit(root);
    git(root, &["checkout", "-q", "main"]);
    folder.write("readme.txt", b"other\n");
    commit(root);
    git(root, &["checkout", "-q", "topic"]);
    insta::assert_snapshot!(changed(root, &["--changed=main"]), @r#"
    1
    error[privileged-container]: container `web` runs privileged
    1 file changed, 2 targets read it
    "#);
    insta::assert_snapshot!(changed(root, &["--changed=mian"]), @r#"
    2

    error: git knows no revision `mian`
      help: did you mean `main`?
    "#);
    insta::assert_snapshot!(changed(root, &["--rev", "main", "--changed=topic"]), @r#"
    0
    1 file changed, no target reads it
    "#);
}

#[test]
fn what_is_merged_is_not_new() {
    let folder = repository();
    let root = folder.path();
    git(root, &["checkout", "-q", "-b", "topic"]);
    folder.write("readme.txt", b"other\n");
    commit(root);
    git(root, &["checkout", "-q", "main"]);
    folder.write("base/pod.yaml", PRIVILEGED.as_bytes());
    commit(root);
    git(root, &["checkout", "-q", "topic"]);
    git(root, &["merge", "-q", "--no-commit", "--no-ff", "main"]);
    for arguments in [
        ["--changed"].as_slice(),
        &["--staged", "--changed"],
        &["--changed=main"],
    ] {
        let told = changed(root, arguments);
        assert!(told.starts_with("0\n"), "{arguments:?}: {told}");
    }
    folder.write(
        "envs/dev/kustomization.yaml",
        b"resources: [../../base]\nimages: [{name: acme/web, newTag: dev}]\n",
    );
    insta::assert_snapshot!(changed(root, &["--changed", "--fail-on", "warning"]), @r#"
    0
    no errors, no warnings (1 fixed)
    2 files changed, 2 targets read them
    "#);
}

#[test]
fn what_was_named_and_is_not_there_does_not_pass() {
    let folder = repository();
    let root = folder.path();
    std::fs::remove_file(root.join("readme.txt")).unwrap();
    insta::assert_snapshot!(changed(root, &["--changed", "readme.txt"]), @r#"
    0
    1 file changed, no target reads it
    "#);
    insta::assert_snapshot!(changed(root, &["--changed", "base/pod.yaml"]), @r#"
    0
    2 files changed, 2 targets read them
    "#);
    insta::assert_snapshot!(changed(root, &["--changed", "base/pot.yaml"]), @r#"
    2

    error: there is no base/pot.yaml
      help: did you mean base/pod.yaml? paths are resolved from the current folder, then from the root ROOT
    "#);
    insta::assert_snapshot!(changed(root, &["--changed", "--env", "prod"]), @r#"
    0
    1 file changed, no target reads it
    "#);
    insta::assert_snapshot!(changed(root, &["--changed-scope", "targets"]), @r#"
    2

    error: the following required arguments were not provided:
      --changed[=<REF>]

    Usage: gitopslint check --changed[=<REF>] --select <RULES> --changed-scope <SCOPE> [PATHS]...

    For more information, try '--help'.
    "#);
    insta::assert_snapshot!(changed(root, &["--changed", "--changed-scope", "targets", "base/pod.yaml"]), @r#"
    1
    error[mutable-image-tag]: `acme/web:latest` can change under you
    2 files changed, 2 targets read them
    "#);
}

/// What a change does to a part is told, wherever its files are.
#[test]
fn a_change_is_told_of_the_part_that_is_asked_for() {
    let folder = repository();
    let root = folder.path();
    folder.write("base/pod.yaml", PRIVILEGED.as_bytes());
    let own = PRIVILEGED.replace("name: web", "name: own");
    folder.write("envs/production/own.yaml", own.as_bytes());
    let kustomization = b"resources: [../../base, own.yaml]\n";
    folder.write("envs/production/kustomization.yaml", kustomization);
    insta::assert_snapshot!(changed(root, &["--changed", "--only", "envs/dev"]), @r#"
    1
    error[privileged-container]: container `web` runs privileged
    3 files changed, 1 target reads them
    "#);
    insta::assert_snapshot!(changed(root, &["--changed", "--only", "envs/production/own.yaml"]), @r#"
    1
    error[privileged-container]: container `web` runs privileged
    error[mutable-image-tag]: `acme/web:latest` can change under you
    error[privileged-container]: container `own` runs privileged
    3 files changed, 1 target reads them
    "#);
    insta::assert_snapshot!(changed(root, &["--changed", "--only", "base", "--only", "envs/production"]), @r#"
    1
    error[privileged-container]: container `web` runs privileged
    error[mutable-image-tag]: `acme/web:latest` can change under you
    error[privileged-container]: container `own` runs privileged
    3 files changed, 2 targets read them
    "#);
    // What it removes was of use before it.
    std::fs::remove_dir_all(root.join("envs/dev")).unwrap();
    insta::assert_snapshot!(changed(root, &["--changed", "--only", "envs/dev"]), @r#"
    0
    no errors, no warnings (1 fixed)
    4 files changed, 1 target reads them
    "#);
    insta::assert_snapshot!(changed(root, &["--changed", "--only", "readme.txt"]), @r#"
    2
    4 files changed, no target reads them
    error: nothing was checked at readme.txt
      help: no target uses it; name a kustomization, a chart, a manifest, or a file that one of them uses
    "#);
    insta::assert_snapshot!(changed(root, &["--changed", "--only", "envs/stage"]), @r#"
    2

    error: there is no envs/stage
      help: paths are resolved from the current folder, then from the root ROOT
    "#);
    insta::assert_snapshot!(changed(root, &["--only", "envs"]), @r#"
    2

    error: the following required arguments were not provided:
      --changed[=<REF>]

    Usage: gitopslint check --changed[=<REF>] --select <RULES> --only <PATH> [PATHS]...

    For more information, try '--help'.
    "#);
}

#[test]
fn what_does_not_render_any_more_is_new() {
    let folder = repository();
    let root = folder.path();
    std::fs::remove_file(root.join("base/pod.yaml")).unwrap();
    insta::assert_snapshot!(told(root, &["check", "--changed"]), @r#"
    1
    error[missing-resource]: `pod.yaml` cannot be read: there is no such file
    1 file changed, 3 targets read it
    "#);
    folder.write("base/pod.yaml", b"\xff\xfe\xfa");
    insta::assert_snapshot!(told(root, &["check", "--changed"]), @r#"
    1
    error[unreadable-file]: byte 0 is not UTF-8
    1 file changed, 2 targets read it
    "#);
}

#[test]
fn without_commits_everything_is_new() {
    let folder = Folder::with(FILES);
    insta::assert_snapshot!(changed(folder.path(), &["--changed"]), @r#"
    2

    error: ROOT is not in a git repository
      help: without --rev, --staged and --changed, the files on disk are read as they are
    "#);
    git(folder.path(), &["init", "-q"]);
    insta::assert_snapshot!(changed(folder.path(), &["--changed"]), @r#"
    1
    error[mutable-image-tag]: `acme/web:latest` can change under you
    5 files changed, 2 targets read them
    "#);
    git(folder.path(), &["add", "-A"]);
    insta::assert_snapshot!(changed(folder.path(), &["--changed", "--staged"]), @r#"
    1
    error[mutable-image-tag]: `acme/web:latest` can change under you
    5 files changed, 2 targets read them
    "#);
}

#[test]
fn what_a_clone_lacks_is_named() {
    let origin = repository();
    git(origin.path(), &["checkout", "-q", "-b", "topic"]);
    origin.write("readme.txt", b"one\n");
    commit(origin.path());
    origin.write("readme.txt", b"two\n");
    commit(origin.path());
    git(origin.path(), &["checkout", "-q", "main"]);
    origin.write("new.txt", b"one\n");
    commit(origin.path());
    let folder = Folder::new();
    let url = format!("file://{}", origin.path());
    let arguments = ["clone", "-q", "--depth=1", "--no-single-branch", &url, "."];
    git(folder.path(), &arguments);
    git(folder.path(), &["checkout", "-q", "topic"]);
    insta::assert_snapshot!(changed(folder.path(), &["--changed=origin/main"]), @r#"
    2

    error: where the two lines of history meet is not in this clone: run `git fetch --unshallow`
    "#);
    insta::assert_snapshot!(changed(folder.path(), &["--rev", "HEAD", "--changed"]), @r#"
    2

    error: commit ID is not in this clone: run `git fetch --unshallow`
    "#);
    insta::assert_snapshot!(changed(folder.path(), &["--changed"]), @r#"
    0
    no file changed
    "#);
}

/// How often each fingerprint is found in each environment, ignored or not.
fn count(findings: &[Finding]) -> BTreeMap<(String, Option<String>, bool), usize> {
    let mut counts = BTreeMap::new();
    for finding in findings {
        let fingerprint = finding.fingerprint.split('-').next().unwrap();
        let environments = finding.affected.iter().map(|a| a.environment.as_deref());
        let mut environments: Vec<_> = environments.collect();
        if environments.is_empty() {
            environments.push(None);
        }
        for environment in environments {
            let key = (
                fingerprint.to_owned(),
                environment.map(str::to_owned),
                finding.suppressed.is_some(),
            );
            *counts.entry(key).or_default() += 1;
        }
    }
    counts
}

fn full(folder: &Utf8Path) -> Option<Checked> {
    let disk = disk(folder);
    let setup = Setup::read(&disk, None).ok()?;
    Some(setup.check(&disk, &everything()))
}

/// Edits fixtures at random, and holds what is told to be new against two full checks.
fn edit_at_random(seed: u64, rounds: usize) {
    let mut random = Random::new(seed);
    let fixtures = Utf8Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let mut names: Vec<Utf8PathBuf> = fixtures
        .read_dir_utf8()
        .unwrap()
        .map(|entry| entry.unwrap().into_path())
        .collect();
    names.sort();
    let per_fixture = rounds.div_ceil(names.len());
    let (mut compared, mut brought) = (0, 0);
    for fixture in &names {
        let folder = Folder::new();
        let copied = Command::new("cp")
            .args(["-R", fixture.join(".").as_str(), folder.path().as_str()])
            .status();
        assert!(copied.unwrap().success());
        git(folder.path(), &["init", "-q"]);
        commit(folder.path());
        let mut before = full(folder.path()).unwrap();
        for round in 0..per_fixture {
            let mut edits = Vec::new();
            for _ in 0..=random.below(3) {
                edits.push(random.edit(folder.path(), round));
            }
            let Some(after) = full(folder.path()) else {
                git(folder.path(), &["reset", "-q", "--hard"]);
                git(folder.path(), &["clean", "-fdqx"]);
                continue;
            };
            let mut expected = count(&after.report.findings);
            for (key, count) in count(&before.report.findings) {
                if let Some(left) = expected.get_mut(&key) {
                    *left = left.saturating_sub(count);
                }
            }
            expected.retain(|_, count| *count > 0);
            let told = brought_on_disk(folder.path());
            assert_eq!(
                count(&told.report.findings),
                expected,
                "{seed}: {fixture}: {edits:#?}"
            );
            compared += 1;
            brought += told.report.findings.len();
            let is_kept = random.below(4) == 0;
            if is_kept {
                git(folder.path(), &["add", "-A"]);
                git(folder.path(), &["commit", "-q", "--allow-empty", "-m", "x"]);
            }
            git(folder.path(), &["reset", "-q", "--hard"]);
            git(folder.path(), &["clean", "-fdqx"]);
            if is_kept {
                // Without what is ignored and was not there before.
                before = full(folder.path()).unwrap();
            }
        }
    }
    assert!(
        compared > rounds * 3 / 4,
        "only {compared} edits could be compared"
    );
    assert!(
        brought > rounds / 4,
        "the edits brought only {brought} findings"
    );
}

/// What the work tree brings, as the command tells it.
fn brought_on_disk(folder: &Utf8Path) -> Checked {
    let disk = disk(folder);
    let git = Git::of(folder).unwrap().unwrap();
    let head = git.revision("HEAD").unwrap();
    let files = FileChange::on_disk(&head, &disk).unwrap();
    let setup = |files: &dyn manifest::Snapshot| Setup::read(files, None).unwrap();
    let request = everything();
    let (now, then) = (setup(&disk), setup(&head));
    let deployed = now.render_after(None, &disk, &request, Setup::lenient());
    let was = then.render_after(Some(&deployed), &head, &request, Setup::lenient());
    let mut verdicts = Verdicts::kept();
    let after = now.check_deployed(&disk, &request, &deployed, &mut verdicts);
    // As the command does: what is judged by the same knows what was said before.
    let is_judged_alike = !files
        .iter()
        .any(|file| now.judges_by(&file.path) || then.judges_by(&file.path));
    let mut others = Verdicts::default();
    let known = match is_judged_alike {
        true => &mut verdicts,
        false => &mut others,
    };
    let before = [then.check_deployed(&head, &request, &was, known)];
    let change = Change {
        files: &files,
        before: &before,
        is_judged_anew: false,
        scope: Scope::Introduced,
        only: &Only::of(Vec::new(), &before, &after),
    };
    change.narrow(after)
}

#[test]
fn what_is_new_is_what_two_checks_differ_in() {
    edit_at_random(1, 200);
}

#[test]
#[ignore = "takes minutes"]
fn what_is_new_is_what_two_checks_differ_in_for_long() {
    for seed in 2..12 {
        edit_at_random(seed, 200);
    }
}
