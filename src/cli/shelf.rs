//! Where charts are kept outside the repository.

use camino::Utf8PathBuf;
use clap::Args;
use helm::Shelf;

use super::Failure;
use super::cache::{self, variable};
use crate::snapshot::Disk;

/// Where to look for charts that others depend on; nothing is ever fetched.
#[derive(Args)]
pub(super) struct ShelfArgs {
    /// A folder with chart dependencies that are not in `charts/`, packed or unpacked
    #[arg(long, value_name = "DIR")]
    chart_path: Vec<Utf8PathBuf>,
    /// Also use Helm's own cache, for what `helm dependency update` has fetched
    #[arg(long)]
    helm_cache: bool,
}

impl ShelfArgs {
    /// Whether there is one.
    pub(super) fn is_given(&self) -> bool {
        !self.chart_path.is_empty() || self.helm_cache
    }

    pub(super) fn open(&self) -> Result<Shelf, Failure> {
        let mut shelf = Shelf::default();
        let cache = self.helm_cache.then(of_helm).flatten();
        for folder in self.chart_path.iter().chain(&cache) {
            let disk = Disk::new(folder)
                .map_err(|fault| Failure::new(format!("cannot open {folder}: {fault}")))?;
            shelf.add(disk);
        }
        Ok(shelf)
    }
}

/// The folder where Helm keeps the archives that it fetched, if there is one.
fn of_helm() -> Option<Utf8PathBuf> {
    let own = variable("HELM_REPOSITORY_CACHE").map(Utf8PathBuf::from);
    let home = || variable("HELM_CACHE_HOME").map(Utf8PathBuf::from);
    let of_user = || Some(cache::of_user()?.join("helm"));
    own.or_else(|| Some(home().or_else(of_user)?.join("repository")))
        .filter(|folder| folder.is_dir())
}
