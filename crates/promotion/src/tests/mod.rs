//! Files compared and planned as a whole.

mod choices;
mod kustomizations;
mod others;
mod past;
mod values;

use std::fmt::Write;

use crate::*;

/// The two files of a test, as an environment `staging` and an environment `prod` have them.
fn files(name: &str, source: &str, target: &str) -> (File, File) {
    let read = |env: &str, text: &str| File::read(format!("{env}/{name}"), text).unwrap();
    (read("staging", source), read("prod", target))
}

fn terms<'a>() -> Terms<'a> {
    Terms {
        environments: Environments::new("staging", "prod"),
        guard: Some(&|name, _| name.to_lowercase().contains("password")),
        ..Terms::default()
    }
}

/// Every difference on a line of its own, then the diff of the target.
fn told(target: &File, differences: &[Difference], choice: &Choice) -> String {
    let planned = plan(target, differences, choice);
    let mut out = String::new();
    for (at, difference) in differences.iter().enumerate() {
        let mark = if planned.moved.contains(&at) {
            '>'
        } else {
            '='
        };
        let _ = write!(out, "{mark} {} {}", difference.verdict, difference.path);
        let side = |side| difference.said(side).unwrap_or("-".into());
        let _ = write!(out, ": {} <- {}", side(Side::Target), side(Side::Source));
        if let Some(old) = &difference.renamed_from {
            let _ = write!(out, " (was {old})");
        }
        if let Basis::With(leader) = &difference.basis {
            let _ = write!(out, " (with {leader})");
        }
        if let Some(hold) = &difference.hold {
            let _ = write!(out, " ({hold})");
        }
        out.push('\n');
    }
    for (at, why) in &planned.refused {
        let _ = writeln!(out, "! {}: {why}", differences[*at].path);
    }
    let before = target.text();
    let edits = planned.edits.values().next().cloned().unwrap_or_default();
    let after = apply(Some(before), &edits).unwrap().unwrap();
    assert_eq!(
        apply(Some(&after), &inverse(&edits)),
        Ok(Some(before.to_owned()))
    );
    let diff = unified("file", Some(before), Some(&after));
    out.extend(diff.lines().skip(3).flat_map(|line| [line, "\n"]));
    out
}

fn check(name: &str, source: &str, target: &str) -> String {
    let (source, target) = files(name, source, target);
    let differences = compare(&source, &target, &terms()).unwrap();
    told(&target, &differences, &Choice::default())
}
