//! Replicas that an autoscaler sets, too, where an Application ignores them.

use std::collections::BTreeSet;

use argocd::Application;

use super::ignored::fits;
use super::known::Known;
use crate::problem::{Affects, Problem, Turn};
use crate::render::Rendered;
use crate::rule::Severity;

const RULE: &str = "autoscaled-replicas";

const POINTER: &str = "/spec/replicas";

const OPTION: &str = "RespectIgnoreDifferences";

/// Says what is missing where an Application ignores the replicas of what it deploys: a sync sets
/// them all the same, unless it is told to leave alone what is ignored.
pub fn advise(problems: &mut [(Turn, Problem)], rendered: &[Rendered]) {
    let mut told = problems.iter_mut().map(|(_, problem)| problem);
    let mut known: Option<Known<'_>> = None;
    while let Some(problem) = told.find(|problem| problem.rule.id == RULE) {
        let Affects::Objects(objects) = &problem.affects else {
            continue;
        };
        let known = known.get_or_insert_with(|| Known::of(rendered));
        let respected: Option<BTreeSet<bool>> = objects
            .iter()
            .map(|at| {
                let object = rendered.get(at.target)?.objects.get(at.object)?;
                let mut deployers = known.applications.iter();
                let deployer = deployers.find(|own| own.targets.contains(&at.target))?;
                let application = deployer.application;
                let mut ignored = application.ignored_differences.iter();
                let is_ignored = ignored.any(|own| fits(own, object) && is_of_replicas(own));
                is_ignored.then(|| respects(application))
            })
            .collect();
        let Some(respected) = respected else { continue };
        if respected.contains(&false) {
            problem.help = Some(format!(
                "A sync sets what an Application ignores all the same: add `{OPTION}=true` to its `syncOptions`, or remove `replicas`."
            ));
        } else {
            problem.at_most = Some(Severity::Info);
        }
    }
}

fn is_of_replicas(ignored: &argocd::IgnoredDifference) -> bool {
    let mut pointers = ignored.json_pointers.iter();
    let mut expressions = ignored.jq_path_expressions.iter();
    pointers.any(|own| own.as_str() == POINTER)
        || expressions.any(|own| own.as_str() == ".spec.replicas")
}

fn respects(application: &Application) -> bool {
    application.sync.has_option(OPTION)
}
