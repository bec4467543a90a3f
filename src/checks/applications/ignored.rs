//! Differences that are ignored and that nothing can have.

use manifest::Object;
use manifest::glob::{Dialect, Pattern};

use super::known::{Deployer, Known};
use super::rules::UNUSED_IGNORE_DIFFERENCE;
use crate::problem::Problem;
use crate::render::Rendered;

/// Entries of `ignoreDifferences` that fit no object of their Application, where all objects are
/// known.
pub(super) fn problems(rendered: &[Rendered], known: &Known<'_>) -> Vec<Problem> {
    let whole = known
        .applications
        .iter()
        .filter(|own| own.is_whole(rendered));
    whole
        .flat_map(|deployer| of_application(rendered, deployer))
        .collect()
}

fn of_application(rendered: &[Rendered], deployer: &Deployer<'_>) -> Vec<Problem> {
    let objects = || {
        deployer
            .targets
            .iter()
            .flat_map(|at| &rendered[*at].objects)
    };
    if objects().next().is_none() {
        return Vec::new();
    }
    let entries = deployer.application.ignored_differences.iter();
    let unused = entries.filter(|entry| !objects().any(|object| fits(entry, object)));
    unused
        .map(|entry| {
            let text = |text: &Option<argocd::Text>| {
                text.as_ref().map_or("", |text| text.as_str()).to_owned()
            };
            let kind = text(&entry.kind);
            let what = match &*text(&entry.name) {
                "" => format!("{kind} of group `{}`", text(&entry.group)),
                name => format!("{kind} `{name}` of group `{}`", text(&entry.group)),
            };
            let message = format!("`{}` deploys no {what}", deployer.name());
            let problem = Problem::new(&UNUSED_IGNORE_DIFFERENCE, message);
            let of_kind = |object: &&Object| *object.id.gvk.kind == *kind;
            let problem = match objects().find(of_kind) {
                Some(object) if text(&entry.name).is_empty() => {
                    problem.help(format!("its {kind} is of group `{}`", object.id.gvk.group))
                }
                Some(object) => problem.help(format!("it deploys {kind} `{}`", object.id.name)),
                None => problem,
            };
            let place = entry.place.as_ref().map(|place| place.locate());
            deployer.tell(problem, place)
        })
        .collect()
}

fn fits(entry: &argocd::IgnoredDifference, object: &Object) -> bool {
    let id = &object.id;
    let is_glob = |text: &Option<argocd::Text>, value: &str| {
        let text = text.as_ref().map_or("", |text| text.as_str());
        let pattern = Pattern::compile(text, Dialect::GobwasFlat);
        text == value || pattern.is_some_and(|pattern| pattern.is_match(value))
    };
    let is_named = |text: &Option<argocd::Text>, value: &str| {
        text.as_ref().is_none_or(|text| text.as_str() == value)
    };
    // Objects without a namespace go to the destination's.
    let in_namespace = id.namespace.is_empty() || is_named(&entry.namespace, &id.namespace);
    is_glob(&entry.group, &id.gvk.group)
        && is_glob(&entry.kind, &id.gvk.kind)
        && is_named(&entry.name, &id.name)
        && in_namespace
}
