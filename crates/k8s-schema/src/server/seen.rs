//! What was seen before in a list.

use std::hash::Hash;

use rustc_hash::FxHashSet;

/// A set that needs no memory of its own while it is small.
pub(super) struct Seen<T> {
    few: [Option<T>; 12],
    many: FxHashSet<T>,
}

impl<T: Copy + Eq + Hash> Seen<T> {
    pub(super) fn new() -> Self {
        Self {
            few: [None; 12],
            many: FxHashSet::default(),
        }
    }

    pub(super) fn contains(&self, value: T) -> bool {
        self.few
            .iter()
            .map_while(|slot| *slot)
            .any(|known| known == value)
            || (!self.many.is_empty() && self.many.contains(&value))
    }

    /// Adds a value; tells whether it is a new one.
    pub(super) fn insert(&mut self, value: T) -> bool {
        for slot in &mut self.few {
            match slot {
                Some(known) if *known == value => return false,
                Some(_) => {}
                None => {
                    *slot = Some(value);
                    return true;
                }
            }
        }
        self.many.insert(value)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.few[0].is_none()
    }
}
