//! Which state of the repository is looked at: the disk's, a revision's, or what is staged.

use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};
use clap::Args;
use git_read::Fault;
use manifest::{Kept, Snapshot, normalize};

use super::{Failure, inside};
use crate::snapshot::{Disk, FileChange, Git, Repository, Revision};

/// Where git says which index counts, as it does while a commit is made.
const INDEX: &str = "GIT_INDEX_FILE";

/// Which state of the repository is looked at.
#[derive(Args)]
pub(super) struct At {
    /// Read the files of a git revision, such as HEAD~1 or origin/main
    #[arg(long, value_name = "REF", conflicts_with = "staged")]
    rev: Option<String>,
    /// Read the files that are staged for the next commit
    #[arg(long)]
    staged: bool,
}

/// The state of a repository that is looked at.
pub(super) struct World {
    /// The repository on disk.
    pub(super) disk: Disk,
    revision: Option<Revision>,
    /// The name of the revision, if one is looked at.
    name: Option<String>,
}

impl At {
    /// Whether another state than the disk's is asked for.
    pub(super) fn is_given(&self) -> bool {
        self.rev.is_some() || self.staged
    }

    pub(super) fn open(&self, disk: Disk) -> Result<World, Failure> {
        let revision = match &self.rev {
            Some(name) => Some(revision_of(&open_git(&disk)?, name)?),
            None if self.staged => Some(staged(&disk)?),
            None => None,
        };
        Ok(World {
            disk,
            revision,
            name: self.rev.clone(),
        })
    }
}

impl World {
    /// The files in that state.
    pub(super) fn files(&self) -> &dyn Repository {
        match &self.revision {
            Some(revision) => revision,
            None => &self.disk,
        }
    }

    /// The name of the revision, if one is looked at.
    pub(super) fn revision_name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// What git keeps of the repository.
    pub(super) fn git(&self) -> Result<Arc<Git>, Failure> {
        match &self.revision {
            Some(revision) => Ok(revision.git().clone()),
            None => open_git(&self.disk),
        }
    }

    /// The files that differ from those of a revision.
    pub(super) fn changed_since(&self, before: &Revision) -> Result<Vec<FileChange>, Failure> {
        match &self.revision {
            Some(revision) => Ok(FileChange::between(before, revision)),
            None => FileChange::on_disk(before, &self.disk).map_err(told),
        }
    }

    /// A path of the command line, relative to the root. It need not be on disk if it is in the
    /// revision.
    pub(super) fn inside(&self, path: &Utf8Path) -> Result<Utf8PathBuf, Failure> {
        self.inside_any(path, &[])
    }

    /// As [`World::inside`], for a path that is in one of some other revisions at least.
    pub(super) fn inside_any(
        &self,
        path: &Utf8Path,
        others: &[Revision],
    ) -> Result<Utf8PathBuf, Failure> {
        let known = self.revision.iter().chain(others).find_map(|revision| {
            let here = super::current_folder().ok()?.canonicalize_utf8().ok()?;
            let below = here.strip_prefix(self.disk.root()).ok();
            let folders = below.into_iter().chain([Utf8Path::new("")]);
            let mut paths = folders.filter_map(|folder| normalize(folder, path.as_str()));
            paths.find(|path| matches!(revision.kept(path), Kept::File | Kept::Folder))
        });
        known.map_or_else(|| inside(&self.disk, path), Ok)
    }
}

/// What git keeps of a folder; all that is read of it shares what is the same.
pub(super) fn open_git(disk: &Disk) -> Result<Arc<Git>, Failure> {
    let git = Git::beside(disk).map_err(told)?;
    git.ok_or_else(|| no_git(disk.root()))
}

pub(super) fn revision_of(git: &Arc<Git>, name: &str) -> Result<Revision, Failure> {
    git.revision(name)
        .map_err(|fault| unknown(git, fault, name))
}

/// Why a revision is not read, with the name that may have been meant.
pub(super) fn unknown(git: &Git, fault: Fault, name: &str) -> Failure {
    let names = match fault {
        Fault::NoRevision { hint: None, .. } => git.store().names(),
        _ => Vec::new(),
    };
    let near = suggest::nearest(name, names.iter().map(String::as_str));
    match near {
        Some(near) => told(fault).hint(format!("did you mean `{near}`?")),
        None => told(fault),
    }
}

fn staged(disk: &Disk) -> Result<Revision, Failure> {
    let index = std::env::var(INDEX).ok();
    let index = index.as_deref().filter(|index| !index.is_empty());
    let staged = Git::staged(disk, index.map(Utf8Path::new)).map_err(told)?;
    staged.ok_or_else(|| no_git(disk.root()))
}

pub(super) fn told(fault: Fault) -> Failure {
    Failure::new(fault.to_string())
}

fn no_git(root: &Utf8Path) -> Failure {
    Failure::new(format!("{root} is not in a git repository"))
        .hint("without --rev, --staged and --changed, the files on disk are read as they are")
}
