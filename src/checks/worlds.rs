//! Targets that share a cluster.

use std::collections::BTreeMap;

use crate::render::Rendered;

/// Applied targets that stand in one cluster, as far as is known: those of one environment and
/// cluster, and those of no known environment, which may stand there as well.
pub struct World {
    /// Those of the environment, by their index.
    pub targets: Vec<usize>,
    /// Those that may be there, too.
    pub beside: Vec<usize>,
}

impl World {
    /// All of them.
    pub fn all(&self) -> impl Iterator<Item = usize> {
        self.targets.iter().chain(&self.beside).copied()
    }
}

/// The worlds of a repository.
pub fn worlds(rendered: &[Rendered]) -> Vec<World> {
    type Cluster<'a> = (Option<&'a str>, Option<&'a str>);
    let applied = || {
        let targets = rendered.iter().enumerate();
        targets.filter(|(_, target)| target.spec.is_applied())
    };
    let mut by_cluster: BTreeMap<Cluster<'_>, Vec<usize>> = BTreeMap::new();
    for (at, target) in applied() {
        let environment = target.spec.environment.as_ref().map(|own| &*own.name);
        let cluster = (environment, target.spec.cluster.as_deref());
        by_cluster.entry(cluster).or_default().push(at);
    }
    let may_share = |cluster: Cluster<'_>, other: Cluster<'_>| {
        let is_near = other.0.is_none() || other.0 == cluster.0;
        is_near && (cluster.1.is_none() || other.1.is_none() || cluster.1 == other.1)
    };
    let worlds = by_cluster.iter().map(|(cluster, targets)| {
        let others = by_cluster.iter();
        let others = others.filter(|(other, _)| *other != cluster && may_share(*cluster, **other));
        World {
            targets: targets.clone(),
            beside: others
                .flat_map(|(_, targets)| targets.iter().copied())
                .collect(),
        }
    });
    worlds.collect()
}
