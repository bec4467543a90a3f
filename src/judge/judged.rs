//! What was judged, before what can only be told of the whole: whether an ignore is of no use, what
//! a baseline excuses, and which number tells findings of one fingerprint apart.

use std::collections::btree_map::Entry as Slot;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use manifest::{Location, Segment, Span};
use rustc_hash::{FxHashMap, FxHashSet};

use super::baselined::{Excused, excuse};
use super::finding::{Affected, Finding};
use super::fingerprint::numbered;
use crate::problem::Turn;
use crate::rule::RuleId;
use crate::settings::baseline::Baseline;
use crate::settings::ignores::UNUSED_IGNORE;

/// What a run judged, or one of several that share it.
#[derive(Clone, Debug, Default)]
pub struct Judged {
    found: BTreeMap<Box<Key>, Box<Found>>,
    /// How many of them each file has.
    in_files: FxHashMap<Arc<str>, usize>,
    /// The rules in ignores that were of use, by where they are named.
    used: BTreeSet<(Arc<str>, Span)>,
    /// The texts that many findings have in common.
    shared: FxHashSet<Arc<str>>,
}

/// What makes two reports the same finding.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key {
    /// As text: comparing paths part by part costs many times more.
    pub(super) path: Arc<str>,
    pub(super) span: Option<Span>,
    pub(super) rule: RuleId,
    pub(super) missing: Vec<Segment>,
    pub(super) suppressed: bool,
    /// Without the names that each target gives the object.
    pub(super) message: Arc<str>,
}

#[derive(Clone, Debug)]
struct Found {
    finding: Finding,
    /// When each thing that it affects was told.
    turns: Vec<Turn>,
}

/// A finding, and what else tells it from others.
#[derive(Debug)]
pub struct Entry {
    /// The finding.
    pub finding: Finding,
    /// What is missing at its place.
    pub missing: Vec<Segment>,
    /// Its message without the names that each target gives the object.
    pub message: Arc<str>,
    /// When each thing that it affects was told.
    pub turns: Vec<Turn>,
}

impl Judged {
    /// Adds a case of a finding: `first` makes the finding if there is none yet.
    pub(super) fn tell(
        &mut self,
        key: Key,
        affected: Option<(Turn, Affected)>,
        first: impl FnOnce() -> Finding,
    ) -> &mut Finding {
        let in_files = &mut self.in_files;
        let found = match self.found.entry(Box::new(key)) {
            Slot::Occupied(known) => known.into_mut(),
            Slot::Vacant(slot) => {
                count(in_files, &slot.key().path);
                slot.insert(Box::new(Found {
                    finding: first(),
                    turns: Vec::with_capacity(1),
                }))
            }
        };
        found.affect(affected);
        &mut found.finding
    }

    /// A text, as the findings before have it.
    pub(super) fn share(&mut self, text: &str) -> Arc<str> {
        if let Some(known) = self.shared.get(text) {
            return known.clone();
        }
        let text: Arc<str> = text.into();
        self.shared.insert(text.clone());
        text
    }

    /// How many findings there are.
    #[expect(clippy::len_without_is_empty, reason = "nobody asks")]
    pub fn len(&self) -> usize {
        self.found.len()
    }

    /// Whether there is a finding of that kind and place.
    pub(super) fn has(&self, key: &Key) -> bool {
        self.found.contains_key(key)
    }

    /// How many findings a file has.
    pub(super) fn in_file(&self, path: &str) -> usize {
        self.in_files.get(path).copied().unwrap_or_default()
    }

    /// Adds a finding, with all that it affects.
    pub fn add(&mut self, entry: Entry) {
        let Entry {
            finding,
            missing,
            message,
            turns,
        } = entry;
        let key = Box::new(Key {
            path: self.share(path_of(finding.place.as_ref())),
            span: finding.place.as_ref().map(|place| place.span),
            rule: finding.rule.clone(),
            missing,
            suppressed: finding.suppressed.is_some(),
            message,
        });
        let found = Box::new(Found { finding, turns });
        match self.found.entry(key) {
            Slot::Vacant(slot) => {
                count(&mut self.in_files, &slot.key().path);
                slot.insert(found);
            }
            Slot::Occupied(mut known) => known.get_mut().join(found),
        }
    }

    /// Adds what another run that shares the same judged.
    pub fn join(&mut self, mut other: Self) {
        self.used.append(&mut other.used);
        other.into_entries().for_each(|entry| self.add(entry));
    }

    /// Learns that a rule in an ignore was of use.
    pub fn use_ignore(&mut self, path: &str, span: Span) {
        self.used.insert((path.into(), span));
    }

    /// The rules in ignores that were of use, by where they are named.
    pub fn used_ignores(&self) -> impl Iterator<Item = (&str, Span)> {
        self.used.iter().map(|(path, span)| (&**path, *span))
    }

    /// Everything by itself, in the order of the places.
    pub fn into_entries(self) -> impl Iterator<Item = Entry> {
        self.found.into_iter().map(|(key, found)| Entry {
            finding: found.finding,
            missing: key.missing,
            message: key.message,
            turns: found.turns,
        })
    }

    /// Every finding, in the order of their places; and what came of the baseline.
    pub fn finish(
        self,
        baseline: Option<&Baseline>,
        locked: &BTreeSet<Box<str>>,
    ) -> (Vec<Finding>, Option<Excused>) {
        let Self {
            mut found, used, ..
        } = self;
        let unused = RuleId::from(&UNUSED_IGNORE);
        found.retain(|key, _| {
            let place = || key.span.map(|span| (key.path.clone(), span));
            key.rule != unused || place().is_none_or(|place| !used.contains(&place))
        });
        let mut findings: Vec<Finding> = found.into_values().map(|own| own.finding).collect();
        for finding in &mut findings {
            finding.affected.sort_by(|a, b| {
                (a.tier, &a.environment, &a.target).cmp(&(b.tier, &b.environment, &b.target))
            });
        }
        let mut excused = None;
        if let Some(baseline) = baseline {
            let (told, by_baseline) = excuse(findings, baseline, locked);
            findings = told;
            excused = Some(by_baseline);
        }
        let mut seen: FxHashMap<String, usize> = FxHashMap::default();
        for finding in &mut findings {
            let count = seen.entry(finding.fingerprint.clone()).or_default();
            *count += 1;
            finding.fingerprint = numbered(&finding.fingerprint, *count);
        }
        (findings, excused)
    }
}

impl Found {
    fn affect(&mut self, affected: Option<(Turn, Affected)>) {
        if let Some((turn, affected)) = affected
            && !self.finding.affected.contains(&affected)
        {
            self.finding.affected.push(affected);
            self.turns.push(turn);
        }
    }

    /// What affects nothing is never told twice in different words.
    fn first(&self) -> Turn {
        self.turns.first().copied().unwrap_or_default()
    }

    /// As if both had been told to one, each thing at its turn.
    fn join(&mut self, mut other: Box<Self>) {
        let severity = self.finding.severity.max(other.finding.severity);
        if other.first() < self.first() {
            std::mem::swap(self, &mut other);
        }
        let affected = |found: &mut Self| {
            let turns = std::mem::take(&mut found.turns).into_iter();
            turns.zip(std::mem::take(&mut found.finding.affected))
        };
        let mut all: Vec<(Turn, Affected)> = affected(self).chain(affected(&mut other)).collect();
        all.sort_by_key(|(turn, _)| *turn);
        for one in all {
            self.affect(Some(one));
        }
        self.finding.severity = severity;
    }
}

fn count(in_files: &mut FxHashMap<Arc<str>, usize>, path: &Arc<str>) {
    match in_files.get_mut(path) {
        Some(count) => *count += 1,
        None => {
            in_files.insert(path.clone(), 1);
        }
    }
}

/// The path of a place; empty for none.
pub(super) fn path_of(place: Option<&Location>) -> &str {
    place.map_or("", |place| place.path().as_str())
}
