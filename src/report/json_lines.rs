//! One JSON object per line: each finding as in the JSON report, then the summary.

use std::io;

use serde::Serialize;

use super::Context;
use super::json::{self, JsonFinding, JsonSummary};
use crate::judge::finding::Report;

#[derive(Serialize)]
#[serde(tag = "type", rename_all = "lowercase")]
enum Line<'a> {
    Finding(JsonFinding<'a>),
    Summary(JsonSummary<'a>),
}

pub(super) fn write(
    report: &Report,
    context: &Context<'_>,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    for finding in &report.findings {
        let line = Line::Finding(JsonFinding::new(finding, context));
        json::write_line(&line, out)?;
    }
    json::write_line(&Line::Summary(JsonSummary::new(report, context)), out)
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::super::Format;
    use super::super::samples::{hostile, sample};

    /// The lines without their types are what the JSON report holds.
    #[test]
    fn lines_are_the_parts_of_the_json_report() {
        for sample in [sample(), hostile()] {
            let whole: Value = serde_json::from_str(&sample.write(Format::Json)).unwrap();
            let mut findings = Vec::new();
            let mut summaries = Vec::new();
            for line in sample.write(Format::JsonLines).lines() {
                let mut value: Value = serde_json::from_str(line).unwrap();
                match value
                    .as_object_mut()
                    .unwrap()
                    .remove("type")
                    .unwrap()
                    .as_str()
                {
                    Some("finding") => findings.push(value),
                    Some("summary") => summaries.push(value),
                    other => panic!("{other:?}"),
                }
            }
            assert_eq!(whole["findings"], Value::Array(findings));
            assert_eq!(summaries, [whole["summary"].clone()]);
        }
    }
}
