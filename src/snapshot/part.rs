//! A part of a repository, looked at by itself.

use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};
use manifest::{Kept, ReadError, Snapshot, Source, path_order};

use super::{Repository, Walk};

/// A repository of which only some files are walked. Whatever these name can be read all the
/// same.
pub struct Part<'a> {
    base: &'a dyn Snapshot,
    files: Vec<Utf8PathBuf>,
}

impl<'a> Part<'a> {
    /// The part of a snapshot that consists of some files.
    pub fn new(base: &'a dyn Snapshot, files: impl Iterator<Item = Utf8PathBuf>) -> Self {
        let mut files: Vec<Utf8PathBuf> = files.collect();
        files.sort_by(|a, b| path_order(a, b));
        files.dedup();
        Self { base, files }
    }
}

impl Repository for Part<'_> {
    fn walk(&self) -> Walk {
        Walk {
            files: self.files.clone(),
            ..Walk::default()
        }
    }
}

impl Snapshot for Part<'_> {
    fn kept(&self, path: &Utf8Path) -> Kept {
        self.base.kept(path)
    }

    fn real(&self, folder: &Utf8Path) -> Utf8PathBuf {
        self.base.real(folder)
    }

    fn list(&self, folder: &Utf8Path) -> Vec<Utf8PathBuf> {
        self.base.list(folder)
    }

    fn bytes(&self, path: &Utf8Path) -> Result<Arc<[u8]>, ReadError> {
        self.base.bytes(path)
    }

    fn source(&self, path: &Utf8Path) -> Result<Arc<Source>, ReadError> {
        self.base.source(path)
    }
}
