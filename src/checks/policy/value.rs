//! From our values to Rego's.

use std::sync::Arc;

use manifest::{Dialect, Kind, Scalar, View};
use regorus::Value;

/// Deeper values than this are cut off: nothing in Kubernetes is this deep, and Rego's functions
/// recurse.
const DEPTH_LIMIT: usize = 256;

/// An object as policies see it. Fields that are null are left out, as the API server does.
pub(crate) fn to_value(view: View<'_>) -> Value {
    build(view, 0)
}

fn build(view: View<'_>, depth: usize) -> Value {
    if depth > DEPTH_LIMIT {
        return Value::Null;
    }
    match view.kind() {
        Kind::Map => {
            let entries = view.entries().filter(|e| !e.value.is_null());
            let entries = entries.map(|e| (Value::from(e.key.text()), build(e.value, depth + 1)));
            // A value that is made from an object is copied once more.
            Value::Object(Arc::new(entries.collect()))
        }
        Kind::Seq => view
            .items()
            .map(|item| build(item, depth + 1))
            .collect::<Vec<_>>()
            .into(),
        Kind::Scalar | Kind::Alias => view.scalar(Dialect::Kustomize).map_or(Value::Null, scalar),
    }
}

fn scalar(scalar: Scalar<'_>) -> Value {
    match scalar {
        Scalar::Null => Value::Null,
        Scalar::Bool(value) => Value::Bool(value),
        Scalar::Int(value) => Value::from(value),
        Scalar::Uint(value) => Value::from(value),
        Scalar::Float(value) if value.is_finite() => Value::from(value),
        Scalar::Float(value) => Value::from(value.to_string()),
        Scalar::Str(text) => Value::from(text.as_ref()),
    }
}

/// A parameter's value as policies see it.
pub(crate) fn from_json(json: &serde_json::Value) -> Value {
    Value::from(json.clone())
}
