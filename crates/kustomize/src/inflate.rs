//! Charts, which something else renders.

use std::sync::Arc;

use camino::Utf8Path;
use manifest::{Budget, Fault, FaultKind, Node, Unit, View};

use crate::accumulate::{Run, State};
use crate::generate::{Generated, adopt};
use crate::kustomization::Kustomization;
use crate::paths::Files;
use crate::resource::{Origin, Resource};
use crate::transform::built_in_origin;

/// Renders the charts that kustomizations name.
pub trait Inflate: Sync {
    /// The objects of one chart.
    ///
    /// # Errors
    /// Whatever keeps the chart from being rendered.
    fn inflate(&self, chart: &Chart<'_>) -> Result<Inflated, Vec<Fault>>;
}

/// What came of a chart.
#[derive(Clone, Debug, Default)]
pub struct Inflated {
    /// Its objects.
    pub objects: Vec<Node>,
    /// What Helm demands of the values and nobody compared them with.
    pub unchecked: Vec<Fault>,
}

/// An entry of `helmCharts`, or the configuration of a generator that stands for one.
#[derive(Clone, Copy, Debug)]
pub struct Chart<'a> {
    /// The folder of the kustomization, from which its paths start.
    pub folder: &'a Utf8Path,
    /// The field `helmGlobals`; a generator is both.
    pub globals: Option<View<'a>>,
    /// The entry itself.
    pub chart: View<'a>,
    /// What reading and rendering the chart may take.
    pub budget: &'a Budget,
}

/// Renders no charts, but says so.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoCharts;

impl Inflate for NoCharts {
    fn inflate(&self, chart: &Chart<'_>) -> Result<Inflated, Vec<Fault>> {
        let mut fault = Fault::new(FaultKind::Unsupported, "charts are not rendered here");
        if let Some(place) = chart.chart.origin() {
            fault = fault.at(&place);
        }
        Err(vec![fault])
    }
}

impl Run<'_> {
    /// The objects of all charts in `helmCharts`.
    pub(crate) fn inflate(
        &self,
        files: &Files<'_>,
        kustomization: &Kustomization,
        state: &mut State,
    ) -> Result<Vec<Generated>, Vec<Fault>> {
        let fields = &kustomization.fields;
        let origin = built_in_origin(kustomization, "HelmChartInflationGenerator");
        let mut generated = Vec::new();
        let mut faults = Vec::new();
        for chart in &fields.helm_charts {
            let request = Chart {
                folder: files.folder,
                globals: fields.helm_globals.as_ref().map(Node::view),
                chart: chart.view(),
                budget: self.budget,
            };
            match self.inflate_one(&request, &origin, state) {
                Ok(objects) => generated.extend(objects),
                Err(more) => faults.extend(more),
            }
        }
        match faults.is_empty() {
            true => Ok(generated),
            false => Err(faults),
        }
    }

    /// The objects of one chart.
    pub(crate) fn inflate_one(
        &self,
        chart: &Chart<'_>,
        origin: &Arc<Origin>,
        state: &mut State,
    ) -> Result<Vec<Generated>, Vec<Fault>> {
        let inflated = self.charts.inflate(chart)?;
        let spent = self.budget.spend(Unit::Objects, inflated.objects.len());
        spent.map_err(|exceeded| {
            let fault = exceeded.fault();
            vec![match chart.chart.origin() {
                Some(place) => fault.at(&place),
                None => fault,
            }]
        })?;
        state.effects.unchecked.extend(inflated.unchecked);
        let schema = state.schema.get();
        let objects = inflated.objects.into_iter();
        Ok(objects
            .map(|node| adopt(Resource::new(node, schema), origin))
            .collect())
    }
}
