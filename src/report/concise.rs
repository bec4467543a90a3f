//! One line for each finding, as compilers write them: `path:line:column: severity[rule]: message`.

use std::io;

use super::{Context, escape, words};
use crate::judge::finding::{Finding, Report};

pub(super) fn write(
    report: &Report,
    context: &Context<'_>,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    for finding in context.listed(report) {
        writeln!(out, "{}", line(finding, context))?;
    }
    writeln!(out, "{}", words::counts(report, ""))?;
    match words::not_checked(&report.summary, context) {
        Some(not_checked) => writeln!(out, "NOT CHECKED: {not_checked}"),
        None => Ok(()),
    }
}

/// The finding's line, without a break at its end.
fn line(finding: &Finding, context: &Context<'_>) -> String {
    let place = match &finding.place {
        Some(place) => words::place(place, context),
        None => {
            let (file, line) = context.line(finding);
            format!("{}:{line}:1", escape::path(&file))
        }
    };
    let (severity, rule) = (finding.severity, escape::printable(&finding.rule.id));
    let message = escape::prose(&finding.message);
    match words::affects(finding, context) {
        Some(affects) => format!("{place}: {severity}[{rule}]: {message} ({affects})"),
        None => format!("{place}: {severity}[{rule}]: {message}"),
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::super::Format;
    use super::super::samples::{clean, hostile, sample};

    #[test]
    fn every_sort_of_finding() {
        assert_snapshot!(sample().write(Format::Concise), @r#"
        base/deployment.yaml:8:7: warning[writable-root-filesystem]: container `api` can write to its root file system (warning in prod-eu, prod-us; info in stage)
        base/deployment.yaml:8:7: warning[missing-seccomp-profile]: container `api` may use every system call (warning in prod-eu, prod-us; info in stage)
        base/deployment.yaml:12:11: error[privileged-container]: container `api` runs privileged (affects dev, stage, production)
        base/deployment.yaml:15:18: error[plain-secret]: `DB_PASSWORD` is written in the open (affects dev, stage, production)
        overlays/production/patch.yaml:6:33: error[mutable-image-tag]: `ghcr.io/acme/api:latest` can change under you (production only)
        charts/redis:1:1: warning[does-not-render]: the chart is not in the repository (affects charts/redis)
        3 errors, 3 warnings (1 info; 1 suppressed)
        NOT CHECKED: charts: redis; 14 objects without a schema (Rollout 9, Certificate 5)
        "#);
        assert_snapshot!(clean().write(Format::Concise), @"no errors, no warnings");
    }

    #[test]
    fn hostile_text_stays_on_its_line() {
        let shown = hostile().write(Format::Concise);
        assert_eq!(shown.lines().count(), 3);
        assert!(!shown.lines().any(|line| line.starts_with("::")));
    }
}
