//! The Applications of a repository, and what each deploys.

use argocd::{Application, Project};
use manifest::{Dialect, Location, Object, View};
use rustc_hash::FxHashMap;

use crate::problem::Problem;
use crate::render::Rendered;

/// The Applications and projects of all targets.
pub(super) struct Known<'a> {
    pub(super) applications: Vec<Deployer<'a>>,
    pub(super) projects: Vec<(usize, Project)>,
    /// Whether Argo CD's settings are known, and let no project inherit from another.
    has_plain_projects: bool,
}

/// An Application.
pub(super) struct Deployer<'a> {
    /// The target that brings it.
    pub(super) at: usize,
    pub(super) object: &'a Object,
    pub(super) application: Application,
    /// What it deploys of the repository.
    pub(super) targets: Vec<usize>,
}

/// Where an object is written, and its name.
type Key = (String, u32, String);

impl<'a> Known<'a> {
    pub(super) fn of(rendered: &'a [Rendered]) -> Self {
        let mut by_key: FxHashMap<Key, usize> = FxHashMap::default();
        let mut known = Self {
            applications: Vec::new(),
            projects: Vec::new(),
            has_plain_projects: has_plain_projects(rendered),
        };
        for (at, target) in applied(rendered) {
            let applications = target.applications.iter();
            let applications = applications.map(|own| &*own.object);
            for object in applications.filter(|_| !target.spec.is_example()) {
                let place = by_key
                    .entry(key(object))
                    .or_insert(known.applications.len());
                if *place == known.applications.len() {
                    let (application, _) = Application::read(&object.node, Dialect::Kubectl);
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

    /// Whether a project may inherit what it permits from another one: such projects are found
    /// by their labels.
    pub(super) fn may_inherit(&self, project: &Project) -> bool {
        project.has_labels && !self.has_plain_projects
    }

    /// The projects of a name.
    pub(super) fn projects(&self, name: &str) -> impl Iterator<Item = &Project> {
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
    pub(super) fn name(&self) -> &str {
        &self.object.id.name
    }

    /// Whether all that it deploys is known.
    pub(super) fn is_whole(&self, rendered: &[Rendered]) -> bool {
        let sources = self.application.sources.iter();
        let wanted = sources.filter(|source| !source.is_reference_only()).count();
        let is_rendered = |at: &usize| {
            let target = &rendered[*at];
            target.is_rendered() && target.unmet.is_empty()
        };
        wanted > 0 && wanted == self.targets.len() && self.targets.iter().all(is_rendered)
    }

    /// A problem with it, at one of its fields, or else at its name.
    pub(super) fn tell(&self, problem: Problem, at: Option<Location>) -> Problem {
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
pub(super) fn applied(rendered: &[Rendered]) -> impl Iterator<Item = (usize, &Rendered)> {
    let targets = rendered.iter().enumerate();
    targets.filter(|(_, target)| target.spec.is_applied())
}

fn has_plain_projects(rendered: &[Rendered]) -> bool {
    let objects = applied(rendered).flat_map(|(_, target)| &target.objects);
    let mut settings = objects.filter_map(|object| {
        let view = object.node.view();
        match (&*object.id.gvk.kind, &*object.id.name) {
            ("ConfigMap", "argocd-cm") => {
                Some(view.get_path(&["data", "globalProjects"]).is_some())
            }
            ("ArgoCD", _) => {
                let own = view.get_path(&["spec", "extraConfig", "globalProjects"]);
                Some(own.is_some())
            }
            _ => None,
        }
    });
    let mut is_known = false;
    let inherits = settings.any(|inherits| {
        is_known = true;
        inherits
    });
    is_known && !inherits
}

/// Whether a text is filled in later.
pub(super) fn is_open(text: &str) -> bool {
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
