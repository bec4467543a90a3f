//! What something asks for, and what that asks for in turn, until nothing new turns up.

use std::sync::Arc;

use argocd::Cluster;
use camino::{Utf8Path, Utf8PathBuf};
use helm::Capabilities;
use kustomize::Options;
use manifest::{Budget, Fault, FaultKind, Reads, Recorder, Snapshot, Total};
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::deploy::{
    self, Addresses, Apart, Asked, ChartLayout, ChartUse, Clusters, Content, Known, Role, Sources,
    TargetSpec,
};
use crate::render::{ChartRenderer, Deeds, Graph, Rendered, in_turn};
use crate::request::{Progress, Stage};
use crate::settings::Config;

/// How deep Applications may bring Applications.
pub(super) const ROUNDS: usize = 8;

/// How many targets may be asked for by what was itself asked for.
const ASKED_BY_ASKED: usize = 5_000;

/// Everything that is rendered, and how to render more.
pub(super) struct Worklist<'a> {
    pub(super) snapshot: &'a dyn Snapshot,
    pub(super) config: &'a Config,
    pub(super) addresses: &'a Addresses,
    pub(super) graph: &'a Graph,
    pub(super) options: Options,
    pub(super) layout: &'a ChartLayout,
    pub(super) apart: &'a Apart,
    /// Whether a kustomization uses a chart.
    pub(super) is_used: &'a dyn Fn(&Utf8Path) -> bool,
    pub(super) capabilities: &'a (dyn Fn(&TargetSpec) -> Arc<Capabilities> + Sync),
    pub(super) charts: ChartRenderer<'a>,
    /// What is left of what the run may take.
    pub(super) total: &'a mut Total,
    pub(super) deeds: &'a mut Deeds,
    pub(super) progress: &'a Progress,
    /// What the layout tells to render, to begin with.
    pub(super) rendered: Vec<Rendered>,
    /// What was read on the way to what objects ask for, by [`key`].
    pub(super) asked: FxHashMap<String, Vec<Arc<Reads>>>,
}

impl<'a> Worklist<'a> {
    /// Renders what the objects rendered so far ask for, and the charts that only the layout
    /// tells of. What an object asks for and cannot have is told with its target.
    pub(super) fn run(mut self) -> (Vec<Rendered>, ChartRenderer<'a>) {
        let mut seen = Askers::default();
        let mut from = 0;
        let mut left = ASKED_BY_ASKED;
        for round in 0..=ROUNDS {
            let mut specs = self.ask(from, &mut seen);
            match round {
                0 => specs.extend(self.by_layout(&specs)),
                _ => {
                    let more = specs.split_off(left.min(specs.len()));
                    left -= specs.len();
                    self.rendered.extend(more.into_iter().map(too_many));
                }
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
        self.suppose(&seen);
        self.give_way(&seen);
        let deploys = self.rendered.iter().any(|own| own.spec.by.is_some());
        for target in &mut self.rendered {
            // Where nothing deploys from the repository, people apply its folders by hand.
            if target.spec.is_put_aside(deploys) || deploys && target.spec.is_record() {
                target.spec.role = Role::Unreferenced;
            }
            let by = target.spec.by.is_some();
            let asked = by.then(|| self.asked.remove(&key(&target.spec))).flatten();
            target.asked = asked.unwrap_or_default();
        }
        (self.rendered, self.charts)
    }

    /// What the objects of targets from an index on ask for, each thing once.
    fn ask(&mut self, from: usize, seen: &mut Askers) -> Vec<TargetSpec> {
        let mut specs = Vec::new();
        let sources = Sources::of(self.rendered.iter().flat_map(|target| {
            let objects = target.objects.iter();
            objects.map(|object| (&target.spec, object))
        }));
        let targets = self.rendered.iter().enumerate();
        let objects = targets.flat_map(|(at, target)| {
            let objects = target.objects.iter();
            objects.map(move |object| (at, &target.spec, object))
        });
        let inventory = self.config.clusters().iter();
        let inventory = inventory.filter_map(|entry| Cluster::from_inventory(entry.view()));
        let clusters = Clusters::of(inventory, objects);
        let (snapshot, config, shelf) = (self.snapshot, self.config, self.charts.shelf());
        let (addresses, apart) = (self.addresses, self.apart);
        let new = self.rendered.par_iter().enumerate().skip(from);
        // Of each object that may ask for something, what it does, and what was read to see it.
        let all_asked: Vec<Option<Vec<(Asked, Reads)>>> = new
            .map(|(at, target)| {
                // What is filled in later asks for nothing yet.
                let is_template = target.spec.by.is_none() && apart.is_template(&target.spec.path);
                if !target.spec.is_applied() || is_template {
                    return None;
                }
                let asked = target.objects.iter().map(|object| {
                    let recorder = Recorder::new(snapshot);
                    let clusters = clusters.known_to(at, &target.spec, object);
                    let known = Known {
                        snapshot: &recorder,
                        config,
                        addresses,
                        sources: &sources,
                        clusters: &clusters,
                        shelf,
                        asker: Some(&target.spec),
                    };
                    (deploy::asked_by(known, object), recorder.into_reads())
                });
                Some(asked.collect())
            })
            .collect();
        let new = self.rendered.iter_mut().enumerate().skip(from);
        for ((at, target), asked_here) in new.zip(all_asked) {
            let Some(asked_here) = asked_here else {
                continue;
            };
            let mut unmet = Vec::new();
            // An object of plain manifests comes from its own file alone.
            let above: Vec<Arc<Reads>> = match target.spec.content {
                Content::Manifests(_) => Vec::new(),
                Content::Kustomization | Content::Chart(_) => target.reads.clone(),
            };
            let above = || {
                let own = self.asked.get(&self::key(&target.spec));
                own.into_iter().flatten().chain(&above).cloned()
            };
            let mut asked: Vec<(String, Vec<Arc<Reads>>)> = Vec::new();
            let mut applications = Vec::new();
            let mut elsewhere = Vec::new();
            let mut sourced = Vec::new();
            let mut given = Vec::new();
            for (own, read) in asked_here {
                let mut keys = Vec::new();
                let Asked {
                    targets,
                    values,
                    may_read,
                    problems,
                    charts,
                    sourced: taken,
                    applications: own,
                } = own;
                for spec in targets {
                    let key = key(&spec);
                    let askers = seen.entry(key.clone()).or_default();
                    if askers.is_empty() {
                        keys.push(key);
                        specs.push(spec);
                    }
                    askers.push(at);
                }
                unmet.extend(problems);
                applications.extend(own);
                elsewhere.extend(charts);
                sourced.extend(taken);
                unmet.extend(self.charts.read_values(&values));
                unmet.extend(self.charts.read_values(&may_read));
                if !keys.is_empty() {
                    let reads: Vec<Arc<Reads>> = above().chain([Arc::new(read)]).collect();
                    asked.extend(keys.into_iter().map(|key| (key, reads.clone())));
                }
                given.extend(values);
            }
            self.asked.extend(asked);
            target.unmet.extend(unmet);
            target.applications = applications;
            target.charts_elsewhere = elsewhere;
            target.sourced = sourced;
            target.values_elsewhere = given;
        }
        specs
    }

    fn render(&mut self, specs: Vec<TargetSpec>) {
        let names = specs.iter().map(|spec| spec.path.to_string());
        self.progress.begins(Stage::Render, names);
        let (charts, others): (Vec<TargetSpec>, Vec<TargetSpec>) = specs
            .into_iter()
            .partition(|spec| matches!(spec.content, Content::Chart(_)));
        let (kustomizations, folders): (Vec<TargetSpec>, Vec<TargetSpec>) = others
            .into_iter()
            .partition(|spec| matches!(spec.content, Content::Kustomization));
        let (known, others): (Vec<TargetSpec>, Vec<TargetSpec>) = kustomizations
            .into_iter()
            .partition(|spec| self.graph.holds(&spec.path));
        self.render_kustomizations(self.graph, known, folders);
        if !others.is_empty() {
            // No walk meets what stands behind a link, or is ignored by git.
            let paths = others.iter().map(|spec| spec.path.clone());
            let graph = Graph::load(self.snapshot, paths, self.options);
            self.render_kustomizations(&graph, others, Vec::new());
        }
        let charts = self.charts.render(&charts, self.capabilities, self.total);
        self.rendered.extend(charts);
    }

    fn render_kustomizations(
        &mut self,
        graph: &Graph,
        kustomizations: Vec<TargetSpec>,
        folders: Vec<TargetSpec>,
    ) {
        let (snapshot, options) = (self.snapshot, self.options);
        let built = kustomizations.iter().map(|spec| &spec.path);
        let taken_up = folders.iter().flat_map(|spec| &spec.takes_up);
        let taken_up = taken_up.filter(|folder| graph.holds(folder));
        let paths: Vec<Utf8PathBuf> = built.chain(taken_up).cloned().collect();
        let mut rendering = graph.render(snapshot, &paths, options, self.total);
        self.deeds.extend(rendering.deeds);
        rendering.outcomes.truncate(kustomizations.len());
        let edited = kustomizations.iter().filter(|spec| spec.is_edited());
        let edited: Vec<TargetSpec> = edited.cloned().collect();
        let done: Vec<Option<Rendered>> = kustomizations
            .into_par_iter()
            .zip(rendering.outcomes)
            .map(|(spec, outcome)| {
                let reads = (!spec.is_edited()).then(|| graph.reads(&spec.path))?;
                Some(Rendered::of_outcome(spec, outcome, reads).finished())
            })
            .collect();
        let too_much = |spec: &TargetSpec| Rendered::too_much(spec.clone());
        let render = |spec: &TargetSpec, budget: &Budget| {
            let edited = Rendered::of_edited(graph, snapshot, spec.clone(), options, budget);
            (edited.0.finished(), edited.1)
        };
        let nothing = |spec: &TargetSpec| (too_much(spec), None);
        let edited = in_turn(&edited, self.total, &render, &nothing);
        let (edited, effects): (Vec<Rendered>, Vec<_>) = edited.into_iter().unzip();
        let effects = effects.into_iter().flatten();
        effects.for_each(|effects| self.deeds.add_edited(effects));
        let mut edited = edited.into_iter();
        let done = done.into_iter();
        self.rendered
            .extend(done.filter_map(|done| done.or_else(|| edited.next())));
        let render = |spec: &TargetSpec, budget: &Budget| {
            Rendered::of_folder(graph, snapshot, spec.clone(), options, budget).finished()
        };
        let done = in_turn(&folders, self.total, &render, &too_much);
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

    /// Which targets are asked for by objects that are not applied as they are here: what the
    /// layout alone tells of asks for them, and the same objects stand in another state, or
    /// another environment, in what something asks for.
    fn outdated(&self, askers: &Askers) -> Vec<bool> {
        let mut by_object: FxHashMap<String, Vec<usize>> = FxHashMap::default();
        for (at, target) in self.rendered.iter().enumerate() {
            if target.spec.by.is_some() {
                let all = by_object.entry(key_of_object(&target.spec)).or_default();
                all.push(at);
            }
        }
        let askers_of = |at: usize| {
            let spec = &self.rendered[at].spec;
            askers.get(&key(spec)).map_or(&[][..], Vec::as_slice)
        };
        let mut outdated = vec![false; self.rendered.len()];
        let is_asked = |asker: &usize| self.rendered[*asker].spec.by.is_some();
        for at in 0..self.rendered.len() {
            let spec = &self.rendered[at].spec;
            if spec.by.is_none() {
                continue;
            }
            let own = askers_of(at);
            let is_of_layout = own.iter().all(|asker| !is_asked(asker) || outdated[*asker]);
            if !is_of_layout || own.is_empty() {
                continue;
            }
            let others = by_object.get(&key_of_object(spec));
            let mut others = others.into_iter().flatten().filter(|other| **other != at);
            let is_live = |other: &usize| {
                let mut askers = askers_of(*other).iter();
                !outdated[*other] && askers.any(|asker| is_asked(asker) && !outdated[*asker])
            };
            outdated[at] = others.any(is_live);
        }
        outdated
    }

    /// Marks what is rendered with values that nobody gives. Who asks stands before what it asks
    /// for.
    fn suppose(&mut self, askers: &Askers) {
        for at in 0..self.rendered.len() {
            let spec = &self.rendered[at].spec;
            let own = askers.get(&key(spec)).map_or(&[][..], Vec::as_slice);
            let is_supposed = |asker: &usize| self.rendered[*asker].spec.is_supposed;
            let is_asked_so = spec.by.is_some() && !own.is_empty() && own.iter().all(is_supposed);
            self.rendered[at].spec.is_supposed = spec.has_default_values_only() || is_asked_so;
        }
    }

    /// What only the layout tells of gives way to what something asks for: the same
    /// kustomization, the same files, the same chart.
    fn give_way(&mut self, askers: &Askers) {
        let outdated = self.outdated(askers);
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
        let rendered = std::mem::take(&mut self.rendered).into_iter().enumerate();
        let rendered = rendered.filter(|(at, _)| !outdated[*at]);
        let rendered = rendered.filter_map(|(_, mut target)| {
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
                            applications: std::mem::take(&mut target.applications),
                            charts_elsewhere: std::mem::take(&mut target.charts_elsewhere),
                            sourced: std::mem::take(&mut target.sourced),
                            values_elsewhere: std::mem::take(&mut target.values_elsewhere),
                            ..Rendered::of_manifests(target.spec)
                        }),
                    }
                }
            }
        });
        self.rendered = rendered.collect();
    }
}

/// The targets that ask for something, by their indices, under what tells it apart.
type Askers = FxHashMap<String, Vec<usize>>;

/// What is not rendered, because too many others had to be before it was asked for.
fn too_deep(spec: TargetSpec) -> Rendered {
    let mut fault = Fault::new(
        FaultKind::Limit,
        format!("Applications deploy one another more than {ROUNDS} deep"),
    )
    .help("put fewer Applications between the first and this one; does one of them deploy itself?");
    fault.at = spec.by.clone();
    Rendered::failed(spec, fault)
}

/// What is not rendered, because what was asked for asked for too much.
fn too_many(spec: TargetSpec) -> Rendered {
    let message = format!("Applications deploy one another more than {ASKED_BY_ASKED} times");
    let mut fault = Fault::new(FaultKind::Limit, message).help("does one of them deploy itself?");
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
        "{place:?} {} {} {:?} {}",
        spec.application, spec.path, spec.environment, spec.state
    )
}

/// As [`key`], whatever state the object is in that asks.
fn key_of_object(spec: &TargetSpec) -> String {
    let place = spec.by.as_ref();
    let place = place.map(|at| format!("{}:{}", at.path(), at.span.start));
    format!("{place:?} {} {}", spec.application, spec.path)
}
