//! What policies see. It is made for each evaluation out of what stands in manifests already, and
//! dropped with it.

use std::cell::RefCell;
use std::collections::BTreeSet;

use bumpalo::Bump;
use manifest::FieldPath;
use rego_plan::Value;
use rustc_hash::FxHashMap;

use super::pods::path_value;
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

/// An object and its target: `input.object`, or an item of `input.objects`, and `input.target`
/// are fields of this.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Input<'a> {
    /// `object` or `objects`
    name: &'static str,
    subject: Value<'a>,
    /// The pods of the object; none of many objects, each of which has its own.
    pods: Option<Value<'a>>,
    target: Value<'a>,
}

impl<'a> Input<'a> {
    pub(crate) fn one(
        object: &Document<'a>,
        target: &'a TargetFacts,
        uses: &BTreeSet<TargetField>,
        arena: &'a Bump,
    ) -> Self {
        Self {
            name: "object",
            subject: Value::of(object.view(), arena),
            pods: Some(pods(object, &mut |path| path_value(path, arena), arena)),
            target: facts(uses, |field| target.get(field), arena),
        }
    }

    /// Some objects of many, `all` of which tell what their targets have in common.
    pub(crate) fn many(
        objects: &[(&'a Document<'a>, &'a TargetFacts)],
        all: &[(&'a Document<'a>, &'a TargetFacts)],
        uses: &BTreeSet<TargetField>,
        arena: &'a Bump,
    ) -> Self {
        // Objects of one target stand beside each other, and share what is known of it.
        let mut known: Option<(&TargetFacts, Value<'a>)> = None;
        // So do the ways to the pods of objects of one kind.
        let mut paths: FxHashMap<FieldPath, Value<'a>> = FxHashMap::default();
        let mut path = |path: &FieldPath| match paths.get(path) {
            Some(known) => *known,
            None => *paths.entry(path.clone()).or_insert(path_value(path, arena)),
        };
        let mut items = Vec::with_capacity(objects.len());
        for (object, target) in objects.iter().copied() {
            let facts = match known {
                Some((same, facts)) if std::ptr::eq(same, target) => facts,
                _ => facts(uses, |field| target.get(field), arena),
            };
            known = Some((target, facts));
            let fields = [
                (Value::Text("object"), Value::of(object.view(), arena)),
                (Value::Text("pods"), pods(object, &mut path, arena)),
                (Value::Text("target"), facts),
            ];
            items.push(Value::Object(arena.alloc_slice_copy(&fields)));
        }
        let common = |field| {
            let mut values = all.iter().map(|(_, facts)| facts.get(field));
            let first = values.next()?;
            first.filter(|_| values.all(|value| value == first))
        };
        Self {
            name: "objects",
            subject: Value::Array(arena.alloc_slice_copy(&items)),
            pods: None,
            target: facts(uses, common, arena),
        }
    }

    /// The object alone, as conftest gives it.
    pub(crate) fn bare(&self) -> Value<'a> {
        self.subject
    }

    /// `input` with parameters.
    pub(crate) fn full(&self, parameters: Value<'a>, arena: &'a Bump) -> Value<'a> {
        let mut fields = vec![
            (Value::Text(self.name), self.subject),
            (Value::Text("parameters"), parameters),
        ];
        fields.extend(self.pods.map(|pods| (Value::Text("pods"), pods)));
        fields.push((Value::Text("target"), self.target));
        Value::Object(arena.alloc_slice_copy(&fields))
    }
}

fn pods<'a>(
    object: &Document<'a>,
    path: &mut dyn FnMut(&FieldPath) -> Value<'a>,
    arena: &'a Bump,
) -> Value<'a> {
    let pods = object.pods();
    let pods = pods.iter();
    let values = pods.map(|pod| pod.to_value(object.view(), path, arena));
    let values: Vec<Value<'a>> = values.collect();
    Value::Array(arena.alloc_slice_copy(&values))
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
