//! What limits how severe a problem can be: what it is about, where it stands, and what it comes of.

use std::sync::Arc;

use camino::Utf8Path;
use manifest::Location;

use super::sink::Judge;
use crate::checks::policy::INVALID_POLICY;
use crate::deploy::rules::TEMPLATE_FOLDER;
use crate::deploy::{TargetSpec, is_local_name, is_test_data, is_wrong_on_purpose};
use crate::problem::{Nature, Problem};
use crate::rule::{GATE, RENDERING, RuleId, SCHEMA, Severity};

/// Whether a rule tells of what a chart's templates print: all that counts of values that the chart
/// is only tested with. For which version that is meant is not known.
pub(super) fn tells_of_templates(rule: &RuleId) -> bool {
    let is_of_version = rule.id.ends_with("-api-version");
    rule.group == RENDERING || rule.group == SCHEMA && !is_of_version
}

impl Judge<'_> {
    /// Whether a problem is one of a template, which is not yet what it will be.
    pub(super) fn is_of_template(&self, rule: &RuleId, place: Option<&Location>) -> bool {
        let is_told = rule.id != TEMPLATE_FOLDER.id;
        is_told && place.is_some_and(|place| self.apart.is_template(place.path()))
    }

    /// The severity that a problem does not exceed for where it is. What a service gave out can be
    /// used wherever it was found, and what a check is made by counts in any folder.
    pub(super) fn most_at(
        &self,
        problem: &Problem,
        target: Option<&TargetSpec>,
        path: &Utf8Path,
        place: Option<&Location>,
    ) -> Option<Severity> {
        let rule = &problem.rule;
        let is_of_tests = problem.nature == Nature::SelfMade && is_test_data(path);
        let is_issued = problem.nature.is_issued() && !is_of_tests;
        if is_issued || rule.group == GATE || rule.id == INVALID_POLICY.id {
            return None;
        }
        let apart = self.apart;
        if rule.is_about_secrets() {
            // What is deployed from such a folder is no example of it.
            let is_of_example = |target: &TargetSpec| target.is_example || target.is_chart_test();
            let is_example = apart.is_example(path) && target.is_none_or(is_of_example);
            let is_typed_for_tests = !problem.nature.is_issued() && is_test_data(path);
            let most = match problem.nature == Nature::Mash || is_typed_for_tests {
                true => Severity::Info,
                false => Severity::Warning,
            };
            return (is_example || self.is_local(target, path)).then_some(most);
        }
        let is_example = match target {
            // Of values that a chart is tested with, what its templates do is still its own.
            Some(target) if target.is_chart_test() => target.is_example || apart.is_example(path),
            Some(target) => target.is_example,
            None => apart.is_example(path),
        };
        let is_apart = is_example || is_of_deployer(path, place);
        if is_apart && rule.hardens() && !rule.is_own() {
            return Some(Severity::Info);
        }
        if is_example && is_wrong_on_purpose(path) {
            return Some(Severity::Info);
        }
        // Nothing is broken by an example, nor by a base that nothing builds on.
        let is_unused = target.is_some_and(|target| target.is_unused_base);
        (is_example || is_unused).then_some(Severity::Warning)
    }

    /// Whether something runs on the machine of who works on it.
    fn is_local(&self, target: Option<&TargetSpec>, path: &Utf8Path) -> bool {
        let environment = target.and_then(|target| target.environment.as_ref());
        match environment {
            // What serves an environment may be called `local`, too: storage, or a chart that is
            // not from elsewhere.
            Some(own) => is_local_name(&own.name),
            None => self.apart.is_local(path),
        }
    }

    /// What is advised for a credential that opens only what runs on one's own machine.
    pub(super) fn local_advice(
        &self,
        problem: &Problem,
        target: Option<&TargetSpec>,
        path: &Utf8Path,
    ) -> Option<Arc<str>> {
        let is_leak = ["credential-in-config", "plain-secret"].contains(&&*problem.rule.id);
        let is_local = is_leak && !problem.nature.is_issued() && self.is_local(target, path);
        is_local.then(|| LOCAL_ADVICE.into())
    }
}

/// What is advised for a credential of a cluster on one's own machine.
const LOCAL_ADVICE: &str =
    "Use it only in clusters on your own machine: anyone who can read the repository knows it.";

/// Whether a file is what Flux or Argo CD gives out for itself: it has to be able to do everything,
/// and its next version replaces it whole.
fn is_of_deployer(path: &Utf8Path, place: Option<&Location>) -> bool {
    /// How much of a file its first object takes at most, in bytes.
    const HEAD: usize = 1_000;
    let head = place.map_or(&[][..], |place| {
        let text = place.file.tree.text().as_bytes();
        &text[..text.len().min(HEAD)]
    });
    let labels: [&[u8]; 2] = [
        b"app.kubernetes.io/part-of: flux\n",
        b"app.kubernetes.io/part-of: argocd\n",
    ];
    let mut labels = labels.into_iter();
    path.file_name() == Some("gotk-components.yaml")
        || labels.any(|label| memchr::memmem::find(head, label).is_some())
}

/// The rules that are broken by what a template makes of a value that is empty or not set.
const BROKEN_BY_NOTHING: [&str; 7] = [
    "invalid-application",
    "invalid-image",
    "invalid-value",
    "missing-field",
    "missing-resource",
    "missing-source-path",
    "wrong-type",
];

/// Whether a problem may come of a default value that is empty or not set at all: whoever deploys
/// the chart gives another. `value` is what it is told of, unless that `is_absent`.
pub(super) fn comes_of_values(
    rule: &RuleId,
    place: &Location,
    value: &str,
    is_absent: bool,
) -> bool {
    let id = &*rule.id;
    // An image is reported at its first part, even if another one is empty.
    let lacks_part = || {
        let is_open = value.starts_with([':', '/']) || value.ends_with([':', '/', '@']);
        id == "invalid-image" && (is_open || value.contains("/:"))
    };
    match id {
        // It is told where the key is read.
        "missing-key" => true,
        "missing-field" if is_absent => true,
        _ => BROKEN_BY_NOTHING.contains(&id) && (lacks_part() || is_filled_in(place)),
    }
}

/// Whether values fill in the line of a place, or what begins there, or have nothing there.
fn is_filled_in(place: &Location) -> bool {
    let text = place.file.tree.text();
    let before = text.get(..place.span.start as usize).unwrap_or_default();
    let start = before.rfind('\n').map_or(0, |at| at + 1);
    let mut lines = text[start..].lines();
    let (line, next) = (lines.next().unwrap_or_default(), lines.next());
    let value = line.split('#').next().unwrap_or_default().trim_end();
    let begins = value.ends_with(':') && next.is_some_and(reads_something);
    let is_empty = [": \"\"", ": ''", ": {}", ": []", ": null", ": ~"].iter();
    reads_something(line) || begins || is_empty.into_iter().any(|end| value.ends_with(end))
}

/// Whether an action of a template on this line reads what is not written in it.
fn reads_something(line: &str) -> bool {
    let mut actions = line.split("{{").skip(1);
    actions.any(|action| {
        let action = action.split("}}").next().unwrap_or_default();
        let unquoted = action.split('"').step_by(2).collect::<String>();
        unquoted.contains(['.', '$']) || unquoted.contains("include")
    })
}
