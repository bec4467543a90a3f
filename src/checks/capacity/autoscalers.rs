//! Autoscalers: how many pods they make, and whether they can tell how busy these are.

use manifest::{FieldPath, View};
use rustc_hash::FxHashMap;

use super::pods::Side;
use super::rules::AUTOSCALER_WITHOUT_REQUESTS;
use super::workloads::Workload;
use super::{Namespace, Placed, amounts, is, keys};
use crate::problem::Problem;

/// More metrics of one autoscaler than these are not looked at.
const METRICS: usize = 100;

/// Between how many pods something scales; `None` where that is not known.
pub(super) struct Scale {
    pub(super) least: Option<u64>,
    pub(super) most: Option<u64>,
}

/// What is scaled, by kind and name.
pub(super) type Scales<'a> = FxHashMap<(&'a str, &'a str), Scale>;

pub(super) fn scales<'a>(namespace: &Namespace<'a>) -> Scales<'a> {
    let mut scales = Scales::default();
    for placed in &namespace.objects {
        let (low, high) = match of_keda(*placed) {
            None => continue,
            Some(true) => (("minReplicaCount", 0), ("maxReplicaCount", 100)),
            Some(false) => (("minReplicas", 1), ("maxReplicas", 1)),
        };
        if let Some(target) = target(*placed) {
            let field = |name| placed.view().get_path(&["spec", name]);
            scales.entry(target).or_insert_with(|| Scale {
                least: amounts::count(field(low.0), low.1),
                most: amounts::count(field(high.0), high.1),
            });
        }
    }
    scales
}

/// Whether an autoscaler is one of KEDA's; `None` if it is none at all.
fn of_keda(placed: Placed<'_>) -> Option<bool> {
    if is(placed.object, "keda.sh", "ScaledObject") {
        return Some(true);
    }
    is(placed.object, "autoscaling", "HorizontalPodAutoscaler").then_some(false)
}

/// The kind and name of what is scaled.
fn target<'a>(placed: Placed<'a>) -> Option<(&'a str, &'a str)> {
    let target = placed.view().get_path(&["spec", "scaleTargetRef"])?;
    let kind = target.get("kind").map_or("Deployment", View::text);
    Some((kind, target.get("name")?.text()))
}

/// Pods without requests cannot be busy by a part of them.
pub(super) fn look(
    namespace: &Namespace<'_>,
    workloads: &[Workload<'_>],
    problems: &mut Vec<Problem>,
) {
    let scalers = || {
        namespace
            .objects
            .iter()
            .filter_map(|placed| Some((placed, of_keda(*placed)?)))
    };
    if namespace.may_have_bounds || scalers().next().is_none() {
        return;
    }
    let by_name: FxHashMap<(&str, &str), &Workload<'_>> = workloads
        .iter()
        .map(|own| ((own.placed.kind(), own.placed.name()), own))
        .collect();
    for (placed, is_keda) in scalers() {
        let Some(workload) = target(*placed).and_then(|target| by_name.get(&target)) else {
            continue;
        };
        for metric in metrics(placed.view(), is_keda).into_iter().take(METRICS) {
            let lacking = workload.pod.containers.iter().filter(|container| {
                let is_meant = metric.container.is_none_or(|name| name == container.name);
                let has = container.requests.contains_key(metric.resource);
                container.is_main() && is_meant && !has
            });
            if workload.pod.says(Side::Requests, metric.resource) {
                continue;
            }
            let by = placed.view().at(&metric.path).or(placed.view().get("spec"));
            let by = by.and_then(View::origin);
            for container in lacking {
                let message = format!(
                    "autoscaler `{}` scales on {}, but container `{}` does not request any",
                    placed.name(),
                    metric.resource,
                    container.name
                );
                let path = container.at(Side::Requests, metric.resource);
                let problem = workload
                    .placed
                    .problem(&AUTOSCALER_WITHOUT_REQUESTS, path, message);
                problems.push(match &by {
                    Some(src) => problem.related("the autoscaler", src.locate()),
                    None => problem,
                });
            }
        }
    }
}

/// A share of what is requested, by which something scales.
struct Metric<'a> {
    resource: &'a str,
    /// The only container that counts.
    container: Option<&'a str>,
    path: FieldPath,
}

fn metrics(object: View<'_>, is_keda: bool) -> Vec<Metric<'_>> {
    match is_keda {
        true => of_triggers(object),
        false => of_metrics(object),
    }
}

fn of_metrics(object: View<'_>) -> Vec<Metric<'_>> {
    let spec = object.get("spec");
    let list = spec.and_then(|spec| spec.get("metrics"));
    let items = list.into_iter().flat_map(View::items);
    let mut metrics = Vec::new();
    let mut is_empty = true;
    for (index, item) in items.enumerate() {
        is_empty = false;
        let field = match item.get("type").map_or("", View::text) {
            "Resource" => "resource",
            "ContainerResource" => "containerResource",
            _ => continue,
        };
        let Some(metric) = item.get(field) else {
            continue;
        };
        // `autoscaling/v2beta1` wrote it another way.
        let is_share = metric.get("targetAverageUtilization").is_some()
            || metric
                .get_path(&["target", "type"])
                .is_some_and(|own| own.text() == "Utilization");
        let name = metric.get("name");
        if let (true, Some(name)) = (is_share, name) {
            let mut path = keys(&["spec", "metrics"]);
            path.push_index(index);
            metrics.push(Metric {
                resource: name.text(),
                container: metric.get("container").map(View::text),
                path: super::with(&path, &[field, "name"]),
            });
        }
    }
    if is_empty {
        // Without a metric it is the processor's.
        let field = match spec.and_then(|spec| spec.get("targetCPUUtilizationPercentage")) {
            Some(_) => "targetCPUUtilizationPercentage",
            None => "metrics",
        };
        metrics.push(Metric {
            resource: "cpu",
            container: None,
            path: keys(&["spec", field]),
        });
    }
    metrics
}

fn of_triggers(object: View<'_>) -> Vec<Metric<'_>> {
    let list = object.get_path(&["spec", "triggers"]);
    let items = list.into_iter().flat_map(View::items).enumerate();
    let metrics = items.filter_map(|(index, item)| {
        let kind = item.get("type")?.text();
        let by = item
            .get("metricType")
            .or_else(|| item.get_path(&["metadata", "type"]))?;
        let is_share = matches!(kind, "cpu" | "memory") && by.text() == "Utilization";
        is_share.then(|| {
            let mut path = keys(&["spec", "triggers"]);
            path.push_index(index);
            Metric {
                resource: kind,
                container: item
                    .get_path(&["metadata", "containerName"])
                    .map(View::text),
                path: super::with(&path, &["type"]),
            }
        })
    });
    metrics.collect()
}
