//! What policies see. It is made for each evaluation out of what stands in manifests already, and
//! dropped with it.

use std::cell::RefCell;
use std::collections::BTreeSet;

use bumpalo::Bump;
use rego_plan::Value;

use super::{Document, TargetFacts, TargetField};

/// An arena that took more than this, in bytes, is not kept for the next evaluation.
const KEPT: usize = 1 << 20;

thread_local! {
    static ARENA: RefCell<Option<Bump>> = const { RefCell::new(None) };
}

/// Lends an arena, which is empty.
pub(crate) fn with_arena<T>(run: impl FnOnce(&Bump) -> T) -> T {
    let mut arena = ARENA.take().unwrap_or_default();
    let result = run(&arena);
    if arena.allocated_bytes() <= KEPT {
        arena.reset();
        ARENA.set(Some(arena));
    }
    result
}

/// What stands in `input` beside the parameters.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Input<'a> {
    seen: Seen<'a>,
    target: Value<'a>,
}

#[derive(Clone, Copy, Debug)]
enum Seen<'a> {
    One { object: Value<'a>, pods: Value<'a> },
    Many(Value<'a>),
}

impl<'a> Input<'a> {
    pub(crate) fn one(
        object: &Document<'a>,
        target: &'a TargetFacts,
        uses: &BTreeSet<TargetField>,
        arena: &'a Bump,
    ) -> Self {
        Self {
            seen: Seen::One {
                object: Value::of(object.view(), arena),
                pods: pods(object, arena),
            },
            target: facts(uses, |field| target.get(field), arena),
        }
    }

    pub(crate) fn many(
        objects: &[(&'a Document<'a>, &'a TargetFacts)],
        uses: &BTreeSet<TargetField>,
        arena: &'a Bump,
    ) -> Self {
        // Objects of one target stand beside each other, and share what is known of it.
        let mut known: Option<(&TargetFacts, Value<'a>)> = None;
        let mut items = Vec::with_capacity(objects.len());
        for (object, target) in objects.iter().copied() {
            let facts = match known {
                Some((same, facts)) if std::ptr::eq(same, target) => facts,
                _ => facts(uses, |field| target.get(field), arena),
            };
            known = Some((target, facts));
            let fields = [
                (Value::Text("object"), Value::of(object.view(), arena)),
                (Value::Text("pods"), pods(object, arena)),
                (Value::Text("target"), facts),
            ];
            items.push(Value::Object(arena.alloc_slice_copy(&fields)));
        }
        let common = |field| {
            let mut values = objects.iter().map(|(_, facts)| facts.get(field));
            let first = values.next()?;
            first.filter(|_| values.all(|value| value == first))
        };
        Self {
            seen: Seen::Many(Value::Array(arena.alloc_slice_copy(&items))),
            target: facts(uses, common, arena),
        }
    }

    /// The object alone, as conftest gives it.
    pub(crate) fn bare(&self) -> Value<'a> {
        match self.seen {
            Seen::One { object, .. } => object,
            Seen::Many(objects) => objects,
        }
    }

    /// `input` with parameters.
    pub(crate) fn full(&self, parameters: Value<'a>, arena: &'a Bump) -> Value<'a> {
        let parameters = (Value::Text("parameters"), parameters);
        let target = (Value::Text("target"), self.target);
        Value::Object(match self.seen {
            Seen::One { object, pods } => arena.alloc_slice_copy(&[
                (Value::Text("object"), object),
                parameters,
                (Value::Text("pods"), pods),
                target,
            ]),
            Seen::Many(objects) => {
                let objects = (Value::Text("objects"), objects);
                arena.alloc_slice_copy(&[objects, parameters, target])
            }
        })
    }
}

/// The pods of an object: `input.pods`, or `pods` in an item of `input.objects`.
fn pods<'a>(object: &Document<'a>, arena: &'a Bump) -> Value<'a> {
    let root = Value::of(object.view(), arena);
    let pods: Vec<Value<'a>> = object
        .pods()
        .iter()
        .map(|pod| pod.to_value(root, arena))
        .collect();
    Value::Array(arena.alloc_slice_copy(&pods))
}

/// The fields of a target that are asked for; unknown ones are absent.
fn facts<'a>(
    uses: &BTreeSet<TargetField>,
    get: impl Fn(TargetField) -> Option<&'a str>,
    arena: &'a Bump,
) -> Value<'a> {
    let mut fields: Vec<(Value<'a>, Value<'a>)> = Vec::with_capacity(uses.len());
    for field in uses {
        if let Some(value) = get(*field) {
            fields.push((Value::Text(field.name()), Value::Text(value)));
        }
    }
    fields.sort_by_key(|(name, _)| name.as_str());
    Value::Object(arena.alloc_slice_copy(&fields))
}
