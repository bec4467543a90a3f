//! From targets to objects.

mod charts;
mod committed;
mod deeds;
mod fallback;
mod files_read;
mod graph;
mod inflate;
mod named;
mod outputs;
mod over;
mod print;

#[cfg(test)]
mod tests;
mod turns;

use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};
use kustomize::Effects;
use manifest::{Budget, Fault, Node, Object, Reads, Snapshot, Total};

use crate::deploy::{Asking, MissingChart, Sourced, TargetSpec, ValuesFrom};
use crate::problem::Problem;

pub use charts::ChartRenderer;
pub use committed::traced_back;
pub use deeds::Deeds;
pub use fallback::render_kustomizations;
pub use files_read::FilesRead;
pub use graph::{Graph, Outcome, Rendering};
pub use named::{menus, named_files};
pub use outputs::Outputs;
pub use print::{
    ChartRequest, is_chart, objects, objects_applied, objects_of, print_applied, print_chart,
    print_rendered, render_chart,
};
pub(crate) use turns::in_turn;

/// A target and what came of it.
#[derive(Clone, Debug)]
pub struct Rendered {
    /// The target.
    pub spec: TargetSpec,
    /// Its objects; none if it could not be rendered, and those that stand here if others stand
    /// in another place.
    pub objects: Vec<Object>,
    /// Why it could not be rendered, or only in part: its own faults, or those of what it builds
    /// on.
    pub faults: Vec<Fault>,
    /// The base without which it could not be rendered.
    pub blocked_by: Option<Utf8PathBuf>,
    /// What is wrong with what its objects ask to be deployed.
    pub unmet: Vec<Problem>,
    /// The charts that its objects ask for and that stand in another place.
    pub charts_elsewhere: Vec<MissingChart>,
    /// What these are given.
    pub values_elsewhere: Vec<ValuesFrom>,
    /// What Flux takes from other sources, as its objects ask for it.
    pub sourced: Vec<Sourced>,
    /// The Applications that its objects are or generate.
    pub applications: Vec<Asking>,
    /// The variables that Flux replaces by nothing.
    pub unset: Vec<flux::Unset>,
    /// Of a chart, all that Helm's templates gave.
    pub chart: Option<Arc<helm::Rendered>>,
    /// What rendering it asked of the snapshot: its own part, and those that it shares.
    pub reads: Vec<Arc<Reads>>,
    /// What was read on the way to the object that asks for it, and to see what it asks for.
    pub asked: Vec<Arc<Reads>>,
}

impl Rendered {
    /// Nothing yet.
    fn new(spec: TargetSpec) -> Self {
        Self {
            spec,
            objects: Vec::new(),
            faults: Vec::new(),
            blocked_by: None,
            unmet: Vec::new(),
            charts_elsewhere: Vec::new(),
            sourced: Vec::new(),
            values_elsewhere: Vec::new(),
            applications: Vec::new(),
            unset: Vec::new(),
            chart: None,
            reads: Vec::new(),
            asked: Vec::new(),
        }
    }

    /// What could not be rendered.
    pub(crate) fn failed(spec: TargetSpec, fault: Fault) -> Self {
        Self {
            faults: vec![fault],
            ..Self::new(spec)
        }
    }

    /// A target for which nothing is left of what a run may take.
    pub(crate) fn too_much(spec: TargetSpec) -> Self {
        let mut fault = Total::fault();
        fault.at = spec.by.clone();
        Self::failed(spec, fault)
    }

    /// What came of a kustomization.
    pub(crate) fn of_outcome(spec: TargetSpec, outcome: Outcome, reads: Vec<Arc<Reads>>) -> Self {
        let mut rendered = Self {
            reads,
            ..Self::new(spec)
        };
        match outcome {
            Outcome::Objects(objects) => rendered.objects = objects,
            Outcome::Partial(objects, faults) => {
                rendered.objects = objects;
                rendered.faults = faults;
            }
            Outcome::Failed(faults) => rendered.faults = faults,
            Outcome::Blocked(base, faults) => {
                rendered.blocked_by = Some(base);
                rendered.faults = faults;
            }
        }
        rendered
    }

    /// What comes of a kustomization with what who deploys it makes of it first, and what its
    /// directives do then.
    pub(crate) fn of_edited(
        graph: &Graph,
        snapshot: &dyn Snapshot,
        spec: TargetSpec,
        options: kustomize::Options,
        budget: &Budget,
    ) -> (Self, Option<Arc<Effects>>) {
        let mut reads = graph.reads(&spec.path);
        let edit = |document: &Node| match &spec.overrides {
            Some(overrides) => overrides.edit(document, snapshot, &spec.path),
            None => Ok(document.clone()),
        };
        let edited = graph.render_edited(snapshot, &spec.path, &edit, options, budget);
        reads.push(edited.reads);
        let own = Self::of_outcome(spec, edited.outcome, reads);
        (own, edited.effects)
    }

    /// What came of a folder without a kustomization.
    pub(crate) fn of_folder(
        graph: &Graph,
        snapshot: &dyn Snapshot,
        spec: TargetSpec,
        options: kustomize::Options,
        budget: &Budget,
    ) -> Self {
        let Some(overrides) = spec.overrides.clone().filter(|own| own.edits()) else {
            return Self::of_manifests(spec);
        };
        let files = spec.files().iter();
        let nodes = files.flat_map(|file| &file.objects).cloned().collect();
        let edit = |document: &Node| overrides.edit(document, snapshot, &spec.path);
        let (outcome, own) = graph.render_around(snapshot, &spec, nodes, &edit, options, budget);
        let taken_up = spec.takes_up.iter().flat_map(|base| graph.reads(base));
        let reads = taken_up.chain([own]).collect();
        Self::of_outcome(spec, outcome, reads)
    }

    /// The objects as who deploys them makes them at last.
    pub(crate) fn finished(mut self) -> Self {
        let Some(overrides) = self.spec.overrides.clone() else {
            return self;
        };
        self.unset = overrides.unset(&self.objects);
        match overrides.finish(std::mem::take(&mut self.objects)) {
            Ok(objects) => self.objects = objects,
            Err(faults) => self.faults.extend(faults),
        }
        self
    }

    /// Manifests are applied as they stand.
    pub fn of_manifests(spec: TargetSpec) -> Self {
        let objects = spec
            .files()
            .iter()
            .flat_map(|file| &file.objects)
            .map(|node| Object::of(node.clone()))
            .collect();
        Self {
            objects,
            ..Self::new(spec)
        }
    }

    /// The files whose content it was made from.
    pub fn files(&self) -> impl Iterator<Item = &Utf8Path> {
        let own = self.spec.files().iter().map(|file| file.source.path());
        own.chain(self.reads.iter().flat_map(|reads| reads.files()))
    }

    /// Whether some objects are known, if not all.
    pub fn is_rendered_in_part(&self) -> bool {
        self.is_rendered() || !self.objects.is_empty()
    }

    /// Whether all objects are known.
    pub fn is_rendered(&self) -> bool {
        self.faults.is_empty()
    }
}

/// Whether a folder holds a kustomization.
pub fn is_kustomization(snapshot: &dyn Snapshot, folder: &Utf8Path) -> bool {
    ["kustomization.yaml", "kustomization.yml", "Kustomization"]
        .iter()
        .any(|name| snapshot.kept(&folder.join(name)) == manifest::Kept::File)
}
