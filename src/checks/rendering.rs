//! What keeps targets from being rendered, and what their objects ask for and cannot have.

use std::collections::BTreeMap;
use std::sync::Arc;

use camino::Utf8PathBuf;
use manifest::{About, Fault, FaultKind, Kept, Location, Source, View};
use rustc_hash::{FxHashMap, FxHashSet};

use super::files::problem_of_text;
use super::kept_out::KeptOut;
use crate::problem::{Problem, TARGET_NOT_RENDERED};
use crate::render::Rendered;
use crate::rule::{Rule, Severity};
use crate::snapshot::Repository;

/// What is wrong with the rendering of targets. Of a target that does not render although no
/// rule that is looked at (`looks_at`) says why, that alone is told.
pub fn problems(
    rendered: &[Rendered],
    files: &dyn Repository,
    walked: &[Utf8PathBuf],
    looks_at: &dyn Fn(&Rule) -> bool,
) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut kept_out = KeptOut::of(files, walked);
    // Where anything else is rendered, the repository is not passed over in silence.
    let is_known = |target: &Rendered| target.spec.by.is_some() || !target.objects.is_empty();
    let others_known = rendered.iter().any(is_known);
    let deploys = rendered.iter().any(|target| target.spec.by.is_some());
    for (at, target) in rendered.iter().enumerate() {
        // What it stands for has told of them.
        if target.spec.is_applied() {
            // What a chart asks of whoever deploys it is not missing where nobody does.
            let is_open = target.spec.is_supposed || target.spec.is_chart_test();
            // Where other things are deployed, it may be by what is not known, with values that it
            // renders with.
            let has_values = || files.kept(&target.spec.path.join("values.yaml")) == Kept::File;
            let is_asked_for = |fault: &Fault| is_asked_for(fault) || !has_values();
            let is_example = target.spec.is_example && target.spec.by.is_none();
            let at_most = |fault: &Fault| match fault.kind {
                FaultKind::Missing | FaultKind::Outside if is_example && leads_up(fault) => {
                    Some(Severity::Info)
                }
                FaultKind::Unset if is_open && deploys => Some(Severity::Info),
                FaultKind::Unset if is_open && others_known && is_asked_for(fault) => {
                    Some(Severity::Info)
                }
                FaultKind::Unset if is_open => Some(Severity::Warning),
                FaultKind::Template if is_open && lacks_values(target) && !has_values() => {
                    Some(Severity::Info)
                }
                FaultKind::Template if is_open && deploys => Some(Severity::Warning),
                _ => None,
            };
            let mut others: Vec<&Fault> = Vec::new();
            for fault in &target.faults {
                let Some(line) = kept_out.line(fault) else {
                    others.push(fault);
                    continue;
                };
                if target.spec.by.is_some() || kept_out.is_forgotten(fault) {
                    let problem = KeptOut::problem(fault, line);
                    problems.extend(problem.map(|problem| problem.affecting([at])));
                } else {
                    kept_out.note(at, fault, line);
                }
            }
            let faults = together(&others);
            let faults = faults.iter().map(|fault| Problem {
                at_most: at_most(fault),
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
    problems.extend(kept_out.problems());
    problems
}

/// Whether a chart's templates read values that are set nowhere: what they print without them says
/// little of what they print with them.
fn lacks_values(target: &Rendered) -> bool {
    let reads = target.chart.iter().flat_map(|chart| &chart.usage.reads);
    reads.into_iter().any(|read| !read.found)
}

/// Whether a path leads out of its folder: in an example, to what is there where it is copied to.
fn leads_up(fault: &Fault) -> bool {
    let place = fault.at.as_ref();
    let written = place.and_then(|place| place.file.tree.text().get(place.span.range()));
    let path = written.map(|path| path.trim_start_matches(['"', '\'']));
    path.is_some_and(|path| path.starts_with("../"))
}

/// Whether a chart says in words of its own that a value has to be given. What it reads without
/// asking for it may be a slip, unless it has no values at all.
fn is_asked_for(fault: &Fault) -> bool {
    !fault.message.starts_with("`.Values")
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

/// So many paths that a kustomization may not read, or that are not there, are told as one.
const MANY: usize = 3;

/// What one change fixes for many paths.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Sort {
    /// They are outside of something that is said in words.
    Outside(&'static str),
    /// They are not there, and neither is anything else that the kustomization names.
    Absent,
}

/// Faults of a target, those of one file together that name many paths outside of its folder, or
/// that name many and none of them exists.
fn together(faults: &[&Fault]) -> Vec<Fault> {
    let mut groups: BTreeMap<(String, Sort), Vec<usize>> = BTreeMap::new();
    for (at, fault) in faults.iter().enumerate() {
        if let (Some((sort, _)), Some(place)) = (sort(fault), &fault.at) {
            let key = (place.path().to_string(), sort);
            groups.entry(key).or_default().push(at);
        }
    }
    groups.retain(|(_, sort), group| {
        let is_all = || {
            let place = faults[group[0]].at.as_ref();
            place.is_some_and(|place| group.len() >= count_named(&place.file))
        };
        group.len() >= MANY && (*sort != Sort::Absent || is_all())
    });
    let further = groups.values().flat_map(|group| &group[1..]);
    let further: FxHashSet<usize> = further.copied().collect();
    let groups: FxHashMap<usize, &Vec<usize>> =
        groups.values().map(|group| (group[0], group)).collect();
    let told = faults.iter().enumerate();
    told.filter(|(at, _)| !further.contains(at))
        .map(|(at, fault)| match groups.get(&at) {
            Some(group) => with_others(fault, &group[1..], faults),
            None => (*fault).clone(),
        })
        .collect()
}

/// How many files and folders a kustomization builds on.
fn count_named(kustomization: &Arc<Source>) -> usize {
    let root = kustomization.tree.documents().next();
    let root = root.map(|root| View::Src(kustomization, root));
    let lists = ["resources", "bases", "components"];
    let lists = lists.iter().filter_map(|list| root?.get(list));
    lists.map(|list| list.items().count()).sum()
}

/// The first of many faults, with the places of the others.
fn with_others(first: &Fault, others: &[usize], faults: &[&Fault]) -> Fault {
    let mut whole = first.clone();
    let count = others.len() + 1;
    let (told, label) = match sort(first) {
        Some((Sort::Outside(outside), path)) => (
            format!("{count} paths outside {outside} may not be read, such as `{path}`"),
            "also outside",
        ),
        Some((Sort::Absent, path)) => (
            format!("{count} paths do not exist, such as `{path}`"),
            "does not exist either",
        ),
        None => return whole,
    };
    whole.message = told;
    let places = others.iter().filter_map(|at| faults[*at].at.clone());
    places.fold(whole, |whole, place| whole.related(label, place))
}

/// What is wrong with a path that cannot be read, unless another one is proposed, and the path.
fn sort(fault: &Fault) -> Option<(Sort, &str)> {
    match fault.about.as_deref()? {
        About::Barred { path, outside } => Some((Sort::Outside(outside), path)),
        About::Absent(path) if fault.help.is_none() => Some((Sort::Absent, path.as_str())),
        About::Absent(_) => None,
    }
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
