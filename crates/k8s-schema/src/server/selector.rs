//! Selectors of labels and of nodes.

use super::at::{At, Index};
use super::{meta, text};
use crate::check::Check;

/// Since this minor version nodes can only be selected by values that labels can have.
const NODE_VALUES_SINCE: u16 = 34;

/// A selector of labels: `matchLabels` and `matchExpressions`.
pub(super) fn labels(check: &mut Check, selector: &At<'_, '_>) {
    for (key, part) in selector.fields() {
        match key {
            "matchLabels" => meta::labels(check, &part),
            "matchExpressions" => {
                for requirement in part.items() {
                    label_requirement(check, &requirement);
                }
            }
            _ => {}
        }
    }
}

fn label_requirement(check: &mut Check, requirement: &At<'_, '_>) {
    let operator = requirement.get("operator");
    let values = requirement.get("values");
    operands(check, &operator, &values);
    key(check, requirement);
    for value in values.items() {
        check.text_rule(&value, text::label_value);
    }
}

fn key(check: &mut Check, requirement: &At<'_, '_>) {
    let key = requirement.get("key");
    if key.is_empty() {
        check.required(&key, None);
    }
    check.text_rule(&key, text::label_key);
}

/// Whether an operator has the values that it takes.
fn operands(check: &mut Check, operator: &At<'_, '_>, values: &At<'_, '_>) {
    match operator.text() {
        "In" | "NotIn" => {
            if values.is_empty() {
                check.required(
                    values,
                    Some("`In` and `NotIn` compare with at least one value"),
                );
            }
        }
        "Exists" | "DoesNotExist" => {
            if !values.is_empty() {
                check.forbidden(values, "must not be set with `Exists` and `DoesNotExist`");
            }
        }
        "" => check.required(operator, None),
        _ => check.unsupported(operator, &["In", "NotIn", "Exists", "DoesNotExist"]),
    }
}

/// Whether a selector selects nothing in particular.
pub(super) fn is_blank(selector: &At<'_, '_>) -> bool {
    selector.get("matchLabels").is_empty() && selector.get("matchExpressions").is_empty()
}

/// What a selector of labels asks for and labels do not have, in words; `None` if they match, or
/// if that cannot be told.
pub(super) fn mismatch(selector: &At<'_, '_>, labels: &At<'_, '_>) -> Option<String> {
    let labels = index(labels)?;
    let equal = selector.get("matchLabels");
    mismatch_in(&equal, &labels).or_else(|| {
        let expressions = selector.get("matchExpressions");
        let mut expressions = expressions.items();
        expressions.find_map(|requirement| unmet(&requirement, &labels))
    })
}

/// The same for a mapping that labels have to contain.
pub(super) fn mismatch_map(map: &At<'_, '_>, labels: &At<'_, '_>) -> Option<String> {
    mismatch_in(map, &index(labels)?)
}

fn mismatch_in(map: &At<'_, '_>, labels: &Index<'_, '_, '_>) -> Option<String> {
    let mut asked = map.fields();
    asked.find_map(|(key, value)| {
        let own = labels.get(key);
        let is_met = own.is_there() && own.text() == value.text();
        let is_scalar = value.view.kind() == manifest::Kind::Scalar;
        let is_open = text::is_open(key) || value.is_open() || !is_scalar;
        (!is_met && !is_open).then(|| format!("`{key}: {}`", value.text()))
    })
}

fn unmet(requirement: &At<'_, '_>, labels: &Index<'_, '_, '_>) -> Option<String> {
    let key = requirement.get("key");
    let values = requirement.get("values");
    let own = labels.get(key.text());
    let has_own = own.is_there();
    let is_among = || {
        let mut values = values.items();
        has_own && values.any(|value| value.text() == own.text() || value.is_open())
    };
    let is_met = match requirement.get("operator").text() {
        _ if key.is_open() => true,
        "In" => is_among(),
        "NotIn" => !is_among(),
        "Exists" => has_own,
        "DoesNotExist" => !has_own,
        _ => true,
    };
    (!is_met).then(|| format!("the requirement on `{}`", key.text()))
}

/// Labels by key; `None` if something is filled in later.
fn index<'a, 'v, 'p>(labels: &'a At<'v, 'p>) -> Option<Index<'a, 'v, 'p>> {
    let is_open = |(key, value): (&str, At<'_, '_>)| text::is_open(key) || value.is_open();
    let is_known = !labels.is_set() || labels.view.is_map() && !labels.fields().any(is_open);
    is_known.then(|| Index::of(labels))
}

/// A selector of nodes: `nodeSelectorTerms`.
pub(super) fn nodes(check: &mut Check, selector: &At<'_, '_>) {
    let terms = selector.get("nodeSelectorTerms");
    check.not_empty(&terms);
    for term in terms.items() {
        node_term(check, &term, true);
    }
}

/// One term of a selector of nodes. Preferences may ask for values that no label can have.
pub(super) fn node_term(check: &mut Check, term: &At<'_, '_>, checks_values: bool) {
    for requirement in term.get("matchExpressions").items() {
        let operator = requirement.get("operator");
        let values = requirement.get("values");
        match operator.text() {
            "Gt" | "Lt" => {
                if values.count() != 1 {
                    check.invalid(&values, "must be one value with `Gt` and `Lt`");
                }
            }
            _ => operands(check, &operator, &values),
        }
        key(check, &requirement);
        if checks_values && check.version.minor() >= NODE_VALUES_SINCE {
            for value in values.items() {
                check.text_rule(&value, text::label_value);
            }
        }
    }
    for requirement in term.get("matchFields").items() {
        node_field(check, &requirement);
    }
}

fn node_field(check: &mut Check, requirement: &At<'_, '_>) {
    let operator = requirement.get("operator");
    let values = requirement.get("values");
    match operator.text() {
        "In" | "NotIn" => {
            if values.count() != 1 {
                check.invalid(
                    &values,
                    "must be one value where fields of nodes are selected",
                );
            }
        }
        _ => check.unsupported(&operator, &["In", "NotIn"]),
    }
    let key = requirement.get("key");
    if key.text() == "metadata.name" {
        for value in values.items() {
            check.text_rule(&value, text::subdomain);
        }
    } else {
        check.unsupported(&key, &["metadata.name"]);
    }
}
