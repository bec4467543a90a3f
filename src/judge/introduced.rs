//! What a change brings: the findings after it without those before it.

use rustc_hash::FxHashMap;

use super::finding::Finding;
use super::fingerprint::{numbered, unnumbered};

/// What makes a finding in an environment the same one before and after a change. Values and
/// lines do not count.
type Key<'a> = (&'a str, Option<&'a str>, bool);

/// How often each key is found, and how often with the same message.
#[derive(Default)]
struct Known<'a> {
    keys: FxHashMap<Key<'a>, usize>,
    messages: FxHashMap<(Key<'a>, &'a str), usize>,
}

/// The findings that a change brings: for each fingerprint and environment, as many as there are
/// more than before. Each affects only what it affects newly. Where a change has several
/// befores, as a merge has, what any of them has is not new.
///
/// Of findings that only their places tell apart, those that say something new count as new.
pub fn introduced(after: &[Finding], before: &[&[Finding]]) -> Vec<Finding> {
    let mut known = Known::default();
    for findings in before {
        known.raise_to(&Known::of(findings));
    }
    // What says the same as before comes first, so that the others remain.
    let cases: Vec<(usize, usize, Key<'_>)> = cases(after).collect();
    let mut is_known: Vec<bool> = cases
        .iter()
        .map(|(finding, _, key)| known.take_message(key, &after[*finding].message))
        .collect();
    for ((_, _, key), is_known) in cases.iter().zip(&mut is_known) {
        *is_known = *is_known || known.take(key);
    }
    let mut new: Vec<Option<Finding>> = vec![None; after.len()];
    for ((at, affected, _), is_known) in cases.iter().zip(&is_known) {
        if *is_known {
            continue;
        }
        let finding = new[*at].get_or_insert_with(|| Finding {
            affected: Vec::new(),
            ..after[*at].clone()
        });
        finding
            .affected
            .extend(after[*at].affected.get(*affected).cloned());
    }
    number(after, &mut new);
    let mut new: Vec<Finding> = new.into_iter().flatten().collect();
    new.iter_mut().for_each(Finding::take_severity);
    new
}

/// Numbers those of one fingerprint anew, the ones that were there before first.
fn number(after: &[Finding], new: &mut [Option<Finding>]) {
    let mut counts: FxHashMap<&str, usize> = FxHashMap::default();
    for (finding, new) in after.iter().zip(new.iter()) {
        let count = counts.entry(unnumbered(&finding.fingerprint)).or_default();
        *count += usize::from(new.is_none());
    }
    for (finding, new) in after.iter().zip(new) {
        if let Some(new) = new {
            let own = unnumbered(&finding.fingerprint);
            let count = counts.entry(own).or_default();
            *count += 1;
            new.fingerprint = numbered(own, *count);
        }
    }
}

/// Each finding in each target that it affects, by their positions; in none, if it affects none.
fn cases(findings: &[Finding]) -> impl Iterator<Item = (usize, usize, Key<'_>)> {
    findings.iter().enumerate().flat_map(|(at, finding)| {
        let own = unnumbered(&finding.fingerprint);
        let is_suppressed = finding.suppressed.is_some();
        let of_targets = finding.affected.iter().enumerate();
        let of_targets = of_targets.map(move |(target, affected)| {
            let environment = affected.environment.as_deref();
            (at, target, (own, environment, is_suppressed))
        });
        let of_none = finding.affected.is_empty();
        of_targets.chain(of_none.then_some((at, 0, (own, None, is_suppressed))))
    })
}

impl<'a> Known<'a> {
    fn of(findings: &'a [Finding]) -> Self {
        let mut known = Self::default();
        for (at, _, key) in cases(findings) {
            *known.keys.entry(key).or_default() += 1;
            let message = (key, findings[at].message.as_str());
            *known.messages.entry(message).or_default() += 1;
        }
        known
    }

    /// As many of each as the other knows, if that is more.
    fn raise_to(&mut self, other: &Self) {
        for (key, count) in &other.keys {
            let own = self.keys.entry(*key).or_default();
            *own = (*own).max(*count);
        }
        for (key, count) in &other.messages {
            let own = self.messages.entry(*key).or_default();
            *own = (*own).max(*count);
        }
    }

    fn take(&mut self, key: &Key<'a>) -> bool {
        take(self.keys.get_mut(key))
    }

    fn take_message(&mut self, key: &Key<'a>, message: &'a str) -> bool {
        take(self.messages.get_mut(&(*key, message))) && self.take(key)
    }
}

fn take(count: Option<&mut usize>) -> bool {
    match count {
        Some(count) if *count > 0 => {
            *count -= 1;
            true
        }
        _ => false,
    }
}
