//! JUnit's XML: each finding is a failed test, so that merge requests show what is new.

use std::collections::BTreeMap;
use std::io;

use rustc_hash::FxHashMap;

use super::{Context, escape, words, xml};
use crate::judge::finding::{Finding, Report};
use crate::rule::Severity;

pub(super) fn write(
    report: &Report,
    context: &Context<'_>,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let mut files: BTreeMap<String, Vec<&Finding>> = BTreeMap::new();
    let listed = context.listed(report);
    for finding in &listed {
        let (file, _) = context.line(finding);
        files.entry(file).or_default().push(finding);
    }
    let failed = |findings: &[&Finding]| {
        let errors = findings.iter().filter(|f| f.severity == Severity::Error);
        errors.count()
    };
    write!(out, "{}", xml::HEAD)?;
    let counts = [
        ("name", "gitopslint"),
        ("tests", &listed.len().max(1).to_string()),
        ("failures", &failed(&listed).to_string()),
        ("errors", "0"),
    ];
    writeln!(out, "{}>", xml::open("testsuites", &counts))?;
    if files.is_empty() {
        // Readers take a report without a test for one that is broken.
        let counts = [
            ("name", "gitopslint"),
            ("tests", "1"),
            ("failures", "0"),
            ("errors", "0"),
        ];
        writeln!(out, "  {}>", xml::open("testsuite", &counts))?;
        let case = [("classname", "gitopslint"), ("name", "check")];
        writeln!(out, "    {}>", xml::open("testcase", &case))?;
        writeln!(
            out,
            "      <system-out>{}</system-out>",
            summary(report, context)
        )?;
        writeln!(out, "    </testcase>")?;
        writeln!(out, "  </testsuite>")?;
    }
    for (file, findings) in files {
        let counts = [
            ("name", file.as_str()),
            ("tests", &findings.len().to_string()),
            ("failures", &failed(&findings).to_string()),
            ("errors", "0"),
        ];
        writeln!(out, "  {}>", xml::open("testsuite", &counts))?;
        let mut names = FxHashMap::default();
        for finding in findings {
            write_case(&file, finding, &mut names, context, out)?;
        }
        writeln!(out, "  </testsuite>")?;
    }
    writeln!(out, "</testsuites>")
}

/// One test. GitLab drops tests whose names another has: those are numbered by `names`. Only an
/// error fails it; what a warning says is the test's output.
fn write_case(
    file: &str,
    finding: &Finding,
    names: &mut FxHashMap<String, usize>,
    context: &Context<'_>,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let object = finding.affected.iter().find_map(|a| a.object.as_ref());
    let rule = &finding.rule.id;
    let name = match object {
        Some(object) => format!("{rule} {}/{}", object.gvk.kind, object.name),
        None => rule.to_string(),
    };
    let earlier = names.entry(name.clone()).or_default();
    *earlier += 1;
    let name = match *earlier {
        1 => name,
        count => format!("{name} ({count})"),
    };
    let (_, line) = context.line(finding);
    let case = [
        ("classname", file),
        ("name", &name),
        ("file", file),
        ("line", &line.to_string()),
    ];
    writeln!(out, "    {}>", xml::open("testcase", &case))?;

    let message = escape::prose(&finding.message);
    let place = finding.place.as_ref();
    let mut lines = vec![format!("{}[{rule}]: {message}", finding.severity)];
    lines.extend(place.map(|place| words::place(place, context)));
    lines.extend(words::affects(finding, context));
    lines.extend(finding.related.iter().map(|r| words::related(r, context)));
    let help = finding.help.iter();
    lines.extend(help.map(|help| format!("help: {}", escape::prose(help))));
    let lines = xml::lines(&lines);
    match finding.severity {
        Severity::Error => {
            let failure = [("type", &**rule), ("message", message.as_str())];
            writeln!(
                out,
                "      {}>{lines}</failure>",
                xml::open("failure", &failure)
            )?;
        }
        _ => writeln!(out, "      <system-out>{lines}</system-out>")?,
    }
    writeln!(out, "    </testcase>")
}

fn summary(report: &Report, context: &Context<'_>) -> String {
    let mut lines = vec![
        words::counts(report, ""),
        words::accounts(&report.summary, context),
    ];
    lines.extend(
        words::not_checked(&report.summary, context).map(|it| format!("NOT CHECKED: {it}")),
    );
    xml::lines(&lines)
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::super::Format;
    use super::super::samples::{clean, hostile, sample};
    use super::xml::read;

    #[test]
    fn every_sort_of_finding() {
        assert_snapshot!(sample().write(Format::Junit), @r#"
        <?xml version="1.0" encoding="UTF-8"?>
        <testsuites name="gitopslint" tests="6" failures="3" errors="0">
          <testsuite name="base/deployment.yaml" tests="4" failures="2" errors="0">
            <testcase classname="base/deployment.yaml" name="writable-root-filesystem Deployment/api" file="base/deployment.yaml" line="8">
              <system-out>warning[writable-root-filesystem]: container `api` can write to its root file system
        base/deployment.yaml:8:7
        warning in prod-eu, prod-us; info in stage
        help: set `readOnlyRootFilesystem: true`</system-out>
            </testcase>
            <testcase classname="base/deployment.yaml" name="missing-seccomp-profile Deployment/api" file="base/deployment.yaml" line="8">
              <system-out>warning[missing-seccomp-profile]: container `api` may use every system call
        base/deployment.yaml:8:7
        warning in prod-eu, prod-us; info in stage
        help: set `seccompProfile.type: RuntimeDefault`</system-out>
            </testcase>
            <testcase classname="base/deployment.yaml" name="privileged-container Deployment/api" file="base/deployment.yaml" line="12">
              <failure type="privileged-container" message="container `api` runs privileged">error[privileged-container]: container `api` runs privileged
        base/deployment.yaml:12:11
        affects dev, stage, production
        help: remove it, or add the one capability needed</failure>
            </testcase>
            <testcase classname="base/deployment.yaml" name="plain-secret Deployment/api" file="base/deployment.yaml" line="15">
              <failure type="plain-secret" message="`DB_PASSWORD` is written in the open">error[plain-secret]: `DB_PASSWORD` is written in the open
        base/deployment.yaml:15:18
        affects dev, stage, production</failure>
            </testcase>
          </testsuite>
          <testsuite name="charts/redis" tests="1" failures="0" errors="0">
            <testcase classname="charts/redis" name="does-not-render" file="charts/redis" line="1">
              <system-out>warning[does-not-render]: the chart is not in the repository
        affects charts/redis</system-out>
            </testcase>
          </testsuite>
          <testsuite name="overlays/production/patch.yaml" tests="1" failures="1" errors="0">
            <testcase classname="overlays/production/patch.yaml" name="mutable-image-tag Deployment/api" file="overlays/production/patch.yaml" line="6">
              <failure type="mutable-image-tag" message="`ghcr.io/acme/api:latest` can change under you">error[mutable-image-tag]: `ghcr.io/acme/api:latest` can change under you
        overlays/production/patch.yaml:6:33
        production only
        overrides this: ghcr.io/acme/api:1.4.2 at base/deployment.yaml:10:16</failure>
            </testcase>
          </testsuite>
        </testsuites>
        "#);
        assert_snapshot!(clean().write(Format::Junit), @r#"
        <?xml version="1.0" encoding="UTF-8"?>
        <testsuites name="gitopslint" tests="1" failures="0" errors="0">
          <testsuite name="gitopslint" tests="1" failures="0" errors="0">
            <testcase classname="gitopslint" name="check">
              <system-out>no errors, no warnings
        3 targets, 12 objects, 5 files: 5 used</system-out>
            </testcase>
          </testsuite>
        </testsuites>
        "#);
    }

    /// As the common schema of JUnit's reports wants it, and with names that are told apart.
    #[test]
    fn is_what_its_readers_expect() {
        let mut twice = sample();
        twice.report.findings.extend(sample().report.findings);
        for sample in [sample(), hostile(), clean(), twice] {
            let root = read::document(&sample.write(Format::Junit));
            let counts = ["errors", "failures", "name", "tests"];
            assert_eq!(
                (root.name.as_str(), root.names()),
                ("testsuites", counts.into())
            );
            let (mut tests, mut failures) = (0, 0);
            let mut names = std::collections::BTreeSet::new();
            for suite in &root.elements {
                assert_eq!(
                    (suite.name.as_str(), suite.names()),
                    ("testsuite", counts.into())
                );
                assert_eq!(suite.get("tests"), suite.elements.len().to_string());
                tests += suite.elements.len();
                for case in &suite.elements {
                    assert_eq!(case.name, "testcase");
                    assert!(names.insert((case.get("classname"), case.get("name"))));
                    let inner: Vec<_> = case.elements.iter().map(|e| &*e.name).collect();
                    match inner.as_slice() {
                        ["failure"] => {
                            assert_eq!(case.elements[0].names(), ["message", "type"]);
                            failures += 1;
                        }
                        ["system-out"] => {}
                        other => panic!("{other:?}"),
                    }
                }
            }
            assert_eq!(root.get("tests"), tests.to_string());
            assert_eq!(root.get("failures"), failures.to_string());
        }
    }
}
