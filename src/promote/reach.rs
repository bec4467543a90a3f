//! What a new version listens on, or talks to, and the target's network policies do not let
//! through. Only policies of Kubernetes count, and only where it is certain that they select the
//! pod and let nothing of it through: the rest is for a cluster to tell.

use std::collections::BTreeSet;

use manifest::{Object, View};

use crate::checks::graph::template;
use crate::compare::Unit;

/// The name of the service that every pod asks for names.
const DNS: [&str; 2] = ["53", "5353"];

/// The pods of an object.
struct Pods<'a> {
    object: &'a Object,
    labels: View<'a>,
    spec: View<'a>,
}

/// A policy that selects pods, in one direction.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Direction {
    In,
    Out,
}

/// The ports and peers that the objects have and did not have, and that a policy of the
/// environment keeps from them.
pub(super) fn notes(before: &[Object], after: &Unit, environment: &[&Unit]) -> Vec<String> {
    let mut notes = Vec::new();
    for object in &after.objects {
        let Some(pods) = Pods::of(object) else {
            continue;
        };
        let was = before
            .iter()
            .find(|own| own.id == object.id)
            .and_then(Pods::of);
        let policies = environment.iter().flat_map(|unit| &unit.objects);
        let policies: Vec<View<'_>> = policies
            .filter(|own| *own.id.gvk.kind == *"NetworkPolicy")
            .filter(|own| *own.id.gvk.group == *"networking.k8s.io")
            .filter(|own| own.id.namespace == object.id.namespace)
            .map(|own| own.node.view())
            .collect();
        let known = was.as_ref().map(Pods::ports).unwrap_or_default();
        for port in pods.ports().difference(&known) {
            let lets = |rule: View<'_>| rule_has(rule, &port.0, port.1);
            if pods.is_closed(&policies, Direction::In, &lets) {
                notes.push(format!(
                    "no network policy lets anything reach port {} of {}, and one denies what none allows",
                    port.0, object.id
                ));
            }
        }
        let known = was.as_ref().map(Pods::peers).unwrap_or_default();
        for peer in pods.peers().difference(&known) {
            // Whether a rule is about this peer is not known; names alone are never it.
            let lets = |rule: View<'_>| !is_for_names(rule);
            if pods.is_closed(&policies, Direction::Out, &lets) {
                notes.push(format!(
                    "no network policy lets {} reach `{peer}`, and one denies what none allows",
                    object.id
                ));
            }
        }
    }
    notes
}

impl<'a> Pods<'a> {
    fn of(object: &'a Object) -> Option<Self> {
        let (template, _) = template(object)?;
        Some(Self {
            object,
            labels: template
                .get_path(&["metadata", "labels"])
                .unwrap_or(View::Gone),
            spec: template.get("spec")?,
        })
    }

    fn containers(&self) -> impl Iterator<Item = View<'a>> {
        let list = self.spec.get("containers");
        list.into_iter().flat_map(View::items)
    }

    /// The numbers of its ports, with their names.
    fn ports(&self) -> BTreeSet<(String, Option<&'a str>)> {
        let ports = self.containers().filter_map(|own| own.get("ports"));
        let ports = ports.flat_map(View::items);
        let told = ports.filter_map(|port| {
            let number = port.get("containerPort")?.text().to_owned();
            Some((number, port.get("name").map(View::text)))
        });
        told.collect()
    }

    /// The services of the cluster that its variables name.
    fn peers(&self) -> BTreeSet<&'a str> {
        let variables = self.containers().filter_map(|own| own.get("env"));
        let values = variables.flat_map(View::items);
        let values = values.filter_map(|variable| variable.get("value"));
        values.filter_map(|value| host(value.text())).collect()
    }

    /// Whether a policy selects the pods in a direction, and none that may select them has a rule
    /// that lets something through.
    fn is_closed(
        &self,
        policies: &[View<'_>],
        direction: Direction,
        lets: &dyn Fn(View<'_>) -> bool,
    ) -> bool {
        let mut is_isolated = false;
        for policy in policies {
            let selector = policy.get_path(&["spec", "podSelector"]);
            let Some(is_certain) = self.may_be_selected(selector) else {
                continue;
            };
            if !is_about(*policy, direction) {
                continue;
            }
            is_isolated |= is_certain;
            let field = match direction {
                Direction::In => "ingress",
                Direction::Out => "egress",
            };
            let rules = policy.get_path(&["spec", field]);
            if rules.into_iter().flat_map(View::items).any(lets) {
                return false;
            }
        }
        is_isolated && !self.is_open()
    }

    /// Whether a selector selects the pods: none if not, and whether that is certain.
    fn may_be_selected(&self, selector: Option<View<'_>>) -> Option<bool> {
        let labels = selector.and_then(|selector| selector.get("matchLabels"));
        let mut labels = labels.into_iter().flat_map(View::entries);
        let is_equal = labels.all(|entry| {
            let own = self.labels.get(entry.key.text());
            own.is_some_and(|own| own.text() == entry.value.text())
        });
        let expressions = selector.and_then(|selector| selector.get("matchExpressions"));
        let has_more = expressions.is_some_and(|list| list.items().next().is_some());
        is_equal.then_some(!has_more)
    }

    /// Whether the pods use their node's network, which policies do not reach.
    fn is_open(&self) -> bool {
        let flag = self.spec.get("hostNetwork");
        flag.is_some_and(|flag| flag.text() == "true") || self.object.id.namespace.is_empty()
    }
}

/// Whether a policy is about a direction; without a word it is about what comes in, and about
/// what goes out if it has rules for that.
fn is_about(policy: View<'_>, direction: Direction) -> bool {
    let types = policy.get_path(&["spec", "policyTypes"]);
    let mut types = types.into_iter().flat_map(View::items).peekable();
    let word = match direction {
        Direction::In => "Ingress",
        Direction::Out => "Egress",
    };
    match types.peek() {
        Some(_) => types.any(|own| own.text() == word),
        None => direction == Direction::In || policy.get_path(&["spec", "egress"]).is_some(),
    }
}

/// Whether a rule is for a port: one without ports is for all.
fn rule_has(rule: View<'_>, number: &str, name: Option<&str>) -> bool {
    let ports = rule.get("ports");
    let mut ports = ports.into_iter().flat_map(View::items).peekable();
    let within = |port: View<'_>| {
        let first = port.get("port")?.text();
        let last = port.get("endPort").map_or(first, View::text);
        let parse = |text: &str| text.parse::<u32>().ok();
        let (first, last, own) = (parse(first)?, parse(last)?, parse(number)?);
        Some((first..=last).contains(&own))
    };
    let is_named = |port: View<'_>| {
        let own = port.get("port").map(View::text);
        own.is_none() || own.is_some() && own == name
    };
    ports.peek().is_none() || ports.any(|port| within(port).unwrap_or(false) || is_named(port))
}

/// Whether a rule is for the asking of names alone.
fn is_for_names(rule: View<'_>) -> bool {
    let ports = rule.get("ports");
    let mut ports = ports.into_iter().flat_map(View::items).peekable();
    ports.peek().is_some()
        && ports.all(|port| {
            let number = port.get("port").map_or("", View::text);
            DNS.contains(&number) || number.starts_with("dns")
        })
}

/// The name of a service in the cluster that a value holds: `db.shop.svc` of
/// `postgres://db.shop.svc:5432/x`.
fn host(value: &str) -> Option<&str> {
    let behind = value.split_once("://").map_or(value, |(_, rest)| rest);
    let behind = behind.rsplit_once('@').map_or(behind, |(_, rest)| rest);
    let host = behind.split([':', '/', '?', ',']).next()?;
    let is_service = host.ends_with(".svc") || host.ends_with(".svc.cluster.local");
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.');
    (is_service && host.chars().all(is_plain)).then_some(host)
}
