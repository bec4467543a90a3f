//! Fields that people say have got another name.

use manifest::{Node, View};

use crate::compare::Rename;
use crate::history::{History, Past};
use crate::path::{Side, Step};
use crate::walk::Found;
use crate::{Basis, Difference, Hold, Verdict};

/// Makes one difference of a name that only the source has and one that only the target has.
pub(crate) fn rename(found: &mut Vec<Found>, asked: &Rename) {
    let is_new = |f: &Found| f.target.is_none() && asked.new.ends_at(&f.path);
    let is_old = |f: &Found| f.source.is_none() && asked.old.ends_at(&f.path);
    let places: Vec<(usize, usize)> = (0..found.len())
        .filter(|new| is_new(&found[*new]))
        .filter_map(|new| {
            let beside = |old: &usize| {
                is_old(&found[*old]) && found[*old].path.parent() == found[new].path.parent()
            };
            Some((new, (0..found.len()).find(beside)?))
        })
        .collect();
    let mut gone = Vec::new();
    for (new, old) in places {
        let Some(names) = names(&found[new], &found[old]) else {
            continue;
        };
        let renamed_from = found[old].path.names().next_back().map(Into::into);
        let target = found[old].target.clone();
        let renamed = &mut found[new];
        renamed.target = target;
        renamed.renamed_from = renamed_from;
        renamed.names = names;
        renamed.is_asked = true;
        gone.push(old);
    }
    let mut at = 0;
    found.retain(|_| {
        at += 1;
        !gone.contains(&(at - 1))
    });
}

/// What names the old one in the target, and what is to stand there.
fn names(new: &Found, old: &Found) -> Option<Vec<(Node, Box<str>)>> {
    match (new.path.steps().last()?, old.path.steps().last()?) {
        (Step::Key(new), Step::Key(key)) => {
            let parent = old.parent.as_ref()?.view();
            let key = parent.entry(key)?.key.to_node();
            Some(vec![(key, new.clone())])
        }
        (Step::Item(item), Step::Item(_)) => {
            let [field] = item.by.fields() else {
                return None;
            };
            let name = old
                .target
                .as_ref()
                .map(Node::view)
                .and_then(|view: View<'_>| view.get(field))?;
            Some(vec![(name.to_node(), item.id(Side::Source)?.text.clone())])
        }
        _ => None,
    }
}

/// A name that the source gave up.
struct GivenUp {
    /// The difference's place.
    at: usize,
    /// The commit that took it out.
    commit: Box<str>,
    /// What the source said there before.
    value: Option<Box<str>>,
}

/// Holds what may be another name for what the target has a value of its own for: the source got
/// the one as it gave up the other.
pub(crate) fn suspect(differences: &mut [Difference], history: &dyn History) {
    let given_up: Vec<GivenUp> = differences
        .iter()
        .enumerate()
        .filter_map(|(at, own)| given_up(at, own, history))
        .collect();
    let news: Vec<(usize, Box<str>)> = differences
        .iter()
        .enumerate()
        .filter_map(|(at, own)| Some((at, brought_by(own)?)))
        .collect();
    for (new, commit) in &news {
        let own = &differences[*new];
        let is_beside =
            |other: usize| differences[other].path.parent() == differences[*new].path.parent();
        let of_commit = |old: &&GivenUp| old.commit == *commit && is_beside(old.at);
        let mut olds = given_up.iter().filter(of_commit);
        let rivals = news
            .iter()
            .filter(|(other, at)| at == commit && is_beside(*other));
        let said = own.said(Side::Source);
        let is_same = |old: &&GivenUp| old.value.as_deref() == said.as_deref();
        let old = match (olds.clone().next(), olds.clone().count(), rivals.count()) {
            (Some(only), 1, 1) => Some(only),
            _ => olds.find(is_same),
        };
        let name = old.and_then(|old| differences[old.at].path.names().next_back());
        if let Some(name) = name.map(Into::into) {
            differences[*new].hold = Some(Hold::Renamed(name));
        }
    }
}

/// A name that the target alone has, if the source had it once.
fn given_up(at: usize, own: &Difference, history: &dyn History) -> Option<GivenUp> {
    let is_kept = own.source.is_none() && own.verdict == Verdict::TargetOnly && !own.is_sensitive;
    let Some(Step::Key(_)) = own.path.steps().last().filter(|_| is_kept) else {
        return None;
    };
    let mut life = history.life(Side::Source, &own.path);
    let (Some(Past::Was(now)), Some(Past::Was(before))) = (life.next(), life.next()) else {
        return None;
    };
    now.value.is_none().then_some(GivenUp {
        at,
        commit: now.since.id,
        value: before.value,
    })
}

/// The commit that brought a name to the source, if the target lacks it and it would move.
fn brought_by(own: &Difference) -> Option<Box<str>> {
    let is_new = own.target.is_none() && own.verdict == Verdict::Ahead && own.hold.is_none();
    let (true, Some(Step::Key(_)), Basis::History(told)) =
        (is_new, own.path.steps().last(), &own.basis)
    else {
        return None;
    };
    Some(told.source.as_ref()?.id.clone())
}
