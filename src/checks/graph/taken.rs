//! Ports of nodes that two objects want.

use manifest::View;
use rustc_hash::FxHashMap;

use super::pods::Pod;
use super::selector::labels;
use super::traffic_rules::{HOST_PORT_TAKEN, NODE_PORT_TAKEN};
use super::{Placed, Scene, further, is_open, path};
use crate::problem::Problem;
use crate::rule::Severity;

pub(super) fn look(
    scene: &Scene<'_>,
    is_own: &impl Fn(&Placed<'_>) -> bool,
    problems: &mut Vec<Problem>,
) {
    node_ports(scene, is_own, problems);
    host_ports(scene, is_own, problems);
}

fn protocol(port: View<'_>) -> &str {
    let written = port.get("protocol").map_or("", View::text);
    if written.is_empty() { "TCP" } else { written }
}

/// The number of a port, where one is asked for.
fn number<'a>(port: View<'a>, key: &str) -> Option<&'a str> {
    let number = port.get(key).filter(|own| !own.is_null())?.text();
    (!number.is_empty() && number != "0").then_some(number)
}

fn node_ports(
    scene: &Scene<'_>,
    is_own: &impl Fn(&Placed<'_>) -> bool,
    problems: &mut Vec<Problem>,
) {
    let mut taken: FxHashMap<_, Placed<'_>> = FxHashMap::default();
    let services = scene.namespaces.values().flat_map(|space| &space.services);
    for service in services.filter(|service| is_own(service)) {
        let ports = service.object.node.view().get_path(&["spec", "ports"]);
        for (index, port) in ports.into_iter().flat_map(View::items).enumerate() {
            let Some(number) = number(port, "nodePort").filter(|own| !is_open(own)) else {
                continue;
            };
            let key = (scene.company(*service), protocol(port), number);
            let first = *taken.entry(key).or_insert(*service);
            if first.object.id == service.object.id {
                continue;
            }
            let message = format!(
                "Service `{}` also uses node port {number}",
                first.object.id.name
            );
            let at = further(&path(["spec", "ports"]), [index.into(), "nodePort".into()]);
            let mut problem = service.problem(&NODE_PORT_TAKEN, at, message);
            let is_sure = first.at.target == service.at.target
                || scene.rendered[service.at.target].spec.cluster.is_some();
            problem.at_most = (!is_sure).then_some(Severity::Warning);
            problems.push(problem);
        }
    }
}

fn host_ports(
    scene: &Scene<'_>,
    is_own: &impl Fn(&Placed<'_>) -> bool,
    problems: &mut Vec<Problem>,
) {
    let mut taken: FxHashMap<_, Placed<'_>> = FxHashMap::default();
    let pods = scene.namespaces.values().flat_map(|space| &space.pods);
    let pods = pods.filter(|pod| pod.placed.is("apps", "DaemonSet") && is_own(&pod.placed));
    for pod in pods.filter(|pod| !chooses_nodes(pod)) {
        let mut nodes = labels(pod.spec.get("nodeSelector"));
        nodes.sort_unstable();
        for container in pod.containers() {
            let ports = container
                .view
                .get("ports")
                .into_iter()
                .flat_map(View::items);
            for (index, port) in ports.enumerate() {
                let keys = match pod.is_on_host() {
                    true => &["hostPort", "containerPort"][..],
                    false => &["hostPort"],
                };
                let Some((key_of, number)) =
                    keys.iter().find_map(|key| Some((*key, number(port, key)?)))
                else {
                    continue;
                };
                let key = (
                    scene.company(pod.placed),
                    nodes.clone(),
                    port.get("hostIP").map_or("", View::text),
                    protocol(port),
                    number,
                );
                let first = *taken.entry(key).or_insert(pod.placed);
                if first.object.id != pod.placed.object.id {
                    let message = format!(
                        "{} also uses port {number} on the same nodes",
                        first.object.id
                    );
                    let at = further(
                        &container.path,
                        ["ports".into(), index.into(), key_of.into()],
                    );
                    problems.push(pod.placed.problem(&HOST_PORT_TAKEN, at, message));
                }
            }
        }
    }
}

/// Whether a pod says by more than labels on which nodes it runs.
fn chooses_nodes(pod: &Pod<'_>) -> bool {
    pod.spec.get_path(&["affinity", "nodeAffinity"]).is_some()
}
