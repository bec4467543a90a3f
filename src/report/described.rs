//! Holds JSON output against its schema.

use serde_json::Value;

/// Asserts that a schema describes a JSON text.
pub(crate) fn assert_described(text: &str, schema: &str) {
    let schema: Value = serde_json::from_str(schema).unwrap();
    let value = serde_json::from_str(text).unwrap();
    assert_eq!(validate(&value, &schema, &schema), Ok(()));
}

/// Holds a value against the parts of JSON Schema that the project's schemas use.
fn validate(value: &Value, schema: &Value, root: &Value) -> Result<(), String> {
    if let Some(name) = schema["$ref"].as_str() {
        let pointer = name.trim_start_matches('#');
        return validate(value, root.pointer(pointer).unwrap(), root);
    }
    if let Some(options) = schema["oneOf"].as_array() {
        let fitting = options.iter().filter(|o| validate(value, o, root).is_ok());
        return match fitting.count() {
            1 => Ok(()),
            _ => Err(format!("{value} fits none or several of {schema}")),
        };
    }
    let type_of = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    let types = &schema["type"];
    let fits = types == type_of
        || types
            .as_array()
            .is_some_and(|t| t.contains(&type_of.into()))
        || schema.get("const") == Some(value);
    if !fits {
        return Err(format!("{value} is not a {schema}"));
    }
    if let Some(options) = schema["enum"].as_array()
        && !options.contains(value)
    {
        return Err(format!("{value} is none of {options:?}"));
    }
    for item in value.as_array().into_iter().flatten() {
        validate(item, &schema["items"], root)?;
    }
    if let Value::Object(fields) = value {
        let required = schema["required"].as_array().unwrap();
        if let Some(missing) = required
            .iter()
            .find(|r| !fields.contains_key(r.as_str().unwrap()))
        {
            return Err(format!("{missing} is missing"));
        }
        for (name, field) in fields {
            let property = schema["properties"].get(name);
            let property = property.ok_or(format!("{name} is not described"))?;
            validate(field, property, root)?;
        }
    }
    Ok(())
}
