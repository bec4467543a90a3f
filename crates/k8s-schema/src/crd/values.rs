//! Rules for single values, whatever stands inside of them.

use manifest::{Kind, Node, Scalar, View};

use super::format::has_format;
use super::rules::{self, Rules};
use super::schema::{JsonType, Lazy, Schema};
use crate::check::{Check, Place};
use crate::violation::ViolationKind::InvalidValue;
use crate::{expect, list};

/// Longer texts are not held against patterns.
const MAX_PATTERN_TEXT: usize = 4096;

/// Holds a value against the rules of its schema.
pub(super) fn hold(
    check: &mut Check,
    schema: &Schema,
    rules: &Rules,
    view: View<'_>,
    place: &Place<'_>,
) {
    one_of_values(check, rules, view, place);
    match check.scalar(view) {
        Some(Scalar::Str(text)) => text_rules(check, rules, &text, view, place),
        Some(meaning) => number_rules(check, schema, rules, &meaning, view, place),
        None => {}
    }
}

fn one_of_values(check: &mut Check, rules: &Rules, view: View<'_>, place: &Place<'_>) {
    let values = &rules.one_of_values;
    let dialect = check.dialect;
    check.work(u32::try_from(values.len()).unwrap_or(u32::MAX));
    let fits = |value: &Node| rules::equal(view, value.view(), dialect);
    if values.is_empty() || values.iter().any(fits) {
        return;
    }
    let is_scalar = |view: View<'_>| view.kind() == Kind::Scalar;
    if is_scalar(view) && values.iter().all(|value| is_scalar(value.view())) {
        let allowed: Vec<&str> = values.iter().map(|value| value.view().text()).collect();
        expect::not_one_of(check, view.text(), &allowed, place);
    } else if !check.is_full() {
        let message = format!("{} is not one of the allowed values", place.name());
        check.report(InvalidValue, place, message, None);
    }
}

fn text_rules(check: &mut Check, rules: &Rules, text: &str, view: View<'_>, place: &Place<'_>) {
    if let Some(asked) = rules.length.broken_by(text.chars().count(), "character")
        && !check.is_full()
    {
        let message = format!("{} must have {asked}", place.name());
        check.report(InvalidValue, place, message, None);
    }
    if let Some(pattern) = &rules.pattern {
        check.work(text.len() as u32);
        let short = text.len() <= MAX_PATTERN_TEXT;
        match short.then(|| pattern.matches(text)).flatten() {
            Some(true) => {}
            Some(false) if check.is_full() => {}
            Some(false) => {
                let subject = expect::subject(check, view, place);
                let message = format!("{subject} does not match `{}`", pattern.text());
                check.report(InvalidValue, place, message, None);
            }
            None => check.unchecked.patterns += 1,
        }
    }
    if let Some(format) = &rules.format {
        match has_format(format, text, check.version) {
            Some(true) => {}
            Some(false) => expect::not_a(check, format, view, place, None),
            None => check.unchecked.formats += 1,
        }
    }
}

fn number_rules(
    check: &mut Check,
    schema: &Schema,
    rules: &Rules,
    meaning: &Scalar<'_>,
    view: View<'_>,
    place: &Place<'_>,
) {
    let Some(number) = rules::as_number(meaning) else {
        return;
    };
    let mut broken = Vec::new();
    match rules.minimum {
        Some(least) if rules.exclusive_minimum && number <= least => {
            broken.push(format!("greater than {least}"));
        }
        Some(least) if number < least => broken.push(format!("at least {least}")),
        _ => {}
    }
    match rules.maximum {
        Some(most) if rules.exclusive_maximum && number >= most => {
            broken.push(format!("less than {most}"));
        }
        Some(most) if number > most => broken.push(format!("at most {most}")),
        _ => {}
    }
    if let Some(factor) = rules.multiple_of
        && (number / factor).fract() != 0.0
    {
        broken.push(format!("a multiple of {factor}"));
    }
    for asked in broken {
        if !check.is_full() {
            let subject = expect::subject(check, view, place);
            check.report(
                InvalidValue,
                place,
                format!("{subject} must be {asked}"),
                None,
            );
        }
    }
    match (schema.ty, rules.format.as_deref()) {
        (Some(JsonType::Integer), Some("int32")) => {
            expect::integer(check, meaning, 32, view, place);
        }
        (Some(JsonType::Integer), _) => expect::integer(check, meaning, 64, view, place),
        _ => {}
    }
}

/// Compares the items of a list by the keys that the schema names.
pub(super) fn unequal_keys<'v>(
    check: &mut Check,
    schema: &'v Schema,
    rules: &'v Rules,
    view: View<'v>,
    place: &Place<'_>,
) {
    let items = schema.items.as_ref().map(Lazy::get);
    let default = |key: &str| items?.property(key)?.default.as_ref().map(Node::view);
    let value = |item: View<'v>, key| item.get(key).or_else(|| default(key)).map(View::text);
    let of = |item: View<'v>| -> Option<Vec<Option<&str>>> {
        let keys = || rules.map_keys.iter();
        item.is_map()
            .then(|| keys().map(|key| value(item, key)).collect())
    };
    let keys: Vec<&str> = rules.map_keys.iter().map(|key| &**key).collect();
    for (first, second) in list::twice(view, of) {
        list::same_keys(check, &keys, first, second, place);
    }
}
