//! How pods spread over nodes.

use super::super::at::At;
use super::super::seen::Seen;
use super::super::selector;
use super::affinity;
use crate::check::Check;

pub(super) fn list(check: &mut Check, constraints: &At<'_, '_>) {
    let mut seen = Seen::new();
    for constraint in constraints.items() {
        let skew = constraint.get("maxSkew");
        if skew.is_set() {
            check.range(&skew, 1, i64::MAX);
        } else {
            check.required(&skew, None);
        }
        let topology = constraint.get("topologyKey");
        let when = constraint.get("whenUnsatisfiable");
        check.not_empty(&topology);
        check.not_empty(&when);
        let is_whole = !topology.is_empty() && !when.is_empty();
        if is_whole && !seen.insert((topology.text(), when.text())) {
            let message = format!(
                "duplicate constraint on `{}` with `{}`",
                topology.text(),
                when.text()
            );
            check.duplicate(&constraint, message);
        }
        let domains = constraint.get("minDomains");
        if domains.is_set() {
            check.range(&domains, 1, i64::MAX);
            if when.text() != "DoNotSchedule" && !when.is_open() {
                check.forbidden(&domains, "may only be set together with `DoNotSchedule`");
            }
        }
        let selector = constraint.get("labelSelector");
        selector::labels(check, &selector);
        affinity::keys(check, &constraint.get("matchLabelKeys"), &selector);
    }
}
