//! Kinds as the crates of Rust types know them that are generated from definitions: structures
//! with attributes for serde, one field a line.

use std::collections::{BTreeMap, BTreeSet};

use super::kinds::{Kind, Known};
use super::shape::{Items, Object, Shape};

/// How deep types may be nested.
const MAX_DEPTH: usize = 60;

/// A file's types.
#[derive(Default)]
struct Types<'a> {
    structures: BTreeMap<&'a str, Vec<Member<'a>>>,
    choices: BTreeMap<&'a str, BTreeSet<String>>,
}

struct Member<'a> {
    name: String,
    ty: &'a str,
}

/// What the attributes of the root say.
#[derive(Default)]
struct Root<'a> {
    group: &'a str,
    version: &'a str,
    kind: &'a str,
    is_namespaced: bool,
}

/// Adds the kind that a file has, if it has one.
pub(crate) fn read(text: &str, known: &mut Known) {
    let mut root = Root::default();
    let mut spec = None;
    let mut types = Types::default();
    let mut lines = text
        .lines()
        .map(str::trim)
        .filter(|line| !line.starts_with("///"));
    while let Some(line) = lines.next() {
        if line.starts_with("#[kube(") {
            root.read(line);
        } else if let Some(name) = opened(line, "pub struct ") {
            if !root.kind.is_empty() && spec.is_none() {
                spec = Some(name);
            }
            types.structures.insert(name, members(&mut lines));
        } else if let Some(name) = opened(line, "pub enum ") {
            types.choices.insert(name, choices(&mut lines));
        }
    }
    let Some(spec) = spec else { return };
    let mut object = Object::default();
    object.set("spec", types.shape(spec, 0), false);
    let api_version = format!("{}/{}", root.group, root.version);
    let kind = Kind::new(!root.is_namespaced, object, true);
    known.add(&api_version, root.kind, kind, true);
}

/// The name in `pub struct NAME {`.
fn opened<'a>(line: &'a str, start: &str) -> Option<&'a str> {
    let name = line.strip_prefix(start)?.strip_suffix('{')?;
    Some(name.trim())
}

fn members<'a>(lines: &mut impl Iterator<Item = &'a str>) -> Vec<Member<'a>> {
    let mut members = Vec::new();
    let mut rename = None;
    for line in lines {
        if line == "}" {
            break;
        }
        if line.starts_with("#[serde(") {
            rename = quoted(line, "rename = ").or(rename);
        } else if let Some((name, ty)) = line.strip_prefix("pub ").and_then(|l| l.split_once(": "))
        {
            let own = name.strip_prefix("r#").unwrap_or(name);
            members.push(Member {
                name: rename.take().unwrap_or(own).to_owned(),
                ty: ty.trim_end_matches(','),
            });
        }
    }
    members
}

fn choices<'a>(lines: &mut impl Iterator<Item = &'a str>) -> BTreeSet<String> {
    let mut choices = BTreeSet::new();
    let mut rename = None;
    for line in lines {
        if line == "}" {
            break;
        }
        if line.starts_with("#[serde(") {
            rename = quoted(line, "rename = ").or(rename);
        } else if let Some(name) = line.strip_suffix(',') {
            choices.insert(rename.take().unwrap_or(name).to_owned());
        }
    }
    choices
}

fn quoted<'a>(line: &'a str, key: &str) -> Option<&'a str> {
    let (_, rest) = line.split_once(key)?;
    rest.strip_prefix('"')?.split('"').next()
}

impl<'a> Root<'a> {
    fn read(&mut self, line: &'a str) {
        for (key, value) in [
            ("group = ", &mut self.group),
            ("version = ", &mut self.version),
            ("kind = ", &mut self.kind),
        ] {
            *value = quoted(line, key).unwrap_or(value);
        }
        self.is_namespaced |= line == "#[kube(namespaced)]";
    }
}

impl Types<'_> {
    fn shape(&self, ty: &str, depth: usize) -> Shape {
        if depth > MAX_DEPTH {
            return Shape::Any;
        }
        let inner = |generic: &str| ty.strip_prefix(generic)?.strip_suffix('>');
        if let Some(ty) = inner("Option<") {
            return self.shape(ty, depth);
        }
        if let Some(ty) = inner("Vec<") {
            return Shape::List(Box::new(self.shape(ty, depth + 1)), Items::Any);
        }
        if let Some(ty) = inner("BTreeMap<String, ") {
            return match self.shape(ty, depth + 1) {
                Shape::Any => Shape::AnyObject,
                values => Shape::Map(Box::new(values)),
            };
        }
        match ty {
            "String" => Shape::String,
            "bool" => Shape::Boolean,
            "i32" => Shape::Int32,
            "i64" | "u32" | "u64" => Shape::Int64,
            "f32" | "f64" => Shape::Number,
            "IntOrString" => Shape::IntOrString,
            "Condition" | "ObjectReference" => Shape::AnyObject,
            _ => self.named(ty, depth),
        }
    }

    fn named(&self, name: &str, depth: usize) -> Shape {
        if let Some(choices) = self.choices.get(name) {
            // Choices among numbers have names that stand for them.
            let are_texts = choices.iter().all(|choice| choice.parse::<i64>().is_err());
            return if are_texts {
                Shape::Enum(choices.clone())
            } else {
                Shape::Any
            };
        }
        let Some(members) = self.structures.get(name) else {
            return Shape::Any;
        };
        let mut object = Object::default();
        for member in members {
            // The types do not tell what the API server fills in.
            object.set(&member.name, self.shape(member.ty, depth + 1), false);
        }
        if object.fields.is_empty() {
            return Shape::AnyObject;
        }
        Shape::Object(object)
    }
}
