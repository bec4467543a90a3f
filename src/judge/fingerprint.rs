//! A name for a finding that stays the same while the fault stays: made of the rule, the file,
//! the object and the named path, never of a line or a value.

use manifest::{FieldPath, Kind, Location, Object, Segment, View};
use sha2::{Digest, Sha256};
use spanned_yaml::{NodeId, Tree};

use crate::problem::{At, Problem};

/// The keys that tell items of a list apart, the likelier ones first.
const NAMES: [&str; 4] = ["name", "key", "id", "containerPort"];

/// The fingerprint of a problem at a place, in an object if it is about one.
pub(super) fn fingerprint(
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
            named_path(object.node.view(), &field.path, &mut add);
        }
        (_, _, Some(place)) => path_to(&place.file.tree, place.span.start, &mut add),
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
fn named_path(object: View<'_>, path: &FieldPath, add: &mut dyn FnMut(&str)) {
    let mut here = Some(object);
    for segment in path.segments() {
        match segment {
            Segment::Key(key) => {
                add(key);
                here = here.and_then(|view| view.get(key));
            }
            Segment::Index(index) => {
                here = here.and_then(|view| view.items().nth(*index));
                let name = here.and_then(|item| {
                    let mut names = NAMES.iter();
                    names.find_map(|key| Some((*key, item.get(key)?.as_str()?)))
                });
                match name {
                    Some((key, name)) => {
                        add(key);
                        add(name);
                    }
                    None => add(&index.to_string()),
                }
            }
        }
    }
}

/// The way from the root of a document to the innermost node at an offset.
fn path_to(tree: &Tree, offset: u32, add: &mut dyn FnMut(&str)) {
    let holds = |node: NodeId| {
        let span = tree.span(node);
        span.start <= offset && (offset < span.end || span.start == offset)
    };
    let Some((number, root)) = tree.documents().enumerate().find(|(_, root)| holds(*root)) else {
        return;
    };
    add(&number.to_string());
    let mut here = root;
    loop {
        let next = match tree.kind(here) {
            Kind::Map => tree.entries(here).find_map(|(key, value)| {
                let is_inside = holds(key) || holds(value);
                is_inside.then(|| {
                    add(tree.scalar(key));
                    value
                })
            }),
            Kind::Seq => tree.items(here).enumerate().find_map(|(index, item)| {
                holds(item).then(|| {
                    let name = NAMES.iter().find_map(|key| {
                        let value = tree.get(item, key)?;
                        (tree.kind(value) == Kind::Scalar).then(|| tree.scalar(value))
                    });
                    match name {
                        Some(name) => add(name),
                        None => add(&index.to_string()),
                    }
                    item
                })
            }),
            Kind::Scalar | Kind::Alias => None,
        };
        match next {
            Some(next) if holds(next) => here = next,
            _ => return,
        }
    }
}
