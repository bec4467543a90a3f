//! A field of one file found in another state of it.

use manifest::{Kind, Node, View};

use crate::file::{fingerprint, inside, text_of};
use crate::path::{Item, Part, Path, Side, Step};
use crate::walk::part_of;

/// What documents say at a path, in a form that is the same for the same value; none if they say
/// nothing. The items' names are those of a side.
pub(crate) fn said(documents: &[Node], path: &Path, side: Side) -> Option<Box<str>> {
    at_documents(documents, path.steps(), side)
}

fn at_documents(documents: &[Node], steps: &[Step], side: Side) -> Option<Box<str>> {
    match steps {
        [Step::Document(item), rest @ ..] => {
            let views = documents.iter().map(Node::view);
            at(nth(item, side, views)?, rest, side)
        }
        steps => at(documents.first()?.view(), steps, side),
    }
}

fn at(view: View<'_>, steps: &[Step], side: Side) -> Option<Box<str>> {
    let Some((step, rest)) = steps.split_first() else {
        return Some(told(view));
    };
    match step {
        Step::Key(key) => at(view.get(key)?, rest, side),
        Step::Item(item) => at(nth(item, side, view.items())?, rest, side),
        Step::Inside => at_documents(&inside(view)?, rest, side),
        Step::Document(_) => None,
        Step::Part(_) => {
            let parts = steps.iter().filter_map(|step| match step {
                Step::Part(part) => Some(*part),
                _ => None,
            });
            let text = (view.kind() == Kind::Scalar).then(|| text_of(view))?;
            cut(text, parts).map(Into::into)
        }
    }
}

/// A part of a part of a text.
pub(crate) fn cut(text: &str, parts: impl Iterator<Item = Part>) -> Option<&str> {
    parts
        .into_iter()
        .try_fold(text, |text, part| part_of(part, text))
}

fn nth<'a>(item: &Item, side: Side, items: impl Iterator<Item = View<'a>>) -> Option<View<'a>> {
    let id = item.id(side)?;
    if item.by == crate::key::MergeKey::Position {
        let at: usize = id.text.parse().ok()?;
        return items.into_iter().nth(at);
    }
    let has_id = |view: &View<'a>| item.by.id(*view).is_some_and(|text| *text == *id.text);
    items.into_iter().filter(has_id).nth(id.nth)
}

/// A value in a form that is the same for the same value: a scalar's text, a sum of all else.
fn told(view: View<'_>) -> Box<str> {
    match view.kind() {
        Kind::Scalar => text_of(view).into(),
        _ => format!("{:016x}", fingerprint(view)).into(),
    }
}
