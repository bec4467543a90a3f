//! Replicas that an autoscaler sets, too, where an Application ignores them.

use argocd::Application;
use rustc_hash::FxHashMap;

use super::{Context, Told};
use crate::checks::applications::ignored::fits;
use crate::checks::applications::known::Known;
use crate::problem::{Affects, Instance, Problem};
use crate::rule::Severity;

const RULE: &str = "autoscaled-replicas";

const POINTER: &str = "/spec/replicas";

const OPTION: &str = "RespectIgnoreDifferences";

pub(super) fn concerns(problem: &Problem) -> bool {
    problem.rule.id == RULE
}

/// Says what is missing where an Application ignores the replicas of what it deploys: a sync sets
/// them all the same, unless it is told to leave alone what is ignored.
pub(super) fn amend(told: &mut Told<'_>, context: &Context<'_>) {
    let rendered = context.rendered;
    let known = Known::of(rendered);
    let mut deployers: FxHashMap<usize, &Application> = FxHashMap::default();
    for deployer in &known.applications {
        for target in &deployer.targets {
            deployers.entry(*target).or_insert(deployer.application);
        }
    }
    // Whether an Application that ignores the replicas of an object leaves them alone.
    let respected = |at: &Instance| {
        let object = rendered.get(at.target)?.objects.get(at.object)?;
        let application = *deployers.get(&at.target)?;
        let mut ignored = application.ignored_differences.iter();
        let is_ignored = ignored.any(|own| fits(own, object) && is_of_replicas(own));
        is_ignored.then(|| application.sync.has_option(OPTION))
    };
    for problem in told.of(concerns) {
        let Affects::Objects(objects) = &problem.affects else {
            continue;
        };
        let respected: Option<Vec<bool>> = objects.iter().map(respected).collect();
        match respected {
            None => {}
            Some(all) if all.iter().all(|own| *own) => problem.limit(Severity::Info),
            Some(_) => {
                problem.help = Some(format!(
                    "A sync sets what an Application ignores all the same: add `{OPTION}=true` to its `syncOptions`, or remove `replicas`."
                ));
            }
        }
    }
}

fn is_of_replicas(ignored: &argocd::IgnoredDifference) -> bool {
    let mut pointers = ignored.json_pointers.iter();
    let mut expressions = ignored.jq_path_expressions.iter();
    pointers.any(|own| own.as_str() == POINTER)
        || expressions.any(|own| own.as_str() == ".spec.replicas")
}
