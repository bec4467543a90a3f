//! `values.schema.json`.

use std::rc::Rc;
use std::sync::{Arc, OnceLock};

use go_template::{Data, Map, Value};
use jsonschema::{PatternOptions, Validator};
use manifest::{Fault, FaultKind, Source, Src};
use serde_json::Value as Json;

use crate::values::Places;

/// After so many the rest would only repeat itself.
const MOST_FAULTS: usize = 20;

/// What a chart demands of its values.
#[derive(Debug)]
pub(crate) struct Schema {
    pub(crate) source: Arc<Source>,
    compiled: OnceLock<Result<Validator, String>>,
}

impl Schema {
    pub(super) fn new(source: Arc<Source>) -> Self {
        Self {
            source,
            compiled: OnceLock::new(),
        }
    }

    /// What is wrong with values, as far as the schema goes. They stand at a path in those of
    /// the whole release.
    pub(crate) fn judge(&self, values: &Rc<Map>, path: &str, places: &Places) -> Vec<Fault> {
        let compiled = self
            .compiled
            .get_or_init(|| compile(self.source.tree.text()));
        let validator = match compiled {
            Ok(validator) => validator,
            Err(message) => {
                let message = format!("the chart's schema cannot be used: {message}");
                let start = self.source.locate(spanned_yaml::Span::new(0, 0));
                return vec![Fault::new(FaultKind::Unsupported, message).at_location(start)];
            }
        };
        let json = map_to_json(values);
        let errors = validator.iter_errors(&json).take(MOST_FAULTS);
        errors
            .map(|error| {
                let pointer = error.instance_path().to_string();
                let fault = Fault::new(
                    FaultKind::Values,
                    message(&format!("{path}{pointer}"), &error.to_string()),
                );
                match self.place(values, &pointer, places) {
                    Some(place) => fault.at(&place),
                    None => fault.at_location(self.source.locate(spanned_yaml::Span::new(0, 0))),
                }
            })
            .collect()
    }

    /// Where the value at a JSON pointer stands, or the nearest one that holds it.
    fn place(&self, values: &Rc<Map>, pointer: &str, places: &Places) -> Option<Src> {
        let mut at = Value::from(values.clone());
        let mut found = None;
        for part in pointer.split('/').skip(1) {
            let part = part.replace("~1", "/").replace("~0", "~");
            let next = match &at.data {
                Data::Map(map) => map.entry(&part),
                Data::List(list) => {
                    let item = part.parse().ok().and_then(|at: usize| list.items.get(at));
                    item.map(|value| go_template::Entry {
                        value: value.clone(),
                        key: None,
                    })
                }
                _ => None,
            };
            let Some(entry) = next else {
                break;
            };
            let tag = entry.value.trace.tag.or(entry.key);
            found = tag.and_then(|tag| places.get(tag)).cloned().or(found);
            at = entry.value;
        }
        found
    }
}

fn message(pointer: &str, error: &str) -> String {
    let path = pointer.trim_start_matches('/').replace('/', ".");
    match path.is_empty() {
        true => format!("the values do not fit the chart's schema: {error}"),
        false => format!("`{path}` does not fit the chart's schema: {error}"),
    }
}

fn compile(text: &str) -> Result<Validator, String> {
    let schema: Json = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let mut options = jsonschema::options().with_pattern_options(PatternOptions::regex());
    options = options.with_retriever(Nowhere);
    options.build(&schema).map_err(|error| error.to_string())
}

/// Schemas that stand elsewhere are not read.
struct Nowhere;

impl jsonschema::Retrieve for Nowhere {
    fn retrieve(
        &self,
        uri: &jsonschema::Uri<String>,
    ) -> Result<Json, Box<dyn std::error::Error + Send + Sync>> {
        // As Helm does, what nobody can look up is taken for granted.
        if uri.scheme().as_str() == "urn" {
            return Ok(Json::Bool(true));
        }
        Err(format!("it refers to {uri}, which is not read").into())
    }
}

fn map_to_json(map: &Map) -> Json {
    let entries = map.entries().into_iter();
    let entries = entries.map(|(key, entry)| (key.to_string(), to_json(&entry.value)));
    Json::Object(entries.collect())
}

fn to_json(value: &Value) -> Json {
    /// Whole numbers below it are exact.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    match &value.data {
        Data::Bool(value) => Json::Bool(*value),
        Data::Int(int, _) => Json::from(*int),
        Data::Float(float) if float.fract() == 0.0 && float.abs() < EXACT => {
            Json::from(*float as i64)
        }
        Data::Float(float) => Json::from(*float),
        Data::Str(text) => Json::from(text.to_str()),
        Data::List(list) => Json::Array(list.items.iter().map(to_json).collect()),
        Data::Map(map) => map_to_json(map),
        _ => Json::Null,
    }
}
