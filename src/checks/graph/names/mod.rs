//! References by name, and what they name.

mod env_file;
mod flux;
mod index;
mod mentions;
mod namespaces;
mod near;
mod provided;
mod references;
mod rules;
mod siblings;
mod sorts;
pub(super) mod whole;

#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::collections::BTreeSet;

use manifest::{Object, View};
use rustc_hash::FxHashMap;

use super::rules::{MISPLACED_REFERENCE, MISSING_KEY};
use super::{Placed, is_of_cluster, is_open};
use crate::checks::kustomizations::name_before_hash;
use crate::checks::schema::Schemas;
use crate::checks::worlds::{World, worlds};
use crate::deploy::Content;
use crate::problem::{Instance, Problem};
use crate::render::Rendered;
use crate::rule::Severity;
use crate::settings::Config;
use index::{Anywhere, Facts, Found, Index, facts, namespace_of};
use mentions::Mentions;
use near::Near;
use rules::{
    MISSING_IN_ENVIRONMENT, MISSING_REFERENCE, MISSING_SERVICE_ACCOUNT, REFERENCE_ELSEWHERE,
    UNKNOWN_REFERENCE,
};
use siblings::{Sibling, Siblings};
use sorts::{CONFIG_MAP, SECRET, SERVICE_ACCOUNT, Sort, is_built_in};
use whole::{Followed, Open};

pub(super) use mentions::{makes_others, parts};
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

/// A kind, a namespace and a name.
type Named<'a> = (&'static str, &'a str, &'a str);

impl<'a> Use<'a> {
    /// What is referred to.
    fn named(self) -> Named<'a> {
        let reference = self.reference;
        (reference.sort.kind, self.namespace, reference.name)
    }

    /// Whether it is of a kind of which the repository may create all that there are.
    fn may_be_certain(self) -> bool {
        let sort = self.reference.sort;
        !sort.is_cluster_wide && *sort != SECRET
    }
}

/// How many applications refer to what none of them is expected to create.
const MANY: usize = 3;

/// References to what is not there, or lacks a key.
pub(super) fn problems(rendered: &[Rendered], config: &Config, schemas: &Schemas) -> Vec<Problem> {
    let facts = facts(rendered);
    let all = Index::of(rendered, &facts, 0..rendered.len());
    let anywhere = Anywhere::of(&all);
    let siblings = Siblings::of(rendered, &facts, &all, schemas);
    let followed = Followed::of(rendered);
    let spoken_of = spoken_of(rendered, &facts);
    let external: BTreeSet<&str> = config.external_namespaces().collect();
    let mut problems = namespaces::problems(rendered, config, schemas);
    problems.extend(flux::problems(rendered));
    let mut lacking: Vec<(World, Index<'_>, Vec<Use<'_>>)> = Vec::new();
    for world in worlds(rendered) {
        let index = Index::of(rendered, &facts, world.all());
        let mut missing = Vec::new();
        for target in &world.targets {
            for used in uses(rendered, &facts, *target, schemas) {
                match &*index.find(used.reference.sort, used.namespace, used.reference.name) {
                    [] => missing.push(used),
                    _ if used.reference.is_optional => {}
                    found => problems.extend(missing_keys(used, found, &siblings)),
                }
            }
        }
        if !missing.is_empty() {
            lacking.push((world, index, missing));
        }
    }
    let mentions = mentions(rendered, &lacking);
    for (world, index, missing) in lacking {
        let mut wanted: FxHashMap<_, Vec<_>> = FxHashMap::default();
        let is_wanted = |used: &&Use<'_>| !used.reference.is_optional && used.may_be_certain();
        for used in missing.iter().filter(is_wanted) {
            let application = rendered[used.placed.at.target].spec.application_across();
            let known = wanted.entry(used.named());
            // Most are wanted by one.
            let known = known.or_insert_with(|| Vec::with_capacity(1));
            if known.len() < MANY && !known.contains(&application) {
                known.push(application);
            }
        }
        let mut search = Search {
            rendered,
            facts: &facts,
            index: &index,
            anywhere: &anywhere,
            siblings: &siblings,
            mentions: &mentions,
            targets: &among(rendered, world.all()),
            spoken_of: &spoken_of,
            wanted,
            open: Open::of(rendered, &world, &followed),
            external: &external,
            near: Near::new(),
            by_origin: FxHashMap::default(),
            told: BTreeSet::new(),
        };
        let told = missing.into_iter().filter_map(|used| search.look(used));
        problems.extend(told.filter(|problem| config.is_on_anywhere(&problem.rule)));
    }
    problems
}

/// What may make what is missing, of all worlds in which something is: many share targets, each of
/// which is read once.
fn mentions<'a>(
    rendered: &'a [Rendered],
    lacking: &[(World, Index<'a>, Vec<Use<'a>>)],
) -> Mentions<'a> {
    let missing = lacking.iter().flat_map(|(_, _, missing)| missing);
    let mut mentions = Mentions::of(missing.map(|used| used.reference.name));
    let worlds = lacking.iter().flat_map(|(world, ..)| world.all());
    let is_read = among(rendered, worlds);
    let read = rendered.iter().enumerate().filter(|(at, _)| is_read[*at]);
    for (target, own) in read {
        let objects = own.objects.iter().enumerate();
        let objects = objects.map(|(number, object)| (namespace_of(own, number), object));
        mentions.read(target, objects);
    }
    mentions
}

/// Which targets are among some.
fn among(rendered: &[Rendered], targets: impl Iterator<Item = usize>) -> Vec<bool> {
    let mut among = vec![false; rendered.len()];
    targets.for_each(|target| among[target] = true);
    among
}

/// The namespaces that objects are in or refer to, each with the only application of which this
/// is known.
fn spoken_of<'a>(rendered: &'a [Rendered], facts: &'a [Vec<Facts<'a>>]) -> SpokenOf<'a> {
    let mut spoken_of = SpokenOf::default();
    for (own, facts) in rendered.iter().zip(facts) {
        let application = own.spec.application_across();
        let references = facts.iter().flat_map(|facts| &facts.references);
        let named = references.filter_map(|reference| reference.namespace);
        let objects = (0..own.objects.len()).map(|number| namespace_of(own, number));
        for namespace in named.chain(objects) {
            let only = spoken_of
                .entry(namespace)
                .or_insert_with(|| Some(application.clone()));
            if only.as_ref().is_some_and(|only| *only != application) {
                *only = None;
            }
        }
    }
    spoken_of
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
            let is_open = texts.iter().any(|text| is_open(text));
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
fn missing_keys<'a>(
    used: Use<'a>,
    found: &[Found<'a>],
    siblings: &Siblings<'a, '_>,
) -> Vec<Problem> {
    // Where others bring it as well, what is there is merged.
    let [found] = found else {
        return Vec::new();
    };
    let keys = used.reference.keys.iter();
    let lacking = keys.filter(|(key, _)| {
        let is_lacking = found.provision.keys.has(key) == Some(false);
        is_lacking && !is_open(key)
    });
    let problems = lacking.filter_map(|(key, path)| {
        let kind = used.reference.sort.kind;
        // With its hash, it is called something else in each overlay.
        let name = name_before_hash(found.by.object).unwrap_or(used.reference.name);
        if let Some(problem) = env_file::problem(used, found, name, key) {
            return Some(problem);
        }
        let message = format!("{kind} `{name}` has no key `{key}`");
        let problem = |message| used.placed.problem(&MISSING_KEY, path.to_field(), message);
        let sibling = siblings.met(used, Some(found));
        let sibling = sibling.and_then(|sibling| sibling.key(key));
        let mut problem = match sibling {
            Some(sibling) => sibling.tell(message, problem),
            // What another target applies may be for another cluster.
            None if found.by.at.target != used.placed.at.target => return None,
            None => with_definition(problem(message), found.by.object),
        };
        let near = suggest::nearest(key, found.provision.keys.names());
        problem.help = near.map(|near| format!("did you mean `{near}`?"));
        let is_certain =
            used.reference.by != By::Form && found.by.at.target == used.placed.at.target;
        problem.at_most = (!is_certain).then_some(Severity::Warning);
        Some(problem)
    });
    problems.collect()
}

/// A problem that shows where an object that was found is defined.
fn with_definition(problem: Problem, object: &Object) -> Problem {
    let name = object.node.view().get_path(&["metadata", "name"]);
    match name.and_then(View::origin) {
        Some(place) => problem.related("it is defined here", place.locate()),
        None => problem,
    }
}

/// The objects of a target by kind and by name, their own one and that of their source.
type ByOrigin<'a> = FxHashMap<(&'a str, &'a str), &'a Object>;

/// Namespaces, each with the only application that speaks of it; none if several do.
type SpokenOf<'a> = FxHashMap<&'a str, Option<Cow<'a, str>>>;

/// What is known to tell why something is missing.
struct Search<'a, 's> {
    rendered: &'a [Rendered],
    facts: &'a [Vec<Facts<'a>>],
    index: &'s Index<'a>,
    anywhere: &'s Anywhere<'a>,
    siblings: &'s Siblings<'a, 's>,
    mentions: &'s Mentions<'a>,
    /// Which targets share the cluster.
    targets: &'s [bool],
    spoken_of: &'s SpokenOf<'a>,
    /// The applications that refer to what is missing, up to [`MANY`].
    wanted: FxHashMap<Named<'a>, Vec<Cow<'a, str>>>,
    open: Open<'a>,
    external: &'s BTreeSet<&'s str>,
    near: Near,
    by_origin: FxHashMap<usize, ByOrigin<'a>>,
    /// What is told already.
    told: BTreeSet<Named<'a>>,
}

impl<'a> Search<'a, '_> {
    fn look(&mut self, used: Use<'a>) -> Option<Problem> {
        let Use {
            placed,
            reference,
            namespace,
        } = used;
        let (sort, name) = (reference.sort, reference.name);
        let problem = |rule, message| placed.problem(rule, reference.path.to_field(), message);
        let is_missing = format!("there is no {} `{name}`", sort.kind);
        if !reference.is_optional
            && let Some((message, meant)) = self.misplaced(used)
        {
            let problem = problem(&MISPLACED_REFERENCE, message);
            let problem = match self.rendered[placed.at.target].spec.content {
                Content::Manifests(_) => problem
                    .help("give both the same namespace, or copy the object into that of the pod"),
                _ => problem,
            };
            return Some(with_definition(problem, meant));
        }
        // A binding may name an account that is not there, and bundles do.
        let is_needed = *sort != SERVICE_ACCOUNT || reference.by == By::Pod;
        let sibling = self.siblings.met(used, None);
        let sibling = sibling.filter(|sibling| is_needed && !sibling.is_issued());
        let mut elsewhere = self.anywhere.found(sort, namespace, name);
        if elsewhere.any(|found| self.may_be_here(used, found, sibling))
            || self.mentions.may_make(self.targets, namespace, name)
            || self.external.contains(namespace)
        {
            return None;
        }
        if let Some(other) = sort.counterpart()
            && !self.index.find(other, namespace, name).is_empty()
        {
            let help = reference.as_other(other);
            return Some(problem(&UNKNOWN_REFERENCE, is_missing).help(help));
        }
        // What the platform brings is meant by an object that is called after it.
        let is_meant = sort.is_of_platform() && placed.object.id.name.contains(name);
        let names = self.index.names(sort, namespace).filter(|_| !is_meant);
        if let Some(near) = self.near.meant(name, names) {
            // What may be missing may well be one of two that are called alike.
            if reference.is_optional && self.refers(placed.at, sort, near) {
                return None;
            }
            let help = format!("did you mean `{near}`?");
            return Some(problem(&UNKNOWN_REFERENCE, is_missing).help(help));
        }
        if reference.is_optional {
            return None;
        }
        // What could not be rendered may hold anything, though hardly a name that is nearly this
        // one, or one that another environment finds in its own rendering.
        let is_unrendered = self.open.is_unrendered(namespace) && sibling.is_none();
        if is_unrendered || !self.told.insert(used.named()) {
            return None;
        }
        if let Some(sibling) = sibling {
            let message = format!("nothing creates {} `{name}`", sort.kind);
            let problem = |message| problem(&MISSING_IN_ENVIRONMENT, message);
            return Some(sibling.object().tell(message, problem));
        }
        let rule = match self.is_certain(used) {
            _ if sort.is_of_platform() || is_of_cluster(namespace) => return None,
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

    /// Whether an object refers to another one by that name.
    fn refers(&self, at: Instance, sort: &Sort, name: &str) -> bool {
        let mut references = self.facts[at.target][at.object].references.iter();
        references.any(|own| own.sort == sort && own.name == name)
    }

    /// Whether what is provided to the namespace somewhere in the repository may be in the
    /// cluster of a reference. What an application applies to several environments is in as many
    /// clusters or namespaces.
    fn may_be_here(&self, used: Use<'a>, found: &Found<'a>, sibling: Option<Sibling<'a>>) -> bool {
        let Some(sibling) = sibling else { return true };
        let environment = |target: usize| self.rendered[target].spec.environment.as_ref();
        let own = environment(used.placed.at.target);
        environment(found.by.at.target).is_none_or(|other| {
            let is_sibling = *other.name == *sibling.environment;
            !is_sibling && own.is_some_and(|own| own.tier == other.tier)
        })
    }

    /// Whether what nothing creates would be created here, if at all: the repository creates all
    /// else of its kind.
    fn is_certain(&self, used: Use<'a>) -> bool {
        let (reference, namespace) = (used.reference, used.namespace);
        let sort = reference.sort;
        let at = used.placed.at;
        if !used.may_be_certain()
            // What so many need is set up before any of them.
            || self.wanted.get(&used.named()).is_some_and(|own| own.len() >= MANY)
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

    /// Whether a reference may well mean an object of the same name in another namespace than that
    /// of the one in its target.
    fn is_deliberate(&self, used: Use<'a>, own: &Object) -> bool {
        let spec = &self.rendered[used.placed.at.target].spec;
        if let Content::Chart(chart) = &spec.content
            && chart.namespace.is_none()
        {
            // Where it is installed is not known.
            return true;
        }
        // A namespace of which others speak is there.
        let is_spoken_of = || {
            let only = self.spoken_of.get(used.namespace);
            only.is_some_and(|only| *only != Some(spec.application_across()))
        };
        let is_moved = *own.identity.namespace == *used.namespace;
        used.reference.namespace.is_some() && !is_moved && is_spoken_of()
    }

    /// What to say of a reference that misses an object of the same target by its namespace or
    /// by what was put around its name.
    fn misplaced(&mut self, used: Use<'a>) -> Option<(String, &'a Object)> {
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
        let meant = *by_origin.get(&(kind, name))?;
        let other = &*meant.id.namespace;
        if self.is_deliberate(used, meant) {
            return None;
        }
        if other != used.namespace && !used.namespace.is_empty() && !other.is_empty() {
            let message = match used.reference.by {
                By::Pod => format!(
                    "{kind} `{name}` is in namespace `{other}`, but the pod is in `{}`",
                    used.namespace
                ),
                _ => format!(
                    "{kind} `{name}` is in namespace `{other}`, not in `{}`",
                    used.namespace
                ),
            };
            return Some((message, meant));
        }
        let is_renamed = *meant.id.name != *name;
        let message = || format!("{kind} `{name}` is called `{}` here", meant.id.name);
        is_renamed.then(|| (message(), meant))
    }
}
