//! What the values of a strategic merge did to the objects that it was merged into.

use std::sync::Arc;

use manifest::{Budget, Exceeded, Keyed, Kind, Node, Source, Src, Unit, View};
use rustc_hash::FxHashSet;
use spanned_yaml::NodeId;

use crate::effects::{Directive, Effect, Effects, Loss, Lost, Note, means_the_same};

/// How many lost items are told one by one.
const MAX_TOLD: usize = 8;

/// How many pairs of items are compared to find those that are lost.
const MAX_PAIRS: usize = 100_000;

/// What a patch did, over all objects that it was merged into.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    /// Whether any object is other than before.
    pub(crate) changed: bool,
    /// By their places behind `root`, which all values of the patch follow.
    values: Vec<Option<(NodeId, Effect)>>,
    root: usize,
    losses: Vec<Loss>,
    /// Values that say what is patched.
    naming: [Option<NodeId>; 4],
    /// Those of them that may change it.
    renaming: [Option<NodeId>; 2],
    /// Those that are known, to be told once each.
    lost: FxHashSet<(Lost, *const Source, NodeId)>,
    /// Whether what is merged now cannot be told value by value.
    muted: bool,
    /// How many values were looked at that are not paid for yet, and how many entries and items
    /// were copied.
    pub(super) seen: usize,
    pub(super) copied: usize,
    /// How many bytes of text the patch brought.
    pub(super) brought: usize,
}

impl Tally {
    /// A tally for a patch, which may change the name or the kind of what it is merged into. A
    /// patch without its identity is none: where that changes nothing, it says what is meant.
    pub(crate) fn of(patch: View<'_>, may_change_name: bool, may_change_kind: bool) -> Self {
        let id = |path: &[&str]| match patch.get_path(path) {
            Some(View::Src(_, id)) => Some(id),
            _ => None,
        };
        let (kind, name) = (id(&["kind"]), id(&["metadata", "name"]));
        let namespace = id(&["metadata", "namespace"]);
        let root = patch.origin().map_or(0, |root| root.node.index());
        Self {
            naming: [id(&["apiVersion"]), kind, name, namespace],
            renaming: [
                kind.filter(|_| may_change_kind),
                name.filter(|_| may_change_name),
            ],
            root,
            ..Self::default()
        }
    }

    /// Pays for what was looked at and copied since this was last asked.
    pub(crate) fn spend(&mut self, budget: &Budget) -> Result<(), Exceeded> {
        let (seen, copied) = (
            std::mem::take(&mut self.seen),
            std::mem::take(&mut self.copied),
        );
        budget.spend(Unit::Steps, seen / 4)?;
        budget.spend(Unit::Bytes, std::mem::take(&mut self.brought))?;
        budget.spend(Unit::Nodes, copied)
    }

    /// Counts a value that is taken over as a whole.
    pub(super) fn bring(&mut self, value: View<'_>) {
        self.seen += 1;
        self.brought += value.text().len();
        value.items().for_each(|item| self.bring(item));
        value.entries().for_each(|entry| self.bring(entry.value));
    }

    /// Takes down what a value of the patch did.
    pub(super) fn note(&mut self, value: View<'_>, effect: Effect) {
        let id = match value {
            View::Src(_, id) => Some(id),
            _ => None,
        };
        let names = id.is_some() && self.naming.contains(&id);
        if self.muted || names && !self.renaming.contains(&id) {
            return;
        }
        self.changed |= effect == Effect::Changed;
        if names {
            return;
        }
        let Some((id, at)) = id.and_then(|id| Some((id, self.place(id)?))) else {
            return;
        };
        if at >= self.values.len() {
            self.values.resize(at + 1, None);
        }
        if let Some(value) = self.values.get_mut(at) {
            let so_far = value.map_or(effect, |(_, so_far)| so_far);
            *value = Some((id, effect.max(so_far)));
        }
    }

    /// Where a value of the patch is kept; an alias of one before the patch is not.
    fn place(&self, id: NodeId) -> Option<usize> {
        id.index().checked_sub(self.root)
    }

    /// Takes down that all of a value is new.
    pub(super) fn note_added(&mut self, value: View<'_>) {
        if !self.muted {
            self.note(value, Effect::Changed);
            for entry in value.entries() {
                self.note_added(entry.value);
            }
        }
    }

    /// The merge keys of an item only say which one is meant.
    pub(super) fn forget_keys(&mut self, item: View<'_>, keys: &[&str]) {
        for key in keys {
            if let Some(View::Src(_, id)) = item.get(key)
                && let Some(at) = self.place(id)
                && let Some(value) = self.values.get_mut(at)
            {
                *value = None;
            }
        }
    }

    /// Stops or resumes taking down single values. Returns whether it was stopped before.
    pub(super) fn mute(&mut self, muted: bool) -> bool {
        std::mem::replace(&mut self.muted, muted)
    }

    /// Takes down which of the base's items are in a list no more that replaces theirs. A list
    /// that is emptied on purpose loses nothing.
    pub(super) fn note_replaced(&mut self, base: View<'_>, patch: View<'_>) {
        let Some(at) = patch.origin().filter(|_| patch.items().next().is_some()) else {
            return;
        };
        let of = base.items().count();
        if of.saturating_mul(patch.items().count()) > MAX_PAIRS {
            return;
        }
        self.seen += of.saturating_mul(patch.items().count());
        let is_kept = |item: View<'_>| patch.items().any(|own| means_the_same(own, item));
        let lost = base.items().filter(|item| !is_kept(*item));
        let from: Vec<Src> = lost.filter_map(View::origin).take(MAX_TOLD).collect();
        if !from.is_empty() {
            self.lose(Lost::Items, at, from, of);
        }
    }

    /// Takes down that a part of a patch's item got lost.
    pub(super) fn note_dropped(&mut self, item: View<'_>, part: Vec<Src>) {
        // It asks for something that is not so.
        self.changed = true;
        if let Some(at) = item.origin() {
            self.lose(Lost::Part, at, part, 0);
        }
    }

    fn lose(&mut self, lost: Lost, at: Src, from: Vec<Src>, of: usize) {
        if self.lost.insert((lost, Arc::as_ptr(&at.source), at.node)) {
            self.losses.push(Loss {
                lost,
                at,
                field: "".into(),
                from,
                of,
            });
        }
    }

    /// How many losses there are.
    pub(super) fn losses(&self) -> usize {
        self.losses.len()
    }

    /// Names the field of the losses since there were `from`.
    pub(super) fn name_losses(&mut self, from: usize, field: &str) {
        for loss in self.losses.iter_mut().skip(from) {
            if loss.field.is_empty() {
                loss.field = field.into();
            }
        }
    }

    /// Hands over what was taken down. `patch` is where its values stand, `within` the
    /// directive that brought it.
    pub(crate) fn tell(self, patch: &Node, within: Option<&Src>, effects: &mut Effects) {
        if let Some(root) = patch.view().origin() {
            let notes = self.values.into_iter().flatten().map(|(id, effect)| Note {
                directive: Directive::PatchValue,
                at: Src::new(&root.source, id),
                effect,
                within: within.cloned(),
                hint: None,
            });
            effects.notes.extend(notes);
        }
        effects.losses.extend(self.losses);
    }
}

/// The parts of a patch's value that are not in what it was merged into.
pub(super) fn missing_in(patch: View<'_>, merged: View<'_>) -> Vec<Src> {
    let mut missing = Vec::new();
    let merged = Keyed::of(merged);
    for entry in patch.entries() {
        let found = merged.get(entry.key.text());
        let lost = match (entry.value.kind(), found) {
            _ if entry.value.is_null() || super::directive::is_known(entry) => false,
            (_, None) => true,
            (Kind::Scalar, Some(found)) => found.text() != entry.value.text(),
            (Kind::Map, Some(found)) => {
                missing.extend(missing_in(entry.value, found));
                false
            }
            _ => false,
        };
        if lost {
            missing.extend(entry.key.origin());
        }
    }
    missing
}
