//! `allOf`, `anyOf`, `oneOf`, `not`: further schemas for the same value. They say nothing about
//! unknown fields.

use manifest::View;

use super::rules::Rules;
use super::schema::{Lazy, Schema};
use super::walk::{Mode, Walk};
use crate::check::{Check, Place};
use crate::scalar;
use crate::violation::ViolationKind::{InvalidValue, MissingField};

/// Holds a value against further schemas. `main` is the one that fills in defaults.
pub(super) fn hold(
    check: &mut Check,
    walk: &Walk<'_>,
    rules: &Rules,
    main: &Schema,
    view: View<'_>,
    place: &Place<'_>,
) {
    let mode = Mode {
        values: true,
        unknown: false,
        is_kept: false,
        main: Some(main),
    };
    for schema in &rules.all_of {
        walk.value(check, schema.get(), view, place, mode);
    }
    let mut fits = |schema: &Lazy| {
        check.finds_nothing(|check| walk.value(check, schema.get(), view, place, mode))
    };
    let any_of = rules.any_of.is_empty() || rules.any_of.iter().any(&mut fits);
    let one_of = match rules.one_of.as_slice() {
        [] => 1,
        schemas => schemas.iter().filter(|schema| fits(schema)).count(),
    };
    let not = rules.not.as_ref().is_some_and(&mut fits);
    if !any_of {
        report_none(check, &rules.any_of, "at least one", place);
    }
    match one_of {
        0 => report_none(check, &rules.one_of, "exactly one", place),
        1 => {}
        _ => report_several(check, &rules.one_of, one_of, place),
    }
    if not && !check.is_full() {
        let message = format!("{} has a form that its schema forbids", place.name());
        check.report(InvalidValue, place, message, None);
    }
}

fn report_none(check: &mut Check, schemas: &[Lazy], how_many: &str, place: &Place<'_>) {
    if check.is_full() {
        return;
    }
    match choices(schemas) {
        Some(choices) => {
            let message = format!("{} needs {how_many} of {choices}", place.name());
            check.report_key(MissingField, place, message, None);
        }
        None => {
            let count = schemas.len();
            let message = format!(
                "{} matches none of the {count} forms that its schema allows",
                place.name()
            );
            check.report(InvalidValue, place, message, None);
        }
    }
}

fn report_several(check: &mut Check, schemas: &[Lazy], fitting: usize, place: &Place<'_>) {
    if check.is_full() {
        return;
    }
    let name = place.name();
    let message = match choices(schemas) {
        Some(choices) => format!("{name} must have exactly one of {choices}, but has {fitting}"),
        None => format!("{name} matches {fitting} forms, but its schema allows exactly one"),
    };
    check.report(InvalidValue, place, message, None);
}

/// The fields among which there is a choice, if that is what the alternatives say.
fn choices(schemas: &[Lazy]) -> Option<String> {
    let field = |schema: &Lazy| {
        let schema = schema.get();
        match schema.required.as_slice() {
            [field] if schema.properties.is_empty() && schema.rules.is_none() => {
                Some(scalar::quoted(field))
            }
            _ => None,
        }
    };
    let fields: Option<Vec<String>> = schemas.iter().map(field).collect();
    Some(fields?.join(", "))
}
