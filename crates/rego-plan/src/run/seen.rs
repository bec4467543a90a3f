//! Fields of manifests that were read already.
//!
//! Many policies read the same few fields of an object, and to find one in a mapping takes longer
//! than to find it here.

use std::sync::Arc;

use manifest::View;

use super::{Halt, Run};
use crate::plan::Key;
use crate::value::{Value, pay};

/// How many fields are remembered.
const SIZE: usize = 64;

#[derive(Clone, Copy)]
pub(super) struct Seen<'a> {
    /// What tells the mapping from all others that there are while policies are evaluated.
    of: (usize, u32),
    key: Key,
    value: Option<Value<'a>>,
}

impl Seen<'_> {
    pub(super) const NOTHING: [Self; SIZE] = [Self {
        of: (0, 0),
        key: 0,
        value: None,
    }; SIZE];
}

impl<'a> Run<'a> {
    pub(super) fn field(&mut self, of: Value<'a>, key: Key) -> Result<Option<Value<'a>>, Halt> {
        let plan = self.plan;
        let Some(name) = plan.keys.get(key as usize) else {
            return Ok(None);
        };
        let Value::Map(view) = of else {
            pay(of.breadth(), &mut self.steps)?;
            return Ok(of.field(name, self.arena));
        };
        let of = match view {
            View::Src(source, node) => (Arc::as_ptr(source) as usize, node.index() as u32),
            View::Map(map) => (Arc::as_ptr(map) as usize, u32::MAX),
            _ => return Ok(None),
        };
        let at = (of.0 >> 4 ^ of.1 as usize ^ (key as usize).wrapping_mul(37)) % SIZE;
        let Some(seen) = self.seen.get_mut(at) else {
            return Ok(None);
        };
        if seen.of == of && seen.key == key {
            return Ok(seen.value);
        }
        pay(Value::Map(view).breadth(), &mut self.steps)?;
        let value = Value::Map(view).field(name, self.arena);
        *seen = Seen { of, key, value };
        Ok(value)
    }
}
