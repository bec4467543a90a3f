//! One Application out of a template and one set of parameters.

use std::sync::Arc;

use manifest::{Dialect, Entry, Fault, Item, Map, Node, Seq, Source, Src, Step, View};

use super::GeneratedApplication;
use super::engine::Missing;
use super::generator::{Run, Stop};
use super::params::Params;
use super::patch;
use super::printed::printed_source;
use crate::document::first_document;
use crate::shape::{APPLICATION, Reader, Shape, TEMPLATE, is_empty, trim};

/// What makes Argo CD delete an Application's objects with it.
const FINALIZER: &str = "resources-finalizer.argocd.argoproj.io";

/// Makes the Applications of one ApplicationSet.
pub(super) struct Maker<'s> {
    namespace: Option<View<'s>>,
    patch: Option<View<'s>>,
    /// Whether objects outlive their Application.
    preserves: bool,
    /// What stands in the place of what no template writes.
    place: Option<Src>,
}

impl<'s> Maker<'s> {
    pub(super) fn new(set: View<'s>, spec: View<'s>) -> Self {
        let preserves = spec.get_path(&["syncPolicy", "preserveResourcesOnDeletion"]);
        Self {
            namespace: set.get_path(&["metadata", "namespace"]),
            patch: spec.get("templatePatch"),
            preserves: preserves.is_some_and(|flag| flag.text() == "true"),
            place: spec.entry("template").and_then(|entry| entry.key.origin()),
        }
    }

    pub(super) fn make(
        &self,
        run: &mut Run<'_>,
        template: Option<&Node>,
        params: Params,
    ) -> Result<GeneratedApplication, Stop> {
        let nothing = Node::Map(Arc::default());
        let template = template.unwrap_or(&nothing);
        let has_params = !params.map.is_empty();
        let rendered = match has_params {
            true => run.render(template, &TEMPLATE, &params)?,
            false => template.clone(),
        };
        let mut node = self.object(&rendered);
        if has_params && !self.preserves {
            self.add_finalizer(&mut node);
        }
        if let Some(patch) = self.patch {
            node = self.patched(run, node, patch, &params)?;
        }
        self.set_namespace(&mut node);
        trim(&mut node, &APPLICATION);
        Ok(GeneratedApplication {
            node,
            from: params.from,
        })
    }

    fn step(&self, name: &'static str) -> Step {
        Step {
            name,
            by: self.place.clone(),
        }
    }

    /// An Application with a template's fields.
    fn object(&self, template: &Node) -> Node {
        let step = self.step("template");
        let text = |text: &str| Node::text(text, step.clone());
        let view = template.view();
        let mut entries = vec![
            Entry::new(text("apiVersion"), text("argoproj.io/v1alpha1")),
            Entry::new(text("kind"), text("Application")),
        ];
        for key in ["metadata", "spec"] {
            entries.push(match view.entry(key) {
                Some(entry) => Entry::new(entry.key.to_node(), entry.value.to_node()),
                None => Entry::new(text(key), Node::Map(Arc::default())),
            });
        }
        let place = view.origin();
        Node::Map(Arc::new(Map { place, entries }))
    }

    fn add_finalizer(&self, node: &mut Node) {
        let finalizers = node.view().get_path(&["metadata", "finalizers"]);
        if !finalizers.is_none_or(is_empty) {
            return;
        }
        let step = self.step("finalizers");
        let item = Item::new(Node::text(FINALIZER, step.clone()));
        let seq = Seq {
            place: None,
            items: vec![item],
        };
        if let Some(metadata) = metadata(node) {
            let key = Node::text("finalizers", step.clone());
            metadata.set(key, Node::Seq(Arc::new(seq)), step);
        }
    }

    /// An Application lives where its ApplicationSet does.
    fn set_namespace(&self, node: &mut Node) {
        let step = self.step("namespace");
        let before = node.view().get_path(&["metadata", "namespace"]);
        let before = before.map_or("", View::text).to_owned();
        let Some(metadata) = metadata(node) else {
            return;
        };
        match self.namespace {
            Some(namespace) if namespace.text() != before => {
                let key = Node::text("namespace", step.clone());
                metadata.set(key, namespace.to_node(), step);
            }
            Some(_) => {}
            None => {
                metadata.remove("namespace", step);
            }
        }
    }

    fn patched(
        &self,
        run: &mut Run<'_>,
        mut node: Node,
        template: View<'_>,
        params: &Params,
    ) -> Result<Node, Stop> {
        let rendered = run
            .engine
            .render(template, &params.map, Missing::AsAsked, &mut run.places);
        let rendered = rendered.map_err(|stopped| run.stop(*stopped, &params.from))?;
        let source = match (rendered, template) {
            (None, View::Src(host, id)) => Source::embedded(Src::new(host, id)),
            (rendered, _) => {
                let text = rendered.unwrap_or_else(|| run.places.text(template));
                printed_source(&text, template, &run.places)
            }
        };
        let with_params = |mut fault: Fault| -> Stop {
            for src in &params.from {
                fault = fault.related("with these parameters", src.locate());
            }
            fault.into()
        };
        let document = first_document(&source).map_err(with_params)?;
        let Some(document) = document else {
            return Ok(node);
        };
        // What the fields hold is checked first, which takes no notice of directives.
        let mut reader = Reader::new(Dialect::Kubectl);
        reader.read(document.view(), &APPLICATION, "templatePatch");
        let patch = reader.read(document.view(), &Shape::Object, "templatePatch");
        if let Some(fault) = reader.faults.into_iter().next() {
            return Err(with_params(fault));
        }
        let Some(patch) = patch else {
            return Ok(node);
        };
        let step = Step {
            name: "templatePatch",
            by: template.origin(),
        };
        let project = node
            .view()
            .get_path(&["spec", "project"])
            .map(View::to_node);
        patch::merge(&mut node, patch.view(), &APPLICATION, &step).map_err(with_params)?;
        // A patch cannot lead into another project.
        let now = node.view().get_path(&["spec", "project"]).map(View::text);
        if now != project.as_ref().map(|project| project.view().text()) {
            keep_project(&mut node, project, &step);
        }
        let mut reader = Reader::new(Dialect::Kustomize);
        let read = reader.read(node.view(), &APPLICATION, "Application");
        if let Some(fault) = reader.faults.into_iter().next() {
            return Err(with_params(fault));
        }
        Ok(read.unwrap_or(node))
    }
}

/// The metadata of an object, to be changed.
fn metadata(node: &mut Node) -> Option<&mut Map> {
    node.map_mut()?.get_mut("metadata")?.map_mut()
}

fn keep_project(node: &mut Node, project: Option<Node>, step: &Step) {
    let spec = node.map_mut().and_then(|map| map.get_mut("spec"));
    let Some(spec) = spec.and_then(Node::map_mut) else {
        return;
    };
    match project {
        Some(project) => {
            let key = Node::text("project", step.clone());
            spec.set(key, project, step.clone());
        }
        None => {
            spec.remove("project", step.clone());
        }
    }
}
