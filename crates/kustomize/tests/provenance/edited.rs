//! Snapshots with one file changed, and snapshots of folders on disk.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use camino::{Utf8Path, Utf8PathBuf};
use manifest::{Kept, Memory, ReadError, Snapshot, Source};

/// A snapshot in which one file has other bytes.
pub(crate) struct Edited<'a> {
    inner: &'a dyn Snapshot,
    file: Memory,
}

impl<'a> Edited<'a> {
    pub(crate) fn new(inner: &'a dyn Snapshot, path: &Utf8Path, bytes: &[u8]) -> Self {
        let file = Memory::from_iter([(path, bytes)]);
        Self { inner, file }
    }

    fn holds(&self, path: &Utf8Path) -> bool {
        self.file.kept(path) == Kept::File
    }
}

impl Snapshot for Edited<'_> {
    fn kept(&self, path: &Utf8Path) -> Kept {
        self.inner.kept(path)
    }

    fn list(&self, folder: &Utf8Path) -> Vec<Utf8PathBuf> {
        self.inner.list(folder)
    }

    fn bytes(&self, path: &Utf8Path) -> Result<Arc<[u8]>, ReadError> {
        match self.holds(path) {
            true => self.file.bytes(path),
            false => self.inner.bytes(path),
        }
    }

    fn source(&self, path: &Utf8Path) -> Result<Arc<Source>, ReadError> {
        match self.holds(path) {
            true => self.file.source(path),
            false => self.inner.source(path),
        }
    }
}

/// A folder on disk, read as it is asked for.
pub(crate) struct Disk {
    root: Utf8PathBuf,
    read: Mutex<BTreeMap<Utf8PathBuf, Arc<Memory>>>,
}

impl Disk {
    pub(crate) fn new(root: impl Into<Utf8PathBuf>) -> Self {
        Self {
            root: root.into(),
            read: Mutex::default(),
        }
    }

    fn read(&self, path: &Utf8Path) -> Result<Arc<Memory>, ReadError> {
        let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(memory) = read.get(path) {
            return Ok(memory.clone());
        }
        let bytes = std::fs::read(self.root.join(path)).map_err(|error| match self.kept(path) {
            Kept::Folder => ReadError::Folder,
            Kept::Nothing => ReadError::Missing,
            _ => ReadError::Refused(error.to_string()),
        })?;
        let memory = Arc::new(Memory::from_iter([(path, bytes)]));
        read.insert(path.to_owned(), memory.clone());
        Ok(memory)
    }
}

impl Snapshot for Disk {
    fn kept(&self, path: &Utf8Path) -> Kept {
        let path = self.root.join(path);
        if path.is_file() {
            Kept::File
        } else if path.is_dir() {
            Kept::Folder
        } else {
            Kept::Nothing
        }
    }

    fn list(&self, folder: &Utf8Path) -> Vec<Utf8PathBuf> {
        let Ok(entries) = self.root.join(folder).read_dir_utf8() else {
            return Vec::new();
        };
        let entries = entries.filter_map(Result::ok);
        let mut list: Vec<Utf8PathBuf> = entries.map(|e| folder.join(e.file_name())).collect();
        list.sort();
        list
    }

    fn bytes(&self, path: &Utf8Path) -> Result<Arc<[u8]>, ReadError> {
        self.read(path)?.bytes(path)
    }

    fn source(&self, path: &Utf8Path) -> Result<Arc<Source>, ReadError> {
        self.read(path)?.source(path)
    }
}
