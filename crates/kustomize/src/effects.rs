//! What the directives of a kustomization did, noted where they do it.

use manifest::{Dialect, Fault, Keyed, Kind, Src, View};

/// A part of a kustomization that asks for a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Directive {
    /// An entry of `patches`, `patchesStrategicMerge` or `patchesJson6902`.
    Patch,
    /// One value of a strategic merge.
    PatchValue,
    /// One operation of a JSON patch.
    Operation,
    /// An entry of `images`.
    Image,
    /// An entry of `replicas`.
    Replicas,
    /// A target of a replacement.
    ReplacementTarget,
}

/// What came of a directive. Of several uses the greatest counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Effect {
    /// It matches nothing.
    Unmatched,
    /// What it fits is already as it asks.
    Unchanged,
    /// It changed something.
    Changed,
}

/// What one directive did in one rendering.
#[derive(Clone, Debug)]
pub struct Note {
    /// What sort of directive it is.
    pub directive: Directive,
    /// Where it is written.
    pub at: Src,
    /// What came of it.
    pub effect: Effect,
    /// The patch that it is a part of.
    pub within: Option<Src>,
    /// What may have been meant, if it matches nothing.
    pub hint: Option<Box<str>>,
}

/// What sort of thing a merge lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Lost {
    /// Items of the base's list, which the patch's list replaces as a whole.
    Items,
    /// A part of the patch, because its list's items cannot be told apart.
    Part,
}

/// Something that a strategic merge silently lost.
#[derive(Clone, Debug)]
pub struct Loss {
    /// What was lost.
    pub lost: Lost,
    /// The patch's value that was merged.
    pub at: Src,
    /// The key under which it stands.
    pub field: Box<str>,
    /// Where that stood which was lost.
    pub from: Vec<Src>,
    /// How many items the base's list had.
    pub of: usize,
}

/// What all directives of a kustomization and its components did.
#[derive(Clone, Debug, Default)]
pub struct Effects {
    /// One for each use of a directive.
    pub notes: Vec<Note>,
    /// What merges lost.
    pub losses: Vec<Loss>,
    /// Entries of patches that are not seen, because their keys stand there already.
    pub repeated: Vec<Fault>,
    /// What charts demand of their values and nobody compared them with.
    pub unchecked: Vec<Fault>,
}

impl Effects {
    /// Notes what a directive did, if it is known where it is written.
    pub(crate) fn note(&mut self, directive: Directive, at: Option<&Src>, effect: Effect) {
        self.note_with_hint(directive, at, effect, None);
    }

    /// As [`Effects::note`], with what may have been meant.
    pub(crate) fn note_with_hint(
        &mut self,
        directive: Directive,
        at: Option<&Src>,
        effect: Effect,
        hint: Option<String>,
    ) {
        if let Some(at) = at {
            self.notes.push(Note {
                directive,
                at: at.clone(),
                effect,
                within: None,
                hint: hint.map(String::into_boxed_str),
            });
        }
    }

    /// Adds what others did.
    pub(crate) fn extend(&mut self, other: &Self) {
        self.notes.extend(other.notes.iter().cloned());
        self.losses.extend(other.losses.iter().cloned());
        self.repeated.extend(other.repeated.iter().cloned());
        self.unchecked.extend(other.unchecked.iter().cloned());
    }
}

impl Effect {
    /// The effect on something that fits.
    pub(crate) fn of(changed: bool) -> Self {
        match changed {
            true => Self::Changed,
            false => Self::Unchanged,
        }
    }
}

/// Whether two values come to the same in what is given out, however they are written.
pub(crate) fn means_the_same(one: View<'_>, other: View<'_>) -> bool {
    match (one.kind(), other.kind()) {
        (Kind::Scalar, Kind::Scalar) => {
            one.text() == other.text()
                && one.scalar(Dialect::Kustomize) == other.scalar(Dialect::Kustomize)
        }
        (Kind::Seq, Kind::Seq) => {
            let mut others = other.items();
            one.items()
                .all(|item| others.next().is_some_and(|o| means_the_same(item, o)))
                && others.next().is_none()
        }
        (Kind::Map, Kind::Map) => {
            let count = one.entries().count();
            let others = Keyed::of(other);
            count == other.entries().count()
                && one.entries().all(|entry| {
                    let found = others.get(entry.key.text());
                    found.is_some_and(|value| means_the_same(entry.value, value))
                })
        }
        _ => false,
    }
}
