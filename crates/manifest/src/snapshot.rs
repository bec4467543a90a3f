use std::cmp::Ordering;
use std::fmt;
use std::sync::Arc;

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

    /// The path at which a file or folder stands by itself, once all links are followed: the same
    /// one for every path that leads to it. Whatever goes down folders asks for it, lest a link
    /// leads it in circles. Where there are no links it is the path itself.
    fn real(&self, path: &Utf8Path) -> Utf8PathBuf {
        path.to_owned()
    }

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
            Self::Outside => f.write_str("it is outside the repository"),
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

/// The order of paths: that of their parts, so that what stands in a folder stands together.
pub fn path_order(a: &Utf8Path, b: &Utf8Path) -> Ordering {
    let (a, b) = (a.as_str().as_bytes(), b.as_str().as_bytes());
    let rank = |path: &[u8], at: usize| match path.get(at) {
        None => 0,
        Some(b'/') => 1,
        Some(byte) => u16::from(*byte) + 2,
    };
    // Most have much in common.
    let words = a.as_chunks::<8>().0.iter().zip(b.as_chunks::<8>().0);
    let same = 8 * words.take_while(|(a, b)| a == b).count();
    let differs = a[same..].iter().zip(&b[same..]).position(|(a, b)| a != b);
    let at = differs.map_or(a.len().min(b.len()), |at| same + at);
    rank(a, at).cmp(&rank(b, at))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn orders_paths_as_their_parts() {
        let paths = [
            "", "a", "a/b", "a/b.yaml", "a-b", "a.yaml", "a/b/c", "ab", "b/a",
        ];
        for a in paths.map(Utf8Path::new) {
            for b in paths.map(Utf8Path::new) {
                assert_eq!(path_order(a, b), a.cmp(b), "{a} {b}");
            }
        }
    }
}
