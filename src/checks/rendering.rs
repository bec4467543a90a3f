//! What keeps targets from being rendered, and what their objects ask for and cannot have.

use camino::Utf8PathBuf;
use manifest::{Fault, FaultKind, Location, Span};
use rustc_hash::FxHashSet;

use super::files::problem_of_text;
use super::kustomizations::FLOATING_REMOTE_RESOURCE;
use crate::problem::{Problem, REMOTE_RESOURCE, TARGET_NOT_RENDERED};
use crate::render::Rendered;
use crate::rule::{Rule, Severity};

/// What is wrong with the rendering of targets. Of a target that does not render although no
/// rule that is looked at (`looks_at`) says why, that alone is told.
pub fn problems(rendered: &[Rendered], looks_at: &dyn Fn(&Rule) -> bool) -> Vec<Problem> {
    let mut problems = Vec::new();
    let deploys = rendered.iter().any(|target| target.spec.by.is_some());
    for (at, target) in rendered.iter().enumerate() {
        // What it stands for has told of them.
        if target.spec.is_applied() {
            // What a chart asks of whoever deploys it is not missing where nobody does.
            let is_open = target.spec.is_supposed;
            // Where other things are deployed, it may be by what is not known, with values that it
            // renders with.
            let at_most = |kind| match kind {
                FaultKind::Unset if is_open && deploys => Some(Severity::Info),
                FaultKind::Unset if is_open => Some(Severity::Warning),
                FaultKind::Template if is_open && deploys => Some(Severity::Warning),
                _ => None,
            };
            let faults = outside_together(&target.faults);
            let faults = faults.iter().map(|fault| Problem {
                at_most: at_most(fault.kind),
                ..of_fault(fault)
            });
            problems.extend(faults.map(|problem| problem.affecting([at])));
            problems.extend(silent(target, looks_at).map(|problem| problem.affecting([at])));
        }
        let almost = target.spec.files().iter().flat_map(|file| &file.almost);
        let applied = almost.filter(|_| target.spec.is_applied());
        problems.extend(applied.map(|problem| problem.clone().affecting([at])));
        let unmet = target.unmet.iter().cloned();
        problems.extend(unmet.map(|problem| problem.affecting([at])));
    }
    problems
}

/// Leaves out that a kustomization uses another repository where it is told that what it uses there
/// may change (`looks_at` says which rules are told).
pub fn leave_out_lesser(problems: &mut Vec<Problem>, looks_at: &dyn Fn(&Rule) -> bool) {
    if !looks_at(&FLOATING_REMOTE_RESOURCE) {
        return;
    }
    let floating = problems
        .iter()
        .filter(|problem| problem.rule.id == FLOATING_REMOTE_RESOURCE.id);
    let floating: FxHashSet<(Utf8PathBuf, Span)> = floating.filter_map(spot).collect();
    problems.retain(|problem| {
        let is_lesser = problem.rule.id == REMOTE_RESOURCE.id;
        !is_lesser || spot(problem).is_none_or(|spot| !floating.contains(&spot))
    });
}

/// The bytes of a problem.
fn spot(problem: &Problem) -> Option<(Utf8PathBuf, Span)> {
    let place = problem.place()?;
    Some((place.path().to_owned(), place.span))
}

/// A fault of a text as such is one with what is told of the text.
pub(crate) fn of_fault(fault: &Fault) -> Problem {
    let of_text = |place: &Location| {
        let mut errors = place.file.tree.errors().iter();
        let error = errors.find(|error| error.span.start == place.span.start)?;
        Some(problem_of_text(&place.file, error))
    };
    let told = fault.at.as_ref().and_then(of_text);
    told.unwrap_or_else(|| Problem::of_fault(fault.clone()))
}

/// Faults of a target, those of one file together that read out of their folder: one change mends
/// all of them.
fn outside_together(faults: &[Fault]) -> Vec<Fault> {
    let mut told: Vec<Fault> = Vec::new();
    // Where the first of each file and reason is among those, and how many more there are.
    let mut groups: Vec<(usize, String, usize)> = Vec::new();
    for fault in faults {
        let reason = reason(fault);
        let file = |fault: &Fault| fault.at.as_ref().map(|at| at.path().to_owned());
        let known = groups
            .iter_mut()
            .find(|(first, own, _)| Some(&**own) == reason && file(&told[*first]) == file(fault));
        match (known, reason) {
            (Some((first, _, more)), _) => {
                *more += 1;
                if let Some(place) = fault.at.clone() {
                    let first = &mut told[*first];
                    *first = first.clone().related("as is this", place);
                }
            }
            (None, Some(reason)) => {
                groups.push((told.len(), reason.to_owned(), 0));
                told.push(fault.clone());
            }
            (None, None) => told.push(fault.clone()),
        }
    }
    for (first, reason, more) in groups.into_iter().filter(|(.., more)| *more > 0) {
        let message = &mut told[first].message;
        let subject = message.len() - reason.len();
        message.insert_str(subject, &format!(" and {more} more"));
    }
    told
}

/// What is said of a path that may not be read, behind the path.
fn reason(fault: &Fault) -> Option<&str> {
    let is_outside = fault.kind == FaultKind::Outside;
    let rest = fault.message.strip_prefix('`').filter(|_| is_outside)?;
    let end = rest.find('`')?;
    rest.get(end + 1..)
}

fn silent(target: &Rendered, looks_at: &dyn Fn(&Rule) -> bool) -> Option<Problem> {
    let is_told = |fault: &Fault| looks_at(&of_fault(fault).rule);
    if target.is_rendered_in_part() || target.faults.iter().any(is_told) {
        return None;
    }
    let message = format!(
        "`{}` does not render, so nothing of it is checked",
        target.spec.path
    );
    let problem = Problem::new(&TARGET_NOT_RENDERED, message);
    let place = target.faults.iter().find_map(|fault| fault.at.clone());
    Some(match place {
        Some(place) => problem.at(place),
        None => problem,
    })
}
