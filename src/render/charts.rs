//! Charts with their values, each chart read once.

use std::borrow::Cow;
use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};
use helm::{Capabilities, Chart, Layer, Options, Release, SetKind, Shelf};
use manifest::{
    Budget, Fault, FaultKind, Location, Node, Object, ObjectId, Place, ReadError, Reads, Recorder,
    Snapshot, Source, Span, Src, Total, Unit,
};
use rustc_hash::FxHashMap;
use spanned_yaml::Tree;

use super::outputs::{Given, Loaded, Output, Outputs};
use super::over::Over;
use super::{Rendered, in_turn};
use crate::deploy::rules::CHART_NOT_AVAILABLE;
use crate::deploy::{ChartUse, Content, TargetSpec, ValuesFrom, items_of_list};
use crate::problem::Problem;

/// Where nothing else is said.
const NAMESPACE: &str = "default";

/// Renders charts, and keeps those that it has read.
pub struct ChartRenderer<'a> {
    snapshot: &'a dyn Snapshot,
    shelf: &'a Shelf,
    options: Options,
    /// What was read and rendered in an earlier snapshot.
    earlier: Option<&'a Outputs>,
    outputs: Outputs,
    /// What reading charts may take. It is no part of what rendering may, or else charts that are
    /// never rendered would keep others from it.
    reading: Total,
    /// What values asked for that are given to charts elsewhere.
    reads: Vec<Arc<Reads>>,
}

impl<'a> ChartRenderer<'a> {
    /// None read yet. The options say what of each chart is rendered, and what one depends on
    /// may be kept on a shelf.
    pub fn new(snapshot: &'a dyn Snapshot, shelf: &'a Shelf, options: Options) -> Self {
        Self {
            snapshot,
            shelf,
            options,
            earlier: None,
            outputs: Outputs::default(),
            reading: Total::default(),
            reads: Vec::new(),
        }
    }

    /// Takes over what an earlier snapshot, asked with the same options, has in common with this
    /// one.
    #[must_use]
    pub fn after(self, earlier: Option<&'a Outputs>) -> Self {
        Self { earlier, ..self }
    }

    /// The charts that are kept outside the repository.
    pub fn shelf(&self) -> &'a Shelf {
        self.shelf
    }

    /// The files.
    pub fn snapshot(&self) -> &'a dyn Snapshot {
        self.snapshot
    }

    /// The charts that could be read, what was asked of the snapshot besides what targets tell,
    /// and what was rendered.
    pub fn finish(self) -> (FxHashMap<Utf8PathBuf, Arc<Chart>>, Vec<Arc<Reads>>, Outputs) {
        let mut reads = self.reads;
        let mut charts = FxHashMap::default();
        for (path, (chart, asked)) in &self.outputs.loaded {
            reads.push(asked.clone());
            if let Ok(chart) = chart {
                charts.insert(path.clone(), chart.clone());
            }
        }
        (charts, reads, self.outputs)
    }

    /// Reads values that are given to a chart elsewhere, as far as they stand here.
    pub fn read_values(&mut self, values: &[ValuesFrom]) -> Vec<Problem> {
        let recorder = Recorder::new(self.snapshot);
        let mut faults = Vec::new();
        layers(&recorder, values, &mut faults);
        self.reads.push(Arc::new(recorder.into_reads()));
        faults.into_iter().map(Problem::of_fault).collect()
    }

    /// Renders targets that are charts, within what is left of a run. `capabilities` tells of the
    /// cluster that a target goes to.
    pub fn render(
        &mut self,
        specs: &[TargetSpec],
        capabilities: &(dyn Fn(&TargetSpec) -> Arc<Capabilities> + Sync),
        total: &mut Total,
    ) -> Vec<Rendered> {
        self.load(specs);
        let render =
            |spec: &TargetSpec, budget: &Budget| self.render_recorded(spec, capabilities, budget);
        let too_much = |spec: &TargetSpec| (Rendered::too_much(spec.clone()), None);
        let done = in_turn(specs, total, &render, &too_much).into_iter();
        done.map(|(rendered, output)| {
            output.into_iter().for_each(|own| self.outputs.keep(own));
            rendered
        })
        .collect()
    }

    fn render_recorded(
        &self,
        spec: &TargetSpec,
        capabilities: &(dyn Fn(&TargetSpec) -> Arc<Capabilities> + Sync),
        budget: &Budget,
    ) -> (Rendered, Option<Output>) {
        let Content::Chart(used) = &spec.content else {
            return (Rendered::new(spec.clone()), None);
        };
        let recorder = Recorder::new(self.snapshot);
        let cluster = capabilities(spec);
        let (mut rendered, output) =
            self.render_one(&recorder, spec.clone(), used, cluster, budget);
        let loaded = self.outputs.loaded.get(&used.chart);
        rendered
            .reads
            .extend(loaded.map(|(_, reads)| reads.clone()));
        rendered.reads.push(Arc::new(recorder.into_reads()));
        (rendered, output)
    }

    /// Renders one chart.
    pub(super) fn render_alone(
        mut self,
        spec: TargetSpec,
        used: &ChartUse,
        cluster: &Capabilities,
    ) -> Rendered {
        self.load(std::slice::from_ref(&spec));
        let (cluster, budget) = (Arc::new(cluster.clone()), Budget::default());
        let (rendered, _) = self.render_one(self.snapshot, spec, used, cluster, &budget);
        rendered
    }

    fn load(&mut self, specs: &[TargetSpec]) {
        let mut wanted: Vec<&ChartUse> = specs
            .iter()
            .filter_map(|spec| match &spec.content {
                Content::Chart(used) => Some(&**used),
                _ => None,
            })
            .filter(|used| !self.outputs.loaded.contains_key(&used.chart))
            .collect();
        wanted.sort_by(|a, b| a.chart.cmp(&b.chart));
        wanted.dedup_by(|a, b| a.chart == b.chart);
        let load = |used: &&ChartUse, budget: &Budget| {
            let recorder = Recorder::new(self.snapshot);
            let known = self
                .earlier
                .and_then(|own| own.chart(&recorder, &used.chart));
            let chart = match &used.pulled {
                _ if let Some(known) = known => known,
                Some(pulled) => {
                    let (name, version) = (&pulled.name, &pulled.version);
                    Chart::load_from_shelf(self.shelf, name, version, &pulled.by)
                }
                None => Chart::load_within(&recorder, &used.chart, self.shelf, budget),
            };
            (used.chart.clone(), chart, recorder.into_reads())
        };
        let too_much = |used: &&ChartUse| {
            let mut fault = Total::fault();
            fault.at = used.by.clone();
            (used.chart.clone(), Err(vec![fault]), Reads::default())
        };
        let mut reading = std::mem::take(&mut self.reading);
        let loaded: Vec<(Utf8PathBuf, Loaded, Reads)> =
            in_turn(&wanted, &mut reading, &load, &too_much);
        self.reading = reading;
        for (path, chart, reads) in loaded {
            self.outputs.loaded.insert(path, (chart, Arc::new(reads)));
        }
    }

    fn render_one(
        &self,
        snapshot: &dyn Snapshot,
        spec: TargetSpec,
        used: &ChartUse,
        cluster: Arc<Capabilities>,
        budget: &Budget,
    ) -> (Rendered, Option<Output>) {
        let mut rendered = Rendered::new(spec);
        // However small the chart is, it may be asked for very often.
        if let Err(exceeded) = budget.spend(Unit::Charts, 1) {
            rendered.faults.push(exceeded.fault());
            return (rendered, None);
        }
        let layers = layers(snapshot, &used.values, &mut rendered.faults);
        let loaded = self.outputs.loaded.get(&used.chart);
        let loaded = loaded.map(|(chart, _)| chart);
        if let Some(Ok(chart)) = loaded {
            rendered.faults = chart.confide(std::mem::take(&mut rendered.faults));
        }
        let chart = match loaded {
            Some(Ok(chart)) if rendered.faults.is_empty() => chart,
            Some(Err(own)) => {
                rendered.faults.extend(own.iter().cloned());
                return (rendered, None);
            }
            _ => return (rendered, None),
        };
        let namespace = used.namespace.as_ref();
        let release = Release {
            name_place: used.release.place.clone(),
            namespace_place: namespace.and_then(|word| word.place.clone()),
            ..Release::new(
                used.release.text.as_str(),
                namespace.map_or(NAMESPACE, |word| &word.text),
            )
        };
        let output = self.output(
            Given {
                chart: chart.clone(),
                layers,
                release,
                cluster,
            },
            budget,
        );
        let printed = &output.rendered;
        let objects: Vec<Object> = printed
            .manifests
            .iter()
            .flat_map(|manifest| manifest.source.documents().documents)
            .flat_map(items_of_list)
            .filter(|node| !node.view().is_null())
            .map(|node| object(node, &used.release.text))
            .collect();
        let objects = match post_rendered(snapshot, &rendered.spec, used, objects, budget) {
            Ok(objects) => objects,
            Err(faults) => {
                rendered.faults.extend(faults);
                Vec::new()
            }
        };
        // Without a dependency that is elsewhere the rest can still be looked at.
        let (elsewhere, faults): (Vec<Fault>, Vec<Fault>) = printed
            .faults
            .iter()
            .cloned()
            .partition(|fault| fault.kind == FaultKind::Remote);
        let elsewhere = elsewhere.into_iter();
        rendered.faults.extend(faults);
        let rendered = Rendered {
            objects,
            unmet: elsewhere
                .map(|fault| Problem::under(&CHART_NOT_AVAILABLE, fault))
                .collect(),
            chart: Some(printed.clone()),
            ..rendered
        };
        (rendered, Some(output))
    }

    /// What a chart gives. What it gave in the earlier snapshot is charged as if it were rendered
    /// again.
    fn output(&self, given: Given, budget: &Budget) -> Output {
        let known = self.earlier.and_then(|own| own.find(&given));
        if let Some(known) = known
            && budget.spend_all(&known.taken).is_ok()
        {
            return known.clone();
        }
        let before = budget.spent();
        let (chart, layers, release) = (&given.chart, &given.layers, &given.release);
        let rendered =
            helm::render_within(chart, layers, release, &given.cluster, self.options, budget);
        Output {
            rendered: Arc::new(rendered),
            taken: budget.spent().minus(&before),
            given,
        }
    }
}

/// What the post renderers of a release make of a chart's objects.
fn post_rendered(
    snapshot: &dyn Snapshot,
    spec: &TargetSpec,
    used: &ChartUse,
    mut objects: Vec<Object>,
    budget: &Budget,
) -> Result<Vec<Object>, Vec<Fault>> {
    let source = used.by.as_ref().map(|by| by.file.clone());
    let source = source.unwrap_or_else(|| Source::built_in("kustomization", "{}"));
    for renderer in &used.post_renderers {
        let over = Over {
            snapshot,
            folder: &spec.path,
            source: &source,
            bases: &[],
            known: &|_| None,
            options: kustomize::Options::default(),
            budget,
        };
        let kustomization = flux::Kustomization::of(renderer.view());
        let nodes = objects.into_iter().map(|object| object.node).collect();
        let (rendered, _) = over.render(nodes, &|document| kustomization.edit(document))?;
        let named = rendered.into_iter();
        objects = named
            .map(|rendered| object(rendered.node, &used.release.text))
            .collect();
    }
    Ok(objects)
}

/// What values are given to the chart, as far as they can be read.
fn layers(snapshot: &dyn Snapshot, values: &[ValuesFrom], faults: &mut Vec<Fault>) -> Vec<Layer> {
    let mut layers = Vec::new();
    for from in values {
        match from {
            ValuesFrom::File {
                path,
                by,
                is_optional,
            } => match snapshot.source(path) {
                Ok(source) => match Layer::of_file(&source) {
                    Ok(layer) => layers.extend(layer),
                    Err(wrong) => faults.extend(wrong),
                },
                Err(ReadError::Missing) if *is_optional => {}
                Err(reason) => faults.push(unreadable(path, &reason, by.as_ref())),
            },
            ValuesFrom::Inline(node) => layers.push(Layer::Values(node.clone())),
            ValuesFrom::Supposed(node) => layers.push(Layer::Supposed(node.clone())),
            ValuesFrom::Parameter {
                name,
                value,
                is_text,
                has_commas,
            } => {
                let kind = match is_text {
                    true => SetKind::Text,
                    false => SetKind::Infer,
                };
                let text = match value.view().text() {
                    text if *has_commas => with_commas(text),
                    text => text.into(),
                };
                layers.extend(set(name, &text, value, kind));
            }
            ValuesFrom::FileParameter { name, by, path } => match snapshot.bytes(path) {
                Ok(bytes) => {
                    let content = String::from_utf8_lossy(&bytes);
                    layers.extend(set(name, &content, name, SetKind::Literal));
                }
                Err(reason) => faults.push(unreadable(path, &reason, by.as_ref())),
            },
        }
    }
    layers
}

/// A value whose commas end nothing. What is in braces is a list, and keeps its own.
fn with_commas(value: &str) -> Cow<'_, str> {
    if !value.contains(',') || value.starts_with('{') && value.ends_with('}') {
        return value.into();
    }
    let mut escaped = String::with_capacity(value.len() + 8);
    for c in value.chars() {
        if c == ',' && !escaped.ends_with('\\') {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped.into()
}

/// One value under a name, told at the node that it was written at.
fn set(name: &Node, value: &str, at: &Node, kind: SetKind) -> Option<Layer> {
    // What nothing wrote stands in a text of its own.
    let made = || {
        let all = Span::new(0, value.len() as u32);
        let source = Arc::new(Source {
            tree: Arc::new(Tree::of_spans(value, [all])),
            place: Place::BuiltIn("parameter"),
        });
        let node = source.tree.documents().next()?;
        Some(Src::new(&source, node))
    };
    Some(Layer::Set {
        path: name.view().text().to_owned(),
        value: value.to_owned(),
        at: at.view().origin().or_else(made)?,
        kind,
    })
}

fn unreadable(path: &Utf8Path, reason: &ReadError, by: Option<&Location>) -> Fault {
    let kind = match reason {
        ReadError::Outside => FaultKind::Outside,
        _ => FaultKind::Missing,
    };
    let mut fault = Fault::new(kind, format!("cannot read the values of {path}: {reason}"));
    fault.at = by.cloned();
    if *reason == ReadError::Missing {
        fault = fault.for_want_of(path.to_owned());
    }
    fault.help("Helm does not render without it: add the file, or remove the entry")
}

/// A manifest's document. Its identity is the same whatever the release is called.
fn object(node: Node, release: &str) -> Object {
    let mut identity = ObjectId::of(node.view());
    identity.namespace = Box::default();
    if let Some(rest) = identity.name.strip_prefix(release) {
        identity.name = rest.into();
    }
    Object::renamed(node, identity)
}
