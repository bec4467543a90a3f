//! Whatever part of a repository is asked for: what is wrong with it is told, and the exit status
//! says so.

use std::io::Write;
use std::process::Stdio;

use insta::assert_snapshot;

use crate::run::Folder;

const REPOSITORY: &str = "
--- base/kustomization.yaml
resources: [pod.yaml]
--- base/pod.yaml
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers: [{name: web, image: acme/web:1.4.2}]
--- overlays/dev/kustomization.yaml
resources: [../../base]
--- overlays/production/kustomization.yaml
resources: [../../base]
--- alone/config.yaml
apiVersion: v1
kind: ConfigMap
metadata: {name: alone}
--- CODEOWNERS
/alone/ @acme/alone
--- chart/Chart.yaml
apiVersion: v2
name: chart
version: 1.0.0
--- chart/templates/config.yaml
apiVersion: v1
kind: ConfigMap
metadata: {name: '{{ .Release.Name }}'}
";

/// What is asked for, each as arguments of `check`.
const FILTERS: [&[&str]; 12] = [
    &[],
    &["--env", "production"],
    &["--env", "dev"],
    &["overlays/production"],
    &["overlays/dev"],
    &["base/pod.yaml"],
    &["alone"],
    &["chart/templates/config.yaml"],
    &["--select", "privileged-container"],
    &["--select", "single-replica"],
    &["--owner", "@acme/alone"],
    &[
        "--ignore",
        "privileged-container,missing-resource,unreadable-file,target-not-rendered",
    ],
];

/// Changes files, and tells of each filter the exit status, the errors, and what is not checked
/// because it does not render or cannot be read.
fn table(changes: &[(&str, Option<&[u8]>)]) -> String {
    let folder = Folder::with(REPOSITORY);
    for (path, change) in changes {
        match change {
            Some(bytes) => folder.write(path, bytes),
            None => std::fs::remove_file(folder.path().join(path)).unwrap(),
        }
    }
    let rows = FILTERS.map(|filter| {
        let output = crate::command::program()
            .arg("check")
            .args(filter)
            .current_dir(folder.path())
            .output()
            .unwrap();
        let printed = String::from_utf8(output.stdout).unwrap();
        let is_told = |line: &&str| line.starts_with("error") || line.contains("not render");
        let mut told: Vec<&str> = printed.lines().filter(is_told).collect();
        told.dedup();
        let code = output.status.code().unwrap();
        let told = told.iter().map(|line| format!("    {line}\n"));
        let stderr = String::from_utf8(output.stderr).unwrap();
        let stderr = stderr.lines().next().map(|line| format!("    ! {line}\n"));
        let told: String = told.chain(stderr).collect();
        format!("{code} {}\n{told}", filter.join(" "))
    });
    rows.concat()
}

const PRIVILEGED: &[u8] = b"\
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers: [{name: web, image: acme/web:1.4.2, securityContext: {privileged: true}}]
";

#[test]
fn nothing_is_wrong() {
    assert_snapshot!(table(&[]), @r#"
    0 
    0 --env production
    0 --env dev
    0 overlays/production
    0 overlays/dev
    0 base/pod.yaml
    0 alone
    0 chart/templates/config.yaml
    0 --select privileged-container
    0 --select single-replica
    0 --owner @acme/alone
    0 --ignore privileged-container,missing-resource,unreadable-file,target-not-rendered
    "#);
}

#[test]
fn a_base_that_does_not_render() {
    assert_snapshot!(table(&[("base/pod.yaml", None)]), @r#"
    1 
        error[missing-resource]: `pod.yaml` cannot be read: there is no such file
        4 targets (2 did not render), 2 objects, 7 files: 6 used, 1 not Kubernetes
        NOT CHECKED: 2 targets that do not render (missing-resource 2)
    1 --env production
        error[missing-resource]: `pod.yaml` cannot be read: there is no such file
        1 target (1 did not render), 0 objects, 7 files: 6 used, 1 not Kubernetes
        NOT CHECKED: targets that do not render: missing-resource
    1 --env dev
        error[missing-resource]: `pod.yaml` cannot be read: there is no such file
        1 target (1 did not render), 0 objects, 7 files: 6 used, 1 not Kubernetes
        NOT CHECKED: targets that do not render: missing-resource
    1 overlays/production
        error[missing-resource]: `pod.yaml` cannot be read: there is no such file
        1 target (1 did not render), 0 objects, 1 file: 1 used
        NOT CHECKED: targets that do not render: missing-resource
    1 overlays/dev
        error[missing-resource]: `pod.yaml` cannot be read: there is no such file
        1 target (1 did not render), 0 objects, 1 file: 1 used
        NOT CHECKED: targets that do not render: missing-resource
    2 base/pod.yaml
        ! error: there is no base/pod.yaml
    0 alone
    0 chart/templates/config.yaml
    1 --select privileged-container
        error[missing-resource]: `pod.yaml` cannot be read: there is no such file
        4 targets (2 did not render), 2 objects, 7 files: 6 used, 1 not Kubernetes
        NOT CHECKED: 2 targets that do not render (missing-resource 2)
    1 --select single-replica
        error[missing-resource]: `pod.yaml` cannot be read: there is no such file
        4 targets (2 did not render), 2 objects, 7 files: 6 used, 1 not Kubernetes
        NOT CHECKED: 2 targets that do not render (missing-resource 2)
    1 --owner @acme/alone
        error[missing-resource]: `pod.yaml` cannot be read: there is no such file
        4 targets (2 did not render), 2 objects, 7 files: 6 used, 1 not Kubernetes
        NOT CHECKED: 2 targets that do not render (missing-resource 2)
    1 --ignore privileged-container,missing-resource,unreadable-file,target-not-rendered
        error[target-not-rendered]: `overlays/dev` does not render, so nothing of it is checked
        error[target-not-rendered]: `overlays/production` does not render, so nothing of it is checked
        4 targets (2 did not render), 2 objects, 7 files: 6 used, 1 not Kubernetes
        NOT CHECKED: 2 targets that do not render (missing-resource 2)
    "#);
}

#[test]
fn an_overlay_that_does_not_render() {
    let broken: &[u8] = b"resources: [../../base]\npatches: [{path: none.yaml}]\n";
    assert_snapshot!(table(&[("overlays/production/kustomization.yaml", Some(broken))]), @r#"
    1 
        error[missing-resource]: `none.yaml` cannot be read: there is no such file
        4 targets (1 did not render), 3 objects, 8 files: 7 used, 1 not Kubernetes
        NOT CHECKED: targets that do not render: missing-resource
    1 --env production
        error[missing-resource]: `none.yaml` cannot be read: there is no such file
        1 target (1 did not render), 0 objects, 8 files: 7 used, 1 not Kubernetes
        NOT CHECKED: targets that do not render: missing-resource
    0 --env dev
    1 overlays/production
        error[missing-resource]: `none.yaml` cannot be read: there is no such file
        1 target (1 did not render), 0 objects, 1 file: 1 used
        NOT CHECKED: targets that do not render: missing-resource
    0 overlays/dev
    1 base/pod.yaml
        error[missing-resource]: `none.yaml` cannot be read: there is no such file
        2 targets (1 did not render), 1 object, 1 file: 1 used
        NOT CHECKED: targets that do not render: missing-resource
    0 alone
    0 chart/templates/config.yaml
    1 --select privileged-container
        error[missing-resource]: `none.yaml` cannot be read: there is no such file
        4 targets (1 did not render), 3 objects, 8 files: 7 used, 1 not Kubernetes
        NOT CHECKED: targets that do not render: missing-resource
    1 --select single-replica
        error[missing-resource]: `none.yaml` cannot be read: there is no such file
        4 targets (1 did not render), 3 objects, 8 files: 7 used, 1 not Kubernetes
        NOT CHECKED: targets that do not render: missing-resource
    1 --owner @acme/alone
        error[missing-resource]: `none.yaml` cannot be read: there is no such file
        4 targets (1 did not render), 3 objects, 8 files: 7 used, 1 not Kubernetes
        NOT CHECKED: targets that do not render: missing-resource
    1 --ignore privileged-container,missing-resource,unreadable-file,target-not-rendered
        error[target-not-rendered]: `overlays/production` does not render, so nothing of it is checked
        4 targets (1 did not render), 3 objects, 8 files: 7 used, 1 not Kubernetes
        NOT CHECKED: targets that do not render: missing-resource
    "#);
}

#[test]
fn an_object_that_breaks_a_rule() {
    assert_snapshot!(table(&[("base/pod.yaml", Some(PRIVILEGED))]), @r#"
    1 
        error[privileged-container]: container `web` runs privileged
    1 --env production
        error[privileged-container]: container `web` runs privileged
    1 --env dev
        error[privileged-container]: container `web` runs privileged
    1 overlays/production
        error[privileged-container]: container `web` runs privileged
    1 overlays/dev
        error[privileged-container]: container `web` runs privileged
    1 base/pod.yaml
        error[privileged-container]: container `web` runs privileged
    0 alone
    0 chart/templates/config.yaml
    1 --select privileged-container
        error[privileged-container]: container `web` runs privileged
    0 --select single-replica
    0 --owner @acme/alone
    0 --ignore privileged-container,missing-resource,unreadable-file,target-not-rendered
    "#);
}

#[test]
fn a_file_that_cannot_be_read() {
    let bytes: &[u8] = b"\xff\xfe\xfa";
    let changes = [
        ("base/pod.yaml", Some(bytes)),
        ("alone/config.yaml", Some(bytes)),
    ];
    assert_snapshot!(table(&changes), @r#"
    1 
        error[unreadable-file]: byte 0 is not UTF-8
        3 targets (2 did not render), 1 object, 8 files: 6 used, 2 not Kubernetes
        NOT CHECKED: 2 targets that do not render (unreadable-file 2)
    1 --env production
        error[unreadable-file]: byte 0 is not UTF-8
        1 target (1 did not render), 0 objects, 8 files: 6 used, 2 not Kubernetes
        NOT CHECKED: targets that do not render: unreadable-file
    1 --env dev
        error[unreadable-file]: byte 0 is not UTF-8
        1 target (1 did not render), 0 objects, 8 files: 6 used, 2 not Kubernetes
        NOT CHECKED: targets that do not render: unreadable-file
    1 overlays/production
        error[unreadable-file]: byte 0 is not UTF-8
        1 target (1 did not render), 0 objects, 1 file: 1 used
        NOT CHECKED: targets that do not render: unreadable-file
    1 overlays/dev
        error[unreadable-file]: byte 0 is not UTF-8
        1 target (1 did not render), 0 objects, 1 file: 1 used
        NOT CHECKED: targets that do not render: unreadable-file
    1 base/pod.yaml
        error[unreadable-file]: byte 0 is not UTF-8
        2 targets (2 did not render), 0 objects, 1 file: 1 used
        NOT CHECKED: 2 targets that do not render (unreadable-file 2)
    1 alone
        error[unreadable-file]: byte 0 is not UTF-8
    0 chart/templates/config.yaml
    1 --select privileged-container
        error[unreadable-file]: byte 0 is not UTF-8
        3 targets (2 did not render), 1 object, 8 files: 6 used, 2 not Kubernetes
        NOT CHECKED: 2 targets that do not render (unreadable-file 2)
    1 --select single-replica
        error[unreadable-file]: byte 0 is not UTF-8
        3 targets (2 did not render), 1 object, 8 files: 6 used, 2 not Kubernetes
        NOT CHECKED: 2 targets that do not render (unreadable-file 2)
    1 --owner @acme/alone
        error[unreadable-file]: byte 0 is not UTF-8
        3 targets (2 did not render), 1 object, 8 files: 6 used, 2 not Kubernetes
        NOT CHECKED: 2 targets that do not render (unreadable-file 2)
    1 --ignore privileged-container,missing-resource,unreadable-file,target-not-rendered
        error[target-not-rendered]: `overlays/dev` does not render, so nothing of it is checked
        error[target-not-rendered]: `overlays/production` does not render, so nothing of it is checked
        3 targets (2 did not render), 1 object, 8 files: 6 used, 2 not Kubernetes
        NOT CHECKED: 2 targets that do not render (unreadable-file 2)
    "#);
}

#[test]
fn a_chart_that_does_not_render() {
    let broken: &[u8] = b"{{ template \"none\" }}\n";
    assert_snapshot!(table(&[("chart/templates/config.yaml", Some(broken))]), @r#"
    1 
        error[invalid-template]: `{{ template "none" }}`: there is no template named `none`
        4 targets (1 did not render), 3 objects, 8 files: 7 used, 1 not Kubernetes
        NOT CHECKED: targets that do not render: invalid-template
    0 --env production
    0 --env dev
    0 overlays/production
    0 overlays/dev
    0 base/pod.yaml
    0 alone
    1 chart/templates/config.yaml
        error[invalid-template]: `{{ template "none" }}`: there is no template named `none`
        1 target (1 did not render), 0 objects, 1 file: 1 used
        NOT CHECKED: targets that do not render: invalid-template
    1 --select privileged-container
        error[invalid-template]: `{{ template "none" }}`: there is no template named `none`
        4 targets (1 did not render), 3 objects, 8 files: 7 used, 1 not Kubernetes
        NOT CHECKED: targets that do not render: invalid-template
    1 --select single-replica
        error[invalid-template]: `{{ template "none" }}`: there is no template named `none`
        4 targets (1 did not render), 3 objects, 8 files: 7 used, 1 not Kubernetes
        NOT CHECKED: targets that do not render: invalid-template
    1 --owner @acme/alone
        error[invalid-template]: `{{ template "none" }}`: there is no template named `none`
        4 targets (1 did not render), 3 objects, 8 files: 7 used, 1 not Kubernetes
        NOT CHECKED: targets that do not render: invalid-template
    1 --ignore privileged-container,missing-resource,unreadable-file,target-not-rendered
        error[invalid-template]: `{{ template "none" }}`: there is no template named `none`
        4 targets (1 did not render), 3 objects, 8 files: 7 used, 1 not Kubernetes
        NOT CHECKED: targets that do not render: invalid-template
    "#);
}

/// What `check -` says of a text.
fn stdin(text: &[u8]) -> String {
    let folder = Folder::with(REPOSITORY);
    let mut child = crate::command::program()
        .args(["check", "-"])
        .current_dir(folder.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(text).unwrap();
    let output = child.wait_with_output().unwrap();
    let printed = String::from_utf8(output.stdout).unwrap();
    let mut told = format!("{}\n", output.status.code().unwrap());
    for line in printed.lines().filter(|line| line.starts_with("error")) {
        told.push_str(&format!("{line}\n"));
    }
    told + String::from_utf8(output.stderr)
        .unwrap()
        .lines()
        .next()
        .unwrap_or_default()
}

#[test]
fn the_standard_input() {
    assert_snapshot!(stdin(PRIVILEGED), @r#"
    1
    error[privileged-container]: container `web` runs privileged
    "#);
    assert_snapshot!(stdin(b"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n"), @"0");
    assert_snapshot!(stdin(b"\xff\xfe\xfa"), @r#"
    2
    error: standard input is not UTF-8
    "#);
    assert_snapshot!(stdin(b"kind: ["), @r#"
    1
    error[invalid-yaml]: this `[` is never closed
    "#);
    assert_snapshot!(stdin(b""), @r#"
    2
    error: nothing was checked: no manifests were found
    "#);
    assert_snapshot!(stdin(b"a: 1\n"), @r#"
    2
    error: nothing was checked: no manifests were found
    "#);
}
