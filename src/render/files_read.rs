//! Which files rendering was given.

use std::sync::Arc;

use camino::Utf8Path;
use manifest::{Reads, Snapshot, Source, path_order};
use rustc_hash::{FxHashMap, FxHashSet};

/// The files whose content rendering was given, over many recordings.
#[derive(Debug, Default)]
pub struct FilesRead<'a> {
    /// By text; whether it was read as YAML.
    files: FxHashMap<&'a str, bool>,
}

impl<'a> FilesRead<'a> {
    /// Those of some recordings.
    pub fn of(reads: impl Iterator<Item = &'a Arc<Reads>>) -> Self {
        let mut files = FxHashMap::default();
        let mut seen = FxHashSet::default();
        for reads in reads.filter(|reads| seen.insert(Arc::as_ptr(reads))) {
            for (path, is_parsed) in reads.given() {
                *files.entry(path.as_str()).or_default() |= is_parsed;
            }
        }
        Self { files }
    }

    /// The files, in no order.
    pub fn paths(&self) -> impl Iterator<Item = &'a Utf8Path> {
        self.files.keys().map(|file| Utf8Path::new(*file))
    }

    /// Whether a file's content was given.
    pub fn has(&self, file: &Utf8Path) -> bool {
        self.files.contains_key(file.as_str())
    }

    /// The folders that the files stand in.
    pub fn folders(&self) -> FxHashSet<&'a str> {
        let parents = self
            .files
            .keys()
            .filter_map(|file| Utf8Path::new(*file).parent());
        parents.map(Utf8Path::as_str).collect()
    }

    /// The texts that were read as YAML, in the order of their paths.
    pub fn sources(&self, snapshot: &dyn Snapshot) -> Vec<Arc<Source>> {
        let parsed = self.files.iter().filter(|(_, is_parsed)| **is_parsed);
        let mut paths: Vec<&Utf8Path> = parsed.map(|(file, _)| Utf8Path::new(*file)).collect();
        paths.sort_unstable_by(|a, b| path_order(a, b));
        let sources = paths.into_iter();
        sources
            .filter_map(|path| snapshot.source(path).ok())
            .collect()
    }
}
