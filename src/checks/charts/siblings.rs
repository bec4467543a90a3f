//! Keys that no template reads, beside one another: told at the key that they are all below.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use manifest::{FieldPath, Location, Segment, View};

use super::Place;
use super::rules::UNUSED_VALUE;
use super::values::Key;
use crate::problem::{Affects, Problem};
use crate::rule::RuleId;

/// So many keys of a mapping may be read where the others are told as one.
const READ: usize = 1;

/// What stands beside keys that are told of.
#[derive(Default)]
pub(super) struct Siblings {
    /// The mappings, by the places of their keys.
    mappings: BTreeMap<Place, Arc<Mapping>>,
    /// The keys, by their places.
    keys: BTreeMap<Place, Sibling>,
}

struct Sibling {
    name: String,
    within: Arc<Mapping>,
}

struct Mapping {
    /// Its key.
    place: Location,
    path: FieldPath,
    /// The keys in it that something reads.
    read: Vec<String>,
}

impl Siblings {
    /// Learns what a key of some values stands beside, and what of that is read.
    pub(super) fn learn(
        &mut self,
        root: View<'_>,
        key: &Key<'_>,
        at: &Location,
        is_read: impl Fn(&Key<'_>) -> bool,
    ) {
        let Some((Segment::Key(name), above)) = key.path.segments().split_last() else {
            return;
        };
        let Some((Segment::Key(parent), before)) = above.split_last() else {
            return;
        };
        let before: FieldPath = before.iter().cloned().collect();
        let entry = root.at(&before).and_then(|own| own.entry(parent));
        let Some((entry, place)) = entry.and_then(|own| Some((own, own.key.origin()?.locate())))
        else {
            return;
        };
        let mapping = self
            .mappings
            .entry((place.path().to_owned(), place.span.start));
        let mapping = mapping.or_insert_with(|| {
            let path: FieldPath = above.iter().cloned().collect();
            let keys = entry.value.entries().map(|own| {
                let mut path = path.clone();
                path.push_key(own.key.text());
                let (key, value) = (own.key, own.value);
                Key { path, key, value }
            });
            let read = keys.filter(|key| is_read(key));
            let read = read.map(|key| key.key.text().to_owned()).collect();
            Arc::new(Mapping { place, path, read })
        });
        let sibling = Sibling {
            name: name.to_string(),
            within: mapping.clone(),
        };
        self.keys
            .insert((at.path().to_owned(), at.span.start), sibling);
    }

    /// Of keys that are told of, those together that are nearly all of a mapping.
    pub(super) fn gather(&self, problems: Vec<Problem>) -> Vec<Problem> {
        let mut groups: BTreeMap<Place, Vec<usize>> = BTreeMap::new();
        for (at, problem) in problems.iter().enumerate() {
            // Of what is misspelt each is told what was meant.
            if let Some(sibling) = self.of(problem).filter(|_| problem.help.is_none()) {
                let place = &sibling.within.place;
                let place = (place.path().to_owned(), place.span.start);
                groups.entry(place).or_default().push(at);
            }
        }
        let mut gathered: BTreeMap<usize, Problem> = BTreeMap::new();
        let mut gone: BTreeSet<usize> = BTreeSet::new();
        for group in groups.values() {
            let own: Vec<(&Problem, &Sibling)> = group
                .iter()
                .filter_map(|at| Some((&problems[*at], self.of(&problems[*at])?)))
                .collect();
            if let (Some(first), Some(problem)) = (group.first(), together(&own)) {
                gone.extend(group);
                gathered.insert(*first, problem);
            }
        }
        let mut told = Vec::with_capacity(problems.len());
        for (at, problem) in problems.into_iter().enumerate() {
            match gathered.remove(&at) {
                Some(gathered) => told.push(gathered),
                None if gone.contains(&at) => {}
                None => told.push(problem),
            }
        }
        told
    }

    fn of(&self, problem: &Problem) -> Option<&Sibling> {
        let place = problem.place()?;
        let is_unused = problem.rule == RuleId::from(&UNUSED_VALUE);
        let sibling = self.keys.get(&(place.path().to_owned(), place.span.start));
        sibling.filter(|_| is_unused)
    }
}

/// One problem for keys of one mapping, if hardly any other is read.
fn together(told: &[(&Problem, &Sibling)]) -> Option<Problem> {
    let (_, sibling) = told.first()?;
    let names: BTreeSet<&str> = told.iter().map(|(_, own)| &*own.name).collect();
    let mapping = &sibling.within;
    if names.len() < 2 || mapping.read.len() > READ {
        return None;
    }
    let path = &mapping.path;
    let message = match mapping.read.first() {
        Some(name) => format!("of `{path}`, the templates of the chart read only `{name}`"),
        None => format!("no template of the chart reads anything in `{path}`"),
    };
    let targets = told.iter().flat_map(|(own, _)| match &own.affects {
        Affects::Targets(targets) => targets.clone(),
        Affects::Repository | Affects::Objects(_) => Vec::new(),
    });
    let targets: BTreeSet<usize> = targets.collect();
    let problem = Problem::new(&UNUSED_VALUE, message).affecting(targets);
    Some(problem.at(mapping.place.clone()))
}
