use camino::Utf8PathBuf;
use clap::Args;
use manifest::Snapshot;

use super::at::At;
use super::judging::Judging;
use super::owned::Owned;
use super::shown::{Seen, Shown};
use super::terminal::Terminal;
use super::{Failure, Place, shard};
use crate::shard::{Merged, merge};

/// Put the reports of all shards of a check together, as one run would report
///
/// The files that findings are in are read from the repository, which has to be as the shards
/// have read it.
#[derive(Args)]
pub(super) struct MergeReports {
    /// What `gitopslint check --shard` wrote, of each shard once
    #[arg(required = true, value_name = "FILE")]
    reports: Vec<Utf8PathBuf>,
    #[command(flatten)]
    place: Place,
    #[command(flatten)]
    at: At,
    #[command(flatten)]
    owned: Owned,
    #[command(flatten)]
    shown: Shown,
    #[command(flatten)]
    judging: Judging,
}

impl MergeReports {
    pub(super) fn run(self, terminal: &mut Terminal) -> Result<u8, Failure> {
        super::use_threads(None)?;
        let world = self.at.open(self.place.open()?)?;
        let setup = self
            .judging
            .read(world.files() as &dyn Snapshot, super::given_file)?;
        let setup = setup.map_err(|faults| super::configuration(&faults))?;
        let reports = self.reports.iter();
        let reports = reports.map(|path| Ok((path.to_string(), shard::read(path)?)));
        let reports = reports.collect::<Result<Vec<_>, Failure>>()?;
        let merged = merge(&setup, world.files(), reports);
        let Merged {
            request,
            mut concluded,
        } = merged.map_err(|why| Failure::new(format!("the shards cannot be merged: {why}")))?;
        self.owned.keep(&mut concluded.report, world.files())?;
        let seen = Seen {
            setup: &setup,
            report: &concluded.report,
            sensitive: &concluded.sensitive,
            is_whole: request.paths.is_empty() && request.environments.is_empty(),
            prefix: &super::prefix(&world.disk),
            changed: None,
        };
        self.shown.write(&seen, terminal)?;
        let is_part = !request.environments.is_empty();
        self.shown
            .code(&concluded.report, &concluded.unused_paths, is_part)
    }
}
