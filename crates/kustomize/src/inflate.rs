//! Charts, which something else renders.

use camino::Utf8Path;
use manifest::{Budget, Fault, FaultKind, Node, Unit, View};

use crate::accumulate::Run;
use crate::generate::{Generated, adopt};
use crate::kustomization::Kustomization;
use crate::openapi::Schema;
use crate::paths::Files;
use crate::resource::Resource;
use crate::transform::built_in_origin;

/// Renders the charts of `helmCharts`.
pub trait Inflate: Sync {
    /// The objects of one chart.
    ///
    /// # Errors
    /// Whatever keeps the chart from being rendered.
    fn inflate(&self, chart: &Chart<'_>) -> Result<Vec<Node>, Vec<Fault>>;
}

/// An entry of `helmCharts`.
#[derive(Clone, Copy, Debug)]
pub struct Chart<'a> {
    /// The folder of the kustomization, from which its paths start.
    pub folder: &'a Utf8Path,
    /// The field `helmGlobals`.
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
    fn inflate(&self, chart: &Chart<'_>) -> Result<Vec<Node>, Vec<Fault>> {
        let mut fault = Fault::new(FaultKind::Unsupported, "charts are not rendered here");
        if let Some(place) = chart.chart.origin() {
            fault = fault.at(&place);
        }
        Err(vec![fault])
    }
}

impl Run<'_> {
    /// The objects of all charts of a kustomization.
    pub(crate) fn inflate(
        &self,
        files: &Files<'_>,
        kustomization: &Kustomization,
        schema: &Schema,
    ) -> Result<Vec<Generated>, Vec<Fault>> {
        let fields = &kustomization.fields;
        let mut generated = Vec::new();
        let mut faults = Vec::new();
        for chart in &fields.helm_charts {
            let request = Chart {
                folder: files.folder,
                globals: fields.helm_globals.as_ref().map(Node::view),
                chart: chart.view(),
                budget: self.budget,
            };
            let origin = built_in_origin(kustomization, "HelmChartInflationGenerator");
            match self.charts.inflate(&request) {
                Ok(nodes) => {
                    let spent = self.budget.spend(Unit::Objects, nodes.len());
                    if let Err(exceeded) = spent {
                        let place = chart.view().origin();
                        let fault = exceeded.fault();
                        faults.push(match place {
                            Some(place) => fault.at(&place),
                            None => fault,
                        });
                        break;
                    }
                    let nodes = nodes.into_iter();
                    generated.extend(nodes.map(|node| adopt(Resource::new(node, schema), &origin)));
                }
                Err(more) => faults.extend(more),
            }
        }
        match faults.is_empty() {
            true => Ok(generated),
            false => Err(faults),
        }
    }
}
