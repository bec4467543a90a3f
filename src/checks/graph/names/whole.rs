//! Where something may be applied that is not known here.

use manifest::{Object, View};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::checks::worlds::World;
use crate::deploy::Asking;
use crate::render::Rendered;

/// The namespaces to which others apply something, too.
#[derive(Default)]
pub(in crate::checks::graph) struct Open<'a> {
    others: Spaces<'a>,
    /// To which this repository applies something that could not be rendered.
    unrendered: Spaces<'a>,
}

/// Some of the namespaces.
#[derive(Default)]
struct Spaces<'a> {
    is_all: bool,
    names: FxHashSet<&'a str>,
}

/// What Applications and Flux' objects had rendered of the repository.
pub(in crate::checks::graph) struct Followed<'a> {
    /// How many targets an Application has, by its namespace and name.
    applications: FxHashMap<(&'a str, &'a str), usize>,
    /// The folders of targets.
    folders: FxHashSet<&'a str>,
}

impl<'a> Followed<'a> {
    pub(in crate::checks::graph) fn of(rendered: &'a [Rendered]) -> Self {
        let mut applications: FxHashMap<(&str, &str), usize> = FxHashMap::default();
        for deployer in rendered.iter().filter_map(|own| own.spec.deployer.as_ref()) {
            let id = &deployer.id;
            *applications.entry((&id.namespace, &id.name)).or_default() += 1;
        }
        Self {
            applications,
            folders: rendered.iter().map(|own| own.spec.path.as_str()).collect(),
        }
    }
}

impl<'a> Spaces<'a> {
    fn has(&self, namespace: &str) -> bool {
        self.is_all || self.names.contains(namespace)
    }

    /// Adds one; all of them, if it is not known which.
    fn add(&mut self, namespace: Option<&'a str>) {
        match namespace.filter(|name| !super::is_open(name) && !name.is_empty()) {
            Some(name) => drop(self.names.insert(name)),
            None => self.is_all = true,
        }
    }
}

impl<'a> Open<'a> {
    pub(in crate::checks::graph) fn of(
        rendered: &'a [Rendered],
        world: &World,
        followed: &Followed<'_>,
    ) -> Self {
        let mut open = Self::default();
        for own in world.all().map(|at| &rendered[at]) {
            if !own.is_rendered() {
                let namespace = own.spec.namespace.as_ref();
                open.unrendered.add(namespace.map(|word| &*word.text));
            }
            for application in &own.applications {
                open.application(application, followed);
            }
            for object in &own.objects {
                open.read(own, object, followed);
            }
        }
        open
    }

    /// Whether others may apply something to a namespace.
    pub(in crate::checks::graph) fn is_open(&self, namespace: &str) -> bool {
        namespace.is_empty() || self.others.has(namespace)
    }

    /// Whether this repository may apply something to a namespace that could not be rendered;
    /// without one, to the cluster.
    pub(in crate::checks::graph) fn is_unrendered(&self, namespace: &str) -> bool {
        match namespace {
            "" => self.unrendered.is_all || !self.unrendered.names.is_empty(),
            name => self.unrendered.has(name),
        }
    }

    fn read(&mut self, own: &'a Rendered, object: &'a Object, followed: &Followed<'_>) {
        let id = &object.id;
        let view = object.node.view();
        let default = own.spec.namespace.as_ref().map_or("", |word| &*word.text);
        let beside = match &*id.namespace {
            "" => default,
            own => own,
        };
        let text = |path: &[&str]| view.get_path(path).map(View::text);
        match (&*id.gvk.group, &*id.gvk.kind) {
            ("helm.toolkit.fluxcd.io", "HelmRelease") => {
                let charts = own.charts_elsewhere.iter().map(|chart| &chart.release);
                let mut taken = charts.chain(own.sourced.iter().map(|one| &one.name));
                if taken.any(|name| **name == *id.name) {
                    self.others
                        .add(text(&["spec", "targetNamespace"]).or(Some(beside)));
                }
            }
            ("helm.cattle.io", "HelmChart") => {
                self.others
                    .add(text(&["spec", "targetNamespace"]).or(Some(beside)));
            }
            ("kustomize.toolkit.fluxcd.io", "Kustomization") => {
                let path = text(&["spec", "path"]).unwrap_or_default();
                let path = path.trim_start_matches("./").trim_matches('/');
                if !followed.folders.contains(path) {
                    self.others.add(text(&["spec", "targetNamespace"]));
                }
            }
            // What an operator brings with it.
            ("operators.coreos.com", _) => self.others.add(Some(beside)),
            _ => {}
        }
    }

    fn application(&mut self, asking: &'a Asking, followed: &Followed<'_>) {
        let sources = asking.application().sources.iter();
        let wanted = sources.filter(|own| !own.is_reference_only()).count();
        let object = &asking.object;
        let id = &object.id;
        let targets = followed.applications.get(&(&*id.namespace, &*id.name));
        if targets.is_none_or(|targets| *targets < wanted) {
            let namespace = object
                .node
                .view()
                .get_path(&["spec", "destination", "namespace"]);
            self.others.add(namespace.map(View::text));
        }
    }
}
