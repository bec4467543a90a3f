//! Charts to manifests.

mod data;
mod heads;
mod missing;
mod pieces;
mod secret;

pub(crate) use data::ChartData;
pub(crate) use secret::speaks_of_secret;

use std::rc::Rc;
use std::sync::Arc;

use go_template::{Data, Evaluator, Limits, Text};
use manifest::{Amounts, Budget, Fault, FaultKind, Span};

use crate::chart::{Judgement, Part, PartTemplate, in_order};
use crate::fault;
use crate::function::{self, without_no_value};
use crate::host::World;
use crate::render::missing::{Missing, Told};
use crate::render::secret::Confidence;
use crate::values::{Instance, Places, coalesce_values, merge_layers, open_missing, process};
use crate::{Capabilities, Chart, Layer, Options, Release, Rendered};

/// Renders a chart for a release. Later layers of values win over earlier ones and over the
/// chart's own values.
pub fn render(
    chart: &Chart,
    layers: &[Layer],
    release: &Release,
    capabilities: &Capabilities,
    options: Options,
) -> Rendered {
    let budget = Budget::default();
    render_within(chart, layers, release, capabilities, options, &budget)
}

/// As [`render`], within what a budget has left. Where that does not suffice, a fault says which
/// template or chart took the last of it, and what was rendered before is given.
pub fn render_within(
    chart: &Chart,
    layers: &[Layer],
    release: &Release,
    capabilities: &Capabilities,
    options: Options,
    budget: &Budget,
) -> Rendered {
    let mut rendering = Rendering {
        chart,
        places: Places::new(budget),
        rendered: Rendered::default(),
    };
    rendering.rendered.faults.extend_from_slice(chart.faults());
    if let Err(fault) = rendering.run(layers, release, capabilities, options) {
        rendering.rendered.faults.push(fault);
    }
    rendering.rendered
}

struct Rendering<'a, 'b> {
    chart: &'a Chart,
    places: Places<'b>,
    rendered: Rendered,
}

/// What a template printed.
struct Printed<'a> {
    template: &'a PartTemplate,
    text: Text,
}

impl<'a> Rendering<'a, '_> {
    fn run(
        &mut self,
        layers: &[Layer],
        release: &Release,
        capabilities: &Capabilities,
        options: Options,
    ) -> Result<(), Fault> {
        let Rendered {
            faults,
            warnings,
            unchecked,
            lacks_charts,
            ..
        } = &mut self.rendered;
        let values = merge_layers(layers, &mut self.places, faults);
        let root = process(&self.chart.root, &values, &mut self.places, warnings)?;
        coalesce_values(&root, &values, &mut self.places, warnings)?;
        *lacks_charts = root.lacks_charts();
        if !options.skip_schema {
            let judgement = judge(&root, &values, "", &self.places);
            faults.extend(judgement.faults);
            unchecked.extend(judgement.unchecked);
        }
        // Helm would not render without them; whatever they set is not known.
        if !self.chart.faults().is_empty() {
            open_missing(&root, &values);
        }
        if let Some(fault) = wrong_cluster(&self.chart.root, capabilities) {
            faults.push(fault);
        }
        let mut data = data::Builder::new(release, capabilities, &mut self.places);
        data.build(&root, &values);
        let charts = data.finish();
        if let Some(exceeded) = self.places.budget.exceeded() {
            let start = self.chart.metadata().locate(Span::new(0, 0));
            return Err(exceeded.fault().at_location(start));
        }
        let mut world = World::default();
        let (printed, failed) = self.execute(&root, &charts, &mut world);
        self.rendered.usage = world.usage(self.chart, &charts, &self.places);
        let templates = root.templates_below();
        let mut confidence = Confidence::new(self.chart, &templates, &self.rendered.usage);
        let failed = failed.into_iter();
        let failed = failed.map(|(template, fault)| confidence.hide(&template, fault));
        self.rendered.faults.extend(failed);
        self.collect(&root, printed, options, &mut confidence);
        Ok(())
    }

    /// Runs the templates of all charts that take part. Gives what they printed, and the faults
    /// of those that failed.
    fn execute(
        &mut self,
        root: &Instance<'a>,
        charts: &[data::ChartData<'a>],
        world: &mut World,
    ) -> (Vec<Printed<'a>>, Vec<(Arc<str>, Fault)>) {
        let templates = in_order(root.templates_below());
        let faults = &mut self.rendered.faults;
        let map = fault::Map {
            texts: &self.chart.texts,
            places: &self.places,
        };
        let before = faults.len();
        for template in &templates {
            let text = template.parsed.source.id.map_or(u32::MAX, |id| id.0);
            let errors = template.parsed.errors.iter();
            faults.extend(errors.map(|error| map.of_parse(text, error)));
        }
        if faults.len() > before {
            return (Vec::new(), Vec::new());
        }
        let some;
        let set = match root.is_whole() {
            true => &self.chart.templates,
            false => {
                let mut set = go_template::TemplateSet::new();
                templates
                    .iter()
                    .for_each(|template| set.add(&template.parsed));
                some = set;
                &some
            }
        };
        let lacks_charts = !self.chart.faults().is_empty();
        let budget = self.places.budget;
        let left = budget.left();
        let most = Limits::default();
        let limits = Limits {
            steps: most.steps.min(left.steps),
            bytes: most.bytes.min(left.bytes),
            ..most
        };
        let options = go_template::Options {
            limits,
            ..go_template::Options::default()
        };
        let mut evaluator = Evaluator::new(set, function::all(), world, options);
        let mut printed = Vec::new();
        let mut failed = Vec::new();
        let mut missing = Missing::new(&templates, set);
        for template in &templates {
            if template.is_partial() {
                continue;
            }
            let Some(chart) = charts.iter().find(|chart| chart.owns(&template.name)) else {
                continue;
            };
            if let Some(world) = evaluator.host().as_any().downcast_mut::<World>() {
                world.template = template.name.clone();
                world.included.clear();
            }
            chart.begin(&template.name);
            let text = evaluator.render(&template.name, &chart.data);
            match text.and_then(|text| without_no_value(&text)) {
                Ok(text) => printed.push(Printed { template, text }),
                Err(failure) if lacks_charts && is_unknown_template(&failure) => {}
                Err(failure) => {
                    let fault = match missing.tell(&failure, charts, &self.chart.texts) {
                        Some(Told::Already) => continue,
                        Some(Told::Here(fault)) => *fault,
                        None => map.of_failure(&template.name, failure, chart),
                    };
                    failed.push((template.name.clone(), fault));
                }
            }
            // The others would fail for the same reason.
            if evaluator.budget().is_spent() {
                break;
            }
        }
        // It cannot be more than there was.
        let spent = Amounts {
            steps: evaluator.budget().spent_steps(),
            bytes: evaluator.budget().spent_bytes(),
            ..Amounts::default()
        };
        let _ = budget.spend_all(&spent);
        (printed, failed)
    }
}

/// What the schemas of charts say against values.
fn judge(
    chart: &Instance<'_>,
    values: &Rc<go_template::Map>,
    path: &str,
    places: &Places<'_>,
) -> Judgement {
    let schema = chart.part.package.schema.as_ref();
    let mut judgement = schema.map_or_else(Judgement::default, |schema| {
        schema.judge(values, path, places, places.budget)
    });
    for child in &chart.children {
        let name = &child.part.name;
        if let Some(Data::Map(below)) = values.get(name).map(|value| value.data) {
            let below = judge(child, &below, &format!("{path}/{name}"), places);
            judgement.faults.extend(below.faults);
            judgement.unchecked.extend(below.unchecked);
        }
    }
    judgement
}

/// A chart may be made for other versions of Kubernetes.
fn wrong_cluster(chart: &Part, capabilities: &Capabilities) -> Option<Fault> {
    let (constraint, place) = chart.package.metadata.kube_version.as_ref()?;
    let (version, ..) = capabilities.numbers();
    if go_template::satisfies(&version, constraint).unwrap_or(false) {
        return None;
    }
    let message = format!("the chart requires Kubernetes {constraint}, but this is {version}");
    Some(Fault::new(FaultKind::Chart, message).at(place))
}

fn is_unknown_template(failure: &go_template::Failure) -> bool {
    use go_template::{ErrorKind, Failure};
    match failure {
        Failure::Here { kind, .. } => *kind == ErrorKind::UnknownTemplate,
        Failure::Elsewhere(error) => error.kind == ErrorKind::UnknownTemplate,
    }
}

impl<'a> Instance<'a> {
    fn templates_below(&self) -> Vec<&'a PartTemplate> {
        let own = self.part.templates.iter();
        own.chain(self.children.iter().flat_map(Self::templates_below))
            .collect()
    }

    /// Whether all subcharts take part.
    fn is_whole(&self) -> bool {
        self.children.len() == self.part.children.len()
            && self.children.iter().all(Instance::is_whole)
    }
}
