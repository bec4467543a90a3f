//! `gitopslint render`.

mod all;
mod chart;
mod output_folder;

use camino::{Utf8Path, Utf8PathBuf};
use clap::{Args, ValueEnum};
use kustomize::{Options, Reorder};
use manifest::{Fault, Object};

use super::at::{At, World};
use super::shelf::ShelfArgs;
use super::target::of_environment;
use super::terminal::Terminal;
use super::{FAILED, Failure, Place, faults};
use crate::render;
use crate::report::annotated;
use crate::request::ApiVersions;

/// Print what would be applied, as `kustomize build` and `helm template` do
#[derive(Args)]
pub(super) struct Render {
    /// The folder of a kustomization or chart; with --all or --env, the folder below which
    /// targets are rendered
    #[arg(required_unless_present = "all")]
    target: Option<Utf8PathBuf>,
    #[command(flatten)]
    place: Place,
    #[command(flatten)]
    at: At,
    /// Render every target, each base once
    #[arg(long)]
    all: bool,
    /// Write each target to DIR/<its path>/manifests.yaml instead of standard output
    ///
    /// DIR must be new, empty, or written by this command before; files of targets that are gone
    /// are removed from it.
    #[arg(long, value_name = "DIR", requires = "all")]
    output_dir: Option<Utf8PathBuf>,
    /// Render what is deployed to an environment, with the values that belong to it
    #[arg(long, value_name = "NAME", conflicts_with_all = ["all", "values", "release_name", "namespace"])]
    env: Option<String>,
    #[command(flatten)]
    chart: chart::ChartArgs,
    #[command(flatten)]
    shelf: ShelfArgs,
    /// The order of the objects
    #[arg(long, value_enum, default_value_t = Order::Legacy)]
    reorder: Order,
    /// Whether a kustomization may read files outside its folder
    #[arg(long, value_enum, default_value_t = Restrictor::RootOnly)]
    load_restrictor: Restrictor,
    /// Add to each value the lines that it came from and the step that changed it, as a comment
    #[arg(long)]
    annotate: bool,
    /// The number of threads [default: one per processor]
    #[arg(long, value_name = "N", requires = "all")]
    jobs: Option<usize>,
}

#[derive(Clone, Copy, PartialEq, ValueEnum)]
enum Order {
    /// Namespaces and definitions first, webhooks last
    Legacy,
    /// In the order in which they are rendered
    None,
}

#[derive(Clone, Copy, PartialEq, ValueEnum)]
enum Restrictor {
    /// Only its own folder, and the folders it builds on
    #[value(name = "LoadRestrictionsRootOnly")]
    RootOnly,
    /// Anything inside the root
    #[value(name = "LoadRestrictionsNone")]
    None,
}

impl Render {
    pub(super) fn run(self, terminal: &mut Terminal) -> Result<u8, Failure> {
        let world = self.at.open(self.place.open()?)?;
        let target = self.target.as_deref();
        let target = target.map(|target| world.inside(target)).transpose()?;
        match target {
            Some(target) if !self.all => {
                // Of one target there is little to be done at the same time.
                let jobs = self.env.is_none().then_some(1);
                super::use_threads_here(jobs)?;
                self.one(&world, &target, terminal)
            }
            below => {
                super::use_threads_here(self.jobs)?;
                self.every(world.files(), below, terminal)
            }
        }
    }

    fn one(
        &self,
        world: &World,
        target: &Utf8Path,
        terminal: &mut Terminal,
    ) -> Result<u8, Failure> {
        let files = world.files();
        let printed = match &self.env {
            Some(environment) => {
                let options = self.options();
                self.print_target(&of_environment(
                    files,
                    target,
                    environment,
                    self.shelf.open()?,
                    options,
                    ApiVersions::Template(Vec::new()),
                )?)
            }
            None if render::is_chart(files, target) => {
                let request = self.chart.request(world, target)?;
                self.print_target(&render::render_chart(files, &request, &self.shelf.open()?))
            }
            None => {
                let objects = render::objects(files, target, self.options());
                objects.and_then(|objects| self.print(&objects))
            }
        };
        match printed {
            Ok(text) => {
                // A closed pipe is the reader's wish.
                let _ = terminal.out().write_all(text.as_bytes());
                Ok(0)
            }
            Err(faults) => {
                terminal.note(&faults::told(&faults, terminal.has_colour_for_notes()));
                Ok(FAILED)
            }
        }
    }

    fn print(&self, objects: &[Object]) -> Result<String, Vec<Fault>> {
        match self.annotate {
            true => annotated(objects),
            false => kustomize::print(objects),
        }
    }

    fn options(&self) -> Options {
        Options {
            reorder: match self.reorder {
                Order::Legacy => Reorder::Legacy,
                Order::None => Reorder::None,
            },
            load_restrictor: self.load_restrictor == Restrictor::RootOnly,
            leave_out_absent: false,
        }
    }
}
