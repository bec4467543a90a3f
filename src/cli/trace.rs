use camino::Utf8PathBuf;
use clap::{Args, ValueEnum};
use kustomize::Options;

use super::at::At;
use super::shelf::ShelfArgs;
use super::target::of_environment;
use super::terminal::Terminal;
use super::{FAILED, Failure, Place, faults};
use crate::render::ChartRequest;
use crate::request::ApiVersions;
use crate::trace::{ObjectQuery, PathQuery, trace};
use crate::{render, report};

/// Show where a value comes from, and what changed it along the way
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Trace {
    /// The folder of the target; with --env, a parent folder is enough
    target: Utf8PathBuf,
    /// The object: Deployment/api, Deployment/namespace/api or apps/v1/Deployment/api
    object: String,
    /// The field: spec.template.spec.containers[name=api].image
    path: String,
    #[command(flatten)]
    place: Place,
    #[command(flatten)]
    at: At,
    /// Look at what is deployed to an environment, with the values that belong to it
    #[arg(long, value_name = "NAME")]
    env: Option<String>,
    #[command(flatten)]
    shelf: ShelfArgs,
    /// The format of the result
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

const EXAMPLES: &str = "\
Examples:
  gitopslint trace overlays/production Deployment/api spec.replicas
  gitopslint trace overlays/production Deployment/api 'spec.template.spec.containers[0].image'
  gitopslint trace charts/api Deployment/api spec.replicas --env production
  gitopslint trace . ConfigMap/settings 'data[\"app.properties\"]'";

#[derive(Clone, Copy, ValueEnum)]
enum Format {
    /// For people
    Human,
    /// For programs
    Json,
}

impl Trace {
    pub(super) fn run(self, terminal: &mut Terminal) -> Result<u8, Failure> {
        let object = ObjectQuery::parse(&self.object).ok_or_else(|| {
            Failure::new(format!("`{}` is not the name of an object", self.object))
                .hint("write its kind and its name: Deployment/api")
        })?;
        let path = PathQuery::parse(&self.path).map_err(|wrong| {
            Failure::new(wrong).hint(
                "write it as spec.containers[0].image, [name=api] for an item, [\"a.b\"] for a key with dots",
            )
        })?;
        super::use_threads_here(self.env.is_none().then_some(1))?;
        let world = self.at.open(self.place.open()?)?;
        let target = world.inside(&self.target)?;
        let files = world.files();
        let objects = match &self.env {
            Some(environment) => {
                let options = Options::default();
                let shelf = self.shelf.open()?;
                let served = ApiVersions::Cluster;
                let meant = of_environment(files, &target, environment, shelf, options, served)?;
                render::objects_of(meant)
            }
            None if render::is_chart(files, &target) => {
                let request = ChartRequest::template(&target);
                render::objects_of(render::render_chart(files, &request, &self.shelf.open()?))
            }
            None => render::objects_applied(files, &target, Options::default()),
        };
        let objects = match objects {
            Ok(objects) => objects,
            Err(faults) => {
                terminal.note(&faults::told(&faults, terminal.has_colour_for_notes()));
                return Ok(FAILED);
            }
        };
        let found = object.find(&objects).map_err(|none| Failure {
            hint: none.help,
            ..Failure::new(none.message)
        })?;
        let traced = trace(&target, &objects, found, &path).map_err(|none| Failure {
            hint: none.help,
            ..Failure::new(format!(
                "{} has no `{}`: nothing is at `{}`",
                found.id, self.path, none.part
            ))
        })?;
        let prefix = super::prefix(&world.disk);
        let context = report::Context {
            rules: &[],
            sensitive: &traced.sensitive,
            color: terminal.has_colour(),
            width: terminal.width(),
            show_info: true,
            detail: report::Detail::default(),
            complete: false,
            prefix: &prefix,
            workflow: report::Workflow::default(),
        };
        // A closed pipe is the reader's wish.
        let _ = match self.format {
            Format::Human => report::write_trace(&traced, &context, terminal.out()),
            Format::Json => report::write_trace_json(&traced, &context, terminal.out()),
        };
        Ok(0)
    }
}
