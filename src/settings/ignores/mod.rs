//! What somebody said need not be reported, where, and why.
//!
//! An ignore is written as a comment ([`Ignores::of`]), as an annotation
//! ([`Ignores::of_object`]) or in the configuration. It always needs a reason, and one that has
//! no effect is itself reported ([`Ignores::complaints`]).

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};

use camino::Utf8Path;
use globset::GlobSet;
use manifest::{Location, Span};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::date::Date;
use crate::problem::Problem;
use crate::rule::{Rule, Tier};

mod annotation;
mod inline;
mod parse;
mod rules;

pub use annotation::ANNOTATION;
pub(crate) use rules::{RULES, UNUSED_IGNORE};

/// Ignores of one file, one object or the configuration.
#[derive(Debug, Default)]
pub struct Ignores {
    all: Vec<Ignore>,
    unreadable: Vec<Problem>,
    /// How many rules they name.
    named: usize,
    /// Where those stand that were taken over, by their index, and what is unreadable.
    places: FxHashMap<Bytes, Vec<usize>>,
    unreadable_places: FxHashSet<Bytes>,
}

/// Some bytes of a file.
type Bytes = (Box<Utf8Path>, Span);

/// How many rules may be ignored in comments of one file: each finding in it is held against
/// them.
const MOST_NAMED: usize = 1_000;

/// Rules that need not be reported somewhere.
#[derive(Debug)]
pub struct Ignore {
    /// Why; empty if no reason was given, and then it has no effect.
    pub reason: String,
    /// Where it is written.
    pub at: Location,
    rules: Vec<Named>,
    scope: Scope,
    /// Names of environments or tiers; empty if it holds in all of them.
    environments: Vec<Box<str>>,
    until: Option<Date>,
}

/// One rule that an ignore names.
#[derive(Debug)]
struct Named {
    id: Box<str>,
    at: Location,
    used: AtomicBool,
}

/// Where an ignore holds.
#[derive(Debug)]
pub(crate) enum Scope {
    /// At every value that starts within these bytes of its own file.
    Bytes(Span),
    /// In its own file.
    File,
    /// In the files that the patterns fit, which are also given as they are written.
    Paths(GlobSet, Vec<Box<str>>),
    /// Wherever it is asked about.
    Everywhere,
}

/// A place of a finding, to be asked whether it is ignored.
#[derive(Clone, Copy, Debug)]
pub struct Candidate<'a> {
    /// The rule's id.
    pub rule: &'a str,
    /// The file.
    pub path: &'a Utf8Path,
    /// The bytes in the file.
    pub span: Span,
    /// The environment of the target that the finding affects.
    pub environment: Option<&'a str>,
    /// That environment's tier.
    pub tier: Tier,
}

/// What ignores are judged by.
#[derive(Clone, Copy, Debug)]
pub struct Terms<'a> {
    /// The day on which it is asked.
    pub today: Date,
    /// The ids of all rules.
    pub known: &'a [&'a str],
    /// The rules that cannot be ignored.
    pub locked: &'a BTreeSet<Box<str>>,
    /// Whether every rule is looked for in all of the repository. Otherwise no ignore can be
    /// said to be of no use.
    pub is_complete: bool,
}

impl Ignores {
    /// The first ignore that is in force and covers the finding; it counts as used from then on.
    pub fn find(&self, candidate: &Candidate<'_>, terms: &Terms<'_>) -> Option<&Ignore> {
        self.all.iter().find(|i| i.covers(candidate, terms))
    }

    /// Whether there is nothing to ask and nothing to complain about.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty() && self.unreadable.is_empty()
    }

    /// Takes over other ignores. One that stands at the same bytes, such as an annotation that
    /// several targets render, is kept once; it is used if either was.
    pub fn absorb(&mut self, other: Self) {
        for ignore in other.all {
            let there = self.places.entry(bytes(&ignore.at)).or_default();
            let all = &self.all;
            let same = there.iter().find(|own| all[**own].is_same(&ignore));
            match same.map(|own| &all[*own]) {
                Some(own) => {
                    for (mine, theirs) in own.rules.iter().zip(&ignore.rules) {
                        mine.used
                            .fetch_or(theirs.used.load(Ordering::Relaxed), Ordering::Relaxed);
                    }
                }
                None => {
                    there.push(self.all.len());
                    self.all.push(ignore);
                }
            }
        }
        for complaint in other.unreadable {
            let place = complaint.place().map(bytes);
            if place.is_none_or(|place| self.unreadable_places.insert(place)) {
                self.unreadable.push(complaint);
            }
        }
    }

    /// What is wrong with the ignores, once every finding has been asked about: only then is it
    /// known which of them are of no use.
    pub fn complaints(&self, terms: &Terms<'_>) -> Vec<Problem> {
        let mut complaints = self.unreadable.clone();
        for ignore in &self.all {
            ignore.complain(terms, &mut complaints);
        }
        complaints.sort_by_key(|problem| problem.place().map(|place| place.span));
        complaints
    }

    /// The ignores that say more than any of some others.
    pub fn not_in(&self, others: &Self) -> Vec<&Ignore> {
        let is_known = |ignore: &&Ignore| others.all.iter().any(|other| other.means(ignore));
        self.all.iter().filter(|ignore| !is_known(ignore)).collect()
    }

    /// Every ignore.
    pub fn all(&self) -> impl Iterator<Item = &Ignore> {
        self.all.iter()
    }

    /// Where the rules are named that ignored something.
    pub fn used(&self) -> impl Iterator<Item = &Location> {
        let named = self.all.iter().flat_map(|ignore| &ignore.rules);
        let used = named.filter(|named| named.used.load(Ordering::Relaxed));
        used.map(|named| &named.at)
    }

    /// The rules that are ignored in a file because of its path.
    pub fn of_path(&self, path: &Utf8Path) -> BTreeSet<&str> {
        let fits = |ignore: &&Ignore| match &ignore.scope {
            Scope::Paths(globs, _) => globs.is_match(path),
            Scope::Bytes(_) | Scope::File | Scope::Everywhere => false,
        };
        let fitting = self.all.iter().filter(fits);
        fitting.flat_map(Ignore::rules).collect()
    }

    pub(crate) fn push(&mut self, ignore: Ignore) {
        self.named += ignore.rules.len();
        self.all.push(ignore);
    }

    fn refuse(&mut self, place: Location, message: impl Into<String>, help: &str) {
        let problem = Problem::new(&rules::MALFORMED_IGNORE, message);
        self.unreadable.push(problem.at(place).help(help));
    }
}

impl Ignore {
    pub(crate) fn new(
        rules: impl IntoIterator<Item = (Box<str>, Location)>,
        reason: String,
        at: Location,
        scope: Scope,
    ) -> Self {
        let named = |(id, at)| Named {
            id,
            at,
            used: AtomicBool::new(false),
        };
        Self {
            reason,
            at,
            rules: rules.into_iter().map(named).collect(),
            scope,
            environments: Vec::new(),
            until: None,
        }
    }

    /// Only in these environments or tiers, if any are named.
    pub(crate) fn within(mut self, environments: Vec<Box<str>>) -> Self {
        self.environments = environments;
        self
    }

    /// Up to and on a day.
    pub(crate) fn until(mut self, day: Option<Date>) -> Self {
        self.until = day;
        self
    }

    /// The rules that it names.
    pub fn rules(&self) -> impl Iterator<Item = &str> {
        self.rules.iter().map(|named| &*named.id)
    }

    /// The environments and tiers in which it holds; all, if none is named.
    pub fn environments(&self) -> impl Iterator<Item = &str> {
        self.environments.iter().map(|name| &**name)
    }

    /// The last day on which it holds, if it ends.
    pub fn last_day(&self) -> Option<Date> {
        self.until
    }

    /// Whether it ignores the same as another one, wherever the two are written.
    fn means(&self, other: &Self) -> bool {
        let scope = |ignore: &Self| match &ignore.scope {
            Scope::Paths(_, patterns) => Some(patterns.clone()),
            Scope::Bytes(_) | Scope::File | Scope::Everywhere => None,
        };
        self.rules().eq(other.rules())
            && self.environments == other.environments
            && self.until == other.until
            && scope(self) == scope(other)
    }

    fn covers(&self, candidate: &Candidate<'_>, terms: &Terms<'_>) -> bool {
        let Some(named) = self.rules.iter().find(|n| *n.id == *candidate.rule) else {
            return false;
        };
        let covers = !self.reason.is_empty()
            && !terms.locked.contains(candidate.rule)
            && !self.is_expired(terms.today)
            && self.holds_in(candidate.environment, candidate.tier)
            && self.reaches(candidate.path, candidate.span);
        if covers {
            named.used.store(true, Ordering::Relaxed);
        }
        covers
    }

    /// Whether it is the same as another one at the same place.
    fn is_same(&self, other: &Self) -> bool {
        let ids = |ignore: &Self| {
            ignore
                .rules
                .iter()
                .map(|n| n.id.clone())
                .collect::<Vec<_>>()
        };
        ids(self) == ids(other)
    }

    fn is_expired(&self, today: Date) -> bool {
        self.until.is_some_and(|day| day < today)
    }

    fn holds_in(&self, environment: Option<&str>, tier: Tier) -> bool {
        let is_meant = |name: &str| environment == Some(name) || name == tier.name();
        self.environments.is_empty() || self.environments.iter().any(|name| is_meant(name))
    }

    fn reaches(&self, path: &Utf8Path, span: Span) -> bool {
        match &self.scope {
            Scope::Everywhere => true,
            Scope::Paths(globs, _) => globs.is_match(path),
            Scope::File => self.at.path() == path,
            Scope::Bytes(own) => {
                self.at.path() == path
                    && own.start <= span.start
                    && (span.start < own.end || *own == span)
            }
        }
    }

    fn complain(&self, terms: &Terms<'_>, complaints: &mut Vec<Problem>) {
        let mut complain = |rule: &'static Rule, place: &Location, message: String, help: &str| {
            let problem = Problem::new(rule, message).at(place.clone());
            complaints.push(problem.help(help));
        };
        let is_known = |id: &str| terms.known.contains(&id);
        for Named { id, at, .. } in &self.rules {
            if !is_known(id) {
                let help = match suggest::nearest(id, terms.known.iter().copied()) {
                    Some(meant) => &format!("did you mean `{meant}`?"),
                    None => "`gitopslint rules` lists all rules",
                };
                let message = format!("unknown rule `{id}`");
                complain(&rules::UNKNOWN_RULE_IN_IGNORE, at, message, help);
            } else if terms.locked.contains(id) {
                let message = format!("`{id}` is locked, so this ignore has no effect");
                let help = "fix what it reports; the configuration does not allow ignoring it";
                complain(&rules::LOCKED_RULE_IN_IGNORE, at, message, help);
            }
        }
        if self.reason.is_empty() {
            let message = "this ignore gives no reason and has no effect".to_owned();
            let help = "write after the rule why the finding is acceptable";
            complain(&rules::IGNORE_WITHOUT_REASON, &self.at, message, help);
            return;
        }
        if let Some(day) = self.until.filter(|_| self.is_expired(terms.today)) {
            let message = format!("this ignore expired on {day} and has no effect");
            let help = "fix what it ignores and remove it, or set a later day";
            complain(&rules::EXPIRED_IGNORE, &self.at, message, help);
            return;
        }
        if !terms.is_complete {
            return;
        }
        for Named { id, at, used } in &self.rules {
            let could_be_used = is_known(id) && !terms.locked.contains(id);
            if could_be_used && !used.load(Ordering::Relaxed) {
                let message = format!("nothing breaks `{id}` where this ignore applies");
                let help = "remove it: it would hide later findings";
                complain(&rules::UNUSED_IGNORE, at, message, help);
            }
        }
    }
}

fn bytes(at: &Location) -> Bytes {
    (at.path().into(), at.span)
}

#[cfg(test)]
mod tests;
