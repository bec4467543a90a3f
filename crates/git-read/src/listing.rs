use std::cmp::Ordering;

use camino::{Utf8Path, Utf8PathBuf};

use crate::Id;

/// The longest name of a file or folder, in bytes.
const LONGEST_NAME: usize = 255;
/// The longest path, in bytes.
pub(crate) const LONGEST_PATH: usize = 4096;

/// The files of a revision, or of the index.
#[derive(Clone, Debug, Default)]
pub struct Listing {
    pub(crate) entries: Vec<Entry>,
    pub(crate) left_out: Vec<LeftOut>,
}

/// One of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// From the top of the work tree, with `/` between its parts; never with `.` or `..`.
    pub path: Utf8PathBuf,
    /// What it is.
    pub kind: EntryKind,
    /// What it holds; of a submodule, its commit, which this repository does not have.
    pub id: Id,
}

/// What an entry is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntryKind {
    /// A file.
    File,
    /// A file that may be executed.
    Executable,
    /// A symbolic link; it holds where it leads to.
    Link,
    /// Another repository, of which only the commit is known.
    Submodule,
}

/// Something that a revision has and no checkout should: a name such as `..`, or one that is
/// not UTF-8.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftOut {
    /// The path as far as it can be shown.
    pub path: String,
    /// Why it is left out.
    pub why: &'static str,
}

impl Listing {
    /// The entries, sorted by the parts of their paths, so that what stands in a folder stands
    /// together. No path comes twice.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// What was left out, in the same order.
    pub fn left_out(&self) -> &[LeftOut] {
        &self.left_out
    }

    /// The entry at a path.
    pub fn get(&self, path: &Utf8Path) -> Option<&Entry> {
        self.position(path).map(|at| &self.entries[at])
    }

    /// The position of the entry at a path.
    pub fn position(&self, path: &Utf8Path) -> Option<usize> {
        let entries = self.entries.as_slice();
        entries
            .binary_search_by(|entry| order(entry.path.as_str(), path.as_str()))
            .ok()
    }

    /// The entries in a folder, at any depth.
    pub(crate) fn below(&self, folder: &Utf8Path) -> &[Entry] {
        let folder = folder.as_str();
        if folder.is_empty() {
            return &self.entries;
        }
        let is_before = |entry: &Entry| order(entry.path.as_str(), folder).is_lt();
        let first = self.entries.partition_point(is_before);
        let is_below = |entry: &Entry| {
            let rest = entry.path.as_str().strip_prefix(folder);
            rest.is_some_and(|rest| rest.starts_with('/'))
        };
        let rest = &self.entries[first..];
        &rest[..rest.partition_point(is_below)]
    }

    /// Sorts what was put together in another order, and drops what cannot stand beside
    /// another entry.
    pub(crate) fn new(mut entries: Vec<Entry>, mut left_out: Vec<LeftOut>) -> Self {
        let is_sorted = entries
            .windows(2)
            .all(|pair| order(pair[0].path.as_str(), pair[1].path.as_str()).is_lt());
        if !is_sorted {
            entries.sort_by(|a, b| order(a.path.as_str(), b.path.as_str()));
        }
        let mut kept: Vec<Entry> = Vec::with_capacity(entries.len());
        for entry in entries {
            let clashes = |last: &Entry| {
                let rest = entry.path.as_str().strip_prefix(last.path.as_str());
                rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            };
            if kept.last().is_some_and(clashes) {
                left_out.push(LeftOut {
                    path: entry.path.into_string(),
                    why: "another entry has its name",
                });
            } else {
                kept.push(entry);
            }
        }
        left_out.sort_by(|a, b| order(&a.path, &b.path));
        Self {
            entries: kept,
            left_out,
        }
    }
}

impl EntryKind {
    /// What a mode of git's means; `None` for folders and for what is no mode.
    pub fn of_mode(mode: u32) -> Option<Self> {
        match mode & 0o17_0000 {
            0o10_0000 if mode & 0o100 == 0 => Some(Self::File),
            0o10_0000 => Some(Self::Executable),
            0o12_0000 => Some(Self::Link),
            0o16_0000 => Some(Self::Submodule),
            _ => None,
        }
    }

    /// Whether it is a file, executable or not.
    pub fn is_file(self) -> bool {
        matches!(self, Self::File | Self::Executable)
    }
}

/// The order of paths by their parts.
pub(crate) fn order(a: &str, b: &str) -> Ordering {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    // Most have much in common.
    let words = a.as_chunks::<8>().0.iter().zip(b.as_chunks::<8>().0);
    let same = 8 * words.take_while(|(a, b)| a == b).count();
    let differs = a[same..].iter().zip(&b[same..]).position(|(a, b)| a != b);
    let at = differs.map_or(a.len().min(b.len()), |at| same + at);
    let rank = |path: &[u8]| match path.get(at) {
        None => 0,
        Some(b'/') => 1,
        Some(byte) => u16::from(*byte) + 2,
    };
    rank(a).cmp(&rank(b))
}

/// Why no file of that name may stand in a folder, if so.
pub(crate) fn odd_name(name: &[u8]) -> Option<&'static str> {
    match name {
        b"" => Some("it has no name"),
        _ if name.len() > LONGEST_NAME => Some("its name is too long"),
        b"." | b".." => Some("its name leads to another folder"),
        _ if name.eq_ignore_ascii_case(b".git") => Some("it would take the place of git's folder"),
        _ if name.contains(&b'/') => Some("its name has a slash in it"),
        _ if std::str::from_utf8(name).is_err() => Some("its name is not UTF-8"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(path: &str) -> Entry {
        Entry {
            path: path.into(),
            kind: EntryKind::File,
            id: Id::from_bytes(&[1; 20]).unwrap(),
        }
    }

    #[test]
    fn sorts_by_parts_and_keeps_no_name_twice() {
        let paths = ["a.yaml", "a-b", "a/b", "b", "a/b/c", "b/c", "b", "ab"];
        let listing = Listing::new(paths.map(entry).to_vec(), Vec::new());
        let kept: Vec<&str> = listing
            .entries
            .iter()
            .map(|entry| entry.path.as_str())
            .collect();
        assert_eq!(kept, ["a/b", "a-b", "a.yaml", "ab", "b"]);
        let dropped = listing.left_out.iter().map(|left| left.path.as_str());
        assert_eq!(dropped.collect::<Vec<_>>(), ["a/b/c", "b", "b/c"]);
        for path in kept {
            assert_eq!(listing.get(path.into()).unwrap().path, path);
        }
        assert!(listing.get("a".into()).is_none());
        let below = |folder: &str| listing.below(folder.into()).len();
        assert_eq!(["", "a", "b", "a/b", "c"].map(below), [5, 1, 0, 0, 0]);
    }
}
