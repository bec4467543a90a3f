//! Namespaces that objects and Applications are put into, and that nothing creates.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use manifest::{FieldPath, Object, View};
use rustc_hash::FxHashMap;

use super::near::Near;
use super::rules::{UNDECLARED_NAMESPACE, UNKNOWN_REFERENCE};
use crate::checks::graph::{Placed, is_open};
use crate::checks::schema::Schemas;
use crate::deploy::application_of;
use crate::problem::{Instance, Problem};
use crate::render::Rendered;
use crate::rule::{Rule, Severity};
use crate::settings::Config;

/// How many applications go to a namespace that none of them is expected to create.
const MANY: usize = 4;

/// Groups whose objects are read by something else than a cluster, and whose namespaces are its own.
const NO_CLUSTERS: [&str; 1] = ["backstage.io"];

/// The namespaces that the repository creates in any way, or that exist before it.
struct Created<'a> {
    names: BTreeSet<&'a str>,
}

/// Objects and Applications of namespaces that nothing creates, where the repository creates any.
pub(super) fn problems(rendered: &[Rendered], config: &Config, schemas: &Schemas) -> Vec<Problem> {
    let created = Created::of(rendered);
    if created.names.is_empty() {
        return Vec::new();
    }
    let external: BTreeSet<&str> = config.external_namespaces().collect();
    // What does not render may hold the Namespace.
    let is_whole = rendered
        .iter()
        .all(|own| !own.spec.is_applied() || own.is_rendered_in_part());
    let mut near = Near::new();
    let mut meant: BTreeMap<&str, Option<&str>> = BTreeMap::new();
    let mut told: BTreeSet<&str> = BTreeSet::new();
    let mut problems = Vec::new();
    for (namespace, from) in applications(rendered, schemas).chain(objects(rendered, schemas)) {
        if created.names.contains(namespace) || external.contains(namespace) {
            continue;
        }
        let meant = meant
            .entry(namespace)
            .or_insert_with(|| near.meant(namespace, created.names.iter().copied()));
        match meant {
            Some(meant) => {
                let message = format!("there is no namespace `{namespace}`");
                let problem = from.problem(&UNKNOWN_REFERENCE, message);
                problems.push(problem.help(format!("did you mean `{meant}`?")));
            }
            None if is_whole && told.insert(namespace) => {
                let message = format!("nothing creates namespace `{namespace}`");
                let mut problem = from.problem(&UNDECLARED_NAMESPACE, message);
                if let Named::Object(_) = from {
                    problem.at_most = Some(Severity::Info);
                }
                problems.push(problem);
            }
            None => {}
        }
    }
    problems
}

/// What names a namespace.
enum Named<'a> {
    /// The destination of an Application of a target.
    Destination(usize, View<'a>),
    /// The namespace of an object.
    Object(Placed<'a>),
}

impl Named<'_> {
    fn problem(&self, rule: &'static Rule, message: String) -> Problem {
        match self {
            Self::Destination(target, namespace) => {
                let problem = Problem::new(rule, message).affecting([*target]);
                match namespace.origin() {
                    Some(place) => problem.at(place.locate()),
                    None => problem,
                }
            }
            Self::Object(placed) => {
                let mut path = FieldPath::default();
                path.push_key("metadata");
                path.push_key("namespace");
                placed.problem(rule, path, message)
            }
        }
    }
}

impl<'a> Created<'a> {
    fn of(rendered: &'a [Rendered]) -> Self {
        let mut names = BTreeSet::new();
        let mut goals: BTreeMap<&str, BTreeSet<Cow<'_, str>>> = BTreeMap::new();
        let mut homes = BTreeSet::new();
        for own in rendered {
            for object in &own.objects {
                names.extend(created_by(object));
            }
            for asking in &own.applications {
                let object = &*asking.object;
                names.extend(created_by(object));
                homes.insert(&*object.id.namespace);
                if let Some(goal) = destination(object) {
                    let environment = asking.environment.as_ref();
                    let name = application_of(&object.id.name, object, environment);
                    goals.entry(goal.text()).or_default().insert(name);
                }
            }
        }
        // Without any that is created, nothing is told of the others.
        if !names.is_empty() {
            let goals = goals.into_iter().filter(|(_, all)| all.len() >= MANY);
            names.extend(goals.map(|(goal, _)| goal).chain(homes));
        }
        Self { names }
    }
}

/// The namespace that an object creates.
fn created_by(object: &Object) -> Option<&str> {
    let id = &object.id;
    let view = object.node.view();
    let text = |path: &[&str]| view.get_path(path).map(View::text);
    let is_set = |path: &[&str]| text(path) == Some("true");
    match (&*id.gvk.group, &*id.gvk.kind) {
        ("", "Namespace") | ("project.openshift.io", "Project" | "ProjectRequest") => {
            Some(&id.name)
        }
        ("argoproj.io", "Application") => {
            let options = view.get_path(&["spec", "syncPolicy", "syncOptions"]);
            let mut options = options.into_iter().flat_map(View::items);
            let is_created = options.any(|option| option.text() == "CreateNamespace=true");
            is_created.then(|| text(&["spec", "destination", "namespace"]))?
        }
        ("helm.toolkit.fluxcd.io", "HelmRelease") => {
            let is_created = is_set(&["spec", "install", "createNamespace"]);
            is_created.then(|| text(&["spec", "targetNamespace"]))?
        }
        ("helm.cattle.io", "HelmChart") => {
            let is_created = is_set(&["spec", "createNamespace"]);
            is_created.then(|| text(&["spec", "targetNamespace"]))?
        }
        _ => None,
    }
}

/// What is there to be deployed, rather than to be read or tested.
fn applied(rendered: &[Rendered]) -> impl Iterator<Item = (usize, &Rendered)> {
    let targets = rendered.iter().enumerate();
    targets.filter(|(_, own)| own.spec.is_applied() && !own.spec.is_example)
}

/// Where Applications go.
fn applications<'a>(
    rendered: &'a [Rendered],
    schemas: &Schemas,
) -> impl Iterator<Item = (&'a str, Named<'a>)> {
    let mut deployed: FxHashMap<(&str, &str), Vec<&Rendered>> = FxHashMap::default();
    for own in rendered {
        if let Some(deployer) = &own.spec.deployer {
            let id = (&*deployer.id.namespace, &*deployer.id.name);
            deployed.entry(id).or_default().push(own);
        }
    }
    let applications = applied(rendered)
        .flat_map(|(at, own)| own.applications.iter().map(move |asking| (at, asking)));
    applications.filter_map(move |(at, asking)| {
        let namespace = destination(&asking.object)?;
        let from = Named::Destination(at, namespace);
        let id = (&*asking.object.id.namespace, &*asking.object.id.name);
        let targets = deployed.get(&id);
        let mut objects = targets.into_iter().flatten().flat_map(|own| &own.objects);
        let is_used = has_chart(&asking.object)
            || objects.any(|object| {
                object.id.namespace.is_empty() && schemas.is_namespaced(object) == Some(true)
            });
        (is_used && is_named(namespace.text())).then_some((namespace.text(), from))
    })
}

/// Where an Application goes.
fn destination(application: &Object) -> Option<View<'_>> {
    let path = ["spec", "destination", "namespace"];
    application.node.view().get_path(&path)
}

/// Whether an Application deploys a chart, which goes to the namespace of the Application.
fn has_chart(application: &Object) -> bool {
    let spec = application.node.view().get("spec");
    let field = |name: &str| spec.and_then(|spec| spec.get(name));
    let many = field("sources").into_iter().flat_map(View::items);
    let mut sources = field("source").into_iter().chain(many);
    sources.any(|source| source.get("chart").is_some())
}

/// Where objects are put that are known to be in a namespace.
fn objects<'a>(
    rendered: &'a [Rendered],
    schemas: &Schemas,
) -> impl Iterator<Item = (&'a str, Named<'a>)> {
    // Who applies what nothing here deploys may well create its namespace first.
    let deployed = applied(rendered).filter(|(_, own)| own.spec.by.is_some());
    let objects = deployed.flat_map(|(target, own)| {
        let objects = own.objects.iter().enumerate();
        objects.map(move |(object, placed)| Placed {
            at: Instance { target, object },
            object: placed,
        })
    });
    objects.filter_map(|placed| {
        let id = &placed.object.id;
        let is_elsewhere = NO_CLUSTERS.contains(&&*id.gvk.group);
        let name = &*id.namespace;
        let is_in_it =
            is_named(name) && !is_elsewhere && schemas.is_namespaced(placed.object) == Some(true);
        is_in_it.then_some((name, Named::Object(placed)))
    })
}

/// Whether it is the name of a namespace that a cluster does not have by itself.
fn is_named(name: &str) -> bool {
    let is_always = matches!(
        name,
        // The last ones are what an operator's scaffold leaves to be replaced.
        "" | "default" | "argocd" | "flux-system" | "placeholder" | "system"
    ) || name.starts_with("kube-")
        || name.starts_with("openshift");
    !is_always && !is_open(name)
}
