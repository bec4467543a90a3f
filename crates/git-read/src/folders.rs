//! What an index says of whole folders, in the extension `TREE` of git's `index-format`: where
//! nothing below a folder has been staged since, it names the tree that holds the same.

use camino::{Utf8Path, Utf8PathBuf};
use rustc_hash::FxHashMap;

use crate::{Entry, Id, Listing};

/// How long all paths may be together, in bytes.
const MOST_BYTES: usize = 64 << 20;
/// How deep the folders may be in each other.
const DEEPEST: usize = 128;

/// The folders of which a tree is known.
#[derive(Debug, Default)]
pub(crate) struct Folders(FxHashMap<Utf8PathBuf, Folder>);

/// What is known of a folder.
#[derive(Debug)]
struct Folder {
    tree: Id,
    /// How many files are in it, at any depth.
    files: usize,
}

impl Folders {
    /// Reads the extension. What follows something that is not understood is not known.
    pub(crate) fn parse(bytes: &[u8], id_length: usize) -> Self {
        let mut folders = Self::default();
        let mut rest = bytes;
        // Around what comes next: the path, and how many folders in it are still to come.
        let mut around: Vec<(Utf8PathBuf, usize)> = Vec::new();
        let mut total = 0;
        while let Some(next) = Next::read(&mut rest, id_length) {
            let path = match around.last_mut() {
                None => Utf8PathBuf::new(),
                Some((path, left)) => {
                    *left -= 1;
                    path.join(next.name)
                }
            };
            total += path.as_str().len();
            if total > MOST_BYTES || around.len() > DEEPEST {
                break;
            }
            if let Some(folder) = next.known {
                folders.0.insert(path.clone(), folder);
            }
            around.push((path, next.folders));
            while around.last().is_some_and(|(_, left)| *left == 0) {
                around.pop();
            }
            if around.is_empty() {
                break;
            }
        }
        folders
    }

    /// The files of a tree that stands at a path, if the index, of which `listing` is everything,
    /// says that it has the same.
    pub(crate) fn files<'a>(
        &self,
        listing: &'a Listing,
        path: &Utf8Path,
        tree: &Id,
    ) -> Option<&'a [Entry]> {
        let folder = self.0.get(path).filter(|folder| folder.tree == *tree)?;
        let files = listing.below(path);
        (files.len() == folder.files).then_some(files)
    }
}

/// An entry of the extension.
struct Next<'a> {
    name: &'a str,
    /// None if something in it has been staged since.
    known: Option<Folder>,
    /// How many folders are in it.
    folders: usize,
}

impl<'a> Next<'a> {
    fn read(rest: &mut &'a [u8], id_length: usize) -> Option<Self> {
        let name = until(rest, 0)?;
        let files: i64 = until(rest, b' ')?.parse().ok()?;
        let folders = until(rest, b'\n')?.parse().ok()?;
        let known = match usize::try_from(files) {
            Err(_) => None,
            Ok(files) => {
                let tree = Id::from_bytes(rest.get(..id_length)?)?;
                *rest = &rest[id_length..];
                Some(Folder { tree, files })
            }
        };
        Some(Self {
            name,
            known,
            folders,
        })
    }
}

/// What comes before a byte, which is passed over.
fn until<'a>(rest: &mut &'a [u8], end: u8) -> Option<&'a str> {
    let at = memchr::memchr(end, rest)?;
    let text = std::str::from_utf8(&rest[..at]).ok()?;
    *rest = &rest[at + 1..];
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(entries: &[(&str, i64, usize, u8)]) -> Vec<(String, u8, usize)> {
        let mut bytes = Vec::new();
        for (name, files, folders, id) in entries {
            bytes.extend(format!("{name}\0{files} {folders}\n").into_bytes());
            if *files >= 0 {
                bytes.extend([*id; 20]);
            }
        }
        let mut all: Vec<_> = Folders::parse(&bytes, 20)
            .0
            .into_iter()
            .map(|(path, own)| (path.into_string(), own.tree.as_bytes()[0], own.files))
            .collect();
        all.sort();
        all
    }

    #[test]
    fn folders_are_read_with_those_in_them() {
        let all = parse(&[
            ("", -1, 2, 0),
            ("a", 3, 1, 7),
            ("b", 2, 0, 8),
            ("c", 1, 0, 9),
            ("never", 1, 0, 9),
        ]);
        let told = [("a", 7, 3), ("a/b", 8, 2), ("c", 9, 1)];
        assert_eq!(
            all,
            told.map(|(path, id, files)| (path.to_owned(), id, files))
        );
    }

    #[test]
    fn what_is_cut_off_is_not_known() {
        assert_eq!(parse(&[("", 3, 1, 1)]), [(String::new(), 1, 3)]);
        assert!(Folders::parse(b"\0" as &[u8], 20).0.is_empty());
        assert!(Folders::parse(b"\x003 0\n1234", 20).0.is_empty());
        assert!(Folders::parse(b"a\0x 0\n", 20).0.is_empty());
    }
}
