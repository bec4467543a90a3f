//! Renderings that are kept in git: what `kustomize build` or `helm template` printed, committed
//! beside what it was made from.

use std::borrow::Cow;

use manifest::{Kind, Node, ObjectId, View};
use rustc_hash::FxHashMap;

use super::Rendered;
use crate::deploy::{Content, printed_by};

/// A target is what came of another one if this share of the objects of both is in both.
const SHARED: (usize, usize) = (4, 5);
/// And if this share of them is the same: the source may have been changed since.
const EQUAL: (usize, usize) = (1, 2);

/// An object that stands in more manifests than this is no rendering of one source.
const MOST_COPIES: usize = 32;

/// The objects of one target and of another that are the same, by their indices.
type Pairs = Vec<(usize, usize)>;

/// The targets, with the objects of committed renderings taken from what they were made from: what
/// is wrong with them is fixed there, and is told once. An object that the source no longer gives
/// is its own.
pub fn traced_back(rendered: &[Rendered]) -> Cow<'_, [Rendered]> {
    let made = made_from(rendered);
    if made.is_empty() {
        return Cow::Borrowed(rendered);
    }
    let mut traced = rendered.to_vec();
    for (copy, source, pairs) in made {
        for (own, other) in pairs {
            traced[copy].objects[own] = rendered[source].objects[other].clone();
        }
    }
    Cow::Owned(traced)
}

/// The targets that are the committed rendering of another one, with that and what both share.
fn made_from(rendered: &[Rendered]) -> Vec<(usize, usize, Pairs)> {
    let targets = || rendered.iter().enumerate();
    let copies: Vec<(usize, &Rendered)> = targets()
        .filter(|(_, target)| is_plain(target) && !target.objects.is_empty())
        .collect();
    let mut places: FxHashMap<&ObjectId, Vec<(usize, usize)>> = FxHashMap::default();
    for (at, copy) in &copies {
        for (own, object) in copy.objects.iter().enumerate() {
            places.entry(&object.id).or_default().push((*at, own));
        }
    }
    let mut shared: FxHashMap<(usize, usize), Pairs> = FxHashMap::default();
    for (source, target) in targets().filter(|(_, target)| is_source(target)) {
        for (other, object) in target.objects.iter().enumerate() {
            let copies = places
                .get(&*object.id)
                .filter(|all| all.len() <= MOST_COPIES);
            for (copy, own) in copies.into_iter().flatten() {
                let pairs = shared.entry((*copy, source)).or_default();
                pairs.push((*own, other));
            }
        }
    }
    let mut best: FxHashMap<usize, (usize, Pairs)> = FxHashMap::default();
    let mut shared: Vec<((usize, usize), Pairs)> = shared.into_iter().collect();
    shared.sort_unstable_by_key(|(targets, _)| *targets);
    for ((copy, source), mut pairs) in shared {
        let (one, other) = (&rendered[copy], &rendered[source]);
        let count = one.objects.len();
        if !is_share(pairs.len(), count.max(other.objects.len()), SHARED) {
            continue;
        }
        pairs.retain(|(own, at)| {
            let (own, at) = (&one.objects[*own].node, &other.objects[*at].node);
            reads_the_same(own.view(), at.view())
        });
        let is_made = pairs.iter().any(|(_, at)| is_made(other, *at));
        if !is_made || !is_share(pairs.len(), count, EQUAL) || !is_printed(one) {
            continue;
        }
        let weight = |source: usize, pairs: &Pairs| {
            let is_of_one = rendered[source].spec.environment == one.spec.environment;
            (pairs.len(), is_of_one)
        };
        let is_better = best
            .get(&copy)
            .is_none_or(|(known, most)| weight(source, &pairs) > weight(*known, most));
        if is_better {
            best.insert(copy, (source, pairs));
        }
    }
    let mut made: Vec<(usize, usize, Pairs)> = best
        .into_iter()
        .map(|(copy, (source, pairs))| (copy, source, pairs))
        .collect();
    made.sort_unstable_by_key(|(copy, ..)| *copy);
    made
}

fn is_plain(target: &Rendered) -> bool {
    matches!(target.spec.content, Content::Manifests(_)) && target.spec.is_applied()
}

fn is_source(target: &Rendered) -> bool {
    !matches!(target.spec.content, Content::Manifests(_))
        && target.spec.is_applied()
        && target.is_rendered()
}

/// Whether rendering made something of an object. Folders of the same files may be copies of one
/// another, each with a life of its own.
fn is_made(target: &Rendered, at: usize) -> bool {
    match (&target.spec.content, &target.objects[at].node) {
        (Content::Kustomization, Node::Src(src)) => {
            !src.source.path().starts_with(&target.spec.path)
        }
        _ => true,
    }
}

/// Whether a program printed all objects of a target: Helm says so, and kustomize sorts all fields
/// and gives each a line.
fn is_printed(target: &Rendered) -> bool {
    let by_helm = |text: &str| printed_by(text).next().is_some();
    target.spec.files().iter().all(|file| {
        let mut objects = file.objects.iter();
        by_helm(file.source.tree.text()) || objects.all(|object| is_in_print(object.view()))
    })
}

fn is_in_print(value: View<'_>) -> bool {
    let is_flow = || {
        value.origin().is_some_and(|origin| {
            let place = origin.locate();
            let text = place.file.tree.text().get(place.span.range());
            text.is_some_and(|text| text.starts_with(['{', '[']))
        })
    };
    match value.kind() {
        Kind::Map => {
            let keys = value.entries().map(|entry| entry.key.text());
            let is_empty = value.entries().next().is_none();
            let all = || value.entries().all(|entry| is_in_print(entry.value));
            is_empty || keys.is_sorted() && !is_flow() && all()
        }
        Kind::Seq => {
            let is_empty = value.items().next().is_none();
            is_empty || !is_flow() && value.items().all(is_in_print)
        }
        Kind::Scalar | Kind::Alias => true,
    }
}

fn is_share(part: usize, whole: usize, (least, of): (usize, usize)) -> bool {
    part * of >= whole * least
}

/// Whether two values are one to the cluster: printing changes quotes and the order of fields.
fn reads_the_same(one: View<'_>, other: View<'_>) -> bool {
    match (one.kind(), other.kind()) {
        (Kind::Map, Kind::Map) => {
            // A ConfigMap may have very many keys.
            let others = other.entries().map(|own| (own.key.text(), own.value));
            let others: FxHashMap<&str, View<'_>> = others.collect();
            one.entries().count() == others.len()
                && one.entries().all(|entry| {
                    let same = others.get(entry.key.text());
                    same.is_some_and(|same| reads_the_same(entry.value, *same))
                })
        }
        (Kind::Seq, Kind::Seq) => {
            let mut others = other.items();
            one.items()
                .all(|item| others.next().is_some_and(|own| reads_the_same(item, own)))
                && others.next().is_none()
        }
        (Kind::Scalar, Kind::Scalar) => {
            one.text() == other.text() && one.as_str().is_some() == other.as_str().is_some()
        }
        _ => false,
    }
}
