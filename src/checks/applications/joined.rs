//! Which targets hang together: by what brings the objects that ask for them.

use camino::Utf8Path;
use manifest::{Location, Object, View};
use rustc_hash::FxHashMap;

use crate::deploy::{Content, cluster_of_path};
use crate::render::Rendered;

/// Targets in sets: an object that asks for a target joins it to the one that brings the object.
///
/// `in-cluster` is the cluster of whoever applies the Application, so that of targets which do not
/// hang together it may mean two.
pub(super) struct Joined {
    /// For each target another one of its set; itself, if it stands for the set.
    other: Vec<usize>,
}

impl Joined {
    pub(super) fn of(rendered: &[Rendered]) -> Self {
        let mut joined = Self {
            other: (0..rendered.len()).collect(),
        };
        let mut bringers: FxHashMap<(&str, u32), Vec<usize>> = FxHashMap::default();
        let places: Vec<_> = rendered.iter().map(askers).collect();
        for (at, places) in places.iter().enumerate() {
            for (path, start) in places {
                bringers.entry((path, *start)).or_default().push(at);
            }
        }
        for (at, target) in rendered.iter().enumerate() {
            let by = match &target.spec.deployer {
                Some(deployer) => kind_of(deployer),
                None => target.spec.by.clone(),
            };
            let Some(by) = by else { continue };
            let bringers = bringers.get(&(by.path().as_str(), by.span.start));
            for bringer in bringers.into_iter().flatten() {
                joined.join(at, *bringer);
            }
        }
        joined.join_neighbours(rendered);
        joined
    }

    /// Joins what people apply by hand out of one folder, or out of folders beside each other.
    fn join_neighbours(&mut self, rendered: &[Rendered]) {
        let mut first: FxHashMap<(&Utf8Path, Option<&str>), usize> = FxHashMap::default();
        for (at, target) in rendered.iter().enumerate() {
            let is_by_hand = target.spec.by.is_none();
            let (true, Content::Manifests(files)) = (is_by_hand, &target.spec.content) else {
                continue;
            };
            for file in files {
                let path = file.source.path();
                let folders = path.ancestors().skip(1).take(2);
                for folder in folders.filter(|folder| !folder.as_str().is_empty()) {
                    let key = (folder, cluster_of_path(path));
                    let known = *first.entry(key).or_insert(at);
                    self.join(at, known);
                }
            }
        }
    }

    /// Whether two targets hang together.
    pub(super) fn are_joined(&self, one: usize, other: usize) -> bool {
        self.stands_for(one) == self.stands_for(other)
    }

    fn join(&mut self, one: usize, other: usize) {
        let (one, other) = (self.stands_for(one), self.stands_for(other));
        self.other[one.max(other)] = one.min(other);
    }

    fn stands_for(&self, mut target: usize) -> usize {
        while self.other[target] != target {
            target = self.other[target];
        }
        target
    }
}

/// Where the objects of a target stand that ask for others.
fn askers(target: &Rendered) -> Vec<(String, u32)> {
    let objects = target.objects.iter().filter(|object| {
        let group = &*object.id.gvk.group;
        group == "argoproj.io" || group.ends_with(".toolkit.fluxcd.io")
    });
    let generated = target.applications.iter().map(|asking| &*asking.object);
    let kinds = objects.chain(generated).filter_map(kind_of);
    kinds
        .map(|place| (place.path().to_string(), place.span.start))
        .collect()
}

/// Where an object tells its kind.
fn kind_of(object: &Object) -> Option<Location> {
    let kind = object.node.view().get("kind").and_then(View::origin)?;
    Some(kind.locate())
}
