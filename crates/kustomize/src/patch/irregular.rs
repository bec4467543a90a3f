//! Lists with items that their merge keys do not tell apart: a key is missing, or two items have
//! the same. What kustomize makes of them is an accident of the steps it takes, so they are
//! taken here one by one. It looks at every combination of values of the merge keys, merges the
//! items found by it, then joins what came out with the base's list, item by item.

use manifest::{Fault, FaultKind, Node};

use super::list::{Lists, Slot};
use super::regular::value;
use super::strategic::{Sides, Walked, Walker};
use super::{directive, fault_at, noun};
use crate::openapi::Type;

/// How many items such a list may have: the cost grows with their square.
const MAX_ITEMS: usize = 2_000;

pub(super) fn merge(
    walker: &mut Walker<'_>,
    lists: &Lists<'_>,
    keys: &[&str],
    of: Option<Type<'_>>,
) -> Result<Vec<Slot>, Fault> {
    if lists.base.len() + lists.patch.len() > MAX_ITEMS {
        return Err(too_many(lists, keys));
    }
    let items = lists.base.len() + lists.patch.len();
    walker.tally.seen += items * items;
    let combinations = combinations(lists, keys);
    // A key that no item has does not count, unless none has any.
    let is_used = |at: &usize| combinations.iter().any(|values| !values[*at].is_empty());
    let mut used: Vec<usize> = (0..keys.len()).filter(is_used).collect();
    if used.is_empty() {
        used = (0..keys.len()).collect();
    }
    let keys: Vec<&str> = used.iter().map(|at| keys[*at]).collect();
    let mut merge = Merge::of(lists, keys);
    for values in &combinations {
        let values: Vec<&str> = used.iter().map(|at| values[*at]).collect();
        merge.merge_items(walker, of, &values)?;
    }
    if !combinations.is_empty() {
        merge.join_base()?;
    }
    Ok(merge.into_slots())
}

/// The values of the merge keys that occur, the patch's first. Those that differ only by what one
/// of them lacks are made the same.
fn combinations<'v>(lists: &Lists<'v>, keys: &[&str]) -> Vec<Vec<&'v str>> {
    let patch = lists.patch.iter().copied();
    let base = lists.base.iter().map(|(_, item)| *item);
    let mut all: Vec<Vec<&str>> = Vec::new();
    for item in patch.chain(base) {
        let values = keys.iter().map(|key| value(item, key)).collect();
        if !all.contains(&values) {
            all.push(values);
        }
    }
    if keys.len() < 2 {
        return all;
    }
    for first in 0..all.len() {
        let values = all[first].clone();
        for second in 0..all.len() {
            if let Some(both) = unite(&values, &all[second]) {
                all[first].clone_from(&both);
                all[second] = both;
            }
        }
    }
    all
}

/// What two combinations say together, if they have something in common and do not contradict.
fn unite<'v>(first: &[&'v str], second: &[&'v str]) -> Option<Vec<&'v str>> {
    let pairs = || first.iter().zip(second);
    if !pairs().any(|(a, b)| a == b) {
        return None;
    }
    let both = pairs().map(|(a, b)| match (a.is_empty(), b.is_empty()) {
        _ if a == b => Some(*a),
        (true, _) => Some(*b),
        (_, true) => Some(*a),
        _ => None,
    });
    both.collect()
}

/// An item, wherever it comes from.
struct Entry {
    node: Node,
    /// The values of the merge keys.
    values: Vec<Option<Box<str>>>,
    /// Its place in the base, if it comes from there.
    at: Option<usize>,
    is_changed: bool,
}

struct Merge<'k> {
    keys: Vec<&'k str>,
    entries: Vec<Entry>,
    /// Indices of the base's items that are left.
    base: Vec<usize>,
    /// Indices of the patch's.
    patch: Vec<usize>,
    is_own: bool,
    /// Indices of what comes out.
    joined: Vec<usize>,
}

impl<'k> Merge<'k> {
    fn of(lists: &Lists<'_>, keys: Vec<&'k str>) -> Self {
        let base = lists.base.iter().map(|(at, item)| (Some(*at), *item));
        let items = base.chain(lists.patch.iter().map(|item| (None, *item)));
        let entries: Vec<Entry> = items
            .map(|(at, item)| Entry::new(item.to_node(), at, &keys))
            .collect();
        Self {
            base: (0..lists.base.len()).collect(),
            patch: (lists.base.len()..entries.len()).collect(),
            keys,
            entries,
            is_own: lists.is_own,
            joined: Vec::new(),
        }
    }

    /// Merges the items that have these values.
    fn merge_items(
        &mut self,
        walker: &mut Walker<'_>,
        of: Option<Type<'_>>,
        values: &[&str],
    ) -> Result<(), Fault> {
        let base = self.find(&self.base, values);
        let patch = self.find(&self.patch, values);
        let view = |at: usize| self.entries[at].node.view();
        let walked = match (base, patch) {
            (Some(base), _) if self.is_own => walker.walk(Sides::Own(view(base)), of)?,
            (Some(base), Some(patch)) => walker.walk(Sides::Both(view(base), view(patch)), of)?,
            (Some(base), None) => walker.walk(Sides::Base(view(base)), of)?,
            (None, Some(patch)) => walker.walk(Sides::Added(view(patch)), of)?,
            (None, None) => Walked::Gone,
        };
        let (merged, node) = match walked {
            Walked::Same => (base, None),
            Walked::Changed(node) => (base, Some(node)),
            Walked::Set(node) => (patch, Some(node)),
            Walked::Gone => (None, None),
        };
        if let (Some(at), Some(node)) = (merged, node) {
            self.entries[at].change(node, &self.keys);
        }
        // A directive is obeyed once.
        let obeyed = if self.is_own { base } else { patch };
        if let Some(at) = obeyed {
            self.entries[at].drop_directive(&self.keys);
        }
        match merged.filter(|at| !self.entries[*at].is_nothing()) {
            Some(at) => {
                let joined = std::mem::take(&mut self.joined);
                self.joined = self.put(joined, Some(at), values)?;
            }
            None => {
                let base = std::mem::take(&mut self.base);
                self.base = self.put(base, None, values)?;
            }
        }
        Ok(())
    }

    /// The first item with these values. Those that are empty do not count, unless all are.
    fn find(&self, list: &[usize], values: &[&str]) -> Option<usize> {
        let counts = |value: &str| !value.is_empty() || values.iter().all(|v| v.is_empty());
        let has_all = |at: &&usize| {
            let entry = &self.entries[**at];
            let mut pairs = values.iter().zip(&entry.values);
            entry.is_map() && pairs.all(|(v, own)| !counts(v) || own.as_deref() == Some(*v))
        };
        list.iter().find(has_all).copied()
    }

    /// Puts the base's items that are left into what came out: in the place of the item with the
    /// same values, else at the end.
    fn join_base(&mut self) -> Result<(), Fault> {
        for at in self.base.clone() {
            let entry = &self.entries[at];
            if !entry.is_map() && !entry.node.view().is_null() {
                return Err(entry.misfit());
            }
            let values = entry.values.clone();
            let missing = values.iter().filter(|value| value.is_none()).count();
            let values: Vec<&str> = values.iter().flatten().map(|value| &**value).collect();
            let mut joined = std::mem::take(&mut self.joined);
            joined.extend(std::iter::repeat_n(at, missing));
            if self.keys.len() > 1 {
                joined = self.put(joined, None, &values)?;
            }
            self.joined = self.put(joined, Some(at), &values)?;
        }
        Ok(())
    }

    /// The list with an item in the place of those that have these values, or without them if
    /// none is given; at its end if none has them. As in kustomize, an empty value stands for
    /// any, a missing one for whatever the one before it found, and no values at all clear the
    /// list.
    fn put(
        &self,
        list: Vec<usize>,
        item: Option<usize>,
        values: &[&str],
    ) -> Result<Vec<usize>, Fault> {
        let wants_maps = values.first().is_some_and(|value| !value.is_empty());
        let item = item.filter(|at| !self.entries[*at].node.view().is_null());
        let mut is_found = false;
        let mut kept = Vec::with_capacity(list.len() + 1);
        for at in list {
            let entry = &self.entries[at];
            if entry.is_nothing() {
                continue;
            }
            if !entry.is_map() {
                match values {
                    [] => {}
                    _ if wants_maps => kept.push(at),
                    _ => return Err(entry.misfit()),
                }
                continue;
            }
            let mut pairs = values.iter().zip(&entry.values);
            let has_all = pairs.all(|(value, own)| match own {
                Some(own) => value.is_empty() || **own == **value,
                None => false,
            });
            match values {
                [] => {}
                _ if !has_all => kept.push(at),
                _ => {
                    is_found = true;
                    kept.extend(item);
                }
            }
        }
        if !is_found {
            kept.extend(item);
        }
        Ok(kept)
    }

    fn into_slots(self) -> Vec<Slot> {
        let mut is_out = vec![false; self.entries.len()];
        let slot = |at: usize| {
            let entry = &self.entries[at];
            let is_again = std::mem::replace(&mut is_out[at], true);
            match entry.at {
                Some(place) if !is_again => {
                    Slot::Base(place, entry.is_changed.then(|| entry.node.clone()))
                }
                _ => Slot::Added(entry.node.clone()),
            }
        };
        self.joined.iter().copied().map(slot).collect()
    }
}

impl Entry {
    fn new(node: Node, at: Option<usize>, keys: &[&str]) -> Self {
        let mut entry = Self {
            node: Node::Gone,
            values: Vec::new(),
            at,
            is_changed: false,
        };
        entry.change(node, keys);
        entry.is_changed = false;
        entry
    }

    fn change(&mut self, node: Node, keys: &[&str]) {
        let view = node.view();
        let read = |key: &&str| view.get(key).map(|value| value.text().into());
        self.values = keys.iter().map(read).collect();
        self.node = node;
        self.is_changed = true;
    }

    fn drop_directive(&mut self, keys: &[&str]) {
        if !self.node.view().entries().any(directive::is_known) {
            return;
        }
        let mut node = self.node.clone();
        if let Some(map) = node.map_mut() {
            map.entries
                .retain(|entry| entry.key.view().text() != directive::KEY);
        }
        self.change(node, keys);
    }

    fn is_map(&self) -> bool {
        self.node.view().is_map()
    }

    fn is_nothing(&self) -> bool {
        let view = self.node.view();
        view.is_null() || (view.is_map() && view.entries().next().is_none())
    }

    fn misfit(&self) -> Fault {
        let view = self.node.view();
        let message = format!("{} is in a list of mappings", noun(view));
        fault_at(view, FaultKind::Patch, message)
            .help("kustomize cannot merge such a list; write a mapping")
    }
}

fn too_many(lists: &Lists<'_>, keys: &[&str]) -> Fault {
    let message =
        format!("more than {MAX_ITEMS} items merge that their merge keys do not tell apart");
    let first = lists
        .patch
        .first()
        .or(lists.base.first().map(|(_, item)| item));
    let fault = match first {
        Some(item) => fault_at(*item, FaultKind::Limit, message),
        None => Fault::new(FaultKind::Limit, message),
    };
    let keys = keys.join("` and `");
    fault.help(format!("give each item its own `{keys}`"))
}
