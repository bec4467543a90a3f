//! Which nodes and neighbours pods like.

use super::super::at::At;
use super::super::seen::Seen;
use super::super::{selector, text};
use crate::check::Check;

pub(super) fn check(check: &mut Check, affinity: &At<'_, '_>) {
    for (kind, part) in affinity.fields() {
        for (when, field) in part.fields() {
            if !field.is_set() {
                continue;
            }
            match (kind, when) {
                ("nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution") => {
                    selector::nodes(check, &field);
                }
                ("nodeAffinity", "preferredDuringSchedulingIgnoredDuringExecution") => {
                    for preferred in field.items() {
                        weight(check, &preferred);
                        selector::node_term(check, &preferred.get("preference"), false);
                    }
                }
                (
                    "podAffinity" | "podAntiAffinity",
                    "requiredDuringSchedulingIgnoredDuringExecution",
                ) => {
                    for required in field.items() {
                        term(check, &required);
                    }
                }
                (
                    "podAffinity" | "podAntiAffinity",
                    "preferredDuringSchedulingIgnoredDuringExecution",
                ) => {
                    for preferred in field.items() {
                        weight(check, &preferred);
                        term(check, &preferred.get("podAffinityTerm"));
                    }
                }
                _ => {}
            }
        }
    }
}

fn weight(check: &mut Check, preferred: &At<'_, '_>) {
    let weight = preferred.get("weight");
    if weight.is_set() {
        check.range(&weight, 1, 100);
    } else {
        check.required(&weight, None);
    }
}

fn term(check: &mut Check, term: &At<'_, '_>) {
    selector::labels(check, &term.get("labelSelector"));
    selector::labels(check, &term.get("namespaceSelector"));
    for namespace in term.get("namespaces").items() {
        check.text_rule(&namespace, text::label);
    }
    check.required_text(&term.get("topologyKey"), text::label_key);
    let selector = term.get("labelSelector");
    let matching = term.get("matchLabelKeys");
    let mismatching = term.get("mismatchLabelKeys");
    keys(check, &matching, &selector);
    keys(check, &mismatching, &selector);
    let mut others = Seen::new();
    for key in mismatching.items() {
        others.insert(key.text());
    }
    for key in matching.items() {
        if others.contains(key.text()) {
            check.invalid(&key, "must not be in `mismatchLabelKeys`, too");
        }
    }
}

/// Keys of labels of the pod itself that are added to a selector.
pub(super) fn keys(check: &mut Check, keys: &At<'_, '_>, selector: &At<'_, '_>) {
    if keys.is_empty() {
        return;
    }
    if !selector.is_set() {
        check.forbidden(keys, "may only be set together with `labelSelector`");
        return;
    }
    for key in keys.items() {
        check.required_label_key(&key);
    }
}

impl Check {
    fn required_label_key(&mut self, key: &At<'_, '_>) {
        if let Some(reason) = text::label_key(key.text()) {
            self.invalid(key, reason);
        }
    }
}
