//! Quotas: pods that they reject, and sums that they do not allow.

use manifest::View;
use rustc_hash::FxHashSet;

use super::counts::Counts;
use super::pods::Side;
use super::rules::MISSING_QUOTA_RESOURCE;
use super::scopes::Scopes;
use super::sums::{Counted, Hard};
use super::workloads::Workload;
use super::{Namespace, Placed, amounts};
use crate::problem::{Instance, Problem};

pub(super) fn look<'a>(
    namespace: &Namespace<'a>,
    quotas: &[Placed<'a>],
    workloads: &[Workload<'a>],
    problems: &mut Vec<Problem>,
) {
    if quotas.is_empty() {
        return;
    }
    let counts = Counts::of(namespace, workloads);
    for quota in quotas {
        let scopes = Scopes::of(quota.view());
        let covered = workloads.iter().filter(|own| scopes.covers(&own.pod));
        let covered: Vec<&Workload<'a>> = covered.collect();
        let hard = amounts::read(quota.view().get_path(&["spec", "hard"]));
        let names: Vec<&str> = hard.keys().copied().collect();
        if !namespace.may_have_bounds {
            reject(*quota, &names, &covered, problems);
        }
        let mut stuck: FxHashSet<Instance> = FxHashSet::default();
        for (name, most) in hard {
            let Some(most) = most else {
                continue;
            };
            let hard = Hard {
                quota: *quota,
                name,
                counted: Counted::of(name),
                most,
                namespace,
            };
            match hard.counted {
                Counted::Objects if scopes.is_all() => {
                    let shares = counts.get(name).iter().copied();
                    hard.sum(shares.collect(), &[], problems);
                }
                Counted::Objects => {}
                _ => hard.of_pods(&covered, &mut stuck, problems),
            }
        }
    }
}

/// Pods that do not say what they need, although it is counted.
fn reject(
    quota: Placed<'_>,
    names: &[&str],
    workloads: &[&Workload<'_>],
    problems: &mut Vec<Problem>,
) {
    let is_needed = |side: Side, resource: &str| {
        let full = format!("{}.{resource}", side.name());
        names.contains(&&*full) || side == Side::Requests && names.contains(&resource)
    };
    let sides = [Side::Requests, Side::Limits];
    let all = sides
        .iter()
        .flat_map(|side| [(*side, "cpu"), (*side, "memory")]);
    let needed: Vec<_> = all.filter(|(side, name)| is_needed(*side, name)).collect();
    for workload in workloads {
        for container in &workload.pod.containers {
            let lacking = needed.iter().filter(|(side, name)| {
                !container.amounts(*side).contains_key(name) && !workload.pod.says(*side, name)
            });
            let lacking: Vec<_> = lacking.collect();
            let Some((side, name)) = lacking.first() else {
                continue;
            };
            let told = lacking
                .iter()
                .map(|(side, name)| format!("`{}.{name}`", side.name()));
            let told = told.collect::<Vec<_>>().join(", ");
            let message = format!(
                "container `{}` does not set {told}, which quota `{}` requires",
                container.name,
                quota.name()
            );
            let path = container.at(*side, name);
            let problem = workload
                .placed
                .problem(&MISSING_QUOTA_RESOURCE, path, message);
            problems.push(
                match quota
                    .view()
                    .get_path(&["spec", "hard"])
                    .and_then(View::origin)
                {
                    Some(src) => problem.related("the quota", src.locate()),
                    None => problem,
                },
            );
        }
    }
}
