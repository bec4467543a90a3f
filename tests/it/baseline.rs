//! Baselines, as the commands write and apply them.

use camino::Utf8Path;

use crate::command::told;
use crate::run::Folder;

const FILES: &str = "
--- .gitopslint.yaml
baseline: ci/baseline.yaml
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
--- envs/stage/kustomization.yaml
resources: [../../base]
--- envs/production/kustomization.yaml
resources: [../../base]
";

const MOVED: &[u8] = b"# The web server.
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - {name: proxy, image: 'acme/proxy:1.2.3'}
  - name: web
    image: acme/other:latest
";

const PRIVILEGED: &[u8] = b"apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - name: web
    image: acme/web:latest
    securityContext: {privileged: true}
";

const RULES: [&str; 3] = [
    "check",
    "--select",
    "privileged-container,mutable-image-tag",
];

fn check(folder: &Utf8Path, arguments: &[&str]) -> String {
    told(folder, &[&RULES, arguments].concat())
}

/// A repository whose baseline was written, with the text of that.
fn adopted() -> (Folder, String) {
    let folder = Folder::with(FILES);
    std::fs::create_dir(folder.path().join("ci")).unwrap();
    told(folder.path(), &["baseline"]);
    let text = std::fs::read_to_string(folder.path().join("ci/baseline.yaml")).unwrap();
    (folder, text)
}

#[test]
fn what_was_found_is_written_an_entry_a_line() {
    let (folder, text) = adopted();
    let of_image = text
        .lines()
        .filter(|line| line.contains("mutable-image-tag"));
    insta::assert_snapshot!(of_image.collect::<Vec<_>>().join("\n"), @r#"- {rule: mutable-image-tag, file: base/pod.yaml, object: Pod/web, path: "spec.containers[name=web].image", environments: [production, stage]}"#);
    let again = told(folder.path(), &["baseline"]);
    let same = std::fs::read_to_string(folder.path().join("ci/baseline.yaml")).unwrap();
    assert_eq!(text, same, "{again}");
}

#[test]
fn what_is_in_it_does_not_fail_however_lines_and_values_change() {
    let (folder, _) = adopted();
    insta::assert_snapshot!(check(folder.path(), &[]), @r#"
    0
    no errors, no warnings (1 in baseline)
    "#);
    folder.write("base/pod.yaml", MOVED);
    insta::assert_snapshot!(check(folder.path(), &[]), @r#"
    0
    no errors, no warnings (1 in baseline)
    "#);
}

#[test]
fn what_is_new_or_spreads_fails() {
    let (folder, _) = adopted();
    folder.write("base/pod.yaml", PRIVILEGED);
    insta::assert_snapshot!(check(folder.path(), &[]), @r#"
    1
    error[privileged-container]: container `web` runs privileged
    1 error, no warnings (1 in baseline)
    "#);
    folder.write("base/pod.yaml", MOVED);
    folder.write(
        "envs/prod-eu/kustomization.yaml",
        b"resources: [../../base]\n",
    );
    insta::assert_snapshot!(check(folder.path(), &[]), @r#"
    1
    error[mutable-image-tag]: `acme/other:latest` can change under you
    1 error, no warnings (1 in baseline)
    "#);
}

#[test]
fn what_was_fixed_is_told_and_can_be_removed() {
    let (folder, _) = adopted();
    let text = String::from_utf8(MOVED.to_vec()).unwrap();
    folder.write(
        "base/pod.yaml",
        text.replace("other:latest", "web:1.2.3").as_bytes(),
    );
    let all = |folder: &Folder| {
        let told = told(folder.path(), &["check", "--fail-on", "never"]);
        let counts = told.lines().find(|line| line.contains("in baseline"));
        counts.unwrap_or_default().to_owned()
    };
    insta::assert_snapshot!(all(&folder), @"no errors, 6 warnings (9 in baseline; 1 fixed)");
    insta::assert_snapshot!(told(folder.path(), &["baseline", "--prune"]), @r#"
    0

    1 entry removed, 9 entries kept in ROOT/ci/baseline.yaml
    "#);
    insta::assert_snapshot!(all(&folder), @"no errors, 6 warnings (9 in baseline)");
    let text = std::fs::read_to_string(folder.path().join("ci/baseline.yaml")).unwrap();
    assert!(!text.contains("mutable-image-tag"), "{text}");
}

#[test]
fn what_does_not_render_is_not_fixed() {
    let (folder, text) = adopted();
    std::fs::remove_file(folder.path().join("base/pod.yaml")).unwrap();
    told(folder.path(), &["baseline", "--prune"]);
    let kept = std::fs::read_to_string(folder.path().join("ci/baseline.yaml")).unwrap();
    assert_eq!(text, kept);
}

#[test]
fn a_locked_rule_is_not_excused() {
    let (folder, text) = adopted();
    folder.write(
        ".gitopslint.yaml",
        b"baseline: ci/baseline.yaml\nlocked: [mutable-image-tag]\n",
    );
    insta::assert_snapshot!(check(folder.path(), &[]), @r#"
    1
    error[mutable-image-tag]: `acme/web:latest` can change under you
    "#);
    told(folder.path(), &["baseline"]);
    let locked = std::fs::read_to_string(folder.path().join("ci/baseline.yaml")).unwrap();
    let without: Vec<&str> = text
        .lines()
        .filter(|line| !line.contains("mutable-image-tag"))
        .collect();
    assert_eq!(locked.lines().collect::<Vec<_>>(), without);
}

#[test]
fn what_is_no_baseline_does_not_pass() {
    let (folder, _) = adopted();
    let root = folder.path();
    folder.write(
        "ci/baseline.yaml",
        b"version: 1\nfindings: [{rule: a, line: 3}]\n",
    );
    insta::assert_snapshot!(check(root, &[]), @r#"
    2

    error: the configuration is not valid
    error: an entry of the baseline has no key `line`
      ci/baseline.yaml:2:22
      help: known are rule, file, object, path, environments, count
    "#);
    folder.write("ci/baseline.yaml", b"{\"results\": []}\n");
    insta::assert_snapshot!(check(root, &[]), @r#"
    2

    error: the configuration is not valid
    error: this is not a baseline of version 1
      ci/baseline.yaml:1:1
      help: write one with `gitopslint baseline`
    "#);
    std::fs::remove_file(root.join("ci/baseline.yaml")).unwrap();
    insta::assert_snapshot!(check(root, &[]), @r#"
    2

    error: the configuration is not valid
    error: the baseline ci/baseline.yaml cannot be read: there is no such file
      help: write one with `gitopslint baseline`, or remove `baseline:`
    "#);
    insta::assert_snapshot!(check(root, &["--baseline", "ci/other.yaml"]), @r#"
    2

    error: cannot read ci/other.yaml: No such file or directory (os error 2)
    "#);
    insta::assert_snapshot!(told(root, &["baseline", "--prune"]), @r#"
    2

    error: cannot read ROOT/ci/baseline.yaml: No such file or directory (os error 2)
      help: without --prune, a baseline is written
    "#);
}
