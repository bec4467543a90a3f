use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use camino::{Utf8Component, Utf8Path, Utf8PathBuf};

use crate::Source;

/// What stands in the files of a repository at one moment.
///
/// Paths are relative to the root, with `/` between their parts and without `.` and `..`
/// ([`normalize`]); the root itself is the empty path.
pub trait Snapshot: Sync {
    /// What stands at a path.
    fn kept(&self, path: &Utf8Path) -> Kept;

    /// The paths of a folder's entries, sorted; empty if it is no folder.
    fn list(&self, folder: &Utf8Path) -> Vec<Utf8PathBuf>;

    /// A file's bytes.
    fn bytes(&self, path: &Utf8Path) -> Result<Arc<[u8]>, ReadError>;

    /// A file read as YAML. The same file always gives the same source.
    fn source(&self, path: &Utf8Path) -> Result<Arc<Source>, ReadError>;
}

/// What stands at a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    /// A file.
    File,
    /// A folder.
    Folder,
    /// Nothing.
    Nothing,
    /// Something outside the root, reached through `..` or a symbolic link. It is not read.
    Outside,
}

/// Why a file could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReadError {
    /// There is nothing at that path.
    Missing,
    /// It is a folder.
    Folder,
    /// It stands outside the root.
    Outside,
    /// It is larger than what is read of one file.
    TooLarge,
    /// The system refused, for the reason given.
    Refused(String),
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing => f.write_str("there is no such file"),
            Self::Folder => f.write_str("it is a folder"),
            Self::Outside => f.write_str("it stands outside the repository"),
            Self::TooLarge => f.write_str("the file is too large"),
            Self::Refused(reason) => f.write_str(reason),
        }
    }
}

impl std::error::Error for ReadError {}

/// Joins a path to a folder and resolves `.` and `..`; `None` if it leads out of the root.
pub fn normalize(folder: &Utf8Path, path: &str) -> Option<Utf8PathBuf> {
    let mut parts: Vec<&str> = Vec::new();
    let path = Utf8Path::new(path);
    if path.is_absolute() {
        return None;
    }
    for component in folder.components().chain(path.components()) {
        match component {
            Utf8Component::Normal(part) => parts.push(part),
            Utf8Component::ParentDir => {
                parts.pop()?;
            }
            _ => {}
        }
    }
    Some(Utf8PathBuf::from(parts.join("/")))
}

/// What a snapshot was asked, and what it answered. Rendering that was asked and answered the
/// same in another snapshot gives the same there.
pub type Reads = BTreeMap<Utf8PathBuf, Answer>;

/// What was asked at several times, as one. Of answers about the same path, the one that says
/// most is kept.
pub fn merge_reads(reads: impl IntoIterator<Item = Reads>) -> Reads {
    let mut all: Vec<(Utf8PathBuf, Answer)> = reads.into_iter().flatten().collect();
    // By bytes: to compare paths part by part is slow, and here there are many.
    all.sort_unstable_by(|(a, first), (b, second)| {
        let by_weight = || second.weight().cmp(&first.weight());
        a.as_str().cmp(b.as_str()).then_with(by_weight)
    });
    all.dedup_by(|(next, _), (kept, _)| next.as_str() == kept.as_str());
    all.into_iter().collect()
}

/// The answer to a question about a path.
#[derive(Clone, Debug)]
pub enum Answer {
    /// It was asked what stands there.
    Kept(Kept),
    /// It was asked for the entries of a folder.
    Listed(Vec<Utf8PathBuf>),
    /// It was asked for the file's bytes.
    Read(Result<(), ReadError>),
    /// It was asked for the file as YAML.
    Parsed(Result<(), ReadError>),
}

impl Answer {
    /// How much an answer says of a path: of several, the one that says most is kept.
    fn weight(&self) -> u8 {
        match self {
            Self::Kept(_) => 1,
            Self::Listed(_) => 2,
            Self::Read(_) => 3,
            Self::Parsed(_) => 4,
        }
    }
}

/// A snapshot that records what it is asked.
pub struct Recorder<'a> {
    inner: &'a dyn Snapshot,
    reads: Mutex<Reads>,
}

impl<'a> Recorder<'a> {
    /// Records what `inner` is asked from now on.
    pub fn new(inner: &'a dyn Snapshot) -> Self {
        Self {
            inner,
            reads: Mutex::default(),
        }
    }

    /// What was asked.
    pub fn into_reads(self) -> Reads {
        self.reads
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn record(&self, path: &Utf8Path, answer: Answer) {
        let mut reads = self.reads.lock().unwrap_or_else(PoisonError::into_inner);
        let known = reads.get(path).map_or(0, Answer::weight);
        if answer.weight() > known {
            reads.insert(path.to_owned(), answer);
        }
    }
}

impl Snapshot for Recorder<'_> {
    fn kept(&self, path: &Utf8Path) -> Kept {
        let kept = self.inner.kept(path);
        self.record(path, Answer::Kept(kept));
        kept
    }

    fn list(&self, folder: &Utf8Path) -> Vec<Utf8PathBuf> {
        let entries = self.inner.list(folder);
        self.record(folder, Answer::Listed(entries.clone()));
        entries
    }

    fn bytes(&self, path: &Utf8Path) -> Result<Arc<[u8]>, ReadError> {
        let bytes = self.inner.bytes(path);
        self.record(
            path,
            Answer::Read(bytes.as_ref().map(|_| ()).map_err(Clone::clone)),
        );
        bytes
    }

    fn source(&self, path: &Utf8Path) -> Result<Arc<Source>, ReadError> {
        let source = self.inner.source(path);
        self.record(
            path,
            Answer::Parsed(source.as_ref().map(|_| ()).map_err(Clone::clone)),
        );
        source
    }
}
