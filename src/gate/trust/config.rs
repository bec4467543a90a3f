//! What a change would have made of the configuration and the baseline.

use std::sync::Arc;

use camino::Utf8Path;
use manifest::{Location, Source, Span, View};

use super::Gate;
use crate::Setup;
use crate::problem::Problem;
use crate::rule::{Rule, Severities, Tier};
use crate::settings::FILE_NAME;
use crate::settings::baseline::Baseline;
use crate::settings::trust::GATE_WEAKENED;

pub(super) fn problems(gate: &Gate<'_>, own: &Setup) -> Vec<Problem> {
    let path = Utf8Path::new(FILE_NAME);
    // Where the configuration is gone, its place is where it was.
    let source = gate
        .changed
        .source(path)
        .or_else(|_| gate.trusted.source(path))
        .ok();
    let problem = |keys: &[&str], message: String| {
        let problem = Problem::new(&GATE_WEAKENED, message);
        match source.as_ref().map(|source| place(source, keys)) {
            Some(place) => problem.at(place),
            None => problem,
        }
    };
    let mut problems = Vec::new();
    for rule in gate.setup.rules() {
        // A rule that is gone is told with its policy.
        if own.rules().contains(rule)
            && let Some(lowered) = lowered(gate, own, rule)
        {
            let message = format!("this lowers `{}` {lowered}", rule.id);
            problems.push(problem(&["rules", &*rule.id], message));
        }
    }
    for rule in gate.setup.config().locked() {
        if !own.config().is_locked(rule) {
            let message = format!("this unlocks `{rule}`");
            problems.push(problem(&["locked"], message));
        }
    }
    for ignore in own.config().ignores().not_in(gate.setup.config().ignores()) {
        let rules: Vec<String> = ignore.rules().map(|id| format!("`{id}`")).collect();
        let message = format!("this would ignore {}: {}", rules.join(", "), ignore.reason);
        problems.push(Problem::new(&GATE_WEAKENED, message).at(ignore.at.clone()));
    }
    if gate.setup.config().refuses_new_ignores() && !own.config().refuses_new_ignores() {
        let message = "this would accept new ignores".to_owned();
        problems.push(problem(&["new-ignores"], message));
    }
    problems.extend(grown(gate.setup.baseline(), own.baseline()));
    problems
}

/// In which tiers a rule would be less severe: `from error to off in production`.
fn lowered(gate: &Gate<'_>, own: &Setup, rule: &Rule) -> Option<String> {
    let (old, new) = (gate.setup.severities(rule), own.severities(rule));
    if let Some(lowered) = difference(old, new) {
        return Some(lowered);
    }
    // What a part of the repository has is told with one file of it.
    let differ = |path: &&Utf8Path| {
        let severities = |setup: &Setup| setup.config().severities(rule, path);
        difference(severities(gate.setup), severities(own)).is_some()
    };
    let has_paths = own.config().has_paths(&rule.id) || gate.setup.config().has_paths(&rule.id);
    let files = if has_paths {
        gate.changed.walk().files
    } else {
        Vec::new()
    };
    let path = files.iter().map(|path| path.as_path()).find(differ)?;
    let lowered = difference(
        gate.setup.config().severities(rule, path),
        own.config().severities(rule, path),
    )?;
    Some(format!("{lowered} for files such as {path}"))
}

fn difference(old: Severities, new: Severities) -> Option<String> {
    let lower: Vec<Tier> = Tier::ALL
        .into_iter()
        .filter(|tier| new.of(*tier) < old.of(*tier))
        .collect();
    let worst = lower.iter().max_by_key(|tier| old.of(**tier))?;
    let names: Vec<&str> = lower.iter().map(|tier| tier.name()).collect();
    Some(format!(
        "from {} to {} in {}",
        old.of(*worst),
        new.of(*worst),
        names.join(", ")
    ))
}

/// What another baseline would excuse besides.
fn grown(trusted: Option<&Baseline>, own: Option<&Baseline>) -> Vec<Problem> {
    let Some(own) = own else {
        return Vec::new();
    };
    let mut problems = Vec::new();
    for (subject, counts, at) in own.entries() {
        let known = trusted.and_then(|trusted| trusted.get(subject));
        let known = |name: &str| known.and_then(|(counts, _)| counts.get(name)).copied();
        let grows = counts
            .iter()
            .any(|(name, count)| known(name).unwrap_or(0) < *count);
        if grows {
            let message = format!("this would excuse `{}` in {}", subject.rule, subject.file);
            problems.push(Problem::new(&GATE_WEAKENED, message).at(at.clone()));
        }
    }
    problems
}

/// The deepest of some keys that there is; the first line, if there is none.
fn place(source: &Arc<Source>, keys: &[&str]) -> Location {
    let documents = source.documents();
    let mut found = None;
    let mut here: Option<View<'_>> = documents.documents.first().map(|node| node.view());
    for key in keys {
        let entry = here.and_then(|view| view.entries().find(|entry| entry.key.text() == *key));
        let Some(entry) = entry else {
            break;
        };
        found = entry.key.origin().map(|origin| origin.locate());
        here = Some(entry.value);
    }
    let length = source.tree.text().lines().next().map_or(0, str::len);
    found.unwrap_or_else(|| Location {
        file: source.clone(),
        span: Span::new(0, length as u32),
    })
}
