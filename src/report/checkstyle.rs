//! Checkstyle's XML, which Jenkins and many review tools read.

use std::collections::BTreeMap;
use std::io;

use super::{Context, escape, words, xml};
use crate::judge::finding::{Finding, Report};
use crate::rule::Severity;

pub(super) fn write(
    report: &Report,
    context: &Context<'_>,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let mut files: BTreeMap<String, Vec<&Finding>> = BTreeMap::new();
    for finding in context.listed(report) {
        let (file, _) = context.line(finding);
        files.entry(file).or_default().push(finding);
    }
    write!(out, "{}", xml::HEAD)?;
    writeln!(out, "<checkstyle version=\"4.3\">")?;
    for (file, findings) in files {
        writeln!(out, "  {}>", xml::open("file", &[("name", &file)]))?;
        for finding in findings {
            writeln!(out, "    {}/>", error(finding, context))?;
        }
        writeln!(out, "  </file>")?;
    }
    writeln!(out, "</checkstyle>")
}

fn error(finding: &Finding, context: &Context<'_>) -> String {
    let (_, line) = context.line(finding);
    let column = match &finding.place {
        Some(place) if context.file(place).is_some() => place.start().column,
        _ => 1,
    };
    let message = escape::prose(&finding.message);
    let message = match words::affects(finding, context) {
        Some(affects) => format!("{message} ({affects})"),
        None => message,
    };
    let severity = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info | Severity::Off => "info",
    };
    xml::open(
        "error",
        &[
            ("line", &line.to_string()),
            ("column", &column.to_string()),
            ("severity", severity),
            ("message", &message),
            ("source", &format!("gitopslint.{}", finding.rule.id)),
        ],
    )
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::super::Format;
    use super::super::samples::{clean, hostile, sample};
    use super::xml::read;

    #[test]
    fn every_sort_of_finding() {
        assert_snapshot!(sample().write(Format::Checkstyle), @r#"
        <?xml version="1.0" encoding="UTF-8"?>
        <checkstyle version="4.3">
          <file name="base/deployment.yaml">
            <error line="8" column="7" severity="warning" message="container `api` can write to its root file system (warning in prod-eu, prod-us; info in stage)" source="gitopslint.writable-root-filesystem"/>
            <error line="8" column="7" severity="warning" message="container `api` may use every system call (warning in prod-eu, prod-us; info in stage)" source="gitopslint.missing-seccomp-profile"/>
            <error line="12" column="11" severity="error" message="container `api` runs privileged (affects dev, stage, production)" source="gitopslint.privileged-container"/>
            <error line="15" column="18" severity="error" message="`DB_PASSWORD` is written in the open (affects dev, stage, production)" source="gitopslint.plain-secret"/>
          </file>
          <file name="charts/redis">
            <error line="1" column="1" severity="warning" message="the chart is not in the repository (affects charts/redis)" source="gitopslint.does-not-render"/>
          </file>
          <file name="overlays/production/patch.yaml">
            <error line="6" column="33" severity="error" message="`ghcr.io/acme/api:latest` can change under you (production only)" source="gitopslint.mutable-image-tag"/>
          </file>
        </checkstyle>
        "#);
    }

    /// As Checkstyle's readers expect it: files with names, errors with a line, a severity of
    /// theirs, a message and a source.
    #[test]
    fn is_what_its_readers_expect() {
        for sample in [sample(), hostile(), clean()] {
            let root = read::document(&sample.write(Format::Checkstyle));
            assert_eq!(
                (root.name.as_str(), root.get("version")),
                ("checkstyle", "4.3")
            );
            for file in &root.elements {
                assert_eq!((file.name.as_str(), file.names()), ("file", vec!["name"]));
                assert!(!file.elements.is_empty());
                for error in &file.elements {
                    assert_eq!(error.name, "error");
                    assert_eq!(
                        error.names(),
                        ["column", "line", "message", "severity", "source"]
                    );
                    let number = |name| error.get(name).parse::<u32>().unwrap();
                    assert!(number("line") > 0 && number("column") > 0);
                    let severities = ["error", "warning", "info", "ignore"];
                    assert!(severities.contains(&error.get("severity")));
                }
            }
        }
    }
}
