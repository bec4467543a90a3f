//! How the objects of one cluster fit together.

mod affinity;
mod backends;
mod duplicates;
mod hosts;
mod monitors;
mod names;
mod network_policies;
mod overlaps;
mod overwritten;
mod pods;
mod ports;
mod resolving;
mod routes;
mod rules;
mod scaling;
mod selector;
mod services;
mod taken;
mod traffic_rules;
mod unmatched;

#[cfg(test)]
mod tests;
#[cfg(test)]
mod traffic_tests;

use std::cell::OnceCell;
use std::collections::BTreeMap;

use camino::Utf8Path;
use manifest::{FieldPath, Object, Segment};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::checks::schema::Schemas;
use crate::checks::worlds::{World, worlds};
use crate::deploy::{self, Content};
use crate::problem::{Field, INPUT_LIMIT, Instance, Problem};
use crate::render::Rendered;
use crate::rule::{Rule, Severity};
use crate::settings::Config;
use names::whole::{Followed, Open};
use pods::Pod;
use selector::{Index, NEARNESS, Selector, Steps};

pub(crate) use names::{By, Maker, RULES as NAME_RULES, provided, references};
pub(crate) use pods::template;
pub(crate) use rules::{MISSING_KEY, RULES};
pub(crate) use traffic_rules::RULES as TRAFFIC_RULES;

/// An object where it is applied.
#[derive(Clone, Copy)]
struct Placed<'a> {
    at: Instance,
    object: &'a Object,
}

/// What is applied to one namespace.
#[derive(Default)]
struct Namespace<'a> {
    /// Its name; empty for what goes to a namespace that is not known, or to none.
    name: &'a str,
    objects: Vec<Placed<'a>>,
    /// By kind and name.
    by_name: FxHashMap<&'a str, FxHashMap<&'a str, Vec<Placed<'a>>>>,
    pods: Vec<Pod<'a>>,
    /// The labels of the pods, by their index.
    pod_labels: Index<'a>,
    services: Vec<Placed<'a>>,
    /// The labels of the Services, by their index.
    service_labels: Index<'a>,
    /// The names of what has other objects made that are called after it.
    makers: FxHashSet<&'a str>,
}

/// What is applied to one cluster, as far as is known.
struct Scene<'a> {
    rendered: &'a [Rendered],
    namespaces: BTreeMap<&'a str, Namespace<'a>>,
    /// The Namespaces that are declared, by their names.
    declared: FxHashMap<&'a str, Placed<'a>>,
    /// Whether every target of it is rendered as a whole.
    is_whole: bool,
    /// Whether traffic is ruled by more than Kubernetes' own policies.
    has_other_policies: bool,
    world: &'a World,
    /// Where others apply something, once that is asked for.
    open: OnceCell<Open<'a>>,
    /// What is left for comparisons, of the repository as a whole.
    steps: &'a Steps,
}

/// What does not fit together. Where something may come from elsewhere, nothing is said.
pub fn problems(rendered: &[Rendered], config: &Config, schemas: &Schemas) -> Vec<Problem> {
    let mut problems = names::problems(rendered, config, schemas);
    let steps = Steps::default();
    for world in worlds(rendered) {
        let scene = Scene::of(rendered, &world, &steps);
        scene.look(&mut problems);
    }
    problems.extend(duplicates::problems(rendered));
    problems
}

impl<'a> Scene<'a> {
    fn of(rendered: &'a [Rendered], world: &'a World, steps: &'a Steps) -> Self {
        let mut namespaces: BTreeMap<&'a str, Namespace<'a>> = BTreeMap::new();
        let mut declared = FxHashMap::default();
        let mut has_other_policies = false;
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
                if placed.is("", "Namespace") {
                    declared.entry(&*object.id.name).or_insert(placed);
                }
                has_other_policies |= resolving::is_other_policy(placed);
                let namespace = namespaces.entry(name).or_default();
                namespace.name = name;
                namespace.add(placed);
            }
        }
        Self {
            rendered,
            namespaces,
            declared,
            has_other_policies,
            world,
            open: OnceCell::new(),
            is_whole: world.all().all(|at| rendered[at].is_rendered()),
            steps,
        }
    }

    /// What does not fit together of what a world's own targets bring.
    fn look(&self, problems: &mut Vec<Problem>) {
        let own: FxHashSet<usize> = self.world.targets.iter().copied().collect();
        let is_own = |placed: &Placed<'_>| own.contains(&placed.at.target);
        for namespace in self.namespaces.values() {
            for placed in namespace.objects.iter().copied().filter(is_own) {
                let before = problems.len();
                services::look(self, namespace, placed, problems);
                unmatched::look(self, namespace, placed, problems);
                network_policies::look(self, namespace, placed, problems);
                monitors::look(self, namespace, placed, problems);
                routes::look(self, namespace, placed, problems);
                scaling::look(self, namespace, placed, problems);
                if self.steps.are_spent() {
                    // What was found last may rest on a search that ended early.
                    problems.truncate(before);
                    problems.push(placed.too_many());
                    return;
                }
            }
            for (at, pod) in namespace.pods.iter().enumerate() {
                if !is_own(&pod.placed) {
                    continue;
                }
                let before = problems.len();
                ports::look(pod, problems);
                affinity::look(self, namespace, at, problems);
                overlaps::look(self, namespace, at, problems);
                if self.steps.are_spent() {
                    problems.truncate(before);
                    problems.push(pod.placed.too_many());
                    return;
                }
            }
            let before = problems.len();
            resolving::look(self, namespace, &is_own, problems);
            if self.steps.are_spent() {
                problems.truncate(before);
                return;
            }
        }
        taken::look(self, &is_own, problems);
        hosts::look(self, &is_own, problems);
    }

    fn open(&self) -> &Open<'a> {
        let open = || {
            let followed = Followed::of(self.rendered);
            Open::of(self.rendered, self.world, &followed)
        };
        self.open.get_or_init(open)
    }

    /// Whether others may apply something to a namespace.
    fn is_open(&self, namespace: &str) -> bool {
        self.open().is_open(namespace)
    }

    /// Whether more may be applied to a namespace than is known, by others or by what could not be
    /// rendered.
    fn may_lack(&self, namespace: &str) -> bool {
        self.is_open(namespace) || self.open().is_unrendered(namespace)
    }

    /// Whether two targets are overlays beside each other, which are alternatives: each is for a
    /// cluster of its own.
    fn are_alternatives(&self, one: usize, other: usize) -> bool {
        let overlay = |at: usize| {
            let spec = &self.rendered[at].spec;
            let is_overlay = matches!(spec.content, Content::Kustomization);
            let around = spec.path.parent().filter(|_| is_overlay)?;
            deploy::holds_environments(around).then_some((&spec.path, around))
        };
        let (Some((path, around)), Some((other, beside))) = (overlay(one), overlay(other)) else {
            return false;
        };
        path != other && around == beside
    }

    /// Whether something is in a namespace that may be this one: that of what names none, or any
    /// other, where this one is not known.
    fn may_be_beside(&self, namespace: &str, is_there: impl Fn(&Namespace<'_>) -> bool) -> bool {
        match namespace {
            "" => self.namespaces.values().any(is_there),
            _ => self.namespaces.get("").is_some_and(is_there),
        }
    }

    /// The object of these that is most probably meant by a name: the one that had it before it was
    /// renamed, else the one of whose name it is a slip of the pen.
    fn meant<'n>(
        &self,
        wanted: &str,
        candidates: impl Iterator<Item = Placed<'n>> + Clone,
    ) -> Option<&'n str> {
        let candidates = candidates.take_while(|_| self.steps.take(0));
        let mut all = candidates.clone();
        let renamed = all.find(|own| *own.object.identity.name == *wanted);
        let names = candidates.map(|own| &*own.object.id.name);
        let names = names.take_while(|_| self.steps.take(NEARNESS));
        renamed
            .map(|own| &*own.object.id.name)
            .or_else(|| match wanted.chars().count() {
                // Of so short a name, one other letter is as much of a slip as there can be.
                0..4 => suggest::nearest(wanted, names),
                _ => suggest::slip(wanted, names),
            })
    }

    /// What tells an object from those that are not certain to share its cluster. Objects of
    /// targets that something asks for do, and those of one rendering. In a folder that nothing
    /// asks for each file may be an example by itself.
    fn company<'n>(&self, placed: Placed<'n>) -> Company<'n> {
        let spec = &self.rendered[placed.at.target].spec;
        match &spec.content {
            _ if spec.by.is_some() && !spec.is_example => Company::Asked,
            Content::Manifests(_) => {
                Company::File(placed.at.target, duplicates::file(placed.object))
            }
            Content::Kustomization | Content::Chart(_) => Company::Target(placed.at.target),
        }
    }
}

/// Objects of one environment and cluster with the same company are applied together.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Company<'a> {
    /// Something asks for them.
    Asked,
    /// They are rendered together.
    Target(usize),
    /// They stand in one file.
    File(usize, Option<&'a Utf8Path>),
}

impl<'a> Namespace<'a> {
    fn add(&mut self, placed: Placed<'a>) {
        let id = &placed.object.id;
        let of_kind = self.by_name.entry(&id.gvk.kind).or_default();
        of_kind.entry(&id.name).or_default().push(placed);
        self.objects.push(placed);
        if names::makes_others(placed.object) {
            self.makers.insert(&id.name);
        }
        let target = placed.at.target;
        if let Some((pod, labels)) = pods::of(placed) {
            self.pod_labels.push(labels, target);
            self.pods.push(pod);
        }
        if placed.is("", "Service") {
            let own = placed.object.node.view();
            let own = selector::labels(own.get_path(&["metadata", "labels"]));
            self.service_labels.push(own, target);
            self.services.push(placed);
        }
    }

    /// The objects of a kind and a name.
    fn named(&self, kind: &str, name: &str) -> &[Placed<'a>] {
        let of_kind = self.by_name.get(kind);
        let named = of_kind.and_then(|of_kind| of_kind.get(name));
        named.map_or(&[], Vec::as_slice)
    }

    /// Whether something of a name may be made here by an operator.
    fn may_be_made(&self, name: &str) -> bool {
        names::parts(name).any(|part| self.makers.contains(part))
    }

    /// Whether what a selector wants may be made here by an operator.
    fn may_make(&self, selector: &Selector<'_>, steps: &Steps) -> bool {
        let mut values = selector.values().take_while(|_| steps.take(NEARNESS));
        values.any(|value| self.may_be_made(value))
    }

    /// The pods that a selector selects.
    fn selected<'s>(
        &'s self,
        selector: &'s Selector<'_>,
        steps: &'s Steps,
    ) -> impl Iterator<Item = &'s Pod<'a>> + 's {
        let selected = self.pod_labels.selected(selector, steps);
        selected.map(|at| &self.pods[at])
    }
}

impl Placed<'_> {
    /// Whether it is of a kind.
    fn is(self, group: &str, kind: &str) -> bool {
        let gvk = &self.object.id.gvk;
        *gvk.kind == *kind && *gvk.group == *group
    }

    /// What is told where not everything can be compared.
    fn too_many(self) -> Problem {
        let message = "there is too much to compare: from here on, references between the objects of this cluster are not checked";
        let mut problem = self.problem(&INPUT_LIMIT, path(["metadata"]), message.to_owned());
        problem.at_most = Some(Severity::Warning);
        problem
    }

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

/// Whether another program, or a reader, fills in a part of a text.
fn is_open(text: &str) -> bool {
    ["${", "{{", "$(", "<"]
        .iter()
        .any(|open| text.contains(open))
}

/// Whether clusters have objects in a namespace that come with them.
fn is_of_cluster(namespace: &str) -> bool {
    namespace.starts_with("kube-") || namespace.starts_with("openshift-")
}

/// A path that keys lead.
fn path<'a>(keys: impl IntoIterator<Item = &'a str>) -> FieldPath {
    keys.into_iter().map(Segment::from).collect()
}

/// A path that goes on with further segments.
fn further<const N: usize>(path: &FieldPath, segments: [Segment; N]) -> FieldPath {
    path.segments().iter().cloned().chain(segments).collect()
}
