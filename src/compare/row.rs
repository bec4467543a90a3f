//! A field that differs, with where its values stand and what becomes of it.

use manifest::{Kind, Location, Node, Part, Span, View};
use promotion::objects::FieldDifference;
use promotion::{Basis, Difference, Field, Hold, Side, Tendency, Verdict};

use super::FilePair;

/// A field that differs between two environments.
#[derive(Clone, Debug)]
pub struct Row {
    /// The difference.
    pub field: FieldDifference,
    /// Where the one value stands; what it was put together from, the part that differs first.
    pub from: Vec<Location>,
    /// Where the other stands.
    pub to: Vec<Location>,
    /// What becomes of it.
    pub verdict: Verdict,
    /// Why.
    pub basis: Basis,
    /// Why it does not move though it would.
    pub hold: Option<Hold>,
    /// The difference of files behind it: the place of the pair, and of the difference in it.
    pub cause: Option<(usize, usize)>,
}

impl Row {
    /// What becomes of a field of two renderings, as the files behind it tell; what they do not
    /// tell, what it is for.
    pub(super) fn of(field: FieldDifference, files: &[FilePair]) -> Self {
        let from = places(&field, Side::Source);
        let to = places(&field, Side::Target);
        let cause = cause(&from, &to, files);
        let (verdict, basis, hold) = match cause {
            Some((pair, at)) => {
                let known = &files[pair].differences[at];
                (known.verdict, known.basis.clone(), known.hold.clone())
            }
            None => {
                let verdict = by_itself(&field);
                (
                    verdict,
                    Basis::Field,
                    field.hold().filter(|_| verdict == Verdict::Ahead),
                )
            }
        };
        let hold =
            hold.or((field.is_sensitive && verdict == Verdict::Ahead).then_some(Hold::Sensitive));
        Self {
            field,
            from,
            to,
            verdict,
            basis,
            hold,
            cause,
        }
    }

    /// Whether it moves if nobody says anything else.
    pub fn moves(&self) -> bool {
        self.verdict == Verdict::Ahead && self.hold.is_none()
    }

    /// Where a side's value stands.
    pub fn place(&self, side: Side) -> Option<&Location> {
        match side {
            Side::Source => self.from.first(),
            Side::Target => self.to.first(),
        }
    }
}

fn by_itself(field: &FieldDifference) -> Verdict {
    match field.field.tendency() {
        _ if field.left.is_none() => Verdict::TargetOnly,
        Tendency::Moves => Verdict::Ahead,
        Tendency::Stays => Verdict::EnvironmentSpecific,
        Tendency::Open => Verdict::Undecided,
    }
}

/// The places that a value stands at, or the part of it that differs. What a step gave a composed
/// scalar comes before what it was given to.
fn places(field: &FieldDifference, side: Side) -> Vec<Location> {
    let node = match side {
        Side::Source => field.left.as_ref(),
        Side::Target => field.right.as_ref(),
    };
    let Some(node) = node else {
        return Vec::new();
    };
    let range = field.part(side);
    let span = range.map(|range| Span::new(range.start as u32, range.end as u32));
    match node.view() {
        View::Made(made) => {
            let is_meant = |part: &&Part| {
                span.is_none_or(|span| part.span.start < span.end && span.start < part.span.end)
            };
            let parts = made.parts.iter().filter(is_meant);
            let mut places: Vec<Location> = parts
                .rev()
                .flat_map(|part| part.from.locate_all())
                .collect();
            if places.is_empty() {
                places.extend(made.step.by.iter().map(|by| by.locate()));
            }
            places
        }
        view if view.kind() == Kind::Scalar => match (view.origin(), span) {
            (Some(src), Some(span)) => vec![src.locate_part(span)],
            (Some(src), None) => {
                let mut places = vec![src.locate()];
                places.extend(src.locate_all());
                places
            }
            (None, _) => Vec::new(),
        },
        view => view.origin().map(|src| src.locate()).into_iter().collect(),
    }
}

/// The difference of files that a difference of values comes from: one whose values stand where
/// these do.
fn cause(from: &[Location], to: &[Location], files: &[FilePair]) -> Option<(usize, usize)> {
    let mut best: Option<(usize, (usize, usize))> = None;
    for (pair, file) in files.iter().enumerate() {
        for (at, difference) in file.differences.iter().enumerate() {
            let score = usize::from(touches(difference.source.as_ref(), from))
                + usize::from(touches(difference.target.as_ref(), to));
            // Both sides must tell of it, as far as both say anything.
            let needed = usize::from(difference.source.is_some() && !from.is_empty())
                + usize::from(difference.target.is_some() && !to.is_empty());
            let is_better = best.is_none_or(|(known, _)| score > known);
            if score > 0 && (score == needed || score == 2 || is_lone(difference)) && is_better {
                best = Some((score, (pair, at)));
            }
        }
    }
    best.map(|(_, found)| found)
}

/// Whether only one side has it.
fn is_lone(difference: &Difference) -> bool {
    difference.source.is_none() || difference.target.is_none()
}

/// Whether one of some places lies in a value.
fn touches(value: Option<&Node>, places: &[Location]) -> bool {
    let Some(own) = value.and_then(|node| node.view().origin()) else {
        return false;
    };
    let own = own.locate();
    places.iter().any(|place| {
        place.path() == own.path()
            && place.span.start < own.span.end.max(own.span.start + 1)
            && own.span.start < place.span.end.max(place.span.start + 1)
    })
}

/// The places that a value as a whole stands at.
pub fn origins(node: &Node) -> Vec<Location> {
    match node.view() {
        View::Made(made) => {
            let parts = made.parts.iter().flat_map(|part| part.from.locate_all());
            parts
                .chain(made.step.by.iter().map(|by| by.locate()))
                .collect()
        }
        view => match view.origin() {
            Some(src) if view.kind() == Kind::Scalar => src.locate_all(),
            Some(src) => vec![src.locate()],
            None => Vec::new(),
        },
    }
}

/// Whether a field says which version of something is deployed.
pub fn is_version(field: Field) -> bool {
    field.tendency() == Tendency::Moves
}
