//! Scalars as expressions see them.

use k8s_cel::{Timestamp, Value, parse_duration};
use manifest::{Scalar, View};

use crate::check::Check;
use crate::crd::format::duration;
use crate::crd::rules;
use crate::crd::schema::{JsonType, Schema};
use crate::{expect, server};

/// A scalar, if its schema says what it is.
pub(super) fn scalar(check: &Check, schema: &Schema, view: View<'_>) -> Option<Value> {
    let meaning = check.scalar(view)?;
    if let Scalar::Str(text) = &meaning
        && server::is_open(text)
    {
        return Some(Value::Placeholder);
    }
    if schema.int_or_string {
        return Some(match &meaning {
            Scalar::Str(text) => Value::text(&**text),
            number => int(number)?,
        });
    }
    Some(match (schema.ty?, &meaning) {
        (_, Scalar::Null) => Value::Null,
        (JsonType::Boolean, Scalar::Bool(value)) => Value::Bool(*value),
        (JsonType::Integer, number) => int(number)?,
        (JsonType::Number, number) => Value::Double(rules::as_number(number)?),
        (JsonType::String, Scalar::Str(text)) => string(schema, text),
        _ => return None,
    })
}

fn int(number: &Scalar<'_>) -> Option<Value> {
    let number = expect::as_integer(number)?;
    i64::try_from(number).ok().map(Value::Int)
}

/// A text of a format that expressions know is a value of a type of its own. One that does not
/// have its format is refused for that.
fn string(schema: &Schema, text: &str) -> Value {
    let format = schema
        .rules
        .as_ref()
        .and_then(|rules| rules.format.as_deref());
    let value = match format {
        Some("byte") => spanned_yaml::base64(text).map(|bytes| Value::Bytes(bytes.into())),
        Some("duration") => parse_duration(text)
            .or_else(|| duration(text))
            .map(Value::Duration),
        Some("date") => Timestamp::date(text).map(Value::Timestamp),
        Some("date-time") => Timestamp::parse(&text.to_ascii_uppercase()).map(Value::Timestamp),
        _ => return Value::text(text),
    };
    value.unwrap_or(Value::Placeholder)
}
