//! Kustomizations with what their deployers make of them first.

use std::sync::Arc;

use camino::Utf8Path;
use kustomize::{Accumulated, Effects, Options};
use manifest::{Budget, Fault, Node, Reads, Recorder, Snapshot, Source};

use super::{Graph, Outcome};
use crate::deploy::TargetSpec;
use crate::render::inflate::Inflater;
use crate::render::over::{Over, finished};

/// What came of a kustomization that its deployer changes first.
pub struct Edited {
    /// Its objects.
    pub outcome: Outcome,
    /// What was read for it.
    pub reads: Arc<Reads>,
    /// What its directives did; none if that is not known.
    pub effects: Option<Arc<Effects>>,
}

impl Graph {
    /// Renders the kustomization of a folder with what its deployer makes of it first. What it
    /// builds on is taken from what is known already.
    pub fn render_edited(
        &self,
        snapshot: &dyn Snapshot,
        folder: &Utf8Path,
        edit: &dyn Fn(&Node) -> Result<Node, Vec<Fault>>,
        options: Options,
        budget: &Budget,
    ) -> Edited {
        let recorder = Recorder::new(snapshot);
        let mut effects = None;
        let outcome = match self.accumulate_edited(&recorder, folder, edit, options, budget) {
            Ok(accumulated) => {
                effects = Some(accumulated.effects().clone());
                match finished(&accumulated, options, budget) {
                    Ok(objects) if accumulated.left_out().is_empty() => Outcome::Objects(objects),
                    Ok(objects) => Outcome::Partial(objects, accumulated.left_out().to_vec()),
                    Err(faults) => Outcome::Failed(faults),
                }
            }
            Err(faults) => Outcome::Failed(faults),
        };
        Edited {
            outcome,
            reads: Arc::new(recorder.into_reads()),
            effects,
        }
    }

    fn accumulate_edited(
        &self,
        snapshot: &dyn Snapshot,
        folder: &Utf8Path,
        edit: &dyn Fn(&Node) -> Result<Node, Vec<Fault>>,
        options: Options,
        budget: &Budget,
    ) -> Result<Accumulated, Vec<Fault>> {
        let options = match self.get(folder) {
            Some(node) => node.options(options),
            None => options,
        };
        let (source, document) = kustomize::text(snapshot, folder)?;
        let edited = edit(&document)?;
        let kustomization = kustomize::load_document(snapshot, folder, &source, &edited, options)?;
        let base = |folder: &Utf8Path| self.known(folder);
        let charts = Inflater { snapshot };
        kustomize::accumulate_within(snapshot, &kustomization, &base, &charts, options, budget)
    }

    /// Renders what stands below a folder without a kustomization as if there were one: objects,
    /// and kustomizations that must have been rendered.
    pub fn render_around(
        &self,
        snapshot: &dyn Snapshot,
        spec: &TargetSpec,
        objects: Vec<Node>,
        edit: &dyn Fn(&Node) -> Result<Node, Vec<Fault>>,
        options: Options,
        budget: &Budget,
    ) -> (Outcome, Arc<Reads>) {
        let recorder = Recorder::new(snapshot);
        let known = |folder: &Utf8Path| self.known(folder);
        let source = spec.by.as_ref().map(|by| by.file.clone());
        let over = Over {
            snapshot: &recorder,
            folder: &spec.path,
            source: &source.unwrap_or_else(|| Source::built_in("kustomization", "{}")),
            bases: &spec.takes_up,
            known: &known,
            options: Options {
                load_restrictor: false,
                ..options
            },
            budget,
        };
        let outcome = match over.render(objects, edit) {
            Ok((objects, left_out)) if left_out.is_empty() => Outcome::Objects(objects),
            Ok((objects, left_out)) => Outcome::Partial(objects, left_out),
            Err(faults) => Outcome::Failed(faults),
        };
        (outcome, Arc::new(recorder.into_reads()))
    }
}
