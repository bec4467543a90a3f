//! GitLab's Code Quality report: what a merge request shows as new or resolved.

use std::io;

use rustc_hash::FxHashMap;
use serde::Serialize;

use super::{Context, escape, json, words};
use crate::judge::finding::{Finding, Report};
use crate::rule::Severity;

#[derive(Serialize)]
struct Degradation<'a> {
    description: String,
    check_name: &'a str,
    fingerprint: String,
    severity: &'static str,
    location: Place,
}

#[derive(Serialize)]
struct Place {
    path: String,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: u32,
}

pub(super) fn write(
    report: &Report,
    context: &Context<'_>,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let mut seen = FxHashMap::default();
    let listed = context.listed(report);
    let all: Vec<_> = listed
        .iter()
        .map(|finding| degradation(finding, &mut seen, context))
        .collect();
    json::write_value(&all, out)
}

/// A finding as GitLab reads it. GitLab takes findings with one fingerprint for one: those that
/// share it are numbered by `seen`.
fn degradation<'a>(
    finding: &'a Finding,
    seen: &mut FxHashMap<&'a str, usize>,
    context: &Context<'_>,
) -> Degradation<'a> {
    let message = escape::prose(&finding.message);
    let (path, begin) = context.line(finding);
    let earlier = seen.entry(&finding.fingerprint).or_default();
    *earlier += 1;
    Degradation {
        description: match words::affects(finding, context) {
            Some(affects) => format!("{message} ({affects})"),
            None => message,
        },
        check_name: &finding.rule.id,
        fingerprint: match *earlier {
            1 => finding.fingerprint.clone(),
            count => format!("{}-{count}", finding.fingerprint),
        },
        severity: match finding.severity {
            Severity::Error => "critical",
            Severity::Warning => "minor",
            Severity::Info | Severity::Off => "info",
        },
        location: Place {
            path,
            lines: Lines { begin },
        },
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use serde_json::Value;

    use super::super::Format;
    use super::super::described::assert_described;
    use super::super::samples::{clean, hostile, sample};

    /// What GitLab's documentation asks of the report.
    const SCHEMA: &str = r#"{
        "type": "array",
        "items": {
            "type": "object",
            "required": ["description", "check_name", "fingerprint", "severity", "location"],
            "properties": {
                "description": {"type": "string"},
                "check_name": {"type": "string"},
                "fingerprint": {"type": "string"},
                "severity": {"type": "string", "enum": ["info", "minor", "major", "critical", "blocker"]},
                "location": {
                    "type": "object",
                    "required": ["path", "lines"],
                    "properties": {
                        "path": {"type": "string"},
                        "lines": {
                            "type": "object",
                            "required": ["begin"],
                            "properties": {"begin": {"type": "integer"}}
                        }
                    }
                }
            }
        }
    }"#;

    #[test]
    fn is_what_gitlab_reads() {
        let mut twice = sample();
        twice.report.findings.extend(sample().report.findings);
        for sample in [sample(), hostile(), clean(), twice] {
            let shown = sample.write(Format::Gitlab);
            assert_described(&shown, SCHEMA);
            let all: Vec<Value> = serde_json::from_str(&shown).unwrap();
            let mut fingerprints: Vec<_> = all.iter().map(|d| &d["fingerprint"]).collect();
            let count = fingerprints.len();
            fingerprints.sort_by_key(|f| f.as_str());
            fingerprints.dedup();
            assert_eq!(fingerprints.len(), count);
        }
    }

    #[test]
    fn one_entry() {
        let mut sample = sample();
        sample
            .report
            .findings
            .retain(|f| f.rule.id == "privileged-container");
        assert_snapshot!(sample.write(Format::Gitlab), @r#"
        [
          {
            "description": "container `api` runs privileged (affects dev, stage, production)",
            "check_name": "privileged-container",
            "fingerprint": "privileged-container-1",
            "severity": "critical",
            "location": {
              "path": "base/deployment.yaml",
              "lines": {
                "begin": 12
              }
            }
          }
        ]
        "#);
    }
}
