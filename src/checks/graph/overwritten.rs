//! Selectors whose labels a kustomization gave the same value as those of others.

use manifest::View;

use crate::problem::Problem;

/// The fields of a kustomization that write labels into selectors.
const FIELDS: [&str; 2] = ["commonLabels", "labels"];

/// How many labels of a selector are shown.
const SHOWN: usize = 5;

/// A problem of a selector that takes others' pods, told at what made it so: a field of a
/// kustomization that gave a label of the selector another value.
pub(super) fn overwritten(problem: Problem, labels: Option<View<'_>>) -> Problem {
    let Some(labels) = labels else {
        return problem;
    };
    let cause = labels.entries().find_map(|entry| {
        let was = entry.was?;
        let before = was.node.view();
        let is_other = !was.node.is_gone() && before.text() != entry.value.text();
        let is_field = FIELDS.contains(&was.step.name);
        let place = was.step.by.as_ref().filter(|_| is_other && is_field)?;
        Some((was.step.name, place.locate(), before.text()))
    });
    let Some((field, place, before)) = cause else {
        return problem;
    };
    let mut effective: Vec<String> = labels
        .entries()
        .take(SHOWN)
        .map(|entry| format!("{}={}", entry.key.text(), entry.value.text()))
        .collect();
    if labels.entries().nth(SHOWN).is_some() {
        effective.push("…".to_owned());
    }
    let message = format!(
        "{}: `{field}` replaces `{before}`, so that the selector is `{}`",
        problem.message,
        effective.join(",")
    );
    let mut problem = problem.at(place).help(
        "write the labels under `labels` without `includeSelectors: true`, or under a key that selectors do not use",
    );
    problem.message = message;
    problem
}
