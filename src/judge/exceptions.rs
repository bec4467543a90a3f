//! What somebody said need not be reported: in comments, in annotations of objects and in the
//! configuration.

use std::sync::Arc;

use camino::Utf8PathBuf;
use manifest::{Location, Object, Source};
use rustc_hash::FxHashMap;

use super::finding::{Affected, Suppression};
use super::sink::Judge;
use crate::date::Date;
use crate::problem::{Instance, Problem};
use crate::rule::{RuleId, Tier};
use crate::settings::ignores::{Candidate, Ignore, Ignores, Terms};

/// Something that need not be reported.
#[derive(Clone, Debug)]
pub struct Exception {
    /// The rules' ids.
    pub rules: Vec<String>,
    /// Why; empty if no reason is given, so that it has no effect.
    pub reason: String,
    /// The environments and tiers in which it holds; empty for all.
    pub environments: Vec<String>,
    /// The last day on which it holds.
    pub until: Option<Date>,
    /// Where it is written.
    pub place: Location,
}

impl Exception {
    fn of(ignore: &Ignore) -> Self {
        Self {
            rules: ignore.rules().map(str::to_owned).collect(),
            reason: ignore.reason.clone(),
            environments: ignore.environments().map(str::to_owned).collect(),
            until: ignore.last_day(),
            place: ignore.at.clone(),
        }
    }
}

/// All ignores that were met.
pub(super) struct Exceptions<'a> {
    judge: &'a Judge<'a>,
    /// The rules' ids.
    ids: Vec<&'a str>,
    inline: FxHashMap<Utf8PathBuf, Ignores>,
    /// What the annotations of objects ignore.
    annotated: FxHashMap<Instance, Option<Box<Ignores>>>,
}

impl<'a> Exceptions<'a> {
    pub(super) fn of(judge: &'a Judge<'a>) -> Self {
        Self {
            judge,
            ids: judge.rules.iter().map(|rule| &*rule.id).collect(),
            inline: FxHashMap::default(),
            annotated: FxHashMap::default(),
        }
    }

    /// Learns the ignores in a file's comments.
    pub(super) fn read(&mut self, source: &Arc<Source>) {
        if self.judge.request.inline_ignores && !self.inline.contains_key(source.path()) {
            self.inline
                .insert(source.path().to_owned(), Ignores::of(source));
        }
    }

    /// What excuses a problem at a place of an object, if it is one of an object.
    pub(super) fn find(
        &mut self,
        rule: &RuleId,
        place: Option<&Location>,
        object: Option<(Instance, &Object)>,
        affected: Option<&Affected>,
    ) -> Option<Suppression> {
        if let Some((at, object)) = object {
            let annotated = self.annotated.entry(at);
            annotated.or_insert_with(|| {
                let ignores = Ignores::of_object(object.node.view());
                (!ignores.is_empty()).then(|| Box::new(ignores))
            });
        }
        let place = place?;
        self.read(&place.file);
        let candidate = Candidate {
            rule: &rule.id,
            path: place.path(),
            span: place.span,
            environment: affected.and_then(|a| a.environment.as_deref()),
            tier: affected.map_or(Tier::Stage, |a| a.tier),
        };
        let terms = self.terms();
        let inline = self.inline.get(place.path());
        let annotated = object
            .and_then(|(at, _)| self.annotated.get(&at)?.as_deref())
            .filter(|_| self.judge.request.inline_ignores);
        [inline, annotated, Some(self.judge.config.ignores())]
            .into_iter()
            .flatten()
            .find_map(|ignores| ignores.find(&candidate, &terms))
            .map(|ignore| Suppression {
                reason: ignore.reason.clone(),
                place: ignore.at.clone(),
                in_baseline: false,
            })
    }

    fn terms(&self) -> Terms<'_> {
        Terms {
            today: self.judge.request.today,
            known: &self.ids,
            locked: self.judge.config.locked(),
            is_complete: self.judge.request.is_complete(),
        }
    }

    fn met(&self) -> impl Iterator<Item = &Ignores> {
        let annotated = self.annotated.values().filter_map(Option::as_deref);
        let inline = self.inline.values().chain(annotated);
        inline.chain([self.judge.config.ignores()])
    }

    /// Every ignore that was met, in the order of their places.
    pub(super) fn all(&self) -> Vec<Exception> {
        let all = self.met().flat_map(Ignores::all);
        let mut exceptions: Vec<Exception> = all.map(Exception::of).collect();
        let key = |exception: &Exception| {
            let place = &exception.place;
            (
                place.path().to_string(),
                place.span,
                exception.rules.clone(),
            )
        };
        exceptions.sort_by_cached_key(key);
        exceptions.dedup_by(|a, b| key(a) == key(b));
        exceptions
    }

    /// Where the ignores stand that were of use.
    pub(super) fn used(&self) -> impl Iterator<Item = &Location> {
        self.met().flat_map(Ignores::used)
    }

    /// What is wrong with the ignores themselves.
    pub(super) fn complaints(&mut self) -> Vec<Problem> {
        let mut annotated = Ignores::default();
        for ignores in std::mem::take(&mut self.annotated).into_values().flatten() {
            annotated.absorb(*ignores);
        }
        let terms = self.terms();
        let mut complaints = self.judge.config.ignores().complaints(&terms);
        for ignores in self.inline.values().chain([&annotated]) {
            complaints.extend(ignores.complaints(&terms));
        }
        complaints
    }
}
