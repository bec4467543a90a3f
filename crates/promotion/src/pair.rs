//! Which item of one sequence is the same thing as which item of another.

use std::collections::VecDeque;

use manifest::{Kind, View};
use rustc_hash::FxHashMap;

use crate::environment::Environments;
use crate::file::{by_key, same};
use crate::key::MergeKey;
use crate::path::{Id, Item, Side};

/// Longer sequences are not searched for items that were renamed.
const RENAME_LIMIT: usize = 256;

/// One item of a source's sequence, of a target's, or of both.
pub(crate) struct Pair<'a> {
    pub(crate) item: Item,
    pub(crate) source: Option<View<'a>>,
    pub(crate) target: Option<View<'a>>,
    /// Whether the two hold the same and only what tells them from others differs.
    pub(crate) is_renamed: bool,
}

/// One side's item that has no partner yet.
struct Single<'a> {
    at: usize,
    id: Id,
    view: View<'a>,
}

/// The items of two sequences, in the source's order; behind them those that only the target
/// has. `None` for the pairs' place in either sequence does not count: reordering is silent.
pub(crate) fn pairs<'a>(
    key: MergeKey,
    names: &Environments,
    source: impl Iterator<Item = View<'a>>,
    target: impl Iterator<Item = View<'a>>,
) -> Vec<Pair<'a>> {
    let mut sources = singles(&key, source);
    let mut targets = singles(&key, target);
    let mut found: Vec<(usize, Pair<'a>)> = Vec::new();
    let mut take = |by: &MergeKey, a: Single<'a>, b: Single<'a>, is_renamed| {
        let item = Item {
            by: by.clone(),
            source: Some(a.id),
            target: Some(b.id),
        };
        let (source, target) = (Some(a.view), Some(b.view));
        found.push((
            a.at,
            Pair {
                item,
                source,
                target,
                is_renamed,
            },
        ));
    };
    for (a, b) in matched(&mut sources, &mut targets, |single| {
        Some((single.id.text.to_string(), single.id.nth))
    }) {
        take(&key, a, b, false);
    }
    for (a, b) in matched(&mut sources, &mut targets, |single| {
        Some((names.neutral(&single.id.text), 0))
    }) {
        take(&key, a, b, false);
    }
    for (a, b) in matched(&mut sources, &mut targets, |single| {
        let loose = key.loose(&single.id.text);
        (loose.len() < single.id.text.len()).then(|| (names.neutral(loose), 0))
    }) {
        take(&key, a, b, false);
    }
    if !key.fields().is_empty() && sources.len().max(targets.len()) <= RENAME_LIMIT {
        for (a, b) in renamed(&key, &mut sources, &mut targets) {
            take(&key, a, b, true);
        }
    }
    if matches!(key, MergeKey::Content | MergeKey::Sum) && sources.len() == targets.len() {
        for (mut a, mut b) in sources.drain(..).zip(targets.drain(..)) {
            a.id = place(a.at);
            b.id = place(b.at);
            take(&MergeKey::Position, a, b, false);
        }
    }
    found.sort_by_key(|(at, _)| *at);
    let mut pairs = in_order(&key, found, sources);
    pairs.extend(targets.into_iter().map(|single| Pair {
        item: Item {
            by: key.clone(),
            source: None,
            target: Some(single.id),
        },
        source: None,
        target: Some(single.view),
        is_renamed: false,
    }));
    pairs
}

/// Puts the source's items that have no partner between those that have one.
fn in_order<'a>(
    key: &MergeKey,
    found: Vec<(usize, Pair<'a>)>,
    singles: Vec<Single<'a>>,
) -> Vec<Pair<'a>> {
    let mut found = VecDeque::from(found);
    let mut pairs = Vec::with_capacity(found.len() + singles.len());
    for single in singles {
        while found.front().is_some_and(|(at, _)| *at < single.at) {
            pairs.extend(found.pop_front().map(|(_, pair)| pair));
        }
        pairs.push(Pair {
            item: Item {
                by: key.clone(),
                source: Some(single.id),
                target: None,
            },
            source: Some(single.view),
            target: None,
            is_renamed: false,
        });
    }
    pairs.extend(found.into_iter().map(|(_, pair)| pair));
    pairs
}

fn place(at: usize) -> Id {
    Id {
        text: at.to_string().into(),
        nth: 0,
        at,
    }
}

fn singles<'a>(key: &MergeKey, items: impl Iterator<Item = View<'a>>) -> Vec<Single<'a>> {
    let mut counts: FxHashMap<String, usize> = FxHashMap::default();
    let single = |(at, view): (usize, View<'a>)| {
        let text = key.id(view).unwrap_or_default();
        let count = counts.entry(text.clone()).or_default();
        let nth = *count;
        *count += 1;
        Single {
            at,
            id: Id {
                text: text.into(),
                nth,
                at,
            },
            view,
        }
    };
    items.enumerate().map(single).collect()
}

/// Takes out the items of both sides that have the same sign, one to one; a sign that several
/// items of a side have tells nothing.
fn matched<'a, S: std::hash::Hash + Eq>(
    sources: &mut Vec<Single<'a>>,
    targets: &mut Vec<Single<'a>>,
    sign: impl Fn(&Single<'a>) -> Option<S>,
) -> Vec<(Single<'a>, Single<'a>)> {
    let mut places: FxHashMap<S, (Vec<usize>, Vec<usize>)> = FxHashMap::default();
    for (at, single) in sources.iter().enumerate() {
        if let Some(sign) = sign(single) {
            places.entry(sign).or_default().0.push(at);
        }
    }
    for (at, single) in targets.iter().enumerate() {
        if let Some(sign) = sign(single) {
            places.entry(sign).or_default().1.push(at);
        }
    }
    let mut partners: Vec<Option<usize>> = sources.iter().map(|_| None).collect();
    for (a, b) in places.into_values() {
        if let ([a], [b]) = (&a[..], &b[..]) {
            partners[*a] = Some(*b);
        }
    }
    let mut taken: Vec<Option<Single<'a>>> =
        std::mem::take(targets).into_iter().map(Some).collect();
    let mut pairs = Vec::new();
    let mut rest = Vec::new();
    for (single, partner) in std::mem::take(sources).into_iter().zip(partners) {
        match partner.and_then(|at| taken[at].take()) {
            Some(partner) => pairs.push((single, partner)),
            None => rest.push(single),
        }
    }
    *sources = rest;
    targets.extend(taken.into_iter().flatten());
    pairs
}

/// Takes out items that are equal but for what tells them from others, where that is clear.
fn renamed<'a>(
    key: &MergeKey,
    sources: &mut Vec<Single<'a>>,
    targets: &mut Vec<Single<'a>>,
) -> Vec<(Single<'a>, Single<'a>)> {
    let is_same = |a: &Single<'a>, b: &Single<'a>| same_but_for(key.fields(), a.view, b.view);
    let mut pairs = Vec::new();
    let mut at = 0;
    while at < sources.len() {
        let partners = |b: &Single<'a>| is_same(&sources[at], b);
        let mut found = (0..targets.len()).filter(|b| partners(&targets[*b]));
        let clear = match (found.next(), found.next()) {
            (Some(b), None) => {
                let rivals = sources.iter().filter(|a| is_same(a, &targets[b])).count();
                (rivals == 1).then_some(b)
            }
            _ => None,
        };
        match clear {
            Some(b) => pairs.push((sources.remove(at), targets.remove(b))),
            None => at += 1,
        }
    }
    pairs
}

/// Whether two mappings say the same apart from these fields, and say something apart from them.
fn same_but_for(fields: &[&str], a: View<'_>, b: View<'_>) -> bool {
    if a.kind() != Kind::Map || b.kind() != Kind::Map {
        return false;
    }
    let is_counted = |key: &str| !fields.iter().any(|f| f.split('.').next() == Some(key));
    let (a, b) = (by_key(a), by_key(b));
    let count = |map: &FxHashMap<&str, View<'_>>| map.keys().filter(|k| is_counted(k)).count();
    count(&a) > 0
        && count(&a) == count(&b)
        && a.iter()
            .filter(|(key, _)| is_counted(key))
            .all(|(key, value)| b.get(key).is_some_and(|other| same(*value, *other)))
}

/// The items of one side's sequence by what tells them from others.
pub(crate) fn items<'a>(
    key: MergeKey,
    side: Side,
    items: impl Iterator<Item = View<'a>>,
) -> Vec<(Item, View<'a>)> {
    let of_side = |single: Single<'a>| {
        let (source, target) = match side {
            Side::Source => (Some(single.id), None),
            Side::Target => (None, Some(single.id)),
        };
        let by = key.clone();
        (Item { by, source, target }, single.view)
    };
    singles(&key, items).into_iter().map(of_side).collect()
}
