//! Ports that probes and hooks of containers name.

use std::collections::BTreeSet;

use manifest::View;
use rustc_hash::FxHashSet;

use super::is_open;
use super::pods::{Pod, has_port};
use super::rules::UNKNOWN_PORT_NAME;
use super::selector::Steps;
use crate::problem::Problem;
use crate::rule::Severity;

/// What asks a container, and whether the container cannot live without an answer.
const ASKING: [(&[&str], bool); 5] = [
    (&["livenessProbe"], true),
    (&["readinessProbe"], true),
    (&["startupProbe"], true),
    (&["lifecycle", "postStart"], true),
    (&["lifecycle", "preStop"], false),
];

/// How long the name of a port may be.
const LONGEST: usize = 15;

/// A port as it is written where it may be either.
pub(super) enum Port<'a> {
    /// The name of one.
    Name(&'a str),
    /// Its number.
    Number(&'a str),
}

/// The ports that the containers of some pods list.
pub(super) struct Listed<'a> {
    names: BTreeSet<&'a str>,
    numbers: FxHashSet<&'a str>,
}

impl<'a> Listed<'a> {
    /// Those of the pods. They end early where the steps do.
    pub(super) fn of(pods: &[&Pod<'a>], steps: &Steps) -> Self {
        let ports = pods.iter().flat_map(|pod| pod.ports());
        Self::of_ports(ports.take_while(|_| steps.take(0)))
    }

    /// Those among some ports.
    pub(super) fn of_ports(ports: impl Iterator<Item = View<'a>>) -> Self {
        let (mut names, mut numbers) = (BTreeSet::new(), FxHashSet::default());
        for port in ports {
            names.extend(port.get("name").map(View::text));
            numbers.extend(port.get("containerPort").map(View::text));
        }
        Self { names, numbers }
    }

    /// Whether one has this name.
    pub(super) fn has_name(&self, name: &str) -> bool {
        self.names.contains(name)
    }

    /// Their names.
    pub(super) fn names(&self) -> &BTreeSet<&'a str> {
        &self.names
    }

    /// Whether one has this number.
    pub(super) fn has_number(&self, number: &str) -> bool {
        self.numbers.contains(number)
    }
}

/// The port that a value is; none if that is not known yet.
pub(super) fn port(view: View<'_>) -> Option<Port<'_>> {
    let text = view.text();
    if text.is_empty() || is_open(text) {
        return None;
    }
    Some(match text.bytes().all(|b| b.is_ascii_digit()) {
        true => Port::Number(text),
        false => Port::Name(text),
    })
}

pub(super) fn look(pod: &Pod<'_>, problems: &mut Vec<Problem>) {
    for container in pod.containers() {
        for (keys, is_vital) in ASKING {
            let Some(asking) = container.view.get_path(keys) else {
                continue;
            };
            for action in ["httpGet", "tcpSocket"] {
                let asked = asking.get_path(&[action, "port"]);
                let Some(Port::Name(name)) = asked.and_then(port) else {
                    continue;
                };
                if has_port(container.view, name) || !is_name(name) {
                    continue;
                }
                let message = format!("the container has no port `{name}`");
                let keys = keys.iter().copied().chain([action, "port"]);
                let mut path = container.path.clone();
                for key in keys {
                    path.push_key(key);
                }
                let mut problem = pod.placed.problem(&UNKNOWN_PORT_NAME, path, message);
                let is_sure = is_vital && pod.is_whole();
                problem.at_most = (!is_sure).then_some(Severity::Warning);
                problems.push(problem);
            }
        }
    }
}

/// Whether a port may be called so; what else stands there is filled in later, or rejected.
fn is_name(text: &str) -> bool {
    let is_letter = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    text.len() <= LONGEST && text.bytes().all(is_letter)
}
