//! Requests that lead to no Service, or to no port of it.

use manifest::View;

use super::backends::{self, Backend};
use super::ports::Port;
use super::services::is_external;
use super::traffic_rules::{UNKNOWN_BACKEND, UNKNOWN_BACKEND_PORT};
use super::{Namespace, Placed, Scene, is_open};
use crate::problem::Problem;
use crate::rule::Severity;

/// The port of an Ingress that the controller of AWS takes from an annotation.
const FROM_ANNOTATION: &str = "use-annotation";

/// How many ports of a Service are told.
const LISTED: usize = 4;

pub(super) fn look(
    scene: &Scene<'_>,
    namespace: &Namespace<'_>,
    placed: Placed<'_>,
    problems: &mut Vec<Problem>,
) {
    for backend in backends::of(placed) {
        if is_open(backend.name) || backend.name.is_empty() || is_action(placed, backend.name) {
            continue;
        }
        let name = backend.namespace.unwrap_or(namespace.name);
        let space = scene.namespaces.get(name);
        let services = space.map_or(&[][..], |space| space.named("Service", backend.name));
        let services = services.iter().copied();
        let services: Vec<Placed<'_>> = services.filter(|own| own.is("", "Service")).collect();
        match services.is_empty() {
            true => problems.extend(missing(scene, name, space, placed, backend)),
            false => problems.extend(without_port(scene, name, &services, placed, backend)),
        }
    }
}

/// What to say of a Service that is not there.
fn missing(
    scene: &Scene<'_>,
    name: &str,
    space: Option<&Namespace<'_>>,
    placed: Placed<'_>,
    backend: Backend<'_>,
) -> Option<Problem> {
    if !scene.is_whole || is_open(name) {
        return None;
    }
    let wanted = backend.name;
    let is_beside = |service: &&Placed<'_>| service.at.target == placed.at.target;
    let has_it = |other: &Namespace<'_>| {
        scene.steps.take(0);
        let mut services = other.named("Service", wanted).iter();
        services.any(|service| is_beside(&service))
    };
    let is_made = space.is_some_and(|space| space.may_be_made(wanted));
    if is_made || scene.may_be_beside(name, has_it) {
        return None;
    }
    if let Some(other) = scene.namespaces.values().find(|other| has_it(other)) {
        let message = format!(
            "Service `{wanted}` is in namespace `{}`, not in `{name}`",
            other.name
        );
        return Some(placed.problem(&UNKNOWN_BACKEND, backend.at, message));
    }
    let services = space.into_iter().flat_map(|space| &space.services);
    let beside = services.filter(|own| scene.steps.take(0) && is_beside(own));
    if let Some(near) = scene.meant(wanted, beside.clone().copied()) {
        let message = format!("there is no Service `{wanted}`");
        let problem = placed.problem(&UNKNOWN_BACKEND, backend.at, message);
        return Some(problem.help(format!("did you mean `{near}`?")));
    }
    beside.clone().next()?;
    if scene.is_open(name) {
        return None;
    }
    let message = format!("there is no Service `{wanted}` here");
    let mut problem = placed.problem(&UNKNOWN_BACKEND, backend.at, message);
    problem.at_most = Some(Severity::Info);
    Some(problem)
}

/// What to say of a port that none of the Services which are meant has.
fn without_port(
    scene: &Scene<'_>,
    name: &str,
    services: &[Placed<'_>],
    placed: Placed<'_>,
    backend: Backend<'_>,
) -> Option<Problem> {
    let (port, at) = backend.port?;
    let text = match port {
        Port::Name(FROM_ANNOTATION) => return None,
        Port::Name(text) | Port::Number(text) => text,
    };
    let beside = services
        .iter()
        .filter(|own| own.at.target == placed.at.target);
    let beside: Vec<&Placed<'_>> = beside.collect();
    let is_certain = !beside.is_empty();
    if !is_certain && name.is_empty() {
        // What goes to a namespace that is not known may go to another one.
        return None;
    }
    let is_other = |own: &&Placed<'_>| scene.are_alternatives(own.at.target, placed.at.target);
    let meant = match is_certain {
        true => beside,
        false => services.iter().filter(|own| !is_other(own)).collect(),
    };
    let first = meant.first().copied()?;
    let mut listed = Vec::new();
    let is_nginx = matches!(port, Port::Number(_)) && is_of_nginx(placed);
    let is_by_name = matches!(port, Port::Name(_));
    let mut is_target = false;
    for service in meant {
        let ports = service.object.node.view().get_path(&["spec", "ports"]);
        let ports: Vec<View<'_>> = ports.into_iter().flat_map(View::items).collect();
        if ports.is_empty() || is_external(*service) || !scene.steps.take(ports.len()) {
            return None;
        }
        for port in ports {
            let field = |key: &str| port.get(key).map_or("", View::text);
            let keys: &[&str] = match backend.takes_target_port {
                true => &["name", "port", "targetPort"],
                false => &["name", "port"],
            };
            if keys.iter().any(|key| field(key) == text) || is_open(field("port")) {
                return None;
            }
            is_target |= is_nginx && field("targetPort") == text;
            let shown = match field("name") {
                name if is_by_name && !name.is_empty() => format!("{name} ({})", field("port")),
                _ => field("port").to_owned(),
            };
            if listed.len() < LISTED && !listed.contains(&shown) {
                listed.push(shown);
            }
        }
    }
    let name = backend.name;
    let message = match is_target {
        true => format!(
            "`{text}` is a target port of Service `{name}`, not a port: that works only with ingress-nginx"
        ),
        false => format!("Service `{name}` has no port `{text}`"),
    };
    let mut problem = placed.problem(&UNKNOWN_BACKEND_PORT, at, message);
    problem.at_most = (!is_certain || is_target).then_some(Severity::Warning);
    let ports = match listed.len() {
        1 => "port",
        _ => "ports",
    };
    let problem = problem.help(format!("`{name}` has the {ports} {}", listed.join(", ")));
    let name = first.object.node.view().get_path(&["metadata", "name"]);
    Some(match name.and_then(View::origin) {
        Some(place) => problem.related("the Service", place.locate()),
        None => problem,
    })
}

/// Whether it is an Ingress for ingress-nginx, which takes the ports of pods as well.
fn is_of_nginx(placed: Placed<'_>) -> bool {
    let view = placed.object.node.view();
    let class = view.get_path(&["spec", "ingressClassName"]);
    let old = ["metadata", "annotations", "kubernetes.io/ingress.class"];
    let class = class.or_else(|| view.get_path(&old));
    &*placed.object.id.gvk.kind == "Ingress" && class.is_some_and(|own| own.text() == "nginx")
}

/// Whether a name is one that the controller answers itself, as that of AWS does.
fn is_action(placed: Placed<'_>, name: &str) -> bool {
    if !placed.is("networking.k8s.io", "Ingress") {
        return false;
    }
    let annotations = placed
        .object
        .node
        .view()
        .get_path(&["metadata", "annotations"]);
    let mut annotations = annotations.into_iter().flat_map(View::entries);
    annotations.any(|entry| {
        let action = entry.key.text().rsplit_once("/actions.");
        action.is_some_and(|(_, action)| action == name)
    })
}
