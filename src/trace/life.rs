//! What a value was, from its source on.

use std::sync::Arc;

use manifest::{Kind, Made, Node, Step, View, Was};

use super::path::Part;

/// A value at one moment of its life.
#[derive(Clone, Debug)]
pub(super) struct Moment {
    /// What gave it this value; none if it stands so in a source.
    pub(super) step: Option<Step>,
    /// The value; [`Node::Gone`] if the step removed it.
    pub(super) node: Node,
}

/// What a value was at each moment, the first one first; nothing, if it never was.
///
/// A step that changed the value noted that beside it. One that replaced a collection around it
/// noted it there, so the way is gone down once more in every former state of each collection.
pub(super) fn of(value: View<'_>, was: Option<&Arc<Was>>, way: &[Part]) -> Vec<Moment> {
    let mut life: Vec<Moment> = Vec::new();
    for (state, step) in states(value, was) {
        let inside = match way.split_first() {
            None => scalar(state),
            Some((part, rest)) => enter(state, part)
                .map(|(value, was)| of(value, was, rest))
                .unwrap_or_default(),
        };
        let is_there = life.last().is_some_and(|last| !last.node.is_gone());
        if inside.is_empty() && is_there {
            life.push(Moment {
                step: step.cloned(),
                node: Node::Gone,
            });
        }
        if let (Some(before), Some(now)) = (life.last(), inside.last())
            && is_same(&before.node, &now.node)
        {
            continue;
        }
        for (at, mut moment) in inside.into_iter().enumerate() {
            if at == 0 && moment.step.is_none() {
                moment.step = step.cloned();
            }
            life.push(moment);
        }
    }
    merge(life)
}

/// The states of a value, the first one first, each with the step that brought it about.
fn states<'a>(value: View<'a>, was: Option<&'a Arc<Was>>) -> Vec<(View<'a>, Option<&'a Step>)> {
    let mut states = Vec::new();
    let mut state = value;
    let mut was = was;
    while let Some(before) = was {
        states.push((state, Some(&before.step)));
        state = before.node.view();
        was = before.prev.as_ref();
    }
    states.push((state, None));
    states.reverse();
    states
}

/// What a part names in a value, with what was removed there if nothing is there now.
fn enter<'a>(view: View<'a>, part: &Part) -> Option<(View<'a>, Option<&'a Arc<Was>>)> {
    match view {
        View::Map(map) => {
            let Part::Key(key) = part else {
                return None;
            };
            let mut with_key = map.entries.iter().filter(|e| e.key.view().text() == &**key);
            let entry = map.entry(key).or_else(|| with_key.next_back())?;
            Some((entry.value.view(), entry.was.as_ref()))
        }
        View::Seq(seq) => {
            let mut live = seq.items.iter().filter(|item| !item.value.is_gone());
            let found = match part {
                Part::Index(index) => live.nth(*index),
                Part::Key(key) => key.parse().ok().and_then(|index| live.nth(index)),
                Part::Select(..) => live.find(|item| part.fits(item.value.view())),
            };
            let removed = || {
                let mut gone = seq.items.iter().filter(|item| item.value.is_gone());
                gone.rfind(|item| {
                    let was = item.was.as_ref();
                    was.is_some_and(|was| part.fits(was.node.view()))
                })
            };
            let item = found.or_else(removed)?;
            Some((item.value.view(), item.was.as_ref()))
        }
        View::Src(..) => part.find(view).map(|(_, value)| (value, None)),
        View::Made(_) | View::Gone => None,
    }
}

/// What a value was according to itself: what was put into another form by a step stood
/// somewhere before.
fn scalar(state: View<'_>) -> Vec<Moment> {
    match state {
        View::Gone => Vec::new(),
        View::Made(made) => {
            let step = Some(made.step.clone());
            let now = Moment {
                step,
                node: state.to_node(),
            };
            let before = restated(made).map(|node| Moment { step: None, node });
            before.into_iter().chain([now]).collect()
        }
        _ => vec![Moment {
            step: None,
            node: state.to_node(),
        }],
    }
}

/// The scalar that a step only put into another form.
fn restated(made: &Made) -> Option<Node> {
    let [only] = &*made.parts else {
        return None;
    };
    let is_whole = only.span.start == 0 && only.span.len() as usize == made.text.len();
    let was_whole = only.of.start == 0 && only.of.len() as usize == only.from.text().len();
    (is_whole && was_whole).then(|| Node::Src(only.from.clone()))
}

/// Joins what one step did: it noted a change beside the value, and in it.
fn merge(life: Vec<Moment>) -> Vec<Moment> {
    let mut merged: Vec<Moment> = Vec::with_capacity(life.len());
    for moment in life {
        match merged.last_mut() {
            Some(last) if is_same_step(last.step.as_ref(), moment.step.as_ref()) => *last = moment,
            _ => merged.push(moment),
        }
    }
    merged
}

fn is_same_step(a: Option<&Step>, b: Option<&Step>) -> bool {
    matches!((a, b), (Some(a), Some(b)) if a.name == b.name && a.by == b.by)
}

/// Whether two values are one: nothing happened between them.
fn is_same(a: &Node, b: &Node) -> bool {
    match (a, b) {
        (Node::Src(a), Node::Src(b)) => a == b,
        (Node::Made(a), Node::Made(b)) => Arc::ptr_eq(a, b),
        (Node::Map(_) | Node::Seq(_), Node::Map(_) | Node::Seq(_) | Node::Src(_))
        | (Node::Src(_), Node::Map(_) | Node::Seq(_)) => {
            let (a, b) = (a.view(), b.view());
            a.kind() != Kind::Scalar && a.origin().is_some() && a.origin() == b.origin()
        }
        _ => false,
    }
}
