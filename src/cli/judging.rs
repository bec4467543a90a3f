//! What a check is judged by.

use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};
use clap::Args;
use manifest::{Fault, Snapshot, Source};

use super::Failure;
use crate::setup::Setup;

/// What a check is judged by.
#[derive(Args)]
pub(super) struct Judging {
    /// The configuration file [default: .gitopslint.yaml in the root]
    #[arg(long, value_name = "FILE")]
    config: Option<Utf8PathBuf>,
    /// Do not count the findings listed in this file; `gitopslint baseline` writes it [default:
    /// the configured one]
    #[arg(long, value_name = "FILE")]
    baseline: Option<Utf8PathBuf>,
}

impl Judging {
    /// Reads it, or tells what is wrong with it. `given` reads a file that is named.
    pub(super) fn read(
        &self,
        snapshot: &dyn Snapshot,
        given: impl Fn(&Utf8Path) -> Result<Arc<Source>, Failure>,
    ) -> Result<Result<Setup, Vec<Fault>>, Failure> {
        let configuration = self.config.as_deref().map(&given).transpose()?;
        let Some(path) = &self.baseline else {
            return Ok(Setup::read_in(
                crate::cli::isolation(),
                snapshot,
                configuration,
            ));
        };
        let source = given(path)?;
        let setup = Setup::read_without_baseline(crate::cli::isolation(), snapshot, configuration);
        Ok(setup.and_then(|setup| setup.with_baseline(&source)))
    }
}
