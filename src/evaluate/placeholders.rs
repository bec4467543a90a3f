//! Values that another program fills in before an object is applied, as far as what stands around
//! them tells.

use manifest::View;

use crate::checks::schema::{INVALID_VALUE, WRONG_TYPE};
use crate::problem::{At, Problem};
use crate::rule::RuleId;

/// What the annotations of Argo CD Vault Plugin begin with.
const VAULT_PLUGIN: &str = "avp.kubernetes.io/";

/// Whether a problem with an object is that a value of it is still to be filled in. A chart has
/// nothing left to fill in: what it prints is what the API server gets.
pub(super) fn is_of_one(problem: &Problem, object: View<'_>, is_chart: bool) -> bool {
    let is_of_value = [&INVALID_VALUE, &WRONG_TYPE].map(RuleId::from);
    if !is_of_value.contains(&problem.rule) {
        return false;
    }
    let At::Field(field) = &problem.at else {
        return false;
    };
    let Some(value) = object.at(&field.path).map(View::text) else {
        return false;
    };
    (!is_chart && is_template(value)) || (is_name_in_brackets(value) && is_for_vault(object))
}

/// `{{ .Values.cpu }}`, of whatever fills in manifests that are read as they are.
fn is_template(value: &str) -> bool {
    let rest = value.split_once("{{");
    rest.is_some_and(|(_, rest)| rest.contains("}}"))
}

/// `<CERTIFICATE>`
fn is_name_in_brackets(value: &str) -> bool {
    let name = value.trim().strip_prefix('<');
    name.is_some_and(|name| name.ends_with('>') && !name.contains(char::is_whitespace))
}

fn is_for_vault(object: View<'_>) -> bool {
    let annotations = object.get_path(&["metadata", "annotations"]);
    let mut all = annotations.into_iter().flat_map(View::entries);
    all.any(|entry| entry.key.text().starts_with(VAULT_PLUGIN))
}
