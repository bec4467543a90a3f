//! What one environment applies that belongs to another one.

use std::collections::{BTreeMap, BTreeSet};

use manifest::{Location, View};

use super::known::{Known, applied};
use super::rules::{APPLICATION_OF_ANOTHER_ENVIRONMENT, OBJECT_IN_ANOTHER_ENVIRONMENT};
use crate::deploy::{Environment, Evidence, application_across};
use crate::problem::Problem;
use crate::render::Rendered;

/// The environments that have each namespace; none stands for what belongs to no environment.
type Owners<'a> = BTreeMap<&'a str, BTreeSet<Option<&'a Environment>>>;

/// Objects in namespaces that only environments of other tiers have. One has what it defines, and
/// what things are deployed to in it. Within a tier, environments may be parts of one. Each may
/// have a namespace of the same name, and where an environment deploys to is not always known.
pub(super) fn objects(rendered: &[Rendered]) -> Vec<Problem> {
    let mut owners = Owners::new();
    for (_, target) in applied(rendered) {
        let environment = target.spec.environment.as_ref();
        let objects = target.objects.iter();
        let defined = objects.filter(|own| &*own.id.gvk.kind == "Namespace");
        let defined = defined.map(|own| &*own.id.name);
        let default = target.spec.namespace.as_ref().map(|word| &*word.text);
        for namespace in defined.chain(default) {
            owners.entry(namespace).or_default().insert(environment);
        }
    }
    let users = users(rendered, &owners);
    let mut strangers: BTreeMap<Stranger<'_>, Vec<(usize, &Environment)>> = BTreeMap::new();
    let mut places: BTreeMap<Stranger<'_>, Location> = BTreeMap::new();
    for (at, target) in applied(rendered) {
        let Some(environment) = &target.spec.environment else {
            continue;
        };
        let mut told = BTreeSet::new();
        for object in &target.objects {
            let namespace = &*object.id.namespace;
            let Some(others) = owners.get(namespace) else {
                continue;
            };
            let is_foreign = others
                .iter()
                .all(|other| other.is_some_and(|other| other.tier != environment.tier));
            let Some(other) = others.iter().flatten().next() else {
                continue;
            };
            let is_called_after = application_across(namespace, Some(*other)) != namespace;
            // Where several environments put objects, others than this repository create it.
            let is_shared = users.get(namespace).is_some_and(|users| {
                let mut users = users.iter();
                users.any(|user| *user != environment && !others.contains(&Some(*user)))
            });
            let is_certain = is_called_after || target.spec.namespace.is_some() && !is_shared;
            if !is_foreign || !is_certain || !told.insert(namespace) {
                continue;
            }
            let place = object.node.view().get_path(&["metadata", "namespace"]);
            let place = place.and_then(View::origin).map(|place| place.locate());
            let stranger = Stranger {
                place: place
                    .as_ref()
                    .map(|place| (place.path().to_string(), place.span.start)),
                kind: &object.id.gvk.kind,
                name: &object.id.name,
                namespace,
                owner: &other.name,
            };
            places.extend(place.map(|place| (stranger.clone(), place)));
            strangers
                .entry(stranger)
                .or_default()
                .push((at, environment));
        }
    }
    let told = strangers.iter().map(|(stranger, users)| {
        let problem = stranger.problem(users);
        match places.get(stranger) {
            Some(place) => problem.at(place.clone()),
            None => problem,
        }
    });
    told.collect()
}

/// An object that names the namespace of another environment, as each of its environments has it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Stranger<'a> {
    /// Where it names the namespace.
    place: Option<(String, u32)>,
    kind: &'a str,
    name: &'a str,
    namespace: &'a str,
    owner: &'a str,
}

impl Stranger<'_> {
    fn problem(&self, users: &[(usize, &Environment)]) -> Problem {
        let names: BTreeSet<&str> = users.iter().map(|(_, own)| &*own.name).collect();
        let names: Vec<&str> = names.into_iter().collect();
        let message = format!(
            "{} `{}` goes to namespace `{}` of {}, but is deployed to {}",
            self.kind,
            self.name,
            self.namespace,
            self.owner,
            names.join(" and ")
        );
        let targets = users.iter().map(|(at, _)| *at);
        Problem::new(&OBJECT_IN_ANOTHER_ENVIRONMENT, message).affecting(targets)
    }
}

/// The environments that put objects into each of some namespaces.
fn users<'a>(
    rendered: &'a [Rendered],
    namespaces: &Owners<'a>,
) -> BTreeMap<&'a str, BTreeSet<&'a Environment>> {
    let mut users: BTreeMap<&str, BTreeSet<&Environment>> = BTreeMap::new();
    for (_, target) in applied(rendered) {
        let Some(environment) = &target.spec.environment else {
            continue;
        };
        let names = target.objects.iter().map(|own| &*own.id.namespace);
        for name in names.filter(|name| namespaces.contains_key(name)) {
            users.entry(name).or_default().insert(environment);
        }
    }
    users
}

/// Applications that bring some of another tier, although they say themselves which one is
/// theirs.
pub(super) fn applications(rendered: &[Rendered], known: &Known<'_>) -> Vec<Problem> {
    let speaks = |by: Evidence| {
        matches!(
            by,
            Evidence::Configuration | Evidence::Label | Evidence::FolderOfObject | Evidence::Name
        )
    };
    let mut problems = Vec::new();
    for deployer in &known.applications {
        for at in &deployer.targets {
            let target = &rendered[*at];
            let own = target.spec.environment.as_ref();
            let Some(own) = own.filter(|_| speaks(target.spec.told_by)) else {
                continue;
            };
            let brought = target.applications.iter();
            let foreign = brought.filter(|asking| {
                let environment = asking.environment.as_ref();
                environment.is_some_and(|other| other.tier != own.tier) && speaks(asking.told_by)
            });
            let names: Vec<&str> = foreign.map(|asking| &*asking.object.id.name).collect();
            let Some(first) = names.first() else {
                continue;
            };
            let more = match names.len() - 1 {
                0 => String::new(),
                more => format!(" and {more} more of other environments"),
            };
            let message = format!(
                "`{}` of {} also deploys the Application `{first}`{more}",
                deployer.name(),
                own.name
            );
            let problem = Problem::new(&APPLICATION_OF_ANOTHER_ENVIRONMENT, message);
            problems.push(deployer.tell(problem, target.spec.by.clone()));
        }
    }
    problems
}
