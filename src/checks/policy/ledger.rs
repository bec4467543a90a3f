//! What policies take over a whole run.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::policies::Policies;
use crate::checks::schema::STEPS;

/// A policy that failed this often is not evaluated any more.
const FAILURES: u32 = 3;

/// How many steps of plans all evaluations of a run may take together, those apart that take
/// [few](super::evaluation::QUICK).
const PLANNED: u64 = 100_000_000;

/// The same for steps of the interpreter, each of which does more.
const INTERPRETED: u64 = 30_000_000;

/// How many steps users' policies may take in the first pass, in which each takes few: there may
/// be many of them, and many objects.
const GLANCED: u64 = 100_000_000;

/// A policy that took fewer of those is none of the reasons why they are used up.
const GLANCED_FAIRLY: u64 = GLANCED / 100;

/// What the policies of a run took, and how often they failed.
///
/// What is entered decides what is evaluated afterwards, so that it has to be entered in an order
/// that does not depend on threads: that of the objects.
#[derive(Clone, Debug)]
pub struct Ledger {
    /// By the policy's index.
    policies: Vec<Record>,
    planned: u64,
    interpreted: u64,
    glanced: u64,
}

#[derive(Clone, Copy, Debug, Default)]
struct Record {
    failures: u32,
    is_expensive: bool,
    glanced: u64,
    skipped: usize,
}

/// What policies took in the end.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spent {
    planned: u64,
    interpreted: u64,
    glanced: u64,
    /// What schemas took of the objects that they were held against.
    pub(crate) held: u64,
    /// How often each policy failed that did, by its rule.
    failures: BTreeMap<String, u32>,
}

impl Spent {
    /// Adds what another run took that shares the same evaluation.
    pub fn add(&mut self, other: Self) {
        self.planned = self.planned.saturating_add(other.planned);
        self.interpreted = self.interpreted.saturating_add(other.interpreted);
        self.glanced = self.glanced.saturating_add(other.glanced);
        self.held = self.held.saturating_add(other.held);
        for (rule, count) in other.failures {
            let own = self.failures.entry(rule).or_default();
            *own = own.saturating_add(count);
        }
    }

    /// Why one run for all would have left something out, if it would.
    pub fn excess(&self) -> Option<String> {
        let is_over = self.planned >= PLANNED || self.interpreted >= INTERPRETED;
        if is_over || self.glanced >= GLANCED {
            return Some("together, the policies take too long on this repository".to_owned());
        }
        if self.held >= STEPS {
            return Some("together, definitions of custom resources take too long".to_owned());
        }
        let mut failed = self.failures.iter();
        let (rule, _) = failed.find(|(_, count)| **count >= FAILURES)?;
        Some(format!("the policy `{rule}` failed too often"))
    }
}

impl Ledger {
    /// Nothing taken yet.
    pub fn new(policies: &Policies) -> Self {
        Self {
            policies: vec![Record::default(); policies.policies.len()],
            planned: PLANNED,
            interpreted: INTERPRETED,
            glanced: GLANCED,
        }
    }

    /// Why a policy is not evaluated any more, if it is not.
    pub(crate) fn is_given_up(&self, policy: usize) -> Option<&'static str> {
        let spent = self.policies.get(policy)?;
        if spent.failures >= FAILURES {
            return Some("it is no longer evaluated, because it failed too often");
        }
        let is_over = self.planned == 0 || self.interpreted == 0;
        let is_over =
            is_over && spent.is_expensive || self.glanced == 0 && spent.glanced > GLANCED_FAIRLY;
        is_over.then_some(
            "it is no longer evaluated: together, the policies take too long on this repository",
        )
    }

    /// How many steps of a plan are left.
    pub(crate) fn planned(&self) -> u64 {
        self.planned
    }

    /// How many steps of the interpreter are left.
    pub(crate) fn interpreted(&self) -> u64 {
        self.interpreted
    }

    pub(crate) fn spend_planned(&mut self, policy: usize, steps: u64) {
        self.planned = self.planned.saturating_sub(steps);
        self.mark(policy, steps);
    }

    pub(crate) fn spend_interpreted(&mut self, policy: usize, steps: u64) {
        self.interpreted = self.interpreted.saturating_sub(steps);
        self.mark(policy, steps);
    }

    /// Enters what the first pass took. It is to be entered where no two passes are made at once.
    pub(crate) fn spend_glanced(&mut self, taken: impl IntoIterator<Item = (usize, u64)>) {
        for (policy, steps) in taken {
            self.glanced = self.glanced.saturating_sub(steps);
            if let Some(spent) = self.policies.get_mut(policy) {
                spent.glanced += steps;
            }
        }
    }

    /// Counts that a policy which is given up was not evaluated; tells whether for the first time.
    pub(crate) fn skip(&mut self, policy: usize) -> bool {
        let Some(spent) = self.policies.get_mut(policy) else {
            return false;
        };
        spent.skipped += 1;
        spent.skipped == 1
    }

    /// The policies that are given up, with how often each was not evaluated after the first time.
    pub(crate) fn skipped(&self) -> impl Iterator<Item = (usize, usize)> {
        let all = self.policies.iter().enumerate();
        all.filter(|(_, spent)| spent.skipped > 1)
            .map(|(policy, spent)| (policy, spent.skipped - 1))
    }

    pub(crate) fn count_failure(&mut self, policy: usize) {
        if let Some(spent) = self.policies.get_mut(policy) {
            spent.failures += 1;
        }
    }

    /// What was taken.
    pub fn spent(&self, policies: &Policies) -> Spent {
        let of_policies = policies.policies.iter().zip(&self.policies);
        let failed = of_policies.filter(|(_, record)| record.failures > 0);
        Spent {
            planned: PLANNED - self.planned,
            interpreted: INTERPRETED - self.interpreted,
            glanced: GLANCED - self.glanced,
            held: 0,
            failures: failed
                .map(|(policy, record)| (policy.rule.id.to_string(), record.failures))
                .collect(),
        }
    }

    fn mark(&mut self, policy: usize, steps: u64) {
        if let Some(spent) = self.policies.get_mut(policy) {
            spent.is_expensive |= steps > 0;
        }
    }
}
