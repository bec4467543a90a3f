//! Strategic merges, as kustomize does them.

use std::iter;

use manifest::{
    Dialect, EntryRef, Fault, FaultKind, Gvk, Kind, Node, Part, Scalar, Span, Src, Step, Style,
    View,
};
use rustc_hash::FxHashMap;

use super::directive::{self, Directive};
use super::tally::Tally;
use super::{MAX_DEPTH, fault_at, noun, too_deep};
use crate::edit;
use crate::effects::{Effect, means_the_same};
use crate::openapi::{Described, Schema, Type};

/// A patch with more entries than this is indexed.
const INDEX_FROM: usize = 16;

/// What became of the target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It is merged.
    Merged,
    /// The patch deletes it, or left nothing of it; the target is as it was.
    Deleted,
}

/// Merges a patch into an object of the kind `gvk`. Values that the patch brings are its own
/// nodes, everything else stays what it is.
///
/// kustomize treats all of the object, so a merge may also change what the patch does not name:
/// values that are not written (`key:`) go, and items of a list that cannot be told apart by
/// their merge key displace one another.
///
/// # Errors
/// A value of the patch is a mapping, list or scalar and what it patches is not; `$patch` is
/// unknown; the values are nested too deeply. The target is then as it was.
pub fn merge(
    target: &mut Node,
    patch: View<'_>,
    schema: &Schema,
    gvk: &Gvk,
    step: &Step,
) -> Result<Outcome, Fault> {
    merge_counted(target, patch, schema, gvk, step, &mut Tally::default())
}

/// As [`merge`], taking down what each value of the patch did.
pub(crate) fn merge_counted(
    target: &mut Node,
    patch: View<'_>,
    schema: &Schema,
    gvk: &Gvk,
    step: &Step,
    tally: &mut Tally,
) -> Result<Outcome, Fault> {
    let of = schema.kind(&gvk.api_version(), &gvk.kind);
    let mut walker = Walker {
        schema,
        step,
        depth: 0,
        tally: std::mem::take(tally),
    };
    let walked = walker.walk(Sides::Both(target.view(), patch), of);
    *tally = walker.tally;
    match walked? {
        Walked::Same => {}
        Walked::Changed(node) | Walked::Set(node) => *target = node,
        Walked::Gone => {
            tally.changed = true;
            return Ok(Outcome::Deleted);
        }
    }
    if target.view().entries().next().is_none() {
        tally.changed = true;
        return Ok(Outcome::Deleted);
    }
    Ok(Outcome::Merged)
}

/// The values that meet at one place.
#[derive(Clone, Copy)]
pub(super) enum Sides<'v> {
    /// The patch does not name it.
    Base(View<'v>),
    /// The base, and the patch.
    Both(View<'v>, View<'v>),
    /// The base has none.
    Added(View<'v>),
    /// Something inside a value that the patch adds: there it is base and patch at once.
    Own(View<'v>),
}

/// What became of the base's value.
pub(super) enum Walked {
    /// It stays as it is.
    Same,
    /// It is removed.
    Gone,
    /// Something inside it changed.
    Changed(Node),
    /// It is another value.
    Set(Node),
}

impl Walked {
    /// The outcome where `added` takes the place of the base's value.
    pub(super) fn adopt(self, added: View<'_>) -> Self {
        match self {
            Self::Same => Self::Set(added.to_node()),
            Self::Changed(node) => Self::Set(node),
            other => other,
        }
    }
}

pub(super) struct Walker<'s> {
    schema: &'s Schema,
    pub(super) step: &'s Step,
    depth: usize,
    pub(super) tally: Tally,
}

impl<'s> Walker<'s> {
    pub(super) fn walk(&mut self, sides: Sides<'_>, of: Option<Type<'_>>) -> Result<Walked, Fault> {
        if self.depth == MAX_DEPTH {
            let (Sides::Base(value)
            | Sides::Both(_, value)
            | Sides::Added(value)
            | Sides::Own(value)) = sides;
            return Err(too_deep(value));
        }
        self.depth += 1;
        if let Sides::Both(_, value) | Sides::Added(value) | Sides::Own(value) = sides {
            self.tally.brought += value.text().len();
        }
        let of = of.or_else(|| self.kind_of(sides));
        let walked = self.walk_value(sides, of);
        self.depth -= 1;
        walked
    }

    fn walk_value(&mut self, sides: Sides<'_>, of: Option<Type<'_>>) -> Result<Walked, Fault> {
        match sides {
            // A null that is written out stays, one that is only implied does not.
            Sides::Base(base) if is_unwritten(base) => {
                self.tally.changed = true;
                Ok(Walked::Gone)
            }
            Sides::Base(base) => match base.kind() {
                Kind::Map => self.map(sides, of),
                Kind::Seq => self.list(sides, of),
                _ => Ok(Walked::Same),
            },
            Sides::Both(base, patch) if base.is_null() => {
                self.tally.note(patch, Effect::Changed);
                self.walk_value(Sides::Added(patch), of)
            }
            Sides::Both(_, patch) if patch.is_null() => {
                self.tally.note(patch, Effect::Changed);
                Ok(Walked::Gone)
            }
            Sides::Added(patch) if patch.is_null() => {
                self.tally.note(patch, Effect::Unchanged);
                Ok(Walked::Gone)
            }
            Sides::Own(patch) if patch.is_null() => Ok(Walked::Gone),
            Sides::Both(base, patch) if base.kind() != patch.kind() => {
                Err(kinds_differ(base, patch))
            }
            Sides::Both(_, patch) => match patch.kind() {
                Kind::Map => match Directive::of_map(patch)? {
                    Some(directive @ (Directive::Delete | Directive::Replace)) => {
                        self.tally.note(patch, Effect::Changed);
                        match directive {
                            Directive::Delete => Ok(Walked::Gone),
                            _ => Ok(self.map(Sides::Own(patch), of)?.adopt(patch)),
                        }
                    }
                    _ => {
                        if patch.entries().next().is_none() {
                            self.tally.note(patch, Effect::Unchanged);
                        }
                        self.map(sides, of)
                    }
                },
                Kind::Seq => self.list(sides, of),
                _ => Ok(Walked::Set(patch.to_node())),
            },
            Sides::Added(patch) => match patch.kind() {
                // An unknown directive is no fault where there is nothing to be patched.
                Kind::Map => match Directive::of_map(patch) {
                    Ok(Some(Directive::Delete)) => {
                        self.tally.note(patch, Effect::Unchanged);
                        Ok(Walked::Gone)
                    }
                    _ => {
                        self.tally.note_added(patch);
                        Ok(self.map(Sides::Own(patch), of)?.adopt(patch))
                    }
                },
                Kind::Seq => {
                    self.tally.note_added(patch);
                    self.list(sides, of)
                }
                _ => {
                    self.tally.note_added(patch);
                    Ok(Walked::Set(patch.to_node()))
                }
            },
            Sides::Own(own) => match own.kind() {
                Kind::Map => match Directive::of_map(own)? {
                    Some(Directive::Delete) => Ok(Walked::Gone),
                    _ => self.map(sides, of),
                },
                Kind::Seq => self.list(sides, of),
                _ => Ok(Walked::Same),
            },
        }
    }

    /// Goes through the entries of a mapping whose directive has been obeyed.
    fn map(&mut self, sides: Sides<'_>, of: Option<Type<'_>>) -> Result<Walked, Fault> {
        let (base, patch) = match sides {
            Sides::Base(base) | Sides::Own(base) => (base, None),
            Sides::Both(base, patch) => (base, Some(patch)),
            Sides::Added(_) => return Ok(Walked::Same),
        };
        let is_own = matches!(sides, Sides::Own(_));
        let mut patch = patch.map(Entries::of);
        let mut changes = Vec::new();
        for (at, entry) in base.entries().enumerate() {
            self.tally.seen += 1;
            let key = entry.key.text();
            if is_own && directive::is_known(entry) {
                changes.push((at, Walked::Gone));
                continue;
            }
            let patched = patch.as_mut().and_then(|patch| patch.take(key));
            let value = patched.map(|patched| patched.value);
            let sides = match value {
                Some(value) => Sides::Both(entry.value, value),
                None if is_own => Sides::Own(entry.value),
                None => Sides::Base(entry.value),
            };
            let described = self.described(entry, patched);
            let own = described.as_ref().map(Described::as_type);
            let losses = self.tally.losses();
            match self.walk(sides, own.or_else(|| of?.field(key)))? {
                Walked::Same => {}
                Walked::Set(node) if node.view().kind() == Kind::Scalar => {
                    let node = self.restyled(entry, node.view());
                    if let Some(value) = value {
                        let changed = !means_the_same(entry.value, node.view());
                        self.tally.note(value, Effect::of(changed));
                    }
                    changes.push((at, Walked::Set(node)));
                }
                walked => changes.push((at, walked)),
            }
            if self.tally.losses() > losses {
                self.tally.name_losses(losses, key);
            }
        }
        let added = self.added(patch.iter().flat_map(Entries::rest), of)?;
        Ok(self.changed_map(base, changes, added))
    }

    /// What becomes of entries that the base does not have.
    fn added<'v>(
        &mut self,
        entries: impl Iterator<Item = EntryRef<'v>>,
        of: Option<Type<'_>>,
    ) -> Result<Vec<(Node, Node)>, Fault> {
        let mut added = Vec::new();
        for entry in entries {
            self.tally.seen += 1;
            let described = self.described(entry, None);
            let own = described.as_ref().map(Described::as_type);
            let of = own.or_else(|| of?.field(entry.key.text()));
            if let Walked::Set(node) = self.walk(Sides::Added(entry.value), of)? {
                added.push((entry.key.to_node(), node));
            }
        }
        Ok(added)
    }

    fn changed_map(
        &mut self,
        base: View<'_>,
        changes: Vec<(usize, Walked)>,
        added: Vec<(Node, Node)>,
    ) -> Walked {
        if changes.is_empty() && added.is_empty() {
            return Walked::Same;
        }
        let mut node = base.to_node();
        let Some(map) = node.map_mut() else {
            return Walked::Same;
        };
        self.tally.copied += map.entries.len() + added.len();
        let mut entries = map.entries.iter_mut().filter(|e| !e.value.is_gone());
        let mut behind = 0;
        for (at, walked) in changes {
            let Some(entry) = entries.nth(at - behind) else {
                break;
            };
            behind = at + 1;
            match walked {
                Walked::Same => {}
                Walked::Gone => entry.set(Node::Gone, self.step.clone()),
                Walked::Changed(node) => entry.value = node,
                Walked::Set(node) => entry.set(node, self.step.clone()),
            }
        }
        match added.len() > INDEX_FROM {
            true => {
                let step = || self.step.clone();
                let added = added.into_iter().map(|(key, value)| (key, value, step()));
                edit::merge_into(map, added);
            }
            false => {
                for (key, value) in added {
                    map.set(key, value, self.step.clone());
                }
            }
        }
        Walked::Changed(node)
    }

    /// The patch's scalar. kustomize writes it the way the entry's first value is written, so that
    /// where that is quoted, a number becomes text.
    fn restyled(&self, base: EntryRef<'_>, patch: View<'_>) -> Node {
        let text = patch.text();
        let is_text = matches!(
            patch.scalar(Dialect::Kustomize),
            Some(Scalar::Str(meant)) if meant == text
        );
        let View::Src(source, id) = patch else {
            return patch.to_node();
        };
        if is_text || !is_quoted(base) {
            return patch.to_node();
        }
        let whole = Span::new(0, text.len() as u32);
        let part = Part {
            span: whole,
            from: Src::new(source, id),
            of: whole,
        };
        Node::made(text, Style::DoubleQuoted, [part], self.step.clone())
    }

    /// The type that a comment gives to an entry's value, the base's before the patch's.
    fn described(&self, base: EntryRef<'_>, patch: Option<EntryRef<'_>>) -> Option<Described> {
        let is_collection = |entry: &EntryRef<'_>| entry.value.is_map() || entry.value.is_seq();
        let mut entries = iter::once(base).chain(patch).filter(is_collection);
        entries.find_map(|entry| self.schema.described(entry))
    }

    /// Where the type is not known, an object inside the object may tell its own.
    fn kind_of(&self, sides: Sides<'_>) -> Option<Type<'s>> {
        let (first, second) = match sides {
            Sides::Both(base, patch) => (base, Some(patch)),
            Sides::Base(only) | Sides::Added(only) | Sides::Own(only) => (only, None),
        };
        [Some(first), second]
            .into_iter()
            .flatten()
            .find_map(|view| {
                let kind = view.get("kind")?.text();
                let api_version = view.get("apiVersion")?.text();
                self.schema.kind(api_version, kind)
            })
    }
}

/// A patch's entries, to be found by their keys.
struct Entries<'v> {
    list: Vec<(EntryRef<'v>, bool)>,
    index: FxHashMap<&'v str, usize>,
}

impl<'v> Entries<'v> {
    fn of(patch: View<'v>) -> Self {
        let entries = patch.entries().filter(|entry| !directive::is_known(*entry));
        let list: Vec<_> = entries.map(|entry| (entry, false)).collect();
        let mut index = FxHashMap::default();
        if list.len() > INDEX_FROM {
            let keys = list.iter().map(|(entry, _)| entry.key.text());
            index.extend(keys.zip(0..));
        }
        Self { list, index }
    }

    /// The entry with this key, which is then taken.
    fn take(&mut self, key: &str) -> Option<EntryRef<'v>> {
        let at = if self.list.len() > INDEX_FROM {
            *self.index.get(key)?
        } else {
            self.list.iter().rposition(|(e, _)| e.key.text() == key)?
        };
        let (entry, taken) = self.list.get_mut(at)?;
        *taken = true;
        Some(*entry)
    }

    /// The entries that were not taken.
    fn rest(&self) -> impl Iterator<Item = EntryRef<'v>> {
        self.list
            .iter()
            .filter(|(_, taken)| !taken)
            .map(|(e, _)| *e)
    }
}

/// Whether the entry's first value was written in quotes or as a block.
fn is_quoted(entry: EntryRef<'_>) -> bool {
    let mut first = entry.value;
    let mut was = entry.was;
    while let Some(earlier) = was.filter(|was| !was.node.is_gone()) {
        first = earlier.node.view();
        was = earlier.prev.as_ref();
    }
    match first {
        View::Src(..) if first.kind() == Kind::Scalar => first.style() != Style::Plain,
        // What the program itself puts together is quoted for its own purposes.
        View::Made(made) => made.text.contains('\n'),
        _ => false,
    }
}

/// Whether a null is only implied, as in `key:`.
fn is_unwritten(value: View<'_>) -> bool {
    match value {
        View::Src(source, id) => source.tree.span(id).is_empty() && value.is_null(),
        _ => false,
    }
}

fn kinds_differ(base: View<'_>, patch: View<'_>) -> Fault {
    let message = format!(
        "the patch has {} where the object has {}",
        noun(patch),
        noun(base)
    );
    let fault = fault_at(patch, FaultKind::Patch, message)
        .help("give the patch the object's form, or delete the value with `null` first");
    match base.origin() {
        Some(place) => fault.related("what is patched", place.locate()),
        None => fault,
    }
}
