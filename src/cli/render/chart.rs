//! How a chart is rendered.

use camino::{Utf8Path, Utf8PathBuf};
use clap::Args;
use helm::Capabilities;
use manifest::Fault;

use super::{Failure, Render, World};
use crate::deploy::{ChartUse, ValuesFrom};
use crate::render::{self, ChartRequest, Rendered};

/// How a chart is rendered; named as Helm names it.
#[derive(Args)]
#[command(next_help_heading = "Charts")]
pub(super) struct ChartArgs {
    /// A values file; later ones override earlier ones
    #[arg(short = 'f', long, value_name = "FILE")]
    values: Vec<Utf8PathBuf>,
    /// The name of the release
    #[arg(long, value_name = "NAME", default_value = "release-name")]
    release_name: String,
    /// The namespace of the release
    #[arg(short = 'n', long, value_name = "NAME", default_value = "default")]
    namespace: String,
    /// Also print the custom resource definitions in `crds/`
    #[arg(long)]
    include_crds: bool,
    /// Skip test hooks, which only `helm test` runs
    #[arg(long)]
    skip_tests: bool,
    /// The Kubernetes version that templates see
    #[arg(long, value_name = "VERSION")]
    kube_version: Option<String>,
    /// An API version that templates see as served by the cluster
    #[arg(short = 'a', long, value_name = "VERSION")]
    api_versions: Vec<String>,
}

impl ChartArgs {
    pub(super) fn request(&self, world: &World, chart: &Utf8Path) -> Result<ChartRequest, Failure> {
        let file = |path: &Utf8PathBuf| {
            Ok(ValuesFrom::File {
                path: world.inside(path)?,
                by: None,
                is_optional: false,
            })
        };
        Ok(ChartRequest {
            chart: ChartUse {
                chart: chart.to_owned(),
                values: self
                    .values
                    .iter()
                    .map(file)
                    .collect::<Result<_, Failure>>()?,
                release: self.release_name.clone().into(),
                namespace: Some(self.namespace.clone().into()),
                by: None,
                pulled: None,
                post_renderers: Vec::new(),
            },
            capabilities: Capabilities::new(
                self.kube_version.as_deref(),
                self.api_versions.iter().cloned(),
            ),
            options: helm::Options {
                include_crds: self.include_crds,
                skip_tests: self.skip_tests,
                ..helm::Options::default()
            },
        })
    }
}

impl Render {
    /// A target as its own tool prints it, unless origins are asked for.
    pub(super) fn print_target(&self, target: &Rendered) -> Result<String, Vec<Fault>> {
        match (self.annotate, &target.chart) {
            (true, Some(chart)) if !chart.faults.is_empty() => Err(chart.faults.clone()),
            (true, _) if target.faults.is_empty() => self.print(&target.objects),
            _ => render::print_rendered(target),
        }
    }
}
