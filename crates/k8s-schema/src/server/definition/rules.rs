//! `x-kubernetes-validations`.

use std::fmt::Display;

use k8s_cel::{CompileError, Environment, Program, Type};

use super::super::at::At;
use super::schema::{Around, Level, children};
use crate::check::Check;
use crate::crd::{Exposed, FieldSteps, escape, rule_environment};
use crate::violation::ViolationKind::InvalidValue;
use crate::{expect, scalar};

const REASONS: [&str; 4] = [
    "FieldValueDuplicate",
    "FieldValueForbidden",
    "FieldValueInvalid",
    "FieldValueRequired",
];

/// Where the old value stands among the variables.
const OLD_SELF: usize = 1;

/// Holds rules against everything that shows without reading them as expressions.
pub(super) fn texts(check: &mut Check, schema: &At<'_, '_>) {
    for rule in schema.get("x-kubernetes-validations").items() {
        let text = rule.get("rule");
        let message = rule.get("message");
        let has_lines = |at: &At<'_, '_>| at.text().trim().contains(['\n', '\r']);
        if text.text().trim().is_empty() {
            check.required(&text, None);
        } else if is_blank(&message) {
            check.invalid(&message, "must not consist only of white space");
        } else if has_lines(&message) {
            check.invalid(&message, "must not contain line breaks");
        } else if has_lines(&text) && message.is_empty() {
            check.required(&message, Some("a rule of several lines needs one"));
        }
        for field in ["messageExpression", "fieldPath"] {
            let field = rule.get(field);
            if is_blank(&field) {
                check.invalid(&field, "must not consist only of white space");
            }
        }
        let reason = rule.get("reason");
        if reason.is_set() && !REASONS.contains(&reason.text()) {
            check.unsupported(&reason, &REASONS);
        }
        let path = rule.get("fieldPath");
        if !path.is_empty()
            && let Err(why) = FieldSteps::parse(path.text(), schema.view, true)
        {
            check.invalid(&path, why);
        }
    }
}

fn is_blank(at: &At<'_, '_>) -> bool {
    !at.is_empty() && at.text().trim().is_empty()
}

/// Reads all rules as expressions.
pub(super) fn all(check: &mut Check, schema: &At<'_, '_>, around: Around, name: &str) {
    if !schema.view.is_map() || !check.enter(&schema.place) {
        return;
    }
    let rules = schema.get("x-kubernetes-validations");
    if !rules.is_empty() {
        match Exposed::of(schema.view, around.level == Level::Root, name) {
            Some(own) => {
                for rule in rules.items() {
                    compile(check, &rule, &own, around.has_no_old);
                }
            }
            None => check.invalid(&rules, "must not be used where the type is not known"),
        }
    }
    children(schema, around, &mut |inner, around| {
        let step = inner.place.last_key().and_then(escape);
        let name = format!("{name}.{}", step.as_deref().unwrap_or("@"));
        all(check, inner, around, &name);
    });
}

fn compile(check: &mut Check, rule: &At<'_, '_>, own: &Type, has_no_old: bool) {
    let takes_no_old = rule.get("optionalOldSelf");
    let environment = rule_environment(own, takes_no_old.is_true());
    let environment = of_version(check, environment);
    let text = rule.get("rule");
    let message = rule.get("messageExpression");
    if [&text, &message]
        .iter()
        .any(|at| scalar::is_placeholder(at.text()))
    {
        check.unchecked.cel_rules += 1;
        return;
    }
    match Program::compile(text.text(), &environment) {
        Err(errors) => told(check, &text, &errors),
        Ok(program) if !matches!(program.ty(), Type::Bool) => {
            let ty = program.ty();
            refuse(check, &text, format_args!("must give a boolean, not {ty}"));
        }
        Ok(program) if program.uses(OLD_SELF) && has_no_old => refuse(
            check,
            &text,
            "may not speak of `oldSelf` here: a value in this list cannot be found again",
        ),
        Ok(program) if !program.uses(OLD_SELF) && takes_no_old.is_set() => check.forbidden(
            &takes_no_old,
            "must not be set for a rule that does not speak of `oldSelf`",
        ),
        Ok(_) => {}
    }
    if message.is_empty() {
        return;
    }
    match Program::compile(message.text(), &environment) {
        Err(errors) => told(check, &message, &errors),
        Ok(program) if !matches!(program.ty(), Type::String) => {
            let ty = program.ty();
            refuse(check, &message, format_args!("must give a text, not {ty}"));
        }
        Ok(_) => {}
    }
}

/// A cluster takes new expressions only if the version before its own knows them, too.
pub(in crate::server) fn of_version(check: &Check, environment: Environment) -> Environment {
    let minor = check.version.minor().saturating_sub(1);
    environment.of_minor(u8::try_from(minor).unwrap_or(u8::MAX))
}

/// Tells what is wrong with an expression, or counts it where that cannot be told.
pub(in crate::server) fn told(check: &mut Check, text: &At<'_, '_>, errors: &[CompileError]) {
    match errors.first() {
        Some(error) if !error.is_limit => {
            refuse(
                check,
                text,
                format_args!("does not compile: {}", error.message),
            );
        }
        _ => check.unchecked.cel_rules += 1,
    }
}

/// Reports an expression. What looks like a template elsewhere is none here: brackets stand side
/// by side, and patterns end with dollar signs.
pub(in crate::server) fn refuse(check: &mut Check, text: &At<'_, '_>, reason: impl Display) {
    if !check.is_full() {
        let subject = expect::subject(check, text.view, &text.place);
        let message = format!("{subject} {reason}");
        check.report(InvalidValue, &text.place, message, None);
    }
}
