//! What the past of two files says.

use super::{files, terms, told};
use crate::*;

/// Files with a past: the versions of each, oldest first.
fn with_history(source: &[&str], target: &[&str]) -> String {
    let versions = |texts: &[&str], offset: i64| -> Vec<Past<Version>> {
        let version = |(at, text): (usize, &&str)| {
            Past::Was(Version {
                commit: Commit {
                    id: format!("{at}").into(),
                    author: "A".into(),
                    time: at as i64 * 10 + offset,
                    subject: "s".into(),
                },
                text: Some((*text).to_owned()),
            })
        };
        texts.iter().enumerate().map(version).rev().collect()
    };
    let last = |texts: &[&str]| texts.last().unwrap().to_string();
    let (source_file, target_file) = files("values.yaml", &last(source), &last(target));
    let history = FileHistory::new(
        (
            source_file.path().to_owned(),
            Box::new(versions(source, 0).into_iter()),
        ),
        (
            target_file.path().to_owned(),
            Box::new(versions(target, 5).into_iter()),
        ),
    );
    let terms = Terms {
        history: Some(&history),
        ..terms()
    };
    told(
        &target_file,
        &compare(&source_file, &target_file, &terms).unwrap(),
        &Choice::default(),
    )
}

#[test]
fn history_decides_before_the_field() {
    // Bumped ever since, a promotion merged late: the tag still moves.
    insta::assert_snapshot!(with_history(&["tag: v1", "tag: v2", "tag: v3", "tag: v4"], &["tag: v1", "tag: v2"]), @r"
    > ahead tag: v2 <- v4
    -tag: v2
    \ No newline at end of file
    +tag: v4
    \ No newline at end of file
    ");
    // A hotfix, and one that the source has passed.
    insta::assert_snapshot!(with_history(&["tag: 1.4.1"], &["tag: 1.4.1", "tag: 1.4.2"]), @"= target-only tag: 1.4.2 <- 1.4.1 (it would be a downgrade)");
    insta::assert_snapshot!(with_history(&["tag: 1.4.1", "tag: 1.5.0"], &["tag: 1.4.1", "tag: 1.4.2"]), @"= conflict tag: 1.4.2 <- 1.5.0");
    // What stays by itself moves where the target has what the source had.
    insta::assert_snapshot!(with_history(&["memory: 1Gi", "memory: 2Gi"], &["memory: 1Gi"]), @r"
    > ahead memory: 1Gi <- 2Gi
    -memory: 1Gi
    \ No newline at end of file
    +memory: 2Gi
    \ No newline at end of file
    ");
    insta::assert_snapshot!(with_history(&["replicas: 1", "replicas: 2"], &["replicas: 1", "replicas: 9"]), @"= environment-specific replicas: 9 <- 2");
    // A key that went.
    insta::assert_snapshot!(with_history(&["a: x\nb: y", "a: x"], &["a: x\nb: y"]), @r"
    > ahead b: y <- -
     a: x
    -b: y
    \ No newline at end of file
    ");
    insta::assert_snapshot!(with_history(&["level: a"], &["level: b"]), @"= environment-specific level: b <- a");
}

#[test]
fn a_name_given_up_for_another() {
    let (old, new) = ("v: 1\nmax: 10\n", "v: 2\nconnections: 10\n");
    insta::assert_snapshot!(with_history(&[old, new], &["v: 1\nmax: 80\n"]), @r"
    > ahead v: 1 <- 2
    = ahead connections: - <- 10 (it came for `max`, whose value there would no longer count)
    = target-only max: 80 <- -
    -v: 1
    +v: 2
     max: 80
    ");
    // Several came at once: the one that took over its value.
    let several = "v: 2\ntimeout: 5\nconnections: 10\n";
    insta::assert_snapshot!(with_history(&[old, several], &["v: 1\nmax: 80\n"]), @r"
    > ahead v: 1 <- 2
    > ahead timeout: - <- 5
    = ahead connections: - <- 10 (it came for `max`, whose value there would no longer count)
    = target-only max: 80 <- -
    -v: 1
    +v: 2
     max: 80
    +timeout: 5
    ");
    // The target has what the source had: the one goes, the other comes.
    insta::assert_snapshot!(with_history(&[old, new], &["v: 1\nmax: 10\n"]), @r"
    > ahead v: 1 <- 2
    > ahead connections: - <- 10
    > ahead max: 10 <- -
    -v: 1
    -max: 10
    +v: 2
    +connections: 10
    ");
    // Another commit took it out.
    let between = "v: 1\nconnections: 10\nmax: 10\n";
    insta::assert_snapshot!(with_history(&[old, between, new], &["v: 1\nmax: 80\n"]), @r"
    > ahead v: 1 <- 2
    > ahead connections: - <- 10
    = target-only max: 80 <- -
    -v: 1
    +v: 2
     max: 80
    +connections: 10
    ");
}
