//! A snapshot in which some files have another content, are made or are gone.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};
use manifest::{Kept, ReadError, Snapshot, Source, path_order};
use spanned_yaml::Tree;

use super::{Repository, Walk};

/// A snapshot as it would be if some of its files held other texts.
pub struct Edited<'a> {
    base: &'a dyn Repository,
    texts: BTreeMap<Utf8PathBuf, Arc<Source>>,
    gone: BTreeSet<Utf8PathBuf>,
}

impl<'a> Edited<'a> {
    /// The snapshot as it is.
    pub fn new(base: &'a dyn Repository) -> Self {
        Self {
            base,
            texts: BTreeMap::new(),
            gone: BTreeSet::new(),
        }
    }

    /// Gives a file another text; one that is not there is made. Returns the text it was given
    /// before, if any.
    pub fn set(&mut self, path: &Utf8Path, text: &str) -> Option<Arc<Source>> {
        let source = Source::file(path, Tree::parse(text));
        self.gone.remove(path);
        self.texts.insert(path.to_owned(), source)
    }

    /// Takes a file away.
    pub fn remove(&mut self, path: &Utf8Path) {
        self.texts.remove(path);
        self.gone.insert(path.to_owned());
    }

    /// Takes a change back: the file holds `before`, or what it holds in the snapshot.
    pub fn restore(&mut self, path: &Utf8Path, before: Option<Arc<Source>>) {
        match before {
            Some(before) => self.texts.insert(path.to_owned(), before),
            None => self.texts.remove(path),
        };
    }

    /// The files that hold other texts, with these.
    pub fn texts(&self) -> impl Iterator<Item = (&Utf8Path, &str)> {
        let texts = self.texts.iter();
        texts.map(|(path, source)| (path.as_path(), source.tree.text()))
    }
}

impl Edited<'_> {
    /// What was made below a folder, as it stands in that.
    fn made_in<'b>(&'b self, folder: &'b Utf8Path) -> impl Iterator<Item = Utf8PathBuf> + 'b {
        let below = self.texts.keys().filter_map(move |path| {
            let mut parts = path.strip_prefix(folder).ok()?.components();
            parts.next().map(|part| folder.join(part.as_str()))
        });
        below.filter(|path| self.base.kept(path) == Kept::Nothing)
    }
}

impl Snapshot for Edited<'_> {
    fn kept(&self, path: &Utf8Path) -> Kept {
        if self.gone.contains(path) {
            return Kept::Nothing;
        }
        match self.base.kept(path) {
            Kept::Nothing if self.texts.contains_key(path) => Kept::File,
            Kept::Nothing if self.texts.keys().any(|own| own.starts_with(path)) => Kept::Folder,
            kept => kept,
        }
    }

    fn real(&self, folder: &Utf8Path) -> Utf8PathBuf {
        self.base.real(folder)
    }

    fn list(&self, folder: &Utf8Path) -> Vec<Utf8PathBuf> {
        let mut entries = self.base.list(folder);
        entries.retain(|path| !self.gone.contains(path));
        let made: BTreeSet<Utf8PathBuf> = self.made_in(folder).collect();
        if !made.is_empty() {
            entries.extend(made);
            entries.sort();
        }
        entries
    }

    fn bytes(&self, path: &Utf8Path) -> Result<Arc<[u8]>, ReadError> {
        match self.texts.get(path) {
            Some(source) => Ok(source.tree.text().as_bytes().into()),
            None if self.gone.contains(path) => Err(ReadError::Missing),
            None => self.base.bytes(path),
        }
    }

    fn source(&self, path: &Utf8Path) -> Result<Arc<Source>, ReadError> {
        match self.texts.get(path) {
            Some(source) => Ok(source.clone()),
            None if self.gone.contains(path) => Err(ReadError::Missing),
            None => self.base.source(path),
        }
    }
}

impl Repository for Edited<'_> {
    fn walk(&self) -> Walk {
        let mut walk = self.base.walk();
        walk.files.retain(|path| !self.gone.contains(path));
        let is_new = |path: &&Utf8PathBuf| self.base.kept(path) == Kept::Nothing;
        let made: Vec<Utf8PathBuf> = self.texts.keys().filter(is_new).cloned().collect();
        if !made.is_empty() {
            walk.files.extend(made);
            walk.files.sort_by(|a, b| path_order(a, b));
            walk.files.dedup();
        }
        walk
    }

    fn remotes(&self) -> Vec<String> {
        self.base.remotes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use manifest::Memory;

    #[test]
    fn files_are_made_and_go() {
        let base: Memory = [("a/1.yaml", "one"), ("a/2.yaml", "two")]
            .into_iter()
            .collect();
        let mut edited = Edited::new(&base);
        edited.set(Utf8Path::new("a/2.yaml"), "TWO");
        edited.set(Utf8Path::new("b/c/3.yaml"), "three");
        edited.remove(Utf8Path::new("a/1.yaml"));
        let all: Vec<String> = edited.walk().files.iter().map(|p| p.to_string()).collect();
        assert_eq!(all, ["a/2.yaml", "b/c/3.yaml"]);
        let list = |folder: &str| edited.list(Utf8Path::new(folder));
        assert_eq!(list("a"), ["a/2.yaml"]);
        assert_eq!(list("b"), ["b/c"]);
        assert_eq!(list("b/c"), ["b/c/3.yaml"]);
        let kept = |path: &str| edited.kept(Utf8Path::new(path));
        assert_eq!(kept("b"), Kept::Folder);
        assert_eq!(kept("b/c/3.yaml"), Kept::File);
        assert_eq!(kept("a/1.yaml"), Kept::Nothing);
        assert_eq!(
            edited.bytes(Utf8Path::new("a/1.yaml")),
            Err(ReadError::Missing)
        );
        let text = edited.source(Utf8Path::new("a/2.yaml")).unwrap();
        assert_eq!(text.tree.text(), "TWO");
    }
}
