//! Rules themselves, for programs.

use std::io;

use serde::Serialize;

use super::{json, rule_page};
use crate::rule::{RuleId, Severities};

#[derive(Serialize)]
struct JsonRule<'a> {
    id: &'a str,
    group: &'a str,
    title: &'a str,
    description: &'a str,
    remediation: &'a str,
    severities: JsonSeverities,
    references: &'a [String],
    bad: Option<&'a str>,
    good: Option<&'a str>,
    page: Option<String>,
}

#[derive(Serialize)]
struct JsonSeverities {
    dev: &'static str,
    stage: &'static str,
    production: &'static str,
}

/// Writes rules, each with its severities, as a JSON array. Fails only if `out` does.
pub fn write_rules_json<'a>(
    rules: impl Iterator<Item = (&'a RuleId, Severities)>,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let rules: Vec<_> = rules
        .map(|(rule, severities)| of(rule, severities))
        .collect();
    json::write_value(&rules, out)
}

/// Writes one rule as a JSON object. Fails only if `out` does.
pub fn write_rule_json(
    rule: &RuleId,
    severities: Severities,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    json::write_value(&of(rule, severities), out)
}

fn of(rule: &RuleId, severities: Severities) -> JsonRule<'_> {
    JsonRule {
        id: &rule.id,
        group: &rule.group,
        title: &rule.title,
        description: rule.description.trim_end(),
        remediation: rule.remediation.trim_end(),
        severities: JsonSeverities {
            dev: severities.dev.name(),
            stage: severities.stage.name(),
            production: severities.production.name(),
        },
        references: &rule.references,
        bad: rule.bad.as_deref(),
        good: rule.good.as_deref(),
        page: rule_page(rule),
    }
}
