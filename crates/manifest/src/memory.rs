use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use camino::{Utf8Path, Utf8PathBuf};
use spanned_yaml::Tree;

use crate::{Kept, ReadError, Snapshot, Source};

/// How many links are followed on the way to one file, as on disk.
const MAX_LINKS: usize = 40;

/// A snapshot that stands in memory: for tests, and for texts that are not yet on disk.
#[derive(Debug, Default)]
pub struct Memory {
    files: BTreeMap<Utf8PathBuf, File>,
    /// Symbolic links, by where they stand, with the paths that they lead to.
    links: BTreeMap<Utf8PathBuf, Utf8PathBuf>,
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

    /// Adds a symbolic link to a file or folder, which need not exist.
    pub fn link(&mut self, path: impl Into<Utf8PathBuf>, to: impl Into<Utf8PathBuf>) {
        self.links.insert(path.into(), to.into());
    }

    /// The paths of all files, sorted; without those that only links lead to.
    pub fn paths(&self) -> impl Iterator<Item = &Utf8Path> {
        self.files.keys().map(Utf8PathBuf::as_path)
    }

    fn file(&self, path: &Utf8Path) -> Result<&File, ReadError> {
        let missing = || match self.kept(path) {
            Kept::Folder => ReadError::Folder,
            _ => ReadError::Missing,
        };
        let real = self.follow(path).ok_or_else(missing)?;
        self.files.get(&*real).ok_or_else(missing)
    }

    /// Where a path leads; none if it leads through too many links.
    fn follow<'p>(&self, path: &'p Utf8Path) -> Option<Cow<'p, Utf8Path>> {
        let mut real = Cow::Borrowed(path);
        if self.links.is_empty() {
            return Some(real);
        }
        for _ in 0..MAX_LINKS {
            // The first link on the way.
            let mut above: Vec<&Utf8Path> = real.ancestors().collect();
            above.reverse();
            let link = above
                .into_iter()
                .find_map(|path| self.links.get_key_value(path));
            let Some((at, to)) = link else {
                return Some(real);
            };
            let rest = real.strip_prefix(at).ok()?;
            real = Cow::Owned(match rest.as_str() {
                "" => to.clone(),
                _ => to.join(rest),
            });
        }
        None
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
        let Some(real) = self.follow(path) else {
            return Kept::Nothing;
        };
        if self.files.contains_key(&*real) {
            Kept::File
        } else if self.files.keys().any(|p| p.starts_with(&*real)) {
            Kept::Folder
        } else {
            Kept::Nothing
        }
    }

    fn list(&self, folder: &Utf8Path) -> Vec<Utf8PathBuf> {
        let Some(real) = self.follow(folder) else {
            return Vec::new();
        };
        let paths = self
            .paths()
            .chain(self.links.keys().map(Utf8PathBuf::as_path));
        let mut entries: Vec<Utf8PathBuf> = paths
            .filter_map(|path| {
                let first = path.strip_prefix(&*real).ok()?.components().next()?;
                Some(folder.join(first))
            })
            .collect();
        entries.sort();
        entries.dedup();
        entries
    }

    fn bytes(&self, path: &Utf8Path) -> Result<Arc<[u8]>, ReadError> {
        Ok(self.file(path)?.bytes.clone())
    }

    fn real(&self, path: &Utf8Path) -> Utf8PathBuf {
        self.follow(path)
            .map_or_else(|| path.to_owned(), Cow::into_owned)
    }

    fn source(&self, path: &Utf8Path) -> Result<Arc<Source>, ReadError> {
        let file = self.file(path)?;
        let source = file
            .source
            .get_or_init(|| Source::file(path, Tree::parse_bytes(file.bytes.to_vec())));
        Ok(source.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_lead_to_files_and_folders() {
        let mut files = Memory::from_iter([("a/b.yaml", "x: 1\n"), ("c.yaml", "")]);
        files.link("d", "a");
        files.link("a/up", "");
        files.link("e.yaml", "d/b.yaml");
        files.link("f", "f");
        let kept = |path: &str| files.kept(path.into());
        assert_eq!(kept("d/b.yaml"), Kept::File);
        assert_eq!(kept("a/up/d/up/c.yaml"), Kept::File);
        assert_eq!(kept("a/up/a"), Kept::Folder);
        assert_eq!(kept("f"), Kept::Nothing);
        assert_eq!(files.real("a/up/d/b.yaml".into()), "a/b.yaml");
        assert_eq!(files.real("e.yaml".into()), "a/b.yaml");
        assert_eq!(files.list("a/up/d".into()), ["a/up/d/b.yaml", "a/up/d/up"]);
        assert!(files.bytes("e.yaml".into()).is_ok());
    }
}
