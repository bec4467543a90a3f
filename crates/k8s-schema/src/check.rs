//! What every walk over an object carries with it.

use manifest::{Dialect, FieldPath, Scalar, Segment, View};

use crate::violation::{SchemaViolation, Unchecked, ViolationKind};
use crate::{Version, scalar};

/// How deep values may be nested.
pub(crate) const MAX_DEPTH: u16 = 128;

/// How many violations of one object are listed.
const MAX_VIOLATIONS: usize = 200;

/// How many values of one object may be looked at, those that several schemas apply to counted as
/// often; steps of expressions count, too.
const MAX_STEPS: u32 = 5_000_000;

/// A place in an object, as a chain to its root: nothing is allocated until something is wrong.
#[derive(Clone, Copy)]
pub(crate) struct Place<'a> {
    parent: Option<&'a Place<'a>>,
    step: Step<'a>,
    depth: u16,
}

#[derive(Clone, Copy)]
enum Step<'a> {
    Root,
    Key(&'a str),
    Index(usize),
}

/// One object's check: how it is judged, and what was found.
pub(crate) struct Check {
    pub(crate) version: Version,
    pub(crate) dialect: Dialect,
    /// Whether values must not be quoted.
    pub(crate) secret: bool,
    /// Whether the walk is in what controllers write.
    pub(crate) in_status: bool,
    /// Whether the walk is in something of Kubernetes' own of which the version is not known.
    pub(crate) in_any_version: bool,
    pub(crate) violations: Vec<SchemaViolation>,
    pub(crate) unchecked: Unchecked,
    steps: u32,
    limit: u32,
    /// Whether it matters only that something is wrong, and not what.
    only_asks: bool,
    /// Whether more steps were wanted than are allowed.
    pub(crate) is_cut: bool,
}

/// How to fix what is wrong.
pub(crate) struct Hint {
    /// The words.
    pub(crate) text: String,
    /// The path of the mapping that a field was meant to be in.
    pub(crate) meant_in: Option<Box<str>>,
}

impl From<String> for Hint {
    fn from(text: String) -> Self {
        Self {
            text,
            meant_in: None,
        }
    }
}

/// How much was found at a moment.
#[derive(Clone, Copy)]
pub(crate) struct Mark {
    violations: usize,
    not_listed: usize,
    placeholders: usize,
}

impl<'a> Place<'a> {
    pub(crate) const ROOT: Place<'static> = Place {
        parent: None,
        step: Step::Root,
        depth: 0,
    };

    pub(crate) fn key(&'a self, key: &'a str) -> Place<'a> {
        self.child(Step::Key(key))
    }

    pub(crate) fn index(&'a self, index: usize) -> Place<'a> {
        self.child(Step::Index(index))
    }

    pub(crate) fn parent(&self) -> Option<&'a Place<'a>> {
        self.parent
    }

    /// How many steps it is from the root.
    pub(crate) fn depth(&self) -> u16 {
        self.depth
    }

    fn child(&'a self, step: Step<'a>) -> Place<'a> {
        Place {
            parent: Some(self),
            step,
            depth: self.depth.saturating_add(1),
        }
    }

    /// The places from the root on, this one at the end.
    pub(crate) fn chain(&self) -> Vec<Place<'a>> {
        let mut chain = vec![*self];
        while let Some(parent) = chain.last().and_then(|place| place.parent) {
            chain.push(*parent);
        }
        chain.reverse();
        chain
    }

    pub(crate) fn path(&self) -> FieldPath {
        let segment = |place: Place<'_>| match place.step {
            Step::Key(key) => Some(Segment::from(key)),
            Step::Index(index) => Some(Segment::from(index)),
            Step::Root => None,
        };
        self.chain().into_iter().filter_map(segment).collect()
    }

    /// The key at the place's end.
    pub(crate) fn last_key(&self) -> Option<&'a str> {
        match self.step {
            Step::Key(key) => Some(key),
            _ => None,
        }
    }

    /// The name that messages call the place by: its own key, or its list's with the index.
    pub(crate) fn name(&self) -> String {
        match (self.step, self.parent) {
            (Step::Root, _) => "the object".to_owned(),
            (Step::Key(key), _) => scalar::quoted(key),
            (Step::Index(index), Some(parent)) => match parent.step {
                Step::Key(key) => scalar::quoted(&format!("{key}[{index}]")),
                _ => format!("item {index}"),
            },
            (Step::Index(index), None) => format!("item {index}"),
        }
    }
}

impl Check {
    pub(crate) fn new(version: Version, dialect: Dialect) -> Self {
        Self {
            version,
            dialect,
            secret: false,
            in_status: false,
            in_any_version: false,
            violations: Vec::new(),
            unchecked: Unchecked::default(),
            steps: 0,
            limit: MAX_STEPS,
            only_asks: false,
            is_cut: false,
        }
    }

    /// With fewer steps than there may be.
    pub(crate) fn within(mut self, steps: u32) -> Self {
        self.limit = self.limit.min(steps);
        self
    }

    /// What a scalar means; `None` for collections.
    pub(crate) fn scalar<'v>(&self, view: View<'v>) -> Option<Scalar<'v>> {
        view.scalar(self.dialect)
    }

    /// Counts a value; tells whether the limits allow to look into it.
    pub(crate) fn enter(&mut self, place: &Place<'_>) -> bool {
        self.work(1);
        self.is_cut |= self.steps >= self.limit;
        let allowed = place.depth < MAX_DEPTH && self.steps < self.limit;
        if !allowed {
            self.unchecked.values += 1;
        }
        allowed
    }

    /// Counts work on a value that is more than looking at it.
    pub(crate) fn work(&mut self, amount: u32) {
        self.steps = self.steps.saturating_add(amount);
    }

    /// How many steps were made.
    pub(crate) fn steps(&self) -> u32 {
        self.steps
    }

    /// How many steps may still be made.
    pub(crate) fn left(&self) -> u32 {
        self.limit.saturating_sub(self.steps)
    }

    /// What was found up to here, to go back to it.
    pub(crate) fn mark(&self) -> Mark {
        Mark {
            violations: self.violations.len(),
            not_listed: self.unchecked.violations,
            placeholders: self.unchecked.placeholders,
        }
    }

    /// Forgets what was found since the mark; tells whether that was nothing.
    pub(crate) fn back_to(&mut self, mark: Mark) -> bool {
        let nothing = self.violations.len() == mark.violations
            && self.unchecked.violations == mark.not_listed;
        self.violations.truncate(mark.violations);
        self.unchecked.violations = mark.not_listed;
        self.unchecked.placeholders = mark.placeholders;
        nothing
    }

    /// How many violations there are.
    pub(crate) fn wrong(&self) -> usize {
        self.violations.len() + self.unchecked.violations
    }

    /// Takes over what another check of the same object found.
    pub(crate) fn absorb(&mut self, other: Self) {
        self.violations.extend(other.violations);
        self.unchecked += other.unchecked;
        self.work(other.steps);
        self.is_cut |= other.is_cut;
    }

    /// Adds a violation at a value.
    pub(crate) fn report(
        &mut self,
        kind: ViolationKind,
        place: &Place<'_>,
        message: String,
        suggestion: Option<String>,
    ) {
        self.push(kind, place, false, message, suggestion.map(Hint::from));
    }

    /// Adds a violation at the key in front of a value.
    pub(crate) fn report_key(
        &mut self,
        kind: ViolationKind,
        place: &Place<'_>,
        message: String,
        hint: Option<Hint>,
    ) {
        self.push(kind, place, true, message, hint);
    }

    fn push(
        &mut self,
        kind: ViolationKind,
        place: &Place<'_>,
        at_key: bool,
        message: String,
        hint: Option<Hint>,
    ) {
        let (suggestion, meant_in) = match hint {
            Some(Hint { text, meant_in }) => (Some(text), meant_in),
            None => (None, None),
        };
        self.violations.push(SchemaViolation {
            kind,
            path: place.path(),
            at_key,
            message,
            suggestion,
            meant_in,
        });
    }

    /// Looks whether something finds nothing wrong; what it finds is forgotten.
    pub(crate) fn finds_nothing(&mut self, look: impl FnOnce(&mut Self)) -> bool {
        let before = self.mark();
        let outer = std::mem::replace(&mut self.only_asks, true);
        look(self);
        self.only_asks = outer;
        self.back_to(before)
    }

    /// Whether no more violations are listed. If so, this one is only counted.
    pub(crate) fn is_full(&mut self) -> bool {
        let full = self.only_asks || self.violations.len() >= MAX_VIOLATIONS;
        if full {
            self.unchecked.violations += 1;
        }
        full
    }

    /// A violation of a required field that is not there.
    pub(crate) fn missing(&mut self, place: &Place<'_>, field: &str) {
        if self.is_full() {
            return;
        }
        let name = scalar::quoted(field);
        let message = match place.step {
            Step::Root => format!("{name} is missing"),
            _ => format!("{name} is missing in {}", place.name()),
        };
        self.report(
            ViolationKind::MissingField,
            &place.key(field),
            message,
            None,
        );
    }
}
