use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use camino::{Utf8Path, Utf8PathBuf};
use spanned_yaml::Tree;

use crate::{Kept, ReadError, Snapshot, Source};

/// A snapshot that stands in memory: for tests, and for texts that are not yet on disk.
#[derive(Debug, Default)]
pub struct Memory {
    files: BTreeMap<Utf8PathBuf, File>,
}

#[derive(Debug)]
struct File {
    bytes: Arc<[u8]>,
    source: OnceLock<Arc<Source>>,
}

impl Memory {
    /// A snapshot without files.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a file, or replaces it.
    pub fn insert(&mut self, path: impl Into<Utf8PathBuf>, bytes: impl AsRef<[u8]>) {
        let file = File {
            bytes: bytes.as_ref().into(),
            source: OnceLock::new(),
        };
        self.files.insert(path.into(), file);
    }

    /// The paths of all files, sorted.
    pub fn paths(&self) -> impl Iterator<Item = &Utf8Path> {
        self.files.keys().map(Utf8PathBuf::as_path)
    }

    fn file(&self, path: &Utf8Path) -> Result<&File, ReadError> {
        self.files.get(path).ok_or_else(|| match self.kept(path) {
            Kept::Folder => ReadError::Folder,
            _ => ReadError::Missing,
        })
    }
}

impl<P: Into<Utf8PathBuf>, B: AsRef<[u8]>> FromIterator<(P, B)> for Memory {
    fn from_iter<I: IntoIterator<Item = (P, B)>>(files: I) -> Self {
        let mut memory = Self::new();
        for (path, bytes) in files {
            memory.insert(path, bytes);
        }
        memory
    }
}

impl Snapshot for Memory {
    fn kept(&self, path: &Utf8Path) -> Kept {
        if self.files.contains_key(path) {
            Kept::File
        } else if self.files.keys().any(|p| p.starts_with(path)) {
            Kept::Folder
        } else {
            Kept::Nothing
        }
    }

    fn list(&self, folder: &Utf8Path) -> Vec<Utf8PathBuf> {
        let mut entries: Vec<Utf8PathBuf> = self
            .paths()
            .filter_map(|path| {
                let first = path.strip_prefix(folder).ok()?.components().next()?;
                Some(folder.join(first))
            })
            .collect();
        entries.dedup();
        entries
    }

    fn bytes(&self, path: &Utf8Path) -> Result<Arc<[u8]>, ReadError> {
        Ok(self.file(path)?.bytes.clone())
    }

    fn source(&self, path: &Utf8Path) -> Result<Arc<Source>, ReadError> {
        let file = self.file(path)?;
        let source = file
            .source
            .get_or_init(|| Source::file(path, Tree::parse_bytes(file.bytes.to_vec())));
        Ok(source.clone())
    }
}
