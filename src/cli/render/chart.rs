//! A chart, and what is deployed to an environment.

use std::collections::BTreeSet;
use std::time::SystemTime;

use camino::{Utf8Path, Utf8PathBuf};
use clap::Args;
use helm::Capabilities;
use manifest::Fault;

use super::{Failure, Render, inside};
use crate::date::Date;
use crate::files::Disk;
use crate::render::{self, ChartRequest, Rendered};
use crate::repo::{ChartUse, ValuesFrom};
use crate::{Request, Setup};

/// How a chart is rendered; named as Helm names it.
#[derive(Args)]
#[command(next_help_heading = "Charts")]
pub(super) struct ChartArgs {
    /// A values file; later ones outrank earlier ones
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
    /// Leave out what only `helm test` runs
    #[arg(long)]
    skip_tests: bool,
    /// The Kubernetes version that templates are told
    #[arg(long, value_name = "VERSION")]
    kube_version: Option<String>,
    /// An API version that templates are told the cluster serves
    #[arg(short = 'a', long, value_name = "VERSION")]
    api_versions: Vec<String>,
}

impl ChartArgs {
    pub(super) fn request(&self, disk: &Disk, chart: &Utf8Path) -> Result<ChartRequest, Failure> {
        let file = |path: &Utf8PathBuf| {
            Ok(ValuesFrom::File {
                path: inside(disk, path)?,
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
                release: self.release_name.clone(),
                namespace: Some(self.namespace.clone()),
                by: None,
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

    /// The one target below a folder that is deployed to an environment.
    pub(super) fn of_environment(
        &self,
        disk: &Disk,
        below: &Utf8Path,
        environment: &str,
    ) -> Result<Result<String, Vec<Fault>>, Failure> {
        let setup = Setup::read(disk, None).map_err(|faults| crate::cli::configuration(&faults))?;
        let request = Request {
            paths: vec![below.to_owned()],
            ..Request::all(Date::at(SystemTime::now()))
        };
        let deployed = setup.render(disk, &request, self.options());
        let targets: Vec<&Rendered> = deployed.targets().filter(|t| t.spec.is_asked).collect();
        let is_meant = |target: &&&Rendered| {
            let own = target.spec.environment.as_ref();
            own.is_some_and(|own| *own.name == *environment || own.tier.name() == environment)
        };
        let meant: Vec<&&Rendered> = targets.iter().filter(is_meant).collect();
        match meant[..] {
            [only] => Ok(self.print_target(only)),
            [] => Err(nothing(below, environment, &targets)),
            _ => {
                let names = meant
                    .iter()
                    .map(|t| format!("{} ({})", t.spec.path, t.spec.application));
                let names: BTreeSet<String> = names.collect();
                let names: Vec<String> = names.into_iter().collect();
                Err(Failure::new(format!(
                    "several targets below {below} are deployed to {environment}"
                ))
                .hint(format!("name one of them: {}", names.join(", "))))
            }
        }
    }
}

fn nothing(below: &Utf8Path, environment: &str, targets: &[&Rendered]) -> Failure {
    let known = targets.iter().filter_map(|t| t.spec.environment.as_ref());
    let known: BTreeSet<&str> = known.map(|own| &*own.name).collect();
    let failure = Failure::new(format!(
        "nothing below {below} is deployed to {environment}"
    ));
    match known.is_empty() {
        true => failure,
        false => {
            let known: Vec<&str> = known.into_iter().collect();
            failure.hint(format!("there is {}", known.join(", ")))
        }
    }
}
