//! Rules themselves: as JSON, and as pages of the documentation.

use std::io;

use serde::Serialize;

use super::{json, markdown, rule_page};
use crate::rule::{RuleId, Severities, Severity, Tier};
use crate::setup::Setup;

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

/// The page on a rule, as Markdown.
pub fn rule_document(rule: &RuleId, severities: Severities) -> String {
    format!(
        "# {}\n\n{}.\n\n| group | severity |\n|---|---|\n| {} | {} |\n\n{}\n\
         To accept it in one place, with the reason:\n\n\
         ```yaml\n# gitopslint: ignore[{}] why it is fine here\n```\n",
        rule.id,
        rule.title.trim_end_matches('.'),
        rule.group,
        severities_in_words(severities),
        markdown::rule(rule),
        rule.id,
    )
}

/// The list of all rules by group, each with a link to its page, as Markdown.
pub fn rules_index(setup: &Setup) -> String {
    let mut rules: Vec<&RuleId> = setup.rules().iter().collect();
    rules.sort_by(|a, b| (&a.group, &a.id).cmp(&(&b.group, &b.id)));
    let mut page = "# Rules\n\nSeverities are those without any configuration.\n".to_owned();
    let mut group = "";
    for rule in rules {
        if rule.group != group {
            group = &rule.group;
            page += &format!("\n## {group}\n\n| rule | severity | |\n|---|---|---|\n");
        }
        let severity = severities_in_words(rule.severities);
        let title = rule.title.replace('|', "\\|");
        page += &format!("| [{0}]({0}.md) | {severity} | {title} |\n", rule.id);
    }
    page
}

/// `error`, `error in production, else warning`, or each tier in which it is not off.
pub fn severities_in_words(severities: Severities) -> String {
    let Severities {
        dev,
        stage,
        production,
    } = severities;
    if dev == stage && stage == production {
        return production.to_string();
    }
    if dev == stage && stage != Severity::Off {
        return format!("{production} in production, else {stage}");
    }
    Tier::ALL
        .iter()
        .rev()
        .filter(|tier| severities.of(**tier) != Severity::Off)
        .map(|tier| format!("{} in {tier}", severities.of(*tier)))
        .collect::<Vec<_>>()
        .join(", ")
}
