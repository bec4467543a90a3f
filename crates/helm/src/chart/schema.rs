//! `values.schema.json`.

mod cost;
mod depth;
mod inner;
mod refs;

use std::rc::Rc;
use std::sync::{Arc, OnceLock};

use go_template::{Data, Map, Value};
use jsonschema::error::ValidationErrorKind;
use jsonschema::{PatternOptions, ValidationError, Validator};
use manifest::{Budget, Fault, FaultKind, Location, Source, Src, Unit};
use serde_json::Value as Json;
use spanned_yaml::Span;

use self::cost::TooMuch;
use self::refs::{Refs, Remote};
use crate::values::Places;

/// After so many the rest would only repeat itself.
const MOST_FAULTS: usize = 20;

/// How deeply schemas may lead into one another.
const MOST_LEVELS: usize = 400;

/// How large a pattern may become once it is compiled, in bytes.
const PATTERN: usize = 1 << 20;

/// What a chart demands of its values.
#[derive(Debug)]
pub(crate) struct Schema {
    pub(crate) source: Arc<Source>,
    read: OnceLock<Result<Read, Fault>>,
}

/// A schema that values can be compared with.
#[derive(Debug)]
struct Read {
    /// Without what it refers to elsewhere.
    json: Json,
    validator: Validator,
    /// What it refers to elsewhere, each told once.
    unchecked: Vec<Fault>,
}

/// What a schema says of values.
#[derive(Default)]
pub(crate) struct Judgement {
    /// What is wrong with them.
    pub(crate) faults: Vec<Fault>,
    /// What was not compared.
    pub(crate) unchecked: Vec<Fault>,
}

impl Schema {
    pub(super) fn new(source: Arc<Source>) -> Self {
        Self {
            source,
            read: OnceLock::new(),
        }
    }

    /// Compares values with the schema. They stand at a path in those of the whole release.
    pub(crate) fn judge(
        &self,
        values: &Rc<Map>,
        path: &str,
        places: &Places<'_>,
        budget: &Budget,
    ) -> Judgement {
        let mut judgement = Judgement::default();
        let read = match self.read.get_or_init(|| self.read()) {
            Ok(read) => read,
            Err(fault) => {
                judgement.faults.push(fault.clone());
                return judgement;
            }
        };
        judgement.unchecked.extend_from_slice(&read.unchecked);
        let json = map_to_json(values, budget);
        if let Some(exceeded) = budget.exceeded() {
            judgement
                .faults
                .push(exceeded.fault().at_location(self.start()));
            return judgement;
        }
        if let Err(too_much) = cost::check(&read.json, &Refs::of(&read.json), &json) {
            judgement.faults.push(self.too_much(too_much));
            return judgement;
        }
        let errors = read.validator.iter_errors(&json).take(MOST_FAULTS);
        judgement.faults.extend(errors.flat_map(|error| {
            let extra = extra_keys(&error, &json);
            if !extra.is_empty() {
                return self.extra(&error, &extra, (values, path), places);
            }
            let pointer = error.instance_path().to_string();
            let message = message(&format!("{path}{pointer}"), &error);
            let kind = match is_unset(&error) {
                true => FaultKind::Unset,
                false => FaultKind::Values,
            };
            let fault = Fault::new(kind, message);
            vec![match self.place(values, &pointer, places) {
                Some(place) => fault.at(&place),
                None => fault.at_location(self.start()),
            }]
        }));
        judgement
    }

    /// Keys that the schema does not know: a fault for each file that has some, at the first.
    fn extra(
        &self,
        error: &ValidationError<'_>,
        keys: &[String],
        (values, path): (&Rc<Map>, &str),
        places: &Places<'_>,
    ) -> Vec<Fault> {
        let pointer = error.instance_path().to_string();
        let mut files: Vec<(Location, Vec<&str>)> = Vec::new();
        for key in keys {
            let own = key.replace('~', "~0").replace('/', "~1");
            let place = self.place(values, &format!("{pointer}/{own}"), places);
            let place = place.map_or_else(|| self.start(), |place| place.locate());
            let known = files.iter_mut().find(|(at, _)| at.path() == place.path());
            match known {
                Some((first, names)) => {
                    if place.span.start < first.span.start {
                        *first = place;
                    }
                    names.push(key);
                }
                None => files.push((place, vec![key])),
            }
        }
        let whole = format!("{path}{pointer}");
        let whole = whole.trim_start_matches('/').replace('/', ".");
        let within = match whole.is_empty() {
            true => String::new(),
            false => format!(" in `{whole}`"),
        };
        let told = files.into_iter().map(|(place, names)| {
            let subject = match names.len() {
                1 => "the key",
                _ => "the keys",
            };
            let names = listed(&names);
            let message = format!("the chart's schema does not allow {subject} {names}{within}");
            Fault::new(FaultKind::Values, message).at_location(place)
        });
        told.collect()
    }

    fn start(&self) -> Location {
        self.source.locate(Span::new(0, 0))
    }

    /// Reads the schema, as far as it stands in this file.
    fn read(&self) -> Result<Read, Fault> {
        let wrong =
            |message: String| Fault::new(FaultKind::Unsupported, message).at_location(self.start());
        let text = self.source.tree.text();
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let mut json: Json = serde_json::from_str(text)
            .map_err(|error| wrong(format!("the chart\'s schema is not JSON: {error}")))?;
        let refs = Refs::of(&json);
        if let Some(lost) = refs.lost.first() {
            let message = format!("the chart\'s schema has nothing at `{}`", lost.to);
            return Err(Fault::new(FaultKind::Unsupported, message).at_location(self.locate(lost)));
        }
        if depth::most_levels(&json, &refs) > MOST_LEVELS {
            return Err(self.too_much(TooMuch::Levels));
        }
        let remote = refs.remote;
        let unchecked = remote.iter().map(|remote| self.unchecked(remote)).collect();
        let siblings_count = siblings_count(&json);
        for remote in &remote {
            cut(&mut json, remote, siblings_count);
        }
        let patterns = PatternOptions::regex()
            .size_limit(PATTERN)
            .dfa_size_limit(PATTERN);
        let options = jsonschema::options()
            .with_pattern_options(patterns)
            .with_retriever(Nowhere);
        let validator = options.build(&json).map_err(|error| {
            let at = error.instance_path().to_string();
            let what = error.masked_with("this").to_string();
            wrong(match at.is_empty() {
                true => format!("the chart\'s schema is not a JSON Schema: {what}"),
                false => format!("the chart\'s schema is not a JSON Schema at `{at}`: {what}"),
            })
        })?;
        Ok(Read {
            json,
            validator,
            unchecked,
        })
    }

    fn unchecked(&self, remote: &Remote) -> Fault {
        let message = format!(
            "the schema at {} is not checked: it is not in this file",
            remote.to
        );
        Fault::new(FaultKind::Remote, message).at_location(self.locate(remote))
    }

    fn too_much(&self, too_much: TooMuch) -> Fault {
        let (kind, message) = match too_much {
            TooMuch::Steps => (
                FaultKind::Limit,
                "the chart\'s schema would compare the values too many times with the same schemas",
            ),
            TooMuch::Levels => (
                FaultKind::Limit,
                "the chart\'s schema nests its schemas too deeply",
            ),
            TooMuch::Circle => (
                FaultKind::Unsupported,
                "the chart\'s schema refers to itself in a cycle, so no value is ever valid",
            ),
        };
        Fault::new(kind, message).at_location(self.start())
    }

    /// Where a reference is written.
    fn locate(&self, remote: &Remote) -> Location {
        let tree = &self.source.tree;
        let Some(mut at) = tree.documents().next() else {
            return self.start();
        };
        for part in remote
            .path
            .iter()
            .map(String::as_str)
            .chain([remote.keyword])
        {
            let item = || tree.items(at).nth(part.parse().ok()?);
            let Some(next) = tree.get(at, part).or_else(item) else {
                break;
            };
            at = next;
        }
        Src::new(&self.source, at).locate()
    }

    /// Where the value at a JSON pointer stands, or the nearest one that holds it.
    fn place(&self, values: &Rc<Map>, pointer: &str, places: &Places<'_>) -> Option<Src> {
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

/// Whether a value is not there, or nobody filled it in.
fn is_unset(error: &ValidationError<'_>) -> bool {
    let value = error.instance();
    matches!(error.kind(), ValidationErrorKind::Required { .. })
        || value.is_null()
        || value.as_str() == Some("")
}

/// The keys of a mapping that its schema has no place for.
fn extra_keys(error: &ValidationError<'_>, values: &Json) -> Vec<String> {
    match error.kind() {
        ValidationErrorKind::AdditionalProperties { unexpected } => unexpected.clone(),
        // Where a schema allows no key at all, only the mapping's place is told.
        ValidationErrorKind::FalseSchema => {
            let schema = error.schema_path().to_string();
            let mapping = values.pointer(&error.instance_path().to_string());
            let mapping = mapping.and_then(Json::as_object);
            let mapping = mapping.filter(|_| schema.ends_with("/additionalProperties"));
            mapping.map_or_else(Vec::new, |own| own.keys().cloned().collect())
        }
        _ => Vec::new(),
    }
}

/// The first of some names, and how many more there are.
fn listed(names: &[&str]) -> String {
    const NAMED: usize = 5;
    let first: Vec<String> = names
        .iter()
        .take(NAMED)
        .map(|name| format!("`{name}`"))
        .collect();
    match names.len().saturating_sub(NAMED) {
        0 => first.join(", "),
        more => format!("{} and {more} more", first.join(", ")),
    }
}

/// What is wrong with a value. The value itself is not told: it may be a secret.
fn message(pointer: &str, error: &ValidationError<'_>) -> String {
    let path = pointer.trim_start_matches('/').replace('/', ".");
    let what = match path.is_empty() {
        true => "the values do not match".to_owned(),
        false => format!("`{path}` does not match"),
    };
    let why = error.masked_with("the value");
    format!("{what} the chart's schema: {why}")
}

/// Whether keywords beside a reference count, as they do from 2019 on.
fn siblings_count(schema: &Json) -> bool {
    let draft = schema.get("$schema").and_then(Json::as_str);
    draft.is_none_or(|draft| !draft.contains("/draft-0"))
}

/// Takes out a reference to another file, so that anything fits there.
fn cut(schema: &mut Json, remote: &Remote, siblings_count: bool) {
    let mut at = schema;
    for part in &remote.path {
        let next = match at {
            Json::Object(entries) => entries.get_mut(part),
            Json::Array(items) => part.parse().ok().and_then(|n: usize| items.get_mut(n)),
            _ => None,
        };
        match next {
            Some(next) => at = next,
            None => return,
        }
    }
    match at {
        Json::Object(keywords) if siblings_count => {
            keywords.remove(remote.keyword);
        }
        // Definitions beside it may be referred to.
        Json::Object(keywords) => {
            keywords.retain(|key, _| matches!(key.as_str(), "definitions" | "$schema" | "$id"));
        }
        _ => {}
    }
}

/// Schemas that stand elsewhere are not read.
struct Nowhere;

impl jsonschema::Retrieve for Nowhere {
    fn retrieve(
        &self,
        _: &jsonschema::Uri<String>,
    ) -> Result<Json, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Json::Bool(true))
    }
}

fn map_to_json(map: &Map, budget: &Budget) -> Json {
    if budget.spend(Unit::Nodes, map.len()).is_err() {
        return Json::Null;
    }
    let entries = map.entries().into_iter();
    let entries = entries.map(|(key, entry)| (key.to_string(), to_json(&entry.value, budget)));
    Json::Object(entries.collect())
}

fn to_json(value: &Value, budget: &Budget) -> Json {
    /// Whole numbers below it are exact.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    match &value.data {
        Data::Bool(value) => Json::Bool(*value),
        Data::Int(int, _) => Json::from(*int),
        Data::Float(float) if float.fract() == 0.0 && float.abs() < EXACT => {
            Json::from(*float as i64)
        }
        Data::Float(float) => Json::from(*float),
        Data::Str(text) => {
            // It is copied.
            let _ = budget.spend(Unit::Bytes, text.len());
            Json::from(text.to_str())
        }
        Data::List(list) => {
            let _ = budget.spend(Unit::Nodes, list.items.len());
            let items = list.items.iter().map(|item| to_json(item, budget));
            Json::Array(items.collect())
        }
        Data::Map(map) => map_to_json(map, budget),
        _ => Json::Null,
    }
}
