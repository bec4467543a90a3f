//! What Prometheus is to scrape.

use manifest::View;

use super::ports::Listed;
use super::rules::UNKNOWN_PORT_NAME;
use super::selector::{Selector, labels};
use super::traffic_rules::UNMATCHED_MONITOR;
use super::{Namespace, Placed, Scene, further, is_open, path};
use crate::checks::named::named;
use crate::problem::Problem;
use crate::rule::Severity;

const GROUP: &str = "monitoring.coreos.com";

pub(super) fn look<'a>(
    scene: &Scene<'a>,
    namespace: &Namespace<'a>,
    placed: Placed<'a>,
    problems: &mut Vec<Problem>,
) {
    let (of_services, list) = match () {
        () if placed.is(GROUP, "ServiceMonitor") => (true, "endpoints"),
        () if placed.is(GROUP, "PodMonitor") => (false, "podMetricsEndpoints"),
        () => return,
    };
    let Some(spec) = placed.object.node.view().get("spec") else {
        return;
    };
    let selector = Selector::of(spec.get("selector")).filter(|own| !own.is_open());
    let Some(selector) = selector else {
        return;
    };
    let Some(spaces) = spaces(scene, namespace, spec) else {
        return;
    };
    let steps = scene.steps;
    let mut ports: Vec<View<'_>> = Vec::new();
    let mut is_unmatched = true;
    for space in spaces.iter().take_while(|_| steps.take(0)) {
        if of_services {
            for at in space.service_labels.selected(&selector, steps) {
                let spec = space.services[at].object.node.view().get("spec");
                let own = spec.and_then(|spec| spec.get("ports"));
                ports.extend(
                    own.into_iter()
                        .flat_map(View::items)
                        .take_while(|_| steps.take(0)),
                );
                is_unmatched = false;
            }
        } else {
            for pod in space.selected(&selector, steps) {
                ports.extend(pod.ports().take_while(|_| steps.take(0)));
                is_unmatched = false;
            }
        }
    }
    if is_unmatched {
        let is_meant = of_services && scene.is_whole;
        if is_meant
            && spaces
                .iter()
                .any(|space| is_near(space, placed, &selector, scene))
        {
            let message = format!("no Service has the labels `{}`", selector.told());
            let at = path(["spec", "selector"]);
            problems.push(placed.problem(&UNMATCHED_MONITOR, at, message));
        }
        return;
    }
    let ports = Listed::of_ports(ports.into_iter());
    let endpoints = spec.get(list).into_iter().flat_map(View::items);
    for (index, endpoint) in endpoints.enumerate() {
        let Some(name) = endpoint.get("port").filter(|name| !name.is_null()) else {
            continue;
        };
        let name = name.text();
        if is_open(name) || ports.has_name(name) {
            continue;
        }
        let what = if of_services { "Service" } else { "pod" };
        let message = format!("no selected {what} has a port `{name}`");
        let at = further(&path(["spec", list]), [index.into(), "port".into()]);
        let help = match ports.names().is_empty() {
            true => format!("give the {what}'s port a name: a monitor cannot use its number"),
            false => format!("the {what}'s ports are called {}", named(ports.names())),
        };
        let mut problem = placed.problem(&UNKNOWN_PORT_NAME, at, message).help(help);
        problem.at_most = Some(Severity::Warning);
        problems.push(problem);
    }
}

/// The namespaces that a monitor looks at; none if one of them is not known.
fn spaces<'s, 'a>(
    scene: &'s Scene<'a>,
    own: &'s Namespace<'a>,
    spec: View<'_>,
) -> Option<Vec<&'s Namespace<'a>>> {
    let Some(selector) = spec.get("namespaceSelector") else {
        return Some(vec![own]);
    };
    if selector.get("any").is_some_and(|any| any.text() == "true") {
        return Some(scene.namespaces.values().collect());
    }
    let names = selector.get("matchNames").into_iter().flat_map(View::items);
    let spaces = names.map(|name| scene.namespaces.get(name.text()));
    let spaces: Vec<_> = spaces.collect::<Option<_>>()?;
    Some(if spaces.is_empty() { vec![own] } else { spaces })
}

/// Whether a Service is probably meant: its pods have the labels and it has not, or its own are
/// almost these.
fn is_near(
    space: &Namespace<'_>,
    placed: Placed<'_>,
    selector: &Selector<'_>,
    scene: &Scene<'_>,
) -> bool {
    let mut beside = space.services.iter();
    let selects_them = beside.any(|service| {
        if service.at.target != placed.at.target {
            return false;
        }
        let pods = labels(service.object.node.view().get_path(&["spec", "selector"]));
        scene.steps.take(pods.len()) && selector.selects(&pods)
    });
    let is_misspelt = || space.service_labels.misspelt(selector, scene.steps);
    selects_them || is_misspelt().is_some() && !space.may_make(selector, scene.steps)
}
