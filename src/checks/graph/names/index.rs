//! Who provides what, by kind, namespace and name.

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::provided::{Place, Provision, provided};
use super::references::{Reference, all_references};
use super::sorts::Sort;
use crate::checks::graph::Placed;
use crate::problem::Instance;
use crate::render::Rendered;

/// The name of all namespaces.
const ANY: &str = "*";

/// What an object provides, and what it refers to.
pub(super) struct Facts<'a> {
    pub(super) provided: Vec<Provision<'a>>,
    pub(super) references: Vec<Reference<'a>>,
}

/// The facts of each object of each target.
pub(super) fn facts(rendered: &[Rendered]) -> Vec<Vec<Facts<'_>>> {
    let targets = rendered.par_iter().map(|own| {
        let objects = own.objects.iter().map(|object| Facts {
            provided: provided(object),
            references: match own.spec.is_applied() {
                true => all_references(object),
                false => Vec::new(),
            },
        });
        objects.collect()
    });
    targets.collect()
}

/// The namespace of an object where it is applied; empty if that is not known.
pub(super) fn namespace_of(own: &Rendered, at: usize) -> &str {
    let default = own.spec.namespace.as_ref().map_or("", |word| &word.text);
    match own.objects.get(at).map(|object| &*object.id.namespace) {
        None | Some("") => default,
        Some(namespace) => namespace,
    }
}

/// Something that is provided, and what provides it.
#[derive(Clone, Copy)]
pub(super) struct Found<'a> {
    pub(super) provision: &'a Provision<'a>,
    pub(super) by: Placed<'a>,
    namespace: &'a str,
}

type ByName<'a> = FxHashMap<&'a str, Vec<Found<'a>>>;

/// What is provided in a cluster.
#[derive(Default)]
pub(super) struct Index<'a> {
    /// By kind, then by namespace.
    by_kind: FxHashMap<&'static str, FxHashMap<&'a str, ByName<'a>>>,
}

impl<'a> Index<'a> {
    /// Of targets, by their indices.
    pub(super) fn of(
        rendered: &'a [Rendered],
        facts: &'a [Vec<Facts<'a>>],
        targets: impl Iterator<Item = usize>,
    ) -> Self {
        let mut index = Self::default();
        for target in targets {
            let own = &rendered[target];
            for (number, (object, facts)) in own.objects.iter().zip(&facts[target]).enumerate() {
                let at = Instance {
                    target,
                    object: number,
                };
                for provision in &facts.provided {
                    let namespace = match provision.place {
                        _ if provision.sort.is_cluster_wide => "",
                        Place::Beside => namespace_of(own, number),
                        Place::Anywhere => ANY,
                    };
                    let of_kind = index.by_kind.entry(provision.sort.kind).or_default();
                    let of_place = of_kind.entry(namespace).or_default();
                    of_place.entry(&provision.name).or_default().push(Found {
                        provision,
                        by: Placed { at, object },
                        namespace,
                    });
                }
            }
        }
        index
    }

    /// All that provide something of a name to a namespace.
    pub(super) fn find(&self, sort: &Sort, namespace: &str, name: &str) -> Vec<Found<'a>> {
        let namespace = match sort.is_cluster_wide {
            true => "",
            false => namespace,
        };
        let places = [namespace, ANY].into_iter();
        let of_kind = self.by_kind.get(sort.kind);
        let found = places.filter_map(|place| of_kind?.get(place)?.get(name));
        found.flatten().copied().collect()
    }

    /// Whether it provides a thing that is referred to.
    pub(super) fn has(&self, reference: &Reference<'_>, namespace: &str) -> bool {
        let found = self.find(reference.sort, namespace, reference.name);
        !found.is_empty()
    }

    /// The names of all of a kind in a namespace.
    pub(super) fn names<'s>(
        &'s self,
        sort: &Sort,
        namespace: &str,
    ) -> impl Iterator<Item = &'a str> + use<'a, 's> {
        let namespace = match sort.is_cluster_wide {
            true => "",
            false => namespace,
        };
        let of_kind = self.by_kind.get(sort.kind);
        let of_place = of_kind.and_then(|of_kind| of_kind.get(namespace));
        of_place.into_iter().flatten().map(|(name, _)| *name)
    }
}

/// Where things of a kind and a name are provided, in the whole repository.
pub(super) struct Anywhere<'a> {
    /// By kind, then by name.
    by_kind: FxHashMap<&'static str, ByName<'a>>,
}

impl<'a> Anywhere<'a> {
    pub(super) fn of(index: &Index<'a>) -> Self {
        let mut by_kind: FxHashMap<_, ByName<'a>> = FxHashMap::default();
        for (kind, of_kind) in &index.by_kind {
            let by_name = by_kind.entry(*kind).or_default();
            for (name, found) in of_kind.values().flatten() {
                by_name.entry(*name).or_default().extend(found);
            }
        }
        Self { by_kind }
    }

    /// All that may be provided to a namespace.
    pub(super) fn found(
        &self,
        sort: &Sort,
        namespace: &str,
        name: &str,
    ) -> impl Iterator<Item = &Found<'a>> {
        let of_kind = self.by_kind.get(sort.kind);
        let found = of_kind.and_then(|of_kind| of_kind.get(name));
        let found = found.into_iter().flatten();
        found.filter(move |found| {
            found.namespace == namespace || found.namespace.is_empty() || namespace.is_empty()
        })
    }
}
