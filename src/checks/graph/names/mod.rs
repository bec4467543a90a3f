//! References by name, and what they name.

mod index;
mod mentions;
mod namespaces;
mod near;
mod provided;
mod references;
mod rules;
mod sorts;
pub(super) mod whole;

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use manifest::Object;
use rustc_hash::FxHashMap;

use super::rules::{MISPLACED_REFERENCE, MISSING_KEY};
use super::{Placed, is_open};
use crate::checks::schema::Schemas;
use crate::checks::worlds::worlds;
use crate::problem::{Instance, Problem};
use crate::render::Rendered;
use crate::rule::Severity;
use crate::settings::Config;
use crate::suggest;
use index::{Anywhere, Facts, Found, Index, facts, namespace_of};
use mentions::Mentions;
use near::Near;
use rules::{MISSING_REFERENCE, MISSING_SERVICE_ACCOUNT, REFERENCE_ELSEWHERE, UNKNOWN_REFERENCE};
use sorts::{CONFIG_MAP, SECRET, SERVICE_ACCOUNT, Sort, is_built_in};
use whole::{Followed, Open};

pub(crate) use provided::{Maker, provided};
pub(crate) use references::{By, Reference, references};
pub(crate) use rules::RULES;

/// A reference where it is applied.
#[derive(Clone, Copy)]
struct Use<'a> {
    placed: Placed<'a>,
    reference: &'a Reference<'a>,
    /// The namespace in which the object has to be.
    namespace: &'a str,
}

/// References to what is not there, or lacks a key.
pub(super) fn problems(rendered: &[Rendered], config: &Config, schemas: &Schemas) -> Vec<Problem> {
    let facts = facts(rendered);
    let all = Index::of(rendered, &facts, 0..rendered.len());
    let anywhere = Anywhere::of(&all);
    let followed = Followed::of(rendered);
    let external: BTreeSet<&str> = config.external_namespaces().collect();
    let mut problems = namespaces::problems(rendered, config, schemas);
    for world in worlds(rendered) {
        let index = Index::of(rendered, &facts, world.all());
        let mut missing = Vec::new();
        for target in &world.targets {
            for used in uses(rendered, &facts, *target, schemas) {
                match &*index.find(used.reference.sort, used.namespace, used.reference.name) {
                    [] => missing.push(used),
                    found => problems.extend(missing_keys(used, found)),
                }
            }
        }
        if missing.is_empty() {
            continue;
        }
        let mut mentions = Mentions::of(missing.iter().map(|used| used.reference.name));
        for target in world.all() {
            for (number, object) in rendered[target].objects.iter().enumerate() {
                mentions.read(namespace_of(&rendered[target], number), object);
            }
        }
        let mut search = Search {
            rendered,
            facts: &facts,
            index: &index,
            anywhere: &anywhere,
            mentions: &mentions,
            open: Open::of(rendered, &world, &followed),
            external: &external,
            near: Near::new(),
            by_origin: FxHashMap::default(),
            told: BTreeSet::new(),
        };
        problems.extend(missing.into_iter().filter_map(|used| search.look(used)));
    }
    problems
}

/// The references of a target that can be followed.
fn uses<'a>(
    rendered: &'a [Rendered],
    facts: &'a [Vec<Facts<'a>>],
    target: usize,
    schemas: &Schemas,
) -> impl Iterator<Item = Use<'a>> {
    let own = &rendered[target];
    let objects = own.objects.iter().zip(&facts[target]).enumerate();
    objects.flat_map(move |(number, (object, facts))| {
        let at = Instance {
            target,
            object: number,
        };
        facts.references.iter().filter_map(move |reference| {
            let namespace = match reference.namespace {
                _ if reference.sort.is_cluster_wide => "",
                Some(namespace) => namespace,
                None if !is_namespaced(object, schemas) => return None,
                None => namespace_of(own, number),
            };
            let texts = [reference.name, namespace];
            let is_open = texts.iter().any(|text| is_open(text) || text.contains('<'));
            let is_known = is_built_in(reference.sort, reference.name);
            (!is_open && !is_known).then_some(Use {
                placed: Placed { at, object },
                reference,
                namespace,
            })
        })
    })
}

/// Whether an object is in a namespace.
fn is_namespaced(object: &Object, schemas: &Schemas) -> bool {
    let gvk = &object.id.gvk;
    match references::is_built_in(&gvk.group) {
        true => !matches!(&*gvk.kind, "ClusterRoleBinding"),
        false => {
            let told = schemas.is_namespaced(object);
            told.unwrap_or(!gvk.kind.starts_with("Cluster"))
        }
    }
}

/// Keys that are read and that what is found lacks.
fn missing_keys(used: Use<'_>, found: &[Found<'_>]) -> Vec<Problem> {
    let (kind, name) = (used.reference.sort.kind, used.reference.name);
    // Where others bring it as well, what is there is merged.
    let [found] = found else {
        return Vec::new();
    };
    if found.by.at.target != used.placed.at.target {
        return Vec::new();
    }
    let keys = used.reference.keys.iter();
    let lacking = keys.filter(|(key, _)| {
        let is_lacking = found.provision.keys.has(key) == Some(false);
        is_lacking && !is_open(key)
    });
    lacking
        .map(|(key, path)| {
            let message = format!("{kind} `{name}` has no key `{key}`");
            let near = suggest::nearest(key, found.provision.keys.names());
            let mut problem = used.placed.problem(&MISSING_KEY, path.clone(), message);
            problem.help = near.map(|near| format!("did you mean `{near}`?"));
            if used.reference.by == By::Form {
                problem.at_most = Some(Severity::Warning);
            }
            problem
        })
        .collect()
}

/// The objects of a target by kind and by name, their own one and that of their source.
type ByOrigin<'a> = FxHashMap<(&'a str, &'a str), &'a Object>;

/// What is known to tell why something is missing.
struct Search<'a, 's> {
    rendered: &'a [Rendered],
    facts: &'a [Vec<Facts<'a>>],
    index: &'s Index<'a>,
    anywhere: &'s Anywhere<'a>,
    mentions: &'s Mentions<'a>,
    open: Open<'a>,
    external: &'s BTreeSet<&'s str>,
    near: Near,
    by_origin: FxHashMap<usize, ByOrigin<'a>>,
    /// What is told already, by kind, namespace and name.
    told: BTreeSet<(&'static str, &'a str, &'a str)>,
}

impl<'a> Search<'a, '_> {
    fn look(&mut self, used: Use<'a>) -> Option<Problem> {
        let Use {
            placed,
            reference,
            namespace,
        } = used;
        let (sort, name) = (reference.sort, reference.name);
        let problem = |rule, message| placed.problem(rule, reference.path.clone(), message);
        let is_missing = format!("there is no {} `{name}`", sort.kind);
        if let Some(message) = self.misplaced(used) {
            return Some(problem(&MISPLACED_REFERENCE, message));
        }
        if self.anywhere.may_be_in(sort, namespace, name)
            || self.mentions.may_make(namespace, name)
            || self.external.contains(namespace)
        {
            return None;
        }
        if let Some(other) = sort.counterpart()
            && !self.index.find(other, namespace, name).is_empty()
        {
            let help = format!("set `kind: {}`", other.kind);
            return Some(problem(&UNKNOWN_REFERENCE, is_missing).help(help));
        }
        let names = self.index.names(sort, namespace);
        if let Some(near) = self.near.meant(name, names) {
            let help = format!("did you mean `{near}`?");
            return Some(problem(&UNKNOWN_REFERENCE, is_missing).help(help));
        }
        // What could not be rendered may hold anything, though hardly a name that is nearly this one.
        if self.open.is_unrendered(namespace) || !self.told.insert((sort.kind, namespace, name)) {
            return None;
        }
        let rule = match self.is_certain(used) {
            _ if sort.is_of_platform() => return None,
            true if *sort == SERVICE_ACCOUNT => &MISSING_SERVICE_ACCOUNT,
            true => &MISSING_REFERENCE,
            false => &REFERENCE_ELSEWHERE,
        };
        let message = match sort.is_cluster_wide {
            true => format!("{} `{name}` is not applied from here", sort.kind),
            false => format!("nothing creates {} `{name}`", sort.kind),
        };
        Some(problem(rule, message))
    }

    /// Whether what nothing creates would be created here, if at all: the repository creates all
    /// else of its kind.
    fn is_certain(&self, used: Use<'a>) -> bool {
        let (reference, namespace) = (used.reference, used.namespace);
        let sort = reference.sort;
        let at = used.placed.at;
        if sort.is_cluster_wide
            || *sort == SECRET
            || self.open.is_open(namespace)
            // A folder that nobody is known to deploy is seldom all that is applied.
            || self.rendered[at.target].spec.by.is_none()
        {
            return false;
        }
        if *sort == CONFIG_MAP {
            let mut beside = self.facts[at.target][at.object].references.iter();
            return reference.by == By::Pod
                && beside
                    .any(|other| *other.sort == CONFIG_MAP && self.index.has(other, namespace));
        }
        let is_of_pod = *sort != SERVICE_ACCOUNT || reference.by == By::Pod;
        is_of_pod && self.index.names(sort, namespace).next().is_some()
    }

    /// What to say of a reference that misses an object of the same target by its namespace or
    /// by what was put around its name.
    fn misplaced(&mut self, used: Use<'a>) -> Option<String> {
        let target = used.placed.at.target;
        let objects = &self.rendered[target].objects;
        let by_origin = self.by_origin.entry(target).or_insert_with(|| {
            let mut by_origin = ByOrigin::default();
            for object in objects {
                if Sort::of(&object.id.gvk.group, &object.id.gvk.kind).is_some() {
                    let kind = &*object.id.gvk.kind;
                    for name in [&*object.id.name, &*object.identity.name] {
                        by_origin.entry((kind, name)).or_insert(object);
                    }
                }
            }
            by_origin
        });
        let (kind, name) = (used.reference.sort.kind, used.reference.name);
        let meant = by_origin.get(&(kind, name))?;
        let other = &*meant.id.namespace;
        if other != used.namespace && !used.namespace.is_empty() && !other.is_empty() {
            return Some(match used.reference.by {
                By::Pod => format!(
                    "{kind} `{name}` is in namespace `{other}`, but the pod is in `{}`",
                    used.namespace
                ),
                _ => format!(
                    "{kind} `{name}` is in namespace `{other}`, not in `{}`",
                    used.namespace
                ),
            });
        }
        (*meant.id.name != *name)
            .then(|| format!("{kind} `{name}` is called `{}` here", meant.id.name))
    }
}
