//! The schemas of the catalog beside the `jsonschema` crate: both judge the same objects of
//! Kubernetes' own kinds, good ones and ones that were made bad in every way.
//!
//! Where the two may differ, because JSON Schema cannot say it: keys of lists.

use jsonschema::Validator;
use manifest::{Dialect, Source, View};
use serde_json::{Value, json};
use spanned_yaml::Tree;

use crate::check::{Check, Place};
use crate::table::Table;
use crate::violation::ViolationKind::{DeprecatedApiVersion, DuplicateApplyKey, DuplicateListKey};
use crate::{Catalog, SchemaViolation, Version};

/// How often each object is changed.
const CHANGES: usize = 25;

/// Makes objects that follow a schema.
struct Maker<'a> {
    definitions: &'a Value,
    /// Whether optional fields are made as well.
    full: bool,
}

impl Maker<'_> {
    fn make(&self, schema: &Value, depth: usize) -> Value {
        if let Some(reference) = schema["$ref"].as_str() {
            let name = reference.rsplit('/').next().unwrap();
            return self.make(&self.definitions[name], depth);
        }
        for several in ["allOf", "anyOf"] {
            if let Some(first) = schema[several].get(0) {
                return self.make(first, depth);
            }
        }
        if let Some(values) = schema["enum"].as_array() {
            return values[0].clone();
        }
        let ty = schema["type"].get(0).and_then(Value::as_str);
        match ty.or(schema["type"].as_str()) {
            Some("object") => self.object(schema, depth),
            Some("array") => json!([self.make(&schema["items"], depth + 1)]),
            Some("boolean") => json!(true),
            Some("integer") => json!(7),
            Some("number") => json!(0.5),
            Some("string") => json!(text(schema)),
            _ => json!({"any": ["thing"]}),
        }
    }

    fn object(&self, schema: &Value, depth: usize) -> Value {
        let mut object = serde_json::Map::new();
        for (name, property) in schema["properties"].as_object().into_iter().flatten() {
            let required = schema["required"].as_array().unwrap();
            let optional = self.full && depth < 7 && name != "status";
            if optional || required.contains(&json!(name)) {
                object.insert(name.clone(), self.make(property, depth + 1));
            }
        }
        if schema["additionalProperties"].is_object() {
            let value = self.make(&schema["additionalProperties"], depth + 1);
            object.insert("key".to_owned(), value);
        }
        object.into()
    }
}

/// A text that has the form a schema asks for.
fn text(schema: &Value) -> &'static str {
    let pattern = schema["pattern"].as_str().unwrap_or("");
    match schema["format"].as_str() {
        Some("date-time") => "2024-02-29T12:00:00Z",
        _ if pattern.contains("KMGTPE") => "1.5Gi",
        _ if pattern.contains("A-Za-z0-9+/") => "YWI=",
        _ => "text",
    }
}

/// A small generator of numbers that look random and are always the same.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % sides as u64) as usize
    }
}

/// The pointers of all values inside a value.
fn pointers(value: &Value, at: &str, found: &mut Vec<String>) {
    let mut visit = |key: &str, value: &Value| {
        let key = key.replace('~', "~0").replace('/', "~1");
        let below = format!("{at}/{key}");
        pointers(value, &below, found);
        found.push(below);
    };
    match value {
        Value::Object(map) => map.iter().for_each(|(key, value)| visit(key, value)),
        Value::Array(items) => {
            let items = items.iter().enumerate();
            items.for_each(|(index, value)| visit(&index.to_string(), value));
        }
        _ => {}
    }
}

/// Changes one value inside an object.
fn change(object: &mut Value, dice: &mut Dice) {
    let mut all = Vec::new();
    pointers(object, "", &mut all);
    let pointer = &all[dice.roll(all.len())];
    let (above, key) = pointer.rsplit_once('/').unwrap();
    let key = key.replace("~1", "/").replace("~0", "~");
    match (object.pointer_mut(above).unwrap(), dice.roll(3)) {
        (Value::Object(map), 0) => {
            map.remove(&key);
        }
        (Value::Object(map), 1) => {
            let value = map.remove(&key).unwrap();
            map.insert(format!("{key}s"), value);
        }
        (Value::Array(items), 0) => items.clear(),
        (Value::Array(items), 1) => items.push(items[0].clone()),
        _ => *object.pointer_mut(pointer).unwrap() = replacement(dice),
    }
}

fn replacement(dice: &mut Dice) -> Value {
    let mut values = [
        json!(null),
        json!(true),
        json!(0),
        json!(-1),
        json!(1.0),
        json!(1.5),
        json!(3_000_000_000_i64),
        json!(u64::MAX),
        json!(""),
        json!("text"),
        json!("Always"),
        json!("12"),
        json!("12Mi"),
        json!("2024-13-01T00:00:00Z"),
        json!([]),
        json!([null]),
        json!(["text"]),
        json!({}),
        json!({"key": "value"}),
    ];
    std::mem::take(&mut values[dice.roll(values.len())])
}

/// A kind that objects are made of, or were.
type OfKind = (&'static str, &'static str);

/// What the catalog says of an object, short of what the server asks for beyond the schema.
fn told(of: OfKind, version: Version, object: View<'_>) -> Vec<SchemaViolation> {
    let catalog = Catalog::builtin();
    // What the server asks for beyond it reads the same objects, and must not panic either.
    let whole = catalog.validate(object, version, Dialect::Kubectl);
    let field = |key: &str| object.get(key).and_then(View::as_str).unwrap_or_default();
    if (field("apiVersion"), field("kind")) != of {
        return whole.violations;
    }
    let definition = Table::builtin().kind(of.0, of.1).unwrap().definition;
    let mut check = Check::new(version, Dialect::Kubectl);
    catalog.judge_schema(&mut check, definition.unwrap(), of, object, &Place::ROOT);
    check.violations
}

/// Whether the catalog and the validator agree about an object.
fn compare(of: OfKind, version: Version, validator: &Validator, object: &Value) {
    let source = Source::file("object.json", Tree::parse(object.to_string()));
    assert_eq!(source.tree.errors(), []);
    let documents = source.documents().documents;
    let mut wrong = told(of, version, documents[0].view());
    wrong.retain(|v| v.kind != DeprecatedApiVersion);
    let only_keys = wrong
        .iter()
        .all(|v| matches!(v.kind, DuplicateListKey | DuplicateApplyKey));
    if validator.is_valid(object) {
        assert!(only_keys, "{version} {object:#}\n{wrong:#?}");
    } else {
        let errors: Vec<String> = validator
            .iter_errors(object)
            .map(|e| e.to_string())
            .collect();
        assert!(!wrong.is_empty(), "{version} {object:#}\n{errors:#?}");
    }
}

fn compare_kinds(version: &str) {
    let version = Version::parse(version).unwrap();
    let catalog = Catalog::builtin();
    let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
    let (mut good, mut bad) = (0, 0);
    for (api_version, kind) in catalog.kinds(version) {
        if kind.ends_with("List") {
            continue;
        }
        let schema = catalog.json_schema(api_version, kind, version).unwrap();
        let schema: Value = serde_json::from_str(&schema).unwrap();
        let validator = jsonschema::options()
            .should_validate_formats(true)
            .build(&schema)
            .unwrap();
        for full in [false, true] {
            let maker = Maker {
                definitions: &schema["$defs"],
                full,
            };
            let mut object = maker.make(&schema["$defs"]["0"], 0);
            object["apiVersion"] = json!(api_version);
            object["kind"] = json!(kind);
            object["metadata"]["name"] = json!("a");
            assert!(validator.is_valid(&object), "{object:#}");
            compare((api_version, kind), version, &validator, &object);
            for _ in 0..CHANGES {
                let mut changed = object.clone();
                change(&mut changed, &mut dice);
                compare((api_version, kind), version, &validator, &changed);
                let counter = if validator.is_valid(&changed) {
                    &mut good
                } else {
                    &mut bad
                };
                *counter += 1;
            }
        }
    }
    // Both ways of going wrong were tried.
    assert!(good > 500 && bad > 500, "{good} good, {bad} bad");
}

#[test]
fn the_oldest_version() {
    compare_kinds("1.25");
}

#[test]
fn a_version_in_between() {
    compare_kinds("1.31");
}

#[test]
fn the_newest_version() {
    compare_kinds("1.37");
}
