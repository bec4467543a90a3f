//! The Applications of a repository, and what each deploys.

use argocd::{Application, GlobalProject, Project};
use manifest::{Dialect, Location, Object, View};
use rustc_hash::FxHashMap;

use crate::problem::Problem;
use crate::render::Rendered;

/// The Applications and projects of all targets.
pub(crate) struct Known<'a> {
    pub(crate) applications: Vec<Deployer<'a>>,
    pub(crate) projects: Vec<(usize, Project)>,
    /// Which projects inherit from others, as Argo CD's settings have it; none if no settings are
    /// known.
    globals: Option<Vec<GlobalProject>>,
}

/// An Application.
pub(crate) struct Deployer<'a> {
    /// The target that brings it.
    pub(crate) at: usize,
    pub(crate) object: &'a Object,
    pub(crate) application: &'a Application,
    /// What it deploys of the repository.
    pub(crate) targets: Vec<usize>,
}

/// Where an object is written, and its name.
type Key = (String, u32, String);

impl<'a> Known<'a> {
    pub(crate) fn of(rendered: &'a [Rendered]) -> Self {
        let mut by_key: FxHashMap<Key, usize> = FxHashMap::default();
        let mut known = Self {
            applications: Vec::new(),
            projects: Vec::new(),
            globals: globals(rendered),
        };
        for (at, target) in applied(rendered) {
            let applications = target.applications.iter();
            for asking in applications.filter(|_| !target.spec.is_example) {
                let object = &*asking.object;
                let place = by_key
                    .entry(key(object))
                    .or_insert(known.applications.len());
                if *place == known.applications.len() {
                    let application = asking.application();
                    known.applications.push(Deployer {
                        at,
                        object,
                        application,
                        targets: Vec::new(),
                    });
                }
            }
            let projects = target.objects.iter().filter(|object| {
                &*object.id.gvk.group == "argoproj.io" && &*object.id.gvk.kind == "AppProject"
            });
            let read = projects.map(|object| Project::read(&object.node, Dialect::Kubectl).0);
            known.projects.extend(read.map(|project| (at, project)));
        }
        for (at, target) in applied(rendered) {
            if let Some(deployer) = &target.spec.deployer
                && let Some(owner) = by_key.get(&key(deployer))
                && let Some(owner) = known.applications.get_mut(*owner)
            {
                owner.targets.push(at);
            }
        }
        known
    }

    /// A project with what it inherits from others; none if that is not known.
    pub(crate) fn with_inherited(&self, project: &Project) -> Option<Project> {
        let mut whole = project.clone();
        let Some(globals) = &self.globals else {
            // Those that inherit are found by their labels.
            return project.labels.is_empty().then_some(whole);
        };
        let others = globals.iter().filter(|own| own.is_inherited_by(project));
        for other in others {
            let mut named = self.projects(&other.name).peekable();
            named.peek()?;
            named.for_each(|other| whole.inherit(other));
        }
        Some(whole)
    }

    /// The projects of a name.
    pub(crate) fn projects(&self, name: &str) -> impl Iterator<Item = &Project> {
        let all = self.projects.iter().map(|(_, project)| project);
        all.filter(move |project| {
            project
                .name
                .as_ref()
                .is_some_and(|own| own.as_str() == name)
        })
    }
}

impl Deployer<'_> {
    pub(crate) fn name(&self) -> &str {
        &self.object.id.name
    }

    /// Whether all that it deploys is known. What values that nobody gives make of a chart is not.
    pub(crate) fn is_whole(&self, rendered: &[Rendered]) -> bool {
        let sources = self.application.sources.iter();
        let wanted = sources.filter(|source| !source.is_reference_only()).count();
        let is_rendered = |at: &usize| {
            let target = &rendered[*at];
            let lacks_charts = target.chart.as_ref().is_some_and(|own| own.lacks_charts);
            let is_known = target.unmet.is_empty() && !lacks_charts;
            target.is_rendered() && is_known && !target.spec.is_supposed
        };
        let is_supposed = rendered[self.at].spec.is_supposed;
        !is_supposed
            && wanted > 0
            && wanted == self.targets.len()
            && self.targets.iter().all(is_rendered)
    }

    /// A problem with it, at one of its fields, or else at its name.
    pub(crate) fn tell(&self, problem: Problem, at: Option<Location>) -> Problem {
        let problem = problem.affecting([self.at]);
        let name = self.object.node.view().get_path(&["metadata", "name"]);
        let name = || name.and_then(View::origin).map(|place| place.locate());
        match at.or_else(name) {
            Some(place) => problem.at(place),
            None => problem,
        }
    }
}

/// The targets that are applied, with their indices.
pub(crate) fn applied(rendered: &[Rendered]) -> impl Iterator<Item = (usize, &Rendered)> {
    let targets = rendered.iter().enumerate();
    targets.filter(|(_, target)| target.spec.is_applied())
}

/// The projects that others inherit from, where Argo CD's settings are among the objects.
fn globals(rendered: &[Rendered]) -> Option<Vec<GlobalProject>> {
    let objects = applied(rendered).flat_map(|(_, target)| &target.objects);
    let mut found: Option<Vec<GlobalProject>> = None;
    for object in objects {
        let view = object.node.view();
        let setting = match (&*object.id.gvk.kind, &*object.id.name) {
            ("ConfigMap", "argocd-cm") => view.get_path(&["data", "globalProjects"]),
            ("ArgoCD", _) => view.get_path(&["spec", "extraConfig", "globalProjects"]),
            _ => continue,
        };
        let all = setting.and_then(GlobalProject::read_all);
        found
            .get_or_insert_default()
            .extend(all.unwrap_or_default());
    }
    found
}

/// Whether a text is filled in later.
pub(crate) fn is_open(text: &str) -> bool {
    text.contains(['{', '$', '<'])
}

fn key(object: &Object) -> Key {
    let place = object.node.view().get("metadata").and_then(View::origin);
    let place = place.map(|place| place.locate());
    let name = format!("{}/{}", object.id.namespace, object.id.name);
    match place {
        Some(place) => (place.path().to_string(), place.span.start, name),
        None => (String::new(), 0, name),
    }
}
