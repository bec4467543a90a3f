//! Kinds written by hand from published APIs. `schemas/custom/README.md` describes the notation.

use std::collections::BTreeSet;

use manifest::{Source, View};

use super::kinds::{Kind, Known};
use super::shape::{Items, Object, Shape};
use super::share::Core;
use crate::Failure;

/// Adds the kinds in a file.
pub(crate) fn read(text: &str, core: &Core<'_>, known: &mut Known) -> Result<(), Failure> {
    let source = Source::built_in("notation", text);
    for document in source.documents().documents {
        let document = document.view();
        let get = |key| document.get(key).map_or("", View::text);
        let mut root = Object::default();
        for entry in document.entries() {
            let key = entry.key.text();
            if !matches!(key, "apiVersion" | "kinds" | "scope") {
                field(&mut root, key, entry.value, core)?;
            }
        }
        let cluster_scoped = match get("scope") {
            "Cluster" => Some(true),
            "Namespaced" => Some(false),
            "More" => None,
            other => return Err(format!("scope `{other}` is not known").into()),
        };
        root.open |= root.fields.is_empty();
        for api_version in get("apiVersion").split(", ") {
            for name in get("kinds").split(", ") {
                let key = (api_version.to_owned(), name.to_owned());
                match (cluster_scoped, known.kinds.get_mut(&key)) {
                    (None, Some(kind)) => kind.root.supplement(&root),
                    (Some(cluster_scoped), None) => {
                        let kind = Kind::new(cluster_scoped, root.clone(), true);
                        known.kinds.insert(key, kind);
                    }
                    (None, None) => return Err(format!("{name} is not known yet").into()),
                    (Some(_), Some(_)) => return Err(format!("{name} is known already").into()),
                }
            }
        }
    }
    Ok(())
}

/// Adds a field; `!` behind its name makes it required, the name `...` opens the mapping.
fn field(object: &mut Object, key: &str, value: View<'_>, core: &Core<'_>) -> Result<(), Failure> {
    if key == "..." {
        object.open = true;
        return Ok(());
    }
    let name = key.trim_end_matches('!');
    object.set(name, shape(value, core)?, name != key);
    Ok(())
}

fn shape(value: View<'_>, core: &Core<'_>) -> Result<Shape, Failure> {
    if value.is_seq() {
        let item = value
            .items()
            .next()
            .ok_or("a list says nothing about its items")?;
        return Ok(Shape::List(Box::new(shape(item, core)?), Items::Any));
    }
    if value.is_map() {
        if let Some(values) = value.get("*") {
            return Ok(Shape::Map(Box::new(shape(values, core)?)));
        }
        let mut object = Object::default();
        for entry in value.entries() {
            field(&mut object, entry.key.text(), entry.value, core)?;
        }
        return Ok(if object.fields.is_empty() {
            Shape::AnyObject
        } else {
            Shape::Object(object)
        });
    }
    Ok(match value.text() {
        "any" => Shape::Any,
        "string" => Shape::String,
        "boolean" => Shape::Boolean,
        "integer" => Shape::Int64,
        "number" => Shape::Number,
        "quantity" => Shape::Quantity,
        "int-or-string" => Shape::IntOrString,
        "time" => Shape::Time,
        "bytes" => Shape::Bytes,
        "mapping" => Shape::AnyObject,
        text if text.contains(" | ") => {
            let values: BTreeSet<String> = text.split(" | ").map(str::to_owned).collect();
            Shape::Enum(values)
        }
        text => {
            let name = text
                .strip_prefix('=')
                .ok_or_else(|| format!("type `{text}` is not known"))?;
            core.known(name)
                .ok_or_else(|| format!("there is no {name}"))?
        }
    })
}
