//! Everything, for programs; `schemas/report.schema.json` describes it.

use std::io::{self, BufWriter, Write};

use manifest::{Location, ObjectId};
use serde::{Serialize, Serializer};

use super::{Context, escape};
use crate::judge::finding::{Affected, Finding, Report, Summary, Suppression, Unchecked};
use crate::problem::Related;
use crate::rule::Severity;

/// Raised when a reader of an earlier version would misunderstand the output.
const VERSION: u32 = 1;

pub(super) fn write(report: &Report, context: &Context<'_>, out: &mut dyn Write) -> io::Result<()> {
    write_value(
        &JsonReport {
            version: VERSION,
            findings: Findings(&report.findings, context),
            summary: JsonSummary::new(report, context),
        },
        out,
    )
}

/// Writes a value as indented JSON in which nothing acts on a screen.
pub(super) fn write_value(value: &impl Serialize, out: &mut dyn Write) -> io::Result<()> {
    let mut out = BufWriter::new(Screen(out));
    serde_json::to_writer_pretty(&mut out, value)?;
    out.write_all(b"\n")?;
    out.flush()
}

/// Writes a value as one line of JSON in which nothing acts on a screen.
pub(super) fn write_line(value: &impl Serialize, out: &mut dyn Write) -> io::Result<()> {
    let line = serde_json::to_string(value)?;
    writeln!(out, "{}", escape::json(&line))
}

/// Escapes what acts on a screen in JSON on its way out. What it is given at once has to be
/// whole characters.
struct Screen<'a>(&'a mut dyn Write);

impl Write for Screen<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let text = str::from_utf8(bytes).map_err(io::Error::other)?;
        self.0.write_all(escape::json(text).as_bytes())?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

#[derive(Serialize)]
struct JsonReport<'a> {
    version: u32,
    findings: Findings<'a>,
    summary: JsonSummary<'a>,
}

/// The findings, each of which is only made ready when it is written: there can be many.
struct Findings<'a>(&'a [Finding], &'a Context<'a>);

impl Serialize for Findings<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let findings = self.0.iter();
        serializer.collect_seq(findings.map(|finding| JsonFinding::new(finding, self.1)))
    }
}

#[derive(Serialize)]
pub(super) struct JsonFinding<'a> {
    rule: &'a str,
    severity: &'static str,
    message: &'a str,
    help: Option<&'a str>,
    place: Option<JsonPlace>,
    related: Vec<JsonRelated<'a>>,
    affected: Vec<JsonAffected<'a>>,
    fingerprint: &'a str,
    suppressed: Option<JsonSuppression<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    owners: Vec<&'a str>,
}

#[derive(Serialize)]
pub(super) struct JsonPlace {
    file: String,
    start: JsonPosition,
    end: JsonPosition,
}

#[derive(Serialize)]
struct JsonPosition {
    line: u32,
    column: u32,
    offset: u32,
}

#[derive(Serialize)]
struct JsonRelated<'a> {
    what: &'a str,
    place: JsonPlace,
}

#[derive(Serialize)]
struct JsonAffected<'a> {
    target: String,
    environment: Option<&'a str>,
    tier: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    project: Option<&'a str>,
    object: Option<JsonObject<'a>>,
    severity: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct JsonObject<'a> {
    api_version: String,
    kind: &'a str,
    namespace: &'a str,
    name: &'a str,
}

#[derive(Serialize)]
struct JsonSuppression<'a> {
    reason: &'a str,
    place: JsonPlace,
}

#[derive(Serialize)]
pub(super) struct JsonSummary<'a> {
    errors: usize,
    warnings: usize,
    info: usize,
    suppressed: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    change: Option<JsonChange>,
    #[serde(skip_serializing_if = "Option::is_none")]
    baseline: Option<JsonBaseline>,
    #[serde(skip_serializing_if = "Option::is_none")]
    gate: Option<JsonGate<'a>>,
    targets: JsonTargets,
    objects: usize,
    files: JsonFiles,
    unchecked: Vec<JsonUnchecked<'a>>,
}

#[derive(Serialize)]
struct JsonChange {
    files: usize,
    targets: usize,
    fixed: usize,
}

#[derive(Serialize)]
struct JsonBaseline {
    held: usize,
    fixed: usize,
}

#[derive(Serialize)]
struct JsonGate<'a> {
    from: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    added: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    dropped: Option<usize>,
}

#[derive(Serialize)]
struct JsonTargets {
    rendered: usize,
    partial: usize,
    failed: usize,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct JsonFiles {
    used: usize,
    not_kubernetes: usize,
    not_rendered: usize,
    unreferenced: Vec<String>,
}

#[derive(Serialize)]
struct JsonUnchecked<'a> {
    what: &'a str,
    which: Vec<JsonCount<'a>>,
}

#[derive(Serialize)]
struct JsonCount<'a> {
    name: &'a str,
    count: usize,
}

impl<'a> JsonFinding<'a> {
    pub(super) fn new(finding: &'a Finding, context: &Context<'_>) -> Self {
        let place = |place| JsonPlace::new(place, context);
        let related = |related: &'a Related| JsonRelated {
            what: &related.what,
            place: place(&related.place),
        };
        let suppressed = |suppression: &'a Suppression| JsonSuppression {
            reason: &suppression.reason,
            place: place(&suppression.place),
        };
        Self {
            rule: &finding.rule.id,
            severity: finding.severity.name(),
            message: &finding.message,
            help: finding.help.as_deref(),
            place: finding.place.as_ref().map(place),
            related: finding.related.iter().map(related).collect(),
            affected: finding
                .affected
                .iter()
                .map(|a| JsonAffected::new(a, context))
                .collect(),
            fingerprint: &finding.fingerprint,
            suppressed: finding.suppressed.as_deref().map(suppressed),
            owners: finding.owners.iter().map(|name| &**name).collect(),
        }
    }
}

impl JsonPlace {
    pub(super) fn new(place: &Location, context: &Context<'_>) -> Self {
        let position = |offset| {
            let at = place.file.tree.position(offset);
            JsonPosition {
                line: at.line,
                column: at.column,
                offset,
            }
        };
        Self {
            file: context
                .file(place)
                .unwrap_or_else(|| place.path().to_string()),
            start: position(place.span.start),
            end: position(place.span.end),
        }
    }
}

impl<'a> JsonObject<'a> {
    pub(super) fn new(object: &'a ObjectId) -> Self {
        Self {
            api_version: object.gvk.api_version(),
            kind: &object.gvk.kind,
            namespace: &object.namespace,
            name: &object.name,
        }
    }
}

impl<'a> JsonAffected<'a> {
    fn new(affected: &'a Affected, context: &Context<'_>) -> Self {
        Self {
            target: context.path(&affected.target),
            environment: affected.environment.as_deref(),
            tier: affected.tier.name(),
            project: affected.project.as_deref(),
            object: affected.object.as_deref().map(JsonObject::new),
            severity: affected.severity.name(),
        }
    }
}

impl<'a> JsonSummary<'a> {
    pub(super) fn new(report: &'a Report, context: &Context<'_>) -> Self {
        let summary: &Summary = &report.summary;
        let unreferenced = summary.unreferenced.iter();
        let suppressed = report.findings.iter().filter(|f| f.suppressed.is_some());
        Self {
            errors: report.count(Severity::Error),
            warnings: report.count(Severity::Warning),
            info: report.count(Severity::Info),
            suppressed: suppressed.count(),
            change: summary.change.map(|change| JsonChange {
                files: change.files,
                targets: change.targets,
                fixed: change.fixed,
            }),
            baseline: summary.baseline.map(|baseline| JsonBaseline {
                held: baseline.held,
                fixed: baseline.fixed,
            }),
            gate: summary.gate.as_ref().map(|gate| JsonGate {
                from: &gate.from,
                added: gate.effect.map(|(added, _)| added),
                dropped: gate.effect.map(|(_, dropped)| dropped),
            }),
            targets: JsonTargets {
                rendered: summary.targets,
                partial: summary.targets_partial,
                failed: summary.targets_failed,
            },
            objects: summary.objects,
            files: JsonFiles {
                used: summary.files_used,
                not_kubernetes: summary.files_not_kubernetes,
                not_rendered: summary.files_not_rendered,
                unreferenced: unreferenced.map(|path| context.path(path)).collect(),
            },
            unchecked: summary.unchecked.iter().map(JsonUnchecked::new).collect(),
        }
    }
}

impl<'a> JsonUnchecked<'a> {
    fn new(unchecked: &'a Unchecked) -> Self {
        let which = unchecked.which.iter();
        Self {
            what: &unchecked.what,
            which: which
                .map(|(name, count)| JsonCount {
                    name,
                    count: *count,
                })
                .collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use camino::Utf8Path;
    use insta::assert_snapshot;
    use serde_json::Value;

    use super::super::Format;
    use super::super::described::assert_described;
    use super::super::samples::{Sample, clean, hostile, sample};

    fn check_schema(sample: &Sample) {
        let schema = include_str!("../../schemas/report.schema.json");
        assert_described(&sample.write(Format::Json), schema);
    }

    #[test]
    fn the_schema_describes_it() {
        check_schema(&sample());
        check_schema(&clean());
        check_schema(&hostile());
    }

    #[test]
    fn suppressed_findings_are_kept() {
        let mut sample = sample();
        sample
            .report
            .findings
            .retain(|f| f.rule.id == "unpinned-image");
        let shown = sample.write_with(Format::Json, |c| c.prefix = Utf8Path::new("deploy/"));
        assert_snapshot!(shown, @r#"
        {
          "version": 1,
          "findings": [
            {
              "rule": "unpinned-image",
              "severity": "warning",
              "message": "the image has no digest",
              "help": null,
              "place": {
                "file": "deploy/overlays/production/patch.yaml",
                "start": {
                  "line": 6,
                  "column": 16,
                  "offset": 79
                },
                "end": {
                  "line": 6,
                  "column": 39,
                  "offset": 102
                }
              },
              "related": [],
              "affected": [
                {
                  "target": "deploy/overlays/production",
                  "environment": "production",
                  "tier": "production",
                  "object": {
                    "apiVersion": "apps/v1",
                    "kind": "Deployment",
                    "namespace": "",
                    "name": "api"
                  },
                  "severity": "warning"
                }
              ],
              "fingerprint": "unpinned-image-1",
              "suppressed": {
                "reason": "tags are immutable here",
                "place": {
                  "file": "deploy/overlays/production/patch.yaml",
                  "start": {
                    "line": 6,
                    "column": 40,
                    "offset": 103
                  },
                  "end": {
                    "line": 6,
                    "column": 100,
                    "offset": 163
                  }
                }
              }
            }
          ],
          "summary": {
            "errors": 0,
            "warnings": 0,
            "info": 0,
            "suppressed": 1,
            "targets": {
              "rendered": 62,
              "partial": 0,
              "failed": 1
            },
            "objects": 1812,
            "files": {
              "used": 902,
              "notKubernetes": 36,
              "notRendered": 3,
              "unreferenced": [
                "deploy/apps/old.yaml",
                "deploy/apps/older.yaml"
              ]
            },
            "unchecked": [
              {
                "what": "charts",
                "which": [
                  {
                    "name": "redis",
                    "count": 1
                  }
                ]
              },
              {
                "what": "objects without a schema",
                "which": [
                  {
                    "name": "Rollout",
                    "count": 9
                  },
                  {
                    "name": "Certificate",
                    "count": 5
                  }
                ]
              }
            ]
          }
        }
        "#);
    }

    #[test]
    fn nothing_acts_on_a_screen_and_nothing_is_lost() {
        let sample = hostile();
        let shown = sample.write(Format::Json);
        assert!(!shown.contains(|c: char| c.is_control() && c != '\n'));
        let value: Value = serde_json::from_str(&shown).unwrap();
        let finding = &sample.report.findings[0];
        assert_eq!(value["findings"][0]["message"], finding.message);
        assert_eq!(value["findings"][0]["rule"], *finding.rule.id);
    }
}
