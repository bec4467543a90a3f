//! Lists of mappings that can all be told apart by their merge keys: nearly all lists there are.

use manifest::{Fault, Node, View};
use rustc_hash::FxHashMap;

use super::list::{Lists, Slot};
use super::strategic::{Sides, Walked, Walker};
use crate::openapi::Type;

/// Which items of base and patch are the same.
pub(super) struct Pairs {
    /// For each item of [`Lists::base`] the index of the patch's.
    of_base: Vec<Option<usize>>,
    /// For each item of [`Lists::patch`] the index of the base's.
    of_patch: Vec<Option<usize>>,
    /// Whether it takes several keys to tell items apart.
    has_several_keys: bool,
}

impl Pairs {
    /// `None` if some items cannot be told apart.
    pub(super) fn of(lists: &Lists<'_>, keys: &[&str]) -> Option<Self> {
        let base = Values::of(lists.base.iter().map(|(_, item)| *item), keys)?;
        let patch = Values::of(lists.patch.iter().copied(), keys)?;
        // A key that no item has does not count; one that some have must be in all.
        let mut used = 0;
        for at in 0..keys.len() {
            let mut values = base.of_key(at).chain(patch.of_key(at));
            let Some(first) = values.next() else {
                break;
            };
            if values.any(|value| value.is_empty() != first.is_empty()) {
                return None;
            }
            used += usize::from(!first.is_empty());
        }
        let is_empty = lists.base.is_empty() && lists.patch.is_empty();
        if used == 0 && !is_empty {
            return None;
        }
        let in_base = base.index()?;
        let in_patch = patch.index()?;
        let find = |values: &Values<'_>, index: &FxHashMap<&[&str], usize>| {
            let items = values.items();
            items.map(|values| index.get(values).copied()).collect()
        };
        Some(Self {
            of_base: find(&base, &in_patch),
            of_patch: find(&patch, &in_base),
            has_several_keys: used > 1,
        })
    }
}

/// The values of the merge keys in each item.
struct Values<'v> {
    list: Vec<&'v str>,
    key_count: usize,
}

impl<'v> Values<'v> {
    /// `None` if an item is no mapping, or an empty one.
    fn of(items: impl Iterator<Item = View<'v>>, keys: &[&str]) -> Option<Self> {
        let mut list = Vec::new();
        for item in items {
            item.entries().next()?;
            list.extend(keys.iter().map(|key| value(item, key)));
        }
        let key_count = keys.len();
        Some(Self { list, key_count })
    }

    fn items(&self) -> impl Iterator<Item = &[&'v str]> {
        self.list.chunks_exact(self.key_count)
    }

    fn of_key(&self, at: usize) -> impl Iterator<Item = &'v str> {
        self.list.iter().copied().skip(at).step_by(self.key_count)
    }

    /// The items by their values; `None` if two have the same.
    fn index(&self) -> Option<FxHashMap<&[&'v str], usize>> {
        let index: FxHashMap<_, _> = self.items().zip(0..).collect();
        (index.len() == self.items().count()).then_some(index)
    }
}

/// The value by which an item is told from others; empty if it has none.
pub(super) fn value<'v>(item: View<'v>, key: &str) -> &'v str {
    match item.get(key) {
        Some(value) if !value.is_null() => value.text(),
        _ => "",
    }
}

/// Gives an item's merge keys back their past: the patch names them to find the item, not to
/// change them.
fn keep_keys(item: &mut Node, base: View<'_>, keys: &[&str]) {
    let Some(map) = item.map_mut() else {
        return;
    };
    for key in keys {
        if let (Some(now), Some(before)) = (map.entry_mut(key), base.entry(key))
            && now.value.view().same_content(before.value)
        {
            now.value = before.value.to_node();
            now.was = before.was.cloned();
        }
    }
}

impl Walker<'_> {
    pub(super) fn merge_pairs(
        &mut self,
        lists: &Lists<'_>,
        pairs: &Pairs,
        keys: &[&str],
        of: Option<Type<'_>>,
    ) -> Result<Vec<Slot>, Fault> {
        let mut base = Vec::with_capacity(lists.base.len());
        for ((at, item), partner) in lists.base.iter().zip(&pairs.of_base) {
            let sides = match partner.and_then(|at| lists.patch.get(at)) {
                Some(patch) => Sides::Both(*item, *patch),
                None if lists.is_own => Sides::Own(*item),
                None => Sides::Base(*item),
            };
            let walked = self.walk(sides, of)?;
            if let Sides::Both(_, patch) = sides {
                self.tally.forget_keys(patch, keys);
                if matches!(walked, Walked::Set(_)) {
                    self.tally
                        .note_dropped(patch, patch.origin().into_iter().collect());
                }
            }
            base.push(match walked {
                Walked::Gone => None,
                Walked::Changed(mut node) => {
                    keep_keys(&mut node, *item, keys);
                    Some(Slot::Base(*at, Some(node)))
                }
                // `$patch: replace` on an item has no effect: kustomize puts the base's item
                // back when it joins the lists.
                Walked::Same | Walked::Set(_) => Some(Slot::Base(*at, None)),
            });
        }
        let mut slots = Vec::with_capacity(base.len() + lists.patch.len());
        for (item, partner) in lists.patch.iter().zip(&pairs.of_patch) {
            match partner {
                // With one key, items stand in the patch's order; with several, the base's keep
                // theirs.
                Some(_) if pairs.has_several_keys => {}
                Some(at) => slots.extend(base.get_mut(*at).and_then(Option::take)),
                None => {
                    if let Walked::Set(node) = self.walk(Sides::Added(*item), of)? {
                        slots.push(Slot::Added(node));
                    }
                }
            }
        }
        slots.extend(base.into_iter().flatten());
        Ok(slots)
    }
}
