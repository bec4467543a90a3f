//! A snapshot in which some files have another content.

use std::collections::BTreeMap;
use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};
use manifest::{Kept, ReadError, Snapshot, Source};
use spanned_yaml::Tree;

use super::{Repository, Walk};

/// A snapshot as it would be if some of its files held other texts.
pub struct Edited<'a> {
    base: &'a dyn Repository,
    texts: BTreeMap<Utf8PathBuf, Arc<Source>>,
}

impl<'a> Edited<'a> {
    /// The snapshot as it is.
    pub fn new(base: &'a dyn Repository) -> Self {
        Self {
            base,
            texts: BTreeMap::new(),
        }
    }

    /// Gives a file another text. Returns the one it was given before, if any.
    pub fn set(&mut self, path: &Utf8Path, text: &str) -> Option<Arc<Source>> {
        let source = Source::file(path, Tree::parse(text));
        self.texts.insert(path.to_owned(), source)
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

impl Snapshot for Edited<'_> {
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
        match self.texts.get(path) {
            Some(source) => Ok(source.tree.text().as_bytes().into()),
            None => self.base.bytes(path),
        }
    }

    fn source(&self, path: &Utf8Path) -> Result<Arc<Source>, ReadError> {
        match self.texts.get(path) {
            Some(source) => Ok(source.clone()),
            None => self.base.source(path),
        }
    }
}

impl Repository for Edited<'_> {
    fn walk(&self) -> Walk {
        self.base.walk()
    }

    fn remotes(&self) -> Vec<String> {
        self.base.remotes()
    }
}
