//! The only reader of disk.

mod changed;
mod commit;
mod digest;
mod disk;
mod edited;
mod folder;
mod git;
mod git_ignore;
mod journal;
mod noted;
mod part;
mod replace;
mod step;
mod trees;
mod walk;

use camino::Utf8Path;
use manifest::{Memory, Snapshot};

pub use changed::FileChange;
pub use commit::{Goal, Signed};
pub use digest::digest;
pub use disk::Disk;
pub use edited::Edited;
pub use git::{Git, Revision};
pub use git_ignore::GitIgnores;
pub use journal::{Committed, Journals, Rewrite, Undone};
pub use noted::{Noted, Notes};
pub use part::Part;
pub use walk::Walk;

/// A snapshot that can tell all of its files.
pub trait Repository: Snapshot {
    /// Every file that counts as part of the repository.
    fn walk(&self) -> Walk;

    /// The addresses that git knows the repository by: none where the snapshot is a part of it,
    /// whose paths are not those that the repository's address comes with.
    fn remotes(&self) -> Vec<String> {
        Vec::new()
    }
}

impl Repository for Memory {
    fn walk(&self) -> Walk {
        Walk {
            files: self.paths().map(Utf8Path::to_owned).collect(),
            ..Walk::default()
        }
    }
}
