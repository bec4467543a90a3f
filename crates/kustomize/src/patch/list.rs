//! Lists whose items merge.

use manifest::{Fault, Item, Node, View};

use super::directive::Directive;
use super::regular::Pairs;
use super::strategic::{Sides, Walked, Walker};
use super::tally::missing_in;
use super::{irregular, scalars};
use crate::effects::{Effect, means_the_same};
use crate::openapi::Type;

/// The items that meet.
pub(super) struct Lists<'v> {
    /// The base's, each with its place in the base.
    pub(super) base: Vec<(usize, View<'v>)>,
    /// The patch's.
    pub(super) patch: Vec<View<'v>>,
    /// Whether the base's items are the patch's at once.
    pub(super) is_own: bool,
}

/// One item of the list that comes out.
pub(super) enum Slot {
    /// The base's item at this place, and what it is now if something inside it changed.
    Base(usize, Option<Node>),
    /// An item that the patch brings.
    Added(Node),
}

impl Walker<'_> {
    pub(super) fn list(&mut self, sides: Sides<'_>, of: Option<Type<'_>>) -> Result<Walked, Fault> {
        let Some((of, merge)) = of.and_then(|of| Some((of, of.merge()?))) else {
            return Ok(match sides {
                Sides::Both(base, patch) => {
                    self.tally.seen += patch.items().count();
                    let changed = !means_the_same(base, patch);
                    self.tally.note(patch, Effect::of(changed));
                    if changed {
                        self.tally.note_replaced(base, patch);
                    }
                    self.tally.bring(patch);
                    Walked::Set(patch.to_node())
                }
                Sides::Added(patch) => {
                    self.tally.bring(patch);
                    Walked::Set(patch.to_node())
                }
                Sides::Base(_) | Sides::Own(_) => Walked::Same,
            });
        };
        let directive = match sides {
            Sides::Both(_, patch) | Sides::Own(patch) => Directive::of_list(patch)?,
            // kustomize looks for no directive where there is nothing to be patched.
            Sides::Base(_) | Sides::Added(_) => None,
        };
        self.tally.changed |= directive.is_some();
        let is_kept = |item: View<'_>| !directive.is_some_and(|d| d.takes(item));
        let (base, patch) = match (sides, directive) {
            (_, Some(Directive::Delete)) => return Ok(Walked::Gone),
            (Sides::Both(_, patch), Some(Directive::Replace)) => (patch, None),
            (Sides::Both(base, patch), _) => (base, Some(patch)),
            (Sides::Base(only) | Sides::Added(only) | Sides::Own(only), _) => (only, None),
        };
        let is_own = patch.is_none() && !matches!(sides, Sides::Base(_));
        let lists = Lists {
            base: (0..)
                .zip(base.items())
                .filter(|(_, item)| !is_own || is_kept(*item))
                .collect(),
            patch: patch
                .into_iter()
                .flat_map(View::items)
                .filter(|i| is_kept(*i))
                .collect(),
            is_own,
        };
        self.tally.seen += lists.base.len() + lists.patch.len();
        let keys: Vec<&str> = merge.keys().collect();
        let slots = if keys.is_empty() {
            scalars::merge(&lists)?
        } else if let Some(pairs) = Pairs::of(&lists, &keys) {
            self.merge_pairs(&lists, &pairs, &keys, of.items())?
        } else {
            let muted = self.tally.mute(true);
            let slots = irregular::merge(self, &lists, &keys, of.items());
            self.tally.mute(muted);
            let slots = slots?;
            let is_changed = |slot: &Slot| !matches!(slot, Slot::Base(_, None));
            self.tally.changed |= slots.iter().any(is_changed);
            if directive.is_none() {
                self.tally.seen += lists.patch.len() * slots.len();
                self.note_dropped(&lists, &slots, &keys);
            }
            slots
        };
        if !self.tally.changed {
            let in_place =
                |(at, slot): (usize, &Slot)| matches!(slot, Slot::Base(i, _) if *i == at);
            self.tally.changed =
                base.items().count() != slots.len() || !slots.iter().enumerate().all(in_place);
        }
        let walked = self.changed_list(base, slots);
        if let (Sides::Both(_, patch), true) = (sides, keys.is_empty()) {
            let changed = !matches!(walked, Walked::Same);
            self.tally.note(patch, Effect::of(changed));
        }
        Ok(match sides {
            Sides::Both(_, patch) | Sides::Added(patch) if is_own => walked.adopt(patch),
            _ => walked,
        })
    }

    /// Takes down which parts of the patch's items are in none of those that came out.
    fn note_dropped(&mut self, lists: &Lists<'_>, slots: &[Slot], keys: &[&str]) {
        let merged: Vec<View<'_>> = slots
            .iter()
            .filter_map(|slot| match slot {
                Slot::Base(_, Some(node)) | Slot::Added(node) => Some(node.view()),
                Slot::Base(at, None) => lists.base.iter().find(|(i, _)| i == at).map(|(_, v)| *v),
            })
            .collect();
        for item in lists.patch.iter().filter(|item| item.is_map()) {
            let is_same = |merged: &&View<'_>| {
                let mut named = keys.iter().filter(|key| item.get(key).is_some());
                named.all(|key| {
                    let own = item.get(key).map(View::text);
                    merged.get(key).map(View::text) == own
                })
            };
            let lost = merged.iter().filter(is_same).map(|m| missing_in(*item, *m));
            if let Some(part) = lost.min_by_key(Vec::len).filter(|part| !part.is_empty()) {
                self.tally.note_dropped(*item, part);
            }
        }
    }

    fn changed_list(&mut self, base: View<'_>, slots: Vec<Slot>) -> Walked {
        let is_same = |(at, slot): (usize, &Slot)| matches!(slot, Slot::Base(i, None) if *i == at);
        let mut node = base.to_node();
        if base.items().count() == slots.len() && slots.iter().enumerate().all(is_same) {
            return Walked::Same;
        }
        let Some(seq) = node.seq_mut() else {
            return Walked::Same;
        };
        self.tally.copied += seq.items.len() + slots.len();
        let (live, gone): (Vec<Item>, Vec<Item>) =
            seq.items.drain(..).partition(|item| !item.value.is_gone());
        let mut live: Vec<Option<Item>> = live.into_iter().map(Some).collect();
        for slot in slots {
            match slot {
                Slot::Base(at, change) => {
                    let Some(mut item) = live.get_mut(at).and_then(Option::take) else {
                        continue;
                    };
                    item.value = change.unwrap_or(item.value);
                    seq.items.push(item);
                }
                Slot::Added(node) => {
                    let mut item = Item::new(Node::Gone);
                    item.set(node, self.step.clone());
                    seq.items.push(item);
                }
            }
        }
        for mut item in live.into_iter().flatten() {
            item.set(Node::Gone, self.step.clone());
            seq.items.push(item);
        }
        seq.items.extend(gone);
        Walked::Changed(node)
    }
}
