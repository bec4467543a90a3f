//! What two checks have between them.

use insta::assert_snapshot;
use manifest::Memory;

use super::{Change, Only, Scope};
use crate::date::Date;
use crate::snapshot::FileChange;
use crate::{Checked, Request, Setup};

const DEV: (&str, &str) = ("envs/dev/kustomization.yaml", "resources: [../../base]\n");
const PRODUCTION: (&str, &str) = (
    "envs/production/kustomization.yaml",
    "resources: [../../base]\n",
);
const BASE: (&str, &str) = ("base/kustomization.yaml", "resources: [pod.yaml]\n");

fn pod(image: &str) -> String {
    format!(
        "apiVersion: v1\nkind: Pod\nmetadata: {{name: web}}\nspec:\n  containers:\n  - name: web\n    image: {image}\n"
    )
}

fn full(files: &[(&str, &str)]) -> Checked {
    let memory: Memory = files.iter().copied().collect();
    let setup = Setup::read(&memory, None).unwrap();
    let request = Request {
        select: vec!["mutable-image-tag".to_owned()],
        ..Request::all(Date::parse("2026-06-30").unwrap())
    };
    setup.check(&memory, &request)
}

/// What a change from some files to others brings, as `path: {environments} message`, and the
/// counts.
fn check(scope: Scope, before: &[&[(&str, &str)]], after: &[(&str, &str)]) -> String {
    let mut files: Vec<FileChange> = Vec::new();
    let first = before.first().copied().unwrap_or_default();
    for (path, text) in first.iter().chain(after) {
        let of = |files: &[(&str, &str)]| files.iter().any(|(other, _)| other == path);
        let is_same = |files: &[(&str, &str)]| files.iter().any(|own| own == &(*path, *text));
        if !is_same(first) || !is_same(after) {
            files.push(FileChange {
                path: (*path).into(),
                was: of(first),
                is: of(after),
            });
        }
    }
    files.sort();
    files.dedup();
    let before: Vec<Checked> = before.iter().map(|files| full(files)).collect();
    let after = full(after);
    let change = Change {
        files: &files,
        before: &before,
        is_judged_anew: false,
        scope,
        only: &Only::of(Vec::new(), &before, &after),
    };
    let narrowed = change.narrow(after);
    let mut told = String::new();
    for finding in &narrowed.report.findings {
        let place = finding.place.as_ref().unwrap();
        let environments = finding.affected.iter();
        let environments: Vec<&str> = environments
            .map(|affected| affected.environment.as_deref().unwrap_or("-"))
            .collect();
        let ignored = finding.suppressed.as_ref().map_or("", |_| " (ignored)");
        told += &format!(
            "{}: {} {{{}}} {}{ignored}\n",
            place.path(),
            finding.severity,
            environments.join(","),
            finding.message
        );
    }
    let summary = narrowed.report.summary.change.unwrap();
    told + &format!(
        "{} files, {} targets, {} fixed",
        summary.files, summary.targets, summary.fixed
    )
}

fn introduced(before: &[(&str, &str)], after: &[(&str, &str)]) -> String {
    check(Scope::Introduced, &[before], after)
}

#[test]
fn what_was_there_is_not_told() {
    let (old, new) = (pod("acme/web:latest"), pod("acme/web:latest # the newest"));
    let before = [DEV, BASE, ("base/pod.yaml", old.as_str())];
    let after = [DEV, BASE, ("base/pod.yaml", new.as_str())];
    assert_snapshot!(introduced(&before, &after), @"1 files, 1 targets, 0 fixed");
    assert_snapshot!(introduced(&before, &before), @"0 files, 0 targets, 0 fixed");
}

#[test]
fn what_is_worse_and_what_is_better_is_told() {
    let (old, new) = (pod("acme/web:1.2.3"), pod("acme/web:latest"));
    let before = [DEV, BASE, ("base/pod.yaml", old.as_str())];
    let after = [DEV, BASE, ("base/pod.yaml", new.as_str())];
    assert_snapshot!(introduced(&before, &after), @r#"
    base/pod.yaml: warning {dev} `acme/web:latest` can change under you
    1 files, 1 targets, 0 fixed
    "#);
    assert_snapshot!(introduced(&after, &before), @"1 files, 1 targets, 1 fixed");
}

#[test]
fn an_old_fault_in_another_environment_is_new_there() {
    let pod = pod("acme/web:latest");
    let before = [DEV, BASE, ("base/pod.yaml", pod.as_str())];
    let after = [DEV, PRODUCTION, BASE, ("base/pod.yaml", pod.as_str())];
    assert_snapshot!(introduced(&before, &after), @r#"
    base/pod.yaml: error {production} `acme/web:latest` can change under you
    1 files, 1 targets, 0 fixed
    "#);
}

#[test]
fn what_either_parent_has_is_not_new() {
    let (good, bad) = (pod("acme/web:1.2.3"), pod("acme/web:latest"));
    let ours = [DEV, BASE, ("base/pod.yaml", good.as_str())];
    let theirs = [DEV, BASE, ("base/pod.yaml", bad.as_str())];
    assert_snapshot!(check(Scope::Introduced, &[&ours, &theirs], &theirs), @"1 files, 1 targets, 0 fixed");
    assert_snapshot!(check(Scope::Introduced, &[], &theirs), @r#"
    base/pod.yaml: warning {dev} `acme/web:latest` can change under you
    3 files, 1 targets, 0 fixed
    "#);
}

#[test]
fn an_ignore_that_goes_brings_back_what_it_excused() {
    let (ignored, bare) = (
        pod("acme/web:latest # gitopslint: ignore[mutable-image-tag] it is rebuilt nightly"),
        pod("acme/web:latest"),
    );
    let before = [DEV, BASE, ("base/pod.yaml", ignored.as_str())];
    let after = [DEV, BASE, ("base/pod.yaml", bare.as_str())];
    assert_snapshot!(introduced(&before, &after), @r#"
    base/pod.yaml: warning {dev} `acme/web:latest` can change under you
    1 files, 1 targets, 0 fixed
    "#);
    assert_snapshot!(introduced(&after, &before), @r#"
    base/pod.yaml: warning {dev} `acme/web:latest` can change under you (ignored)
    1 files, 1 targets, 1 fixed
    "#);
}

#[test]
fn what_does_not_render_any_more_is_not_fixed() {
    let pod = pod("acme/web:latest");
    let before = [DEV, BASE, ("base/pod.yaml", pod.as_str())];
    let after = [DEV, BASE];
    assert_snapshot!(introduced(&before, &after), @r#"
    base/kustomization.yaml: error {dev} `pod.yaml` cannot be read: there is no such file
    1 files, 2 targets, 0 fixed
    "#);
}

#[test]
fn of_targets_that_read_a_changed_file_all_can_be_told() {
    let pod = pod("acme/web:latest");
    let other = ("other/pod.yaml", pod.as_str());
    let before = [DEV, BASE, ("base/pod.yaml", pod.as_str()), other];
    let after = [
        (
            "envs/dev/kustomization.yaml",
            "resources: [../../base] # all\n",
        ),
        BASE,
        ("base/pod.yaml", pod.as_str()),
        other,
    ];
    assert_snapshot!(check(Scope::Targets, &[&before], &after), @r#"
    base/pod.yaml: warning {dev} `acme/web:latest` can change under you
    1 files, 1 targets, 0 fixed
    "#);
    assert_snapshot!(introduced(&before, &after), @"1 files, 1 targets, 0 fixed");
}

#[test]
fn what_looked_for_a_file_reads_it_once_it_is_there() {
    let pod = pod("acme/web:1.2.3");
    let before = [DEV, BASE];
    let after = [DEV, BASE, ("base/pod.yaml", pod.as_str())];
    assert_snapshot!(introduced(&before, &after), @"1 files, 2 targets, 1 fixed");
}
