use std::time::SystemTime;

use clap::{Args, ValueEnum};

use super::shelf::ShelfArgs;
use super::terminal::Terminal;
use super::{Failure, Place};
use crate::date::Date;
use crate::pipeline::{Deployed, Matrix};
use crate::report::matrix;
use crate::snapshot::Repository;
use crate::{Request, Setup};

/// Show which application is in which environment, and at which version
#[derive(Args)]
#[command(visible_alias = "envs")]
pub(super) struct Environments {
    /// Show only applications with this in their name
    name: Option<String>,
    /// Show how each environment was determined
    #[arg(long)]
    why: bool,
    /// The format of the output
    #[arg(short, long, value_enum, default_value = "human")]
    output: Output,
    #[command(flatten)]
    shelf: ShelfArgs,
    #[command(flatten)]
    place: Place,
}

#[derive(Clone, Copy, ValueEnum)]
enum Output {
    Human,
    Markdown,
    Json,
}

impl Environments {
    pub(super) fn run(self, terminal: &mut Terminal) -> Result<u8, Failure> {
        let disk = self.place.open()?;
        let deployed = deployed(&disk, &self.shelf)?;
        let mut all = Matrix::of(&deployed);
        if let Some(name) = &self.name {
            all.rows
                .retain(|row| row.application.contains(name.as_str()));
        }
        let text = match self.output {
            Output::Human => matrix::human(&all, self.why),
            Output::Markdown => matrix::markdown(&all, self.why),
            Output::Json => matrix::json(&all),
        };
        write(terminal, &text)
    }
}

/// What a repository deploys, rendered.
pub(super) fn deployed(
    repository: &dyn Repository,
    shelf: &ShelfArgs,
) -> Result<Deployed, Failure> {
    let setup = Setup::read_in(crate::cli::isolation(), repository, None)
        .map_err(|faults| super::configuration(&faults))?;
    let setup = setup.with_shelf(shelf.open()?);
    let request = Request::all(Date::at(SystemTime::now()));
    let options = kustomize::Options {
        leave_out_absent: true,
        ..kustomize::Options::default()
    };
    Ok(setup.render(repository, &request, options))
}

/// Prints a result.
pub(super) fn write(terminal: &mut Terminal, text: &str) -> Result<u8, Failure> {
    let written = terminal.out().write_all(text.as_bytes());
    written.map_err(|fault| Failure::new(format!("cannot write the result: {fault}")))?;
    Ok(0)
}
