//! What judging came to, for a next snapshot: what has not changed is not judged again.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use manifest::{Address, Node, View};
use rustc_hash::{FxHashMap, FxHasher};

use super::together::{Member, Together};
use super::{Job, Judged};
use crate::checks::policy::{Outcome, Scope, TargetFacts};
use crate::deploy::Role;
use crate::render::Rendered;
use crate::rule::Tier;

/// What was said of objects, by their contents. It holds for one setup and one request.
///
/// What is said of an object points at its fields and never at bytes, so that it holds wherever
/// an equal one was rendered from.
#[derive(Debug, Default)]
pub struct Verdicts {
    /// Whether there will be a next snapshot.
    is_kept: bool,
    /// The definitions of custom resources that objects were judged by.
    definitions: Vec<Node>,
    objects: FxHashMap<Content, Vec<(Node, Arc<Judged>)>>,
    /// The hashes of these, by where they are in memory.
    hashes: FxHashMap<Address, u64>,
    together: FxHashMap<u64, Vec<(Known, Arc<Outcome>)>>,
}

/// The hash of a content, and what it is judged with.
type Content = (u64, Arc<str>);

/// Objects that were judged together.
#[derive(Debug)]
struct Known {
    scope: Scope,
    tier: Tier,
    members: Vec<(Node, Arc<TargetFacts>)>,
}

impl Verdicts {
    /// None yet, and all that are given are kept.
    pub fn kept() -> Self {
        Self {
            is_kept: true,
            ..Self::default()
        }
    }

    /// How many contents they are of.
    #[cfg(test)]
    pub(crate) fn count(&self) -> usize {
        self.objects.values().map(Vec::len).sum()
    }

    /// Forgets everything if other definitions of custom resources are applied than before.
    pub(super) fn hold_for(&mut self, rendered: &[Rendered]) {
        if !self.is_kept {
            return;
        }
        let applied = rendered
            .iter()
            .filter(|target| target.spec.role != Role::Unreferenced);
        let objects = applied.flat_map(|target| &target.objects);
        let definitions: Vec<&Node> = objects
            .filter(|object| &*object.id.gvk.kind == "CustomResourceDefinition")
            .map(|object| &object.node)
            .collect();
        let mut both = definitions.iter().zip(&self.definitions);
        let is_same = definitions.len() == self.definitions.len()
            && both.all(|(a, b)| a.view().same_content(b.view()));
        if !is_same {
            *self = Self {
                definitions: definitions.into_iter().cloned().collect(),
                ..Self::kept()
            };
        }
    }

    /// The hash of a content.
    pub(super) fn hash_of(&self, view: View<'_>) -> u64 {
        let known = view.address().and_then(|at| self.hashes.get(&at));
        known.copied().unwrap_or_else(|| view.content_hash())
    }

    pub(super) fn of_object(&self, job: &Job<'_>) -> Option<Arc<Judged>> {
        if self.objects.is_empty() {
            return None;
        }
        let known = self.objects.get(&(job.hash, job.terms.alike.clone()))?;
        let view = job.object.node.view();
        let same = known
            .iter()
            .find(|(node, _)| node.view().same_content(view));
        same.map(|(_, judged)| judged.clone())
    }

    pub(super) fn keep_objects(&mut self, jobs: &[Job<'_>], judged: &[Arc<Judged>]) {
        if !self.is_kept {
            return;
        }
        for (job, judged) in jobs.iter().zip(judged) {
            if !job.terms.is_asked {
                continue;
            }
            let key = (job.hash, job.terms.alike.clone());
            let known = self.objects.entry(key).or_default();
            // What is known already was taken from here.
            if !known.iter().any(|(_, own)| Arc::ptr_eq(own, judged)) {
                let address = job.object.node.view().address();
                self.hashes.extend(address.map(|at| (at, job.hash)));
                known.push((job.object.node.clone(), judged.clone()));
            }
        }
    }

    pub(super) fn of_together(&self, own: &Together<'_>) -> Option<Arc<Outcome>> {
        if self.together.is_empty() {
            return None;
        }
        let known = self.together.get(&own.hash())?;
        let same = known.iter().find(|(known, _)| known.is(own));
        same.map(|(_, outcome)| outcome.clone())
    }

    pub(super) fn keep_together<'a>(
        &mut self,
        judged: impl Iterator<Item = (&'a Together<'a>, &'a Arc<Outcome>)>,
    ) {
        if !self.is_kept {
            return;
        }
        for (own, outcome) in judged {
            let all = self.together.entry(own.hash()).or_default();
            if all.iter().any(|(_, known)| Arc::ptr_eq(known, outcome)) {
                continue;
            }
            let members = own.members.iter();
            let known = Known {
                scope: own.scope,
                tier: own.tier,
                members: members
                    .map(|member| (member.job.object.node.clone(), member.facts.clone()))
                    .collect(),
            };
            all.push((known, outcome.clone()));
        }
    }
}

impl Known {
    fn is(&self, other: &Together<'_>) -> bool {
        let is_same = |((node, facts), member): (&(Node, Arc<TargetFacts>), &Member<'_>)| {
            facts == member.facts && node.view().same_content(member.job.object.node.view())
        };
        self.scope == other.scope
            && self.tier == other.tier
            && self.members.len() == other.members.len()
            && self.members.iter().zip(&other.members).all(is_same)
    }
}

impl Together<'_> {
    fn hash(&self) -> u64 {
        let mut hasher = FxHasher::default();
        for member in &self.members {
            member.job.hash.hash(&mut hasher);
            member.facts.path.hash(&mut hasher);
        }
        hasher.finish()
    }
}
