//! Ports that probes name.

use manifest::View;

use super::is_open;
use super::pods::{Pod, has_port};
use super::rules::UNKNOWN_PORT_NAME;
use crate::problem::Problem;

const PROBES: [&str; 3] = ["livenessProbe", "readinessProbe", "startupProbe"];

pub(super) fn look(pod: &Pod<'_>, problems: &mut Vec<Problem>) {
    for container in pod.containers() {
        for probe in PROBES {
            for action in ["httpGet", "tcpSocket"] {
                let Some(port) = container.view.get_path(&[probe, action, "port"]) else {
                    continue;
                };
                let Some(name) = View::as_str(port) else {
                    continue;
                };
                let is_number = name.bytes().all(|b| b.is_ascii_digit());
                if is_open(name) || is_number || has_port(container.view, name) {
                    continue;
                }
                let message = format!("the container has no port `{name}`");
                let mut path = container.path.clone();
                for key in [probe, action, "port"] {
                    path.push_key(key);
                }
                problems.push(pod.placed.problem(&UNKNOWN_PORT_NAME, path, message));
            }
        }
    }
}
