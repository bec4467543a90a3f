//! Values that name what another environment has and their own has not.

use std::collections::{BTreeMap, BTreeSet};

use manifest::{Object, View};

use super::known::applied;
use super::rules::NAMES_ANOTHER_ENVIRONMENT;
use crate::deploy::{Content, TargetSpec, environment_of_path};
use crate::problem::Problem;
use crate::render::Rendered;
use crate::rule::Tier;

/// How deep values are looked into.
const DEPTH: usize = 64;

/// The hosts, or the namespaces, of all environments.
#[derive(Default)]
struct Places<'a> {
    /// The environments that have a host or namespace, with their tiers; without a name stands
    /// what belongs to none.
    owners: BTreeMap<&'a str, BTreeSet<(Option<&'a str>, Tier)>>,
}

/// Hosts and namespaces in production that only an environment of another tier has.
pub(super) fn problems(rendered: &[Rendered]) -> Vec<Problem> {
    let (mut hosts, mut namespaces) = (Places::default(), Places::default());
    for (_, target) in applied(rendered) {
        let environment = target.spec.environment.as_ref().map(|own| &*own.name);
        let owner = (environment, target.spec.tier());
        for object in &target.objects {
            for host in hosts_of(object) {
                let owner = match is_shared(host, &target.spec) {
                    true => (None, target.spec.tier()),
                    false => owner,
                };
                let owners = hosts.owners.entry(host.text()).or_default();
                owners.insert(owner);
            }
            let namespace = match (&*object.id.gvk.kind, &*object.id.namespace) {
                ("Namespace", _) => &*object.id.name,
                // Without a destination, this is where it ends up.
                (_, "") if target.spec.namespace.is_none() => "default",
                (_, namespace) => namespace,
            };
            namespaces
                .owners
                .entry(namespace)
                .or_default()
                .insert(owner);
        }
        if let Some(word) = &target.spec.namespace {
            namespaces
                .owners
                .entry(&word.text)
                .or_default()
                .insert(owner);
        }
    }
    let has_any = |places: &Places<'_>| {
        let mut names = places.owners.keys();
        names.any(|name| places.only_elsewhere(name).is_some())
    };
    if !has_any(&hosts) && !has_any(&namespaces) {
        return Vec::new();
    }
    let mut problems = Vec::new();
    for (at, target) in applied(rendered) {
        if target.spec.tier() != Tier::Production {
            continue;
        }
        let mut told = BTreeSet::new();
        let objects = target.objects.iter();
        // Definitions speak of anything.
        let is_definition = |own: &&Object| &*own.id.gvk.kind == "CustomResourceDefinition";
        for object in objects.filter(|own| !is_definition(own)) {
            let is_deliberate = |view: View<'_>| hosts.are_several(view);
            visit(object.node.view(), 0, &is_deliberate, &mut |view| {
                for token in tokens(view.text()) {
                    let stranger = stranger(&hosts, &namespaces, token);
                    if let Some(other) = stranger.filter(|_| told.insert(token.to_owned())) {
                        problems.push(problem(at, view, token, other));
                    }
                }
            });
        }
    }
    problems
}

fn problem(at: usize, view: View<'_>, token: &str, other: &str) -> Problem {
    let message = format!("`{token}` belongs to {other}, but this is deployed to production");
    let problem = Problem::new(&NAMES_ANOTHER_ENVIRONMENT, message).affecting([at]);
    match view.origin() {
        Some(place) => problem.at(place.locate()),
        None => problem,
    }
}

/// The environment that alone has what a word names; none if production, or who knows who, has
/// it as well.
fn stranger<'a>(hosts: &Places<'a>, namespaces: &Places<'a>, token: &str) -> Option<&'a str> {
    if let Some(other) = hosts.only_elsewhere(token) {
        return Some(other);
    }
    // `service.namespace.svc` and what may follow it.
    let mut parts = token.split('.');
    let (_, namespace, svc) = (parts.next()?, parts.next()?, parts.next()?);
    namespaces
        .only_elsewhere(namespace)
        .filter(|_| svc == "svc")
}

impl<'a> Places<'a> {
    /// Whether a text or a list of texts names hosts of several environments, as what is allowed in
    /// all of them does.
    fn are_several(&self, view: View<'_>) -> bool {
        let texts = view.items().chain([view]).map(View::text);
        let owners = texts
            .flat_map(tokens)
            .filter_map(|token| self.owners.get(token));
        let names = owners.flatten().filter_map(|(name, _)| *name);
        names.collect::<BTreeSet<&str>>().len() > 1
    }

    fn only_elsewhere(&self, name: &str) -> Option<&'a str> {
        let owners = self.owners.get(name)?;
        let is_foreign =
            |(name, tier): &(Option<&str>, Tier)| name.is_some() && *tier != Tier::Production;
        match owners.iter().all(is_foreign) {
            true => owners.first()?.0,
            false => None,
        }
    }
}

/// The hosts that an object serves.
fn hosts_of(object: &Object) -> Vec<View<'_>> {
    let view = object.node.view();
    let list = |keys: &[&str]| {
        let list = view.get_path(keys).into_iter();
        list.flat_map(View::items)
    };
    let hosts: Vec<View<'_>> = match &*object.id.gvk.kind {
        "Ingress" => list(&["spec", "rules"])
            .filter_map(|rule| rule.get("host"))
            .collect(),
        "HTTPRoute" | "GRPCRoute" | "TLSRoute" => list(&["spec", "hostnames"]).collect(),
        "Route" => view.get_path(&["spec", "host"]).into_iter().collect(),
        "VirtualService" => list(&["spec", "hosts"]).collect(),
        _ => Vec::new(),
    };
    let is_one = |host: &View<'_>| host.text().contains('.') && !host.text().contains('*');
    hosts.into_iter().filter(is_one).collect()
}

/// Whether a value is what a chart has by default, or a base, so that it belongs to no environment:
/// the file is none that only the target reads.
fn is_shared(value: View<'_>, spec: &TargetSpec) -> bool {
    let Some(place) = value.origin().map(|src| src.locate()) else {
        return false;
    };
    let path = place.path();
    let is_of_folder = match &spec.content {
        Content::Chart(used) => {
            !path.starts_with(&used.chart) || used.files().any(|own| own == path)
        }
        Content::Kustomization => path.starts_with(&spec.path),
        Content::Manifests(_) => true,
    };
    !is_of_folder && environment_of_path(path).is_none()
}

/// The words of a text that may be hosts.
fn tokens(text: &str) -> impl Iterator<Item = &str> {
    let words = text.split(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '.' | '-')));
    words
        .map(|word| word.trim_matches('.'))
        .filter(|word| word.contains('.'))
}

/// Looks at all texts but those in texts and lists that are to be passed over.
fn visit<'v>(
    view: View<'v>,
    depth: usize,
    passes: &dyn Fn(View<'v>) -> bool,
    look: &mut dyn FnMut(View<'v>),
) {
    if depth > DEPTH || !view.is_map() && passes(view) {
        return;
    }
    if view.is_map() {
        view.entries()
            .for_each(|entry| visit(entry.value, depth + 1, passes, look));
    } else if view.is_seq() {
        view.items()
            .for_each(|item| visit(item, depth + 1, passes, look));
    } else {
        look(view);
    }
}
