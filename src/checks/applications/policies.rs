//! What is wrong with Argo CD's own objects: Applications and projects that it refuses, and the
//! policies of `argocd-rbac-cm`.

use argocd::KnownProjects;
use manifest::{Fault, FaultKind, Object};

use super::known::{Known, applied};
use super::rules::{INVALID_APPLICATION, INVALID_PROJECT, INVALID_RBAC_POLICY, POWERLESS_POLICY};
use crate::deploy::Content;
use crate::problem::Problem;
use crate::render::Rendered;
use crate::rule::Severity;

pub(super) fn problems(rendered: &[Rendered], known: &Known<'_>) -> Vec<Problem> {
    let mut problems = Vec::new();
    for deployer in &known.applications {
        // A chart by itself has placeholders where its users have values.
        let target = &rendered[deployer.at].spec;
        if matches!(target.content, Content::Chart(_)) && target.by.is_none() {
            continue;
        }
        let faults = deployer.application.invalid().into_iter();
        problems.extend(
            faults
                .map(|fault| Problem::under(&INVALID_APPLICATION, fault).affecting([deployer.at])),
        );
    }
    for (at, project) in &known.projects {
        problems.extend(project.invalid().into_iter().map(|refusal| {
            let problem = Problem::under(&INVALID_PROJECT, refusal.fault).affecting([*at]);
            Problem {
                at_most: (!refusal.has_effect).then_some(Severity::Warning),
                ..problem
            }
        }));
    }
    for (at, target) in applied(rendered) {
        for object in target.objects.iter().filter(|object| is_rbac(object)) {
            let faults = argocd::check_rbac(object.node.view(), known);
            problems.extend(
                faults
                    .into_iter()
                    .map(|fault| of_rbac(fault).affecting([at])),
            );
        }
    }
    problems
}

fn is_rbac(object: &Object) -> bool {
    &*object.id.gvk.kind == "ConfigMap" && &*object.id.name == "argocd-rbac-cm"
}

/// Argo CD counts the fields of a line and does not look into them: one that names no action is
/// kept, and never matches.
fn of_rbac(fault: Fault) -> Problem {
    let rule = match fault.kind {
        FaultKind::Syntax => &INVALID_RBAC_POLICY,
        _ => &POWERLESS_POLICY,
    };
    Problem::under(rule, fault)
}

impl KnownProjects for Known<'_> {
    fn has_project(&self, name: &str) -> Option<bool> {
        // Without any the projects are made somewhere else.
        (!self.projects.is_empty()).then(|| self.projects(name).next().is_some())
    }

    fn has_role(&self, project: &str, role: &str) -> Option<bool> {
        self.projects(project).next()?;
        let mut roles = self.projects(project).flat_map(|project| &project.roles);
        Some(roles.any(|own| own.name.as_ref().is_some_and(|name| name.as_str() == role)))
    }
}
