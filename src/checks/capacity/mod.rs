//! What pods ask for, held to what their namespace allows: the sums of a namespace against its
//! quotas, each pod against its limit ranges, and autoscalers against what pods request.

mod amounts;
mod autoscalers;
mod bounds;
mod counts;
mod pods;
mod quotas;
mod rollouts;
mod rules;
mod scopes;
mod sums;
mod workloads;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use manifest::{FieldPath, Object, View};
use rustc_hash::FxHashSet;

use crate::checks::worlds::{World, worlds};
use crate::problem::{Field, INPUT_LIMIT, Instance, Problem};
use crate::render::Rendered;
use crate::rule::{Rule, Severity};

pub(crate) use rules::RULES;

/// Kinds that bound or scale what else stands in their namespace.
const GOVERNING: [(&str, &str); 4] = [
    ("", "LimitRange"),
    ("", "ResourceQuota"),
    ("autoscaling", "HorizontalPodAutoscaler"),
    ("keda.sh", "ScaledObject"),
];

/// More quotas, or limit ranges, of one namespace than these are not looked at.
const GOVERNORS: usize = 50;

/// A quota, or limit range, of more amounts than these is not looked at.
const ENTRIES: usize = 200;

/// An object where it is applied.
#[derive(Clone, Copy)]
struct Placed<'a> {
    at: Instance,
    object: &'a Object,
}

/// What is applied to one namespace of one cluster.
#[derive(Default)]
struct Namespace<'a> {
    /// Its name; empty if that is not known.
    name: &'a str,
    /// Each object once.
    objects: Vec<Placed<'a>>,
    /// Whether an object is applied by several targets, so that they may stand in for each other.
    has_variants: bool,
    /// Whether limit ranges may be there that are not among the objects.
    may_have_bounds: bool,
}

/// What tells a namespace from others: its name, and the target, where others need not stand in
/// the same cluster.
type Key<'a> = (&'a str, Option<usize>);

/// What asks for more than is allowed. What is not known counts as nothing.
pub fn problems(rendered: &[Rendered]) -> Vec<Problem> {
    let bounded: Vec<FxHashSet<&str>> = rendered.iter().map(bounded).collect();
    let mut problems = Vec::new();
    for world in worlds(rendered) {
        for namespace in namespaces(rendered, &world, &bounded).into_values() {
            namespace.look(&mut problems);
        }
    }
    problems
}

/// The namespaces for which a target has limit ranges.
fn bounded(target: &Rendered) -> FxHashSet<&str> {
    let objects = target.objects.iter();
    let bounds = objects.filter(|object| is(object, "", "LimitRange"));
    bounds.map(|object| name_of(target, object)).collect()
}

/// The namespaces of a world in which there is anything to look at.
fn namespaces<'a>(
    rendered: &'a [Rendered],
    world: &World,
    bounded: &[FxHashSet<&str>],
) -> BTreeMap<Key<'a>, Namespace<'a>> {
    let mut found: BTreeMap<Key<'a>, Namespace<'a>> = BTreeMap::new();
    // What is there to be read or tested runs in no cluster.
    let is_run = |at: &&usize| {
        let spec = &rendered[**at].spec;
        !spec.is_example && !spec.is_chart_test()
    };
    let of_world = || {
        world.targets.iter().filter(is_run).flat_map(|at| {
            let target = &rendered[*at];
            let objects = target.objects.iter().enumerate();
            objects.map(move |(number, object)| {
                let instance = Instance {
                    target: *at,
                    object: number,
                };
                (key(rendered, instance), instance, object)
            })
        })
    };
    for (key, _, object) in of_world() {
        let governs = |(group, kind): &(&str, &str)| is(object, group, kind);
        if GOVERNING.iter().any(governs) {
            found.entry(key).or_insert_with(|| Namespace {
                name: key.0,
                may_have_bounds: world.beside.iter().any(|at| bounded[*at].contains(key.0)),
                ..Namespace::default()
            });
        }
    }
    if found.is_empty() {
        return found;
    }
    let mut seen = FxHashSet::default();
    for (key, at, object) in of_world() {
        let Some(namespace) = found.get_mut(&key) else {
            continue;
        };
        let gvk = &object.id.gvk;
        if seen.insert((key, &*gvk.group, &*gvk.kind, &*object.id.name)) {
            namespace.objects.push(Placed { at, object });
        } else {
            namespace.has_variants = true;
        }
    }
    found
}

fn key(rendered: &[Rendered], at: Instance) -> Key<'_> {
    let target = &rendered[at.target];
    let name = name_of(target, &target.objects[at.object]);
    let spec = &target.spec;
    let is_alone = name.is_empty() || spec.environment.is_none() && spec.by.is_none();
    (name, is_alone.then_some(at.target))
}

fn name_of<'a>(target: &'a Rendered, object: &'a Object) -> &'a str {
    match &*object.id.namespace {
        "" => target.spec.namespace.as_ref().map_or("", |word| &word.text),
        own => own,
    }
}

fn is(object: &Object, group: &str, kind: &str) -> bool {
    *object.id.gvk.kind == *kind && *object.id.gvk.group == *group
}

impl<'a> Namespace<'a> {
    fn look(mut self, problems: &mut Vec<Problem>) {
        let before = problems.len();
        let bounds = self.governors("LimitRange", problems);
        let quotas = self.governors("ResourceQuota", problems);
        self.may_have_bounds |= bounds.len() < self.of_kind("", "LimitRange").count();
        let bounds: Vec<_> = bounds.into_iter().map(bounds::Bounds::of).collect();
        let defaults = bounds::Defaults::of(&bounds);
        let scales = autoscalers::scales(&self);
        let workloads: Vec<_> = self
            .objects
            .iter()
            .filter_map(|placed| workloads::Workload::of(*placed, &scales, &defaults))
            .collect();
        autoscalers::look(&self, &workloads, problems);
        for bounds in &bounds {
            bounds.look(&self, &workloads, problems);
        }
        quotas::look(&self, &quotas, &workloads, problems);
        // What stands in for something else need not be applied beside the rest.
        if self.has_variants {
            for problem in &mut problems[before..] {
                problem.at_most = Some(Severity::Warning);
            }
        }
    }

    /// The quotas, or limit ranges, that are looked at. It is told of the others.
    fn governors(&self, kind: &str, problems: &mut Vec<Problem>) -> Vec<Placed<'a>> {
        let mut governors = Vec::new();
        let mut left_out = None;
        let mut count = 0;
        for placed in self.of_kind("", kind) {
            count += 1;
            let entries = placed.entries();
            if entries > ENTRIES {
                let message = format!(
                    "the {kind} has {entries} entries; one with more than {ENTRIES} is not checked"
                );
                problems.push(placed.problem(&INPUT_LIMIT, keys(&["spec"]), message));
            } else if governors.len() < GOVERNORS {
                governors.push(placed);
            } else {
                left_out.get_or_insert(placed);
            }
        }
        if let Some(placed) = left_out {
            let message = format!(
                "{} has {count} objects of this kind: only {GOVERNORS} are checked",
                self.told()
            );
            problems.push(placed.problem(&INPUT_LIMIT, keys(&["kind"]), message));
        }
        governors
    }

    fn of_kind(&self, group: &str, kind: &str) -> impl Iterator<Item = Placed<'a>> {
        let objects = self.objects.iter().copied();
        objects.filter(move |placed| is(placed.object, group, kind))
    }

    fn told(&self) -> String {
        match self.name {
            "" => "the namespace".to_owned(),
            name => format!("namespace `{name}`"),
        }
    }
}

impl<'a> Placed<'a> {
    fn view(self) -> View<'a> {
        self.object.node.view()
    }

    /// How many amounts a quota or limit range tells of.
    fn entries(self) -> usize {
        let spec = self.view().get("spec");
        let hard = spec.and_then(|spec| spec.get("hard"));
        let limits = spec.and_then(|spec| spec.get("limits"));
        let items = limits.into_iter().flat_map(View::items);
        let fields = items.flat_map(View::entries).map(|field| field.value);
        let maps = hard.into_iter().chain(fields);
        maps.map(|map| map.entries().count()).sum()
    }

    fn kind(self) -> &'a str {
        &self.object.id.gvk.kind
    }

    fn name(self) -> &'a str {
        &self.object.id.name
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

/// A path of keys.
fn keys(keys: &[&str]) -> FieldPath {
    with(&FieldPath::default(), keys)
}

/// A path that goes on with keys.
fn with(path: &FieldPath, keys: &[&str]) -> FieldPath {
    let mut path = path.clone();
    for key in keys {
        path.push_key(key);
    }
    path
}
