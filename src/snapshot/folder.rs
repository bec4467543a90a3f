//! One folder on disk, and what stands in it.

use std::io;
use std::sync::OnceLock;

use camino::{Utf8Path, Utf8PathBuf};

/// A folder inside the root.
#[derive(Debug)]
pub(super) struct Folder {
    /// Its path without links.
    pub(super) real: Utf8PathBuf,
    /// What stands in it, if it was looked into.
    pub(super) listing: OnceLock<Listing>,
}

/// What stands in a folder.
#[derive(Debug, Default)]
pub(super) struct Listing {
    /// The entries whose names are UTF-8, sorted.
    pub(super) entries: Vec<Entry>,
    /// The other names, as far as they can be told.
    pub(super) strange: Vec<String>,
    /// Why the folder could not be looked into, or not in whole.
    pub(super) fault: Option<String>,
}

/// An entry of a folder.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) name: Box<str>,
    pub(super) kind: EntryKind,
}

/// What an entry is by itself; links are not followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum EntryKind {
    File,
    Folder,
    Link,
    /// A pipe, a socket or a device.
    Special,
}

impl Folder {
    pub(super) fn new(real: Utf8PathBuf) -> Self {
        Self {
            real,
            listing: OnceLock::new(),
        }
    }

    /// What stands in it; the disk is asked once.
    pub(super) fn listing(&self) -> &Listing {
        self.listing.get_or_init(|| Listing::read(&self.real))
    }

    /// What an entry is: by the listing if there is one, else by asking for the entry alone.
    pub(super) fn kind(&self, name: &str) -> Option<EntryKind> {
        match self.listing.get() {
            Some(listing) if listing.fault.is_none() => listing.kind(name),
            _ => std::fs::symlink_metadata(self.real.join(name))
                .ok()
                .map(|metadata| EntryKind::of(metadata.file_type())),
        }
    }
}

impl Listing {
    fn read(folder: &Utf8Path) -> Self {
        let mut listing = Self::default();
        if let Err(fault) = listing.fill(folder) {
            listing.fault = Some(fault.to_string());
        }
        listing.entries.sort_unstable_by(|a, b| a.name.cmp(&b.name));
        listing
    }

    fn fill(&mut self, folder: &Utf8Path) -> io::Result<()> {
        for entry in std::fs::read_dir(folder)? {
            let entry = entry?;
            let kind = EntryKind::of(entry.file_type()?);
            match entry.file_name().into_string() {
                Ok(name) => self.entries.push(Entry {
                    name: name.into(),
                    kind,
                }),
                Err(name) => self.strange.push(name.to_string_lossy().into_owned()),
            }
        }
        Ok(())
    }

    /// What an entry is, if there is one of that name.
    pub(super) fn kind(&self, name: &str) -> Option<EntryKind> {
        let at = self.entries.binary_search_by(|e| (*e.name).cmp(name));
        at.ok().map(|at| self.entries[at].kind)
    }
}

impl EntryKind {
    fn of(kind: std::fs::FileType) -> Self {
        if kind.is_file() {
            Self::File
        } else if kind.is_dir() {
            Self::Folder
        } else if kind.is_symlink() {
            Self::Link
        } else {
            Self::Special
        }
    }
}
