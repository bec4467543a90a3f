//! How the objects of one cluster fit together.

mod keys;
mod pods;
mod ports;
mod rules;
mod scaling;
mod selector;
mod services;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use manifest::{FieldPath, Object};
use rustc_hash::FxHashMap;

use crate::checks::worlds::{World, worlds};
use crate::problem::{Field, Instance, Problem};
use crate::render::Rendered;
use crate::rule::Rule;
use pods::Pod;
use selector::Selector;

pub(crate) use keys::needed_by;
pub(crate) use rules::RULES;

/// An object where it is applied.
#[derive(Clone, Copy)]
struct Placed<'a> {
    at: Instance,
    object: &'a Object,
}

/// What is applied to one namespace.
#[derive(Default)]
struct Namespace<'a> {
    objects: Vec<Placed<'a>>,
    /// By kind and name.
    by_name: FxHashMap<&'a str, FxHashMap<&'a str, Vec<Placed<'a>>>>,
    pods: Vec<Pod<'a>>,
    /// The pods that have a label, by their index.
    by_label: FxHashMap<&'a str, FxHashMap<&'a str, Vec<usize>>>,
}

/// What is applied to one cluster, as far as is known.
struct Scene<'a> {
    namespaces: BTreeMap<&'a str, Namespace<'a>>,
    /// Whether every target of it is rendered as a whole.
    is_whole: bool,
}

/// What does not fit together. Where something may come from elsewhere, nothing is said.
pub fn problems(rendered: &[Rendered]) -> Vec<Problem> {
    let mut problems = Vec::new();
    for world in worlds(rendered) {
        let scene = Scene::of(rendered, &world);
        for (name, namespace) in &scene.namespaces {
            let own = namespace.objects.iter();
            for placed in own.filter(|placed| world.targets.contains(&placed.at.target)) {
                services::look(&scene, namespace, *placed, &mut problems);
                scaling::look(namespace, *placed, &mut problems);
            }
            let own = namespace.pods.iter();
            for pod in own.filter(|pod| world.targets.contains(&pod.placed.at.target)) {
                keys::look(rendered, name, namespace, pod, &mut problems);
                ports::look(pod, &mut problems);
            }
        }
    }
    problems
}

impl<'a> Scene<'a> {
    fn of(rendered: &'a [Rendered], world: &World) -> Self {
        let mut namespaces: BTreeMap<&'a str, Namespace<'a>> = BTreeMap::new();
        for target in world.all() {
            let own = &rendered[target];
            let default = own.spec.namespace.as_ref().map_or("", |word| &word.text);
            for (number, object) in own.objects.iter().enumerate() {
                let name = match &*object.id.namespace {
                    "" => default,
                    own => own,
                };
                let placed = Placed {
                    at: Instance {
                        target,
                        object: number,
                    },
                    object,
                };
                namespaces.entry(name).or_default().add(placed);
            }
        }
        Self {
            namespaces,
            is_whole: world.all().all(|at| rendered[at].is_rendered()),
        }
    }
}

impl<'a> Namespace<'a> {
    fn add(&mut self, placed: Placed<'a>) {
        let id = &placed.object.id;
        let of_kind = self.by_name.entry(&id.gvk.kind).or_default();
        of_kind.entry(&id.name).or_default().push(placed);
        self.objects.push(placed);
        if let Some(pod) = pods::of(placed) {
            for label in &pod.labels {
                let of_key = self.by_label.entry(label.0).or_default();
                of_key.entry(label.1).or_default().push(self.pods.len());
            }
            self.pods.push(pod);
        }
    }

    /// The objects of a kind and a name.
    fn named(&self, kind: &str, name: &str) -> &[Placed<'a>] {
        let of_kind = self.by_name.get(kind);
        let named = of_kind.and_then(|of_kind| of_kind.get(name));
        named.map_or(&[], Vec::as_slice)
    }

    /// The pods that a selector selects.
    fn selected(&self, selector: &Selector<'_>) -> Vec<&Pod<'a>> {
        let candidates = selector.first().and_then(|(key, value)| {
            let of_key = self.by_label.get(key)?;
            of_key.get(value)
        });
        let candidates = candidates.into_iter().flatten();
        let pods = candidates.filter_map(|at| self.pods.get(*at));
        pods.filter(|pod| selector.selects(&pod.labels)).collect()
    }
}

impl Placed<'_> {
    /// Something that is wrong with a field of it.
    fn problem(self, rule: &'static Rule, path: FieldPath, message: String) -> Problem {
        let field = Field {
            path,
            ..Field::default()
        };
        Problem::new(rule, message)
            .at_field(field)
            .affecting_objects([self.at].into())
    }
}

/// Whether another program fills in a part of a text.
fn is_open(text: &str) -> bool {
    text.contains("${") || text.contains("{{") || text.contains("$(")
}
