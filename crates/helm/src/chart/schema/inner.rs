//! The schemas that stand inside a schema.

use serde_json::Value as Json;

/// What an inner schema is applied to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Applies<'a> {
    /// To the same value.
    Here,
    /// To the value under this key.
    Key(&'a str),
    /// To every key itself.
    Names,
    /// To the item at this index.
    Item(usize),
    /// To every entry or item, as far as nothing else is.
    Every,
    /// To nothing by itself: others refer to it.
    Nowhere,
}

/// Schemas that a keyword holds.
enum Held<'a> {
    One(&'a Json),
    Listed(&'a [Json]),
    Named(&'a serde_json::Map<String, Json>),
}

/// Calls `each` for every schema that stands directly inside another one, with the keyword that
/// holds it and its name or number there.
pub(super) fn each<'a>(
    schema: &'a Json,
    mut each: impl FnMut(Applies<'a>, &'a str, Option<String>, &'a Json),
) {
    let Json::Object(keywords) = schema else {
        return;
    };
    for (keyword, value) in keywords {
        let applies = match keyword.as_str() {
            "allOf" | "anyOf" | "oneOf" | "not" | "if" | "then" | "else" | "dependentSchemas"
            | "dependencies" => Applies::Here,
            "properties" => Applies::Key(""),
            "propertyNames" => Applies::Names,
            "prefixItems" => Applies::Item(0),
            "items" if value.is_array() => Applies::Item(0),
            "items"
            | "additionalItems"
            | "unevaluatedItems"
            | "contains"
            | "patternProperties"
            | "additionalProperties"
            | "unevaluatedProperties" => Applies::Every,
            "$defs" | "definitions" => Applies::Nowhere,
            _ => continue,
        };
        let named = matches!(
            keyword.as_str(),
            "dependentSchemas"
                | "dependencies"
                | "properties"
                | "patternProperties"
                | "$defs"
                | "definitions"
        );
        let held = match value {
            Json::Object(all) if named => Held::Named(all),
            Json::Array(all) if !named => Held::Listed(all),
            other => Held::One(other),
        };
        match held {
            Held::One(one) => each(applies, keyword, None, one),
            Held::Listed(all) => {
                for (index, one) in all.iter().enumerate() {
                    let applies = match applies {
                        Applies::Item(_) => Applies::Item(index),
                        applies => applies,
                    };
                    each(applies, keyword, Some(index.to_string()), one);
                }
            }
            Held::Named(all) => {
                for (name, one) in all {
                    let applies = match applies {
                        Applies::Key(_) => Applies::Key(name),
                        applies => applies,
                    };
                    each(applies, keyword, Some(name.clone()), one);
                }
            }
        }
    }
}
