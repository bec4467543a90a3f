//! Policies that are evaluated together.

use std::collections::{BTreeMap, BTreeSet};

use manifest::Gvk;
use rustc_hash::FxHashMap;

use super::kinds::Selector;
use super::policies::Policy;
use super::{Scope, TargetField};

/// Policies that see the same input: they have the same scope, and no two of them call different
/// parameters the same. Each sees the fields of the target that any of them uses.
#[derive(Debug)]
pub(crate) struct Group {
    pub(crate) scope: Scope,
    pub(crate) uses: BTreeSet<TargetField>,
    /// Indices of policies; their order is that of `input.on`.
    pub(crate) policies: Vec<usize>,
    /// For each entry point the positions in `policies` of those that it evaluates.
    pub(crate) entries: Vec<Vec<usize>>,
    /// The entry for each kind that a policy names.
    by_kind: FxHashMap<Box<str>, Vec<(Selector, Option<usize>)>>,
    /// The entry for all other kinds.
    other: Option<usize>,
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
        }
    }

    /// One entry for each distinct set of policies that some kind is looked at by. Wider scopes
    /// see objects of all kinds at once and have one entry.
    fn find_entries(&mut self, all: &[Policy]) {
        let members: Vec<&Policy> = self.policies.iter().filter_map(|i| all.get(*i)).collect();
        if self.scope != Scope::Object {
            self.entries.push((0..members.len()).collect());
            return;
        }
        let mut known: BTreeMap<Vec<usize>, usize> = BTreeMap::new();
        let mut entry = |looks: &dyn Fn(&Policy) -> bool| {
            let set: Vec<usize> = (0..members.len())
                .filter(|at| members.get(*at).is_some_and(|p| looks(p)))
                .collect();
            let next = known.len();
            (!set.is_empty()).then(|| *known.entry(set).or_insert(next))
        };
        self.other = entry(&|policy| policy.kinds.all);
        let selectors: BTreeSet<&Selector> = members
            .iter()
            .flat_map(|policy| &policy.kinds.named)
            .collect();
        for selector in selectors {
            let gvk = Gvk {
                group: selector.group.clone().unwrap_or_default(),
                version: "v1".into(),
                kind: selector.kind.clone(),
            };
            let found = entry(&|policy| policy.kinds.select(&gvk));
            let same_kind = self.by_kind.entry(selector.kind.clone()).or_default();
            // Named groups come first: they are the more exact answer.
            same_kind.insert(0, (selector.clone(), found));
        }
        let mut entries: Vec<(usize, Vec<usize>)> =
            known.into_iter().map(|(s, i)| (i, s)).collect();
        entries.sort_unstable();
        self.entries = entries.into_iter().map(|(_, set)| set).collect();
    }

    /// The entry point for objects of a kind; `None` if no policy looks at them.
    pub(crate) fn entry(&self, gvk: &Gvk) -> Option<usize> {
        let candidates = self.by_kind.get(&gvk.kind);
        let exact = candidates.and_then(|c| c.iter().find(|(selector, _)| selector.selects(gvk)));
        match exact {
            Some((_, entry)) => *entry,
            None => self.other,
        }
    }

    /// The indices of the policies that an entry evaluates.
    pub(crate) fn members(&self, entry: usize) -> impl Iterator<Item = usize> {
        let positions = self.entries.get(entry).into_iter().flatten();
        positions.filter_map(|position| self.policies.get(*position).copied())
    }

    /// The index of the policy at a position.
    pub(crate) fn policy(&self, position: u64) -> Option<usize> {
        self.policies.get(usize::try_from(position).ok()?).copied()
    }

    /// A module with one rule for each entry point.
    pub(crate) fn module(&self, package: &str, policies: &[Policy]) -> String {
        let mut text = format!("package {package}\n");
        for (entry, members) in self.entries.iter().enumerate() {
            for at in members {
                let policy = self
                    .policies
                    .get(*at)
                    .and_then(|index| policies.get(*index));
                let Some(policy) = policy else { continue };
                let query = &policy.query;
                text += &format!("e{entry} contains [{at}, {query}] if input.on[{at}]\n");
            }
        }
        text
    }
}
