//! The table of what other linters check.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;

use gitopslint::Setup;
use manifest::Memory;

use crate::{Failure, root};

const TABLE: &str = "docs/coverage.md";

/// Topics that no policy's metadata names: the rules that are written in Rust, or the reason why
/// there is none.
const OTHERS: &str = include_str!("coverage.tsv");

const HEAD: &str = "# What other linters check

Each row is something that one of the well-known linters for Kubernetes checks, with the rule that checks it here. `gitopslint explain RULE` tells more about each. Rules that are off by default are switched on in `.gitopslint.yaml`.

This file is made by `cargo xtask coverage` from the metadata of the policies and `xtask/src/coverage.tsv`.
";

/// Writes the table anew.
pub(crate) fn write() -> Result<(), Failure> {
    let text = table()?;
    fs::write(root().join(TABLE), text)?;
    Ok(())
}

/// Tells whether the table is current.
pub(crate) fn check() -> Result<(), Failure> {
    match fs::read_to_string(root().join(TABLE))? == table()? {
        true => Ok(()),
        false => Err(format!("{TABLE} is not current: run `cargo xtask coverage`").into()),
    }
}

fn table() -> Result<String, Failure> {
    let nothing: Memory = [("README.md", "")].into_iter().collect();
    let setup = Setup::read(&nothing, None).map_err(|_| "the built-in rules cannot be read")?;
    let severity = |rule: &str| {
        let known = setup.rules().iter().find(|known| known.id == rule);
        known.map(|rule| rule.severities.production)
    };
    let mut rows: BTreeMap<String, String> = BTreeMap::new();
    let mut add = |topic: &str, rules: &[&str]| -> Result<(), Failure> {
        let mut told = Vec::new();
        for rule in rules {
            let severity = severity(rule).ok_or(format!("{topic}: there is no rule `{rule}`"))?;
            told.push(format!("`{rule}` ({severity})"));
        }
        match rows.insert(topic.to_owned(), told.join(", ")) {
            None => Ok(()),
            Some(_) => Err(format!("{topic} is told twice").into()),
        }
    };
    for (topic, rules) in gitopslint::checks::policy::coverage()? {
        let rules: Vec<&str> = rules.iter().map(String::as_str).collect();
        add(&topic, &rules)?;
    }
    let mut left_out = BTreeMap::new();
    for line in OTHERS.lines().filter(|line| !line.starts_with('#')) {
        let (topic, told) = line
            .split_once('\t')
            .ok_or(format!("`{line}` has no tab"))?;
        match told.strip_prefix("- ") {
            Some(reason) => {
                left_out.insert(topic, reason);
            }
            None => add(topic, &told.split(", ").collect::<Vec<_>>())?,
        }
    }
    let mut text = HEAD.to_owned();
    let count = rows.len();
    let _ = write!(
        text,
        "\n## Checked ({count})\n\n| topic | rules, with their severity in production |\n| --- | --- |\n"
    );
    for (topic, rules) in rows {
        let _ = writeln!(text, "| {topic} | {rules} |");
    }
    let count = left_out.len();
    let _ = write!(
        text,
        "\n## Left out ({count})\n\n| topic | why |\n| --- | --- |\n"
    );
    for (topic, reason) in left_out {
        let _ = writeln!(text, "| {topic} | {reason} |");
    }
    Ok(text)
}
