//! Differences that are ignored and that nothing can have.

use std::collections::BTreeMap;

use manifest::glob::{Dialect, Pattern};
use manifest::{Location, Object};

use super::known::{Deployer, Known};
use super::rules::UNUSED_IGNORE_DIFFERENCE;
use crate::problem::Problem;
use crate::render::Rendered;

/// Entries of `ignoreDifferences` that fit no object of any Application that has them: those that
/// a set generates share its template. Nothing is said where not all objects are known.
pub(super) fn problems(rendered: &[Rendered], known: &Known<'_>) -> Vec<Problem> {
    let mut entries: BTreeMap<(String, u32), Shared<'_, '_>> = BTreeMap::new();
    for deployer in &known.applications {
        for entry in &deployer.application.ignored_differences {
            let Some(place) = entry.place.as_ref().map(|place| place.locate()) else {
                continue;
            };
            let key = (place.path().to_string(), place.span.start);
            let shared = entries.entry(key).or_insert_with(|| Shared {
                entry,
                place,
                deployers: Vec::new(),
            });
            shared.deployers.push(deployer);
        }
    }
    let entries = entries.into_values();
    entries
        .filter_map(|shared| shared.problem(rendered))
        .collect()
}

/// An entry, and the Applications that have it.
struct Shared<'k, 'r> {
    entry: &'k argocd::IgnoredDifference,
    place: Location,
    deployers: Vec<&'k Deployer<'r>>,
}

impl Shared<'_, '_> {
    fn problem(self, rendered: &[Rendered]) -> Option<Problem> {
        let Self {
            entry,
            place,
            deployers,
        } = self;
        let mut all = deployers.iter();
        if !all.all(|deployer| deployer.is_whole(rendered)) {
            return None;
        }
        let objects = || {
            let targets = deployers.iter().flat_map(|deployer| &deployer.targets);
            targets.flat_map(|at| &rendered[*at].objects)
        };
        let is_nothing = objects().next().is_none();
        if is_nothing || objects().any(|object| fits(entry, object)) {
            return None;
        }
        let first = deployers.first()?;
        let text =
            |text: &Option<argocd::Text>| text.as_ref().map_or("", |text| text.as_str()).to_owned();
        let kind = text(&entry.kind);
        let named = match &*text(&entry.name) {
            "" => kind.clone(),
            name => format!("{kind} `{name}`"),
        };
        // The core group has no name.
        let what = match &*text(&entry.group) {
            "" => named,
            group => format!("{named} of group `{group}`"),
        };
        let message = match deployers.len() {
            1 => format!("`{}` deploys no {what}", first.name()),
            _ => format!("none of the Applications generated here deploys a {what}"),
        };
        let problem = Problem::new(&UNUSED_IGNORE_DIFFERENCE, message);
        let of_kind = |object: &&Object| *object.id.gvk.kind == *kind;
        let problem = match objects().find(of_kind) {
            Some(object) if text(&entry.name).is_empty() => {
                problem.help(match &*object.id.gvk.group {
                    "" => format!("its {kind} is in the core group: `group: \"\"`"),
                    group => format!("its {kind} is in group `{group}`"),
                })
            }
            Some(object) => problem.help(format!("it deploys {kind} `{}`", object.id.name)),
            None => problem,
        };
        Some(first.tell(problem, Some(place)))
    }
}

pub(crate) fn fits(entry: &argocd::IgnoredDifference, object: &Object) -> bool {
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
