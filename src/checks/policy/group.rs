//! Policies that are evaluated together.

use std::collections::BTreeSet;

use manifest::Gvk;
use rustc_hash::FxHashMap;

use super::kinds::Selector;
use super::policies::Policy;
use super::{Scope, TargetField};
use crate::rule::{Severity, Tier};

/// Policies that see the same input: they have the same scope, and no two of them call different
/// parameters the same. Each sees the fields of the target that any of them uses.
#[derive(Debug)]
pub(crate) struct Group {
    pub(crate) scope: Scope,
    pub(crate) uses: BTreeSet<TargetField>,
    /// Indices of policies.
    pub(crate) policies: Vec<usize>,
    /// For each entry point the policies that it evaluates, by their indices, in their order.
    pub(crate) entries: Vec<Vec<usize>>,
    /// For each kind that a policy names, the entry of all policies that look at it.
    by_kind: FxHashMap<Box<str>, Vec<(Selector, Option<usize>)>>,
    /// That for all other kinds.
    other: Option<usize>,
    /// That for objects of other kinds which tell of pods.
    with_pods: Option<usize>,
}

/// Divides policies into groups.
pub(crate) fn groups(policies: &[Policy], chosen: &[usize]) -> Vec<Group> {
    let mut groups: Vec<(Group, BTreeSet<&str>)> = Vec::new();
    for index in chosen.iter().copied() {
        let Some(policy) = policies.get(index) else {
            continue;
        };
        let names: BTreeSet<&str> = policy.parameters.iter().map(|p| p.name.as_str()).collect();
        let fitting = groups
            .iter_mut()
            .find(|(group, taken)| group.scope == policy.scope && taken.is_disjoint(&names));
        match fitting {
            Some((group, taken)) => {
                group.policies.push(index);
                group.uses.extend(policy.uses.iter().copied());
                taken.extend(names);
            }
            None => groups.push((Group::new(policy, index), names)),
        }
    }
    let mut groups: Vec<Group> = groups.into_iter().map(|(group, _)| group).collect();
    for group in &mut groups {
        group.find_entries(policies);
    }
    groups
}

impl Group {
    fn new(policy: &Policy, index: usize) -> Self {
        Self {
            scope: policy.scope,
            uses: policy.uses.clone(),
            policies: vec![index],
            entries: Vec::new(),
            by_kind: FxHashMap::default(),
            other: None,
            with_pods: None,
        }
    }

    /// One entry for each distinct set of policies that some kind is looked at by, and for those
    /// of them that are on in a tier unless it is configured otherwise. Wider scopes see objects
    /// of all kinds at once.
    fn find_entries(&mut self, all: &[Policy]) {
        match self.scope {
            Scope::Object => self.find_kinds(all),
            _ => self.entries.push(self.policies.clone()),
        }
        for at in 0..self.entries.len() {
            for tier in Tier::ALL {
                let is_on = |policy: &Policy| policy.rule.severities.of(tier) != Severity::Off;
                let usual = self.members(at);
                let usual = usual.filter(|at| all.get(*at).is_some_and(is_on)).collect();
                self.add_entry(usual);
            }
        }
    }

    fn find_kinds(&mut self, all: &[Policy]) {
        let members: Vec<(usize, &Policy)> = self
            .policies
            .iter()
            .filter_map(|at| Some((*at, all.get(*at)?)))
            .collect();
        let looking = |looks: &dyn Fn(&Policy) -> bool| {
            let looking = members.iter().filter(|(_, policy)| looks(policy));
            looking.map(|(at, _)| *at).collect()
        };
        self.other = self.add_entry(looking(&|policy| policy.kinds.all));
        let with_pods = |policy: &Policy| policy.kinds.all || policy.kinds.with_pods;
        self.with_pods = self.add_entry(looking(&with_pods));
        let selectors: BTreeSet<&Selector> = members
            .iter()
            .flat_map(|(_, policy)| &policy.kinds.named)
            .collect();
        for selector in selectors {
            // Custom kinds may tell of pods, whatever else is looked for in them.
            let has_pods = selector.group.is_some();
            let gvk = Gvk {
                group: selector.group.clone().unwrap_or_default(),
                version: "v1".into(),
                kind: selector.kind.clone(),
            };
            let found = self.add_entry(looking(&|policy| policy.kinds.select(&gvk, has_pods)));
            let same_kind = self.by_kind.entry(selector.kind.clone()).or_default();
            // Named groups come first: they are the more exact answer.
            same_kind.insert(0, (selector.clone(), found));
        }
    }

    /// The entry for a set of policies; `None` if it is empty.
    fn add_entry(&mut self, policies: Vec<usize>) -> Option<usize> {
        if policies.is_empty() {
            return None;
        }
        let known = self.entries.iter().position(|entry| *entry == policies);
        Some(known.unwrap_or_else(|| {
            self.entries.push(policies);
            self.entries.len() - 1
        }))
    }

    /// The entry that evaluates the least, out of those with all the policies of an entry that
    /// are on, and no others than its policies; `None` if none of them is on.
    ///
    /// What an entry evaluates is fixed when it is compiled: to leave out a policy while it runs
    /// costs more than most policies do.
    pub(crate) fn least(&self, entry: usize, is_on: impl Fn(usize) -> bool) -> Option<usize> {
        let wanted: Vec<usize> = self.members(entry).filter(|at| is_on(*at)).collect();
        let all = self.entries.get(entry).filter(|_| !wanted.is_empty())?;
        let fitting = self.entries.iter().enumerate().filter(|(_, set)| {
            wanted.iter().all(|at| set.contains(at)) && set.iter().all(|at| all.contains(at))
        });
        let least = fitting.min_by_key(|(_, set)| set.len());
        least.map(|(least, _)| least)
    }

    /// The entry of all policies that look at an object; `None` if there are none.
    pub(crate) fn entry(&self, gvk: &Gvk, has_pods: bool) -> Option<usize> {
        let candidates = self.by_kind.get(&gvk.kind);
        let exact = candidates.and_then(|c| c.iter().find(|(selector, _)| selector.selects(gvk)));
        match exact {
            Some((_, entry)) => *entry,
            None if has_pods => self.with_pods,
            None => self.other,
        }
    }

    /// The indices of the policies that an entry evaluates.
    pub(crate) fn members(&self, entry: usize) -> impl Iterator<Item = usize> {
        self.entries.get(entry).into_iter().flatten().copied()
    }

    /// A module with one rule for each entry point: the list of what its policies return.
    pub(crate) fn module(&self, package: &str, policies: &[Policy]) -> String {
        let mut text = format!("package {package}\n");
        for (entry, members) in self.entries.iter().enumerate() {
            let members = members.iter().filter_map(|at| policies.get(*at));
            let queries: Vec<&str> = members.map(|policy| policy.query.as_str()).collect();
            text += &format!("e{entry} := [{}]\n", queries.join(", "));
        }
        text
    }
}
