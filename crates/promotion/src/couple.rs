//! What belongs together moves together or not at all.

use std::collections::BTreeMap;

use manifest::{Kind, Node, View};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::field::{Field, Tendency};
use crate::file::text_of;
use crate::locate::cut;
use crate::path::{Part, Path, Side, Step};
use crate::reference::{last_part, repository, revision};
use crate::version::{bare, compare_versions, is_commit};
use crate::{Basis, Deed, Difference, Hold, Verdict};

/// Brings together what one field's verdict says of others.
pub(crate) fn couple(differences: &mut Vec<Difference>) {
    of_other_repositories(differences);
    of_missing_resources(differences);
    of_what_is_off(differences);
    tag_and_digest(differences);
    same_commit(differences);
}

/// A version says nothing of another repository. A mirror of the same name may count its
/// versions the same way.
fn of_other_repositories(differences: &mut [Difference]) {
    let mut repositories: FxHashMap<Vec<Step>, (String, String)> = FxHashMap::default();
    for difference in differences.iter().filter(|d| d.field == Field::Registry) {
        if let Some((source, target)) = difference.both_parts() {
            let both = (source.to_owned(), target.to_owned());
            repositories.insert(difference.path.parent().to_vec(), both);
        }
    }
    for difference in differences.iter_mut() {
        if !matches!(
            difference.field,
            Field::Tag | Field::Digest | Field::Version
        ) {
            continue;
        }
        let repositories = repositories.get(difference.path.parent());
        let names = repositories
            .map(|(a, b)| (a.as_str(), b.as_str()))
            .or_else(|| {
                let Some(Step::Item(item)) = difference.path.parent().last() else {
                    return None;
                };
                Some((&*item.source.as_ref()?.text, &*item.target.as_ref()?.text))
            });
        let Some((source, target)) = names.filter(|(source, target)| source != target) else {
            continue;
        };
        let counts_alike = difference.both_parts().is_some_and(|(new, old)| {
            let (new, old) = (bare(new), bare(old));
            (is_commit(new) && is_commit(old)) || compare_versions(old, new).is_some()
        });
        if last_part(source) != last_part(target) || !counts_alike {
            difference.hold.get_or_insert(Hold::OtherRepository);
        }
    }
}

/// An image that only the source mentions may be one of what only the source has.
fn of_missing_resources(differences: &mut [Difference]) {
    let is_resource = |d: &&Difference| {
        let is_list = d
            .path
            .steps()
            .first()
            .and_then(Step::name)
            .is_some_and(|key| matches!(key, "resources" | "components" | "bases" | "helmCharts"));
        is_list && d.target.is_none() && !d.moves()
    };
    let Some(missing) = differences.iter().find(is_resource) else {
        return;
    };
    let name = missing.path.names().last().unwrap_or_default();
    let hold = Hold::Missing(name.into());
    for difference in differences.iter_mut() {
        let is_new_image = difference.target.is_none()
            && difference.source.is_some()
            && matches!(difference.path.steps(), [Step::Key(key), Step::Item(item), ..]
                if &**key == "images" && item.target.is_none());
        if is_new_image {
            difference.hold.get_or_insert(hold.clone());
        }
    }
}

/// What a switch turns on is of use only with it: `enabled`, and what stands beside it.
fn of_what_is_off(differences: &mut [Difference]) {
    let is_off = |d: &&Difference| {
        let name = d.path.last_key().unwrap_or_default();
        d.field == Field::Switch && matches!(name, "enabled" | "enable" | "create") && !d.moves()
    };
    let switches: Vec<Path> = differences
        .iter()
        .filter(is_off)
        .map(|d| d.path.clone())
        .collect();
    for switch in switches {
        for difference in differences.iter_mut() {
            let is_beside = difference.path.steps().starts_with(switch.parent());
            if is_beside && difference.target.is_none() && difference.moves() {
                difference.hold = Some(Hold::TurnedOff(switch.to_string().into()));
            }
        }
    }
}

/// An image's tag and digest are one version: where one is replaced, the other goes or is
/// replaced, too.
fn tag_and_digest(differences: &mut [Difference]) {
    let mut units: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    let mut parents: FxHashMap<Vec<Step>, usize> = FxHashMap::default();
    for (at, difference) in differences.iter().enumerate() {
        let is_named = matches!(difference.path.steps().last(), Some(Step::Key(_)));
        if is_named && matches!(difference.field, Field::Tag | Field::Digest) {
            let parent = difference.path.parent().to_vec();
            let first = *parents.entry(parent).or_insert(at);
            units.entry(first).or_default().push(at);
        }
    }
    for unit in units.into_values().filter(|unit| unit.len() > 1) {
        let held = unit.iter().find_map(|at| {
            let difference = &differences[*at];
            difference
                .hold
                .clone()
                .filter(|_| difference.verdict == Verdict::Ahead)
        });
        let leader = unit.iter().find(|at| differences[**at].moves()).copied();
        for at in &unit {
            if let Some(hold) = &held {
                differences[*at].hold.get_or_insert(hold.clone());
            } else if let Some(leader) = leader.filter(|leader| leader != at) {
                let path = differences[leader].path.clone();
                let difference = &mut differences[*at];
                if difference.source.is_none() && difference.verdict == Verdict::TargetOnly {
                    difference.verdict = Verdict::Ahead;
                    difference.basis = Basis::With(path);
                }
            }
        }
    }
}

/// A commit that the target names in several places is replaced in all of them.
fn same_commit(differences: &mut Vec<Difference>) {
    let leaders = leaders(differences);
    if leaders.is_empty() {
        return;
    }
    let mut more = Vec::new();
    for difference in differences
        .iter_mut()
        .filter(|d| !d.moves() && !d.is_sensitive)
    {
        let is_open = match difference.hold {
            None => difference.verdict == Verdict::TargetOnly && difference.source.is_none(),
            Some(Hold::OtherRepository) => difference.verdict == Verdict::Ahead,
            Some(_) => false,
        };
        let Some(target) = difference.target.clone().filter(|_| is_open) else {
            continue;
        };
        let mut follower = Follower {
            leaders: &leaders,
            path: difference.path.clone(),
            more: &mut more,
        };
        follower.follow(target.view());
    }
    let replaced: FxHashSet<Path> = more.iter().map(|d| d.path.clone()).collect();
    differences.retain(|d| !replaced.contains(&d.path));
    differences.append(&mut more);
}

/// What replaces a commit, and where that was decided.
struct Leader {
    new: String,
    path: Path,
    /// The repository that the commit is one of, where that is told.
    repository: Option<String>,
}

/// The commits that are replaced. One that is replaced by several tells nothing.
fn leaders(differences: &[Difference]) -> BTreeMap<String, Leader> {
    let mut leaders: BTreeMap<String, Option<Leader>> = BTreeMap::new();
    for difference in differences.iter().filter(|d| d.moves()) {
        let Some((new, old)) = difference.both_parts() else {
            continue;
        };
        if difference.field.tendency() != Tendency::Moves || !is_commit(old) || !is_commit(new) {
            continue;
        }
        let target = difference.target.as_ref().map(Node::view);
        let leader = Leader {
            new: new.to_owned(),
            path: difference.path.clone(),
            repository: target.and_then(|view| repository_in(text_of(view))),
        };
        leaders
            .entry(old.to_owned())
            .and_modify(|known| {
                if known.as_ref().is_some_and(|known| known.new != leader.new) {
                    *known = None;
                }
            })
            .or_insert(Some(leader));
    }
    let clear = |(old, leader): (String, Option<Leader>)| Some((old, leader?));
    leaders.into_iter().filter_map(clear).collect()
}

fn repository_in(text: &str) -> Option<String> {
    revision(text).map(|_| repository(text).to_owned())
}

/// Looks for commits that are replaced in what does not move by itself.
struct Follower<'a> {
    leaders: &'a BTreeMap<String, Leader>,
    path: Path,
    more: &'a mut Vec<Difference>,
}

impl Follower<'_> {
    fn follow(&mut self, view: View<'_>) {
        match view.kind() {
            Kind::Map => {
                for entry in view.entries() {
                    let step = Step::Key(entry.key.text().into());
                    self.below(step, entry.value);
                }
            }
            Kind::Seq => {
                let key = crate::key::MergeKey::of(&self.path, view, view);
                let items = crate::pair::items(key, Side::Target, view.items());
                for (item, value) in items {
                    self.below(Step::Item(item), value);
                }
            }
            _ => self.scalar(view),
        }
    }

    fn below(&mut self, step: Step, view: View<'_>) {
        self.path.push(step);
        self.follow(view);
        self.path.pop();
    }

    fn scalar(&mut self, view: View<'_>) {
        let text = text_of(view);
        let has_part = self.path.parts().next().is_some();
        let (path, old, own) = match revision(text) {
            _ if has_part => (
                self.path.clone(),
                cut(text, self.path.parts()).unwrap_or(text),
                repository_in(text),
            ),
            Some(range) => (
                self.path.with(Step::Part(Part::Revision)),
                &text[range],
                repository_in(text),
            ),
            None => (self.path.clone(), text, None),
        };
        let Some(leader) = self.leaders.get(old) else {
            return;
        };
        let is_same_repository = match (&own, &leader.repository) {
            (Some(own), Some(other)) => own == other,
            _ => true,
        };
        let is_version = own.is_some() || {
            let name = crate::words::words(crate::field::telling_name(&path));
            name.last()
                .is_some_and(|word| matches!(word.as_str(), "tag" | "revision" | "version"))
        };
        let new = crate::value::with_part(&path, view, &leader.new);
        let (Some(at), Some(new), true) = (view.origin(), new, is_same_repository && is_version)
        else {
            return;
        };
        self.more.push(Difference {
            field: if own.is_some() {
                Field::Revision
            } else {
                Field::Tag
            },
            verdict: Verdict::Ahead,
            basis: Basis::With(leader.path.clone()),
            hold: None,
            renamed_from: None,
            is_sensitive: false,
            source: None,
            target: Some(view.to_node()),
            path,
            deed: Deed::Set {
                at,
                value: spanned_yaml::Value::Str(new),
            },
        });
    }
}
