//! Kinds as packages of TypeScript models know them that are generated from definitions: one
//! interface a file, one property a line.

use std::collections::{BTreeMap, BTreeSet};

use super::kinds::{Kind, Known};
use super::shape::{Field, Items, Object, Shape};
use super::share::Core;

/// How deep types may be nested.
const MAX_DEPTH: usize = 40;

/// A package's files by their paths, without `.d.ts`.
pub(crate) type Files = BTreeMap<String, String>;

/// Adds the kinds of a group; `cluster_scoped` are those that stand in no namespace.
pub(crate) fn read(
    files: &Files,
    group: &str,
    cluster_scoped: &[&str],
    core: &Core<'_>,
    known: &mut Known,
) {
    let package = Package { files, core };
    for path in files.keys() {
        let Some(name) = path
            .strip_prefix(group)
            .and_then(|rest| rest.strip_prefix('/'))
        else {
            continue;
        };
        let Some(interface) = package.interface(path) else {
            continue;
        };
        let Some(api_version) = interface.literal("apiVersion") else {
            continue;
        };
        let name = name.rsplit('/').next().unwrap_or(name);
        if interface.literal("kind") != Some(name) || name.ends_with("List") {
            continue;
        }
        let mut root = Object::default();
        for property in &interface.properties {
            if property.name != "status" {
                let shape = package.shape(property.ty, &interface, 0);
                root.set(property.name, shape, property.required);
            }
        }
        let kind = Kind::new(cluster_scoped.contains(&name), root, true);
        known.add(api_version, name, kind, true);
    }
}

struct Package<'a> {
    files: &'a Files,
    core: &'a Core<'a>,
}

struct Interface<'a> {
    /// The paths that names are imported from.
    imports: BTreeMap<&'a str, String>,
    properties: Vec<Property<'a>>,
    /// What a name stands for that is not an interface.
    alias: Option<&'a str>,
}

struct Property<'a> {
    name: &'a str,
    ty: &'a str,
    required: bool,
}

impl<'a> Package<'a> {
    fn interface(&self, path: &str) -> Option<Interface<'a>> {
        let text = self.files.get(path)?;
        let mut interface = Interface {
            imports: BTreeMap::new(),
            properties: Vec::new(),
            alias: None,
        };
        let mut rest: &'a str = text;
        while let Some((_, import)) = rest.split_once("import { ") {
            let (names, behind) = import.split_once(" } from \"")?;
            let (from, behind) = behind.split_once('"')?;
            let target = resolved(path, from);
            for name in names.split(", ") {
                interface.imports.insert(name, target.clone());
            }
            rest = behind;
        }
        if let Some((_, body)) = text.split_once("export interface ") {
            let (_, body) = body.split_once('{')?;
            interface.properties = properties(body)?;
        } else {
            let (_, alias) = text.split_once("export type ")?;
            let (_, alias) = alias.split_once(" = ")?;
            interface.alias = alias.split_once(";\n").map(|(alias, _)| alias.trim());
        }
        Some(interface)
    }

    fn shape(&self, ty: &'a str, within: &Interface<'a>, depth: usize) -> Shape {
        let ty = ty.trim();
        if depth > MAX_DEPTH {
            return Shape::Any;
        }
        if let Some(values) = literals(ty) {
            return Shape::Enum(values);
        }
        if let Some(items) = ty.strip_prefix("Array<").and_then(|t| t.strip_suffix('>')) {
            return Shape::List(Box::new(self.shape(items, within, depth + 1)), Items::Any);
        }
        if let Some(body) = ty.strip_prefix('{') {
            return self.inline(body, within, depth);
        }
        match ty {
            "string" => return Shape::String,
            "boolean" => return Shape::Boolean,
            "number" => return Shape::Number,
            _ => {}
        }
        let Some(path) = within.imports.get(ty) else {
            return Shape::Any;
        };
        if let Some(shape) = self.core(path) {
            return shape;
        }
        let Some(interface) = self.interface(path) else {
            return Shape::Any;
        };
        if let Some(alias) = interface.alias {
            return self.shape(alias, &interface, depth + 1);
        }
        self.object(&interface.properties, &interface, depth)
    }

    /// A type of Kubernetes' own.
    fn core(&self, path: &str) -> Option<Shape> {
        let parts: Vec<&str> = path.split('/').collect();
        match parts.as_slice() {
            [.., "IntOrString"] => Some(Shape::IntOrString),
            [.., "Quantity"] => Some(Shape::Quantity),
            [.., "Time" | "MicroTime"] => Some(Shape::Time),
            // These are written otherwise than their types say: numbers stand for texts, and lists
            // for what holds them.
            [.., "AnyString" | "ParallelSteps"] => Some(Shape::Any),
            // A step's container has no name of its own.
            ["kubernetes-models", "v1", "Container"] => {
                let mut container = self.core.object("core.v1.Container")?;
                for Field { required, .. } in container.fields.values_mut() {
                    *required = false;
                }
                Some(Shape::Object(container))
            }
            ["kubernetes-models", version, name] => Some(self.core.named("core", version, name)),
            ["kubernetes-models", group, version, name] => {
                Some(self.core.named(group, version, name))
            }
            [
                "@kubernetes-models",
                "apimachinery",
                "apis",
                "meta",
                version,
                name,
            ] => Some(self.core.named("meta", version, name)),
            ["@kubernetes-models" | "kubernetes-models", ..] => Some(Shape::Any),
            _ => None,
        }
    }

    fn inline(&self, body: &'a str, within: &Interface<'a>, depth: usize) -> Shape {
        let body = body.trim_start();
        if let Some(values) = body.strip_prefix("[key: string]: ") {
            let values =
                values.trim_end_matches(|c: char| c == '}' || c == ';' || c.is_whitespace());
            // Braces that the type itself ends with were cut off, too.
            let missing = values
                .matches('{')
                .count()
                .saturating_sub(values.matches('}').count());
            if missing > 0 || values == "unknown" || values == "any" {
                return Shape::AnyObject;
            }
            return Shape::Map(Box::new(self.shape(values, within, depth + 1)));
        }
        match properties(body) {
            Some(properties) => self.object(&properties, within, depth),
            None => Shape::AnyObject,
        }
    }

    fn object(&self, properties: &[Property<'a>], within: &Interface<'a>, depth: usize) -> Shape {
        let mut object = Object::default();
        for property in properties {
            let shape = self.shape(property.ty, within, depth + 1);
            object.set(property.name, shape, property.required);
        }
        if object.fields.is_empty() {
            return Shape::AnyObject;
        }
        Shape::Object(object)
    }
}

impl Interface<'_> {
    /// The only text that a property may be.
    fn literal(&self, name: &str) -> Option<&str> {
        let property = self
            .properties
            .iter()
            .find(|property| property.name == name)?;
        property.ty.strip_prefix('"')?.strip_suffix('"')
    }
}

/// The properties in front of the brace that closes them.
fn properties(body: &str) -> Option<Vec<Property<'_>>> {
    let mut properties = Vec::new();
    let mut rest = body;
    loop {
        rest = rest.trim_start();
        if rest.starts_with('}') {
            return Some(properties);
        }
        if rest.starts_with("/*") {
            (_, rest) = rest.split_once("*/")?;
            continue;
        }
        let (name, behind) = rest.strip_prefix('"')?.split_once('"')?;
        let required = !behind.starts_with('?');
        let (_, behind) = behind.split_once(": ")?;
        let end = end_of_type(behind)?;
        let (ty, behind) = behind.split_at_checked(end)?;
        properties.push(Property { name, ty, required });
        rest = behind.strip_prefix(';')?;
    }
}

/// Where a type ends: at the first semicolon outside of braces, texts and comments.
fn end_of_type(text: &str) -> Option<usize> {
    let mut depth = 0;
    let mut in_text = false;
    let mut skip_to = 0;
    for (at, c) in text.char_indices() {
        if at < skip_to {
            continue;
        }
        match c {
            '"' => in_text = !in_text,
            _ if in_text => {}
            '/' if text[at..].starts_with("/*") => skip_to = at + text[at..].find("*/")? + 2,
            '{' => depth += 1,
            '}' => depth -= 1,
            ';' if depth == 0 => return Some(at),
            _ => {}
        }
    }
    None
}

/// The texts in `"a" | "b"`.
fn literals(ty: &str) -> Option<BTreeSet<String>> {
    let literal = |part: &str| {
        let text = part.trim().strip_prefix('"')?.strip_suffix('"')?;
        Some(text.to_owned())
    };
    ty.split(" | ").map(literal).collect()
}

/// The path that an import leads to: relative ones start at the importing file's folder.
fn resolved(from: &str, import: &str) -> String {
    let import = import.trim_end_matches(".js");
    if !import.starts_with('.') {
        return import.to_owned();
    }
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in import.split('/') {
        match part {
            "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}
