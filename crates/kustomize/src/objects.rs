//! The objects under way, in the order in which they were met.

use manifest::{Fault, FaultKind, View};
use rustc_hash::FxHashMap;

use crate::fault;
use crate::resource::{Id, Resource};

/// Objects under way.
#[derive(Clone, Debug, Default)]
pub(crate) struct Objects {
    list: Vec<Resource>,
    /// Whether identities may have changed since they were last compared.
    stale: bool,
}

impl Objects {
    pub(crate) fn iter(&self) -> std::slice::Iter<'_, Resource> {
        self.list.iter()
    }

    /// The objects, to be changed in ways that leave their identities alone.
    pub(crate) fn iter_mut(&mut self) -> std::slice::IterMut<'_, Resource> {
        self.list.iter_mut()
    }

    /// The objects, to be changed in any way.
    pub(crate) fn list_mut(&mut self) -> &mut Vec<Resource> {
        self.stale = true;
        &mut self.list
    }

    pub(crate) fn as_slice(&self) -> &[Resource] {
        &self.list
    }

    pub(crate) fn into_list(self) -> Vec<Resource> {
        self.list
    }

    /// Adds objects behind the others.
    pub(crate) fn append(&mut self, more: impl IntoIterator<Item = Resource>) {
        self.stale = true;
        self.list.extend(more);
    }

    /// Drops objects of which nothing is left.
    pub(crate) fn drop_deleted(&mut self) {
        self.list.retain(|resource| !resource.is_deleted());
    }

    /// Finds objects that have the same identity.
    pub(crate) fn check_unique(&mut self) -> Vec<Fault> {
        self.check_pairs(&twice)
    }

    /// Finds objects that have the same identity, and tells each pair in its own words.
    pub(crate) fn check_pairs(
        &mut self,
        tell: &dyn Fn(&Resource, &Resource) -> Fault,
    ) -> Vec<Fault> {
        if !self.stale {
            return Vec::new();
        }
        let mut first: FxHashMap<Id<'_>, &Resource> = FxHashMap::default();
        first.reserve(self.list.len());
        let mut faults = Vec::new();
        for resource in &self.list {
            match first.entry(resource.key()) {
                std::collections::hash_map::Entry::Occupied(entry) => {
                    faults.push(tell(entry.get(), resource));
                }
                std::collections::hash_map::Entry::Vacant(entry) => {
                    entry.insert(resource);
                }
            }
        }
        self.stale = !faults.is_empty();
        faults
    }
}

/// What is wrong with two objects of one identity.
pub(crate) fn twice(first: &Resource, second: &Resource) -> Fault {
    let place = |resource: &Resource| {
        let view = resource.view();
        let name = view.get_path(&["metadata", "name"]);
        name.and_then(View::origin).or_else(|| view.origin())
    };
    let id = second.id();
    let message = format!("two objects are called {}/{}", id.kind, id.name);
    let fault = fault::at(FaultKind::Conflict, message, place(second).as_ref())
        .help("an object may be defined only once; remove one of them, or rename it");
    match place(first) {
        Some(first) => fault.related("the other one", first.locate()),
        None => fault,
    }
}
