//! Pods that network policies keep from resolving names.

use std::collections::BTreeMap;

use manifest::View;

use super::network_policies::NAMESPACE_NAME;
use super::selector::Selector;
use super::traffic_rules::EGRESS_WITHOUT_DNS;
use super::{Namespace, Placed, Scene, path};
use crate::problem::{Problem, and_more};
use crate::rule::Severity;

/// Namespaces in which clusters have their name servers.
const SERVERS: [&str; 3] = ["kube-system", "openshift-dns", "kube-dns"];

/// The ports of name servers, and those that their pods listen on behind them.
const PORTS: [u32; 4] = [53, 1053, 5353, 8053];

/// What lets pods out besides Kubernetes' own policies, with their groups.
const OTHERS: [(&str, &str); 10] = [
    ("cilium.io", "CiliumClusterwideNetworkPolicy"),
    ("cilium.io", "CiliumNetworkPolicy"),
    ("crd.projectcalico.org", "GlobalNetworkPolicy"),
    ("crd.projectcalico.org", "NetworkPolicy"),
    ("policy.networking.k8s.io", "AdminNetworkPolicy"),
    ("policy.networking.k8s.io", "BaselineAdminNetworkPolicy"),
    ("policy.networking.k8s.io", "ClusterNetworkPolicy"),
    ("projectcalico.org", "GlobalNetworkPolicy"),
    ("projectcalico.org", "NetworkPolicy"),
    ("kyverno.io", "ClusterPolicy"),
];

/// What the policies of a namespace make of a pod.
#[derive(Clone, Copy, Default)]
struct Fate {
    /// The first of the policies that deny what goes out.
    denied_by: Option<usize>,
    /// Whether one lets something out.
    may_talk: bool,
    /// Whether one may let it ask a name server.
    may_resolve: bool,
}

pub(super) fn look(
    scene: &Scene<'_>,
    namespace: &Namespace<'_>,
    is_own: &impl Fn(&Placed<'_>) -> bool,
    problems: &mut Vec<Problem>,
) {
    // Within these, any peer may be a name server.
    let is_served = SERVERS.contains(&namespace.name);
    if !scene.is_whole || scene.has_other_policies || is_served {
        return;
    }
    let policies = namespace.objects.iter().copied();
    let policies: Vec<Placed<'_>> = policies
        .filter(|placed| placed.is("networking.k8s.io", "NetworkPolicy"))
        .filter(|placed| denies(placed.object.node.view()))
        .collect();
    let mut fates = vec![Fate::default(); namespace.pods.len()];
    for (number, policy) in policies.iter().enumerate() {
        let Some(spec) = policy.object.node.view().get("spec") else {
            continue;
        };
        let rules = || spec.get("egress").into_iter().flat_map(View::items);
        let (may_talk, may_resolve) = (rules().next().is_some(), rules().any(lets_resolve));
        let written = spec.get("podSelector");
        let selector = Selector::of(written);
        if selector.is_none() && !is_empty(written)
            || selector.as_ref().is_some_and(Selector::is_open)
        {
            return;
        }
        let mut mark = |at: usize| {
            // Where the namespace is not known, it may be another one.
            let is_sure = !namespace.name.is_empty()
                || namespace.pods[at].placed.at.target == policy.at.target;
            let fate = &mut fates[at];
            if is_sure && fate.denied_by.is_none() {
                fate.denied_by = Some(number);
            }
            fate.may_talk |= may_talk;
            fate.may_resolve |= may_resolve;
        };
        match &selector {
            None => (0..namespace.pods.len())
                .take_while(|_| scene.steps.take(0))
                .for_each(mark),
            Some(selector) => {
                namespace
                    .pod_labels
                    .selected(selector, scene.steps)
                    .for_each(&mut mark);
            }
        }
    }
    let mut mute: BTreeMap<usize, Vec<(usize, bool)>> = BTreeMap::new();
    for (at, fate) in fates.iter().enumerate() {
        let pod = &namespace.pods[at];
        let asks = pod.is_whole() && !pod.is_on_host() && is_own(&pod.placed);
        if let (Some(by), true, false) = (fate.denied_by, asks, fate.may_resolve) {
            mute.entry(by).or_default().push((at, fate.may_talk));
        }
    }
    for (by, pods) in mute {
        let may_talk = pods.iter().any(|(_, may_talk)| *may_talk);
        let written = policies[by].object.node.view();
        let is_deliberate = !may_talk && !is_empty(written.get_path(&["spec", "podSelector"]));
        if is_deliberate || !is_own(&policies[by]) {
            continue;
        }
        let named = pods.iter().find(|(_, own)| *own == may_talk);
        let Some((first, _)) = named else {
            continue;
        };
        let more = and_more(pods.len() - 1);
        let message = format!(
            "no policy lets the pods of {}{more} reach a name server",
            namespace.pods[*first].name()
        );
        let mut problem = policies[by].problem(&EGRESS_WITHOUT_DNS, path(["spec"]), message);
        // What a policy for a whole namespace keeps from talking at all needs no names, unless that
        // was forgotten, too.
        problem.at_most = (!may_talk).then_some(Severity::Info);
        problems.push(problem);
    }
}

/// Whether an object is a policy of another kind, which may let pods out.
pub(super) fn is_other_policy(placed: Placed<'_>) -> bool {
    OTHERS.iter().any(|(group, kind)| placed.is(group, kind))
}

/// Whether a policy denies what goes out of the pods that it selects, but for what it lets pass.
fn denies(policy: View<'_>) -> bool {
    let Some(spec) = policy.get("spec") else {
        return false;
    };
    let types = spec.get("policyTypes").into_iter().flat_map(View::items);
    let mut types = types.peekable();
    match types.peek() {
        Some(_) => types.any(|own| own.text() == "Egress"),
        None => !is_empty(spec.get("egress")),
    }
}

fn is_empty(view: Option<View<'_>>) -> bool {
    view.is_none_or(|view| {
        let is_map = view.is_map() && view.entries().all(|entry| is_empty(Some(entry.value)));
        view.is_null() || is_map || view.is_seq() && view.items().next().is_none()
    })
}

/// Whether a rule may let pods reach a name server.
fn lets_resolve(rule: View<'_>) -> bool {
    let ports = rule.get("ports").filter(|ports| !is_empty(Some(*ports)));
    let peers = rule.get("to").filter(|peers| !is_empty(Some(*peers)));
    ports.is_none_or(|ports| ports.items().any(is_port))
        && peers.is_none_or(|peers| peers.items().any(is_peer))
}

fn is_port(entry: View<'_>) -> bool {
    let Some(port) = entry.get("port").filter(|port| !port.is_null()) else {
        return true;
    };
    let Ok(first) = port.text().parse::<u32>() else {
        // A name is that of a port of the other side.
        return true;
    };
    let last = entry.get("endPort").and_then(|end| end.text().parse().ok());
    let range = first..=last.unwrap_or(first);
    PORTS.iter().any(|port| range.contains(port))
}

/// Whether a peer may be a name server. Addresses are taken to be, as those of Services are
/// looked at before or after they are replaced.
fn is_peer(peer: View<'_>) -> bool {
    if peer.get("ipBlock").is_some() {
        return true;
    }
    let Some(spaces) = peer.get("namespaceSelector") else {
        return false;
    };
    let names = Selector::of(Some(spaces));
    let names = names.as_ref().and_then(|own| own.values_of(NAMESPACE_NAME));
    names.is_none_or(|names| names.iter().any(|name| SERVERS.contains(name)))
}
