//! What expressions know of values, from the schemas of these.

use std::sync::Arc;

use k8s_cel::{Fields, Type, is_reserved};
use manifest::{Dialect, Node, Scalar, View};

/// How deep lists and mappings may be nested without an object between them.
const MAX_DEPTH: usize = 100;

/// The fields of an object as expressions see them.
#[derive(Debug)]
pub(crate) struct Exposed {
    name: String,
    schema: Node,
    /// Whether it has a type and a name, whatever its schema says.
    is_resource: bool,
}

impl Exposed {
    /// What expressions see of a value with that schema; nothing if its schema says too little.
    /// Types of one `name` are the same.
    pub(crate) fn of(schema: View<'_>, is_resource: bool, name: &str) -> Option<Type> {
        let is_resource = is_resource || is_true(schema, "x-kubernetes-embedded-resource");
        ty(schema, is_resource, name, 0)
    }
}

fn ty(schema: View<'_>, is_resource: bool, name: &str, depth: usize) -> Option<Type> {
    if depth > MAX_DEPTH {
        return None;
    }
    if is_true(schema, "x-kubernetes-int-or-string") {
        return Some(Type::Dyn);
    }
    let inner = |schema: View<'_>, step: &str| {
        let is_resource = is_true(schema, "x-kubernetes-embedded-resource");
        ty(schema, is_resource, &format!("{name}.{step}"), depth + 1)
    };
    let kind = schema.get("type").map_or("", View::text);
    Some(match kind {
        _ if is_resource => object(schema, true, name),
        "array" => Type::list(inner(schema.get("items")?, "@items")?),
        "object" => match schema.get("additionalProperties").filter(|s| s.is_map()) {
            Some(values) => Type::map(Type::String, inner(values, "@values")?),
            None => object(schema, false, name),
        },
        "string" => match schema.get("format").map_or("", View::text) {
            "byte" => Type::Bytes,
            "duration" => Type::Duration,
            "date" | "date-time" => Type::Timestamp,
            _ => Type::String,
        },
        "boolean" => Type::Bool,
        "number" => Type::Double,
        "integer" => Type::Int,
        _ => return None,
    })
}

fn object(schema: View<'_>, is_resource: bool, name: &str) -> Type {
    Type::Object(Arc::new(Exposed {
        name: name.to_owned(),
        schema: schema.to_node(),
        is_resource,
    }))
}

impl Fields for Exposed {
    fn name(&self) -> &str {
        &self.name
    }

    fn field(&self, name: &str) -> Option<Type> {
        if self.is_resource {
            match name {
                "apiVersion" | "kind" => return Some(Type::String),
                "metadata" => return Some(Type::Object(Arc::new(Metadata))),
                _ => {}
            }
        }
        let properties = self.schema.view().get("properties")?;
        // Most names are what they are called, and reserved words may be used, too.
        let direct = properties.get(name).filter(|_| {
            let escaped = escape(name);
            escaped.as_deref() == Some(name) || is_reserved(name)
        });
        let found = direct.or_else(|| {
            let mut entries = properties.entries();
            let found = entries.find(|e| escape(e.key.text()).as_deref() == Some(name));
            found.map(|entry| entry.value)
        })?;
        Exposed::of(found, false, &format!("{}.{name}", self.name))
    }
}

/// What expressions know of the metadata of every resource.
#[derive(Debug)]
struct Metadata;

impl Fields for Metadata {
    fn name(&self) -> &str {
        "metadata"
    }

    fn field(&self, name: &str) -> Option<Type> {
        matches!(name, "name" | "generateName").then_some(Type::String)
    }
}

/// What expressions call a field; nothing if they have no name for it.
pub(crate) fn escape(name: &str) -> Option<String> {
    if name.is_empty() || name.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    if is_reserved(name) {
        return Some(format!("__{name}__"));
    }
    escape_signs(name)
}

fn escape_signs(name: &str) -> Option<String> {
    let mut escaped = String::with_capacity(name.len());
    let mut rest = name;
    while let Some(c) = rest.chars().next() {
        let (part, length) = match c {
            '_' if rest.starts_with("__") => ("__underscores__", 2),
            '.' => ("__dot__", 1),
            '-' => ("__dash__", 1),
            '/' => ("__slash__", 1),
            c if c == '_' || c.is_ascii_alphanumeric() => {
                escaped.push(c);
                ("", 1)
            }
            _ => return None,
        };
        escaped.push_str(part);
        rest = rest.get(length..)?;
    }
    Some(escaped)
}

pub(super) fn is_true(schema: View<'_>, key: &str) -> bool {
    let value = schema.get(key);
    value.is_some_and(|value| value.scalar(Dialect::Kustomize) == Some(Scalar::Bool(true)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_escaped() {
        for (name, escaped) in [
            ("plain_name", Some("plain_name")),
            ("a-b.c/d", Some("a__dash__b__dot__c__slash__d")),
            ("a__b", Some("a__underscores__b")),
            ("namespace", Some("__namespace__")),
            ("$ref", None),
            ("1st", None),
            ("", None),
            ("ä", None),
        ] {
            assert_eq!(escape(name).as_deref(), escaped, "{name}");
        }
    }
}
