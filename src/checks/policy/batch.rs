//! Policies that are evaluated together.

use std::collections::BTreeSet;

use manifest::Gvk;
use rustc_hash::FxHashMap;

use super::kinds::{Kinds, Selector};
use super::metadata::Each;
use super::policies::{Form, Policy};
use super::{Scope, TargetField};

/// Policies that see the same input: what they ask of it in common is computed once.
#[derive(Debug)]
pub(crate) struct Batch {
    pub(crate) scope: Scope,
    pub(crate) each: Option<Each>,
    pub(crate) form: Form,
    /// Whether they come with the program.
    pub(crate) built_in: bool,
    /// Each sees the fields of the target that any of them uses.
    pub(crate) uses: BTreeSet<TargetField>,
    /// The kinds that all of them look at; none if they look at one object at a time, and each
    /// at kinds of its own.
    kinds: Option<Kinds>,
    /// Their indices.
    pub(crate) members: Vec<usize>,
    /// For each kind that a policy names, the policies that look at it.
    by_kind: FxHashMap<Box<str>, Vec<(Selector, Vec<usize>)>>,
    /// Those that look at all other kinds.
    other: Vec<usize>,
    /// Those that look at objects of other kinds which tell of pods.
    with_pods: Vec<usize>,
}

/// Divides policies into batches.
pub(crate) fn batches(policies: &[Policy]) -> Vec<Batch> {
    let mut batches: Vec<Batch> = Vec::new();
    for (at, policy) in policies.iter().enumerate() {
        let kinds = (policy.scope != Scope::Object).then(|| policy.kinds.clone());
        let fitting = batches.iter_mut().find(|batch| {
            let is_alike = batch.scope == policy.scope
                && batch.each == policy.each
                && batch.form == policy.form
                && batch.built_in == policy.built_in
                && batch.kinds == kinds;
            // The tests hold that built-in policies read no field that they do not name.
            is_alike && (policy.built_in || batch.uses == policy.uses)
        });
        match fitting {
            Some(batch) => {
                batch.members.push(at);
                batch.uses.extend(policy.uses.iter().copied());
            }
            None => batches.push(Batch {
                scope: policy.scope,
                each: policy.each,
                form: policy.form,
                built_in: policy.built_in,
                uses: policy.uses.clone(),
                kinds,
                members: vec![at],
                by_kind: FxHashMap::default(),
                other: Vec::new(),
                with_pods: Vec::new(),
            }),
        }
    }
    for batch in &mut batches {
        batch.find_kinds(policies);
    }
    batches
}

impl Batch {
    fn find_kinds(&mut self, all: &[Policy]) {
        let members: Vec<(usize, &Policy)> = self
            .members
            .iter()
            .filter_map(|at| Some((*at, all.get(*at)?)))
            .collect();
        let looking = |looks: &dyn Fn(&Policy) -> bool| -> Vec<usize> {
            let looking = members.iter().filter(|(_, policy)| looks(policy));
            looking.map(|(at, _)| *at).collect()
        };
        self.other = looking(&|policy| policy.kinds.all);
        self.with_pods = looking(&|policy| policy.kinds.all || policy.kinds.with_pods);
        let selectors: BTreeSet<&Selector> = members
            .iter()
            .flat_map(|(_, policy)| &policy.kinds.named)
            .collect();
        for selector in selectors {
            let gvk = Gvk {
                group: selector.group.clone().unwrap_or_default(),
                version: "v1".into(),
                kind: selector.kind.clone(),
            };
            // Custom kinds may tell of pods, whatever else is looked for in them.
            let has_pods = selector.group.is_some();
            let found = looking(&|policy| policy.kinds.select(&gvk, has_pods));
            let same_kind = self.by_kind.entry(selector.kind.clone()).or_default();
            // Named groups come first: they are the more exact answer.
            same_kind.insert(0, (selector.clone(), found));
        }
    }

    /// The policies that look at an object of a kind, in their order.
    pub(crate) fn looking_at(&self, gvk: &Gvk, has_pods: impl FnOnce() -> bool) -> &[usize] {
        let candidates = self.by_kind.get(&gvk.kind);
        let exact = candidates.and_then(|c| c.iter().find(|(selector, _)| selector.selects(gvk)));
        match exact {
            Some((_, policies)) => policies,
            None if self.with_pods.len() > self.other.len() && has_pods() => &self.with_pods,
            None => &self.other,
        }
    }
}
