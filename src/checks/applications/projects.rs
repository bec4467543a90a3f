//! Projects that Applications name.

use std::collections::BTreeSet;

use manifest::{Object, View};

use super::rules::UNKNOWN_PROJECT;
use crate::problem::Problem;
use crate::render::Rendered;
use crate::suggest;

/// Argo CD makes this project itself.
const DEFAULT: &str = "default";

/// Applications of projects that do not exist, where the repository defines any.
pub(super) fn problems(rendered: &[Rendered]) -> Vec<Problem> {
    let of_kind = |object: &&Object, kind: &str| {
        &*object.id.gvk.group == "argoproj.io" && &*object.id.gvk.kind == kind
    };
    let applied = || {
        let targets = rendered.iter().enumerate();
        targets.filter(|(_, target)| target.spec.is_applied())
    };
    let known: BTreeSet<&str> = applied()
        .flat_map(|(_, target)| &target.objects)
        .filter(|object| of_kind(object, "AppProject"))
        .map(|object| &*object.id.name)
        .collect();
    if known.is_empty() {
        return Vec::new();
    }
    let mut problems = Vec::new();
    for (at, target) in applied() {
        let applications = target.objects.iter();
        for object in applications.filter(|object| of_kind(object, "Application")) {
            let Some(project) = object.node.view().get_path(&["spec", "project"]) else {
                continue;
            };
            let name = project.text();
            let is_open = name.contains(['{', '$']);
            if matches!(name, "" | DEFAULT) || is_open || known.contains(name) {
                continue;
            }
            let message = format!("there is no AppProject `{name}`");
            let near = suggest::nearest(name, known.iter().copied());
            let problem = Problem {
                help: near.map(|near| format!("did you mean `{near}`?")),
                ..Problem::new(&UNKNOWN_PROJECT, message)
            };
            let problem = problem.affecting([at]);
            problems.push(match View::origin(project) {
                Some(place) => problem.at(place.locate()),
                None => problem,
            });
        }
    }
    problems
}
