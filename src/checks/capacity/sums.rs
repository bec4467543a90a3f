//! What pods and objects add up to, held to one number of a quota.

use std::cmp::Reverse;

use k8s_schema::Quantity;
use manifest::View;
use rustc_hash::FxHashSet;

use super::pods::{By, Container, Side};
use super::rules::QUOTA_EXCEEDED;
use super::workloads::{Count, Workload};
use super::{Namespace, Placed, keys, rollouts, with};
use crate::problem::{Instance, Problem};
use crate::rule::Severity;

/// More shares than these are not told by name.
const TOLD: usize = 5;

/// What one object adds to a sum.
#[derive(Clone, Copy)]
pub(super) struct Share<'a> {
    pub(super) placed: Placed<'a>,
    pub(super) each: Quantity,
    /// How often, at any time.
    pub(super) steady: u64,
    /// How often, at most.
    pub(super) peak: u64,
}

/// What a quota counts.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Counted<'n> {
    /// What pods request of a resource, or are limited to.
    Resource(Side, &'n str),
    Pods,
    Objects,
}

/// A quota of one thing.
pub(super) struct Hard<'q, 'a> {
    pub(super) quota: Placed<'a>,
    pub(super) name: &'a str,
    pub(super) counted: Counted<'a>,
    pub(super) most: Quantity,
    pub(super) namespace: &'q Namespace<'a>,
}

impl<'n> Counted<'n> {
    pub(super) fn of(name: &'n str) -> Self {
        match name {
            "pods" | "count/pods" => Self::Pods,
            "cpu" | "memory" | "ephemeral-storage" => Self::Resource(Side::Requests, name),
            "requests.storage" => Self::Objects,
            _ if name.starts_with("hugepages-") => Self::Resource(Side::Requests, name),
            _ => {
                let of = |prefix| name.strip_prefix(prefix);
                match (of("requests."), of("limits.")) {
                    (Some(resource), _) => Self::Resource(Side::Requests, resource),
                    (_, Some(resource)) => Self::Resource(Side::Limits, resource),
                    _ => Self::Objects,
                }
            }
        }
    }

    /// What one pod of a workload adds; nothing where that is not known.
    fn each(self, workload: &Workload<'_>) -> Option<Quantity> {
        let pod = &workload.pod;
        match self {
            Self::Resource(side, name) => pod.amounts(side).get(name).copied()?,
            Self::Pods => Some(Quantity::whole(1)),
            Self::Objects => None,
        }
    }
}

impl<'a> Hard<'_, 'a> {
    /// Holds the pods of workloads to the quota.
    pub(super) fn of_pods(
        &self,
        workloads: &[&Workload<'a>],
        stuck: &mut FxHashSet<Instance>,
        problems: &mut Vec<Problem>,
    ) {
        let mut shares = Vec::new();
        let mut left_out = Vec::new();
        for workload in workloads {
            let Some(each) = self.counted.each(workload) else {
                continue;
            };
            if self.counted != Counted::Pods && each > self.most {
                self.reject_pod(workload, each, problems);
                continue;
            }
            match workload.count {
                Count::Known { steady, peak } => shares.push(Share {
                    placed: workload.placed,
                    each,
                    steady,
                    peak,
                }),
                Count::EachNode | Count::Unknown => left_out.push(*workload),
            }
        }
        let left = self.sum(shares.clone(), &left_out, problems);
        let Some(left) = left else {
            return;
        };
        for share in shares {
            if share.each > left
                && rollouts::needs_room(share.placed, share.steady)
                && stuck.insert(share.placed.at)
            {
                problems.push(rollouts::stuck(
                    share.placed,
                    self.quota,
                    &format!("{} of `{}`", share.each, self.name),
                    &left.to_string(),
                ));
            }
        }
    }

    /// A pod that does not fit by itself.
    fn reject_pod(&self, workload: &Workload<'a>, each: Quantity, problems: &mut Vec<Problem>) {
        let message = format!(
            "one pod of {} adds {each} to `{}`, but quota `{}` allows {} in total",
            workload.told(),
            self.name,
            self.quota.name(),
            self.most
        );
        let path = match self.counted {
            Counted::Resource(side, resource) => {
                let own =
                    |container: &Container<'a>| container.amounts(side).get(resource).copied();
                let largest = workload
                    .pod
                    .containers
                    .iter()
                    .max_by_key(|container| own(container).and_then(|given| given.worth));
                match largest {
                    Some(container) => match own(container).map(|given| given.by) {
                        Some(By::Limit) => container.at(Side::Limits, resource),
                        _ => container.at(side, resource),
                    },
                    None => workload.pod.path.clone(),
                }
            }
            Counted::Pods | Counted::Objects => workload.pod.path.clone(),
        };
        let problem = workload.placed.problem(&QUOTA_EXCEEDED, path, message);
        problems.push(match self.place() {
            Some(place) => problem.related("the quota", place),
            None => problem,
        });
    }

    fn place(&self) -> Option<manifest::Location> {
        let value = self.quota.view().get_path(&["spec", "hard", self.name]);
        Some(value?.origin()?.locate())
    }

    /// Holds a sum to the quota; what is left of it, if there is enough.
    pub(super) fn sum(
        &self,
        mut shares: Vec<Share<'a>>,
        left_out: &[&Workload<'a>],
        problems: &mut Vec<Problem>,
    ) -> Option<Quantity> {
        let total = |count: fn(&Share<'a>) -> u64| {
            let own = shares.iter().map(|share| share.each.times(count(share)));
            own.fold(self.kept(), Quantity::plus)
        };
        let (steady, peak) = (total(|share| share.steady), total(|share| share.peak));
        if peak <= self.most {
            return Some(self.most.minus(steady));
        }
        let is_certain = steady > self.most;
        let (sum, when) = match is_certain {
            true => (steady, String::new()),
            false => (peak, format!(" {}", at_peak(&shares))),
        };
        let count = |share: &Share<'a>| match is_certain {
            true => share.steady,
            false => share.peak,
        };
        shares.retain(|share| count(share) > 0 && share.each > Quantity::ZERO);
        // What is there before the quota stays, and nothing that is applied from here is rejected.
        if shares.is_empty() {
            return None;
        }
        shares.sort_by_cached_key(|share| {
            let name = (share.placed.name(), share.placed.kind());
            (Reverse(share.each.times(count(share))), name)
        });
        let message = format!(
            "`{}` in {} adds up to {sum}{when}, but quota `{}` allows {}",
            self.name,
            self.namespace.told(),
            self.quota.name(),
            self.most
        );
        let path = with(&keys(&["spec", "hard"]), &[self.name]);
        let mut problem = self.quota.problem(&QUOTA_EXCEEDED, path, message);
        problem = problem.help(self.told(&shares, &count, left_out));
        if !is_certain {
            problem.at_most = Some(Severity::Warning);
        }
        for share in shares.iter().take(TOLD) {
            let view = share.placed.view();
            let place = view
                .get_path(&["spec", "replicas"])
                .or_else(|| view.get_path(&["metadata", "name"]))
                .and_then(View::origin);
            if let Some(src) = place {
                problem = problem.related(share.told(), src.locate());
            }
        }
        problems.push(problem);
        (!is_certain).then(|| self.most.minus(steady))
    }

    /// What Kubernetes keeps in each namespace.
    fn kept(&self) -> Quantity {
        let is_kept = matches!(self.name, "configmaps" | "count/configmaps");
        Quantity::whole(u64::from(is_kept))
    }

    /// How a sum is made up.
    fn told(
        &self,
        shares: &[Share<'a>],
        count: &dyn Fn(&Share<'a>) -> u64,
        left_out: &[&Workload<'a>],
    ) -> String {
        let one = Quantity::whole(1);
        let own = shares.iter().take(TOLD).map(|share| match count(share) {
            1 => format!("{} adds {}", share.told(), share.each),
            many if share.each == one => format!("{} adds {many}", share.told()),
            many => format!(
                "{} adds {many} × {} = {}",
                share.told(),
                share.each,
                share.each.times(many)
            ),
        });
        let mut told: Vec<String> = own.collect();
        let rest = &shares[shares.len().min(TOLD)..];
        if !rest.is_empty() {
            let sums = rest.iter().map(|share| share.each.times(count(share)));
            let sum = sums.fold(Quantity::ZERO, Quantity::plus);
            told.push(match rest.len() {
                1 => format!("1 more adds {sum}"),
                more => format!("{more} more add {sum}"),
            });
        }
        if self.kept() > Quantity::ZERO {
            told.push("`kube-root-ca.crt`, which every namespace has, adds 1".to_owned());
        }
        let last = told.pop().unwrap_or_default();
        let mut told = match told.is_empty() {
            true => last,
            false => format!("{} and {last}", told.join(", ")),
        };
        let names: Vec<String> = left_out.iter().take(TOLD).map(|own| own.told()).collect();
        if !names.is_empty() {
            told += &format!(
                "; not counted, because their pods are not known: {}",
                names.join(", ")
            );
        }
        told
    }
}

impl Share<'_> {
    fn told(&self) -> String {
        match self.placed.kind() {
            "Deployment" => format!("`{}`", self.placed.name()),
            kind => format!("{kind} `{}`", self.placed.name()),
        }
    }
}

/// When there are more pods than at other times.
fn at_peak(shares: &[Share<'_>]) -> &'static str {
    let is_job = |share: &&Share<'_>| matches!(share.placed.kind(), "Job" | "CronJob");
    let mut above = shares.iter().filter(|share| share.peak > share.steady);
    let has_jobs = above.clone().any(|share| is_job(&share));
    let has_others = above.any(|share| !is_job(&share));
    match (has_jobs, has_others) {
        (true, true) => "with its jobs running and autoscalers at their maximum",
        (true, false) => "with its jobs running",
        _ => "with autoscalers at their maximum",
    }
}
