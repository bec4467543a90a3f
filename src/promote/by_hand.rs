//! Changes that promote by copying: a `cp`, a bot, an editor. What they take back or carry along
//! is told with the verdicts that a promotion would have had.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};
use manifest::{Location, Span};
use promotion::{Basis, Difference, Environments, Hold, Side, Verdict};

use crate::compare::{FilePair, Pair, Rules, Unit, World, compare_files, file_pairs, pairs, units};
use crate::deploy::Environment;
use crate::problem::Problem;
use crate::settings::{Config, HOTFIX_LOST};

/// How many pairs of environments are looked at.
const PAIR_LIMIT: usize = 1_000;

/// The files of environments that a change may promote by hand, each with what corresponds to it
/// in an environment of a lower tier, and how many pairs of environments were not looked at.
/// `changed` are the files that the change edits.
pub fn candidates(
    after: World<'_>,
    config: &Config,
    changed: &BTreeSet<Utf8PathBuf>,
) -> (Vec<Candidate>, usize) {
    let mut members: BTreeMap<Arc<str>, (Environment, Vec<Unit>)> = BTreeMap::new();
    for unit in units(after.deployed, config) {
        if let Some(environment) = unit.environment.clone() {
            let name = environment.name.clone();
            let entry = members.entry(name);
            let (_, units) = entry.or_insert_with(|| (environment, Vec::new()));
            units.push(unit);
        }
    }
    let is_touched = |unit: &Unit| changed.iter().any(|file| unit.is_made_from(file));
    let (mut found, mut looked_at, mut left_out) = (Vec::new(), 0, 0);
    for (to, own) in members
        .values()
        .filter(|(_, own)| own.iter().any(is_touched))
    {
        for (from, others) in members.values().filter(|(from, _)| from.tier < to.tier) {
            looked_at += 1;
            if looked_at > PAIR_LIMIT {
                left_out += 1;
                continue;
            }
            let names = Environments::new(&from.name, &to.name);
            for pair in pairs(others.clone(), own.clone(), &names) {
                found.extend(of_pair(&pair, (from, to), &names, changed));
            }
        }
    }
    (found, left_out)
}

/// A file of an environment that a change edits, and what it may be copied from.
#[derive(Debug)]
pub struct Candidate {
    from: Environment,
    to: Environment,
    names: Environments,
    source: Utf8PathBuf,
    target: Utf8PathBuf,
}

impl Candidate {
    /// Both files.
    pub fn files(&self) -> [&Utf8Path; 2] {
        [&self.source, &self.target]
    }
}

fn of_pair(
    pair: &Pair,
    (from, to): (&Environment, &Environment),
    names: &Environments,
    changed: &BTreeSet<Utf8PathBuf>,
) -> Vec<Candidate> {
    let files = file_pairs(pair, names).into_iter();
    let touched = files.filter(|(_, target)| changed.contains(target));
    let candidate = |(source, target)| Candidate {
        from: from.clone(),
        to: to.clone(),
        names: names.clone(),
        source,
        target,
    };
    touched.map(candidate).collect()
}

/// What the change takes back or carries along, of each file once: from the environment that it
/// has most from.
pub fn problems(before: World<'_>, after: World<'_>, candidates: &[Candidate]) -> Vec<Problem> {
    let mut best: BTreeMap<&Utf8Path, (usize, Vec<Problem>)> = BTreeMap::new();
    for candidate in candidates {
        let Some((moved, problems)) = judge(before, after, candidate) else {
            continue;
        };
        let known = best.entry(&candidate.target).or_default();
        if moved > known.0 {
            *known = (moved, problems);
        }
    }
    best.into_values()
        .flat_map(|(_, problems)| problems)
        .collect()
}

/// How many fields became the source's, and what is wrong with some; none if it is no promotion.
fn judge(
    before: World<'_>,
    after: World<'_>,
    candidate: &Candidate,
) -> Option<(usize, Vec<Problem>)> {
    let Candidate {
        source,
        target,
        names,
        ..
    } = candidate;
    let rules = Rules::default();
    // What the source has now and the target had before, with the verdicts of that moment.
    let (from, to) = ((&**source, after.place), (&**target, before.place));
    let open = compare_files(from, to, names, &rules)?;
    let left = compare_files(from, (target, after.place), names, &rules)?;
    let left: BTreeSet<String> = left.differences.iter().map(sign).collect();
    let nobody = Environments::default();
    let done = compare_files(to, (target, after.place), &nobody, &rules)?;
    let taken: Vec<&Difference> = open
        .differences
        .iter()
        .filter(|own| !left.contains(&sign(own)))
        .collect();
    // Whoever only changes a value to what another environment has does not promote.
    let is_copied = left.is_empty() && !open.differences.is_empty();
    let is_promoted = taken.iter().any(|own| {
        matches!(own.verdict, Verdict::Ahead) && !matches!(own.hold, Some(Hold::NamesSource(_)))
    });
    if !is_copied && !is_promoted {
        return None;
    }
    let problem = |own: &&Difference| problem(own, candidate, &done);
    let problems = taken.iter().filter_map(problem).collect();
    Some((taken.len(), problems))
}

fn problem(taken: &Difference, candidate: &Candidate, done: &FilePair) -> Option<Problem> {
    let (from, to) = (&candidate.from.name, &candidate.to.name);
    let field = taken.path.to_string();
    let now = match taken.said(Side::Source) {
        Some(said) => format!("becomes `{said}`"),
        None => "is removed".to_owned(),
    };
    let was = match taken.said(Side::Target) {
        Some(said) => format!("`{said}`"),
        None => "nothing".to_owned(),
    };
    let message = match (taken.verdict, &taken.hold) {
        (Verdict::TargetOnly | Verdict::Conflict, _) => {
            format!("`{field}` {now} as in {from}: a change that only {to} had, {was}, is lost")
        }
        (Verdict::EnvironmentSpecific, _) | (_, Some(Hold::NamesSource(_) | Hold::OwnValue)) => {
            format!("`{field}` {now} as in {from}: {to} had a value of its own, {was}")
        }
        _ => return None,
    };
    let place = place_in(done, taken);
    let mut problem = Problem::new(&HOTFIX_LOST, message).at(place);
    if let Basis::History(told) = &taken.basis {
        let commit = told.target.as_ref().or(told.source.as_ref());
        problem.help = commit.filter(|_| told.target.is_some()).map(|commit| {
            let id: String = commit.id.chars().take(7).collect();
            format!(
                "it was changed in {id} by {}; `gitopslint promote {from} {to}` keeps it",
                commit.author
            )
        });
    }
    if problem.help.is_none() {
        problem.help = Some(format!(
            "`gitopslint promote {from} {to}` leaves it as it was"
        ));
    }
    Some(problem)
}

/// Where the target's file says it now; the file's beginning if it no longer does.
fn place_in(done: &FilePair, taken: &Difference) -> Location {
    let same = done.differences.iter().find(|own| sign(own) == sign(taken));
    let node = same.and_then(|own| own.target.as_ref());
    match node.and_then(|node| node.view().origin()) {
        Some(src) => src.locate(),
        None => Location {
            file: done.to.source().clone(),
            span: Span::new(0, 0),
        },
    }
}

fn sign(difference: &Difference) -> String {
    difference.path.to_string()
}
