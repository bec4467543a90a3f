//! Fields in the wrong mapping: a block that is indented wrongly is one mistake, however many
//! fields it has and whatever they are missed for.

use manifest::{FieldPath, Segment};
use rustc_hash::FxHashMap;

use crate::scalar;
use crate::violation::SchemaViolation;
use crate::violation::ViolationKind::{
    self, InvalidValue, MisplacedField, MissingField, UnknownField,
};

/// Tells fields that were meant to be in one other mapping as one violation, at the first of them,
/// and leaves out what is wrong only because they are not there.
pub(crate) fn settle(violations: Vec<SchemaViolation>) -> Vec<SchemaViolation> {
    let misplaced: Vec<Misplaced> = violations.iter().filter_map(Misplaced::of).collect();
    if misplaced.is_empty() {
        return violations;
    }
    let follows = |told: &SchemaViolation| misplaced.iter().any(|field| field.explains(told));
    let mut blocks: FxHashMap<(ViolationKind, FieldPath, Box<str>), usize> = FxHashMap::default();
    let mut kept: Vec<SchemaViolation> = Vec::with_capacity(violations.len());
    let mut names: Vec<Vec<String>> = Vec::new();
    for told in violations.iter().filter(|told| !follows(told)) {
        let block = Misplaced::of(told);
        let block = block.map(|field| (field.kind, field.mapping, field.meant_in.into()));
        let name = told.path.segments().last().map(name_of);
        if let Some(first) = block.as_ref().and_then(|block| blocks.get(block)) {
            names[*first].extend(name);
            continue;
        }
        if let Some(block) = block {
            blocks.insert(block, kept.len());
        }
        kept.push(told.clone());
        names.push(Vec::from_iter(name));
    }
    for (told, names) in kept.iter_mut().zip(names) {
        if names.len() > 1 {
            join(told, &names);
        }
    }
    kept
}

/// A field that was meant to be in another mapping.
struct Misplaced<'a> {
    kind: ViolationKind,
    mapping: FieldPath,
    key: &'a str,
    meant_in: &'a str,
}

impl<'a> Misplaced<'a> {
    fn of(told: &'a SchemaViolation) -> Option<Self> {
        let meant_in = told.meant_in.as_deref()?;
        let [above @ .., Segment::Key(key)] = told.path.segments() else {
            return None;
        };
        matches!(told.kind, UnknownField | MisplacedField).then(|| Self {
            kind: told.kind,
            mapping: above.iter().cloned().collect(),
            key,
            meant_in,
        })
    }

    /// Whether something is wrong only because the field is not where it was meant to be. What is
    /// no more than probable excuses nothing.
    fn explains(&self, told: &SchemaViolation) -> bool {
        if self.kind != UnknownField {
            return false;
        }
        match (told.kind, told.path.segments()) {
            (MissingField, [above @ .., Segment::Key(key)]) if **key == *self.key => {
                above.iter().cloned().collect::<FieldPath>().to_string() == self.meant_in
            }
            (
                InvalidValue,
                [
                    ..,
                    Segment::Key(list),
                    Segment::Index(_),
                    Segment::Key(name),
                ],
            ) => {
                self.key == "volumes"
                    && matches!(&**list, "volumeMounts" | "volumeDevices")
                    && &**name == "name"
                    && is_below(&told.path.to_string(), self.meant_in)
            }
            _ => false,
        }
    }
}

fn is_below(path: &str, mapping: &str) -> bool {
    let below = path.strip_prefix(mapping);
    below.is_some_and(|below| below.starts_with('.'))
}

fn name_of(segment: &Segment) -> String {
    match segment {
        Segment::Key(key) => scalar::quoted(key),
        Segment::Index(index) => index.to_string(),
    }
}

/// Says of several fields what was said of the first.
fn join(told: &mut SchemaViolation, names: &[String]) {
    let [first, ..] = names else { return };
    let all = names.join(", ");
    let singular = format!("unknown field {first}");
    if let Some(rest) = told.message.strip_prefix(&singular) {
        told.message = format!("unknown fields {all}{rest}");
    }
    if let Some(help) = &mut told.suggestion {
        let one = format!("{first} belongs to");
        *help = match help.strip_prefix(&one) {
            Some(rest) => format!("they belong to{rest}"),
            None => help.replacen("put it under", "put them under", 1),
        };
    }
}
