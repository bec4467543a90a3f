//! The hash that generated objects get as a suffix of their names.

use std::fmt::Write;

use manifest::{Budget, Dialect, Fault, FaultKind, Kind, Scalar, Step, Style, Unit, View};
use sha2::{Digest, Sha256};

use crate::accumulate::State;
use crate::compose::Composer;
use crate::edit::{self, At};
use crate::fault;
use crate::resource::Resource;
use crate::transform::Transformer;

/// How deeply data may be nested; a ConfigMap's has one level.
const MAX_DEPTH: usize = 256;

/// Appends hashes to the names of objects that ask for it.
pub(crate) struct Hashes;

impl Transformer for Hashes {
    fn apply(&self, state: &mut State, budget: &Budget) -> Vec<Fault> {
        add(state.objects.list_mut(), budget)
    }
}

/// Appends hashes to the names of objects that ask for it.
pub(crate) fn add(resources: &mut [Resource], budget: &Budget) -> Vec<Fault> {
    let mut faults = Vec::new();
    for resource in resources {
        if resource.needs_hash() {
            faults.extend(rename(resource, budget).err());
        }
    }
    faults
}

fn rename(resource: &mut Resource, budget: &Budget) -> Result<(), Fault> {
    let hash = of(resource.view(), budget)?;
    resource.remember();
    let step = Step {
        name: "nameSuffixHash",
        by: resource.past.hash.clone(),
    };
    let way = [At::Key("metadata"), At::Key("name")];
    if let Some(name) = edit::get(resource.view(), &way) {
        let new = Composer::new()
            .view(name)
            .str("-")
            .str(&hash)
            .finish_like(name, &step);
        edit::set(&mut resource.node, &way, new, &step);
    }
    Ok(())
}

/// The hash of a ConfigMap's or Secret's content.
fn of(object: View<'_>, budget: &Budget) -> Result<String, Fault> {
    let kind = object.get("kind").map_or("", View::text);
    // In the order of the keys. The name is there, but always empty.
    let fields: &[(&str, bool)] = match kind {
        "ConfigMap" => &[("binaryData", false), ("data", true)],
        "Secret" => &[("data", true)],
        _ => {
            let message =
                format!("the hash of a {kind} is needed, which only kustomize can compute");
            let at = object.origin();
            return Err(fault::at(FaultKind::Unsupported, message, at.as_ref()));
        }
    };
    let mut json = String::from("{");
    for (field, always) in fields {
        let value = object.get(field).filter(|v| !v.is_null());
        match value {
            Some(value) if *always || value.is_map() => {
                let _ = write!(json, "\"{field}\":");
                write_value(&mut json, value, 0)?;
                json.push(',');
            }
            None if *always => {
                let _ = write!(json, "\"{field}\":\"\",");
            }
            _ => {}
        }
    }
    let _ = write!(json, "\"kind\":\"{kind}\",\"name\":\"\"");
    if kind == "Secret" {
        if let Some(data) = object.get("stringData").filter(|d| d.is_map()) {
            json.push_str(",\"stringData\":");
            write_value(&mut json, data, 0)?;
        }
        json.push_str(",\"type\":");
        write_string(&mut json, object.get("type").map_or("", View::text));
    }
    json.push('}');
    budget.spend(Unit::Steps, json.len() / 64)?;
    Ok(shorten(&Sha256::digest(json.as_bytes())))
}

/// The first ten hexadecimal digits, with those that could form words replaced.
fn shorten(digest: &[u8]) -> String {
    let digits = digest.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits
        .take(10)
        .map(|digit| match digit {
            0 => 'g',
            1 => 'h',
            3 => 'k',
            10 => 'm',
            14 => 't',
            other => char::from_digit(u32::from(other), 16).unwrap_or('g'),
        })
        .collect()
}

/// A value as Go's JSON encoder writes it.
fn write_value(json: &mut String, value: View<'_>, depth: usize) -> Result<(), Fault> {
    if depth > MAX_DEPTH {
        let message = "the data is nested too deeply";
        let at = value.origin();
        return Err(fault::at(FaultKind::Limit, message, at.as_ref()));
    }
    match value.kind() {
        Kind::Map => {
            let mut entries: Vec<_> = value.entries().collect();
            entries.sort_by_key(|entry| entry.key.text());
            json.push('{');
            for (at, entry) in entries.iter().enumerate() {
                if at > 0 {
                    json.push(',');
                }
                write_string(json, entry.key.text());
                json.push(':');
                write_value(json, entry.value, depth + 1)?;
            }
            json.push('}');
        }
        Kind::Seq => {
            json.push('[');
            for (at, item) in value.items().enumerate() {
                if at > 0 {
                    json.push(',');
                }
                write_value(json, item, depth + 1)?;
            }
            json.push(']');
        }
        Kind::Scalar | Kind::Alias => match value.scalar(Dialect::Kustomize) {
            None | Some(Scalar::Null) => json.push_str("null"),
            Some(Scalar::Bool(truth)) => json.push_str(if truth { "true" } else { "false" }),
            Some(Scalar::Int(number)) => write_number(json, number as f64),
            Some(Scalar::Uint(number)) => write_number(json, number as f64),
            Some(Scalar::Float(number)) => write_number(json, number),
            Some(Scalar::Str(text)) if value.style() == Style::Folded => {
                write_string(json, &manifest::refold(&text));
            }
            Some(Scalar::Str(text)) => write_string(json, &text),
        },
    }
    Ok(())
}

/// All numbers pass through a float.
fn write_number(json: &mut String, number: f64) {
    let size = number.abs();
    let _ = if size != 0.0 && !(1e-6..1e21).contains(&size) {
        let text = format!("{number:e}");
        let text = match text.split_once('e') {
            Some((digits, power)) if !power.starts_with('-') => format!("{digits}e+{power}"),
            _ => text,
        };
        write!(json, "{text}")
    } else {
        write!(json, "{number}")
    };
}

fn write_string(json: &mut String, text: &str) {
    json.push('"');
    for c in text.chars() {
        match c {
            '"' => json.push_str("\\\""),
            '\\' => json.push_str("\\\\"),
            '\n' => json.push_str("\\n"),
            '\r' => json.push_str("\\r"),
            '\t' => json.push_str("\\t"),
            '\u{8}' => json.push_str("\\b"),
            '\u{c}' => json.push_str("\\f"),
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' | '\0'..='\u{1f}' => {
                let _ = write!(json, "\\u{:04x}", u32::from(c));
            }
            other => json.push(other),
        }
    }
    json.push('"');
}
