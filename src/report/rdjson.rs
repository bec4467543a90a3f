//! Reviewdog's diagnostic format, for comments on any forge.

use std::io;

use manifest::Location;
use serde::Serialize;

use super::{Context, escape, json, words};
use crate::judge::finding::{Finding, Report};
use crate::rule::Severity;

#[derive(Serialize)]
struct DiagnosticResult<'a> {
    source: Source,
    diagnostics: Vec<Diagnostic<'a>>,
}

#[derive(Serialize)]
struct Source {
    name: &'static str,
    url: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Diagnostic<'a> {
    message: String,
    location: Place,
    severity: &'static str,
    code: Code<'a>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_locations: Vec<Related>,
}

#[derive(Serialize)]
struct Code<'a> {
    value: &'a str,
}

#[derive(Serialize)]
struct Related {
    message: String,
    location: Place,
}

#[derive(Serialize)]
struct Place {
    path: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    range: Option<Range>,
}

#[derive(Serialize)]
struct Range {
    start: Position,
    end: Position,
}

/// Lines count from 1, columns from 1 in bytes.
#[derive(Serialize)]
struct Position {
    line: u32,
    column: u32,
}

pub(super) fn write(
    report: &Report,
    context: &Context<'_>,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let listed = context.listed(report);
    let result = DiagnosticResult {
        source: Source {
            name: "gitopslint",
            url: env!("CARGO_PKG_REPOSITORY"),
        },
        diagnostics: listed.iter().map(|f| diagnostic(f, context)).collect(),
    };
    json::write_value(&result, out)
}

fn diagnostic<'a>(finding: &'a Finding, context: &Context<'_>) -> Diagnostic<'a> {
    let mut message = escape::prose(&finding.message);
    if let Some(affects) = words::affects(finding, context) {
        message.push_str(&format!(" ({affects})"));
    }
    if let Some(help) = &finding.help {
        message.push_str(&format!("\nhelp: {}", escape::prose(help)));
    }
    let related = finding.related.iter().map(|related| Related {
        message: escape::prose(&related.what),
        location: place(&related.place, context),
    });
    Diagnostic {
        message,
        location: match &finding.place {
            Some(at) => place(at, context),
            None => Place {
                path: context.line(finding).0,
                range: None,
            },
        },
        severity: match finding.severity {
            Severity::Error => "ERROR",
            Severity::Warning => "WARNING",
            Severity::Info | Severity::Off => "INFO",
        },
        code: Code {
            value: &finding.rule.id,
        },
        related_locations: related.collect(),
    }
}

fn place(place: &Location, context: &Context<'_>) -> Place {
    match context.file(place) {
        Some(path) => Place {
            path,
            range: Some(Range {
                start: position(place, place.span.start),
                end: position(place, place.span.end),
            }),
        },
        None => Place {
            path: place.path().to_string(),
            range: None,
        },
    }
}

fn position(place: &Location, offset: u32) -> Position {
    let tree = &place.file.tree;
    let before = tree.text().as_bytes().get(..offset as usize);
    let since = before.and_then(|before| before.iter().rev().position(|b| *b == b'\n'));
    Position {
        line: tree.position(offset).line,
        column: since.map_or(offset, |bytes| u32::try_from(bytes).unwrap_or(u32::MAX)) + 1,
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use manifest::{Location, Span};

    use super::super::Format;
    use super::super::described::assert_described;
    use super::super::samples::{clean, finding, hostile, sample, source};
    use crate::rule::Severity;

    /// The parts of reviewdog's `rdf.proto` that are written, as JSON.
    const SCHEMA: &str = r##"{
        "type": "object",
        "required": ["source", "diagnostics"],
        "properties": {
            "source": {
                "type": "object",
                "required": ["name"],
                "properties": {"name": {"type": "string"}, "url": {"type": "string"}}
            },
            "diagnostics": {"type": "array", "items": {
                "type": "object",
                "required": ["message", "location", "severity"],
                "properties": {
                    "message": {"type": "string"},
                    "location": {"$ref": "#/location"},
                    "severity": {"type": "string", "enum": ["ERROR", "WARNING", "INFO"]},
                    "code": {
                        "type": "object",
                        "required": ["value"],
                        "properties": {"value": {"type": "string"}}
                    },
                    "relatedLocations": {"type": "array", "items": {
                        "type": "object",
                        "required": ["message", "location"],
                        "properties": {"message": {"type": "string"}, "location": {"$ref": "#/location"}}
                    }}
                }
            }}
        },
        "location": {
            "type": "object",
            "required": ["path"],
            "properties": {"path": {"type": "string"}, "range": {
                "type": "object",
                "required": ["start", "end"],
                "properties": {"start": {"$ref": "#/position"}, "end": {"$ref": "#/position"}}
            }}
        },
        "position": {
            "type": "object",
            "required": ["line", "column"],
            "properties": {"line": {"type": "integer"}, "column": {"type": "integer"}}
        }
    }"##;

    #[test]
    fn is_what_reviewdog_reads() {
        for sample in [sample(), hostile(), clean()] {
            assert_described(&sample.write(Format::Rdjson), SCHEMA);
        }
    }

    #[test]
    fn columns_are_bytes() {
        let file = source("a.yaml", "a: 1\nüb: 2\n");
        let mut sample = clean();
        let place = Location {
            file,
            span: Span::new(10, 11),
        };
        sample.report.findings = vec![finding(Severity::Error, "bad", "this is bad", Some(place))];
        assert_snapshot!(sample.write(Format::Rdjson), @r#"
        {
          "source": {
            "name": "gitopslint",
            "url": "https://github.com/gitopslint/gitopslint"
          },
          "diagnostics": [
            {
              "message": "this is bad",
              "location": {
                "path": "a.yaml",
                "range": {
                  "start": {
                    "line": 2,
                    "column": 6
                  },
                  "end": {
                    "line": 2,
                    "column": 7
                  }
                }
              },
              "severity": "ERROR",
              "code": {
                "value": "bad"
              }
            }
          ]
        }
        "#);
    }
}
