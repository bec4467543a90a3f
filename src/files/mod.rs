//! The only reader of disk.

mod disk;
mod edited;
mod git_index;
mod replace;
mod walk;

use camino::Utf8PathBuf;
use manifest::{Memory, Snapshot};

pub use disk::Disk;
pub use edited::Edited;
pub use walk::Walk;

/// A snapshot that can tell all of its files.
pub trait Repository: Snapshot {
    /// Every file below the given folders that counts as part of the repository.
    fn walk(&self, folders: &[Utf8PathBuf]) -> Walk;
}

impl Repository for Memory {
    fn walk(&self, folders: &[Utf8PathBuf]) -> Walk {
        let wanted = |path: &&camino::Utf8Path| folders.iter().any(|f| path.starts_with(f));
        Walk {
            files: self.paths().filter(wanted).map(|p| p.to_owned()).collect(),
            ..Walk::default()
        }
    }
}
