//! Projects that Applications name, and what these let them do.

use std::collections::{BTreeMap, BTreeSet};

use argocd::{Permission, Project, Target, Text};
use manifest::{FaultKind, View};
use rustc_hash::FxHashMap;

use super::known::{Deployer, Known, applied, is_open};
use super::rules::{PROJECT_FORBIDS, UNKNOWN_PROJECT};
use crate::checks::named::named;
use crate::checks::schema::Schemas;
use crate::problem::Problem;
use crate::render::Rendered;
use crate::settings::Config;

/// Argo CD makes this project itself.
const DEFAULT: &str = "default";

/// How many of the Applications that name a missing project are shown beside the first.
const RELATED: usize = 5;

/// How many projects nobody mistypes.
const MANY: usize = 3;

/// The repositories and charts of the programs around Argo CD.
const PROGRAMS: [&str; 7] = [
    "argo-cd",
    "argo-events",
    "argo-rollouts",
    "argo-workflows",
    "argocd-image-updater",
    "argocd-notifications",
    "argocd-operator",
];

/// Applications of projects that do not exist, where the repository defines any, and those that
/// do what their project does not permit.
pub(super) fn problems(
    rendered: &[Rendered],
    schemas: &Schemas,
    known: &Known<'_>,
    config: &Config,
) -> Vec<Problem> {
    let names: BTreeSet<&str> = known
        .projects
        .iter()
        .filter_map(|(_, project)| Some(project.name.as_ref()?.as_str()))
        .collect();
    let mut problems = Vec::new();
    let mut refusals = Vec::new();
    let mut missing: BTreeMap<&str, Vec<&Deployer<'_>>> = BTreeMap::new();
    if names.is_empty() {
        return problems;
    }
    let is_kept_elsewhere =
        are_kept_elsewhere(known, &names) || may_be_made_by_others(rendered, known);
    for deployer in &known.applications {
        let name = deployer.application.project_name();
        if is_open(name) {
            continue;
        }
        let projects: Vec<&Project> = known.projects(name).collect();
        if projects.is_empty() {
            if name != DEFAULT && !config.is_external_project(name) {
                missing.entry(name).or_default().push(deployer);
            }
            continue;
        }
        let whole = projects.iter().map(|project| known.with_inherited(project));
        let Some(projects) = whole.collect::<Option<Vec<Project>>>() else {
            continue;
        };
        let ask = Ask {
            deployer,
            projects: &projects,
            name,
        };
        refusals.extend(ask.sources());
        refusals.extend(ask.destination());
        refusals.extend(ask.kinds(rendered, schemas));
        refusals.extend(ask.namespaces(rendered, schemas));
    }
    for (name, deployers) in missing {
        let near = suggest::nearest(name, names.iter().copied());
        if near.is_some() || !is_kept_elsewhere {
            problems.extend(unknown(name, &deployers, near));
        }
    }
    problems.extend(told_once(refusals));
    problems
}

/// Whether another place than this repository seems to hold the projects: of those that are named,
/// it defines the lesser part.
fn are_kept_elsewhere(known: &Known<'_>, defined: &BTreeSet<&str>) -> bool {
    let applications = known.applications.iter();
    let named: BTreeSet<&str> = applications
        .map(|deployer| deployer.application.project_name())
        .filter(|name| *name != DEFAULT && !is_open(name))
        .collect();
    let missing = named.difference(defined).count();
    missing >= MANY && missing > named.len() - missing
}

/// Whether projects may be among what is not rendered: a chart, another repository or a part of a
/// kustomization that stands in another place and goes to a namespace of Argo CD.
fn may_be_made_by_others(rendered: &[Rendered], known: &Known<'_>) -> bool {
    let homes = homes(rendered);
    let mut applications = known.applications.iter();
    let mut kustomizations = applied(rendered);
    applications.any(|own| brings_unknown(own, &homes))
        || kustomizations.any(|(_, own)| lacks_a_part(own, &homes))
}

/// The namespaces that the projects of the repository are in, and those that Argo CD has by itself.
fn homes(rendered: &[Rendered]) -> BTreeSet<&str> {
    let mut homes = BTreeSet::from(["argocd", "openshift-gitops"]);
    for (_, target) in applied(rendered) {
        let objects = target.objects.iter();
        let projects = objects.filter(|own| &*own.id.gvk.kind == "AppProject");
        homes.extend(projects.map(|own| &*own.id.namespace));
    }
    homes.remove("");
    homes
}

/// Whether an Application deploys to one of these namespaces what is not here.
fn brings_unknown(deployer: &Deployer<'_>, homes: &BTreeSet<&str>) -> bool {
    let application = &deployer.application;
    let namespace = application.destination.namespace.as_ref();
    if !namespace.is_some_and(|name| homes.contains(name.as_str())) {
        return false;
    }
    let sources = application.sources.iter();
    let wanted = sources.filter(|source| !source.is_reference_only());
    let is_own = |text: &Option<Text>| text.as_ref().is_some_and(|text| is_argo_cd(text.as_str()));
    let is_argo_cd = wanted
        .clone()
        .all(|source| is_own(&source.chart) || is_own(&source.repo_url));
    deployer.targets.len() < wanted.count() && !is_argo_cd
}

/// Whether a part of a kustomization stands in another place that speaks of Argo CD, or the
/// kustomization is for one of these namespaces.
fn lacks_a_part(target: &Rendered, homes: &BTreeSet<&str>) -> bool {
    let faults = target.faults.iter();
    let remote = faults.filter(|fault| fault.kind == FaultKind::Remote);
    let mut remote = remote
        .filter(|fault| !is_argo_cd(&fault.message))
        .peekable();
    if remote.peek().is_none() {
        return false;
    }
    let namespace = target.spec.namespace.as_ref();
    let mut objects = target.objects.iter();
    namespace.is_some_and(|word| homes.contains(&*word.text))
        || objects.any(|own| homes.contains(&*own.id.namespace))
        || remote.any(|fault| fault.message.contains("argocd"))
}

/// Whether a text names what Argo CD's own authors publish: programs, which bring no projects.
fn is_argo_cd(text: &str) -> bool {
    let mut words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '-');
    words.any(|word| PROGRAMS.contains(&word))
}

/// A project that is missing, at the first of the Applications that name it.
fn unknown(name: &str, deployers: &[&Deployer<'_>], near: Option<&str>) -> Option<Problem> {
    let (first, others) = deployers.split_first()?;
    let named_by = match others.len() {
        0 => String::new(),
        more => format!(", which {} Applications name", more + 1),
    };
    let message = format!("there is no AppProject `{name}` in this repository{named_by}");
    let problem = Problem {
        help: near.map(|near| format!("did you mean `{near}`?")),
        ..Problem::new(&UNKNOWN_PROJECT, message)
    };
    let place = |deployer: &Deployer<'_>| {
        let project = deployer.application.project.as_ref()?;
        Some(project.place()?.locate())
    };
    let mut problem = first.tell(problem, place(first));
    for other in others.iter().take(RELATED) {
        if let Some(place) = place(other) {
            problem = problem.related(format!("`{}` names it, too", other.name()), place);
        }
    }
    let targets: BTreeSet<usize> = deployers.iter().map(|deployer| deployer.at).collect();
    Some(problem.affecting(targets))
}

/// What a project refuses an Application.
struct Refusal<'a> {
    problem: Problem,
    deployer: &'a Deployer<'a>,
}

/// Of refusals that say the same at one place, one that names the Applications. A single one is
/// named where its own document is not what the problem points at.
fn told_once(refusals: Vec<Refusal<'_>>) -> Vec<Problem> {
    let mut groups: Vec<(Problem, Vec<&Deployer<'_>>)> = Vec::new();
    let mut known: FxHashMap<Said, usize> = FxHashMap::default();
    for Refusal { problem, deployer } in refusals {
        let place = problem.place();
        let place = place.map(|place| (place.path().to_string(), place.span.start));
        let said = (problem.message.clone(), place);
        let at = *known.entry(said).or_insert(groups.len());
        match groups.get_mut(at) {
            Some((_, deployers)) => deployers.push(deployer),
            None => groups.push((problem, vec![deployer])),
        }
    }
    groups.into_iter().map(of_applications).collect()
}

/// A message, and the place that it is told at.
type Said = (String, Option<(String, u32)>);

fn of_applications((problem, deployers): (Problem, Vec<&Deployer<'_>>)) -> Problem {
    let names: BTreeSet<&str> = deployers.iter().map(|deployer| deployer.name()).collect();
    let targets: BTreeSet<usize> = deployers.iter().map(|deployer| deployer.at).collect();
    let problem = problem.affecting(targets);
    let is_single = names.len() == 1;
    if is_single && deployers.iter().all(|own| is_written_at(own, &problem)) {
        return problem;
    }
    let subject = match is_single {
        true => "Application",
        false => "Applications",
    };
    Problem {
        message: format!("{subject} {}: {}", named(&names), problem.message),
        ..problem
    }
}

/// Whether an Application is written in the file that a problem points at, not generated there.
fn is_written_at(deployer: &Deployer<'_>, problem: &Problem) -> bool {
    let kind = deployer.object.node.view().get("kind");
    let kind = kind.and_then(View::origin).map(|kind| kind.locate());
    let (Some(kind), Some(place)) = (kind, problem.place()) else {
        return false;
    };
    let text = kind.file.tree.text();
    let text = text.get(kind.span.start as usize..kind.span.end as usize);
    // A set's template has no kind: that of what it generates stands for the set as a whole.
    let is_own = text.is_some_and(|text| text.trim_matches(['"', '\'']) == "Application");
    is_own && kind.path() == place.path()
}

/// An Application, and the projects that its own may be: where several have its name, each
/// stands in a cluster of its own.
struct Ask<'a, 'p> {
    deployer: &'a Deployer<'a>,
    projects: &'p [Project],
    name: &'p str,
}

impl<'a> Ask<'a, '_> {
    /// Whether all of them refuse something; then the pattern that forbids it, if one does.
    fn refused(&self, ask: &dyn Fn(&Project) -> Permission) -> Option<Option<manifest::Src>> {
        let answers: Vec<Permission> = self.projects.iter().map(ask).collect();
        if !answers.iter().all(Permission::is_refused) {
            return None;
        }
        let by = answers.into_iter().find_map(|answer| match answer {
            Permission::Forbidden(by) => by,
            _ => None,
        });
        Some(by)
    }

    fn problem(&self, what: &str, by: Option<manifest::Src>, field: &str) -> Problem {
        let message = format!("the project `{}` does not permit {what}", self.name);
        let problem = Problem::new(&PROJECT_FORBIDS, message).help(format!(
            "add it to `{field}` of the project, or use another project"
        ));
        let spec = self.projects.first().map(|project| project.spec.view());
        let list = spec.and_then(|spec| spec.entry(field)?.key.origin());
        match (by, list) {
            (Some(by), _) => problem.related("forbidden here", by.locate()),
            (None, Some(list)) => problem.related("what it permits", list.locate()),
            (None, None) => problem,
        }
    }

    /// A refusal at one of the Application's fields, or else at its name.
    fn refusal(&self, problem: Problem, place: Option<manifest::Src>) -> Refusal<'a> {
        let place = place.map(|place| place.locate());
        Refusal {
            problem: self.deployer.tell(problem, place),
            deployer: self.deployer,
        }
    }

    fn sources(&self) -> Vec<Refusal<'a>> {
        let sources = self.deployer.application.sources.iter();
        let urls = sources.filter_map(|source| source.repo_url.as_ref());
        let mut told = BTreeSet::new();
        let mut problems = Vec::new();
        for url in urls.filter(|url| !is_open(url.as_str())) {
            let refused = self.refused(&|project| project.permits_source(url.as_str()));
            if let Some(by) = refused
                && told.insert(url.as_str())
            {
                let what = format!("the repository `{}`", redacted(url.as_str()));
                let problem = self.problem(&what, by, "sourceRepos");
                problems.push(self.refusal(problem, url.place()));
            }
        }
        problems
    }

    fn target<'t>(&'t self, namespace: &'t str) -> Target<'t> {
        let destination = &self.deployer.application.destination;
        Target {
            server: destination.server_address(),
            name: destination.name.as_ref().map(|name| name.as_str()),
            namespace,
        }
    }

    fn is_destination_open(&self) -> bool {
        let destination = &self.deployer.application.destination;
        let fields = [
            &destination.server,
            &destination.name,
            &destination.namespace,
        ];
        let mut given = fields.into_iter().flatten();
        given.any(|text| is_open(text.as_str()))
    }

    fn destination(&self) -> Option<Refusal<'a>> {
        let destination = &self.deployer.application.destination;
        let namespace = destination.namespace.as_ref();
        let is_given = destination.server.is_some() || destination.name.is_some();
        if self.is_destination_open() || !is_given {
            return None;
        }
        let name = namespace.map_or("", |name| name.as_str());
        let by = self.refused(&|project| project.permits_destination(self.target(name)))?;
        let cluster = destination.name.as_ref().or(destination.server.as_ref());
        let cluster = cluster.map_or("", |text| text.as_str());
        let what = match name {
            "" => format!("the cluster `{cluster}`"),
            name => format!("the namespace `{name}` of `{cluster}`"),
        };
        let problem = self.problem(&what, by, "destinations");
        let place = namespace
            .or(destination.name.as_ref())
            .or(destination.server.as_ref());
        let place = place.and_then(|text| text.place());
        Some(self.refusal(problem, place))
    }

    /// The kinds of objects that are not permitted.
    fn kinds(&self, rendered: &[Rendered], schemas: &Schemas) -> Vec<Refusal<'a>> {
        let mut refused = [BTreeSet::new(), BTreeSet::new()];
        let mut forbidden = [None, None];
        for object in self.objects(rendered) {
            let id = &object.id;
            let Some(is_namespaced) = schemas.is_namespaced(object) else {
                continue;
            };
            let (group, kind, name) = (&*id.gvk.group, &*id.gvk.kind, &*id.name);
            let asked = |project: &Project| project.permits_kind(group, kind, name, is_namespaced);
            if let Some(by) = self.refused(&asked) {
                let at = usize::from(is_namespaced);
                refused[at].insert(kind);
                forbidden[at] = forbidden[at].take().or(by);
            }
        }
        let fields = ["clusterResourceWhitelist", "namespaceResourceWhitelist"];
        let all = refused.into_iter().zip(forbidden).zip(fields);
        let told = all.filter(|((kinds, _), _)| !kinds.is_empty());
        told.map(|((kinds, by), field)| {
            let problem = self.problem(&named(&kinds), by, field);
            let project = self.deployer.application.project.as_ref();
            let place = project.and_then(|project| project.place());
            self.refusal(problem, place)
        })
        .collect()
    }

    /// Namespaces other than the destination's that objects name and that are not permitted.
    fn namespaces(&self, rendered: &[Rendered], schemas: &Schemas) -> Option<Refusal<'a>> {
        let destination = &self.deployer.application.destination;
        let own = destination
            .namespace
            .as_ref()
            .map_or("", |name| name.as_str());
        if self.is_destination_open() {
            return None;
        }
        let mut refused = BTreeSet::new();
        let mut first = None;
        for object in self.objects(rendered) {
            let name = &*object.id.namespace;
            let is_other = !name.is_empty() && name != own && !is_open(name);
            if !is_other || schemas.is_namespaced(object) != Some(true) {
                continue;
            }
            let asked = |project: &Project| project.permits_destination(self.target(name));
            if self.refused(&asked).is_some() {
                refused.insert(name);
                let namespace = object.node.view().get_path(&["metadata", "namespace"]);
                first = first.or_else(|| Some(namespace?.origin()?.locate()));
            }
        }
        if refused.is_empty() {
            return None;
        }
        let namespaces = match refused.len() {
            1 => "namespace",
            _ => "namespaces",
        };
        let names = named(&refused);
        let what = format!("the {namespaces} {names}, which its objects name");
        let problem = self.problem(&what, None, "destinations");
        let problem = match first {
            Some(place) => problem.related("an object names it here", place),
            None => problem,
        };
        let project = self.deployer.application.project.as_ref();
        let place = project.and_then(|project| project.place());
        Some(self.refusal(problem, place))
    }

    fn objects<'r>(&self, rendered: &'r [Rendered]) -> impl Iterator<Item = &'r manifest::Object> {
        let targets = self.deployer.targets.clone().into_iter();
        targets.flat_map(|at| &rendered[at].objects)
    }
}

/// An address without what may be a password.
fn redacted(url: &str) -> String {
    match url.split_once("://") {
        Some((scheme, rest)) => match rest.split_once('/') {
            Some((host, path)) => {
                let host = host.rsplit('@').next().unwrap_or(host);
                format!("{scheme}://{host}/{path}")
            }
            None => url.to_owned(),
        },
        None => url.to_owned(),
    }
}
