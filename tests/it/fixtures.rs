//! The miniature repositories give the findings that their comments expect, and no others.
//!
//! `# error: [rule-id]` expects a finding that starts on its line, `# error(below): [rule-id]`
//! one on the next line that is no comment, `# error(above): [rule-id]` one on the line before.
//! `ignored` in place of a severity expects one that is suppressed.

use std::collections::{BTreeMap, BTreeSet};

use camino::{Utf8Path, Utf8PathBuf};
use gitopslint::Request;
use gitopslint::snapshot::Repository;
use regex::Regex;

use crate::run::{check, check_part, disk, everything, tell};

fn folder(name: &str) -> Utf8PathBuf {
    Utf8Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fixtures")
        .join(name)
}

/// What the comments of all files expect, as `path:line: severity [rule]`.
fn expected(repository: &dyn Repository) -> Vec<String> {
    let mark =
        Regex::new(r"(error|warning|info|ignored)(?:\((below|above)\))?: \[([a-z-]+)\]").unwrap();
    let mut expected = Vec::new();
    for path in repository.walk().files {
        let bytes = repository.bytes(&path).unwrap();
        let text = String::from_utf8_lossy(&bytes);
        let lines: Vec<&str> = text.lines().collect();
        for (at, line) in lines.iter().enumerate() {
            let Some((_, comment)) = line.split_once('#') else {
                continue;
            };
            for found in mark.captures_iter(comment) {
                let line = match found.get(2).map(|direction| direction.as_str()) {
                    Some("below") => below(&lines, at),
                    Some(_) => at - 1,
                    None => at,
                };
                expected.push(format!(
                    "{path}:{}: {} [{}]",
                    line + 1,
                    &found[1],
                    &found[3]
                ));
            }
        }
    }
    expected
}

fn below(lines: &[&str], at: usize) -> usize {
    let is_comment = |line: &str| line.trim_start().starts_with('#');
    (at + 1..lines.len())
        .find(|line| !is_comment(lines[*line]))
        .unwrap()
}

/// How often each line is there.
fn counted(lines: impl Iterator<Item = String>) -> BTreeMap<String, usize> {
    let mut counted = BTreeMap::new();
    for line in lines {
        *counted.entry(line).or_default() += 1;
    }
    counted
}

/// Compares, and gives the number of rendered objects.
#[track_caller]
fn holds(name: &str) -> usize {
    let repository = disk(&folder(name));
    let run = check(&repository);
    let found = counted(run.findings().iter().map(tell));
    let expected = counted(expected(&repository).into_iter());
    let mut differences = Vec::new();
    for (line, count) in &expected {
        let missing = count.saturating_sub(found.get(line).copied().unwrap_or(0));
        differences.extend(std::iter::repeat_n(format!("missing  {line}"), missing));
    }
    for (line, count) in &found {
        let surplus = count.saturating_sub(expected.get(line).copied().unwrap_or(0));
        let messages = run
            .findings()
            .iter()
            .filter(|finding| tell(finding) == *line);
        let surplus = messages
            .take(surplus)
            .map(|f| format!("surplus  {line}: {}", f.message));
        differences.extend(surplus);
    }
    assert!(
        differences.is_empty(),
        "{name}:\n{}",
        differences.join("\n")
    );
    run.summary().objects
}

#[test]
fn a_platform_with_faults() {
    let names_rules = expected(&disk(&folder("platform")));
    assert!(
        names_rules.len() > 20,
        "the fixture's comments were not read"
    );
    assert!(holds("platform") > 80);
}

#[test]
fn a_part_of_a_platform_does_not_tell_which_ignores_are_of_no_use() {
    let whole = everything();
    let by_path = Request {
        paths: vec!["apps/api".into()],
        ..whole.clone()
    };
    let by_rule = Request {
        skip: vec!["host-path-volume".to_owned()],
        ..whole.clone()
    };
    let useless = |request| {
        let run = check_part(&disk(&folder("platform")), request);
        let rules = run.findings().iter().map(|finding| &*finding.rule.id);
        rules.filter(|rule| *rule == "unused-ignore").count()
    };
    assert_eq!([&whole, &by_path, &by_rule].map(useless), [2, 0, 0]);
}

#[test]
fn a_part_of_a_platform_is_judged_with_the_rest_around_it() {
    let everywhere: BTreeSet<String> = check(&disk(&folder("platform")))
        .findings()
        .iter()
        .map(tell)
        .collect();
    let part = |request| -> BTreeSet<String> {
        let run = check_part(&disk(&folder("platform")), &request);
        run.findings().iter().map(tell).collect()
    };
    let by_path = part(Request {
        paths: vec!["apps/web/overlays/production".into()],
        ..everything()
    });
    let by_environment = part(Request {
        environments: vec!["production".to_owned()],
        ..everything()
    });
    let by_base = part(Request {
        paths: vec!["apps/web/base".into()],
        ..everything()
    });
    // What the namespaces hold stands in another folder: nothing new may come up without it.
    assert!(by_path.is_subset(&everywhere) && by_environment.is_subset(&everywhere));
    assert!(by_base.is_subset(&everywhere) && by_base.is_superset(&by_path));
    assert!(by_path.len() > 5 && by_path.len() < by_environment.len());
}

#[test]
fn charts_by_applications_and_by_layout() {
    assert!(holds("charts") > 30);
}

#[test]
fn a_clean_platform_under_the_restricted_profile() {
    assert!(holds("platform-clean") > 100);
}

#[test]
fn overlays_that_do_other_than_they_say() {
    assert!(holds("overlays") > 4);
}
