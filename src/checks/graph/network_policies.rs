//! Network policies: the pods and namespaces that they select, and their ports.

use manifest::{FieldPath, View};

use super::pods::Pod;
use super::ports::{Listed, Port, port};
use super::rules::UNKNOWN_PORT_NAME;
use super::selector::{Selector, labels};
use super::traffic_rules::{
    NETWORK_POLICY_WITHOUT_PODS, SERVICE_PORT_IN_NETWORK_POLICY, UNMATCHED_PEER,
};
use super::{Namespace, Placed, Scene, further, path};
use crate::problem::Problem;
use crate::rule::Severity;

/// The label of a namespace that holds its name, as the API server sets it.
pub(super) const NAMESPACE_NAME: &str = "kubernetes.io/metadata.name";

/// The rules of a policy by direction, and what holds their peers.
pub(super) const DIRECTIONS: [(&str, &str); 2] = [("ingress", "from"), ("egress", "to")];

pub(super) fn look<'a>(
    scene: &Scene<'a>,
    namespace: &Namespace<'a>,
    placed: Placed<'a>,
    problems: &mut Vec<Problem>,
) {
    if !placed.is("networking.k8s.io", "NetworkPolicy") {
        return;
    }
    let Some(spec) = placed.object.node.view().get("spec") else {
        return;
    };
    let look = Look {
        scene,
        namespace,
        placed,
    };
    for (direction, peers) in DIRECTIONS {
        let rules = spec.get(direction).into_iter().flat_map(View::items);
        for (number, rule) in rules.enumerate() {
            let at = further(&path(["spec", direction]), [number.into(), peers.into()]);
            let peers = rule.get(peers).into_iter().flat_map(View::items);
            for (index, peer) in peers.enumerate() {
                problems.extend(look.peer(peer, &further(&at, [index.into()])));
            }
        }
    }
    let Some(selector) = Selector::of(spec.get("podSelector")) else {
        return;
    };
    if selector.is_open() {
        return;
    }
    let pods: Vec<&Pod<'_>> = namespace.selected(&selector, scene.steps).collect();
    if !pods.is_empty() {
        look.ports(spec, &pods, problems);
    } else if scene.is_whole
        && namespace
            .pod_labels
            .is_near(&selector, placed.at.target, scene.steps)
        && !namespace.may_make(&selector, scene.steps)
    {
        let message = format!("no pod has the labels `{}`", selector.told());
        let at = path(["spec", "podSelector"]);
        problems.push(placed.problem(&NETWORK_POLICY_WITHOUT_PODS, at, message));
    }
}

/// One policy where it is applied.
struct Look<'l, 'a> {
    scene: &'l Scene<'a>,
    namespace: &'l Namespace<'a>,
    placed: Placed<'a>,
}

impl Look<'_, '_> {
    /// What to say of a peer that nothing is.
    fn peer(&self, peer: View<'_>, at: &FieldPath) -> Option<Problem> {
        if !self.scene.is_whole {
            return None;
        }
        let steps = self.scene.steps;
        let pods = Selector::of(peer.get("podSelector")).filter(|own| !own.is_open());
        let spaces = match peer.get("namespaceSelector") {
            None => vec![self.namespace],
            Some(written) => {
                let selector = Selector::of(Some(written)).filter(|own| !own.is_open())?;
                if let Some(message) = self.unlabelled(&selector) {
                    let at = further(at, ["namespaceSelector".into()]);
                    return Some(self.placed.problem(&UNMATCHED_PEER, at, message));
                }
                let names = selector.values_of(NAMESPACE_NAME)?;
                let spaces = names.iter().map(|name| self.scene.namespaces.get(*name));
                spaces.collect::<Option<Vec<_>>>()?
            }
        };
        let pods = pods?;
        let is_selected = |space: &&Namespace<'_>| space.selected(&pods, steps).next().is_some();
        if spaces.iter().any(is_selected) {
            return None;
        }
        let misspelt = |space: &&Namespace<'_>| {
            space.pod_labels.misspelt(&pods, steps).is_some() && !space.may_make(&pods, steps)
        };
        spaces.iter().any(misspelt).then(|| {
            let message = format!("no pod has the labels `{}`", pods.told());
            let at = further(at, ["podSelector".into()]);
            self.placed.problem(&UNMATCHED_PEER, at, message)
        })
    }

    /// What to say of a selector by a label that has the name of a namespace which is declared
    /// without it.
    fn unlabelled(&self, selector: &Selector<'_>) -> Option<String> {
        let declared = &self.scene.declared;
        let selects = |name: &str, object: Placed<'_>| {
            let mut labels = labels(object.object.node.view().get_path(&["metadata", "labels"]));
            labels.retain(|(key, _)| *key != NAMESPACE_NAME);
            labels.push((NAMESPACE_NAME, name));
            self.scene.steps.take(labels.len()) && selector.selects(&labels)
        };
        let [(key, [value])] = selector.equal_labels()[..] else {
            return None;
        };
        let is_name = key == "name" || key == "namespace" || key.ends_with("/name");
        if key == NAMESPACE_NAME || !is_name || !declared.contains_key(*value) {
            return None;
        }
        let mut all = declared.iter();
        (!all.any(|(name, object)| selects(name, *object)))
            .then(|| format!("namespace `{value}` does not have the label `{key}={value}`"))
    }

    /// Ports for what comes in that no selected pod has.
    fn ports(&self, spec: View<'_>, pods: &[&Pod<'_>], problems: &mut Vec<Problem>) {
        let listed = Listed::of(pods, self.scene.steps);
        let is_known = pods.iter().all(|pod| pod.lasts() && pod.lists_all_ports());
        let rules = spec.get("ingress").into_iter().flat_map(View::items);
        for (number, rule) in rules.enumerate() {
            let ports = rule.get("ports").into_iter().flat_map(View::items);
            for (index, entry) in ports.enumerate() {
                let Some(written) = entry.get("port") else {
                    continue;
                };
                let at = further(
                    &path(["spec", "ingress"]),
                    [number.into(), "ports".into(), index.into(), "port".into()],
                );
                match port(written) {
                    Some(Port::Name(name)) if !listed.has_name(name) => {
                        let message = format!("no selected pod has a port `{name}`");
                        let mut problem = self.placed.problem(&UNKNOWN_PORT_NAME, at, message);
                        problem.at_most = Some(Severity::Warning);
                        problems.push(problem);
                    }
                    Some(Port::Number(number))
                        if is_known
                            && !listed.has_number(number)
                            && entry.get("endPort").is_none() =>
                    {
                        if let Some(message) = self.service_port(pods, rule, number) {
                            let rule = &SERVICE_PORT_IN_NETWORK_POLICY;
                            problems.push(self.placed.problem(rule, at, message));
                        }
                    }
                    _ => {}
                }
            }
        }
    }

    /// What to say of a port that is that of a Service of the pods, which listen at another that
    /// the rule of the policy does not have.
    fn service_port(&self, pods: &[&Pod<'_>], rule: View<'_>, number: &str) -> Option<String> {
        self.namespace.services.iter().find_map(|service| {
            let spec = service.object.node.view().get("spec")?;
            let ports = spec.get("ports").into_iter().flat_map(View::items);
            let mut ports = ports.take_while(|_| self.scene.steps.take(0));
            let entry =
                ports.find(|entry| entry.get("port").is_some_and(|p| p.text() == number))?;
            let target = entry.get("targetPort")?.text();
            let selector = Selector::of_labels(spec.get("selector"))?;
            let mut selected = self.namespace.selected(&selector, self.scene.steps);
            let pod = selected.find(|pod| pod.has_port(target) || pod.has_number(target))?;
            let is_one = |own: &&Pod<'_>| own.placed.at == pod.placed.at;
            let is_selected = self.scene.steps.take(pods.len()) && pods.iter().any(is_one);
            let mut let_in = rule.get("ports").into_iter().flat_map(View::items);
            let is_let_in = let_in.any(|entry| {
                let port = entry.get("port").map_or("", View::text);
                self.scene.steps.take(0) && (port == target || pod.listens(target, port))
            });
            (is_selected && !is_let_in).then(|| {
                format!(
                    "port {number} is the port of Service `{}`, but its pods listen on `{target}`",
                    service.object.id.name
                )
            })
        })
    }
}
