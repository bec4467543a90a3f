//! What something asks for, and what that asks for in turn, until nothing new turns up.

use std::collections::HashSet;
use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};
use helm::Capabilities;
use kustomize::Options;
use manifest::{Fault, FaultKind, Node, Reads, Recorder, Snapshot};
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::deploy::{
    self, Addresses, Asked, ChartLayout, ChartUse, Content, Known, Role, Sources, TargetSpec,
};
use crate::render::{ChartRenderer, Deeds, Graph, Rendered};
use crate::settings::Config;

/// How deep Applications may bring Applications.
const ROUNDS: usize = 8;

/// Everything that is rendered, and how to render more.
pub(super) struct Worklist<'a> {
    pub(super) snapshot: &'a dyn Snapshot,
    pub(super) config: &'a Config,
    pub(super) addresses: &'a Addresses,
    pub(super) graph: &'a Graph,
    pub(super) options: Options,
    pub(super) layout: &'a ChartLayout,
    /// Whether a kustomization uses a chart.
    pub(super) is_used: &'a dyn Fn(&Utf8Path) -> bool,
    pub(super) capabilities: &'a (dyn Fn(&TargetSpec) -> Capabilities + Sync),
    pub(super) charts: ChartRenderer<'a>,
    pub(super) deeds: &'a mut Deeds,
    /// What the layout tells to render, to begin with.
    pub(super) rendered: Vec<Rendered>,
    /// What was read on the way to what objects ask for, by [`key`].
    pub(super) asked: FxHashMap<String, Vec<Arc<Reads>>>,
}

impl<'a> Worklist<'a> {
    /// Renders what the objects rendered so far ask for, and the charts that only the layout
    /// tells of. What an object asks for and cannot have is told with its target.
    pub(super) fn run(mut self) -> (Vec<Rendered>, ChartRenderer<'a>) {
        let mut seen = HashSet::new();
        let mut from = 0;
        for round in 0..=ROUNDS {
            let mut specs = self.ask(from, &mut seen);
            if round == 0 {
                specs.extend(self.by_layout(&specs));
            }
            if specs.is_empty() {
                break;
            }
            from = self.rendered.len();
            match round < ROUNDS {
                true => self.render(specs),
                false => self.rendered.extend(specs.into_iter().map(too_deep)),
            }
        }
        self.give_way();
        for target in &mut self.rendered {
            let by = target.spec.by.is_some();
            let asked = by.then(|| self.asked.remove(&key(&target.spec))).flatten();
            target.asked = asked.unwrap_or_default();
        }
        (self.rendered, self.charts)
    }

    /// What the objects of targets from an index on ask for, each thing once.
    fn ask(&mut self, from: usize, seen: &mut HashSet<String>) -> Vec<TargetSpec> {
        let mut specs = Vec::new();
        let sources = Sources::of(self.rendered.iter().flat_map(|target| &target.objects));
        let clusters = deploy::clusters_of(self.rendered.iter().flat_map(|target| &target.objects));
        for target in &mut self.rendered[from..] {
            if !target.spec.is_applied() {
                continue;
            }
            let mut unmet = Vec::new();
            let recorder = Recorder::new(self.snapshot);
            let known = Known {
                snapshot: &recorder,
                config: self.config,
                addresses: self.addresses,
                sources: &sources,
                clusters: &clusters,
            };
            let mut keys = Vec::new();
            for object in &target.objects {
                let Asked {
                    targets,
                    values,
                    problems,
                } = deploy::asked_by(known, object);
                for spec in targets {
                    let key = key(&spec);
                    if seen.insert(key.clone()) {
                        keys.push(key);
                        specs.push(spec);
                    }
                }
                unmet.extend(problems);
                unmet.extend(self.charts.read_values(&values));
            }
            if !keys.is_empty() {
                let own = self.asked.get(&self::key(&target.spec));
                let above = own.into_iter().flatten().chain(&target.reads).cloned();
                let mut reads: Vec<Arc<Reads>> = above.collect();
                reads.push(Arc::new(recorder.into_reads()));
                let reads = |key| (key, reads.clone());
                self.asked.extend(keys.into_iter().map(reads));
            }
            target.unmet.extend(unmet);
        }
        specs
    }

    fn render(&mut self, specs: Vec<TargetSpec>) {
        let (charts, others): (Vec<TargetSpec>, Vec<TargetSpec>) = specs
            .into_iter()
            .partition(|spec| matches!(spec.content, Content::Chart(_)));
        let (kustomizations, folders): (Vec<TargetSpec>, Vec<TargetSpec>) = others
            .into_iter()
            .partition(|spec| matches!(spec.content, Content::Kustomization));
        let (known, others): (Vec<TargetSpec>, Vec<TargetSpec>) = kustomizations
            .into_iter()
            .partition(|spec| self.graph.holds(&spec.path));
        self.render_kustomizations(self.graph, known);
        if !others.is_empty() {
            // No walk meets what stands behind a link, or is ignored by git.
            let paths = others.iter().map(|spec| spec.path.clone());
            let graph = Graph::load(self.snapshot, paths, self.options);
            self.render_kustomizations(&graph, others);
        }
        let folders = folders.into_iter().map(Rendered::of_manifests);
        self.rendered.extend(folders);
        let charts = self.charts.render(charts, self.capabilities);
        self.rendered.extend(charts);
    }

    fn render_kustomizations(&mut self, graph: &Graph, specs: Vec<TargetSpec>) {
        let paths: Vec<Utf8PathBuf> = specs.iter().map(|s| s.path.clone()).collect();
        let rendering = graph.render(self.snapshot, &paths, self.options);
        self.deeds.extend(rendering.deeds);
        let (snapshot, options) = (self.snapshot, self.options);
        let done: Vec<Rendered> = specs
            .into_par_iter()
            .zip(rendering.outcomes)
            .map(|(spec, outcome)| {
                let mut reads = graph.reads(&spec.path);
                let Some(overrides) = spec.overrides.clone() else {
                    return Rendered::of_outcome(spec, outcome, reads);
                };
                let edit = |document: &Node| {
                    argocd::edit_kustomization(
                        document,
                        &overrides.kustomize,
                        &overrides.environment,
                        snapshot,
                        &spec.path,
                    )
                };
                let (outcome, own) = graph.render_edited(snapshot, &spec.path, &edit, options);
                reads.push(own);
                Rendered::of_outcome(spec, outcome, reads)
            })
            .collect();
        self.rendered.extend(done);
    }

    fn by_layout(&self, more: &[TargetSpec]) -> Vec<TargetSpec> {
        let known = self.rendered.iter().map(|target| &target.spec).chain(more);
        let asked: Vec<&ChartUse> = known
            .filter_map(chart_of)
            .filter(|used| used.by.is_some())
            .collect();
        self.layout
            .by_layout(self.snapshot, &asked, self.is_used, self.config)
    }

    /// What only the layout tells of gives way to what something asks for: the same
    /// kustomization, the same files, the same chart.
    fn give_way(&mut self) {
        let asked = |target: &&Rendered| target.spec.by.is_some();
        let folders: FxHashSet<Utf8PathBuf> = self
            .rendered
            .iter()
            .filter(asked)
            .filter(|target| matches!(target.spec.content, Content::Kustomization))
            .map(|target| target.spec.path.clone())
            .collect();
        let files: FxHashSet<Utf8PathBuf> = self
            .rendered
            .iter()
            .filter(asked)
            .flat_map(|target| target.spec.files())
            .map(|file| file.source.path().to_owned())
            .collect();
        // A chart may turn out to be asked for only when another one is rendered.
        let charts = self.by_layout(&[]);
        let rendered = std::mem::take(&mut self.rendered).into_iter();
        let rendered = rendered.filter_map(|mut target| {
            if target.spec.by.is_some() {
                return Some(target);
            }
            match &mut target.spec.content {
                Content::Kustomization => {
                    let is_told = target.spec.role == Role::Applied;
                    (!is_told || !folders.contains(&target.spec.path)).then_some(target)
                }
                Content::Chart(_) => {
                    let is_wanted = charts.iter().any(|spec| is_same(spec, &target.spec));
                    is_wanted.then_some(target)
                }
                Content::Manifests(own) => {
                    let before = own.len();
                    own.retain(|file| !files.contains(file.source.path()));
                    match own.len() {
                        0 => None,
                        left if left == before => Some(target),
                        _ => Some(Rendered {
                            unmet: std::mem::take(&mut target.unmet),
                            ..Rendered::of_manifests(target.spec)
                        }),
                    }
                }
            }
        });
        self.rendered = rendered.collect();
    }
}

/// What is not rendered, because too many others had to be before it was asked for.
fn too_deep(spec: TargetSpec) -> Rendered {
    let mut fault = Fault::new(
        FaultKind::Limit,
        format!("Applications bring one another more than {ROUNDS} deep"),
    )
    .help(
        "let fewer Applications stand between the first and this one; do they ask for themselves?",
    );
    fault.at = spec.by.clone();
    Rendered::failed(spec, fault)
}

fn chart_of(spec: &TargetSpec) -> Option<&ChartUse> {
    match &spec.content {
        Content::Chart(used) => Some(used),
        _ => None,
    }
}

/// Whether two targets that the layout tells of are the same.
fn is_same(a: &TargetSpec, b: &TargetSpec) -> bool {
    let files = |spec: &TargetSpec| -> Vec<_> {
        chart_of(spec).map_or_else(Vec::new, |used| used.files().cloned().collect())
    };
    a.path == b.path && a.environment == b.environment && files(a) == files(b)
}

/// What tells apart two requests: an Application that several targets render asks once.
fn key(spec: &TargetSpec) -> String {
    let place = spec.by.as_ref();
    let place = place.map(|at| format!("{}:{}", at.path(), at.span.start));
    format!(
        "{place:?} {} {} {:?}",
        spec.application, spec.path, spec.environment
    )
}
