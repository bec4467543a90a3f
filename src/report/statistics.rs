//! How many findings there are, by rule, by environment, by owner and by project.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::io;

use super::paint::Paint;
use super::{Context, escape, words};
use crate::judge::finding::Report;
use crate::rule::{Severity, Tier};

/// What has no owner. No owner's name has brackets.
const NOBODY: &str = "(nobody)";

/// Findings by severity: errors, warnings, info.
type Counts = [usize; 3];

/// Writes a table of the rules that were broken, one of the environments in which, one of the
/// owners, if there are any, and one of the AppProjects, if there are several. Fails only if `out` does.
pub fn write_statistics(
    report: &Report,
    context: &Context<'_>,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let mut rules: BTreeMap<&str, Counts> = BTreeMap::new();
    let mut owners: BTreeMap<&str, Counts> = BTreeMap::new();
    let mut projects: BTreeMap<&str, Counts> = BTreeMap::new();
    let mut environments: BTreeMap<(Tier, Option<&str>), Counts> = BTreeMap::new();
    for finding in report.findings.iter().filter(|f| f.suppressed.is_none()) {
        count(rules.entry(&finding.rule.id).or_default(), finding.severity);
        for owner in finding.owners.iter() {
            count(owners.entry(owner).or_default(), finding.severity);
        }
        if finding.owners.is_empty() {
            count(owners.entry(NOBODY).or_default(), finding.severity);
        }
        let own = finding.affected.iter();
        let own: BTreeSet<&str> = own.filter_map(|one| one.project.as_deref()).collect();
        for project in own {
            count(projects.entry(project).or_default(), finding.severity);
        }
        let mut worst: BTreeMap<(Tier, Option<&str>), Severity> = BTreeMap::new();
        for affected in &finding.affected {
            let environment = (affected.tier, affected.environment.as_deref());
            let severity = worst.entry(environment).or_insert(affected.severity);
            *severity = affected.severity.max(*severity);
        }
        for (environment, severity) in worst {
            count(environments.entry(environment).or_default(), severity);
        }
    }
    let mut rules = named(rules);
    rules.sort_by_key(|(_, counts)| Reverse(*counts));
    let environments = environments.into_iter().map(|((_, name), counts)| {
        let name = escape::printable(name.unwrap_or("unassigned"));
        (name.into_owned(), counts)
    });

    let owners = named(owners);
    let projects = named(projects);

    let paint = Paint(context.color);
    write_table("rule", &rules, paint, out)?;
    write_table("environment", &environments.collect::<Vec<_>>(), paint, out)?;
    if owners.iter().any(|(name, _)| name != NOBODY) {
        write_table("owner", &owners, paint, out)?;
    }
    if projects.len() > 1 {
        write_table("project", &projects, paint, out)?;
    }
    writeln!(out, "{}", paint.bold(&words::counts(report, "")))
}

fn named(counts: BTreeMap<&str, Counts>) -> Vec<(String, Counts)> {
    let counts = counts.into_iter();
    counts
        .map(|(name, counts)| (escape::printable(name).into_owned(), counts))
        .collect()
}

fn count(counts: &mut Counts, severity: Severity) {
    let [errors, warnings, info] = counts;
    match severity {
        Severity::Error => *errors += 1,
        Severity::Warning => *warnings += 1,
        Severity::Info => *info += 1,
        Severity::Off => {}
    }
}

fn write_table(
    title: &str,
    rows: &[(String, Counts)],
    paint: Paint,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    let names = rows.iter().map(|(name, _)| name.chars().count());
    let wide = names.max().unwrap_or(0).max(title.len());
    let head = format!("{title:wide$}  errors  warnings    info");
    writeln!(out, "{}", paint.bold(&head))?;
    for (name, counts) in rows {
        let [errors, warnings, info] = counts.map(words::number);
        writeln!(out, "{name:wide$}  {errors:>6}  {warnings:>8}  {info:>6}")?;
    }
    writeln!(out)
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::super::samples::{clean, sample};
    use super::*;

    #[test]
    fn by_rule_and_by_environment() {
        let shown = |sample: &super::super::samples::Sample| {
            let mut out = Vec::new();
            write_statistics(&sample.report, &sample.context(), &mut out).unwrap();
            String::from_utf8(out).unwrap()
        };
        assert_snapshot!(shown(&sample()), @r#"
        rule                      errors  warnings    info
        mutable-image-tag              1         0       0
        plain-secret                   1         0       0
        privileged-container           1         0       0
        does-not-render                0         1       0
        missing-seccomp-profile        0         1       0
        writable-root-filesystem       0         1       0
        single-replica                 0         0       1

        environment  errors  warnings    info
        dev               2         0       0
        unassigned        0         1       0
        stage             2         0       3
        prod-eu           0         3       0
        prod-us           0         3       0
        production        3         0       0

        owner       errors  warnings    info
        (nobody)         3         2       1
        @acme/apps       0         1       0

        3 errors, 3 warnings (1 info; 1 suppressed)
        "#);
        assert_snapshot!(shown(&clean()), @"no errors, no warnings");
    }
}
