//! A name for a finding that stays the same while the fault stays: made of the rule, the file,
//! the object and the named path, never of a line or a value.

use std::sync::Arc;

use manifest::{FieldPath, Kind, Location, Object, Segment, View};
use sha2::{Digest, Sha256};

use super::ways::{Step, Ways};
use crate::problem::{At, Problem};
use crate::settings::baseline::Subject;

/// The keys that tell items of a list apart, the likelier ones first.
const NAMES: [&str; 4] = ["name", "key", "id", "containerPort"];

/// A part of a way to a value.
enum Part<'a> {
    /// Which document of the file.
    Document(usize),
    /// An entry of a mapping.
    Key(&'a str),
    /// An item of a list that is called something: the key that tells, and what it says.
    Named(&'a str, &'a str),
    /// Another item.
    Index(usize),
}

/// By what a baseline knows a problem of a rule at a place of a file, in an object if it is about one.
pub(super) fn subject(
    ways: &mut Ways,
    problem: &Problem,
    (rule, file): (Arc<str>, Arc<str>),
    place: Option<&Location>,
    object: Option<&Object>,
) -> Subject {
    let mut path = String::new();
    let mut name = String::new();
    match (&problem.at, object, place) {
        (At::Field(field), Some(object), _) => {
            let identity = &object.identity;
            name = match &*identity.gvk.group {
                "" => format!("{}/{}", identity.gvk.kind, identity.name),
                group => format!("{}.{group}/{}", identity.gvk.kind, identity.name),
            };
            named_path(object.node.view(), &field.path, &mut |part| {
                write_part(&mut path, &part);
            });
        }
        (_, _, Some(place)) => path_to(ways, place, &mut |part| {
            write_part(&mut path, &part);
        }),
        (_, _, None) => {}
    }
    Subject {
        rule,
        file,
        object: name.into(),
        path: path.into(),
    }
}

/// Adds a part as people write it: `spec.containers[name=web].image`. The first document of a
/// file goes without saying.
fn write_part(path: &mut String, part: &Part<'_>) {
    let is_plain = |text: &str| !text.is_empty() && !text.contains(['.', '[', ']', '"', '=']);
    let quoted = |text: &str| match is_plain(text) {
        true => text.to_owned(),
        false => serde_json::Value::from(text).to_string(),
    };
    let part = match part {
        Part::Document(0) => return,
        Part::Document(number) => format!("[document {number}]"),
        Part::Key(key) if is_plain(key) && path.is_empty() => (*key).to_owned(),
        Part::Key(key) if is_plain(key) => format!(".{key}"),
        Part::Key(key) => format!("[{}]", quoted(key)),
        Part::Named(key, name) => format!("[{key}={}]", quoted(name)),
        Part::Index(index) => format!("[{index}]"),
    };
    path.push_str(&part);
}

/// The fingerprint of a problem at a place, in an object if it is about one.
pub(super) fn fingerprint(
    ways: &mut Ways,
    problem: &Problem,
    place: Option<&Location>,
    object: Option<&Object>,
) -> String {
    let mut hash = Sha256::new();
    let mut add = |text: &str| {
        hash.update(text.as_bytes());
        hash.update([0]);
    };
    add(&problem.rule.id);
    add(place.map_or("", |place| place.path().as_str()));
    match (&problem.at, object, place) {
        (At::Field(field), Some(object), _) => {
            let identity = &object.identity;
            add(&identity.gvk.group);
            add(&identity.gvk.kind);
            add(&identity.name);
            named_path(object.node.view(), &field.path, &mut |part| match part {
                Part::Key(key) => add(key),
                Part::Named(key, name) => {
                    add(key);
                    add(name);
                }
                Part::Index(number) | Part::Document(number) => add(&number.to_string()),
            });
        }
        (_, _, Some(place)) => {
            path_to(ways, place, &mut |part| match part {
                Part::Key(name) | Part::Named(_, name) => add(name),
                Part::Index(number) | Part::Document(number) => add(&number.to_string()),
            });
        }
        (_, _, None) => add(&problem.message),
    }
    hash.finalize()
        .iter()
        .take(8)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// A fingerprint without the number that tells apart findings of the same one.
pub(super) fn unnumbered(fingerprint: &str) -> &str {
    fingerprint
        .split_once('-')
        .map_or(fingerprint, |(own, _)| own)
}

/// As [`unnumbered`], with a number; the first one has none.
pub(super) fn numbered(fingerprint: &str, number: usize) -> String {
    match number {
        0 | 1 => fingerprint.to_owned(),
        _ => format!("{fingerprint}-{number}"),
    }
}

/// The path, with items of lists by what they are called where they are called something.
fn named_path(object: View<'_>, path: &FieldPath, add: &mut dyn FnMut(Part<'_>)) {
    let mut here = Some(object);
    for segment in path.segments() {
        match segment {
            Segment::Key(key) => {
                add(Part::Key(key));
                here = here.and_then(|view| view.get(key));
            }
            Segment::Index(index) => {
                here = here.and_then(|view| view.items().nth(*index));
                let name = here.and_then(|item| {
                    let mut names = NAMES.iter();
                    names.find_map(|key| Some((*key, item.get(key)?.as_str()?)))
                });
                match name {
                    Some((key, name)) => add(Part::Named(key, name)),
                    None => add(Part::Index(*index)),
                }
            }
        }
    }
}

/// The way from the root of a file to a place in it.
fn path_to(ways: &mut Ways, place: &Location, add: &mut dyn FnMut(Part<'_>)) {
    let tree = &place.file.tree;
    for step in ways.to(&place.file, place.span.start) {
        match step {
            Step::Document(number) => add(Part::Document(number)),
            Step::Entry(key) => add(Part::Key(tree.scalar(key))),
            Step::Item(index, item) => {
                let name = NAMES.iter().find_map(|key| {
                    let value = tree.get(item, key)?;
                    let is_scalar = tree.kind(value) == Kind::Scalar;
                    is_scalar.then(|| (*key, tree.scalar(value)))
                });
                match name {
                    Some((key, name)) => add(Part::Named(key, name)),
                    None => add(Part::Index(index)),
                }
            }
        }
    }
}
