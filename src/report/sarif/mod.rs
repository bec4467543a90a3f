//! SARIF 2.1.0, as code scanning reads it.

mod log;

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::io;

use manifest::{Location, Span};
use rustc_hash::FxHashMap;

use self::log::{
    Artifact, Configuration, ContextRegion, Driver, Invocation, Log, Message, Notification,
    Physical, Region, ReportingDescriptor, RuleProperties, Run, SarifResult, SarifSuppression,
    Snippet, Tool, UriBase,
};
use super::excerpt::Excerpt;
use super::{Context, escape, json, markdown, rule_page, words};
use crate::judge::finding::{Finding, Report, Suppression};
use crate::rule::{RuleId, Severity, Tier};

/// GitHub refuses a run with more results than this.
const LIMIT: usize = 25_000;
/// How many columns of a line of source are quoted.
const QUOTED: usize = 200;
/// The name under which the files' common root is known.
const ROOT: &str = "%SRCROOT%";
/// Groups of rules about what an attacker could use, which code scanning ranks by a score.
const SECURITY_GROUPS: [&str; 6] = [
    "images",
    "namespaces",
    "network",
    "rbac",
    "secrets",
    "security",
];

pub(super) fn write(
    report: &Report,
    context: &Context<'_>,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let indices: FxHashMap<&str, usize> = context
        .rules
        .iter()
        .enumerate()
        .map(|(index, rule)| (&*rule.id, index))
        .collect();
    let listed = report.findings.iter().filter(|f| context.lists(f.severity));
    let (listed, left_out) = most_severe(listed.collect(), LIMIT);
    let results = listed.iter().map(|finding| {
        let index = indices.get(&*finding.rule.id).copied();
        result(finding, index, context)
    });

    let run = Run {
        tool: Tool {
            driver: Driver {
                name: "gitopslint",
                semantic_version: env!("CARGO_PKG_VERSION"),
                information_uri: env!("CARGO_PKG_REPOSITORY"),
                rules: context.rules.iter().map(descriptor).collect(),
            },
        },
        invocations: [Invocation {
            execution_successful: true,
            tool_execution_notifications: notifications(report, left_out, context),
        }],
        original_uri_base_ids: BTreeMap::from([(
            ROOT,
            UriBase {
                description: Message::new("The root of the repository."),
            },
        )]),
        column_kind: "unicodeCodePoints",
        results: results.collect(),
    };
    json::write_value(&Log::new(run), out)
}

/// At most `limit` findings, in their order if all fit, and how many were left out.
fn most_severe(mut findings: Vec<&Finding>, limit: usize) -> (Vec<&Finding>, usize) {
    let left_out = findings.len().saturating_sub(limit);
    if left_out > 0 {
        findings.sort_by_key(|f| Reverse((f.suppressed.is_none(), f.severity)));
        findings.truncate(limit);
    }
    (findings, left_out)
}

/// What a reader of the results alone would miss.
fn notifications(report: &Report, left_out: usize, context: &Context<'_>) -> Vec<Notification> {
    let notification = |level, text: String| Notification {
        level,
        message: Message::new(&escape_links(&words::sentence(&text))),
    };
    let summary = &report.summary;
    let mut all = vec![
        notification("note", words::counts(report, "")),
        notification("note", words::accounts(summary, context)),
    ];
    if let Some(not_checked) = words::not_checked(summary, context) {
        all.push(notification(
            "warning",
            format!("NOT CHECKED: {not_checked}"),
        ));
    }
    if left_out > 0 {
        let text = format!(
            "{} left out, the least severe",
            words::plural(left_out, "result")
        );
        all.push(notification("warning", text));
    }
    all
}

fn descriptor(rule: &RuleId) -> ReportingDescriptor<'_> {
    let severity = Tier::ALL.map(|tier| rule.severities.of(tier));
    let severity = severity.into_iter().max().unwrap_or(Severity::Off);
    let is_security = SECURITY_GROUPS.contains(&&*rule.group);
    let mut tags = vec![&*rule.group];
    if is_security && rule.group != "security" {
        tags.push("security");
    }
    ReportingDescriptor {
        id: &rule.id,
        name: name(&rule.id),
        help_uri: rule_page(rule),
        short_description: Message::new(&words::sentence(&rule.title)),
        full_description: Message::new(&words::sentence(&rule.description)),
        help: Message {
            text: words::sentence(&rule.remediation),
            markdown: Some(markdown::rule(rule)),
        },
        default_configuration: Configuration {
            enabled: severity > Severity::Off,
            level: level(severity),
        },
        properties: RuleProperties {
            tags,
            problem_severity: match severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
                Severity::Info | Severity::Off => "recommendation",
            },
            security_severity: is_security.then_some(match severity {
                Severity::Error => "8.0",
                Severity::Warning => "5.0",
                Severity::Info | Severity::Off => "2.0",
            }),
        },
    }
}

fn result<'a>(
    finding: &'a Finding,
    rule_index: Option<usize>,
    context: &Context<'_>,
) -> SarifResult<'a> {
    let mut text = escape_links(&escape::prose(&finding.message));
    if let Some(affects) = words::affects(finding, context) {
        text.push_str(&format!(" ({})", escape_links(&affects)));
    }
    text.push('.');
    let mut related_locations = Vec::new();
    for (related, id) in finding.related.iter().zip(1..) {
        let words = escape_links(&words::related(related, context));
        text.push_str(&format!(" [{words}]({id})."));
        related_locations.push(log::Location {
            id: Some(id),
            physical_location: physical(&related.place, context),
            message: Some(Message::new(&escape_links(&escape::prose(&related.what)))),
        });
    }
    if let Some(help) = &finding.help {
        text.push_str(&format!(" Help: {}", escape_links(&words::sentence(help))));
    }
    let suppressions = finding.suppressed.iter();
    SarifResult {
        rule_id: &finding.rule.id,
        rule_index,
        level: level(finding.severity),
        message: Message::new(&text),
        locations: [log::Location::new(main_place(finding, context))],
        related_locations,
        partial_fingerprints: BTreeMap::from([("gitopslint/v1", finding.fingerprint.as_str())]),
        suppressions: suppressions
            .map(|it| suppression(it, finding, context))
            .collect(),
    }
}

/// Where a finding is. Code scanning refuses results without a file: one that no file is to
/// blame for stands at what it affects.
fn main_place(finding: &Finding, context: &Context<'_>) -> Physical {
    match (&finding.place, finding.affected.first()) {
        (Some(place), _) => physical(place, context),
        (None, Some(affected)) => start_of(&context.path(&affected.target)),
        (None, None) => start_of("."),
    }
}

fn physical(place: &Location, context: &Context<'_>) -> Physical {
    let Some(file) = context.file(place) else {
        return start_of(place.path().as_str());
    };
    let (start, end) = (place.start(), place.end());
    let excerpt = Excerpt::new(place, context.sensitive.spans(place.path()), QUOTED);
    let quoted = excerpt.text.get(excerpt.span.clone());
    let quoted = quoted.filter(|text| excerpt.more == 0 && !text.is_empty());
    Physical {
        artifact_location: artifact(&file),
        region: Region {
            start_line: start.line,
            start_column: start.column,
            end_line: end.line,
            end_column: end.column,
            snippet: quoted.map(|text| Snippet {
                text: text.to_owned(),
            }),
        },
        context_region: around(place, context),
    }
}

/// The lines of a place with one more before and behind. None of a long place: what is shown has
/// to hold all of it.
fn around(place: &Location, context: &Context<'_>) -> Option<ContextRegion> {
    let text = place.file.tree.text();
    let (start, end) = (place.span.start as usize, place.span.end as usize);
    let before = text.get(..start)?.rfind('\n').unwrap_or(0);
    let before = text.get(..before)?.rfind('\n').map_or(0, |at| at + 1);
    let line_end = |from: usize| {
        let found = text.get(from..).and_then(|rest| rest.find('\n'));
        found.map_or(text.len(), |at| from + at)
    };
    let behind = line_end((line_end(end) + 1).min(text.len()));
    let span = Span::new(u32::try_from(before).ok()?, u32::try_from(behind).ok()?);
    let lines = Location {
        file: place.file.clone(),
        span,
    };
    let excerpt = Excerpt::new(&lines, context.sensitive.spans(place.path()), QUOTED);
    let last = excerpt.line + u32::try_from(excerpt.text.lines().count().checked_sub(1)?).ok()?;
    let holds_more = excerpt.line < place.start().line || last > place.end().line;
    let holds_all = excerpt.more == 0 && last >= place.end().line;
    (holds_all && holds_more).then_some(ContextRegion {
        start_line: excerpt.line,
        end_line: last,
        snippet: Snippet { text: excerpt.text },
    })
}

fn start_of(path: &str) -> Physical {
    Physical {
        artifact_location: artifact(path),
        region: Region {
            start_line: 1,
            start_column: 1,
            end_line: 1,
            end_column: 1,
            snippet: None,
        },
        context_region: None,
    }
}

fn artifact(path: &str) -> Artifact {
    Artifact {
        uri: escape::uri(path),
        uri_base_id: ROOT,
    }
}

fn suppression(
    suppression: &Suppression,
    finding: &Finding,
    context: &Context<'_>,
) -> SarifSuppression {
    let at = suppression.place.path();
    let in_source = finding.place.as_ref().is_some_and(|it| it.path() == at);
    SarifSuppression {
        kind: if in_source { "inSource" } else { "external" },
        justification: escape::prose(&suppression.reason),
        location: log::Location::new(physical(&suppression.place, context)),
    }
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info | Severity::Off => "note",
    }
}

/// A rule's name as SARIF wants it: `PrivilegedContainer`. One that says no more than the id is
/// left out, as SARIF wants it, too.
fn name(id: &str) -> Option<String> {
    let words = id.split(|c: char| !c.is_alphanumeric());
    let name: String = words
        .flat_map(|word| {
            let mut chars = word.chars();
            let first = chars.next().into_iter().flat_map(char::to_uppercase);
            first.chain(chars).collect::<Vec<_>>()
        })
        .collect();
    (!name.eq_ignore_ascii_case(id)).then_some(name)
}

/// Text in which brackets are no link.
fn escape_links(text: &str) -> String {
    text.replace('\\', "\\\\")
        .replace('[', "\\[")
        .replace(']', "\\]")
}

#[cfg(test)]
mod tests {
    use camino::Utf8Path;
    use insta::assert_snapshot;
    use serde_json::Value;

    use super::super::Format;
    use super::super::samples::{Sample, clean, finding, hostile, sample};
    use super::*;

    fn run(sample: &Sample) -> Value {
        let log: Value = serde_json::from_str(&sample.write(Format::Sarif)).unwrap();
        log["runs"][0].clone()
    }

    fn only(rule: &str) -> Sample {
        let mut sample = sample();
        sample.report.findings.retain(|f| f.rule.id == rule);
        sample
    }

    #[test]
    fn a_whole_log() {
        let mut sample = only("mutable-image-tag");
        sample.rules.truncate(1);
        let shown = sample.write_with(Format::Sarif, |c| c.prefix = Utf8Path::new("de ploy"));
        let shown = shown.replace(env!("CARGO_PKG_VERSION"), "VERSION");
        assert_snapshot!(shown, @r#"
        {
          "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
          "version": "2.1.0",
          "runs": [
            {
              "tool": {
                "driver": {
                  "name": "gitopslint",
                  "semanticVersion": "VERSION",
                  "informationUri": "https://github.com/gitopslint/gitopslint",
                  "rules": [
                    {
                      "id": "privileged-container",
                      "name": "PrivilegedContainer",
                      "helpUri": "https://github.com/gitopslint/gitopslint/blob/main/docs/rules/privileged-container.md",
                      "shortDescription": {
                        "text": "A container runs privileged."
                      },
                      "fullDescription": {
                        "text": "Why privileged-container is bad."
                      },
                      "help": {
                        "text": "How to fix privileged-container.",
                        "markdown": "Why privileged-container is bad.\n\n**How to fix it:** How to fix privileged-container.\n\nBad:\n\n```yaml\nprivileged: true\n```\n\nGood:\n\n```yaml\nprivileged: false\n```\n\nSee CIS 5.2.2.\n"
                      },
                      "defaultConfiguration": {
                        "enabled": true,
                        "level": "error"
                      },
                      "properties": {
                        "tags": [
                          "security"
                        ],
                        "problem.severity": "error",
                        "security-severity": "8.0"
                      }
                    }
                  ]
                }
              },
              "invocations": [
                {
                  "executionSuccessful": true,
                  "toolExecutionNotifications": [
                    {
                      "level": "note",
                      "message": {
                        "text": "1 error, no warnings."
                      }
                    },
                    {
                      "level": "note",
                      "message": {
                        "text": "63 targets (1 did not render), 1,812 objects, 943 files: 902 used, 36 not Kubernetes, 3 not rendered, 2 unreferenced (de ploy/apps/old.yaml, de ploy/apps/older.yaml)."
                      }
                    },
                    {
                      "level": "warning",
                      "message": {
                        "text": "NOT CHECKED: charts: redis; 14 objects without a schema (Rollout 9, Certificate 5)."
                      }
                    }
                  ]
                }
              ],
              "originalUriBaseIds": {
                "%SRCROOT%": {
                  "description": {
                    "text": "The root of the repository."
                  }
                }
              },
              "columnKind": "unicodeCodePoints",
              "results": [
                {
                  "ruleId": "mutable-image-tag",
                  "level": "error",
                  "message": {
                    "text": "`ghcr.io/acme/api:latest` can change under you (production only). [overrides this: ghcr.io/acme/api:1.4.2 at de ploy/base/deployment.yaml:10:16](1)."
                  },
                  "locations": [
                    {
                      "physicalLocation": {
                        "artifactLocation": {
                          "uri": "de%20ploy/overlays/production/patch.yaml",
                          "uriBaseId": "%SRCROOT%"
                        },
                        "region": {
                          "startLine": 6,
                          "startColumn": 33,
                          "endLine": 6,
                          "endColumn": 39,
                          "snippet": {
                            "text": "latest"
                          }
                        },
                        "contextRegion": {
                          "startLine": 5,
                          "endLine": 6,
                          "snippet": {
                            "text": "      - name: api\n        image: ghcr.io/acme/api:latest # gitopslint: ignore[unpinned-image] tags are immutable here"
                          }
                        }
                      }
                    }
                  ],
                  "relatedLocations": [
                    {
                      "id": 1,
                      "physicalLocation": {
                        "artifactLocation": {
                          "uri": "de%20ploy/base/deployment.yaml",
                          "uriBaseId": "%SRCROOT%"
                        },
                        "region": {
                          "startLine": 10,
                          "startColumn": 16,
                          "endLine": 10,
                          "endColumn": 38,
                          "snippet": {
                            "text": "ghcr.io/acme/api:1.4.2"
                          }
                        },
                        "contextRegion": {
                          "startLine": 9,
                          "endLine": 11,
                          "snippet": {
                            "text": "      - name: api\n        image: ghcr.io/acme/api:1.4.2\n        securityContext:"
                          }
                        }
                      },
                      "message": {
                        "text": "overrides this"
                      }
                    }
                  ],
                  "partialFingerprints": {
                    "gitopslint/v1": "mutable-image-tag-1"
                  },
                  "suppressions": []
                }
              ]
            }
          ]
        }
        "#);
    }

    #[test]
    fn suppressed_findings_say_why() {
        let results = run(&only("unpinned-image"))["results"].clone();
        assert_eq!(results[0]["suppressions"][0]["kind"], "inSource");
        assert_eq!(
            results[0]["suppressions"][0]["justification"],
            "tags are immutable here"
        );
        let results = run(&only("mutable-image-tag"))["results"].clone();
        assert_eq!(results[0]["suppressions"], Value::Array(Vec::new()));
    }

    #[test]
    fn a_finding_without_a_file_stands_at_what_it_affects() {
        let results = run(&only("does-not-render"))["results"].clone();
        let place = &results[0]["locations"][0]["physicalLocation"];
        assert_eq!(place["artifactLocation"]["uri"], "charts/redis");
    }

    #[test]
    fn a_result_knows_its_rule() {
        let run = run(&only("privileged-container"));
        let index = run["results"][0]["ruleIndex"].as_u64().unwrap() as usize;
        let rule = &run["tool"]["driver"]["rules"][index];
        assert_eq!(rule["id"], "privileged-container");
        assert_eq!(rule["properties"]["security-severity"], "8.0");
    }

    #[test]
    fn a_name_says_more_than_the_id() {
        let expect = Some("PrivilegedContainer".to_owned());
        assert_eq!(name("privileged-container"), expect);
        assert_eq!(name("tiller"), None);
    }

    #[test]
    fn brackets_are_no_links() {
        let run = run(&hostile());
        assert_snapshot!(run["results"][0]["message"]["text"].as_str().unwrap(), @r#"`a\\u{1b}\[31m` ::error::\\u{9b}31m 100% <script> | \[x\](http://x) @all {0} ` (dev\\n::warning:: only). [see ::debug::: `b` at ./::set-output name=a,b::\\u{1b}\]0;x\\u{7}\\n%0A|`<b>`@all.yaml:1:21](1). Help: first ::stop-commands::x."#);
        let place = &run["results"][0]["locations"][0]["physicalLocation"];
        assert_snapshot!(place["artifactLocation"]["uri"].as_str().unwrap(), @r#"%3A%3Aset-output%20name%3Da%2Cb%3A%3A%1B%5D0%3Bx%07%0A%250A%7C%60%3Cb%3E%60%40all.yaml"#);
    }

    #[test]
    fn the_least_severe_are_left_out() {
        let of = |severity, message| finding(severity, "bad", message, None);
        let findings = [
            of(Severity::Warning, "a"),
            of(Severity::Error, "b"),
            of(Severity::Info, "c"),
            of(Severity::Error, "d"),
        ];
        let check = |limit| {
            let (kept, left_out) = most_severe(findings.iter().collect(), limit);
            let kept: String = kept.iter().map(|f| f.message.as_str()).collect();
            (kept, left_out)
        };
        assert_eq!(check(4), ("abcd".to_owned(), 0));
        assert_eq!(check(3), ("bda".to_owned(), 1));

        let last = notifications(&Report::default(), 2, &clean().context()).pop();
        assert_eq!(
            last.map(|it| it.message.text).as_deref(),
            Some("2 results left out, the least severe.")
        );
    }
}
