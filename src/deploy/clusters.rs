//! The clusters that Secrets of the repository declare, and which Argo CD reads them.

use std::borrow::Cow;
use std::sync::Arc;

use ::argocd::Cluster;
use manifest::{Dialect, Object};
use rustc_hash::FxHashSet;

use super::TargetSpec;

/// The clusters of the configuration, and those that Secrets declare.
#[derive(Debug, Default)]
pub struct Clusters {
    all: Vec<Cluster>,
    /// Where the Secrets of the last ones are; those of the configuration have none.
    homes: Vec<Home>,
    /// The ApplicationSets of each target, by their names.
    sets: FxHashSet<(usize, Box<str>)>,
}

/// Where a Secret or an ApplicationSet is applied, as far as that is known.
#[derive(Debug)]
struct Home {
    target: usize,
    /// Empty if it is not known.
    namespace: Box<str>,
    environment: Option<Arc<str>>,
}

impl Home {
    fn of(target: usize, spec: &TargetSpec, object: &Object) -> Self {
        let default = spec.namespace.as_ref().map_or("", |word| &*word.text);
        let namespace = match &*object.id.namespace {
            "" => default,
            own => own,
        };
        let environment = spec.environment.as_ref();
        Self {
            target,
            namespace: namespace.into(),
            environment: environment.map(|own| own.name.clone()),
        }
    }

    /// Whether both may be in one namespace of one cluster.
    fn may_be_beside(&self, other: &Self) -> bool {
        let is_unknown = self.namespace.is_empty() || other.namespace.is_empty();
        let is_open = self.environment.is_none() || other.environment.is_none();
        (is_unknown || self.namespace == other.namespace)
            && (is_open || self.environment == other.environment)
    }
}

impl Clusters {
    /// Those of the configuration, and of the Secrets among the objects of targets, which come
    /// with their indices.
    pub fn of<'a>(
        inventory: impl IntoIterator<Item = Cluster>,
        objects: impl Iterator<Item = (usize, &'a TargetSpec, &'a Object)>,
    ) -> Self {
        let mut clusters = Self {
            all: inventory.into_iter().collect(),
            ..Self::default()
        };
        for (at, spec, object) in objects {
            match &*object.id.gvk.kind {
                "Secret" => {
                    if let Some(own) = Cluster::from_secret(object.node.view(), Dialect::Kubectl) {
                        clusters.all.push(own);
                        clusters.homes.push(Home::of(at, spec, object));
                    }
                }
                "ApplicationSet" => drop(clusters.sets.insert((at, (*object.id.name).into()))),
                _ => {}
            }
        }
        clusters
    }

    /// Those that the Argo CD knows which reads an object of a target. An Argo CD reads the
    /// Secrets of its own namespace. A target that brings the same ApplicationSet is another
    /// one's.
    pub fn known_to(&self, at: usize, spec: &TargetSpec, object: &Object) -> Cow<'_, [Cluster]> {
        if &*object.id.gvk.kind != "ApplicationSet" || self.homes.is_empty() {
            return Cow::Borrowed(&self.all);
        }
        let own = Home::of(at, spec, object);
        let is_known = |home: &Home| {
            let is_its_own = || self.sets.contains(&(home.target, (*object.id.name).into()));
            home.target == at || home.may_be_beside(&own) && !is_its_own()
        };
        if self.homes.iter().all(is_known) {
            return Cow::Borrowed(&self.all);
        }
        let (inventory, declared) = self.all.split_at(self.all.len() - self.homes.len());
        let declared = declared.iter().zip(&self.homes);
        let known = declared.filter_map(|(cluster, home)| is_known(home).then_some(cluster));
        Cow::Owned(inventory.iter().chain(known).cloned().collect())
    }
}
