//! Which files differ between two snapshots.

use std::cmp::Ordering;
use std::fs;

use camino::Utf8PathBuf;
use git_read::{Entry, EntryKind, Fault, Staged};
use manifest::Snapshot;
use rustc_hash::FxHashSet;

use super::{Disk, Repository, Revision};

/// The entries of two listings, those of one path together, in their order.
struct Pairs<'a> {
    before: &'a [Entry],
    after: &'a [Entry],
}

impl<'a> Iterator for Pairs<'a> {
    type Item = [Option<&'a Entry>; 2];

    fn next(&mut self) -> Option<Self::Item> {
        let order = match (self.before.first(), self.after.first()) {
            (None, None) => return None,
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            // Nearly all are the same, and paths are compared part by part.
            (Some(old), Some(new)) if old.path.as_str() == new.path.as_str() => Ordering::Equal,
            (Some(old), Some(new)) => old.path.cmp(&new.path),
        };
        let old = (order != Ordering::Greater).then(|| take_first(&mut self.before));
        let new = (order != Ordering::Less).then(|| take_first(&mut self.after));
        Some([old.flatten(), new.flatten()])
    }
}

fn take_first<'a>(entries: &mut &'a [Entry]) -> Option<&'a Entry> {
    let (first, rest) = entries.split_first()?;
    *entries = rest;
    Some(first)
}

/// A file that differs.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct FileChange {
    /// Where it stands, from the root.
    pub path: Utf8PathBuf,
    /// Whether it was there before.
    pub was: bool,
    /// Whether it is there now.
    pub is: bool,
}

impl FileChange {
    /// Every file that there is: what changes where there was nothing before.
    pub fn all(after: &dyn Repository) -> Vec<Self> {
        let added = |path| Self {
            path,
            was: false,
            is: true,
        };
        after.walk().files.into_iter().map(added).collect()
    }

    /// The files that differ between two revisions of one repository, sorted.
    pub fn between(before: &Revision, after: &Revision) -> Vec<Self> {
        let differs = |[old, new]: [Option<&Entry>; 2]| match (old, new) {
            (Some(old), Some(new)) => {
                old.id != new.id
                    || old.kind != new.kind
                    || before.checkout.treatment(old) != after.checkout.treatment(new)
            }
            _ => true,
        };
        let pairs = Pairs {
            before: before.listing.entries(),
            after: after.listing.entries(),
        };
        let changed = pairs.filter(|pair| differs(*pair));
        let change = |[old, new]: [Option<&Entry>; 2]| Self {
            path: old
                .or(new)
                .map(|entry| before.below_root(&entry.path).to_owned())
                .unwrap_or_default(),
            was: old.is_some(),
            is: new.is_some(),
        };
        changed.map(change).collect()
    }

    /// The files that differ between a revision and what is on disk now, sorted.
    ///
    /// # Errors
    /// The index is corrupt.
    pub fn on_disk(before: &Revision, disk: &Disk) -> Result<Vec<Self>, Fault> {
        let staged = before.git.index()?;
        let is_same = |entry: &Entry| is_same_on_disk(before, disk, staged, entry);
        let mut changes = Vec::new();
        let mut known: FxHashSet<&str> = FxHashSet::default();
        for entry in before.listing.entries() {
            let path = before.below_root(&entry.path);
            known.insert(path.as_str());
            if entry.kind != EntryKind::Submodule && !is_same(entry) {
                let is = fs::symlink_metadata(disk.root().join(path)).is_ok();
                let path = path.to_owned();
                changes.push(Self {
                    path,
                    was: true,
                    is,
                });
            }
        }
        let walk = disk.walk();
        let files = walk.files.into_iter().chain(walk.stray_links);
        let added = files.filter(|path| !known.contains(path.as_str()));
        changes.extend(added.map(|path| Self {
            path,
            was: false,
            is: true,
        }));
        changes.sort();
        changes.dedup();
        Ok(changes)
    }
}

/// Whether the disk has what the revision has, as far as the index or the content tells.
fn is_same_on_disk(before: &Revision, disk: &Disk, staged: &Staged, entry: &Entry) -> bool {
    let path = before.below_root(&entry.path);
    let whole = disk.root().join(path);
    let Ok(metadata) = fs::symlink_metadata(&whole) else {
        return false;
    };
    if !disk.has_no_link_above(path) {
        return false;
    }
    match entry.kind {
        EntryKind::Link => {
            metadata.is_symlink()
                && whole
                    .read_link_utf8()
                    .is_ok_and(|target| before.target(entry) == Some(target))
        }
        EntryKind::File | EntryKind::Executable => {
            metadata.is_file()
                && (staged.agrees(entry, || Some(metadata))
                    || disk.bytes(path) == before.bytes(path))
        }
        EntryKind::Submodule => true,
    }
}
