//! What a value has to be, and what is said if it is something else.

use manifest::{Kind, Scalar, View};

use crate::check::{Check, Place};
use crate::table::{Table, Type};
use crate::violation::ViolationKind::{InvalidValue, MissingField, WrongType};
use crate::{format, scalar};

/// Tells whether a value is a collection of that kind. Null counts as an empty one, which need
/// not be looked into; anything else is reported.
pub(crate) fn collection(check: &mut Check, kind: Kind, view: View<'_>, place: &Place<'_>) -> bool {
    if view.kind() == kind {
        return true;
    }
    match check.scalar(view) {
        Some(Scalar::Null) => {}
        Some(_) if scalar::is_placeholder(view.text()) => check.unchecked.placeholders += 1,
        _ => {
            let expected = if kind == Kind::Map {
                "a mapping"
            } else {
                "a list"
            };
            wrong_type(check, expected, view, place);
        }
    }
    false
}

/// Holds a scalar against one of the types that scalars have.
pub(crate) fn scalar(
    check: &mut Check,
    table: &Table,
    ty: Type,
    required: bool,
    view: View<'_>,
    place: &Place<'_>,
) {
    let meaning = check.scalar(view);
    match (ty, &meaning) {
        (Type::String, Some(Scalar::Str(_))) | (_, Some(Scalar::Null)) => {}
        (Type::Boolean, Some(Scalar::Bool(_))) => {}
        (_, Some(Scalar::Str(text))) if scalar::is_placeholder(text) => {
            check.unchecked.placeholders += 1;
        }
        (Type::Enum(values), Some(Scalar::Str(text))) => {
            let mut allowed = table.list(values);
            let unset = text.is_empty() && !required;
            if !unset && !allowed.any(|value| value == text) {
                not_one_of(check, text, &table.list(values).collect::<Vec<_>>(), place);
            }
        }
        (Type::Int32 | Type::Int64 | Type::IntOrString, Some(number)) if is_number(number) => {
            let bits = if let Type::Int64 = ty { 64 } else { 32 };
            integer(check, number, bits, view, place);
        }
        (Type::IntOrString, Some(Scalar::Str(_))) => {}
        (Type::Double | Type::Quantity, Some(number)) if is_number(number) => {}
        (Type::Bytes, Some(Scalar::Str(text))) => {
            if !format::is_base64(text) {
                not_base64(check, place);
            }
        }
        (Type::Time, Some(Scalar::Str(text))) => {
            if !format::is_date_time(text) {
                let help = "write it as in `2006-01-02T15:04:05Z`";
                not_a(check, "date and time", view, place, Some(help.to_owned()));
            }
        }
        (Type::Quantity, Some(Scalar::Str(text))) => {
            if !format::is_quantity(text) {
                let help = format::nearest_quantity(text)
                    .map(|nearest| format!("did you mean {}?", scalar::quoted(&nearest)));
                not_a(check, "quantity", view, place, help);
            }
        }
        _ => wrong_type(check, name(ty), view, place),
    }
}

/// What a type is called.
fn name(ty: Type) -> &'static str {
    match ty {
        Type::Boolean => "a boolean",
        Type::Int32 | Type::Int64 => "an integer",
        Type::Double => "a number",
        Type::Quantity => "a quantity",
        Type::IntOrString => "an integer or a string",
        _ => "a string",
    }
}

fn is_number(scalar: &Scalar<'_>) -> bool {
    matches!(scalar, Scalar::Int(_) | Scalar::Uint(_) | Scalar::Float(_))
}

/// The integer that a number is: JSON makes no difference between `1` and `1.0`.
pub(crate) fn as_integer(number: &Scalar<'_>) -> Option<i128> {
    match number {
        Scalar::Int(int) => Some((*int).into()),
        Scalar::Uint(int) => Some((*int).into()),
        Scalar::Float(float) if float.fract() == 0.0 => Some(*float as i128),
        _ => None,
    }
}

/// Holds a number against the range of integers of so many bits.
pub(crate) fn integer(
    check: &mut Check,
    number: &Scalar<'_>,
    bits: u32,
    view: View<'_>,
    place: &Place<'_>,
) {
    let Some(integer) = as_integer(number) else {
        wrong_type(check, "an integer", view, place);
        return;
    };
    let limit = 1i128 << (bits - 1);
    if !(-limit..limit).contains(&integer) && !check.is_full() {
        let (least, most) = (-limit, limit - 1);
        let message = format!(
            "{} is not between {least} and {most}",
            subject(check, view, place)
        );
        check.report(InvalidValue, place, message, None);
    }
}

/// Reports that a value is not of the expected type.
pub(crate) fn wrong_type(check: &mut Check, expected: &str, view: View<'_>, place: &Place<'_>) {
    if check.is_full() {
        return;
    }
    let meaning = check.scalar(view);
    let found = scalar::found(view, meaning.as_ref(), check.secret);
    let message = format!("{} must be {expected}, not {found}", place.name());
    let help = remedy(expected, view, meaning.as_ref(), check.secret);
    check.report(WrongType, place, message, help);
}

fn remedy(
    expected: &str,
    view: View<'_>,
    meaning: Option<&Scalar<'_>>,
    secret: bool,
) -> Option<String> {
    let text = view.text();
    let remedy = match (expected, meaning) {
        (_, Some(Scalar::Null)) => "give it a value, or remove it".to_owned(),
        ("a string", Some(Scalar::Str(_))) => return None,
        ("a string", Some(_)) if secret => "quote it".to_owned(),
        ("a string", Some(_)) => {
            let written = view.written();
            format!("quote it: {}", scalar::quoted(&format!("\"{written}\"")))
        }
        ("a boolean", Some(Scalar::Str(_))) => match text.to_ascii_lowercase().as_str() {
            "true" | "yes" | "on" | "1" => "write `true`, without quotes".to_owned(),
            "false" | "no" | "off" | "0" => "write `false`, without quotes".to_owned(),
            _ => return None,
        },
        ("an integer", Some(Scalar::Str(_))) if text.trim().parse::<i64>().is_ok() => {
            "remove the quotes".to_owned()
        }
        ("a number", Some(Scalar::Str(_))) if text.trim().parse::<f64>().is_ok() => {
            "remove the quotes".to_owned()
        }
        ("a list", _) => "put `- ` in front of each item".to_owned(),
        ("a mapping", None) => "it is one mapping here, not a list of them".to_owned(),
        _ => return None,
    };
    Some(remedy)
}

/// Reports null where a value is required.
pub(crate) fn not_null(check: &mut Check, place: &Place<'_>) {
    if !check.is_full() {
        let message = format!("{} has no value", place.name());
        check.report_key(MissingField, place, message, None);
    }
}

/// How many of the values that are allowed a message names.
const MAX_ALLOWED: usize = 50;

/// Reports a text that is none of those that are allowed.
pub(crate) fn not_one_of(check: &mut Check, text: &str, allowed: &[&str], place: &Place<'_>) {
    if check.is_full() {
        return;
    }
    let named = allowed.iter().take(MAX_ALLOWED);
    let list: Vec<String> = named.map(|value| scalar::quoted(value)).collect();
    let more = match allowed.len().saturating_sub(MAX_ALLOWED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let list = match list.as_slice() {
        [] => "nothing is allowed".to_owned(),
        [only] => format!("only {only} is allowed"),
        all => format!("expected one of {}{more}", all.join(", ")),
    };
    let found = match text {
        "" => "empty".to_owned(),
        _ => scalar::quoted(text),
    };
    let message = format!("{} must not be {found}: {list}", place.name());
    let help = suggest::nearest(text, allowed.iter().copied())
        .map(|nearest| format!("did you mean {}?", scalar::quoted(nearest)));
    check.report(InvalidValue, place, message, help);
}

fn not_base64(check: &mut Check, place: &Place<'_>) {
    if check.is_full() {
        return;
    }
    let message = format!("{} is not valid base64", place.name());
    let help = if check.secret {
        "encode it, or move it to `stringData`, which takes plain text"
    } else {
        "encode it with `base64`"
    };
    check.report(InvalidValue, place, message, Some(help.to_owned()));
}

/// Reports a text that does not follow the rules of its format.
pub(crate) fn not_a(
    check: &mut Check,
    what: &str,
    view: View<'_>,
    place: &Place<'_>,
    help: Option<String>,
) {
    if !check.is_full() {
        let message = format!("{} is not a valid {what}", subject(check, view, place));
        check.report(InvalidValue, place, message, help);
    }
}

/// The value as the subject of a sentence: what it is called, and what it is unless a secret.
pub(crate) fn subject(check: &Check, view: View<'_>, place: &Place<'_>) -> String {
    if check.secret {
        place.name()
    } else {
        format!("{} {}", place.name(), scalar::quoted(view.text()))
    }
}
