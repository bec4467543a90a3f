//! Services, and the pods that they select.

use manifest::View;

use super::overwritten::overwritten;
use super::pods::Pod;
use super::ports::{Listed, Port, port};
use super::rules::UNKNOWN_PORT_NAME;
use super::selector::Selector;
use super::traffic_rules::{OVERBROAD_SERVICE, UNDECLARED_TARGET_PORT};
use super::{Namespace, Placed, Scene, further, path, unmatched};
use crate::problem::Problem;
use crate::rule::Severity;

pub(super) fn look<'a>(
    scene: &Scene<'a>,
    namespace: &Namespace<'a>,
    placed: Placed<'a>,
    problems: &mut Vec<Problem>,
) {
    if !placed.is("", "Service") || is_external(placed) {
        return;
    }
    let spec = placed.object.node.view().get("spec");
    let Some(selector) = Selector::of_labels(spec.and_then(|spec| spec.get("selector"))) else {
        return;
    };
    if selector.is_open() {
        return;
    }
    let at = path(["spec", "selector"]);
    let pods: Vec<&Pod<'a>> = namespace.selected(&selector, scene.steps).collect();
    if pods.is_empty() {
        problems.extend(unmatched::problem(scene, namespace, placed, &selector, at));
        return;
    }
    let ports = spec.and_then(|spec| spec.get("ports"));
    let listed = Listed::of(&pods, scene.steps);
    let is_known = pods.iter().all(|pod| pod.lasts() && pod.lists_all_ports());
    // Who asks for the pods of such a Service by name asks each of them.
    let is_headless = spec
        .and_then(|spec| spec.get("clusterIP"))
        .is_some_and(|address| address.text() == "None");
    let mut strangers = None;
    for (index, entry) in ports.into_iter().flat_map(View::items).enumerate() {
        let target = match entry.get("targetPort") {
            Some(target) if !target.is_null() => (target, "targetPort"),
            _ => match entry.get("port") {
                Some(port) => (port, "port"),
                None => continue,
            },
        };
        let at = further(&path(["spec", "ports"]), [index.into(), target.1.into()]);
        match port(target.0) {
            Some(Port::Name(name)) if !listed.has_name(name) => {
                let message = format!("no selected pod has a port `{name}`");
                let mut problem = placed.problem(&UNKNOWN_PORT_NAME, at, message);
                problem.at_most = Some(Severity::Warning);
                problems.push(problem);
            }
            Some(Port::Number(number)) => {
                if is_known && !listed.has_number(number) {
                    let message = format!("no selected pod lists port {number}");
                    problems.push(placed.problem(&UNDECLARED_TARGET_PORT, at, message));
                } else if strangers.is_none() && !is_headless && scene.steps.take(pods.len()) {
                    strangers = stranger(scene, placed, &pods, number);
                }
            }
            _ => {}
        }
    }
    if let Some((stranger, number)) = strangers {
        let message = format!(
            "the Service also sends requests for port {number} to the pods of {}, which do not list it",
            stranger.name()
        );
        let problem = placed.problem(&OVERBROAD_SERVICE, at, message);
        let labels = spec.and_then(|spec| spec.get("selector"));
        problems.push(overwritten(problem, labels));
    }
}

/// Whether a Service is but another name of a host.
pub(super) fn is_external(service: Placed<'_>) -> bool {
    let kind = service.object.node.view().get_path(&["spec", "type"]);
    kind.is_some_and(|kind| kind.text() == "ExternalName")
}

/// A pod that is selected beside those that serve a port, and does not serve it.
fn stranger<'p, 'a, 'n>(
    scene: &Scene<'a>,
    placed: Placed<'a>,
    pods: &[&'p Pod<'a>],
    number: &'n str,
) -> Option<(&'p Pod<'a>, &'n str)> {
    let company = scene.company(placed);
    let own = || {
        let pods = pods.iter().copied();
        let beside = pods.filter(|pod| pod.placed.at.target == placed.at.target);
        beside.filter(|pod| scene.company(pod.placed) == company)
    };
    if !own().any(|pod| pod.lasts() && pod.has_number(number)) {
        return None;
    }
    let mut others = own().filter(|pod| !pod.has_number(number));
    let stranger = others.find(|pod| match pod.lasts() {
        true => pod.lists_all_ports(),
        false => pod.ends(),
    });
    stranger.map(|pod| (pod, number))
}
