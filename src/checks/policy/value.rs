//! Values as plans have them, as regorus has them, and back.

use bumpalo::Bump;
use manifest::{Dialect, Kind, Scalar, View};
use rego_plan::{Const, Items, Number, Sort, Value};
use regorus::Value as Foreign;

/// Deeper values than this are cut off: nothing in Kubernetes is this deep, and Rego's functions
/// recurse.
const DEPTH_LIMIT: usize = 256;

/// A value for regorus.
pub(crate) fn to_foreign(value: Value<'_>) -> Foreign {
    let arena = Bump::new();
    match value {
        Value::Null => Foreign::Null,
        Value::Bool(value) => Foreign::Bool(value),
        Value::Number(Number::Int(value)) => Foreign::from(value),
        Value::Number(Number::Uint(value)) => Foreign::from(value),
        Value::Number(Number::Float(value)) => Foreign::from(value),
        Value::Text(text) => Foreign::from(text),
        Value::Seq(view) | Value::Map(view) => of_view(view, 0),
        Value::Array(_) | Value::Set(_) | Value::Object(_) | Value::Const(_) => {
            let Some(items) = Items::of(value, &arena) else {
                return Foreign::Undefined;
            };
            let entries = items.iter();
            match value.sort() {
                Sort::Set => {
                    let members = entries.map(|(_, member)| to_foreign(member));
                    members
                        .collect::<std::collections::BTreeSet<Foreign>>()
                        .into()
                }
                Sort::Object => {
                    let entries = entries.map(|(k, v)| (to_foreign(k), to_foreign(v)));
                    entries.collect::<regorus::value::Object>().into()
                }
                _ => {
                    let items = entries.map(|(_, item)| to_foreign(item));
                    items.collect::<Vec<Foreign>>().into()
                }
            }
        }
    }
}

/// A part of an object. Fields that are null are left out, as the API server does.
fn of_view(view: View<'_>, depth: usize) -> Foreign {
    if depth > DEPTH_LIMIT {
        return Foreign::Null;
    }
    match view.kind() {
        Kind::Map => {
            let entries = view.entries().filter(|e| !e.value.is_null());
            let entries =
                entries.map(|e| (Foreign::from(e.key.text()), of_view(e.value, depth + 1)));
            // A value that is made from an object is copied once more.
            Foreign::Object(std::sync::Arc::new(entries.collect()))
        }
        Kind::Seq => {
            let items = view.items().map(|item| of_view(item, depth + 1));
            items.collect::<Vec<_>>().into()
        }
        Kind::Scalar | Kind::Alias => view
            .scalar(Dialect::Kustomize)
            .map_or(Foreign::Null, of_scalar),
    }
}

fn of_scalar(scalar: Scalar<'_>) -> Foreign {
    match scalar {
        Scalar::Null => Foreign::Null,
        Scalar::Bool(value) => Foreign::Bool(value),
        Scalar::Int(value) => Foreign::from(value),
        Scalar::Uint(value) => Foreign::from(value),
        Scalar::Float(value) if value.is_finite() => Foreign::from(value),
        Scalar::Float(value) => Foreign::from(value.to_string()),
        Scalar::Str(text) => Foreign::from(text.as_ref()),
    }
}

/// What regorus found; nothing stands for what is not defined.
pub(crate) fn from_foreign(value: &Foreign) -> Option<Const> {
    let all = |values: &mut dyn Iterator<Item = &Foreign>| {
        values.map(from_foreign).collect::<Option<Vec<Const>>>()
    };
    Some(match value {
        Foreign::Undefined => return None,
        Foreign::Null => Const::Null,
        Foreign::Bool(value) => Const::Bool(*value),
        Foreign::Number(_) => Const::Number(number(value)?),
        Foreign::String(text) => Const::from(&**text),
        Foreign::Array(items) => Const::Array(all(&mut items.iter())?.into()),
        Foreign::Set(members) => Const::set(all(&mut members.iter())?),
        Foreign::Object(fields) => {
            let entries = fields.iter();
            let entries = entries.map(|(k, v)| Some((from_foreign(k)?, from_foreign(v)?)));
            Const::object(entries.collect::<Option<Vec<_>>>()?)
        }
    })
}

fn number(value: &Foreign) -> Option<Number> {
    if let Ok(value) = value.as_i64() {
        return Some(Number::Int(value));
    }
    match value.as_u64() {
        Ok(value) => Some(Number::from_u64(value)),
        Err(_) => Number::from_f64(value.as_f64().ok()?),
    }
}

/// A parameter's value as policies see it.
pub(crate) fn from_json(json: &serde_json::Value) -> Const {
    use serde_json::Value as Json;
    match json {
        Json::Null => Const::Null,
        Json::Bool(value) => Const::Bool(*value),
        Json::Number(number) => {
            let whole = number.as_i64().map(Number::Int);
            let whole = whole.or_else(|| number.as_u64().map(Number::from_u64));
            let real = || number.as_f64().and_then(Number::from_f64);
            whole.or_else(real).map_or(Const::Null, Const::Number)
        }
        Json::String(text) => Const::from(text.as_str()),
        Json::Array(items) => Const::Array(items.iter().map(from_json).collect()),
        Json::Object(fields) => {
            let fields = fields.iter();
            Const::object(fields.map(|(k, v)| (Const::from(k.as_str()), from_json(v))))
        }
    }
}
