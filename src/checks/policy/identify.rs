//! Which rules a policy file holds.

use std::sync::Arc;

use camino::Utf8Path;

use super::inspect::Module;
use super::kinds::Kinds;
use super::metadata::Metadata;
use super::policies::{Form, Policy};
use super::{OWN_PACKAGE, PolicyFault, Scope};
use crate::rule::{Rule, Severities, Severity};

/// The policy that a file describes.
pub(crate) fn documented(
    path: &Utf8Path,
    module: &Module,
    metadata: &Metadata,
) -> Result<Policy, PolicyFault> {
    if !module.rules.iter().any(|rule| rule.name == ["deny"]) {
        return Err(PolicyFault {
            path: path.to_owned(),
            line: None,
            rule: metadata.id.clone(),
            message: "it has metadata but no rule `deny`".to_owned(),
        });
    }
    let last = module.package.last().map_or("", String::as_str);
    let group = match module.package.as_slice() {
        [own, group, _] if own == OWN_PACKAGE => group,
        _ => "custom",
    };
    let rule = Rule {
        id: match &metadata.id {
            Some(id) => id.clone().into(),
            None => last.replace('_', "-").into(),
        },
        group: group.to_owned().into(),
        title: metadata.title.clone().into(),
        description: metadata.description.clone().into(),
        remediation: metadata.remediation.clone().into(),
        severities: metadata.severities,
        references: metadata.references.clone(),
        is_optional: metadata.is_optional,
        bad: metadata.bad.clone().map(Into::into),
        good: metadata.good.clone().map(Into::into),
    };
    Ok(Policy {
        rule: Arc::new(rule),
        path: path.to_owned(),
        kinds: metadata.kinds.clone(),
        scope: metadata.scope,
        each: metadata.each,
        form: Form::Full,
        uses: metadata.uses.clone(),
        parameters: metadata.parameters.clone(),
        findings: metadata.findings,
        name: full_name(module, "deny"),
        built_in: module.package.first().is_some_and(|own| own == OWN_PACKAGE),
    })
}

/// The rules of a file without metadata that conftest would evaluate: those called `deny`,
/// `violation` or `warn`, with or without a suffix. They see every object.
pub(crate) fn plain(path: &Utf8Path, module: &Module) -> Vec<Policy> {
    let mut found: Vec<Policy> = Vec::new();
    for rule in &module.rules {
        let Some(name) = rule.name.first() else {
            continue;
        };
        let Some(severity) = severity_of(name) else {
            continue;
        };
        let package = module.package.join("-");
        let id = format!("{package}-{name}").replace('_', "-");
        if found.iter().any(|policy| policy.rule.id == id) {
            continue;
        }
        let rule = Rule {
            id: id.into(),
            group: "custom".into(),
            title: format!("`{name}` of the package `{}`", module.package.join(".")).into(),
            description: format!("A policy of this repository, in {path}.").into(),
            remediation: "".into(),
            severities: Severities::all(severity),
            references: Vec::new(),
            is_optional: false,
            bad: None,
            good: None,
        };
        found.push(Policy {
            rule: Arc::new(rule),
            path: path.to_owned(),
            kinds: Kinds {
                all: true,
                ..Kinds::default()
            },
            scope: Scope::Object,
            each: None,
            form: Form::Bare,
            uses: Default::default(),
            parameters: Vec::new(),
            findings: 0,
            name: full_name(module, name),
            built_in: false,
        });
    }
    found
}

fn severity_of(name: &str) -> Option<Severity> {
    let word = name.split('_').next()?;
    match word {
        "deny" | "violation" => Some(Severity::Error),
        "warn" => Some(Severity::Warning),
        _ => None,
    }
}

fn full_name(module: &Module, rule: &str) -> Vec<String> {
    let package = module.package.iter().cloned();
    package.chain([rule.to_owned()]).collect()
}
