//! Which taints a pod bears.

use super::super::at::At;
use super::super::text;
use crate::check::Check;

pub(in crate::server) fn list(check: &mut Check, tolerations: &At<'_, '_>) {
    for toleration in tolerations.items() {
        one(check, &toleration);
    }
}

fn one(check: &mut Check, toleration: &At<'_, '_>) {
    let key = toleration.get("key");
    let operator = toleration.get("operator");
    let effect = toleration.get("effect");
    let value = toleration.get("value");
    check.text_rule(&key, text::label_key);
    if key.is_empty() && operator.text() != "Exists" && !operator.is_open() {
        if operator.is_empty() {
            let help = "without a key, which means all taints, the operator is `Exists`";
            check.required(&operator, Some(help));
        } else {
            check.invalid(
                &operator,
                "must be `Exists` without a key, which means all taints",
            );
        }
    }
    let seconds = toleration.get("tolerationSeconds");
    if seconds.is_set() && effect.text() != "NoExecute" && !effect.is_open() {
        if effect.is_empty() {
            check.required(&effect, Some("seconds need the effect `NoExecute`"));
        } else {
            check.invalid(
                &effect,
                "must be `NoExecute` together with `tolerationSeconds`",
            );
        }
    }
    match operator.text() {
        "" | "Equal" => check.text_rule(&value, text::label_value),
        "Exists" => {
            if !value.is_empty() {
                check.forbidden(&value, "must not be set with the operator `Exists`");
            }
        }
        _ => check.unsupported(&operator, &["Exists", "Equal"]),
    }
}
